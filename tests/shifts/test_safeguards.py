"""What the city asks for a kind of service holds for every place of every shift of that kind, from its day on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.accounts.actor import actor_of_account
from app.kit.db import execute, value
from app.kit.errors import Conflict
from app.shifts.actions.signing_up import sign_up
from tests import factories as make
from tests.shifts.places import Place, open_shift
from tests.visitor import Visitor

NOW = datetime.now(UTC)
SOON = NOW.replace(minute=0, second=0, microsecond=0) + timedelta(days=3)


async def after_school() -> Place:
    """A place where children are."""
    place = await open_shift(SOON)
    await execute("UPDATE shift SET service_kind = 'after_school' WHERE id = $1", place.shift)
    return place


async def reasons(account: int, place: Place) -> list[str]:
    """What is said when this account signs up."""
    actor = await actor_of_account(account, None)
    assert actor
    try:
        await sign_up(actor, place.shift, place.seat, now=NOW)
    except Conflict as refused:
        return [each.code for each in refused.refusals]
    return []


async def test_work_with_children_asks_for_a_check_that_somebody_saw(db: str) -> None:
    place = await after_school()
    account, person = await make.volunteer()
    assert await reasons(account, place) == ["credential_needed"]
    proof = await make.credential(person, account, seen=False)
    assert await reasons(account, place) == ["credential_not_verified"]
    await execute("UPDATE credential SET verified_by = $2, verified_at = now() WHERE id = $1", proof, place.manager)
    await execute("UPDATE credential SET revoked_at = now() WHERE id = $1", proof)
    assert await reasons(account, place) == ["credential_needed"]
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == 0
    await make.credential(person, account)
    assert await reasons(account, place) == []
    assert await value("SELECT taken FROM seat WHERE id = $1", place.seat) == 1


async def test_a_seat_may_ask_for_a_language_and_for_more_credentials(db: str) -> None:
    place = await open_shift(SOON)
    await execute("UPDATE seat SET language = 'yue', credentials = '{health_check}' WHERE id = $1", place.seat)
    account, person = await make.volunteer()
    assert await reasons(account, place) == ["language_needed", "credential_needed"]
    await execute("UPDATE person SET languages = '{cmn,yue}' WHERE id = $1", person)
    await make.credential(person, account, "health_check")
    assert await reasons(account, place) == []


async def test_only_people_of_the_sex_that_is_wanted_may_come(db: str) -> None:
    place = await open_shift(SOON)
    await execute("UPDATE shift SET sex_wanted = 'female' WHERE id = $1", place.shift)
    account, person = await make.volunteer()
    assert await reasons(account, place) == ["women_only"]
    await execute("UPDATE person SET sex = 'male' WHERE id = $1", person)
    assert await reasons(account, place) == ["women_only"]
    await execute("UPDATE person SET sex = 'female' WHERE id = $1", person)
    assert await reasons(account, place) == []


async def test_a_safeguard_holds_from_its_day_on_and_a_later_one_replaces_it(db: str) -> None:
    place = await open_shift(SOON)
    account, _ = await make.volunteer(born=f"{SOON.year - 16}-01-01")
    for days, adults in ((-1, False), (30, True)):
        await execute(
            "INSERT INTO safeguard (service_kind, applies_from, credentials, adults_only, decided_at, reason)"
            " VALUES ('elder_visit', $1, '{}', $2, now(), '')",
            (SOON + timedelta(days=days)).date(), adults,
        )  # fmt: skip
    assert await reasons(account, place) == []
    late = await open_shift(SOON + timedelta(days=40))
    assert await reasons(account, late) == ["adults_only"]


async def test_the_page_says_what_a_place_needs_and_where_to_mend_it(visit: Callable[[], Visitor]) -> None:
    place = await after_school()
    account, _ = await make.volunteer()
    visitor = await visit().signs_in_as(account)
    shown = await visitor.get(f"/shifts/{place.shift}")
    assert "needs: Check of criminal records" in shown.text
    assert "This place asks for a credential: Check of criminal records" in shown.text
    assert f"/me/credentials?next=/shifts/{place.shift}" in shown.text
