"""What the city asks for a kind of service holds for every place of every shift of that kind, from its day on."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest

from app.accounts.actor import actor_of_account
from app.kit import clock
from app.kit.clock import local_day
from app.kit.db import execute, value
from app.kit.errors import Conflict
from app.shifts.actions.changing import change_seats
from app.shifts.actions.publishing import publish, publish_series
from app.shifts.actions.signing_up import sign_up
from app.shifts.queries.publishing import seats_of
from app.shifts.queries.safeguards import safeguard_at
from app.shifts.rules.publishing import Capacity, SeatChange, SeatWanted
from tests import factories as make
from tests.factories import WHEN
from tests.shifts.ground import NOW as EARLIER
from tests.shifts.ground import lay
from tests.shifts.places import Place, open_shift
from tests.shifts.test_publishing_routes import around_now
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


async def decided(**asked: object) -> None:
    """Let elder visits ask something from the beginning of the year on."""
    rules = {"credentials": [], "adults_only": False, "two_people": False, "staff_present": False} | asked
    await execute(
        "INSERT INTO safeguard (service_kind, applies_from, credentials, adults_only, two_people, staff_present,"
        " same_sex, decided_at, reason) VALUES ('elder_visit', '2026-01-01', $1, $2, $3, $4, false, now(), '')",
        rules["credentials"], rules["adults_only"], rules["two_people"], rules["staff_present"],
    )  # fmt: skip


async def test_what_is_published_keeps_to_the_safeguards_of_its_kind(db: str) -> None:
    ground = await lay()
    activity, manager = ground.activity, ground.actor
    alone = [SeatWanted(role="探访义工", needed=1)]
    await decided(two_people=True, staff_present=True)
    with pytest.raises(Conflict) as refused:
        await publish(manager, activity, WHEN, WHEN + timedelta(hours=1), alone, now=EARLIER)
    assert [each.code for each in refused.value.refusals] == ["never_alone", "staff_missing"]
    with pytest.raises(Conflict):
        await publish_series(manager, activity, "FREQ=DAILY", [WHEN.date()], time(9), time(10), alone, now=EARLIER)
    team = [*alone, SeatWanted(role="社工", needed=1, capacity=Capacity.STAFF)]
    shift = await publish(manager, activity, WHEN, WHEN + timedelta(hours=1), team, now=EARLIER)
    staff = await value("SELECT id FROM seat WHERE capacity = 'staff'")
    with pytest.raises(Conflict):
        await change_seats(
            manager, shift, [SeatChange(seat_id=staff, role="社工", needed=0, leads=False)], [], now=EARLIER
        )
    assert await value("SELECT count(*) FROM seat") == 2


async def test_a_role_keeps_what_it_asks_for(db: str) -> None:
    ground = await lay()
    activity, manager = ground.activity, ground.actor
    asks = SeatWanted(role="方言义工", needed=3, language="yue", credentials=("health_check", "first_aid"), least=2)
    shift = await publish(
        manager, activity, WHEN, WHEN + timedelta(hours=1), [asks, SeatWanted(role="义工", needed=1)], priority=5,
        sex_wanted="female", now=EARLIER,
    )  # fmt: skip
    assert await value("SELECT (priority, sex_wanted) FROM shift WHERE id = $1", shift) == (5, "female")
    first, second = await seats_of(shift)
    assert (first.language, first.credentials, first.least) == ("yue", ["first_aid", "health_check"], 2)
    assert (second.language, second.credentials, second.least) == (None, [], 0)
    for wrong, code in (
        (SeatWanted(role="x", needed=1, least=2), "seat_least_beyond_needed"),
        (SeatWanted(role="x", needed=1, language="klingon"), "unknown_language"),
        (SeatWanted(role="x", needed=1, credentials=("passport",)), "unknown_credential"),
    ):
        with pytest.raises(Conflict) as refused:
            await publish(manager, activity, WHEN, WHEN + timedelta(hours=1), [wrong], now=EARLIER)
        assert refused.value.first.code == code


async def test_the_form_carries_everything_to_the_shift(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    await around_now(ground)
    activity = ground.activity
    manager = await visit().signs_in_as(ground.manager)
    day = local_day(SOON).isoformat()
    typed = {
        "on": day, "begins": "14:00", "ends": "16:00", "repeat": "once", "priority": "4", "sex_wanted": "male",
        "role-0": "义工", "needed-0": "4", "capacity-0": "volunteer", "language-0": "hak",
        "credential-0": "first_aid", "least-0": "2",
    }  # fmt: skip
    looked = await manager.post(f"/activities/{activity}/shifts/new", typed | {"step": "check"})
    assert "Important" in looked.text
    sent = await manager.post(f"/activities/{activity}/shifts/new", typed | {"step": "publish", "day": day})
    assert sent.status_code == 303
    shift = await value("SELECT id FROM shift")
    assert await value("SELECT (priority, sex_wanted) FROM shift") == (4, "male")
    assert await value("SELECT (language, credentials, least) FROM seat") == ("hak", ["first_aid"], 2)
    managing = (await manager.get(f"/shifts/{shift}/manage")).text
    assert "Role (needs Hakka, First-aid certificate)" in managing
    assert "Men only" in managing


async def test_the_city_decides_and_everyone_who_matches_reads_it(visit: Callable[[], Visitor]) -> None:
    platform = await make.organisation("platform")
    admin = await visit().signs_in_as(await make.member(platform, "platform_admin"))
    now = clock.now()  # not the module's: midnight may have passed since it was imported
    today = local_day(now).isoformat()
    form = {
        "kind": "elder_visit", "applies_from": today, "credentials": ["health_check"], "asked": ["two_people"],
        "reason": "民政局决定",
    }  # fmt: skip
    assert "1 kind of service asks for something today" in (await admin.get("/safeguards")).text
    past = await admin.post("/safeguards", form | {"applies_from": "2026-01-01"})
    assert past.status_code == 422
    assert "民政局决定" in past.text
    assert (await admin.post("/safeguards", form)).status_code == 303
    twice = await admin.post("/safeguards", form)
    assert twice.status_code == 422
    assert "decided already" in twice.text
    shown = (await admin.get("/safeguards")).text
    assert "2 kinds of service ask for something today" in shown
    assert (await safeguard_at("elder_visit", local_day(now))).two_people
    agency = await make.organisation("agency")
    manager = await visit().signs_in_as(await make.member(agency, "agency_manager"))
    assert "民政局决定" in (await manager.get("/safeguards")).text
    assert (await manager.post("/safeguards", form)).status_code == 403
