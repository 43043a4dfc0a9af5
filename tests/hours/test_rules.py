"""Counting, grading, pairing punches and moving on: pure decisions, mostly at their edges."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from app.hours.rules import (
    MOVES,
    STEPS,
    Clocked,
    CountGround,
    CountingRules,
    Event,
    Flag,
    Grade,
    Status,
    Stretch,
    Times,
    after,
    count,
    flags,
    grade,
    known_by,
    put_together,
)
from app.hours.rules.approving import why_not_approve, why_not_correct, why_not_missed
from app.hours.rules.tiers import Tier
from app.kit.rules import Refusal

RULES = CountingRules(least_minutes=15, round_to_minutes=1, most_minutes_a_day=480)
NOON = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


def stretch(number: int, starts: datetime = NOON) -> Stretch:
    return Stretch(starts, starts + minutes(number))


def times(
    raw_in: int | None = None, raw_out: int | None = None, adjusted: tuple[int, int] | None = None, planned: int = 120
) -> Times:
    """Times in minutes from noon."""
    came = None if raw_in is None else NOON + minutes(raw_in)
    left = None if raw_out is None else NOON + minutes(raw_out)
    corrected = Stretch(NOON + minutes(adjusted[0]), NOON + minutes(adjusted[1])) if adjusted else None
    length = None if raw_in is None or raw_out is None else raw_out - raw_in
    return Times(planned=stretch(planned), raw_in=came, raw_out=left, raw_minutes=length, adjusted=corrected)


class TestCounting:
    @pytest.mark.parametrize(
        ("worked", "already", "counted", "last"),
        [
            (0, 0, 0, "nothing"),
            (14, 0, 0, "too_short"),
            (15, 0, 15, "counted"),
            (480, 0, 480, "counted"),
            (481, 0, 480, "counted"),
            (60, 450, 30, "counted"),
            (60, 480, 0, "counted"),
            (60, 9999, 0, "counted"),
        ],
    )
    def test_the_edges_of_the_rules(self, worked: int, already: int, counted: int, last: str) -> None:
        found = count([stretch(worked)], RULES, CountGround(already_that_day=already))
        assert found.minutes == counted
        assert found.trace[-1].code == last

    def test_steps_are_rounded_down_and_said(self) -> None:
        rules = CountingRules(least_minutes=0, round_to_minutes=30, most_minutes_a_day=480)
        found = count([stretch(89)], rules)
        assert found.minutes == 60
        assert [(step.code, step.figures.get("minutes")) for step in found.trace] == [
            ("worked", 89),
            ("rounded", 60),
            ("counted", 60),
        ]

    def test_seconds_are_cut_as_clocks_show_them(self) -> None:
        assert Stretch(NOON + timedelta(seconds=40), NOON + timedelta(seconds=7210)).minutes == 120

    def test_a_stretch_is_half_open_so_two_that_touch_add_up(self) -> None:
        whole, first, second = stretch(120), stretch(50), stretch(70, NOON + minutes(50))
        assert count([first, second], RULES).minutes == count([whole], RULES).minutes

    def test_midnight_is_no_border(self) -> None:
        late = datetime(2026, 11, 28, 22, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
        assert count([Stretch(late, late + timedelta(hours=4))], RULES).minutes == 240

    @pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 3), ((2026, 10, 25), 5)])
    def test_changed_clocks_neither_give_nor_take_an_hour(self, day: tuple[int, int, int], hours: int) -> None:
        zone = ZoneInfo("Europe/London")
        starts, ends = datetime(*day, 0, 0, tzinfo=zone), datetime(*day, 4, 0, tzinfo=zone)
        assert Stretch(starts, ends).minutes == hours * 60

    @given(st.lists(st.integers(0, 300), max_size=5), st.integers(0, 600), st.integers(0, 60), st.integers(1, 60))
    def test_never_more_than_worked_nor_than_the_day_may(
        self, worked: list[int], already: int, least: int, step: int
    ) -> None:
        rules = CountingRules(least_minutes=least, round_to_minutes=step, most_minutes_a_day=480)
        found = count([stretch(each) for each in worked], rules, CountGround(already_that_day=already))
        assert 0 <= found.minutes <= min(sum(worked), max(480 - already, 0))
        assert found.trace, "even nothing says why"
        assert all(step.code in STEPS for step in found.trace)


class TestPunches:
    def test_several_pairs_add_up_without_the_time_between(self) -> None:
        raw = put_together(
            [Clocked(way, NOON + minutes(at)) for way, at in [("in", 0), ("out", 60), ("in", 90), ("out", 120)]]
        )
        assert (raw.first_in, raw.last_out, raw.minutes) == (NOON, NOON + minutes(120), 90)

    def test_the_order_they_arrive_in_does_not_matter(self) -> None:
        punches = [Clocked("out", NOON + minutes(60)), Clocked("in", NOON)]
        assert put_together(punches).minutes == 60

    def test_the_same_arrival_or_departure_keyed_twice_is_one(self) -> None:
        twice_in = [Clocked("in", NOON), Clocked("in", NOON + minutes(5)), Clocked("out", NOON + minutes(60))]
        assert put_together(twice_in).minutes == 60
        twice_out = [Clocked("in", NOON), Clocked("out", NOON + minutes(60)), Clocked("out", NOON + minutes(61))]
        assert put_together(twice_out).minutes == 61

    def test_someone_who_came_back_and_is_still_here_is_not_complete(self) -> None:
        raw = put_together([Clocked("in", NOON), Clocked("out", NOON + minutes(60)), Clocked("in", NOON + minutes(70))])
        assert (raw.last_out, raw.minutes) == (None, None)

    def test_only_leaving_was_punched(self) -> None:
        raw = put_together([Clocked("out", NOON)])
        assert (raw.first_in, raw.last_out, raw.minutes) == (None, NOON, None)

    def test_nothing_was_punched(self) -> None:
        assert put_together([]) == put_together([])
        assert put_together([]).first_in is None

    @given(st.lists(st.tuples(st.sampled_from(["in", "out"]), st.integers(0, 1000)), max_size=8))
    def test_whatever_was_keyed_the_stretches_are_in_order_and_apart(self, keyed: list[tuple[str, int]]) -> None:
        raw = put_together([Clocked(way, NOON + minutes(at)) for way, at in keyed])
        edges = [edge for each in raw.stretches for edge in (each.starts, each.ends)]
        assert edges == sorted(edges)
        if raw.minutes is not None and raw.first_in and raw.last_out:
            assert 0 <= raw.minutes <= Stretch(raw.first_in, raw.last_out).minutes


class TestGrading:
    @pytest.mark.parametrize(
        ("known", "confirmed", "claimed", "expected"),
        [
            (times(), True, False, None),
            (times(0), True, False, None),
            (times(0, 120), True, False, Grade.A),
            (times(0, 120), False, False, Grade.B),
            (times(0, 120, (10, 110)), True, False, Grade.A),
            (times(0, 120, (0, 120)), False, False, Grade.B),
            (times(0, 120, (0, 121)), True, False, Grade.C),
            (times(0, 120, (-1, 120)), False, False, Grade.C),
            (times(0, None, (0, 120)), True, False, Grade.C),
            (times(None, 120, (0, 120)), False, True, Grade.C),
            (times(None, None, (0, 120)), True, True, Grade.D),
            (times(None, None, (0, 120)), True, False, Grade.E),
        ],
    )
    def test_the_table_of_grades(self, known: Times, confirmed: bool, claimed: bool, expected: Grade | None) -> None:
        assert grade(known, confirmed=confirmed, claimed=claimed) == expected


class TestMoving:
    def test_every_state_and_event_is_allowed_or_refused_and_posted_is_only_left_by_opening_it_again(self) -> None:
        for status, event in product(Status, Event):
            assert after(status, event) in {None, *Status}
        assert [event for event in Event if after(Status.POSTED, event)] == [Event.REOPEN]
        assert {status for status, _ in MOVES} | set(MOVES.values()) == set(Status)

    def test_only_what_waits_for_a_word_is_vouched_for_posted_or_returned(self) -> None:
        waiting = [Status.RECORDED, Status.VOUCHED]
        assert [status for status in Status if status.waits_for_word] == waiting
        for event in (Event.VOUCH, Event.POST, Event.RETURN):
            assert [status for status in Status if after(status, event)] == waiting

    def test_times_say_where_an_attendance_stands(self) -> None:
        assert known_by(times()) is Event.CLEAR
        assert known_by(times(0)) is Event.ARRIVE
        assert known_by(times(0, 60)) is Event.COMPLETE
        assert known_by(times(0, None, (0, 60))) is Event.COMPLETE


class TestFlags:
    def test_what_differs_from_the_plan_is_pointed_out(self) -> None:
        late = NOON + minutes(600)
        assert flags(times(0, 120), 120, 10, late) == ()
        assert flags(times(10, 110), 100, 10, late) == ()
        assert flags(times(11, 109), 98, 10, late) == (Flag.LATE, Flag.LEFT_EARLY)
        assert flags(times(0, 131), 131, 10, late) == (Flag.LONG,)
        assert flags(times(0, 120), 90, 10, late) == (Flag.COUNTS_LESS,)
        assert flags(times(0, 120, (0, 120)), 120, 10, late) == (Flag.CORRECTED,)

    def test_a_punch_is_missing_only_once_the_shift_is_over(self) -> None:
        for known, missing in ((times(), Flag.NOBODY_PUNCHED), (times(0), Flag.NO_OUT), (times(None, 120), Flag.NO_IN)):
            assert missing not in flags(known, None, 10, NOON + minutes(119))
            assert missing in flags(known, None, 10, NOON + minutes(120))


class Waiting(Struct, kw_only=True):
    """An attendance that somebody would vouch for."""

    status: Status = Status.RECORDED
    account_id: int = 5
    recorders: list[int] = []
    next_tier: Tier = Tier.AGENCY


def codes(refusals: list[Refusal]) -> list[str]:
    return [one.code for one in refusals]


class TestApproving:
    def test_every_reason_is_given(self) -> None:
        assert not why_not_approve(Waiting(recorders=[6]), 7)
        assert codes(why_not_approve(Waiting(account_id=7, recorders=[6]), 7)) == ["own_hours"]
        assert codes(why_not_approve(Waiting(recorders=[6, 7]), 7)) == ["recorded_by_you"]
        absent = Waiting(status=Status.PRESENT, account_id=7)
        assert codes(why_not_approve(absent, 7)) == ["not_recorded", "own_hours"]
        for status in Status:
            assert bool(why_not_approve(Waiting(status=status), 7)) is not status.waits_for_word

    def test_each_tier_is_for_its_own_people_and_the_second_word_for_either(self) -> None:
        for tier, within, above in (
            (Tier.AGENCY, [], ["not_your_tier"]),
            (Tier.SECOND, [], []),
            (Tier.PARENT, ["not_your_tier"], []),
        ):
            assert codes(why_not_approve(Waiting(next_tier=tier), 7)) == within
            assert codes(why_not_approve(Waiting(next_tier=tier), 7, parent=True)) == above

    def test_corrections_that_cannot_be(self) -> None:
        now = NOON + timedelta(days=2)
        planned = stretch(120)
        assert not why_not_correct(Status.RECORDED, planned, stretch(60), now)
        long = Stretch(NOON - minutes(60), NOON + timedelta(hours=24))
        assert [one.code for one in why_not_correct(Status.PRESENT, planned, long, now)] == ["too_long"]
        assert [one.code for one in why_not_correct(Status.PRESENT, planned, stretch(0), now)] == ["out_before_in"]
        assert [one.code for one in why_not_correct(Status.POSTED, planned, stretch(60), NOON)] == [
            "posted",
            "in_the_future",
        ]

    def test_only_who_left_no_trace_did_not_come(self) -> None:
        assert not why_not_missed(Status.EXPECTED, NOON, NOON)
        assert [one.code for one in why_not_missed(Status.EXPECTED, NOON, NOON - minutes(1))] == ["shift_not_over"]
        assert [one.code for one in why_not_missed(Status.PRESENT, NOON, NOON)] == ["not_absent"]
