"""Working days as China's offices keep them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kit.workdays import add_workdays, assumed, is_workday, known, workdays_between

DAYS = st.dates(date(2018, 1, 1), date(2030, 12, 31))
COUNTS = st.integers(1, 40)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2025, 1, 26), True),  # a Sunday worked for the Spring Festival (State Council, November 2024)
        (date(2025, 1, 28), False),  # the eve of the Spring Festival, a Tuesday
        (date(2025, 10, 8), False),  # the last of eight days for National Day and Mid-Autumn, a Wednesday
        (date(2025, 10, 11), True),  # the Saturday worked for it
        (date(2024, 10, 12), True),  # a Saturday worked
        (date(2026, 11, 23), True),  # a plain Monday
        (date(2026, 11, 22), False),  # a plain Sunday
    ],
)
def test_holidays_are_off_and_swapped_weekend_days_are_worked(day: date, works: bool) -> None:
    assert is_workday(day) is works


def test_ten_working_days_reach_over_a_long_holiday() -> None:
    # 28 September (a Sunday, worked), 29, 30; then 9, 10, 11 (a Saturday, worked), 13, 14, 15, 16 October.
    assert add_workdays(date(2025, 9, 27), 10) == date(2025, 10, 16)
    assert workdays_between(date(2025, 9, 27), date(2025, 10, 16)) == 10


def test_the_day_itself_does_not_count_and_no_days_stay_where_they_are() -> None:
    assert add_workdays(date(2026, 11, 23), 1) == date(2026, 11, 24)
    assert add_workdays(date(2026, 11, 21), 0) == date(2026, 11, 21)
    assert workdays_between(date(2026, 11, 23), date(2026, 11, 23)) == 0


def test_a_deadline_that_has_passed_counts_below_zero() -> None:
    assert workdays_between(date(2026, 11, 23), date(2026, 11, 20)) == -1  # Friday to Monday: one day late
    assert workdays_between(date(2026, 11, 25), date(2026, 11, 20)) == -3


def test_a_year_nobody_has_published_yet_counts_monday_to_friday_and_says_so() -> None:
    assert not known(2036)
    assert not known(1999)
    assert known(2026)
    new_year = date(2036, 1, 1)  # a Tuesday, which the real calendar would surely have off
    assert is_workday(new_year)
    assert not is_workday(date(2036, 1, 5))
    assert add_workdays(date(2035, 12, 31), 5) == date(2036, 1, 7)
    assert assumed(new_year)
    assert assumed(datetime(2036, 5, 1, tzinfo=UTC))
    assert not assumed(date(2026, 12, 31))


@given(DAYS, COUNTS)
def test_adding_and_counting_agree(day: date, count: int) -> None:
    reached = add_workdays(day, count)
    assert is_workday(reached)
    assert workdays_between(day, reached) == count
    assert workdays_between(day, reached - timedelta(days=1)) == count - 1
    assert workdays_between(reached, day) == -count
