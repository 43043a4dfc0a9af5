"""Punches that a device kept without network: judged one by one, in any order, and answered one by one."""

import hashlib
import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.kit.db import execute, value
from app.kit.places import Datum, Fix
from app.shifts.actions.punching import Answer, Kept, Made, punch, upload
from app.shifts.queries.punching import standing_punches
from app.shifts.rules.punching import Direction, code_at
from tests.shifts.ground import Day, Ground, acting, lay, running_shift
from tests.visitor import Visitor

IN, OUT = Direction.IN, Direction.OUT


async def over(people: int = 2) -> tuple[Ground, Day]:
    """A shift that ended an hour ago by the real clock."""
    ground = await lay()
    day = await running_shift(ground, people, since=timedelta(hours=3))
    await execute("UPDATE shift SET status = 'done' WHERE id = $1", day.shift)
    return ground, day


def kept(day: Day, direction: Direction, minutes: float, nonce: str = "", person: int = 0, **more: object) -> Kept:
    """A punch of one of the volunteers, so long after the start."""
    at = day.starts + timedelta(minutes=minutes)
    named = nonce or f"kept-{person}-{direction}-{minutes}"
    return Kept(signup_id=day.signups[person], made=Made(direction=direction, at=at, nonce=named, **more))  # type: ignore[arg-type]


def said(answers: list[Answer]) -> list[str]:
    """What became of each: `taken`, or the code of the refusal."""
    return ["taken" if each.punch else each.refusals[0].code for each in answers]


def now() -> datetime:
    """The real time."""
    return datetime.now(UTC)


async def test_a_whole_afternoon_comes_in_at_once_and_makes_people_attended(db: str) -> None:
    ground, day = await over()
    sent = [kept(day, way, at, person=one) for one in (0, 1) for way, at in ((OUT, 120), (IN, 0))]
    assert said(await upload(ground.actor, sent, now=now())) == ["taken"] * 4
    assert await value("SELECT count(*) FROM signup WHERE shift = $1 AND status = 'attended'", day.shift) == 2
    assert await value("SELECT count(*) FROM outbox WHERE event = 'punch.recorded'") == 4


async def test_the_same_upload_again_is_the_same_punches(db: str) -> None:
    ground, day = await over()
    sent = [kept(day, IN, 0), kept(day, OUT, 120)]
    first = await upload(ground.actor, sent, now=now())
    again = await upload(ground.actor, sent, now=now())
    assert [each.punch.id for each in first if each.punch] == [each.punch.id for each in again if each.punch]
    assert await value("SELECT count(*) FROM punch") == 2
    assert await value("SELECT count(*) FROM outbox WHERE event = 'punch.recorded'") == 2


async def test_every_order_of_arrival_leaves_the_same_punches_in_the_same_order(db: str) -> None:
    ground, day = await over(people=24)
    made = [(IN, 0), (OUT, 50), (IN, 70), (OUT, 120)]
    for person, order in enumerate(itertools.permutations(made)):
        for way, at in order:
            assert said(await upload(ground.actor, [kept(day, way, at, person=person)], now=now())) == ["taken"]
        standing = await standing_punches(day.signups[person])
        assert [(each.direction, each.at - day.starts) for each in standing] == [
            (way, timedelta(minutes=at)) for way, at in made
        ]


async def test_each_is_answered_on_its_own_in_the_order_it_was_sent(db: str) -> None:
    ground, day = await over()
    stranger = await lay()
    elsewhere = await running_shift(stranger)
    sent = [
        kept(day, OUT, 120),
        kept(day, IN, -200),
        kept(elsewhere, IN, 0, nonce="elsewhere"),
        kept(day, IN, 0),
        kept(day, IN, 0, nonce="another-nonce"),
        kept(day, OUT, 2000),
    ]
    answers = await upload(ground.actor, sent, now=now())
    assert said(answers) == [
        "taken", "punch_too_early", "not_found", "taken", "punch_taken_already", "punch_in_the_future",
    ]  # fmt: skip
    assert [each.nonce for each in answers] == [each.made.nonce for each in sent]
    assert await value("SELECT count(*) FROM punch") == 2


async def test_a_cancelled_shift_and_an_ended_sign_up_refuse_with_a_sentence(db: str) -> None:
    ground, day = await over()
    await execute("UPDATE signup SET status = 'cancelled' WHERE id = $1", day.signups[0])
    answers = await upload(ground.actor, [kept(day, IN, 0), kept(day, IN, 0, person=1)], now=now())
    assert said(answers) == ["signup_ended", "taken"]
    await execute("UPDATE shift SET status = 'cancelled' WHERE id = $1", day.shift)
    assert said(await upload(ground.actor, [kept(day, OUT, 120, person=1)], now=now())) == ["shift_cancelled"]
    assert await value("SELECT count(*) FROM punch") == 1


async def test_who_was_marked_as_missing_came_after_all_when_the_punch_arrives(db: str) -> None:
    ground, day = await over()
    await execute("UPDATE signup SET status = 'no_show', ended_at = now() WHERE id = $1", day.signups[0])
    assert said(await upload(ground.actor, [kept(day, IN, 0)], now=now())) == ["taken"]
    assert await value("SELECT status FROM signup WHERE id = $1", day.signups[0]) == "attended"


async def test_what_is_sent_after_thirty_days_is_for_the_agency_to_enter(db: str) -> None:
    ground, day = await over()
    ends = day.starts + timedelta(hours=2)
    at_last = ends + timedelta(days=30)
    assert said(await upload(ground.actor, [kept(day, IN, 0)], now=at_last + timedelta(seconds=1))) == [
        "punch_sent_too_late"
    ]
    assert said(await upload(ground.actor, [kept(day, IN, 0)], now=at_last)) == ["taken"]


async def test_a_device_whose_clock_is_an_hour_fast_is_believed_about_how_long_ago_it_was(db: str) -> None:
    ground, day = await over()
    sent_at = now() + timedelta(hours=13)
    fast = kept(day, IN, 13 * 60, sent_at=sent_at)  # by its own clock; really at the start of the shift
    assert said(await upload(ground.actor, [fast], now=now())) == ["taken"]
    after_sending = kept(day, OUT, 13 * 60 + 200, sent_at=sent_at)
    assert said(await upload(ground.actor, [after_sending], now=now())) == ["punch_in_the_future"]
    row = "SELECT sent_at > received_at + interval '12 hours' FROM punch"
    assert await value(row) is True, "the facts stay as the device told them"


async def test_only_whoever_leads_the_shift_uploads(db: str) -> None:
    ground, day = await over()
    volunteer = await acting(day.accounts[0])
    assert said(await upload(volunteer, [kept(day, IN, 0)], now=now())) == ["not_found"]
    assert await value("SELECT count(*) FROM punch") == 0
    assert said(await upload(await acting(day.leader), [kept(day, IN, 0)], now=now())) == ["taken"]
    assert ground.agency


@pytest.mark.parametrize("datum", list(Datum))
async def test_a_place_is_kept_with_what_its_coordinates_refer_to(db: str, datum: Datum) -> None:
    ground = await lay()
    day = await running_shift(ground)
    fix = Fix(latitude=22.55, longitude=114.1, accuracy_metres=12.5, datum=datum)
    made = await punch(ground.actor, day.signups[0], IN, now(), "nonce-fix", fix=fix, sent_at=now(), now=now())
    assert (made.latitude, made.longitude, made.accuracy_metres, made.datum) == (22.55, 114.1, 12.5, datum)
    nowhere = await punch(ground.actor, day.signups[1], IN, now(), "nonce-none", now=now())
    assert (nowhere.latitude, nowhere.datum) == (None, "")


async def test_who_forgot_to_punch_in_can_still_punch_out(db: str) -> None:
    ground = await lay()
    day = await running_shift(ground)
    made = await punch(ground.actor, day.signups[0], OUT, now(), "nonce-out", now=now())
    assert made.direction == "out"
    assert await value("SELECT status FROM signup WHERE id = $1", day.signups[0]) == "attended"


async def test_programs_upload_and_are_answered_one_by_one(visit: Callable[[], Visitor]) -> None:
    ground, day = await over()
    key = "lk_uploads"
    await execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " VALUES ($1, 'agency_manager', 'test', $2, $3, $4, now())",
        ground.agency, key[:8], hashlib.sha256(key.encode()).digest(), ground.manager,
    )  # fmt: skip
    browser, headers = visit().browser, {"authorization": f"Bearer {key}"}
    fix = {"latitude": 22.55, "longitude": 114.1, "accuracy_metres": 8, "datum": "gcj02"}
    sent = [
        {
            "signup": day.signups[0],
            "direction": "out",
            "at": (day.starts + timedelta(hours=2)).isoformat(),
            "nonce": "o" * 9,
        },
        {"signup": day.signups[0], "direction": "in", "at": day.starts.isoformat(), "nonce": "i" * 9, "fix": fix},
        {"signup": 987654, "direction": "in", "at": day.starts.isoformat(), "nonce": "x" * 9},
    ]
    body = {"sent_at": now().isoformat(), "punches": sent}
    first = await browser.post("/api/v1/punches", json=body, headers=headers)
    assert first.status_code == 200
    assert [each["taken"] for each in first.json()] == [True, True, False]
    assert first.json()[1]["punch"]["datum"] == "gcj02"
    assert first.json()[2]["reasons"][0]["code"] == "not_found"
    again = await browser.post("/api/v1/punches", json=body, headers=headers)
    assert [each["punch"] and each["punch"]["id"] for each in again.json()] == [
        each["punch"] and each["punch"]["id"] for each in first.json()
    ]
    assert await value("SELECT count(*) FROM punch") == 2
    for wrong in ({"punches": sent}, {"sent_at": body["sent_at"], "punches": []}):
        assert (await browser.post("/api/v1/punches", json=wrong, headers=headers)).status_code == 400


async def test_a_volunteer_may_say_where_they_are_and_may_leave_it_out(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    day = await running_shift(ground)
    secret = await value("SELECT code_secret FROM shift WHERE id = $1", day.shift)
    place = {"latitude": "22.5405", "longitude": "114.0545", "accuracy": "18"}
    for person, more in ((0, place), (1, {"latitude": "", "longitude": "", "accuracy": ""})):
        visitor = await visit().signs_in_as(day.accounts[person])
        path = f"/signups/{day.signups[person]}/punch"
        assert "nobody follows you" in (await visitor.get(path)).text
        form = {"code": code_at(secret, now()), "direction": "in", "nonce": f"by-code-{person}"}
        assert (await visitor.post(path, form | more)).status_code == 303
    said = "SELECT array_agg(coalesce(latitude::text, '') || datum ORDER BY id) FROM punch"
    assert await value(said) == ["22.5405wgs84", ""]


async def test_the_page_offers_to_leave_without_having_punched_in_once_the_shift_runs(
    visit: Callable[[], Visitor],
) -> None:
    ground = await lay()
    day = await running_shift(ground, since=timedelta(minutes=-30))
    visitor = await visit().signs_in_as(day.accounts[0])
    path = f"/signups/{day.signups[0]}/punch"
    assert "I forgot to punch in" not in (await visitor.get(path)).text
    late = await running_shift(ground)
    visitor = await visit().signs_in_as(late.accounts[0])
    path = f"/signups/{late.signups[0]}/punch"
    assert "I forgot to punch in" in (await visitor.get(path)).text
    secret = await value("SELECT code_secret FROM shift WHERE id = $1", late.shift)
    form = {"code": code_at(secret, now()), "direction": "out", "nonce": "forgot-in"}
    assert (await visitor.post(path, form)).status_code == 303
    after = await visitor.get(path)
    assert "I forgot to punch in" not in after.text
    assert "When you came was not punched" in after.text
