"""Each way in which times are unusual: what trips it, and what comes close and does not."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.hours.rules import CountingRules, Stretch
from app.hours.rules.exceptions import (
    MISSING,
    NAMES,
    NOT_TO_KEEP,
    OWN_EXCEPTION,
    SENTENCES,
    Looked,
    Seen,
    Unusual,
    exceptions_of,
    why_not_keep,
)
from app.hours.rules.punches import Clocked, put_together

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
STARTS = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)
ENDS = STARTS + timedelta(hours=2)
LATER = ENDS + timedelta(hours=1)
RULES = CountingRules(
    least_minutes=0, round_to_minutes=1, most_minutes_a_day=600, tolerance_minutes=10, place_radius_metres=300
)


def at(minutes: float) -> datetime:
    """So long after the planned start."""
    return STARTS + timedelta(minutes=minutes)


def seen(direction: str, minutes: float, **more: object) -> Seen:
    """A punch that arrived as it was made."""
    return Seen(direction=direction, at=at(minutes), **({"received_at": at(minutes)} | more))  # type: ignore[arg-type]


def looked(*punches: Seen, **more: object) -> Looked:
    """A two-hour shift in Shenzhen with these punches."""
    given = {"planned": Stretch(STARTS, ENDS), "punches": punches, "expected": True, "zone": SHANGHAI}
    return Looked(**(given | more))  # type: ignore[arg-type]


def codes(*punches: Seen, now: datetime = LATER, **more: object) -> list[str]:
    """What is unusual about them."""
    return [str(one.code) for one in exceptions_of(looked(*punches, **more), RULES, now)]


def test_an_ordinary_shift_has_nothing_unusual() -> None:
    assert codes(seen("in", -3), seen("out", 124)) == []
    assert codes(seen("in", 9), seen("out", 111)) == []


def test_a_forgotten_check_out_is_seen_when_the_shift_is_over_and_not_before() -> None:
    assert codes(seen("in", 0), now=ENDS) == ["no_out"]
    assert codes(seen("in", 0), now=ENDS - timedelta(seconds=1)) == []


def test_a_missing_check_in_is_seen_when_the_shift_is_over() -> None:
    assert codes(seen("out", 120)) == ["no_in"]
    assert codes(seen("out", 60), now=at(70)) == []


def test_somebody_who_punched_nothing_is_seen_unless_nobody_expected_it() -> None:
    assert codes() == ["nobody_punched"]
    assert codes(now=at(30)) == []
    assert codes(expected=False) == []


@pytest.mark.parametrize(("ends_at", "found"), [(600, []), (601, ["overnight"])])
def test_time_up_to_midnight_does_not_pass_it_and_a_minute_more_does(ends_at: int, found: list[str]) -> None:
    # 14:00 in Shenzhen and ten hours are midnight.
    planned = Stretch(at(500), at(600))
    assert codes(seen("in", 500), seen("out", ends_at), planned=planned, now=at(700)) == found


def test_a_night_says_how_much_lay_on_either_side_of_midnight() -> None:
    planned = Stretch(at(480), at(960))  # 22:00 to 06:00
    [one] = exceptions_of(looked(seen("in", 480), seen("out", 960), planned=planned), RULES, at(1000))
    assert one.code is Unusual.OVERNIGHT
    assert (one.figures["before"], one.figures["after"]) == (120, 360)


def test_the_midnight_is_that_of_the_place_where_the_shift_is() -> None:
    # 22:30 to 23:30 in Shenzhen is the same day there, and 15:30 to 16:30 in Berlin.
    evening = [seen("in", 510), seen("out", 630)]
    assert "overnight" in codes(*evening, planned=Stretch(at(510), at(630)), now=at(700))
    assert codes(*evening, planned=Stretch(at(510), at(630)), zone=BERLIN, now=at(700)) == []


def test_two_pairs_are_seen_with_the_time_between_them() -> None:
    punches = (seen("in", 0), seen("out", 50), seen("in", 70), seen("out", 120))
    [one] = exceptions_of(looked(*punches), RULES, LATER)
    assert one.code is Unusual.SEVERAL_PAIRS
    assert one.figures == {"pairs": 2, "inside": 100, "away": 20}


def test_who_is_here_again_may_come_and_go_until_the_end() -> None:
    again = (seen("in", 0), seen("out", 50), seen("in", 70))
    assert codes(*again, now=at(80)) == []
    assert codes(*again) == ["no_out", "several_pairs"]


def test_the_same_punched_twice_matters_only_when_far_apart() -> None:
    assert codes(seen("in", 0), seen("in", 10), seen("out", 120)) == []
    assert codes(seen("in", 0), seen("in", 11), seen("out", 120)) == ["punched_twice"]
    assert codes(seen("in", 0), seen("out", 100), seen("out", 120)) == ["punched_twice"]


def test_longer_than_planned_begins_beyond_the_tolerance() -> None:
    assert codes(seen("in", 0), seen("out", 130)) == []
    assert codes(seen("in", 0), seen("out", 131)) == ["long"]


def test_far_from_the_plan_begins_beyond_an_hour_and_is_not_said_twice() -> None:
    assert codes(seen("in", 60), seen("out", 120)) == []
    assert codes(seen("in", 61), seen("out", 120)) == ["off_plan"]
    assert codes(seen("in", -61), seen("out", 10)) == ["off_plan"]
    assert codes(seen("in", -61), seen("out", 120)) == ["long"]


@pytest.mark.parametrize(
    ("away", "accuracy", "found"),
    [(300, None, []), (301, None, ["far_away"]), (340, 40.0, []), (341, 40.0, ["far_away"]), (None, 5.0, [])],
)
def test_a_punch_elsewhere_is_judged_by_radius_and_accuracy(
    away: float | None, accuracy: float | None, found: list[str]
) -> None:
    punches = (seen("in", 0, metres_away=away, accuracy_metres=accuracy), seen("out", 120))
    assert codes(*punches) == found


def test_the_farthest_punch_is_the_one_that_is_said() -> None:
    punches = (seen("in", 0, metres_away=500.0), seen("out", 120, metres_away=900.4, accuracy_metres=12.0))
    [one] = exceptions_of(looked(*punches), RULES, LATER)
    assert one.figures == {"metres": 900, "radius": 300, "exact": 12, "at": at(120).isoformat()}


@pytest.mark.parametrize(("minutes", "found"), [(5, []), (5.1, ["clock_wrong"]), (-5, []), (-5.1, ["clock_wrong"])])
def test_a_wrong_clock_is_one_that_is_off_by_more_than_five_minutes(minutes: float, found: list[str]) -> None:
    sent = seen("in", 0, sent_at=at(0), received_at=at(minutes))
    assert codes(sent, seen("out", 120)) == found


def test_a_punch_sent_hours_later_by_a_right_clock_has_no_wrong_clock() -> None:
    assert codes(seen("in", 0, sent_at=at(600), received_at=at(600)), seen("out", 120)) == []


def test_a_slow_clock_says_what_the_time_really_was() -> None:
    slow = seen("in", 0, sent_at=at(10), received_at=at(52))
    [one] = exceptions_of(looked(slow, seen("out", 120)), RULES, LATER)
    assert one.figures == {"wrong": 42, "way": "slow", "said": at(0).isoformat(), "really": at(42).isoformat()}


def test_late_entry_begins_beyond_the_working_days_of_the_rule_book() -> None:
    punches = (seen("in", 0), seen("out", 120))
    keyed = STARTS + timedelta(days=20)
    assert codes(*punches, keyed_last=keyed, workdays_late=10) == []
    assert codes(*punches, keyed_last=keyed, workdays_late=11) == ["keyed_late"]


def test_a_night_of_changed_clocks_is_as_long_as_it_was() -> None:
    # In Berlin clocks go back on 25 October 2026: 22:00 to 06:00 is nine hours.
    starts = datetime(2026, 10, 24, 22, 0, tzinfo=BERLIN).astimezone(UTC)
    ends = datetime(2026, 10, 25, 6, 0, tzinfo=BERLIN).astimezone(UTC)
    punches = tuple(
        Seen(direction=direction, at=instant, received_at=instant)
        for direction, instant in (("in", starts), ("out", ends))
    )
    given = Looked(planned=Stretch(starts, ends), punches=punches, expected=True, zone=BERLIN)
    [one] = exceptions_of(given, RULES, ends)
    assert one.code is Unusual.OVERNIGHT
    assert (one.figures["before"], one.figures["after"]) == (120, 7 * 60)


def test_every_kind_has_its_words() -> None:
    assert set(NAMES) == set(SENTENCES) == set(Unusual)


def test_times_are_kept_by_a_colleague_and_only_when_they_are_whole() -> None:
    assert why_not_keep([Unusual.LONG], complete=True, person_account=1, account_id=2) == []
    assert why_not_keep([Unusual.LONG], complete=True, person_account=2, account_id=2) == [OWN_EXCEPTION]
    for code in MISSING:
        assert why_not_keep([code], complete=False, person_account=1, account_id=2) == [NOT_TO_KEEP]
        assert why_not_keep([code], complete=True, person_account=1, account_id=2) == []


PUNCHES = st.lists(st.tuples(st.sampled_from(["in", "out"]), st.integers(-120, 300)), min_size=1, max_size=8)


@given(PUNCHES, st.randoms())
def test_in_whatever_order_punches_arrive_they_say_the_same(made: list[tuple[str, int]], luck: object) -> None:
    arrived = list(made)
    luck.shuffle(arrived)  # type: ignore[attr-defined]
    raws = [put_together([Clocked(direction, at(minutes)) for direction, minutes in each]) for each in (made, arrived)]
    assert raws[0] == raws[1]
    said = [exceptions_of(looked(*(seen(*each) for each in way)), RULES, LATER) for way in (made, arrived)]
    assert msgspec.json.encode(said[0]) == msgspec.json.encode(said[1])
