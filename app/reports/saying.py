"""Says lines, months and file names of reports in the reader's language."""

from datetime import timedelta

from app.hours.rules import GRADES, Grade
from app.kit.i18n import by_locale, gettext, locale
from app.kit.rules import N_
from app.kit.wording import MONTHS_EN, hours, number
from app.reports.queries.columns import CAPACITIES
from app.reports.queries.contracts import ReportPeriod, Scope
from app.reports.queries.figures import HourFigures, LineFigure
from app.reports.queries.qualifying import NotYet
from app.reports.queries.rows import Names
from app.reports.rules import month_of

UNITS: dict[str, str] = {
    "hour": N_("%(n)s hours"),
    "visit": N_("%(n)s visits"),
    "session": N_("%(n)s sessions"),
    "person_time": N_("%(n)s person-times"),
}


def month(code: str, with_year: bool = True) -> str:
    """`2026-11` as `2026年11月` or `Nov 2026`; in a row of months the year is said only where it begins."""
    year, _sep, of_year = code.partition("-")
    if locale() == "en":
        return MONTHS_EN[int(of_year) - 1] + (f" {year}" if with_year else "")
    return (f"{year}年" if with_year else "") + f"{int(of_year)}月"


def months(codes: list[str]) -> list[str]:
    """A row of months."""
    return [month(code, with_year=place == 0 or code.endswith("-01")) for place, code in enumerate(codes)]


def period(one: ReportPeriod) -> str:
    """A period by its months: `2026年3月`, or `2026年4月–6月`."""
    first, last = month_of(one.starts_on), month_of(one.ends_before - timedelta(days=1))
    same_year = first[:4] == last[:4]
    if first == last:
        return month(first)
    if locale() == "en":
        return f"{month(first, not same_year)}–{month(last)}"
    return f"{month(first)}–{month(last, not same_year)}"


def grade(letter: str) -> str:
    """What a grade means."""
    return gettext(GRADES[Grade(letter)])


def chosen(scope: Scope, names: Names) -> list[str]:
    """What a filter asks for beyond contract and period, as words."""
    asked = scope.filter
    line = next((line for line in scope.lines if line.id == asked.line), None)
    found = [
        f"{line.code} {line.name}" if line else "",
        names.activity or "",
        by_locale(names.region or "", names.region_en or ""),
        month(asked.month, with_year=True) if asked.month else "",
        capacity(asked.capacity) if asked.capacity else "",
        gettext("grade %(letter)s") % {"letter": asked.grade} if asked.grade else "",
    ]
    return [words for words in found if words]


def capacity(code: str) -> str:
    """As what someone served."""
    return gettext(CAPACITIES[code])


def delivered(figure: LineFigure) -> str:
    """`812.5 of 1,200 hours`."""
    done = number(round(figure.delivered, 1) if figure.delivered % 1 else int(figure.delivered))
    target = gettext(UNITS[figure.line.unit]) % {"n": number(figure.line.target)}
    return gettext("%(done)s of %(target)s") % {"done": done, "target": target}


def not_yet(one: NotYet) -> str:
    """`长者手机班 does not count yet: 4 of 6 sessions, 30 of 42 person-times.`"""
    series, asked = one.series, one.asked
    parts = [
        gettext("%(done)s of %(target)s") % {"done": number(done), "target": gettext(UNITS[unit]) % {"n": number(most)}}
        for unit, done, most in (
            ("session", series.sessions, asked.sessions),
            ("person_time", series.person_times, asked.person_times),
        )
        if most
    ]
    if asked.minutes:
        hours_done = {"done": hours(series.minutes), "target": hours(asked.minutes)}
        parts.append(gettext("%(done)s of %(target)s") % hours_done)
    joint = ", " if locale() == "en" else "、"
    return gettext("%(name)s does not count yet: %(parts)s.") % {"name": series.name, "parts": joint.join(parts)}


def share(figure: LineFigure) -> str:
    """`67 %`."""
    return f"{figure.share:.0f} %"


def finding(figures: HourFigures) -> str:
    """The one sentence that says how the contract stands."""
    reached = [figure for figure in figures.lines if figure.share >= 100]
    if len(figures.lines) == 1:
        only = figures.lines[0]
        return gettext("%(delivered)s delivered: %(share)s of the contract's target.") % {
            "delivered": delivered(only),
            "share": share(only),
        }
    if len(reached) == len(figures.lines):
        return gettext("All %(all)s lines have reached their target.") % {"all": len(figures.lines)}
    behind = min(figures.lines, key=lambda figure: figure.share)
    return gettext(
        "%(reached)s of %(all)s lines have reached their target; furthest behind is %(line)s with %(share)s."
    ) % {
        "reached": len(reached),
        "all": len(figures.lines),
        "line": f"{behind.line.code} {behind.line.name}",
        "share": share(behind),
    }


def file_stem(scope: Scope) -> str:
    """A name for a downloaded file: letters, digits and dashes only, whatever the contract's number holds."""
    starts, ends = scope.span
    return f"hours-{scope.contract.id}-{starts:%Y%m%d}-{ends:%Y%m%d}"
