"""Says the figures of a whole city, agency or funder in the reader's language."""

from datetime import date

from app.accounts.rules import Actor
from app.hours.rules.kinds import KINDS, Kind
from app.kit import wording
from app.kit.i18n import by_locale, gettext, ngettext
from app.kit.wording import hours
from app.reports.queries.city import CityFigure, CityFigures
from app.reports.rules import CityFilter, months_between, next_month
from app.reports.saying import capacity, month

Names = dict[tuple[str, str], tuple[str, str]]


def whose(report: CityFigures, actor: Actor) -> str:
    """The place the figures are of, else the organisation that reads them."""
    if report.filter.region:
        return by_locale(*report.name("region", report.filter.region))
    return by_locale(actor.organisation_name, actor.post.organisation_name_en if actor.post else "")


def span(wanted: CityFilter) -> str:
    """`2025年12月–2026年11月`, or one month."""
    first, last = wanted.from_month or "", wanted.to_month or ""
    if first == last:
        return month(first)
    return f"{month(first)} – {month(last)}"


def kind(code: str) -> str:
    """What the time was."""
    return gettext(KINDS[Kind(code)])


def finding(report: CityFigures) -> str:
    """The one sentence beyond the total: where most of it was, or whose it was."""
    if len(report.regions) > 1 and report.minutes > 0:
        most = report.regions[0]
        return gettext("Most of it in %(place)s: %(share)s.") % {
            "place": by_locale(most.name, most.name_en),
            "share": share(most.minutes, report.minutes),
        }
    volunteers = next((one for one in report.capacities if one.key == "volunteer"), None)
    if volunteers and report.minutes > 0:
        return gettext("Volunteers gave %(share)s of it.") % {"share": share(volunteers.minutes, report.minutes)}
    return ""


def share(part: int, whole: int) -> str:
    """`67 %`."""
    return f"{100 * part / whole:.0f} %"


def sealed(report: CityFigures) -> str:
    """How much of it is sealed, up to when, and how much is the tail."""
    if report.sealed_at is None:
        return gettext("None of it is sealed yet: the first seal is made within minutes of the first entry.")
    until = wording.moment(report.sealed_at)
    if not report.tail_attendances and not report.tail_minutes:
        return gettext("All of it is sealed, as of %(until)s.") % {"until": until}
    tail = ngettext(
        "%(tail)s from %(n)s attendance is newer, counted from the ledger itself, and sealed within minutes.",
        "%(tail)s from %(n)s attendances are newer, counted from the ledger itself, and sealed within minutes.",
        report.tail_attendances,
    ) % {"tail": hours(report.tail_minutes), "n": wording.number(report.tail_attendances)}
    whole = gettext("%(part)s of it are sealed, as of %(until)s.") % {
        "part": hours(report.minutes - report.tail_minutes),
        "until": until,
    }
    return f"{whole} {tail}"


def chosen(wanted: CityFilter, names: Names) -> list[str]:
    """What a filter asks for beyond its months, as words."""
    words = [by_locale(*names[kind, str(key)]) for kind, key in _named(wanted) if (kind, str(key)) in names]
    words += [kind(wanted.kind)] if wanted.kind else []
    words += [capacity(wanted.capacity)] if wanted.capacity else []
    words += [gettext("grade %(letter)s") % {"letter": wanted.grade}] if wanted.grade else []
    return words


def _named(wanted: CityFilter) -> list[tuple[str, object]]:
    asked = {kind: getattr(wanted, kind) for kind in ("region", "agency", "service_kind", "line")}
    return [(kind, key) for kind, key in asked.items() if key]


def month_choices(earliest: date | None, today: date, wanted: CityFilter) -> list[tuple[str, str]]:
    """The months to choose from, the newest first: all that the ledger has, and those that are shown."""
    first = min([earliest or today, wanted.span[0]])
    past = max(next_month(today.replace(day=1)), wanted.span[1])
    return [(code, month(code)) for code in reversed(months_between(first, past))]


def region_choices(report: CityFigures) -> list[tuple[str, str]]:
    """The places above the one asked for, itself, and those below it that have hours."""
    asked = report.filter.region or ""
    above = sorted(key for kind, key in report.names if kind == "region" and asked.startswith(key))
    below = [figure.key for figure in report.regions]
    return [(code, by_locale(*report.name("region", code))) for code in dict.fromkeys([*above, *below])]


def most(months: dict[str, list[CityFigure]]) -> int:
    """The largest month of any capacity, so that their charts have one scale."""
    return max((figure.minutes for figures in months.values() for figure in figures), default=0)
