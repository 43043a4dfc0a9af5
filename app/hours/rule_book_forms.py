"""The form of a rule-book version: figures, and rows for everything there may be several of."""

from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

from litestar.datastructures import FormMultiDict
from msgspec import Meta, Struct

from app.hours.rules import CountingRules, Rounding, Tier, TierRule, faults
from app.hours.rules.kinds import Capacity, Kind
from app.hours.rules.rule_book import BreakRule, Conversion, GroupRule, KindRule, QualifyingRule
from app.kit.form_rows import BoundRows, bind_rows, show_rows
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext, say
from app.kit.rules import N_
from app.programs.rules import Unit

HOURS = {"reads": "hours", "error": N_("Enter hours, for example 8, 0.5 or 8:20.")}
Hours = Annotated[int, Meta(ge=0, le=24 * 60, extra=HOURS)]
MonthHours = Annotated[int, Meta(ge=0, le=31 * 24 * 60, extra=HOURS)]
Percent = Annotated[float, Meta(ge=0, le=1000, extra={"error": N_("Enter a share in per cent, for example 75.")})]
Least = Annotated[int, Meta(ge=0, le=24 * 60, extra={"error": N_("Enter minutes of one day, for example 15.")})]
Step = Annotated[int, Meta(ge=1, le=24 * 60, extra={"error": N_("Enter minutes, for example 30; 1 for no rounding.")})]
Days = Annotated[int, Meta(ge=0, le=250)]


class VersionForm(Struct, frozen=True, kw_only=True):
    """The figures there is one of."""

    version: Annotated[str, Meta(max_length=20)]
    applies_from: date
    note: Annotated[str, Meta(max_length=2000)] = ""
    least_minutes: Least
    round_to_minutes: Step
    rounding: Rounding
    most_minutes_a_day: Hours
    most_minutes_an_activity: Hours | None = None
    most_keyed_minutes_a_month: MonthHours | None = None
    tolerance_minutes: Least
    late_after_workdays: Days
    place_radius_metres: Annotated[int, Meta(ge=0, le=100_000)]
    sample_percent: Annotated[float, Meta(ge=0, le=100)]
    objection_workdays: Annotated[int, Meta(ge=1, le=250)]
    otherwise: list[Tier] = []


class BreakRow(Struct, frozen=True, kw_only=True):
    """A break that is taken off."""

    after_hours: Hours
    off_minutes: Least


class KindRow(Struct, frozen=True, kw_only=True):
    """How much of a kind of time counts."""

    kind: Kind
    kind_capacity: Capacity | None = None
    kind_percent: Percent
    kind_most: Hours | None = None


class GroupRow(Struct, frozen=True, kw_only=True):
    """How much counts when several serve together."""

    people_from: Annotated[int, Meta(ge=1)]
    group_percent: Percent


class ConversionRow(Struct, frozen=True, kw_only=True):
    """What one unit of a line stands for."""

    unit: Unit
    unit_hours: Annotated[int, Meta(ge=1, le=31 * 24 * 60, extra=HOURS)]


class QualifyingRow(Struct, frozen=True, kw_only=True):
    """What a service must reach before it counts."""

    service: str
    least_sessions: Annotated[int, Meta(ge=0)] = 0
    least_person_times: Annotated[int, Meta(ge=0)] = 0
    least_hours: MonthHours = 0


class How(StrEnum):
    """How time came in, where a row of the tiers asks for it."""

    LATE = "late"
    CLAIMED = "claimed"


HOWS: dict[How, str] = {How.LATE: N_("Entered late"), How.CLAIMED: N_("The person's own claim")}


class TierRow(Struct, frozen=True, kw_only=True):
    """Who is asked, and when."""

    over_hours: Hours | None = None
    over_day_hours: Hours | None = None
    batch_from: Annotated[int, Meta(ge=1)] | None = None
    exceptions_from: Annotated[int, Meta(ge=1)] | None = None
    keyed_share_percent: Percent | None = None
    tier_how: list[How] = []
    grades: list[str] = []
    tier_kinds: list[Kind] = []
    tier_capacities: list[Capacity] = []
    ask: list[Tier] = []


LISTS: dict[str, type[Struct]] = {
    "breaks": BreakRow,
    "kinds": KindRow,
    "groups": GroupRow,
    "tiers": TierRow,
    "conversions": ConversionRow,
    "qualifying": QualifyingRow,
}
FIRST_FIELD = {
    "breaks": "after_hours",
    "kinds": "kind",
    "groups": "people_from",
    "tiers": "over_hours",
    "conversions": "unit",
    "qualifying": "service",
}
"""Where a contradiction of a row is shown."""

_RULES: dict[str, Callable[[Any], Struct]] = {
    "breaks": lambda row: BreakRule(after_minutes=row.after_hours, off_minutes=row.off_minutes),
    "kinds": lambda row: KindRule(
        kind=row.kind,
        capacity=row.kind_capacity,
        permille=_permille(row.kind_percent),
        most_minutes_a_day=row.kind_most,
    ),
    "groups": lambda row: GroupRule(people_from=row.people_from, permille=_permille(row.group_percent)),
    "conversions": lambda row: Conversion(unit=row.unit.value, minutes=row.unit_hours),
    "qualifying": lambda row: QualifyingRule(
        service_kind=row.service,
        sessions=row.least_sessions,
        person_times=row.least_person_times,
        minutes=row.least_hours,
    ),
    "tiers": lambda row: TierRule(
        over_minutes=row.over_hours,
        over_day_minutes=row.over_day_hours,
        late=How.LATE in row.tier_how,
        batch_from=row.batch_from,
        grades=tuple(row.grades),
        kinds=tuple(row.tier_kinds),
        capacities=tuple(row.tier_capacities),
        claimed=How.CLAIMED in row.tier_how,
        exceptions_from=row.exceptions_from,
        keyed_share_over=None if row.keyed_share_percent is None else _permille(row.keyed_share_percent),
        ask=tuple(row.ask),
    ),
}


def _permille(percent: float) -> int:
    return round(percent * 10)


class BoundVersion(Bound[VersionForm]):
    """Everything typed into the form of a version, with the errors of all its parts."""

    def __init__(self, head: Bound[VersionForm], rows: Mapping[str, BoundRows[Any]]) -> None:
        errors = dict(head.errors)
        raw = dict(head.raw)
        for each in rows.values():
            errors |= each.errors
            raw |= each.raw
        super().__init__(raw, head.form, errors)
        self.rows = rows
        self.counts = {name: each.count for name, each in rows.items()}
        """How many rows of each list to show."""
        if head.form is not None and not errors:
            self._contradictions()

    @property
    def rules(self) -> CountingRules:
        """The rules as typed.

        Raises:
            ValueError: when there are errors in reading them; contradictions do not stop it.
        """
        head = self.good
        lists: dict[str, Any] = {name: tuple(_RULES[name](row) for row in self.rows[name].forms) for name in LISTS}
        return CountingRules(
            least_minutes=head.least_minutes,
            round_to_minutes=head.round_to_minutes,
            rounding=head.rounding,
            most_minutes_a_day=head.most_minutes_a_day,
            most_minutes_an_activity=head.most_minutes_an_activity,
            most_keyed_minutes_a_month=head.most_keyed_minutes_a_month,
            tolerance_minutes=head.tolerance_minutes,
            late_after_workdays=head.late_after_workdays,
            place_radius_metres=head.place_radius_metres,
            sample_permille=_permille(head.sample_percent),
            objection_workdays=head.objection_workdays,
            otherwise=tuple(head.otherwise),
            **lists,
        )

    def _contradictions(self) -> None:
        for fault in faults(self.rules):
            name, _, place = fault.field.rpartition("-")
            field = fault.field
            if name in LISTS:
                rows = sorted(self.rows[name].by_row)
                field = f"{FIRST_FIELD[name]}-{rows[int(place)]}"
            self.errors.setdefault(field, say(fault.refusal))


def read(typed: FormMultiDict) -> BoundVersion:
    """Read the whole form."""
    return BoundVersion(
        bind(VersionForm, typed),
        {name: bind_rows(row, typed, ("kind_percent",)) for name, row in LISTS.items()},
    )


def with_more(bound: BoundVersion, which: str) -> BoundVersion:
    """The same form with one more empty row in a list, saying nothing about errors yet."""
    rows = {name: each.with_more(name == which) for name, each in bound.rows.items()}
    return BoundVersion(Bound(bound.raw, None, {}), rows)


def shown(version: str, applies_from: date, note: str, rules: CountingRules) -> BoundVersion:
    """The form filled in from a version."""
    keyed, activity = rules.most_keyed_minutes_a_month, rules.most_minutes_an_activity
    head = blank(
        version=version,
        applies_from=applies_from,
        note=note,
        least_minutes=rules.least_minutes,
        round_to_minutes=rules.round_to_minutes,
        rounding=rules.rounding.value,
        most_minutes_a_day=_hours(rules.most_minutes_a_day),
        most_minutes_an_activity=_hours(activity),
        most_keyed_minutes_a_month=_hours(keyed),
        tolerance_minutes=rules.tolerance_minutes,
        late_after_workdays=rules.late_after_workdays,
        place_radius_metres=rules.place_radius_metres,
        sample_percent=f"{rules.sample_permille / 10:g}",
        objection_workdays=rules.objection_workdays,
        otherwise=list(rules.otherwise),
    )
    filled: dict[str, list[dict[str, Any]]] = {
        "breaks": [
            {"after_hours": _hours(rule.after_minutes), "off_minutes": rule.off_minutes} for rule in rules.breaks
        ],
        "kinds": [
            {
                "kind": rule.kind.value,
                "kind_capacity": rule.capacity.value if rule.capacity else None,
                "kind_percent": f"{rule.permille / 10:g}",
                "kind_most": _hours(rule.most_minutes_a_day),
            }
            for rule in rules.kinds
        ],
        "groups": [
            {"people_from": rule.people_from, "group_percent": f"{rule.permille / 10:g}"} for rule in rules.groups
        ],
        "conversions": [{"unit": each.unit, "unit_hours": _hours(each.minutes)} for each in rules.conversions],
        "qualifying": [
            {
                "service": rule.service_kind,
                "least_sessions": rule.sessions or None,
                "least_person_times": rule.person_times or None,
                "least_hours": _hours(rule.minutes or None),
            }
            for rule in rules.qualifying
        ],
        "tiers": [_tier_row(rule) for rule in rules.tiers],
    }
    return BoundVersion(head, {name: show_rows(rows, 0 if rows else 1) for name, rows in filled.items()})


def _tier_row(rule: TierRule) -> dict[str, Any]:
    share = rule.keyed_share_over
    return {
        "over_hours": _hours(rule.over_minutes),
        "over_day_hours": _hours(rule.over_day_minutes),
        "batch_from": rule.batch_from,
        "exceptions_from": rule.exceptions_from,
        "keyed_share_percent": None if share is None else f"{share / 10:g}",
        "tier_how": [how.value for how, holds in ((How.LATE, rule.late), (How.CLAIMED, rule.claimed)) if holds],
        "grades": list(rule.grades),
        "tier_kinds": [each.value for each in rule.kinds],
        "tier_capacities": [each.value for each in rule.capacities],
        "ask": [each.value for each in rule.ask],
    }


def _hours(minutes: int | None) -> str | None:
    """Minutes as hours someone types: `8`, `0.25`, or `8:20` where decimals would not be exact."""
    if minutes is None:
        return None
    return f"{minutes / 60:g}" if minutes % 15 == 0 else f"{minutes // 60}:{minutes % 60:02d}"


class SpanForm(Struct, frozen=True, kw_only=True):
    """Days from the first to the last, both included."""

    from_on: date
    last_on: date


class PublishForm(Struct, frozen=True, kw_only=True):
    """Publishing, and whether hours that count already are counted again."""

    rerate: bool = False
    reason: Annotated[str, Meta(max_length=1000)] = ""


class RerateForm(Struct, frozen=True, kw_only=True):
    """Days to count again, and why."""

    from_on: date
    last_on: date
    reason: Annotated[str, Meta(max_length=1000, extra={"required": N_("Say in a few words why.")})]


def choices(words: Mapping[Any, str]) -> list[tuple[str, str]]:
    """Options of a select or of boxes."""
    return [(code.value, gettext(word)) for code, word in words.items()]
