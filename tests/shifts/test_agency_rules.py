"""Pure decisions: repeats, times over a change of clocks, punches, codes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.rules import Refusal
from app.programs.rules import PeriodStatus, ProgramStatus
from app.shifts.rules import punching, recurrence
from app.shifts.rules.activities import ActivityWanted, wrong_fields
from app.shifts.rules.publishing import Ground, PeriodSpan, day_refusal, series_refusals, span_of
from app.shifts.rules.punching import Clocked, Direction, PunchGround, Standing
from app.shifts.rules.recurrence import Repeat, days_of, rule_text
from app.shifts.rules.statuses import ActivityStatus, ShiftStatus, SignupStatus

CITY = ZoneInfo("Asia/Shanghai")
LONDON = ZoneInfo("Europe/London")
STARTS = datetime(2026, 11, 28, 6, tzinfo=UTC)
FAR = date(2030, 1, 1)


@pytest.mark.parametrize(
    ("repeat", "first", "more", "rule"),
    [
        (Repeat.WEEKLY, date(2026, 11, 28), {"count": 3}, "FREQ=WEEKLY;BYDAY=SA;COUNT=3"),
        (Repeat.WEEKLY, date(2026, 11, 28), {"weekdays": [5, 1], "count": 3}, "FREQ=WEEKLY;BYDAY=TU,SA;COUNT=3"),
        (Repeat.DAILY, date(2026, 11, 28), {"until": date(2026, 11, 30)}, "FREQ=DAILY;UNTIL=20261130T235959"),
        (Repeat.MONTHLY, date(2026, 11, 14), {"count": 3}, "FREQ=MONTHLY;BYDAY=2SA;COUNT=3"),
        (Repeat.MONTHLY, date(2026, 11, 30), {"count": 3}, "FREQ=MONTHLY;BYDAY=-1MO;COUNT=3"),
    ],
)
def test_a_simple_choice_is_a_rule(repeat: Repeat, first: date, more: dict[str, object], rule: str) -> None:
    assert rule_text(repeat, first, **more) == rule  # type: ignore[arg-type]
    days = days_of(rule, first, last=FAR)
    assert isinstance(days, list)
    assert len(days) == 3
    assert days[0] == first or "TU" in rule


def test_the_last_day_of_a_rule_is_among_its_days_however_it_is_written() -> None:
    for until in ("20261130", "20261130T000000Z", "20261130T235959"):
        days = days_of(f"RRULE:FREQ=DAILY;UNTIL={until}", date(2026, 11, 28), last=FAR)
        assert days == [date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30)]


def test_a_rule_without_an_end_stops_with_the_contract() -> None:
    days = days_of("FREQ=WEEKLY;BYDAY=SA", date(2026, 12, 12), last=date(2026, 12, 31))
    assert days == [date(2026, 12, 12), date(2026, 12, 19), date(2026, 12, 26)]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("FREQ=HOURLY;COUNT=3", "rule_not_understood"),
        ("FREQ=DAILY;BYHOUR=3,4;COUNT=3", "rule_not_understood"),
        ("FREQ=DAILY;INTERVAL=0;COUNT=3", "rule_not_understood"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU;COUNT=3", "rule_not_understood"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20261130", "rule_not_understood"),
        ("FREQ=WEEKLY;FREQ=DAILY", "rule_not_understood"),
        ("every saturday", "rule_not_understood"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=2", "rule_not_understood"),
        ("FREQ=DAILY;COUNT=201", "too_many_dates"),
        ("FREQ=DAILY;UNTIL=20260101", "no_dates"),
    ],
)
def test_what_no_rule_should_do_is_refused(rule: str, code: str) -> None:
    days = days_of(rule, date(2026, 11, 28), last=FAR)
    assert isinstance(days, Refusal)
    assert days.code == code


@given(st.text(alphabet="FREQ=DAILYWKMONTHBS;0123456789,-+:TZ", max_size=60))
def test_no_pasted_text_breaks_the_reading(text: str) -> None:
    assert isinstance(days_of(text, date(2026, 11, 28), last=FAR), list | Refusal)


def test_two_in_the_afternoon_stays_so_over_a_change_of_clocks() -> None:
    before, after = date(2026, 10, 24), date(2026, 10, 31)  # London's clocks go back on 25 October 2026
    spans = [span_of(day, time(14), time(16), LONDON) for day in (before, after)]
    assert [starts.astimezone(UTC).hour for starts, _ in spans] == [13, 14]
    assert [starts.astimezone(LONDON).hour for starts, _ in spans] == [14, 14]
    starts, ends = span_of(before, time(22), time(6), LONDON)
    assert ends.astimezone(UTC) - starts.astimezone(UTC) == timedelta(hours=9), "the longer night is an hour longer"


def test_an_end_before_the_start_is_the_next_day() -> None:
    starts, ends = span_of(date(2026, 11, 28), time(22), time(2), CITY)
    assert (starts.day, ends.day) == (28, 29)


def _ground(status: PeriodStatus = PeriodStatus.OPEN) -> Ground:
    month = PeriodSpan(starts_on=date(2026, 11, 1), ends_before=date(2026, 12, 1), status=status)
    return Ground(
        status=ActivityStatus.OPEN,
        program_status=ProgramStatus.ACTIVE,
        contract_number="HT-1",
        starts_on=date(2026, 1, 1),
        ends_before=date(2027, 1, 1),
        periods=(month,),
    )


@pytest.mark.parametrize(
    ("day", "status", "code"),
    [
        (date(2026, 11, 30), PeriodStatus.OPEN, None),
        (date(2026, 11, 30), PeriodStatus.RETURNED, None),
        (date(2026, 11, 30), PeriodStatus.ACCEPTED, "period_locked"),
        (date(2026, 12, 1), PeriodStatus.OPEN, "no_period"),
        (date(2027, 1, 1), PeriodStatus.OPEN, "outside_contract"),
    ],
)
def test_a_day_must_be_reportable(day: date, status: PeriodStatus, code: str | None) -> None:
    refusal = day_refusal(_ground(status), day)
    assert (refusal.code if refusal else None) == code


def test_a_series_says_each_reason_once() -> None:
    days = [span_of(date(2027, 1, day), time(14), time(16), CITY) for day in range(1, 20)]
    assert [refusal.code for refusal in series_refusals(_ground(), days, now=STARTS)] == ["outside_contract"]


def test_a_draft_may_be_incomplete_but_not_contradict_itself() -> None:
    wanted = ActivityWanted(
        name="x", line_id=None, service_kind="other", region="44", dangerous=True, minors_allowed=True
    )
    assert set(wrong_fields(wanted, opening=False)) == {"insurance_policy", "minors_allowed"}
    assert set(wrong_fields(wanted, opening=True)) >= {"line", "place", "risk_statement"}


def punched(*taken: tuple[Direction, datetime], status: SignupStatus = SignupStatus.CONFIRMED) -> PunchGround:
    """A sign-up of two hours from STARTS with these punches."""
    return PunchGround(
        name="王三",
        signup_status=status,
        shift_status=ShiftStatus.RUNNING,
        starts=STARTS,
        ends=STARTS + timedelta(hours=2),
        standing=tuple(Clocked(id=n, direction=way, at=at) for n, (way, at) in enumerate(taken, 1)),
    )


IN, OUT = Direction.IN, Direction.OUT


def minutes(n: int) -> datetime:
    """So many minutes after the start."""
    return STARTS + timedelta(minutes=n)


@pytest.mark.parametrize(
    ("ground", "way", "at", "code"),
    [
        (punched(), IN, minutes(-120), None),
        (punched(), IN, minutes(-121), "punch_too_early"),
        (punched(), OUT, minutes(0), "not_in"),
        (punched((IN, minutes(0))), IN, minutes(5), "in_already"),
        (punched((IN, minutes(0))), OUT, minutes(120 + 720), None),
        (punched((IN, minutes(0))), OUT, minutes(120 + 721), "punch_too_late"),
        (punched((IN, minutes(10))), OUT, minutes(5), "punch_out_of_order"),
        (punched((IN, minutes(10))), IN, minutes(5), "punch_out_of_order"),
        (punched((OUT, minutes(110))), IN, minutes(5), None),
        (punched((IN, minutes(0)), (OUT, minutes(50))), IN, minutes(20), "in_already"),
        (punched((IN, minutes(0)), (OUT, minutes(50))), OUT, minutes(20), "punch_out_of_order"),
        (punched(), OUT, minutes(5), None),
        (punched(), OUT, minutes(4), "not_in"),
        (punched(status=SignupStatus.CANCELLED), IN, minutes(0), "signup_ended"),
        (punched(status=SignupStatus.NO_SHOW), IN, minutes(0), "signup_ended"),
        (punched(*[(way, minutes(n)) for n, way in enumerate([IN, OUT] * 3)]), IN, minutes(9), "too_many_pairs"),
        (punched(*[(way, minutes(n)) for n, way in enumerate([IN, OUT] * 2)]), IN, minutes(9), None),
    ],
)
def test_punches_keep_their_order_and_their_hours(
    ground: PunchGround, way: Direction, at: datetime, code: str | None
) -> None:
    refusal = punching.punch_refusal(ground, way, at, at, CITY)
    assert (refusal.code if refusal else None) == code


def test_a_punch_is_not_taken_from_the_future_nor_long_after() -> None:
    ahead = punching.punch_refusal(punched(), IN, minutes(10), minutes(0), CITY)
    assert ahead is not None
    assert ahead.code == "punch_in_the_future"
    keyed_next_day = punching.punch_refusal(punched(), IN, minutes(0), minutes(0) + timedelta(days=1), CITY)
    assert keyed_next_day is not None
    assert keyed_next_day.code == "punch_too_late"


def test_only_the_last_punch_can_be_undone() -> None:
    ground = punched((IN, minutes(0)), (OUT, minutes(5)))
    assert punching.undo_refusal(ground, 2, minutes(6)) is None
    refused = punching.undo_refusal(ground, 1, minutes(6))
    assert refused is not None
    assert refused.code == "not_the_last_punch"


@pytest.mark.parametrize(
    ("last", "at", "standing"),
    [
        (None, minutes(-1), Standing.EXPECTED),
        (None, minutes(4), Standing.EXPECTED),
        (None, minutes(5), Standing.LATE),
        (None, minutes(120), Standing.ABSENT),
        (IN, minutes(200), Standing.HERE),
        (OUT, minutes(60), Standing.LEFT),
    ],
)
def test_the_board_says_how_someone_stands(last: Direction | None, at: datetime, standing: Standing) -> None:
    assert punching.standing_of(last, STARTS, minutes(120), at) == standing


def test_a_code_holds_for_its_minute_and_the_next() -> None:
    secret, at = b"s" * 20, datetime(2026, 11, 28, 6, 0, 30, tzinfo=UTC)
    code = punching.code_at(secret, at)
    assert len(code) == 6
    assert code.isdecimal()
    assert punching.code_holds(secret, f" {code[:3]} {code[3:]}", at)
    assert punching.code_holds(secret, code, at + timedelta(seconds=60))
    assert not punching.code_holds(secret, code, at + timedelta(seconds=120))
    assert not punching.code_holds(b"t" * 20, code, at)
    assert not punching.code_holds(secret, "", at)
    assert punching.seconds_left(at) == 30


def test_the_largest_series_is_what_the_sentence_says() -> None:
    assert str(recurrence.MOST_DATES) in recurrence.TOO_MANY_DATES.text
