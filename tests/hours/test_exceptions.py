"""Unusual times appear, wait, are settled by someone with a reason, and stand down; nothing is repaired by itself."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import Struct

from app.hours import actions
from app.hours.actions.exceptions import bring_exceptions_up_to_date, unsettled
from app.hours.actions.settling import keep
from app.hours.queries.exceptions import exceptions_at, exceptions_for
from app.hours.rules import Reason, Stretch
from app.hours.rules.exceptions import Why
from app.kit.db import execute, fetch, value
from app.kit.errors import Conflict, DomainError, Invalid, NotFound
from app.kit.places import Datum, Fix, in_wgs84
from tests.counting import listening
from tests.hours import scene
from tests.hours.scene import AFTER, ENDS, STARTS, Scene
from tests.hours.test_api import caller
from tests.visitor import Visitor


class Row(Struct):
    """What tests look at."""

    id: int
    code: str
    standing: bool
    action: str
    reason: str


async def found(attendance: int) -> list[Row]:
    """Every exception of an attendance."""
    return await fetch(
        Row,
        "SELECT id, code, standing, action, reason FROM time_exception WHERE attendance = $1 ORDER BY id",
        attendance,
    )


async def codes(attendance: int) -> list[str]:
    """What waits for someone."""
    return [row.code for row in await found(attendance) if row.standing and not row.action]


async def punched(here: Scene, *minutes: tuple[str, int], shift: int = 0) -> int:
    """The attendance of somebody punched so many minutes after the start, brought up to date after the shift."""
    signup = await here.signup(shift or await here.shift())
    for direction, at in minutes:
        await scene.punch(signup, direction, STARTS + timedelta(minutes=at), here.worker)
    return await up_to_date(signup)


async def up_to_date(signup: int, now: datetime = AFTER) -> int:
    """What the job does."""
    await actions.bring_up_to_date(signup, now=now)
    return int(await value("SELECT id FROM attendance WHERE signup = $1", signup))


async def keeps(here: Scene, attendance: int, by: int = 0, why: Why = Why.AGREED, note: str = "") -> None:
    """The social worker keeps all that waits as it is."""
    ids = [row.id for row in await found(attendance) if row.standing and not row.action]
    await keep(await scene.acting(by or here.worker), attendance, ids, why, note, now=AFTER)


async def test_an_ordinary_shift_has_no_exception_and_is_approved(db: str) -> None:
    here = await scene.build()
    attendance = await punched(here, ("in", -2), ("out", 121))
    assert await found(attendance) == []
    await actions.approve(await scene.acting(here.manager), attendance, now=AFTER)


async def test_what_is_unusual_keeps_hours_from_being_approved_until_somebody_says_why(db: str) -> None:
    here = await scene.build()
    attendance = await punched(here, ("in", 0), ("out", 160))
    assert await codes(attendance) == ["long"]
    with pytest.raises(Conflict) as refused:
        await actions.approve(await scene.acting(here.manager), attendance, now=AFTER)
    assert refused.value.first.code == "unsettled"
    await keeps(here, attendance)
    [row] = await found(attendance)
    assert (row.standing, row.action, row.reason) == (True, "kept", "agreed")
    assert await unsettled(attendance) == 0
    await actions.approve(await scene.acting(here.manager), attendance, now=AFTER)
    assert [entry.minutes for entry in await scene.entries(attendance)] == [160]


async def test_the_same_look_twice_changes_nothing(db: str) -> None:
    here = await scene.build()
    attendance = await punched(here, ("in", 0), ("out", 50), ("in", 70), ("out", 130))
    before = await found(attendance)
    assert [row.code for row in before] == ["several_pairs"]
    assert await bring_exceptions_up_to_date(attendance, now=AFTER) == 1
    assert await bring_exceptions_up_to_date(attendance, now=AFTER + timedelta(days=9)) == 1
    assert await found(attendance) == before


async def test_a_late_punch_lets_a_missing_one_stand_down_and_the_record_stays(db: str) -> None:
    here = await scene.build()
    signup = await here.signup(await here.shift())
    await scene.punch(signup, "in", STARTS, here.worker)
    attendance = await up_to_date(signup, now=STARTS + timedelta(minutes=30))
    assert await codes(attendance) == [], "people are still here"
    await up_to_date(signup)
    assert await codes(attendance) == ["no_out"]
    await scene.punch(signup, "out", ENDS, here.worker)
    await up_to_date(signup)
    assert [(row.code, row.standing, row.action) for row in await found(attendance)] == [("no_out", False, "")]
    await actions.approve(await scene.acting(here.manager), attendance, now=AFTER)


async def test_a_missing_time_cannot_be_kept_and_a_correction_settles_it(db: str) -> None:
    here = await scene.build()
    attendance = await punched(here, ("in", 0))
    with pytest.raises(Conflict) as refused:
        await keeps(here, attendance)
    assert refused.value.first.code == "nothing_to_keep"
    worker = await scene.acting(here.worker)
    await actions.adjust(worker, attendance, Stretch(STARTS, ENDS), Reason.FORGOT_OUT, now=AFTER)
    [row] = await found(attendance)
    assert (row.code, row.standing, row.action, row.reason) == ("no_out", True, "adjusted", "forgot_out")
    assert await value("SELECT raw_out IS NULL FROM attendance WHERE id = $1", attendance) is True
    await actions.approve(await scene.acting(here.manager), attendance, now=AFTER)


async def test_nobody_punched_is_settled_by_saying_that_they_did_not_come(db: str) -> None:
    here = await scene.build()
    attendance = await punched(here)
    assert await codes(attendance) == ["nobody_punched"]
    await actions.mark_missed(await scene.acting(here.worker), attendance, now=AFTER)
    [row] = await found(attendance)
    assert (row.action, await unsettled(attendance)) == ("missed", 0)


async def test_figures_that_change_after_settling_wait_again_and_keep_the_first_decision(db: str) -> None:
    here = await scene.build()
    signup = await here.signup(await here.shift())
    for direction, at in (("in", 0), ("out", 50), ("in", 60), ("out", 120)):
        await scene.punch(signup, direction, STARTS + timedelta(minutes=at), here.worker)
    attendance = await up_to_date(signup)
    await keeps(here, attendance, why=Why.AS_PLANNED)
    for direction, at in (("out", 20), ("in", 30)):
        await scene.punch(signup, direction, STARTS + timedelta(minutes=at), here.worker)
    await up_to_date(signup)
    assert await codes(attendance) == ["several_pairs"]
    earlier = "SELECT facts->'earlier'->0->>'reason' FROM time_exception WHERE attendance = $1"
    assert await value(earlier, attendance) == "as_planned"


async def test_another_reason_needs_words_and_ones_own_times_a_colleague(db: str) -> None:
    here = await scene.build()
    attendance = await punched(here, ("in", 0), ("out", 160))
    with pytest.raises(Invalid):
        await keeps(here, attendance, why=Why.OTHER, note="  ")
    await execute("UPDATE attendance SET account_id = $2 WHERE id = $1", attendance, here.worker)
    with pytest.raises(Conflict) as refused:
        await keeps(here, attendance)
    assert refused.value.first.code == "own_exception"
    assert await codes(attendance) == ["long"]


async def test_other_agencies_see_and_settle_nothing(db: str) -> None:
    here, other = await scene.build(), await scene.build()
    attendance = await punched(here, ("in", 0), ("out", 160))
    with pytest.raises(NotFound):
        await keeps(here, attendance, by=other.worker)
    assert (await exceptions_for(await scene.acting(other.manager))).rows == []
    inbox = await exceptions_for(await scene.acting(here.manager))
    assert [(each.row.id, [one.code for one in each.waiting]) for each in inbox.rows] == [(attendance, ["long"])]


async def test_of_two_who_settle_at_once_one_does(db: str) -> None:
    here = await scene.build()
    attendance = await punched(here, ("in", 0), ("out", 160))
    results = await asyncio.gather(
        *(keeps(here, attendance, by=by) for by in (here.worker, here.colleague)), return_exceptions=True
    )
    refused = [each for each in results if isinstance(each, DomainError)]
    assert [each.first.code for each in refused] == ["exception_settled"]
    assert results.count(None) == 1
    assert await value("SELECT count(*) FROM time_exception WHERE action = 'kept'") == 1


async def test_an_exception_that_was_not_shown_is_not_settled_unseen(db: str) -> None:
    here = await scene.build()
    attendance = await punched(here, ("in", 0), ("out", 160))
    [seen] = await found(attendance)
    await execute("UPDATE time_exception SET standing = false WHERE id = $1", seen.id)
    signup = await value("SELECT signup FROM attendance WHERE id = $1", attendance)
    await scene.punch(int(signup), "out", STARTS + timedelta(minutes=100), here.worker)
    with pytest.raises(Conflict):
        await keep(await scene.acting(here.worker), attendance, [seen.id, seen.id + 1000], Why.AGREED, now=AFTER)
    await keep(await scene.acting(here.worker), attendance, [seen.id], Why.AGREED, now=AFTER)
    assert await codes(attendance) == ["punched_twice"], "what arrived meanwhile still waits"


CENTRE = Fix(latitude=22.5405, longitude=114.0545)


async def fixed(signup: int, fix: Fix) -> None:
    """An arrival on time, and a departure, with a place fix on the first."""
    for direction, at in (("in", STARTS), ("out", ENDS)):
        await execute(
            "INSERT INTO punch (signup, shift, person, direction, at, received_at, how, keyed_by, nonce, latitude,"
            " longitude, accuracy_metres, datum) SELECT s.id, s.shift, s.person, $2, $3, $3, 'code', s.created_by, $4,"
            " $5, $6, $7, $8 FROM signup s WHERE s.id = $1",
            signup, direction, at, f"fix-{signup}-{direction}", *(
                (fix.latitude, fix.longitude, fix.accuracy_metres, fix.datum) if direction == "in"
                else (None, None, None, "")
            ),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("datum", "accuracy", "waits"),
    [(Datum.GCJ02, 20.0, []), (Datum.WGS84, 20.0, ["far_away"]), (Datum.WGS84, 400.0, [])],
)
async def test_a_place_is_compared_in_one_datum(db: str, datum: Datum, accuracy: float, waits: list[str]) -> None:
    here = await scene.build()
    book = '{"least_minutes": 0, "round_to_minutes": 1, "most_minutes_a_day": 600, "place_radius_metres": 300}'
    await execute(
        "INSERT INTO rule_book (contract, version, applies_from, rules, note, published_at)"
        " VALUES ($1, 'near', '2026-01-01', $2::jsonb, '', now())",
        here.contract, book,
    )  # fmt: skip
    await execute(
        "UPDATE activity SET latitude = $2, longitude = $3 WHERE id = $1",
        here.activity,
        CENTRE.latitude,
        CENTRE.longitude,
    )
    # What a map of GCJ-02 shows at the centre: about half a kilometre away when it is taken for WGS 84.
    latitude, longitude = CENTRE.latitude, CENTRE.longitude
    for _step in range(10):
        back = in_wgs84(Fix(latitude=latitude, longitude=longitude, datum=Datum.GCJ02))
        latitude, longitude = latitude + CENTRE.latitude - back.latitude, longitude + CENTRE.longitude - back.longitude
    signup = await here.signup(await here.shift())
    await fixed(signup, Fix(latitude=latitude, longitude=longitude, accuracy_metres=accuracy, datum=datum))
    attendance = await up_to_date(signup)
    assert await codes(attendance) == waits
    await execute("UPDATE shift SET is_visit = true")
    await bring_exceptions_up_to_date(attendance, now=AFTER)
    assert await codes(attendance) == [], "where people live is on no map of ours"


async def test_a_wrong_clock_and_a_late_upload_wait_with_their_figures(db: str) -> None:
    here = await scene.build()
    signup = await here.signup(await here.shift())
    received = datetime(2026, 12, 20, 2, 0, tzinfo=UTC)
    for direction, at in (("in", STARTS), ("out", ENDS)):
        await execute(
            "INSERT INTO punch (signup, shift, person, direction, at, received_at, sent_at, how, keyed_by, nonce)"
            " SELECT s.id, s.shift, s.person, $2, $3, $4, $5, 'leader', $6, $7 FROM signup s WHERE s.id = $1",
            signup, direction, at, received, received - timedelta(minutes=42), here.worker, f"late-{direction}",
        )  # fmt: skip
    attendance = await up_to_date(signup, now=received)
    assert await codes(attendance) == ["clock_wrong", "keyed_late"]
    rows = (await exceptions_at([attendance]))[attendance]
    assert rows[0].figures["wrong"] == 42
    assert rows[0].figures["way"] == "slow"
    assert rows[1].figures == {"keyed": "2026-12-20", "workdays": 15, "allowed": 10}


async def test_a_shift_over_the_change_of_clocks_counts_the_hours_that_were(db: str) -> None:
    here = await scene.build()
    starts = datetime(2026, 3, 28, 22, 0, tzinfo=UTC)  # 23:00 in Berlin; at 02:00 clocks go on to 03:00
    shift = await here.shift(starts=starts, minutes=240)
    await execute("UPDATE shift SET zone = 'Europe/Berlin' WHERE id = $1", shift)
    signup = await here.signup(shift)
    for direction, at in (("in", starts), ("out", starts + timedelta(hours=4))):
        await scene.punch(signup, direction, at, here.worker)
    attendance = await up_to_date(signup, now=starts + timedelta(hours=5))
    assert (await scene.attendance(attendance)).raw_minutes == 240, "23:00 to 04:00 by the wall is four hours"
    [row] = (await exceptions_at([attendance]))[attendance]
    assert (row.code, row.figures["before"], row.figures["after"]) == ("overnight", 60, 180)


async def test_the_inbox_says_what_is_unusual_and_settles_without_a_reload(visit: Callable[[], Visitor]) -> None:
    here = await scene.build()
    attendance = await punched(here, ("in", 0), ("out", 160))
    nobody = await punched(here, shift=await here.shift(starts=STARTS - timedelta(days=14)))
    worker = await visit().signs_in_as(here.worker)
    page = await worker.get("/exceptions")
    assert page.status_code == 200
    assert "2 h 40 min instead of the planned 2 h: 40 min longer." in page.text
    assert "Expected at 14:00. Neither arriving nor leaving was punched." in page.text
    [row] = await found(attendance)
    chosen = [f"{attendance}:{row.id}"]
    assert f'value="{chosen[0]}"' in page.text
    assert f'value="{nobody}:' not in page.text, "there is nothing to keep"
    unsaid = await worker.post("/exceptions", {"chosen": chosen})
    assert unsaid.status_code == 422
    assert "Say why the times are right." in unsaid.text
    fragment = {"hx-request": "true"}
    none = await worker.post("/exceptions", {"reason": "agreed"}, headers=fragment)
    assert "Nothing was chosen." in none.text
    answer = await worker.post("/exceptions", {"chosen": chosen, "reason": "agreed"}, headers=fragment)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "Settled: 1 row stays as it is." in answer.text
    assert "instead of the planned" not in answer.text
    again = await worker.post("/exceptions", {"chosen": chosen, "reason": "agreed"}, headers=fragment)
    assert "1 was not settled." in again.text
    settled = await worker.get("/exceptions?show=settled")
    assert "Agreed with the leader" in settled.text
    missed = await worker.post(f"/attendances/{nobody}/exceptions/missed")
    assert missed.status_code == 303
    assert "Nothing to settle" in (await worker.get("/exceptions")).text
    assert "Kept as it is" in (await worker.get(f"/attendances/{attendance}")).text


async def test_a_full_inbox_asks_the_database_no_more_often(visit: Callable[[], Visitor]) -> None:
    here = await scene.build()
    worker = await visit().signs_in_as(here.worker)
    await punched(here, ("in", 0), ("out", 160))
    async with listening() as one:
        await worker.get("/exceptions")
    for _more in range(5):
        await punched(here, ("in", 0), ("out", 160))
    async with listening() as six:
        await worker.get("/exceptions")
    assert len(six) == len(one)


async def test_programs_list_and_settle_exceptions_as_json(visit: Callable[[], Visitor]) -> None:
    here = await scene.build()
    attendance = await punched(here, ("in", 0), ("out", 160))
    manager = await caller(visit(), here.agency, "agency_manager", here.manager)
    listed = (await manager.get("/exceptions")).json()
    assert listed["open"] == 1
    [item] = listed["items"]
    [one] = item["exceptions"]
    assert (one["code"], one["figures"]) == ("long", {"worked": 160, "planned": 120, "over": 40})
    path = f"/attendances/{attendance}/exceptions"
    body = {"exceptions": [one["id"]], "reason": "other"}
    assert (await manager.post(f"{path}/keep", body)).status_code == 422
    kept = await manager.post(f"{path}/keep", {**body, "note": "活动延长"})
    assert kept.status_code == 200
    assert kept.json()["exceptions"][0]["action"] == "kept"
    assert (await manager.post(f"{path}/keep", {**body, "note": "活动延长"})).status_code == 409
    assert (await manager.get(path)).json()["exceptions"][0]["note"] == "活动延长"
