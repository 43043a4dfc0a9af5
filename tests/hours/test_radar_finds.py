"""For each rule of the radar a history that trips it, and one just short of it that does not."""

import json
from datetime import datetime, timedelta

import asyncpg
import pytest

from app.hours.rules.radar import Code
from app.kit.db import execute
from tests import factories as make
from tests.hours import scene
from tests.hours.radar_scene import correct, elsewhere, found, look, people, present, thresholds
from tests.hours.scene import Scene, local


def minutes(n: int) -> timedelta:
    return timedelta(minutes=n)


async def test_more_than_sixteen_hours_on_a_day_are_found_for_each_agency_that_recorded_some(db: str) -> None:
    here, there = await scene.build(), await elsewhere()
    [busy, diligent] = await people(2)
    await present(here, busy, local(8, 0, 20), local(16, 0, 20))
    await present(there, busy, local(16, 0, 20) - minutes(480), local(16, 0, 20) - minutes(475))  # a minute or five
    await present(there, busy, local(16, 0, 20), local(23, 59, 20))
    await present(here, diligent, local(8, 0, 20), local(23, 59, 20))
    assert await look() == {Code.LONG_DAY: 2}
    assert {one.agency for one in await found("long_day")} == {here.agency, there.agency}
    assert {one.person_id for one in await found("long_day")} == {busy}
    facts = json.loads((await found("long_day"))[0].facts)
    assert (facts["minutes"], facts["rows"], facts["limit_minutes"]) == (964, 3, 960)


async def test_the_records_of_one_human_are_added_up(db: str) -> None:
    here = await scene.build()
    [one, other] = await people(2)
    await present(here, one, local(8, 0, 20), local(16, 30, 20))
    await present(here, other, local(16, 0, 20), local(23, 59, 20))
    assert await look() == {}
    await execute("UPDATE person SET merged_into = $1 WHERE id = $2", one, other)
    assert await look() == {Code.LONG_DAY: 1, Code.OVERLAP: 1}
    assert [finding.person_id for finding in await found()] == [one, one]


async def test_a_night_shift_belongs_to_two_days(db: str) -> None:
    here = await scene.build()
    [watchman] = await people(1)
    await present(here, watchman, local(12, 0, 20), local(12, 0, 21))  # twelve hours of each
    assert await look() == {}


async def test_two_places_at_once_are_found_for_both_agencies_though_nothing_is_posted(db: str) -> None:
    here, there = await scene.build(), await elsewhere()
    [twofold, hurried] = await people(2)
    one = await present(here, twofold, local(9, 0), local(11, 0))
    other = await present(there, twofold, local(10, 50), local(12, 0))
    await present(here, hurried, local(9, 0), local(11, 0))
    await present(there, hurried, local(10, 51), local(12, 0))  # nine minutes are passed over
    assert await look() == {Code.OVERLAP: 2}
    for finding in await found("overlap"):
        facts = json.loads(finding.facts)
        assert (facts["minutes"], facts["attendances"]) == (10, [one, other])
        assert finding.person_id == twofold


async def test_someone_who_did_not_come_was_nowhere_else(db: str) -> None:
    here, there = await scene.build(), await elsewhere()
    [person] = await people(1)
    one = await present(here, person, local(9, 0), local(11, 0))
    await present(there, person, local(9, 0), local(11, 0))
    await execute("UPDATE attendance SET status = 'no_show' WHERE id = $1", one)
    assert await look() == {}


async def at(world: Scene, latitude: float, longitude: float) -> None:
    await execute(
        "UPDATE activity SET latitude = $2, longitude = $3 WHERE id = $1", world.activity, latitude, longitude
    )


async def test_a_journey_nobody_can_make_is_found_by_the_places_of_the_activities(db: str) -> None:
    here, there = await scene.build(), await elsewhere()
    await at(here, 22.55, 114.12)
    await at(there, 22.72, 114.25)  # 23 km away
    [impossible, brisk] = await people(2)
    await present(here, impossible, local(9, 0), local(11, 0))
    await present(there, impossible, local(11, 5), local(12, 0))
    await present(here, brisk, local(9, 0), local(11, 0))
    await present(there, brisk, local(11, 20), local(12, 0))
    assert await look() == {Code.TRAVEL: 2}
    facts = json.loads((await found("travel"))[0].facts)
    assert (facts["km"], facts["minutes"]) == (23, 5)
    assert facts["kmh"] > 270
    assert {one.person_id for one in await found()} == {impossible}


async def test_a_punchs_own_fix_is_read_in_its_own_datum(db: str) -> None:
    """5.3 km by the raw figures, 4.7 km once AMap's are turned into what the activity's are in."""
    here, there = await scene.build(), await elsewhere()
    await at(here, 22.55, 114.12)
    await at(there, 22.55, 114.12)
    await thresholds("travel", '{"kmh": 60, "km": 5}', "2026-01-01")
    [person] = await people(1)
    await present(here, person, local(9, 0), local(10, 0))
    fix = "UPDATE punch SET latitude = $2, longitude = $3, datum = $4, accuracy_metres = 0 WHERE id = $1"
    signup = int(await make.value("SELECT signup FROM attendance"))
    owner = await asyncpg.connect(db)
    punch = await scene.punch(signup, "in", local(10, 1), here.worker)
    await owner.execute(fix, punch, 22.55, 114.1717, "gcj02")
    assert await look() == {}
    await owner.execute(fix, punch, 22.55, 114.1717, "wgs84")
    assert await look() == {Code.TRAVEL: 1}
    await owner.close()


async def test_an_undone_punch_was_nowhere(db: str) -> None:
    here, there = await scene.build(), await elsewhere()
    await at(here, 22.55, 114.12)
    await at(there, 22.72, 114.25)
    [person] = await people(1)
    one = await present(here, person, local(9, 0), local(11, 0))
    await present(there, person, local(12, 0), local(13, 0))
    signup = int(await make.value("SELECT signup FROM attendance WHERE id = $1", one))
    mistaken = await scene.punch(signup, "out", local(11, 58), here.worker)
    await scene.punch(signup, "out", local(11, 58), here.worker, undoes=mistaken)
    assert await look() == {}


async def batches(world: Scene, group: list[int], days: list[int], *, apart: int = 0) -> None:
    """The same people at one shift a day, each `apart` minutes after the one before."""
    for day in days:
        shift = await make.shift(world.activity, starts=local(9, 0, day))
        for place, person in enumerate(group):
            came = local(9, day % 7, day) + minutes(apart * place)
            await present(world, person, came, came + minutes(95 + day % 5), shift=shift)


async def test_the_same_people_to_the_minute_over_four_shifts_are_twins(db: str) -> None:
    here = await scene.build()
    group = await people(4)
    await batches(here, group, [2, 9, 17])
    assert await look() == {}  # three times may happen
    await batches(here, group, [24])
    assert await look() == {Code.TWINS: 1}
    facts = json.loads((await found())[0].facts)
    assert (facts["people"], facts["shifts"], facts["rows"], facts["day"]) == (4, 4, 16, "2026-11-24")


async def test_people_who_come_one_after_the_other_are_no_twins(db: str) -> None:
    here = await scene.build()
    await batches(here, await people(4), [2, 9, 17, 24], apart=1)
    assert await look() == {}


async def test_twins_long_ago_are_not_found_tonight(db: str) -> None:
    here = await scene.build()
    await batches(here, await people(4), [2, 3, 4, 5])
    assert await look("2026-11-20", "2026-12-01") == {}


async def keyed(world: Scene, n: int, shifts: int, keyer: int) -> None:
    made = [await make.shift(world.activity, starts=local(9, 0, 1 + place)) for place in range(shifts)]
    for place, person in enumerate(await people(n)):
        day = 1 + place % shifts
        times = local(9, 0, day), local(11, 0, day)
        await present(world, person, *times, shift=made[place % shifts], keyer=keyer, punched=False)


@pytest.mark.parametrize(("n", "shifts", "expected"), [(20, 4, True), (19, 4, False), (20, 3, False)])
async def test_the_same_times_keyed_by_hand_again_and_again_are_found(
    db: str, n: int, shifts: int, expected: bool
) -> None:
    here = await scene.build()
    await thresholds("twins", "{}", "2021-01-01", enabled=False)
    await keyed(here, n, shifts, here.worker)
    assert (await look()).get(Code.SAME_TIMES) == (1 if expected else None)
    assert [one.account_id for one in await found("same_times")] == [here.worker] * expected


async def test_very_many_entries_within_minutes_are_found_once_a_day(db: str) -> None:
    here = await scene.build()
    await thresholds("bulk", '{"entries": 5, "minutes": 10}', "2026-01-01")
    attendances = [
        await present(here, person, local(9, 0, 10), local(10, 0, 10), punched=False, keyer=here.colleague)
        for person in await people(5)
    ]
    await execute("DELETE FROM time_exception")
    for place, attendance in enumerate(attendances):
        await correct(attendance, local(9), local(10), here.manager, at=local(20, 2 * place, 12))
    assert Code.BULK not in await look()  # five within ten minutes are not more than five
    await correct(attendances[0], local(9), local(10), here.manager, at=local(20, 30, 12))
    assert Code.BULK not in await look()  # six, but not within ten minutes
    await correct(attendances[0], local(9), local(10), here.manager, at=local(20, 10, 12))
    assert (await look())[Code.BULK] == 1
    [finding] = await found("bulk")
    facts = json.loads(finding.facts)
    assert (facts["n"], facts["rows"], facts["day"], finding.account_id) == (6, 5, "2026-11-12", here.manager)
    assert Code.BULK not in await look()


async def crowd(world: Scene, n: int, day: int, seats: int) -> None:
    shift = await make.shift(world.activity, starts=local(9, 0, day))
    await make.seat(shift, needed=seats)
    for place, person in enumerate(await people(n)):
        came = local(9, 0, day) + minutes(place % 13 - 6)
        signup = await make.signup(await make.seat(shift, needed=1), person, world.manager)
        await execute("UPDATE signup SET status = 'cancelled' WHERE id = $1", signup)
        await scene.punch(signup, "in", came, world.worker)
        await scene.punch(signup, "out", came + minutes(100 + place), world.worker)
        await scene.recorded(signup)


async def test_a_shift_with_far_more_people_than_usual_is_found(db: str) -> None:
    here = await scene.build()
    await thresholds("crowd", '{"people": 5, "times_usual": 3, "days": 90}', "2026-01-01")
    for day in (3, 10):
        await crowd(here, 2, day, seats=9)
    await crowd(here, 6, 17, seats=9)  # three times as many is not more than three times
    assert await look() == {}
    await crowd(here, 7, 24, seats=9)
    assert (await look()).get(Code.CROWD) is None  # now four are usual


async def test_a_shift_with_three_times_the_usual_is_found_with_its_figures(db: str) -> None:
    here = await scene.build()
    await thresholds("crowd", '{"people": 5, "times_usual": 3, "days": 90}', "2026-01-01")
    for day in (3, 10, 12):
        await crowd(here, 1, day, seats=9)
    await crowd(here, 5, 17, seats=9)
    assert (await look())[Code.CROWD] == 1
    facts = json.loads((await found("crowd"))[0].facts)
    assert (facts["people"], facts["usual"], facts["rows"]) == (5, 1, 5)


async def punctual(world: Scene, person: int, offsets: list[int], keyer: int | None = None) -> None:
    for place, offset in enumerate(offsets):
        came = local(9, 0, 2 + place) + minutes(offset)
        await present(
            world, person, came, came + minutes(90 + place), late=minutes(offset), keyer=keyer or world.colleague
        )


async def test_someone_who_always_comes_in_the_same_minute_is_found(db: str) -> None:
    here = await scene.build()
    [clockwork, human] = await people(2)
    await thresholds("same_minute", '{"check_ins": 8, "percent": 90, "days": 62}', "2026-01-01")
    await punctual(here, clockwork, [3] * 9 + [5], keyer=here.worker)
    await punctual(here, human, [3] * 8 + [5, 1], keyer=here.colleague)
    new = await look()
    assert new[Code.SAME_MINUTE] == 2  # the person, and the social worker who keyed it
    findings = await found("same_minute")
    assert {(one.person_id, one.account_id) for one in findings} == {(clockwork, 0), (0, here.worker)}
    assert json.loads(findings[0].facts)["offset"] == 3


async def test_seven_times_are_too_few_to_call_it_always(db: str) -> None:
    here = await scene.build()
    [person] = await people(1)
    await punctual(here, person, [0] * 7)
    assert await look() == {}


async def test_one_account_that_recorded_most_of_a_month_is_found(db: str) -> None:
    here = await scene.build()
    await thresholds("keyer_share", '{"percent": 60, "hours": 10}', "2026-01-01")
    for place, person in enumerate(await people(5)):
        by = here.worker if place < 3 else here.colleague
        await present(here, person, local(9, place, 10 + place), local(11, place, 10 + place), keyer=by)
    assert await look("2026-11-01", "2026-11-30") == {}  # not a whole month
    assert await look() == {Code.KEYER_SHARE: 1}
    [finding] = await found()
    facts = json.loads(finding.facts)
    assert (finding.account_id, facts["percent"], facts["minutes"], facts["total"]) == (here.worker, 60, 360, 600)


async def test_a_small_month_or_a_smaller_share_says_nothing(db: str) -> None:
    here = await scene.build()
    await thresholds("keyer_share", '{"percent": 67, "hours": 6}', "2026-01-01")
    for place, person in enumerate(await people(3)):
        by = here.worker if place < 2 else here.colleague
        await present(here, person, local(9, place, 10 + place), local(11, place, 10 + place), keyer=by)
    assert await look() == {}
    await thresholds("keyer_share", '{"percent": 66, "hours": 7}', "2026-02-01")
    assert await look() == {}
    await thresholds("keyer_share", '{"percent": 66, "hours": 6}', "2026-03-01")
    assert await look() == {Code.KEYER_SHARE: 1}


async def test_ones_own_punches_are_no_keyers_share(db: str) -> None:
    here = await scene.build()
    await thresholds("keyer_share", '{"percent": 60, "hours": 1}', "2026-01-01")
    [person] = await people(1)
    attendance = await present(here, person, local(9, 0, 10), local(11, 0, 10), keyer=here.worker)
    await execute("UPDATE attendance SET account_id = $2 WHERE id = $1", attendance, here.worker)
    assert await look() == {}


async def test_a_month_on_weak_evidence_is_found(db: str) -> None:
    here = await scene.build()
    await thresholds("low_grades", '{"percent": 40, "hours": 10}', "2026-01-01")
    made = []
    for place, person in enumerate(await people(5)):
        times = local(9, place, 10 + place), local(11, place, 10 + place)
        made.append(await present(here, person, *times, keyer=here.worker if place % 2 else here.colleague))
    await execute("UPDATE attendance SET grade = 'E' WHERE id = ANY($1)", made[:2])
    assert await look() == {}  # forty in a hundred is the limit itself
    await execute("UPDATE attendance SET grade = 'D' WHERE id = $1", made[2])
    assert await look() == {Code.LOW_GRADES: 1}
    facts = json.loads((await found())[0].facts)
    assert (facts["percent"], facts["attendances"], facts["month"]) == (60, made[:3], "2026-11-01")


async def test_looking_twice_finds_nothing_new(db: str) -> None:
    here, there = await scene.build(), await elsewhere()
    [person] = await people(1)
    await present(here, person, local(9, 0), local(11, 0))
    await present(there, person, local(9, 30), local(12, 0))
    assert await look() == {Code.OVERLAP: 2}
    before = await found()
    assert await look() == {}
    assert await look("2026-11-25", "2026-12-05") == {}
    assert await found() == before


async def test_other_thresholds_judge_from_their_day_on_and_never_before(db: str) -> None:
    here = await scene.build()
    [person] = await people(1)
    for day in (10, 20):
        await present(here, person, local(9, day, day), local(14, day, day))
    await thresholds("long_day", '{"minutes": 240}', "2026-11-15")
    assert await look() == {Code.LONG_DAY: 1}
    assert [one.served_on for one in await found()] == [datetime.fromisoformat("2026-11-20").date()]
    await thresholds("long_day", '{"minutes": 240}', "2026-11-05", enabled=False)
    assert await look() == {}
