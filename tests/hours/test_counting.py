"""What the rule-book's figures make of time: each rule at its edge, and what holds for any rule-book at all."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.hours.rules import STEPS, Counted, CountGround, CountingRules, Stretch, count
from app.hours.rules.kinds import Capacity, Kind
from app.hours.rules.rule_book import BreakRule, GroupRule, KindRule, Rounding

NOON = datetime(2026, 11, 28, 4, 0, tzinfo=UTC)
PLAIN = CountingRules(least_minutes=0, round_to_minutes=1, most_minutes_a_day=1440)
FIRST_ROW = b'{"least_minutes": 15, "round_to_minutes": 1, "most_minutes_a_day": 480}'


def at(*spans: tuple[int, int]) -> list[Stretch]:
    """Stretches in minutes from noon."""
    return [Stretch(NOON + timedelta(minutes=a), NOON + timedelta(minutes=b)) for a, b in spans]


def codes(found: Counted) -> list[str]:
    return [step.code for step in found.trace if step.code not in ("worked", "together", "counted")]


def test_the_row_a_city_starts_with_counts_as_before() -> None:
    rules = msgspec.json.decode(FIRST_ROW, type=CountingRules)
    assert [count(at((0, worked)), rules).minutes for worked in (14, 15, 119, 481)] == [0, 15, 119, 480]


@pytest.mark.parametrize(
    ("way", "worked", "counted"),
    [
        (Rounding.DOWN, 44, 30), (Rounding.NEAREST, 44, 30), (Rounding.NEAREST, 45, 60), (Rounding.UP, 31, 60),
        (Rounding.UP, 30, 30), (Rounding.NEAREST, 14, 0),
    ],
)  # fmt: skip
def test_each_way_of_rounding(way: Rounding, worked: int, counted: int) -> None:
    rules = msgspec.structs.replace(PLAIN, round_to_minutes=30, rounding=way)
    found = count(at((0, worked)), rules)
    assert found.minutes == counted
    assert bool(codes(found)) == (worked != counted), "a step is said when it changed something, and only then"


class TestBreaks:
    rules = msgspec.structs.replace(
        PLAIN, breaks=(BreakRule(after_minutes=360, off_minutes=30), BreakRule(after_minutes=540, off_minutes=45))
    )

    @pytest.mark.parametrize(
        ("worked", "counted"), [(360, 360), (361, 360), (390, 360), (391, 361), (540, 510), (600, 555)]
    )
    def test_it_is_taken_off_only_from_what_is_over(self, worked: int, counted: int) -> None:
        assert count(at((0, worked)), self.rules).minutes == counted

    def test_a_punched_break_is_not_taken_off_again(self) -> None:
        found = count(at((0, 240), (270, 470)), self.rules)
        assert (found.minutes, codes(found)) == (440, [])

    def test_a_shorter_one_does_not_do(self) -> None:
        found = count(at((0, 240), (269, 469)), self.rules)
        assert (found.minutes, codes(found)) == (410, ["break_off"])


class TestKindsAndGroups:
    def test_a_volunteers_way_there_does_not_count_and_says_so(self) -> None:
        found = count(at((0, 60)), PLAIN, CountGround(kind="travel"))
        assert (found.minutes, codes(found)) == (0, ["kind_out"])

    def test_the_way_of_staff_does_unless_the_rule_book_says_otherwise(self) -> None:
        assert count(at((0, 60)), PLAIN, CountGround(kind="travel", capacity="staff")).minutes == 60

    def test_a_row_for_the_capacity_goes_before_one_for_all(self) -> None:
        kinds = (
            KindRule(kind=Kind.WRITE_UP, permille=500),
            KindRule(kind=Kind.WRITE_UP, capacity=Capacity.STAFF, permille=1000, most_minutes_a_day=30),
        )
        rules = msgspec.structs.replace(PLAIN, kinds=kinds)
        assert count(at((0, 60)), rules, CountGround(kind="write_up")).minutes == 30
        assert codes(count(at((0, 60)), rules, CountGround(kind="write_up", capacity="staff"))) == ["kind_full"]
        assert (
            count(at((0, 60)), rules, CountGround(kind="write_up", capacity="staff", already_of_kind=20)).minutes == 10
        )

    @pytest.mark.parametrize(("people", "counted"), [(1, 60), (4, 60), (5, 45), (9, 45), (10, 30)])
    def test_the_row_with_the_most_people_reached_holds(self, people: int, counted: int) -> None:
        rules = msgspec.structs.replace(
            PLAIN, groups=(GroupRule(people_from=10, permille=500), GroupRule(people_from=5, permille=750))
        )
        assert count(at((0, 60)), rules, CountGround(people=people)).minutes == counted


class TestCaps:
    rules = msgspec.structs.replace(
        PLAIN, most_minutes_a_day=480, most_minutes_an_activity=240, most_keyed_minutes_a_month=600
    )

    def test_each_cap_that_took_something_is_said(self) -> None:
        ground = CountGround(already_that_activity=60, already_that_day=400, grade="E", keyed_minutes_that_month=590)
        found = count(at((0, 300)), self.rules, ground)
        assert found.minutes == 10
        assert codes(found) == ["activity_full", "day_full", "keyed_full"]

    def test_the_cap_on_what_staff_keyed_holds_for_grade_e_only(self) -> None:
        for grade in ("A", "B", "C", "D", None):
            assert count(at((0, 60)), self.rules, CountGround(grade=grade, keyed_minutes_that_month=9999)).minutes == 60

    def test_more_already_than_may_be_leaves_nothing_not_less(self) -> None:
        assert count(at((0, 60)), self.rules, CountGround(already_that_day=9999)).minutes == 0


@pytest.mark.parametrize(("day", "hours"), [((2026, 3, 29), 3), ((2026, 10, 25), 5)])
def test_changed_clocks_inside_a_shift_neither_give_nor_take_an_hour(day: tuple[int, int, int], hours: int) -> None:
    zone = ZoneInfo("Europe/London")
    whole = Stretch(datetime(*day, 0, 0, tzinfo=zone), datetime(*day, 4, 0, tzinfo=zone))
    assert count([whole], PLAIN).minutes == hours * 60
    assert count([Stretch(whole.starts.astimezone(ZoneInfo("Asia/Shanghai")), whole.ends)], PLAIN).minutes == hours * 60


def test_a_punched_break_over_changed_clocks_is_as_long_as_it_was() -> None:
    zone = ZoneInfo("Europe/London")
    rules = msgspec.structs.replace(PLAIN, breaks=(BreakRule(after_minutes=60, off_minutes=60),))
    gap_of_no_time = [
        Stretch(datetime(2026, 3, 28, 22, 0, tzinfo=zone), datetime(2026, 3, 29, 0, 59, tzinfo=zone)),
        Stretch(datetime(2026, 3, 29, 2, 0, tzinfo=zone), datetime(2026, 3, 29, 4, 0, tzinfo=zone)),
    ]
    assert codes(count(gap_of_no_time, rules)) == ["break_off"], "0:59 to 2:00 on that night is one minute"


minutes_ = st.integers(0, 1440)
any_rules = st.builds(
    CountingRules,
    least_minutes=st.integers(0, 240),
    round_to_minutes=st.integers(1, 120),
    rounding=st.sampled_from(Rounding),
    most_minutes_a_day=minutes_,
    most_minutes_an_activity=st.none() | minutes_,
    most_keyed_minutes_a_month=st.none() | st.integers(0, 5000),
    breaks=st.lists(st.builds(BreakRule, after_minutes=minutes_, off_minutes=minutes_), max_size=3).map(tuple),
    kinds=st.lists(
        st.builds(
            KindRule,
            kind=st.sampled_from(Kind),
            capacity=st.none() | st.sampled_from(Capacity),
            permille=st.integers(0, 3000),
            most_minutes_a_day=st.none() | minutes_,
        ),
        max_size=3,
    ).map(tuple),
    groups=st.lists(st.builds(GroupRule, people_from=st.integers(1, 9), permille=st.integers(0, 3000)), max_size=3).map(
        tuple
    ),
)
any_ground = st.builds(
    CountGround,
    kind=st.sampled_from([each.value for each in Kind]),
    capacity=st.sampled_from([each.value for each in Capacity]),
    already_that_day=minutes_,
    already_that_activity=minutes_,
    already_of_kind=minutes_,
    keyed_minutes_that_month=st.integers(0, 5000),
    grade=st.none() | st.sampled_from("ABCDE"),
    people=st.integers(1, 12),
    corrected=st.booleans(),
)
any_work = st.lists(st.tuples(st.integers(0, 300), st.integers(0, 120)), max_size=5)


def worked(pairs: list[tuple[int, int]]) -> list[Stretch]:
    """Stretches one after another: so much work, then so much pause."""
    found, begins = [], 0
    for work, pause in pairs:
        found += at((begins, begins + work))
        begins += work + pause
    return found


@settings(deadline=None)
@given(any_work, any_rules, any_ground)
def test_any_count_is_within_its_caps_and_its_last_step_says_it(
    pairs: list[tuple[int, int]], rules: CountingRules, ground: CountGround
) -> None:
    found = count(worked(pairs), rules, ground)
    assert 0 <= found.minutes <= max(rules.most_minutes_a_day - ground.already_that_day, 0)
    if rules.most_minutes_an_activity is not None:
        assert found.minutes <= max(rules.most_minutes_an_activity - ground.already_that_activity, 0)
    assert found.trace[-1].figures.get("minutes", 0) == found.minutes
    assert all(step.code in STEPS for step in found.trace)
    for step in found.trace:
        assert STEPS[step.code] % dict(step.figures), "every place of the sentence has its figure"


@settings(deadline=None)
@given(st.integers(0, 600), st.integers(0, 600), any_rules, any_ground)
def test_more_work_never_counts_less(one: int, more: int, rules: CountingRules, ground: CountGround) -> None:
    assert count(at((0, one)), rules, ground).minutes <= count(at((0, one + more)), rules, ground).minutes


@settings(deadline=None)
@given(any_work, any_rules, any_ground, st.integers(0, 600))
def test_a_fuller_day_never_counts_more(
    pairs: list[tuple[int, int]], rules: CountingRules, ground: CountGround, more: int
) -> None:
    fuller = msgspec.structs.replace(ground, already_that_day=ground.already_that_day + more)
    assert count(worked(pairs), rules, fuller).minutes <= count(worked(pairs), rules, ground).minutes


@settings(deadline=None)
@given(any_work, any_rules, any_ground, st.integers(0, 1440))
def test_a_wider_cap_never_counts_less(
    pairs: list[tuple[int, int]], rules: CountingRules, ground: CountGround, most: int
) -> None:
    narrow = msgspec.structs.replace(rules, most_minutes_a_day=min(most, rules.most_minutes_a_day))
    assert count(worked(pairs), narrow, ground).minutes <= count(worked(pairs), rules, ground).minutes


@settings(deadline=None)
@given(st.integers(1, 600), st.data(), any_rules, any_ground)
def test_splitting_a_stretch_where_nobody_paused_changes_nothing(
    length: int, data: st.DataObject, rules: CountingRules, ground: CountGround
) -> None:
    cut = data.draw(st.integers(0, length))
    whole, parts = count(at((0, length)), rules, ground), count(at((0, cut), (cut, length)), rules, ground)
    assert whole.minutes == parts.minutes


@settings(deadline=None)
@given(st.lists(st.integers(0, 300), min_size=1, max_size=6), any_rules)
def test_splitting_a_day_over_shifts_never_beats_its_cap(shifts: list[int], rules: CountingRules) -> None:
    total = 0
    for length in shifts:
        total += count(at((0, length)), rules, CountGround(already_that_day=total)).minutes
    assert total <= rules.most_minutes_a_day
