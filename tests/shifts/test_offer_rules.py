"""When an offer may be made and answered, and until when: shorter the nearer the shift, never in the night."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.rules import Refusal
from app.shifts.rules import offers as rules
from app.shifts.rules import signing_up
from app.shifts.rules.offer_deadlines import MORNING, NIGHT_BEGINS, NIGHT_ENDS, Step, answer_by
from app.shifts.rules.offers import LAST_CALL, LIVE, OFFER_MOVES, Mode, OfferStatus, Outcome
from app.shifts.rules.statuses import ShiftStatus

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=ZONE)
HOUR = timedelta(hours=1)
STEPS = [
    Step(hours_before=hours, minutes_to_answer=minutes)
    for hours, minutes in ((168, 2880), (72, 1440), (24, 360), (3, 60), (0, 15))
]


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("ahead", "allowed"),
    [
        (8 * 24 * HOUR, 48 * HOUR),
        (7 * 24 * HOUR, 48 * HOUR),
        (4 * 24 * HOUR, 24 * HOUR),
        (30 * HOUR, 6 * HOUR),
        (4 * HOUR, HOUR),
        (2 * HOUR, HOUR / 4),
        (HOUR / 3, HOUR / 6),  # never later than ten minutes before the start
    ],
)
def test_the_nearer_the_shift_the_less_time_there_is_to_answer(ahead: timedelta, allowed: timedelta) -> None:
    assert answer_by(STEPS, NOON + ahead, NOON, ZONE) - NOON == allowed


@pytest.mark.parametrize(
    ("now", "starts", "until"),
    [
        (local(20, 17), local(22, 0), local(21, 9)),  # 23:00 waits for the morning
        (local(20, 21, 30), local(21, 14), local(21, 9)),
        (local(20, 23), local(21, 14), local(21, 9)),  # asked in the night
        (local(21, 5), local(21, 14), local(21, 9)),  # before dawn
        (local(20, 21), local(21, 14), local(21, 9)),  # 22:00 is night already
        (local(21, 7), local(21, 14), local(21, 8)),  # 08:00 is day again
        (local(20, 21, 30), local(21, 8), local(20, 22, 30)),  # the shift itself is nearer
        (local(20, 23), local(21, 0, 30), local(20, 23, 15)),
    ],
)
def test_nobody_has_to_answer_in_the_night(now: datetime, starts: datetime, until: datetime) -> None:
    assert answer_by(STEPS, starts, now, ZONE) == until


@given(st.integers(11, 60 * 24 * 30), st.integers(0, 60 * 24))
def test_a_deadline_is_ahead_before_the_last_call_and_by_day_unless_the_morning_is_too_late(
    ahead: int, minute: int
) -> None:
    now = local(20, 0) + timedelta(minutes=minute)
    starts = now + timedelta(minutes=ahead)
    until = answer_by(STEPS, starts, now, ZONE)
    assert now < until <= starts - LAST_CALL
    clock = until.astimezone(ZONE)
    if not NIGHT_ENDS <= clock.time() < NIGHT_BEGINS:
        morning = clock.replace(hour=MORNING.hour, minute=0) + timedelta(days=clock.time() >= NIGHT_BEGINS)
        assert morning > starts - LAST_CALL


def test_without_rows_there_is_a_quarter_of_an_hour() -> None:
    assert answer_by([], NOON + 240 * HOUR, NOON, ZONE) == NOON + HOUR / 4


def test_an_offer_that_is_over_never_moves_again() -> None:
    assert {state for state, _ in OFFER_MOVES} == LIVE
    assert {state for state, event in OFFER_MOVES if event in ("accept", "decline", "expire")} == {OfferStatus.OPEN}


@pytest.mark.parametrize(
    ("mode", "people", "places", "left", "ahead", "expected"),
    [
        (Mode.ONE, 1, 1, 1, HOUR, []),
        (Mode.IN_TURN, 5, 2, 2, HOUR, []),
        (Mode.ONE, 2, 1, 5, HOUR, ["offer_one_only"]),
        (Mode.IN_TURN, 5, 3, 2, HOUR, ["offer_fewer_places"]),
        (Mode.AT_ONCE, 5, 1, 0, HOUR, ["offer_no_place"]),
        (Mode.AT_ONCE, 5, 1, 1, LAST_CALL, ["offer_too_late"]),
        (Mode.AT_ONCE, 0, 1, 1, HOUR, ["offer_too_many"]),
        (Mode.AT_ONCE, 201, 1, 1, HOUR, ["offer_too_many"]),
    ],
)
def test_every_reason_against_asking_like_this(
    mode: Mode, people: int, places: int, left: int, ahead: timedelta, expected: list[str]
) -> None:
    found = rules.asking_refusals(mode, people, places, left, NOON + ahead, NOON)
    assert [refusal.code for refusal in found] == expected


@pytest.mark.parametrize(
    ("status", "by", "shift", "starts", "expected"),
    [
        (OfferStatus.OPEN, HOUR, ShiftStatus.PUBLISHED, 2 * HOUR, None),
        (OfferStatus.OPEN, 0 * HOUR, ShiftStatus.PUBLISHED, 2 * HOUR, rules.LATE[OfferStatus.EXPIRED]),
        (OfferStatus.EXPIRED, HOUR, ShiftStatus.PUBLISHED, 2 * HOUR, rules.LATE[OfferStatus.EXPIRED]),
        (OfferStatus.WITHDRAWN, HOUR, ShiftStatus.PUBLISHED, 2 * HOUR, rules.LATE[OfferStatus.WITHDRAWN]),
        (OfferStatus.WAITING, HOUR, ShiftStatus.PUBLISHED, 2 * HOUR, rules.LATE[OfferStatus.WAITING]),
        (OfferStatus.OPEN, HOUR, ShiftStatus.CANCELLED, 2 * HOUR, signing_up.CANCELLED),
        (OfferStatus.OPEN, HOUR, ShiftStatus.RUNNING, -HOUR, signing_up.CLOSED),
        (OfferStatus.OPEN, HOUR, ShiftStatus.PUBLISHED, 0 * HOUR, signing_up.CLOSED),
    ],
)
def test_an_answer_that_comes_too_late_is_told_what_happened(
    status: OfferStatus, by: timedelta, shift: ShiftStatus, starts: timedelta, expected: Refusal | None
) -> None:
    assert rules.answer_refusal(status, NOON + by, shift, NOON + starts, NOON) == expected


def test_refusals_are_turned_to_speak_of_somebody_else() -> None:
    turned = rules.of_another(signing_up.SKILL.with_params(skill="急救"))
    assert (turned.code, turned.text % turned.params) == ("skill_needed", "Has not this skill: 急救.")
    assert rules.of_another(rules.ALREADY_ON) == rules.ALREADY_ON


@pytest.mark.parametrize(
    ("shift", "ahead", "expected"),
    [
        (ShiftStatus.PUBLISHED, HOUR, None),
        (ShiftStatus.PUBLISHED, LAST_CALL, Outcome.SHIFT_BEGAN),
        (ShiftStatus.RUNNING, -HOUR, Outcome.SHIFT_BEGAN),
        (ShiftStatus.DONE, -HOUR, Outcome.SHIFT_BEGAN),
        (ShiftStatus.CANCELLED, HOUR, Outcome.SHIFT_CANCELLED),
    ],
)
def test_nobody_is_asked_for_a_shift_that_began_or_does_not_take_place(
    shift: ShiftStatus, ahead: timedelta, expected: Outcome | None
) -> None:
    assert rules.outcome_of_shift(shift, NOON.astimezone(UTC) + ahead, NOON) == expected
