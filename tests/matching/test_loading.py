"""The problem as the database has it, compared with what was put in by hand."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import numpy as np
import pytest
from msgspec import Struct

from app.kit import clock
from app.kit.db import execute, value
from app.matching.problem import FEMALE, FOREVER, NEVER, Weights
from app.matching.queries.loading import Loaded, Scope, load
from app.matching.queries.loading.shifts import NOBODYS_SEX
from tests import factories
from tests.counting import listening

NOW = datetime(2026, 6, 1, 1, 0, tzinfo=UTC)  # Monday, 9 in the morning
SATURDAY = datetime(2026, 6, 6, 1, 0, tzinfo=UTC)  # 9 to 11 by the city's clocks
WEEK = Scope(starts=NOW, ends=NOW + timedelta(days=7))


class Place(Struct):
    """An agency with an activity, a shift on Saturday and a seat for two."""

    agency: int
    manager: int
    line: int
    activity: int
    shift: int
    seat: int


async def place(kind: str = "elder_visit", unit: str = "hour", **of_seat: object) -> Place:
    agency = await factories.organisation()
    funder = await factories.organisation("funder")
    manager = await factories.member(agency, "agency_manager")
    officer = await factories.member(funder, "funder_officer")
    program = await factories.program(funder, agency, officer)
    line = await factories.line(await factories.contract(program, officer), kind=kind, unit=unit, target=100)
    activity = await factories.activity(agency, manager, line)
    await execute("UPDATE activity SET service_kind = $2 WHERE id = $1", activity, kind)
    shift = await factories.shift(activity, starts=SATURDAY)
    return Place(agency, manager, line, activity, shift, await factories.seat(shift, **of_seat))  # type: ignore[arg-type]


def row(loaded: Loaded, person: int) -> int:
    return loaded.person_at[person]


async def test_nothing_in_the_city_is_an_empty_problem(db: str) -> None:
    loaded = await load(WEEK, now=NOW)
    problem = loaded.problem
    assert (problem.people_count, problem.shift_count, problem.seat_count) == (0, 0, 0)
    assert problem.seats.first.tolist() == [0]
    assert problem.spans.first.tolist() == [0]


async def test_a_shift_comes_with_its_times_seats_and_what_is_left_of_its_contract(db: str) -> None:
    here = await place(needed=3)
    other = await factories.shift(here.activity, starts=SATURDAY + timedelta(days=1), minutes=90)
    busy = await factories.person("赵六")
    await factories.signup(await factories.seat(other, needed=1), busy, here.manager)
    problem = (await load(WEEK, now=NOW)).problem
    assert problem.shifts.ids.tolist() == [here.shift]  # the other one is full
    assert problem.shifts.starts.tolist() == [5 * 1440]
    assert problem.shifts.ends.tolist() == [5 * 1440 + 120]
    assert problem.seats.open.tolist() == [3]
    assert problem.contracts.ids.tolist() == [here.line]
    assert problem.contracts.minutes_left.tolist() == [100 * 60 - 90]
    assert problem.days[0] == -9 * 60  # the local day began at midnight
    assert problem.weights == Weights()


async def test_visits_are_not_limited_by_hours(db: str) -> None:
    await place(unit="visit")
    problem = (await load(WEEK, now=NOW)).problem
    assert problem.shifts.contract.tolist() == [-1]


async def test_only_published_shifts_of_the_scope_are_there(db: str) -> None:
    here, there = await place(), await place()
    await factories.seat(await factories.shift(here.activity, starts=SATURDAY, status="cancelled"))
    await factories.seat(await factories.shift(here.activity, starts=NOW + timedelta(days=9)))
    both = await load(WEEK, now=NOW)
    assert sorted(both.shift_at) == sorted([here.shift, there.shift])
    own = await load(msgspec.structs.replace(WEEK, agency=here.agency), now=NOW)
    assert list(own.shift_at) == [here.shift]
    elsewhere = await load(msgspec.structs.replace(WEEK, region="11"), now=NOW)
    assert elsewhere.problem.shift_count == 0
    by_seat = await load(msgspec.structs.replace(WEEK, seats=(there.seat,)), now=NOW)
    assert list(by_seat.seat_at) == [there.seat]


async def test_people_come_with_what_they_said(db: str) -> None:
    here = await place()
    person = await factories.person("孙七", skills=["first_aid"])
    await execute(
        "UPDATE person SET sex = 'female', likes = '{elder_visit}', refuses = '{after_school}', reach_metres = 3000,"
        " day_minutes = 120, week_minutes = 240, languages = '{yue}' WHERE id = $1",
        person,
    )
    await execute("INSERT INTO availability (person, weekday, from_minute, to_minute) VALUES ($1, 5, 540, 660)", person)
    loaded = await load(WEEK, now=NOW)
    problem, at = loaded.problem, row(loaded, person)
    people, words = problem.people, problem.words
    assert int(people.skills[at]) == 1 << words.skills.index("first_aid")
    assert int(people.languages[at]) == 1 << words.languages.index("yue")
    assert int(people.likes[at]) == 1 << words.kinds.index("elder_visit")
    assert int(people.refuses[at]) == 1 << words.kinds.index("after_school")
    assert (people.sex[at], people.reach[at]) == (FEMALE, 3000)
    assert (people.day_minutes[at], people.week_minutes[at]) == (120, 240)
    assert not people.minor[at]
    first = int(problem.shifts.starts[0]) // 15
    free = [slot for slot in range(672) if int(people.free[at][slot // 64]) >> slot % 64 & 1]
    assert free == list(range(first, first + 8))
    assert here.shift in loaded.shift_at


@pytest.mark.parametrize(
    ("born", "there", "minor"),
    [("2008-06-01", True, False), ("2008-06-02", True, True), ("2012-06-02", False, True)],
)
async def test_minors_are_marked_and_need_a_guardian_below_14(db: str, born: str, there: bool, minor: bool) -> None:
    person = await factories.person(born=born)
    loaded = await load(WEEK, now=NOW)
    assert (person in loaded.person_at) == there
    if there:
        assert bool(loaded.problem.people.minor[row(loaded, person)]) == minor


async def test_only_credentials_that_were_seen_and_not_revoked_count(db: str) -> None:
    here = await place("after_school")
    seen, unseen, revoked, ended = [await factories.person(name) for name in ("甲一", "乙二", "丙三", "丁四")]
    await factories.credential(seen, here.manager)
    await factories.credential(unseen, here.manager, seen=False)
    gone = await factories.credential(revoked, here.manager)
    await execute("UPDATE credential SET revoked_at = $2 WHERE id = $1", gone, NOW)
    await factories.credential(ended, here.manager, ends_before=date(2026, 6, 3))
    loaded = await load(WEEK, now=NOW)
    problem = loaded.problem
    bit = problem.words.credentials.index("no_offences")
    until = problem.people.credential_until[:, bit]
    assert until[row(loaded, seen)] == FOREVER
    assert until[row(loaded, unseen)] == until[row(loaded, revoked)] == NEVER
    assert until[row(loaded, ended)] == int(problem.days[2])  # the midnight before Wednesday
    assert int(problem.seats.credentials[0]) == 1 << bit  # the safeguard of work with children


async def test_commitments_absences_and_history_bind_people(db: str) -> None:
    here = await place()
    person = await factories.person("周八")
    earlier = await factories.shift(here.activity, starts=NOW - timedelta(days=30), status="done")
    await factories.signup(await factories.seat(earlier), person, here.manager, "attended")
    held = await factories.shift(here.activity, starts=NOW + timedelta(days=2))
    await factories.signup(await factories.seat(held), person, here.manager)
    await execute(
        "INSERT INTO absence (person, starts, ends, reason, entered_by, entered_at) VALUES ($1, $2, $3, 'ill', $4, $5)",
        person, NOW + timedelta(days=3), NOW + timedelta(days=4), here.manager, NOW,
    )  # fmt: skip
    called_off = await factories.shift(here.activity, starts=NOW - timedelta(days=20), status="cancelled")
    lost = await factories.signup(await factories.seat(called_off), person, here.manager, "cancelled")
    await execute("UPDATE signup SET ended_at = starts - interval '1 hour' WHERE id = $1", lost)  # no broken promise
    loaded = await load(WEEK, now=NOW)
    problem, at = loaded.problem, row(loaded, person)
    spans = slice(*problem.spans.first[at : at + 2])
    assert problem.spans.starts[spans].tolist() == [2 * 1440, 3 * 1440]
    assert problem.spans.counts[spans].tolist() == [True, False]
    assert problem.spans.shift[spans].tolist() == [loaded.shift_at[held], -1]
    assert problem.people.served_minutes[at] == 120
    assert problem.people.reliability[at] == pytest.approx(2 / 3)
    knows = slice(*problem.known.first[at : at + 2])
    assert problem.known.served[knows].tolist() == [-here.activity]
    assert problem.shifts.served.tolist() == [-here.activity] * 2


async def test_the_same_human_with_two_records_is_one(db: str) -> None:
    here = await place()
    kept, duplicate = await factories.person("吴九"), await factories.person("吴九")
    held = await factories.shift(here.activity, starts=NOW + timedelta(days=2))
    await factories.signup(await factories.seat(held), duplicate, here.manager)
    await execute("UPDATE person SET merged_into = $1 WHERE id = $2", kept, duplicate)
    loaded = await load(WEEK, now=NOW)
    assert list(loaded.person_at) == [kept]
    assert len(loaded.problem.spans.starts) == 1


async def test_who_was_asked_is_not_asked_for_that_shift_again(db: str) -> None:
    here = await place()
    person = await factories.person("郑十")
    asking = await value(
        "INSERT INTO asking (seat, shift, mode, asked_by, asked_at) VALUES ($1, $2, 'at_once', $3, $4) RETURNING id",
        here.seat, here.shift, here.manager, NOW,
    )  # fmt: skip
    await execute(
        "INSERT INTO offer (asking, seat, shift, person, status, opened_at) VALUES ($1, $2, $3, $4, 'declined', $5)",
        asking, here.seat, here.shift, person, NOW - timedelta(days=3),
    )  # fmt: skip
    loaded = await load(WEEK, now=NOW)
    at = row(loaded, person)
    assert loaded.problem.declined.shift[slice(*loaded.problem.declined.first[at : at + 2])].tolist() == [0]
    assert loaded.problem.people.days_unasked[at] == 3


@pytest.mark.parametrize(
    ("wanted", "same", "resident", "sex"),
    [
        ("female", False, "", FEMALE),
        ("", True, "female", FEMALE),
        ("", True, "", NOBODYS_SEX),
        ("male", True, "female", NOBODYS_SEX),
    ],
)
async def test_same_sex_rules_hold_even_when_nothing_is_known(
    db: str, wanted: str, same: bool, resident: str, sex: int
) -> None:
    here = await place()
    await execute("UPDATE shift SET sex_wanted = $2 WHERE id = $1", here.shift, wanted)
    if same:
        await safeguard(same_sex=True)
    community = await factories.organisation("community")
    person = await value(
        "INSERT INTO resident (short_name, region, sex, created_at) VALUES ('王**', $1, $2, $3) RETURNING id",
        factories.COMMUNITY, resident, NOW,
    )  # fmt: skip
    request = await value(
        "INSERT INTO request (resident, region, community, service_kind, channel, asked_by, status, received_at,"
        " wanted_on) VALUES ($1, $2, $3, 'elder_visit', 'window', 'self', 'planned', $4, '2026-06-06') RETURNING id",
        person, factories.COMMUNITY, community, NOW,
    )  # fmt: skip
    await execute(
        "INSERT INTO visit (request, shift, planned_by, planned_at) VALUES ($1, $2, $3, $4)",
        request, here.shift, here.manager, NOW,
    )  # fmt: skip
    problem = (await load(WEEK, now=NOW)).problem
    assert problem.shifts.sex.tolist() == [sex]
    assert problem.shifts.served.tolist() == [person]
    assert problem.shifts.deadline.tolist() == [int(problem.days[6])]  # the end of the day they wished for


@pytest.mark.parametrize(("needed", "there", "places", "least"), [(2, 0, 2, 2), (2, 1, 1, 1), (1, 0, 0, 0)])
async def test_nobody_goes_alone_where_the_safeguard_says_so(
    db: str, needed: int, there: int, places: int, least: int
) -> None:
    here = await place(needed=needed)
    await safeguard(two_people=True, staff_present=True, adults_only=True)
    for _ in range(there):
        await factories.signup(here.seat, await factories.person(), here.manager)
    problem = (await load(WEEK, now=NOW)).problem
    assert problem.seats.open.tolist() == [places]  # with a place for one only, nobody can be sent
    assert problem.seats.least.tolist() == [least]
    assert problem.shifts.staffed.tolist() == [True]
    assert problem.shifts.adults_only.tolist() == [True]
    assert problem.shifts.volunteers_there.tolist() == [there]


@pytest.mark.parametrize(("ahead", "least"), [(0, 2), (1, 0)])
async def test_a_safeguard_holds_for_shifts_from_its_day_on(db: str, ahead: int, least: int) -> None:
    await place()
    await safeguard(applies_from=clock.local_day(SATURDAY) + timedelta(days=ahead), two_people=True)
    assert clock.local_day(NOW) < clock.local_day(SATURDAY)
    assert (await load(WEEK, now=NOW)).problem.seats.least.tolist() == [least]


async def test_places_are_metres_on_a_plane_and_communities_have_middles(db: str) -> None:
    here = await place()
    await execute("UPDATE activity SET latitude = 22.55, longitude = 114.1 WHERE id = $1", here.activity)
    near = await factories.person("钱二")  # lives in that community, at its middle
    away = await factories.person("李四")
    await execute("UPDATE person SET latitude = 22.56, longitude = 114.1 WHERE id = $1", away)
    nowhere = await factories.person("何五")
    await execute("UPDATE person SET home = NULL WHERE id = $1", nowhere)
    loaded = await load(WEEK, now=NOW)
    problem = loaded.problem
    spot = np.array([problem.shifts.x[0], problem.shifts.y[0]])
    metres = np.hypot(problem.people.x - spot[0], problem.people.y - spot[1])
    assert metres[row(loaded, near)] == pytest.approx(0, abs=1)
    assert metres[row(loaded, away)] == pytest.approx(1112, abs=3)
    assert np.isnan(metres[row(loaded, nowhere)])


async def test_loading_asks_as_much_of_the_database_for_many_as_for_few(db: str) -> None:
    here = await place()
    await load(WEEK, now=NOW)  # each connection learns the types of arrays once
    async with listening() as few:
        await load(WEEK, now=NOW)
    for number in range(6):
        await factories.seat(await factories.shift(here.activity, starts=SATURDAY + timedelta(hours=3 * number)))
        person = await factories.person(f"人{number}")
        await execute("INSERT INTO availability (person, weekday, from_minute, to_minute) VALUES ($1, $2, 0, 900)",
                      person, number)  # fmt: skip
    async with listening() as many:
        await load(WEEK, now=NOW)
    assert len(many) == len(few)


async def safeguard(applies_from: date = date(2026, 5, 1), **asked: bool) -> None:
    """A row of the safeguarding matrix for elder visits."""
    await execute(
        "INSERT INTO safeguard (service_kind, applies_from, credentials, adults_only, two_people, staff_present,"
        " same_sex, decided_at) VALUES ('elder_visit', $6, '{}', $1, $2, $3, $4, $5)",
        asked.get("adults_only", False), asked.get("two_people", False), asked.get("staff_present", False),
        asked.get("same_sex", False), NOW, applies_from,
    )  # fmt: skip
