"""Own claims, time beside a shift, and paper rosters: allowed within limits, graded low, vouched for by two."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.hours import actions
from app.hours.actions.claiming import claim_beside, claim_own
from app.hours.actions.rostering import RosterFaulty, Row, key_roster
from app.hours.rules import Reason, Stretch
from app.kit.db import execute, value
from app.kit.errors import Conflict, DomainError, Invalid, NotFound
from tests import factories as make
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, ENDS, STARTS, Scene, acting, attendance, entries, punch, recorded
from tests.visitor import Visitor

WHOLE = Stretch(STARTS, ENDS)


async def code(awaiting: object) -> str:
    with pytest.raises(DomainError) as refused:
        await awaiting  # type: ignore[misc]
    return refused.value.first.code


async def expected(scene: Scene, **more: object) -> tuple[int, int]:
    """The account and the attendance of a volunteer whom nobody punched."""
    account, person = await make.volunteer()
    shift = await scene.shift(**more)
    here = await recorded(await scene.signup(shift, person))
    return account, here


async def number_of(person: int) -> str:
    return str(await value("SELECT volunteer_no FROM person WHERE id = $1", person))


async def test_whoever_nobody_punched_says_when_they_were_there_and_two_people_vouch(db: str) -> None:
    scene = await set_up.build()
    account, here = await expected(scene)
    await claim_own(await acting(account), here, WHOLE, Reason.DEVICE, now=AFTER)
    found = await attendance(here)
    assert (found.status, found.grade, found.counted_minutes, found.recorders) == ("recorded", "D", 120, [account])
    assert await value("SELECT tiers FROM attendance WHERE id = $1", here) == ["agency", "second"]
    assert await code(actions.approve(await acting(account), here, now=AFTER)) == "not_found"
    assert await actions.approve(await acting(scene.manager), here, now=AFTER) is None
    assert not await entries(here)
    assert await actions.approve(await acting(scene.colleague), here, now=AFTER) == 120
    assert [entry.grade for entry in await entries(here)] == ["D"]


async def test_a_claim_has_limits(db: str) -> None:
    scene = await set_up.build()
    account, here = await expected(scene)
    me = await acting(account)
    for stranger in (scene.manager, (await make.volunteer())[0]):
        with pytest.raises(NotFound):
            await claim_own(await acting(stranger), here, WHOLE, Reason.DEVICE, now=AFTER)
    assert await code(claim_own(me, here, WHOLE, Reason.DEVICE, now=STARTS)) == "shift_not_over"
    long = Stretch(STARTS - timedelta(hours=2), ENDS)
    assert await code(claim_own(me, here, long, Reason.DEVICE, now=AFTER)) == "outside_shift"
    with pytest.raises(Invalid):
        await claim_own(me, here, WHOLE, Reason.OTHER, now=AFTER)
    await set_up.close_periods(scene.contract)
    assert await code(claim_own(me, here, WHOLE, Reason.DEVICE, now=AFTER)) == "period_locked"
    await set_up.close_periods(scene.contract, "returned")
    signup = await value("SELECT signup FROM attendance WHERE id = $1", here)
    await punch(int(signup), "in", STARTS, scene.worker)  # and no job has looked at it
    assert await code(claim_own(me, here, WHOLE, Reason.DEVICE, now=AFTER)) == "punched_already"
    assert not await value("SELECT count(*) FROM adjustment")


async def test_a_claim_long_afterwards_is_taken_and_pointed_out(db: str) -> None:
    scene = await set_up.build()
    account, here = await expected(scene)
    await claim_own(await acting(account), here, WHOLE, Reason.DEVICE, now=AFTER + timedelta(days=21))
    codes = await value("SELECT array_agg(code ORDER BY code) FROM time_exception WHERE standing")
    assert codes == ["keyed_late", "nobody_punched"]
    assert "tier_late" in await value("SELECT tier_reasons::text FROM attendance WHERE id = $1", here)


async def test_the_page_offers_the_claim_only_to_the_person_and_loses_nothing(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    account, here = await expected(scene, starts=datetime(2026, 3, 2, 6, 0, tzinfo=UTC))
    person = await visit().signs_in_as(account)
    assert "Key my times" in (await person.get(f"/attendances/{here}")).text
    manager = await visit().signs_in_as(scene.manager)
    assert "Key my times" not in (await manager.get(f"/attendances/{here}")).text
    typed = {"came_on": "2026-03-02", "came_at": "14:00", "left_on": "2026-03-02", "left_at": "16:00"}
    assert (await manager.post(f"/attendances/{here}/claim", typed)).status_code == 404
    missing = await person.post(f"/attendances/{here}/claim", typed | {"note": "Ms Li saw me"})
    assert missing.status_code == 422
    assert "Say why nothing was punched." in missing.text
    assert "Ms Li saw me" in missing.text
    done = await person.post(f"/attendances/{here}/claim", typed | {"reason": "device"})
    assert done.status_code == 303
    assert (await attendance(here)).grade == "D"


async def test_writing_up_is_kept_beside_the_shift_once(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    worker = await acting(scene.worker)
    evening = Stretch(ENDS + timedelta(minutes=30), ENDS + timedelta(minutes=90))
    made = await claim_beside(worker, here, "write_up", evening, "visit record", now=AFTER)
    row = await attendance(made)
    assert (row.status, row.grade, row.counted_minutes) == ("recorded", "E", 60)
    assert await value("SELECT kind || ' ' || origin FROM attendance WHERE id = $1", made) == "write_up claim"
    assert (await attendance(here)).counted_minutes == 120, "the service itself is untouched"
    again = claim_beside(worker, here, "write_up", Stretch(ENDS + timedelta(hours=2), AFTER), "more", now=AFTER)
    assert await code(again) == "beside_once"
    for account in (scene.manager, scene.colleague):
        minutes = await actions.approve(await acting(account), made, now=AFTER)
    assert minutes == 60
    assert await value("SELECT kind FROM posting WHERE attendance_id = $1", made) == "write_up"


async def test_a_volunteers_way_is_recorded_and_counts_nothing_by_the_rule_book(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    account = int(await value("SELECT account_id FROM attendance WHERE id = $1", here))
    way = Stretch(STARTS - timedelta(minutes=40), STARTS)
    made = await claim_beside(await acting(account), here, "travel", way, "by bus", now=AFTER)
    found = await attendance(made)
    assert (found.grade, found.counted_minutes) == ("D", 0)
    assert await value("SELECT jsonb_array_length(counted_trace) FROM attendance WHERE id = $1", made) > 0


async def test_time_beside_a_shift_overlaps_nothing_and_belongs_to_someone_who_came(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    worker = await acting(scene.worker)
    over = Stretch(ENDS - timedelta(minutes=10), ENDS + timedelta(minutes=30))
    assert await code(claim_beside(worker, here, "write_up", over, "x", now=AFTER)) == "overlaps"
    after = Stretch(ENDS, ENDS + timedelta(minutes=30))
    assert await code(claim_beside(worker, here, "service", after, "x", now=AFTER)) == "not_beside"
    assert await code(claim_beside(worker, here, "write_up", after, "x", now=ENDS)) == "in_the_future"
    with pytest.raises(Invalid):
        await claim_beside(worker, here, "write_up", after, "  ", now=AFTER)
    far = Stretch(ENDS - timedelta(days=9), ENDS - timedelta(days=9, hours=-1))
    assert await code(claim_beside(worker, here, "write_up", far, "x", now=AFTER)) == "far_from_shift"
    _, absent = await expected(scene)
    assert await code(claim_beside(worker, absent, "write_up", after, "x", now=AFTER)) == "not_there"
    stranger = await acting((await make.volunteer())[0])
    with pytest.raises(NotFound):
        await claim_beside(stranger, here, "write_up", after, "x", now=AFTER)
    assert not await value("SELECT count(*) FROM attendance WHERE origin = 'claim'")


async def test_a_roster_is_keyed_at_once_with_who_walked_in(db: str) -> None:
    scene = await set_up.build()
    shift = await scene.shift()
    people = [(await make.volunteer())[1] for _ in range(3)]
    seat = await make.seat(shift, needed=3)
    for person in people[:2]:
        await make.signup(seat, person, scene.manager)
    rows = [Row(volunteer_no=await number_of(person), came=STARTS, left=ENDS) for person in people]
    assert await key_roster(await acting(scene.worker), shift, rows, now=AFTER) == 3
    found = await value(
        "SELECT array_agg(status || ' ' || grade || ' ' || origin || ' ' || counted_minutes ORDER BY id)"
        " FROM attendance WHERE shift = $1",
        shift,
    )
    assert found == ["recorded E shift 120", "recorded E shift 120", "recorded E roster 120"]
    assert await value("SELECT array_agg(DISTINCT batch_size) FROM adjustment") == [3]
    assert await value("SELECT taken FROM seat WHERE id = $1", seat) == 3
    assert await value("SELECT array_agg(DISTINCT status) FROM signup WHERE shift = $1", shift) == ["attended"]
    here = int(await value("SELECT max(id) FROM attendance"))
    assert await value("SELECT tiers FROM attendance WHERE id = $1", here) == ["agency", "second"]


async def test_ten_rows_at_once_say_so_to_whoever_vouches(db: str) -> None:
    scene = await set_up.build()
    shift = await scene.shift()
    await make.seat(shift, needed=10)
    numbers = [await number_of((await make.volunteer())[1]) for _ in range(10)]
    rows = [Row(volunteer_no=number, came=STARTS, left=ENDS) for number in numbers]
    await key_roster(await acting(scene.worker), shift, rows, now=AFTER)
    assert "tier_batch" in await value("SELECT min(tier_reasons::text) FROM attendance")


async def test_one_row_that_cannot_be_right_saves_none(db: str) -> None:
    scene = await set_up.build()
    shift = await scene.shift()
    seat = await make.seat(shift, needed=1)
    known, walked_in, elsewhere = [(await make.volunteer())[1] for _ in range(3)]
    await make.signup(seat, known, scene.manager)
    number = await number_of(known)
    rows = [
        Row(volunteer_no=number, came=STARTS, left=ENDS),
        Row(volunteer_no="T0", came=STARTS, left=ENDS),
        Row(volunteer_no=number, came=STARTS, left=ENDS),
        Row(volunteer_no=await number_of(walked_in), came=STARTS, left=ENDS),
    ]
    with pytest.raises(RosterFaulty) as faulty:
        await key_roster(await acting(scene.worker), shift, rows, now=AFTER)
    said = {place: why[0].code for place, why in faulty.value.rows.items()}
    assert said == {1: "no_such_volunteer", 2: "named_twice", 3: "no_free_place"}
    assert not await value("SELECT count(*) FROM adjustment")
    assert await value("SELECT taken FROM seat WHERE id = $1", seat) == 1
    await execute("UPDATE seat SET needed = 9 WHERE id = $1", seat)
    await scene.signup(await scene.shift(), elsewhere)  # at the same time
    busy = [Row(volunteer_no=await number_of(elsewhere), came=STARTS, left=ENDS)]
    with pytest.raises(RosterFaulty) as faulty:
        await key_roster(await acting(scene.worker), shift, busy, now=AFTER)
    assert faulty.value.rows[0][0].code == "elsewhere_then"


async def test_a_roster_is_for_ones_own_shift_when_it_is_over(db: str) -> None:
    scene, other = await set_up.build(), await set_up.build()
    shift = await scene.shift()
    await make.seat(shift)
    rows = [Row(volunteer_no=await number_of((await make.volunteer())[1]), came=STARTS, left=ENDS)]
    with pytest.raises(NotFound):
        await key_roster(await acting(other.worker), shift, rows, now=AFTER)
    assert await code(key_roster(await acting(scene.worker), shift, rows, now=STARTS)) == "shift_not_over"
    assert await code(key_roster(await acting(scene.worker), shift, [], now=AFTER)) == "roster_empty"
    await set_up.close_periods(scene.contract)
    with pytest.raises(Conflict):
        await key_roster(await acting(scene.worker), shift, rows, now=AFTER)
    assert not await value("SELECT count(*) FROM attendance")


async def test_the_roster_page_keeps_what_was_typed_and_says_what_is_wrong_where(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    shift = await scene.shift(starts=datetime(2026, 3, 2, 6, 0, tzinfo=UTC))
    _account, person = await make.volunteer("赵八")
    seat = await make.seat(shift, needed=2)
    await make.signup(seat, person, scene.manager)
    number = await number_of(person)
    visitor = await visit().signs_in_as(scene.worker)
    page = await visitor.get(f"/shifts/{shift}/roster")
    assert "赵八" in page.text
    assert number in page.text
    typed = {
        "volunteer_no-0": number, "came_at-0": "14:00", "left_at-0": "16:05",
        "volunteer_no-1": "T9999999", "came_at-1": "14:10", "left_at-1": "16:00",
    }  # fmt: skip
    wrong = await visitor.post(f"/shifts/{shift}/roster", typed)
    assert wrong.status_code == 422
    assert "Nobody has this volunteer number." in wrong.text
    assert "16:05" in wrong.text
    assert not await value("SELECT count(*) FROM adjustment")
    unfinished = await visitor.post(f"/shifts/{shift}/roster", typed | {"left_at-0": ""})
    assert "When did this person leave?" in unfinished.text
    untouched = await visitor.post(f"/shifts/{shift}/roster", {"volunteer_no-0": number})
    assert "Nothing was typed in." in untouched.text
    good = {name: given for name, given in typed.items() if name.endswith("-0")}
    done = await visitor.post(f"/shifts/{shift}/roster", good)
    assert done.status_code == 303
    assert await value("SELECT counted_minutes FROM attendance") == 125
    assert await value("SELECT recorders FROM attendance") == [scene.worker]
