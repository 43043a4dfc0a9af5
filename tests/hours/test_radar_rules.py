"""The radar's decisions that need no database."""

from datetime import date

import msgspec
import pytest

from app.hours.rules.radar import FIELDS, RULES, Code, Dated, LongDay, Spell, Travel, month_spells, spells
from app.hours.rules.radar_outcomes import ABOUT_YOU, SETTLED_ALREADY, FindingStatus, score, why_not_settle
from app.hours.rules.travelling import Journey, impossible


def on(day: str) -> date:
    return date.fromisoformat(day)


def dated(applies_from: str, minutes: int, *, enabled: bool = True) -> Dated:
    return Dated(applies_from=on(applies_from), thresholds=LongDay(minutes=minutes), enabled=enabled)


def test_a_span_is_cut_where_the_thresholds_change() -> None:
    rows = [dated("2026-11-10", 600), dated("2020-01-01", 960)]
    assert spells(rows, on("2026-11-01"), on("2026-12-01")) == [
        Spell(on("2026-11-01"), on("2026-11-10"), LongDay(minutes=960)),
        Spell(on("2026-11-10"), on("2026-12-01"), LongDay(minutes=600)),
    ]


def test_days_on_which_a_rule_is_off_or_not_yet_there_are_left_out() -> None:
    rows = [dated("2026-11-05", 960), dated("2026-11-10", 960, enabled=False), dated("2026-11-20", 960)]
    assert [(cut.from_on.day, cut.before.day) for cut in spells(rows, on("2026-11-01"), on("2026-11-30"))] == [
        (5, 10),
        (20, 30),
    ]
    assert spells([], on("2026-11-01"), on("2026-11-30")) == []


def test_only_whole_months_are_looked_at_as_months_with_what_holds_on_their_last_day() -> None:
    rows = [dated("2020-01-01", 960), dated("2026-11-30", 600)]
    cut = month_spells(rows, on("2026-09-02"), on("2026-12-31"))
    assert cut == [
        Spell(on("2026-10-01"), on("2026-11-01"), LongDay(minutes=960)),
        Spell(on("2026-11-01"), on("2026-12-01"), LongDay(minutes=600)),
    ]
    assert month_spells(rows, on("2026-11-02"), on("2026-12-01")) == []


@pytest.mark.parametrize(
    ("metres", "minutes", "is_impossible"),
    [(20_000, 7, True), (20_000, 8, False), (4_999, 0, False), (5_000, 0, True), (5_000, 2, False), (0, 0, False)],
)
def test_a_journey_is_impossible_when_it_is_far_and_faster_than_the_limit(
    metres: float, minutes: int, is_impossible: bool
) -> None:
    assert impossible(Journey(metres, minutes), Travel(kmh=150, km=5)) is is_impossible


def test_only_an_open_finding_is_settled_and_never_by_whom_it_is_about() -> None:
    assert why_not_settle(FindingStatus.OPEN, involved=False) is None
    assert why_not_settle(FindingStatus.OPEN, involved=True) is ABOUT_YOU
    for settled in set(FindingStatus) - {FindingStatus.OPEN}:
        assert why_not_settle(settled, involved=False) is SETTLED_ALREADY


@pytest.mark.parametrize(
    ("hours", "weight", "expected"),
    [
        (0, 5, None),
        (10, 0, 100),
        (10, 3, 97),
        (1_000, 3, 97),
        (3_000, 3, 99),
        (2_000, 30, 85),
        (7_000, 3, 99),
        (1_000, 500, 0),
    ],
)
def test_the_score_takes_the_weights_off_for_every_thousand_hours(
    hours: int, weight: int, expected: int | None
) -> None:
    assert score(hours * 60, weight) == expected


@pytest.mark.parametrize("code", Code)
def test_a_threshold_has_a_name_and_takes_no_nonsense(code: Code) -> None:
    rule = RULES[code]
    for field in rule.thresholds.__struct_fields__:
        assert FIELDS[field]
        with pytest.raises(msgspec.ValidationError):
            msgspec.convert({field: 0}, rule.thresholds)
