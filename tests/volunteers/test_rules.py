"""Numbers, ages and spans of a week."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.volunteers.rules import ages
from app.volunteers.rules.availability import (
    BOXES,
    DAY_MINUTES,
    Exact,
    Span,
    clock_time,
    merged,
    read_spans,
    split,
)
from app.volunteers.rules.numbers import check_digit, is_volunteer_no, volunteer_no


def test_the_check_digit_is_the_standards() -> None:
    assert check_digit("0794") == 5  # the example of ISO/IEC 7064 for MOD 11,10
    assert volunteer_no(0) == "V0000000006"


@given(st.integers(0, 10**9 - 1), st.integers(1, 10), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(serial: int, place: int, by: int) -> None:
    number = volunteer_no(serial)
    assert is_volunteer_no(number)
    wrong = number[:place] + str((int(number[place]) + by) % 10) + number[place + 1 :]
    assert not is_volunteer_no(wrong)


@pytest.mark.parametrize("typed", ["", "V", "V12", "0000000002", "V00000000061", "V٠000000002", "W0000000002"])
def test_what_is_no_volunteer_number(typed: str) -> None:
    assert not is_volunteer_no(typed)


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2008, 11, 28), date(2026, 11, 27), 17),
        (date(2008, 11, 28), date(2026, 11, 28), 18),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_ages_are_full_years(born: date, day: date, age: int) -> None:
    assert ages.age_on(born, day) == age
    assert ages.is_minor(born, day) is (age < 18)


def test_impossible_birth_dates_are_named() -> None:
    today = date(2026, 11, 22)
    assert ages.born_fault(date(1990, 5, 4), today) is None
    for born in (date(2027, 1, 1), date(2026, 1, 1), date(1890, 1, 1)):
        assert ages.born_fault(born, today)


spans = st.builds(
    lambda weekday, start, length: Span(weekday, start, min(start + length, DAY_MINUTES)),
    st.integers(0, 6),
    st.integers(0, DAY_MINUTES - 1),
    st.integers(1, 600),
)


@given(st.lists(spans, max_size=6))
def test_boxes_and_exact_times_say_the_same_as_the_spans_they_came_from(given_spans: list[Span]) -> None:
    boxes, rest = split(given_spans)
    typed = [Exact(str(span.weekday), clock_time(span.from_minute), clock_time(span.to_minute)) for span in rest]
    assert read_spans(boxes, typed) == merged(given_spans)


@given(st.lists(spans, max_size=6))
def test_merged_spans_neither_touch_nor_overlap(given_spans: list[Span]) -> None:
    whole = merged(given_spans)
    for before, behind in pairwise(whole):
        assert before.weekday < behind.weekday or before.to_minute < behind.from_minute
    minutes = {(span.weekday, at) for span in given_spans for at in range(span.from_minute, span.to_minute)}
    assert sum(span.to_minute - span.from_minute for span in whole) == len(minutes)


def test_ticking_morning_and_afternoon_is_one_stretch() -> None:
    assert read_spans(["5-morning", "5-afternoon", "nonsense"], []) == [Span(5, 480, 1080)]
    assert len(BOXES) == 21


def test_until_midnight_is_until_the_end_of_the_day() -> None:
    assert read_spans([], [Exact("6", "22:00", "00:00"), Exact("", "", "")]) == [Span(6, 1320, 1440)]


@pytest.mark.parametrize(
    "row", [Exact("5", "", "11:00"), Exact("", "09:00", "11:00"), Exact("5", "11:00", "09:00"), Exact("9", "1", "2")]
)
def test_half_a_row_of_times_is_refused(row: Exact) -> None:
    with pytest.raises(ValueError, match="Choose the day and both times"):
        read_spans([], [row])
