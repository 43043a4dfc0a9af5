"""Slots, days and weeks through whatever the city's clocks do."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from app.matching.queries.loading.times import Horizon, day_edges, horizon, week_edges, weekly

LONDON = "Europe/London"


def bits(row: np.ndarray) -> list[int]:
    """The slots that are set."""
    return [64 * word + bit for word, value in enumerate(row) for bit in range(64) if int(value) >> bit & 1]


def week_of(day: datetime, zone: str) -> Horizon:
    return horizon(day, day + timedelta(days=7), zone)


def test_a_horizon_begins_at_a_quarter_of_an_hour() -> None:
    over = horizon(datetime(2026, 11, 23, 1, 37, 12, tzinfo=UTC), datetime(2026, 11, 23, 3, 0, tzinfo=UTC), LONDON)
    assert (over.starts.minute, over.minutes) == (30, 90)


@pytest.mark.parametrize(
    ("monday", "hours"),
    [
        (datetime(2026, 11, 23, tzinfo=UTC), 168),
        (datetime(2026, 3, 23, tzinfo=UTC), 167),
        (datetime(2026, 10, 18, 23, tzinfo=UTC), 169),
    ],
)
def test_a_week_in_which_clocks_change_is_as_long_as_it_is(monday: datetime, hours: int) -> None:
    over = horizon(monday, monday + timedelta(hours=hours), LONDON)
    assert len(over.days()) == 7
    edges = day_edges(over)
    assert int(edges[0]) == 0
    assert int(edges[-1]) == hours * 60
    assert week_edges(over).tolist() == [0, hours * 60]


def test_free_hours_follow_the_clocks_on_the_wall() -> None:
    """Sunday 29 March 2026: London goes from 00:59 UTC to 02:00. Half past nine is an hour earlier in UTC."""
    before, after = (
        bits(weekly(week_of(datetime(2026, 3, day, tzinfo=UTC), LONDON), 6, 9 * 60 + 30, 11 * 60)) for day in (16, 23)
    )
    assert len(before) == len(after) == 6
    assert before[0] - after[0] == 4


def test_a_free_stretch_over_the_hour_that_is_missing_is_shorter() -> None:
    over = week_of(datetime(2026, 3, 23, tzinfo=UTC), LONDON)
    assert len(bits(weekly(over, 6, 0, 4 * 60))) == 3 * 4


def test_a_quarter_that_is_free_only_in_part_is_not_free() -> None:
    over = week_of(datetime(2026, 11, 23, tzinfo=UTC), "UTC")
    assert bits(weekly(over, 0, 10, 50)) == [1, 2]


def test_what_lies_before_the_horizon_is_cut_off() -> None:
    over = horizon(datetime(2026, 11, 23, 10, tzinfo=UTC), datetime(2026, 11, 30, tzinfo=UTC), "UTC")
    assert bits(weekly(over, 0, 9 * 60, 11 * 60)) == [0, 1, 2, 3]
    assert int(day_edges(over)[0]) == -600
    assert int(week_edges(over)[0]) == -600
