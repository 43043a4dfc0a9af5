"""Who is asked and who is not: the figures against rows put in by hand."""

from datetime import UTC, datetime, timedelta

import pytest

from app.accounts.actor import actor_of_account
from app.accounts.rules import Actor
from app.kit.db import execute, value
from app.matching.queries.fairness import Fairness, fairness
from app.matching.rules.fairness import spread
from tests import factories
from tests.counting import listening

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("minutes", "share"),
    [([], 0.0), ([0, 0], 0.0), ([60], 1.0), ([60] * 10, 0.1), ([600, *[60] * 10], (600 + 60) / 1200)],
)
def test_the_busiest_tenth_is_never_nobody(minutes: list[int], share: float) -> None:
    assert spread(minutes).busiest_share == pytest.approx(share)


async def actor(account_id: int) -> Actor:
    found = await actor_of_account(account_id, None)
    assert found
    return found


async def scene() -> tuple[Actor, int, int, list[int]]:
    """A manager with a shift of yesterday for four, and three volunteers."""
    agency = await factories.organisation()
    manager = await factories.member(agency, "agency_manager")
    activity = await factories.activity(agency, manager, None)
    shift = await factories.shift(activity, starts=NOW - timedelta(days=1), status="done")
    seat = await factories.seat(shift, needed=4)
    people = [await factories.person(name) for name in ("甲一", "乙二", "丙三")]
    await execute("UPDATE person SET registered_at = $1", NOW - timedelta(days=400))
    return await actor(manager), shift, seat, people


async def offered(shift: int, seat: int, person: int, by: int, status: str) -> None:
    asking = await value(
        "INSERT INTO asking (seat, shift, mode, asked_by, asked_at) VALUES ($1, $2, 'at_once', $3, $4) RETURNING id",
        seat, shift, by, NOW,
    )  # fmt: skip
    await execute(
        "INSERT INTO offer (asking, seat, shift, person, status, opened_at) VALUES ($1, $2, $3, $4, $5, $6)",
        asking, seat, shift, person, status, NOW - timedelta(days=2),
    )  # fmt: skip


async def test_the_figures_are_what_happened(db: str) -> None:
    manager, shift, seat, (first, second, third) = await scene()
    await execute("UPDATE person SET sex = 'female', languages = '{cmn,yue}' WHERE id = $1", first)
    await execute("UPDATE person SET registered_at = $2 WHERE id = $1", third, NOW - timedelta(days=3))
    await execute("INSERT INTO availability (person, weekday, from_minute, to_minute) VALUES ($1, 5, 0, 60)", first)
    await offered(shift, seat, first, manager.account_id, "accepted")
    await offered(shift, seat, second, manager.account_id, "declined")
    await offered(shift, seat, second, manager.account_id, "expired")
    await factories.signup(seat, first, manager.account_id, "attended")
    await factories.signup(seat, third, manager.account_id, "attended")
    found = await fairness(manager, 90, now=NOW)
    everyone = found.all
    assert (everyone.people, everyone.free, everyone.asked, everyone.served) == (3, 1, 2, 2)
    assert (everyone.offers, everyone.accepted, everyone.declined, everyone.expired) == (3, 1, 1, 1)
    assert everyone.minutes == 240
    assert everyone.acceptance == pytest.approx(1 / 3)
    assert dict(found.times_asked) == {"Never": 1, "Once": 1, "Twice or three times": 1, "More often": 0}
    assert {row.key: row.asked for row in found.groups["sex"]} == {"female": 1, "": 1}
    assert {row.key: row.people for row in found.groups["since"]} == {"established": 2, "new": 1}
    assert "yue" in {row.key for row in found.groups["language"]}
    assert [(each.needed, each.taken) for each in found.communities] == [(4, 2)]


async def test_an_agency_sees_its_own_shifts_only(db: str) -> None:
    manager, shift, seat, (first, *_) = await scene()
    await offered(shift, seat, first, manager.account_id, "accepted")
    stranger = await actor(await factories.member(await factories.organisation(), "agency_manager"))
    found = await fairness(stranger, 90, now=NOW)
    assert (found.all.people, found.all.asked, found.communities) == (3, 0, [])


async def test_nobody_and_nothing_is_an_answer(db: str) -> None:
    manager = await actor(await factories.member(await factories.organisation(), "agency_manager"))
    found = await fairness(manager, 90, now=NOW)
    assert isinstance(found, Fairness)
    assert (found.all.people, found.all.acceptance, found.spread.busiest_share) == (0, None, 0.0)


async def test_more_people_are_not_more_queries(db: str) -> None:
    manager, shift, seat, _ = await scene()
    async with listening() as few:
        await fairness(manager, 90, now=NOW)
    for number in range(5):
        await offered(shift, seat, await factories.person(f"人{number}"), manager.account_id, "accepted")
    async with listening() as many:
        await fairness(manager, 90, now=NOW)
    assert len(few) == len(many)
