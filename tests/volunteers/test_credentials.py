"""Proofs: entered by anyone, counted once somebody saw the original, told of before they end, and let go of after."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.accounts.actor import actor_of_account
from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, value
from app.kit.errors import Conflict, NotFound
from app.volunteers.actions import credentials as actions
from app.volunteers.actions.watching import watch_credentials
from app.volunteers.rules import credentials as rules
from app.volunteers.rules.credentials import Held, Standing
from tests import factories as make
from tests.settle import settle
from tests.shifts.places import Place, open_shift
from tests.visitor import Visitor

NOW = datetime.now(UTC)
TODAY = clock.local_day(NOW)
SOON = NOW.replace(minute=0, second=0, microsecond=0) + timedelta(days=3)
TYPED: dict[str, Any] = {
    "kind": "health_check", "number": "JK-0042", "issued_on": (TODAY - timedelta(days=10)).isoformat(),
    "last_on": (TODAY + timedelta(days=354)).isoformat(),
}  # fmt: skip


async def acting(account: int, organisation: int | None = None) -> Actor:
    """The account in a post, or as itself."""
    membership = await value("SELECT id FROM membership WHERE account = $1", account) if organisation else None
    found = await actor_of_account(account, membership)
    assert found
    return found


async def known_volunteer() -> tuple[Place, int, int]:
    """A volunteer whom an agency knows because of a sign-up: (place, account, person)."""
    place = await open_shift(SOON)
    account, person = await make.volunteer("王三")
    await make.signup(place.seat, person, account)
    return place, account, person


@pytest.mark.parametrize(
    ("held", "revoked", "stands"),
    [
        (Held(kind="x", issued_on=date(2026, 1, 1), ends_before=None, verified=True), False, Standing.IN_FORCE),
        (Held(kind="x", issued_on=date(2026, 1, 1), ends_before=None, verified=True), True, Standing.REVOKED),
        (Held(kind="x", issued_on=date(2026, 1, 1), ends_before=None, verified=False), False, Standing.TO_VERIFY),
        (Held(kind="x", issued_on=date(2026, 12, 1), ends_before=None, verified=True), False, Standing.NOT_YET),
        (Held(kind="x", issued_on=date(2026, 1, 1), ends_before=date(2026, 12, 22), verified=True), False, "ending"),
        (Held(kind="x", issued_on=date(2026, 1, 1), ends_before=date(2026, 12, 23), verified=True), False, "in_force"),
        (Held(kind="x", issued_on=date(2026, 1, 1), ends_before=date(2026, 11, 22), verified=False), False, "ended"),
    ],
)
def test_each_standing(held: Held, revoked: bool, stands: str) -> None:
    assert rules.standing(held, date(2026, 11, 22), revoked=revoked) == stands


async def test_what_is_entered_counts_once_a_manager_has_seen_the_original(visit: Callable[[], Visitor]) -> None:
    place, account, person = await known_volunteer()
    volunteer = await visit().signs_in_as(account)
    entered = await volunteer.post("/me/credentials", TYPED)
    assert entered.status_code == 303
    assert "Original not seen yet" in (await volunteer.get("/me/credentials")).text
    credential = int(await value("SELECT id FROM credential WHERE person = $1", person))
    assert b"JK-0042" not in await value("SELECT number FROM credential WHERE id = $1", credential)
    assert (await volunteer.post(f"/credentials/{credential}/verify", {})).status_code == 403
    manager = await visit().signs_in_as(place.manager)
    waiting = await manager.get("/credentials")
    assert "1 original waits for you" in waiting.text
    assert "王三" in waiting.text
    seen = await manager.post(f"/credentials/{credential}/verify", {"next": "/credentials"})
    assert (seen.status_code, seen.headers["location"]) == (303, "/credentials")
    assert "In force" in (await volunteer.get("/me/credentials")).text
    assert "JK-0042" not in (await manager.get(f"/people/{person}/credentials")).text
    opened = await manager.post(f"/credentials/{credential}/number", {})
    assert "JK-0042" in opened.text
    assert await value("SELECT fields FROM look") == ["credential.number"]


async def test_nothing_typed_is_lost_and_twice_is_once(visit: Callable[[], Visitor]) -> None:
    account, _ = await make.volunteer()
    visitor = await visit().signs_in_as(account)
    late = (TODAY + timedelta(days=2)).isoformat()
    wrong = await visitor.post("/me/credentials", TYPED | {"issued_on": late})
    assert wrong.status_code == 422
    assert "on a day to come" in wrong.text
    assert 'value="JK-0042"' in wrong.text
    backwards = await visitor.post("/me/credentials", TYPED | {"last_on": "2020-01-01"})
    assert "before the day of issue" in backwards.text
    unknown = await visitor.post("/me/credentials", TYPED | {"kind": "passport"})
    assert unknown.status_code == 422
    assert await value("SELECT count(*) FROM credential") == 0
    for _twice in range(2):
        await visitor.post("/me/credentials", TYPED | {"_once": "the same form"})
    assert await value("SELECT count(*) FROM credential") == 1


async def test_a_stranger_agency_sees_nothing_and_nobody_confirms_their_own(db: str) -> None:
    place, account, person = await known_volunteer()
    credential = await make.credential(person, account, seen=False)
    other = await make.organisation("agency")
    stranger = await acting(await make.member(other, "agency_manager"), other)
    for act in (actions.verify(stranger, credential, now=NOW), actions.revoke(stranger, credential, "?", now=NOW)):
        with pytest.raises(NotFound):
            await act
    own = await make.person("经理", place.manager, staff_of=place.agency)
    mine = await make.credential(own, place.manager, seen=False)
    manager = await acting(place.manager, place.agency)
    with pytest.raises(Conflict, match="credential_own"):
        await actions.verify(manager, mine, now=NOW)
    assert await value("SELECT count(*) FROM credential WHERE verified_at IS NOT NULL") == 0


async def test_withdrawing_one_gives_back_what_needs_it_and_both_sides_are_told(visit: Callable[[], Visitor]) -> None:
    place, account, person = await known_volunteer()
    await execute("UPDATE seat SET credentials = '{health_check}' WHERE id = $1", place.seat)
    free = await open_shift(SOON + timedelta(days=1))
    await make.signup(free.seat, person, account)
    credential = await make.credential(person, account, "health_check")
    manager = await visit().signs_in_as(place.manager)
    unsaid = await manager.post(f"/credentials/{credential}/revoke", {})
    assert unsaid.status_code == 422
    done = await manager.post(f"/credentials/{credential}/revoke", {"reason": "证号不存在"})
    assert done.status_code == 303
    await settle()
    await settle()
    assert await value("SELECT status FROM signup WHERE seat = $1", place.seat) == "released"
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == 0
    assert await value("SELECT status FROM signup WHERE seat = $1", free.seat) == "confirmed"
    assert await value("SELECT count(*) FROM notice WHERE account = $1 AND event = 'signup.released'", account) == 1
    told = "SELECT count(*) FROM notice WHERE account = $1 AND event = 'place.released'"
    assert await value(told, place.manager) == 1
    person_reads = await (await visit().signs_in_as(account)).get("/me/notices")
    assert "Health check" in person_reads.text


async def test_a_renewed_one_keeps_the_place(db: str) -> None:
    place, account, person = await known_volunteer()
    await execute("UPDATE seat SET credentials = '{health_check}' WHERE id = $1", place.seat)
    old = await make.credential(person, account, "health_check")
    await make.credential(person, account, "health_check", ends_before=TODAY + timedelta(days=300))
    await actions.withdraw_own(await acting(account), old, now=NOW)
    await settle()
    assert await value("SELECT status FROM signup WHERE seat = $1", place.seat) == "confirmed"


async def test_people_are_told_30_and_7_days_before_the_end_and_when_it_ended_once_each(db: str) -> None:
    place, account, person = await known_volunteer()
    await execute("UPDATE seat SET credentials = '{health_check}' WHERE id = $1", place.seat)
    await make.credential(person, account, "health_check", ends_before=TODAY)
    for days in (3, 25, 40):
        await make.credential(person, account, "first_aid", ends_before=TODAY + timedelta(days=days))
    renewed = await make.person("李四", await make.account("李四"))
    await make.credential(renewed, account, "driving", ends_before=TODAY + timedelta(days=5))
    await make.credential(renewed, account, "driving", ends_before=TODAY + timedelta(days=500))
    for _night in range(2):
        await watch_credentials(now=NOW)
        await settle()
    events = "SELECT array_agg(event || ' ' || (facts ->> 'stage') ORDER BY id) FROM notice WHERE account = $1"
    assert "credential.ended 0" in await value(events + " AND event LIKE 'credential.%'", account)
    assert await value("SELECT count(*) FROM notice WHERE event = 'credential.ended'") == 1
    assert await value("SELECT count(*) FROM notice WHERE event = 'credential.ending'") == 0  # the third one goes on
    assert await value("SELECT status FROM signup WHERE seat = $1", place.seat) == "released"
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == 0
    await execute("UPDATE credential SET revoked_at = now() WHERE ends_before > $1", TODAY + timedelta(days=26))
    await watch_credentials(now=NOW)
    assert await value("SELECT array_agg(facts ->> 'stage') FROM notice WHERE event = 'credential.ending'") == [
        "30",
        "7",
    ]
