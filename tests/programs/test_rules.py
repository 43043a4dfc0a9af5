"""Which moves follow from where, and how a contract's days fall into periods."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.programs.rules import (
    MOVES_BY_HAND,
    PERIOD_MOVES,
    PROGRAM_MOVES,
    TO_ACTIVE,
    TO_SUBMITTED,
    PeriodEvent,
    PeriodStatus,
    ProgramEvent,
    ProgramStatus,
    Rhythm,
    Span,
    gaps_between,
    periods_of,
)

spans = st.builds(
    lambda start, days: Span(start, start + timedelta(days=days)),
    st.dates(date(2020, 1, 1), date(2035, 1, 1)),
    st.integers(1, 1200),
)


def test_the_main_road_leads_from_draft_to_closed() -> None:
    status = ProgramStatus.DRAFT
    for event in ("call", "award", "activate", "begin_closing", "evaluate", "close"):
        status = PROGRAM_MOVES[status, ProgramEvent(event)]
    assert status is ProgramStatus.CLOSED


def test_a_program_can_be_cancelled_only_before_it_is_active() -> None:
    cancellable = {status for status, event in PROGRAM_MOVES if event is ProgramEvent.CANCEL}
    assert cancellable == {ProgramStatus.DRAFT, ProgramStatus.CALLING, ProgramStatus.AWARDED}


def test_nothing_follows_a_closed_or_cancelled_program() -> None:
    assert not {status for status, _ in PROGRAM_MOVES} & {ProgramStatus.CLOSED, ProgramStatus.CANCELLED}


def test_putting_a_contract_into_force_walks_only_moves_of_the_table() -> None:
    for start, events in TO_ACTIVE.items():
        reached = start
        for event in events:
            reached = PROGRAM_MOVES[reached, event]
        assert reached is ProgramStatus.ACTIVE


def test_nobody_activates_a_program_by_hand() -> None:
    assert ProgramEvent.ACTIVATE not in MOVES_BY_HAND


def test_submitting_walks_only_moves_of_the_table_and_ends_locked() -> None:
    for start, events in TO_SUBMITTED.items():
        assert not start.locked
        reached = start
        for event in events:
            reached = PERIOD_MOVES[reached, event]
        assert reached.locked


def test_an_accepted_period_has_no_way_back() -> None:
    assert all((PeriodStatus.ACCEPTED, event) not in PERIOD_MOVES for event in PeriodEvent)


def test_months_are_calendar_months_cut_to_the_contract() -> None:
    months = periods_of(Span(date(2026, 3, 15), date(2026, 6, 1)), Rhythm.MONTHLY)
    assert months == [
        Span(date(2026, 3, 15), date(2026, 4, 1)),
        Span(date(2026, 4, 1), date(2026, 5, 1)),
        Span(date(2026, 5, 1), date(2026, 6, 1)),
    ]


def test_quarters_cross_the_year() -> None:
    quarters = periods_of(Span(date(2026, 11, 10), date(2027, 2, 10)), Rhythm.QUARTERLY)
    assert quarters == [Span(date(2026, 11, 10), date(2027, 1, 1)), Span(date(2027, 1, 1), date(2027, 2, 10))]


@given(spans, st.sampled_from(Rhythm))
def test_periods_cover_every_day_of_the_contract_once(contract: Span, rhythm: Rhythm) -> None:
    periods = periods_of(contract, rhythm)
    assert periods[0].starts_on == contract.starts_on
    assert periods[-1].ends_before == contract.ends_before
    assert all(before.ends_before == after.starts_on for before, after in pairwise(periods))
    assert not gaps_between(periods, contract)


@pytest.mark.parametrize("missing", [0, 1, 2])
def test_a_gap_is_named_by_its_days(missing: int) -> None:
    contract = Span(date(2026, 1, 1), date(2026, 4, 1))
    periods = periods_of(contract, Rhythm.MONTHLY)
    gone = periods.pop(missing)
    assert gaps_between(periods, contract) == [gone]


def test_the_last_day_is_the_day_people_name() -> None:
    assert Span(date(2026, 1, 1), date(2027, 1, 1)).last_on == date(2026, 12, 31)
