"""Says lines, months and file names of reports in the reader's language."""

from datetime import timedelta

from app.hours.rules import GRADES, Grade
from app.kit.i18n import by_locale, gettext, locale
from app.kit.rules import N_
from app.kit.wording import MONTHS_EN, number
from app.reports.queries.contracts import ReportPeriod, Scope
from app.reports.queries.figures import HourFigures, LineFigure
from app.reports.queries.rows import Names
from app.reports.rules import month_of

UNITS: dict[str, str] = {
    "hour": N_("%(n)s hours"),
    "visit": N_("%(n)s visits"),
    "session": N_("%(n)s sessions"),
    "person_time": N_("%(n)s person-times"),
}
CAPACITIES: dict[str, str] = {"volunteer": N_("Volunteer"), "staff": N_("Staff")}


def month(code: str, with_year: bool) -> str:
    """`2026-11` as `11月` or `Nov`, with the year where a report covers more than one."""
    year, _sep, of_year = code.partition("-")
    if locale() == "en":
        return MONTHS_EN[int(of_year) - 1] + (f" {year}" if with_year else "")
    return (f"{year}年" if with_year else "") + f"{int(of_year)}月"


def period(one: ReportPeriod, with_year: bool) -> str:
    """A period by its months: `3月`, or `4月–6月`."""
    first, last = month_of(one.starts_on), month_of(one.ends_before - timedelta(days=1))
    if first == last:
        return month(first, with_year)
    return f"{month(first, with_year)}–{month(last, with_year)}"


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
    return gettext("%(reached)s of %(all)s lines have reached their target.") % {
        "reached": len(reached),
        "all": len(figures.lines),
    }


def file_stem(scope: Scope) -> str:
    """A name for a downloaded file: letters, digits and dashes only, whatever the contract's number holds."""
    starts, ends = scope.span
    return f"hours-{scope.contract.id}-{starts:%Y%m%d}-{ends:%Y%m%d}"
