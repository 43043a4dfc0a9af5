"""Visits: planned, opened to their visitors, confirmed by the person served."""

import asyncio
from datetime import UTC, date, datetime, time, timedelta

import pytest

from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, DomainError, NotFound
from app.kit.outbox import later
from app.requests.actions import asking, cards, confirming, looking, planning, triage
from app.requests.actions.planning import Wanted
from app.requests.queries.visits import visits_of
from tests import factories as make
from tests.requests import rows
from tests.settle import settle

NOW = datetime.now(UTC)
TOKEN = "a private link"


def tomorrow() -> date:
    return (NOW + timedelta(days=1)).date()


def wanted(town: rows.Town, **other: int) -> Wanted:
    return Wanted(**({"activity_id": town.activity, "day": tomorrow(), "begins": time(14), "minutes": 90} | other))


async def handed_over(town: rows.Town) -> int:
    worker = await rows.actor(town.worker)
    made = await rows.received(TOKEN)
    await triage.accept(worker, made, now=NOW)
    await triage.hand_over(worker, made, town.line, now=NOW)
    return made


async def visit_now(town: rows.Town, *, started: timedelta = timedelta(hours=-1), card: bool = True) -> tuple[int, int]:
    """A request and a visit of two hours that began a while ago, with the volunteer on it and a card at the door."""
    made = await handed_over(town)
    if card:
        await cards.print_card(await rows.actor(town.worker), await resident_of(made), now=NOW)
    visit = await rows.visit_at(made, town.activity, town.manager, NOW + started, place=1 if card else None)
    await rows.signed_up(visit, town.person, town.volunteer)
    return made, visit


async def resident_of(request_id: int) -> int:
    return int(await value("SELECT resident FROM request WHERE id = $1", request_id))


async def test_an_agency_turns_a_request_into_a_visit_shift(db: str) -> None:
    town = await rows.town()
    made = await handed_over(town)
    [visit] = await planning.plan_visits(await rows.actor(town.manager), made, wanted(town), now=NOW)
    assert await rows.status_of(made) == "planned"
    shift = await rows.shift_of(visit)
    assert await value("SELECT is_visit FROM shift WHERE id = $1", shift) is True
    assert await value("SELECT place FROM shift WHERE id = $1", shift) == "大塘龙社区"
    assert await value("SELECT region FROM shift WHERE id = $1", shift) == make.COMMUNITY
    assert await value("SELECT array_agg(needed || leads::text ORDER BY id) FROM seat WHERE shift = $1", shift) == [
        "1true",
        "1false",
    ]
    said = await value("SELECT string_agg(s::text, ' ') FROM shift s") + await value(
        "SELECT string_agg(a::text, ' ') FROM activity a"
    )
    assert not [text for text in rows.PERSONAL if text in said]


async def test_a_weekly_visit_is_planned_for_weeks_at_the_same_time_of_day(db: str) -> None:
    town = await rows.town()
    made = await handed_over(town)
    await cards.print_card(await rows.actor(town.worker), await resident_of(made), now=NOW)
    visits = await planning.plan_visits(await rows.actor(town.manager), made, wanted(town, weeks=3, staff=1), now=NOW)
    planned = [visit for visit in reversed(await visits_of(made)) if visit.id in visits]
    assert [visit.code_position for visit in planned] == [1, 2, 3]
    assert [visit.starts - planned[0].starts for visit in planned] == [timedelta(weeks=week) for week in range(3)]


async def test_what_cannot_be_planned_publishes_nothing(db: str) -> None:
    town = await rows.town()
    manager = await rows.actor(town.manager)
    made = await handed_over(town)
    other_line = await make.line(await value("SELECT contract FROM line WHERE id = $1", town.line))
    other = await make.activity(await value("SELECT agency FROM activity"), town.manager, other_line)
    for wrong, code in (
        (wanted(town, volunteers=0), "visit_without_visitors"),
        (wanted(town, activity_id=other), "activity_of_another_line"),
        (Wanted(activity_id=town.activity, day=date(2020, 1, 1), begins=time(9), minutes=60), "shift_in_the_past"),
    ):
        with pytest.raises(Conflict) as refused:
            await planning.plan_visits(manager, made, wrong, now=NOW)
        assert refused.value.first.code == code
    with pytest.raises(NotFound):
        await planning.plan_visits(await rows.actor(town.other_manager), made, wanted(town), now=NOW)
    assert await value("SELECT count(*) FROM shift") == 0
    assert await rows.status_of(made) == "accepted"


async def test_where_the_city_asks_so_visitors_are_of_the_same_sex_as_the_person_served(db: str) -> None:
    town = await rows.town()
    manager = await rows.actor(town.manager)
    made = await handed_over(town)
    await execute(
        "INSERT INTO safeguard (service_kind, applies_from, credentials, same_sex, decided_at, reason)"
        " SELECT service_kind, '2026-01-01', '{}', true, now(), '' FROM activity WHERE id = $1",
        town.activity,
    )
    with pytest.raises(Conflict) as refused:
        await planning.plan_visits(manager, made, wanted(town), now=NOW)
    assert refused.value.first.code == "sex_of_served_unknown"
    await execute("UPDATE resident SET sex = 'female' WHERE id = $1", await resident_of(made))
    await planning.plan_visits(manager, made, wanted(town), now=NOW)
    assert await value("SELECT array_agg(DISTINCT sex_wanted) FROM shift") == ["female"]


async def test_visitors_see_the_address_only_near_the_visit_and_the_look_is_logged(db: str) -> None:
    town = await rows.town()
    _made, visit = await visit_now(town, started=timedelta(hours=25))
    volunteer = await rows.actor(town.volunteer)
    assert (await looking.open_for_visit(volunteer, visit, now=NOW))[1] is None
    looks = "SELECT count(*) FROM look WHERE purpose = 'visit'"
    assert await value(looks) == 0
    opened = (await looking.open_for_visit(volunteer, visit, now=NOW + timedelta(hours=2)))[1]
    assert opened is not None
    assert opened.address == rows.ADDRESS
    assert await value(looks) == 1
    assert (await looking.open_for_visit(volunteer, visit, now=NOW + timedelta(hours=40)))[1] is None
    for account in (town.worker, town.manager, (await make.volunteer("旁人"))[0]):
        with pytest.raises(NotFound):
            await looking.open_for_visit(await rows.actor(account), visit, now=NOW + timedelta(hours=2))
    assert await value(looks) == 1


async def test_who_cancelled_no_longer_sees_the_address(db: str) -> None:
    town = await rows.town()
    _made, visit = await visit_now(town)
    await make.execute("UPDATE signup SET status = 'cancelled'")
    with pytest.raises(NotFound):
        await looking.open_for_visit(await rows.actor(town.volunteer), visit, now=NOW)


async def test_the_right_code_confirms_once(db: str) -> None:
    town = await rows.town()
    made, visit = await visit_now(town)
    volunteer = await rows.actor(town.volunteer)
    code = cards.code(await resident_of(made), 1, 1)
    await confirming.confirm_by_card(volunteer, visit, f"{code[:3]} {code[3:]}", now=NOW)
    assert await rows.status_of(made) == "confirmed"
    assert await value("SELECT how FROM confirmation") == "card"
    with pytest.raises(Conflict) as refused:
        await confirming.confirm_by_card(volunteer, visit, code, now=NOW)
    assert refused.value.first.code == "already_confirmed"
    assert await value("SELECT count(*) FROM confirmation") == 1


async def test_confirming_raises_the_grade_of_the_hours(db: str) -> None:
    town = await rows.town()
    made, visit = await visit_now(town, started=timedelta(hours=-3))
    shift = await rows.shift_of(visit)
    signup = int(await value("SELECT id FROM signup WHERE shift = $1", shift))
    await rows.punched(signup, NOW - timedelta(hours=3), town.volunteer)
    await make.execute("UPDATE signup SET status = 'attended'")
    await make.execute("UPDATE shift SET status = 'done'")
    code = cards.code(await resident_of(made), 1, 1)
    await confirming.confirm_by_card(await rows.actor(town.volunteer), visit, code, now=NOW)
    assert await value("SELECT grade FROM attendance WHERE shift = $1", shift) == "A"


@pytest.mark.parametrize("place", [2, 12])
async def test_a_code_at_another_place_of_the_card_is_refused(db: str, place: int) -> None:
    town = await rows.town()
    made, visit = await visit_now(town)
    with pytest.raises(DomainError) as refused:
        await confirming.confirm_by_card(
            await rows.actor(town.volunteer), visit, cards.code(await resident_of(made), 1, place), now=NOW
        )
    assert refused.value.first.code == "wrong_code"
    assert await value("SELECT count(*) FROM confirmation") == 0


async def test_an_old_cards_code_is_refused_and_the_visit_gets_a_place_on_the_new_one(db: str) -> None:
    town = await rows.town()
    made, visit = await visit_now(town)
    volunteer, worker = await rows.actor(town.volunteer), await rows.actor(town.worker)
    resident = await resident_of(made)
    old = cards.code(resident, 1, 1)
    assert await cards.print_card(worker, resident, now=NOW) == 2
    with pytest.raises(DomainError) as refused:
        await confirming.confirm_by_card(volunteer, visit, old, now=NOW)
    assert refused.value.first.code == "wrong_code"
    with pytest.raises(Conflict) as stale:
        await cards.open_card(worker, resident, 1, now=NOW)
    assert stale.value.first.code == "old_door_card"
    newest = await cards.open_card(worker, resident, 2, now=NOW)
    assert len(newest) == 12
    await confirming.confirm_by_card(volunteer, visit, newest[0], now=NOW)
    assert await rows.status_of(made) == "confirmed"


async def test_a_card_is_printed_by_the_residents_own_community_only_and_each_look_is_logged(db: str) -> None:
    town = await rows.town()
    made = await handed_over(town)
    resident = await resident_of(made)
    for account in (town.stranger, town.manager):
        with pytest.raises(NotFound):
            await cards.print_card(await rows.actor(account), resident, now=NOW)
    assert await value("SELECT card_number FROM resident") == 0
    worker = await rows.actor(town.worker)
    await cards.print_card(worker, resident, now=NOW)
    await cards.open_card(worker, resident, 1, now=NOW)
    assert await value("SELECT count(*) FROM look WHERE purpose = 'print_card'") == 2
    with pytest.raises(Conflict):
        await cards.open_card(worker, resident, 0, now=NOW)


async def test_a_code_counts_only_during_its_visit_and_only_from_its_visitors(db: str) -> None:
    town = await rows.town()
    made, visit = await visit_now(town, started=timedelta(hours=1))
    code = cards.code(await resident_of(made), 1, 1)
    volunteer = await rows.actor(town.volunteer)
    for at, reason in ((NOW, "visit_not_begun"), (NOW + timedelta(hours=16), "visit_long_ago")):
        with pytest.raises(Conflict) as refused:
            await confirming.confirm_by_card(volunteer, visit, code, now=at)
        assert refused.value.first.code == reason
    with pytest.raises(NotFound):
        await confirming.confirm_by_card(await rows.actor(town.manager), visit, code, now=NOW + timedelta(hours=2))
    assert await value("SELECT count(*) FROM confirmation") == 0


async def test_without_a_card_there_is_no_code(db: str) -> None:
    town = await rows.town()
    _made, visit = await visit_now(town, card=False)
    with pytest.raises(Conflict) as refused:
        await confirming.confirm_by_card(await rows.actor(town.volunteer), visit, "000000", now=NOW)
    assert refused.value.first.code == "no_door_card"


async def test_the_private_link_confirms_a_visit_that_is_over_once(db: str) -> None:
    town = await rows.town()
    made, visit = await visit_now(town)
    with pytest.raises(Conflict) as early:
        await confirming.confirm_by_link(TOKEN, visit, True, now=NOW)
    assert early.value.first.code == "visit_not_over"
    after = NOW + timedelta(hours=2)
    done = await asyncio.gather(
        *(confirming.confirm_by_link(TOKEN, visit, True, rating=5, words="很好", now=after) for _ in range(4)),
        return_exceptions=True,
    )
    assert sorted(type(answer).__name__ for answer in done) == ["Conflict"] * 3 + ["NoneType"]
    assert await rows.status_of(made) == "confirmed"
    assert "很好" not in await value("SELECT string_agg(c::text, ' ') FROM confirmation c")
    for token, number in (("another", visit), (TOKEN, visit + 1)):
        with pytest.raises(NotFound):
            await confirming.confirm_by_link(token, number, True, now=after)


async def test_a_visit_that_did_not_happen_raises_an_alarm_and_no_grade(db: str) -> None:
    town = await rows.town()
    made, visit = await visit_now(town, started=timedelta(hours=-5))
    await confirming.confirm_by_link(TOKEN, visit, False, rating=5, now=NOW)
    assert await rows.status_of(made) == "returned"
    assert await value("SELECT happened FROM confirmation") is False
    assert await value("SELECT rating FROM confirmation") is None
    assert await value("SELECT count(*) FROM attendance WHERE grade = 'A'") == 0
    await settle()
    told = await value("SELECT array_agg(DISTINCT account) FROM notice WHERE event = 'visit.denied'")
    assert sorted(told) == sorted([town.worker, town.manager])


async def test_a_request_follows_its_visit_as_it_begins_ends_or_falls_through(db: str) -> None:
    town = await rows.town()
    made, visit = await visit_now(town)
    shift = await rows.shift_of(visit)
    signup = await value("SELECT id FROM signup WHERE shift = $1", shift)
    await make.execute("UPDATE signup SET status = 'attended'")
    for event, payload, status in (
        ("punch.recorded", {"signup_id": signup}, "in_service"),
        ("punch.recorded", {"signup_id": signup}, "in_service"),
        ("shift.ended", {"shift_id": shift}, "served"),
        ("shift.ended", {"shift_id": shift}, "served"),
    ):
        async with transaction():
            await later(event, **payload)
        await settle()
        assert await rows.status_of(made) == status
    assert (await rows.events_of(made)).count("begin") == 1
    assert (await rows.events_of(made)).count("serve") == 1


@pytest.mark.parametrize(("event", "kept"), [("shift.ended", "miss"), ("shift.cancelled", "unplan")])
async def test_a_visit_nobody_made_leaves_the_request_to_be_planned_again(db: str, event: str, kept: str) -> None:
    town = await rows.town()
    made, visit = await visit_now(town)
    async with transaction():
        await later(event, shift_id=await rows.shift_of(visit), signup_ids=[])
    await settle()
    assert await rows.status_of(made) == "accepted"
    assert (await rows.events_of(made))[-1] == kept


async def test_while_another_visit_lies_ahead_a_confirmed_one_leaves_the_request_planned(db: str) -> None:
    town = await rows.town()
    made, visit = await visit_now(town, started=timedelta(hours=-5))
    await rows.visit_at(made, town.activity, town.manager, NOW + timedelta(days=7))
    await confirming.confirm_by_link(TOKEN, visit, True, now=NOW)
    assert await rows.status_of(made) == "planned"
    assert (await rows.events_of(made))[-1] == "confirm"


def test_codes_differ_by_person_card_and_place() -> None:
    codes = {cards.code(who, card, place) for who in (1, 2) for card in (1, 2) for place in range(1, 13)}
    assert len(codes) == 48
    assert asking.token_of_draft("a") != asking.token_of_draft("b")
