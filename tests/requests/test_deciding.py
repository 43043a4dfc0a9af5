"""What communities and agencies decide."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.kit.db import value
from app.kit.errors import Conflict, NotFound
from app.requests.actions import triage
from app.requests.actions.deadlines import answer_due
from app.requests.queries import choices, seen
from app.requests.rules.asking import Declined
from app.requests.rules.statuses import Group
from tests import factories as make
from tests.requests import rows
from tests.settle import settle

NOW = datetime.now(UTC)


async def test_a_declined_request_is_kept_with_its_reason_and_can_be_opened_again(db: str) -> None:
    town = await rows.town()
    worker = await rows.actor(town.worker)
    made = await rows.received()
    await triage.decline(worker, made, Declined.NO_CAPACITY, note="下月再试", now=NOW)
    row = await seen.request_for(worker, made, NOW)
    assert (row.status, row.decline_reason) == ("declined", "no_capacity")
    with pytest.raises(Conflict):
        await triage.accept(worker, made, now=NOW)
    later = NOW + timedelta(days=5)
    await triage.reopen(worker, made, now=later)
    row = await seen.request_for(worker, made, later)
    assert (row.status, row.due_at) == ("returned", answer_due(later))


async def test_two_workers_deciding_at_once_decide_once(db: str) -> None:
    town = await rows.town()
    worker = await rows.actor(town.worker)
    made = await rows.received()
    done = await asyncio.gather(
        *(triage.accept(worker, made, now=NOW) for _ in range(5)),
        *(triage.decline(worker, made, Declined.NO_PROGRAM, now=NOW) for _ in range(1)),
        return_exceptions=True,
    )
    decided = [event for event in await rows.events_of(made) if event == "accept"]
    assert len(decided) <= 1
    assert all(answer is None or isinstance(answer, Conflict) for answer in done)
    assert await rows.status_of(made) in ("accepted", "declined")


async def test_a_request_goes_only_to_a_line_that_fits(db: str) -> None:
    town = await rows.town()
    worker = await rows.actor(town.worker)
    made = await rows.received()
    await triage.accept(worker, made, now=NOW)
    contract = await value("SELECT contract FROM line WHERE id = $1", town.line)
    tutoring = await make.line(contract, kind="after_school")
    today = NOW.date()
    assert [line.id for line in await choices.fitting_lines(make.COMMUNITY, "elder_visit", today)] == [town.line]
    for line in (tutoring, 10_000):
        with pytest.raises(Conflict) as refused:
            await triage.hand_over(worker, made, line, now=NOW)
        assert refused.value.first.code == "line_does_not_fit"
    for change in (
        "UPDATE program SET status = 'closed'",
        "UPDATE program SET status = 'active', region = '440303001002'",
    ):
        await make.execute(change)
        assert not await choices.fitting_lines(make.COMMUNITY, "elder_visit", today)
    await make.execute("UPDATE program SET region = $1", make.STREET)
    assert not await choices.fitting_lines(make.COMMUNITY, "elder_visit", today.replace(year=today.year - 3))
    await triage.hand_over(worker, made, town.line, now=NOW)
    assert await value("SELECT program FROM request WHERE id = $1", made) == town.program
    with pytest.raises(Conflict):
        await triage.hand_over(worker, await rows.received(), town.line, now=NOW)


async def test_an_agency_gives_back_what_it_cannot_take_and_no_longer_sees_it(db: str) -> None:
    town = await rows.town()
    worker, manager = await rows.actor(town.worker), await rows.actor(town.manager)
    made = await rows.received()
    await triage.accept(worker, made, now=NOW)
    await triage.hand_over(worker, made, town.line, now=NOW)
    await triage.give_back(manager, made, note="人手不够", now=NOW)
    with pytest.raises(NotFound):
        await seen.request_for(manager, made, NOW)
    row = await seen.request_for(worker, made, NOW)
    assert (row.status, row.program_id) == ("returned", None)
    await settle()
    told = await value("SELECT array_agg(event ORDER BY id) FROM notice WHERE account = $1", town.worker)
    assert told == ["request.received", "request.returned"]
    assert await value("SELECT count(*) FROM notice WHERE account = $1", town.manager) == 0


async def test_late_requests_come_first_and_piles_are_counted(db: str) -> None:
    town = await rows.town()
    worker = await rows.actor(town.worker)
    fresh, late, accepted = [await rows.received() for _ in range(3)]
    await make.execute("UPDATE request SET due_at = $2 WHERE id = $1", late, NOW - timedelta(hours=3))
    await triage.accept(worker, accepted, now=NOW)
    pile = await seen.pile(worker, Group.DECIDE, NOW)
    assert [row.id for row in pile.rows] == [late, fresh]
    totals, overdue = await seen.counts(worker, NOW)
    assert (totals[Group.DECIDE], totals[Group.PLACE], totals[Group.PLAN], overdue) == (2, 1, 0, 1)
    assert [row.id for row in (await seen.pile(worker, None, NOW, request_id=accepted)).rows] == [accepted]
    assert not (await seen.pile(worker, None, NOW, kind="home_help")).rows
    assert not (await seen.pile(await rows.actor(town.stranger), None, NOW)).rows
    assert not (await seen.pile(await rows.actor(town.volunteer), None, NOW)).rows


async def test_a_new_link_ends_the_old_one(db: str) -> None:
    town = await rows.town()
    worker = await rows.actor(town.worker)
    made = await rows.received("the first token")
    before = await value("SELECT link_digest FROM request")
    token = await triage.make_link(worker, made, now=NOW)
    assert await value("SELECT link_digest FROM request") == triage.link_digest(token) != before
    with pytest.raises(NotFound):
        await triage.make_link(await rows.actor(town.stranger), made, now=NOW)
