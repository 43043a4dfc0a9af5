"""The routes of a day in words: what was found, each hour of everybody's day, and why a visit is left out."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from msgspec import Struct

from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext
from app.kit.rules import N_, Refusal
from app.kit.wording import hours, number, span
from app.matching.queries.candidates import Who
from app.matching.queries.day_routes.plans import Answer, Named, PlanRow
from app.matching.routing import reasons
from app.matching.rules import day_routes as rules
from app.matching.rules.day_routes import PLAN_STATUS_NAMES, DayPlan, Left, Problem, Route, Stop
from app.matching.saying_rounds import answer as answered

REASONS: Mapping[str, Refusal] = {
    found.code: found for module in (reasons, rules) for found in vars(module).values() if isinstance(found, Refusal)
}
TIMES = {"morning": N_("in the morning"), "afternoon": N_("in the afternoon"), "evening": N_("in the evening")}


class Row(Struct, frozen=True, kw_only=True):
    """A line of somebody's day."""

    kind: str
    """`visit`, `request`, `own`, `off`, `rest`."""
    begins: datetime
    ends: datetime
    title: str = ""
    where: str = ""
    shift: int = 0
    request: int = 0
    way: int = 0
    waits: int = 0
    tight: bool = False
    asked: bool = False
    meets: str = ""
    problems: tuple[str, ...] = ()
    answer: Answer | None = None


class Day(Struct, frozen=True, kw_only=True):
    """The day of one social worker, line by line."""

    person: int
    name: str
    leaves: datetime
    first_way: int
    rows: tuple[Row, ...]
    returns: datetime
    home_way: int
    travel: int
    visits: int


class LeftOut(Struct, frozen=True, kw_only=True):
    """A visit that nobody makes, with the reason and what would change it."""

    title: str
    where: str
    when: str
    """Of a published visit."""
    wanted: str
    """Of a request: when somebody is at home."""
    shift: int
    request: int
    reason: str
    fix: str


def state(found: PlanRow) -> tuple[str, str]:
    """The state as a word with its tone."""
    word, tone = PLAN_STATUS_NAMES[found.status]
    return _(word), tone


def finding(plan: DayPlan) -> str:
    """The first line of a plan: what was found."""
    made, left = len(plan.made), len(plan.left)
    if not made and not left:
        return _("There is nothing to plan on this day.")
    said = ngettext(
        "%(made)s of %(all)s visit finds somebody.", "%(made)s of %(all)s visits find somebody.", made + left
    ) % {"made": number(made), "all": number(made + left)}
    if not made:
        return said
    return f"{said} " + _("All in all %(travel)s are spent on the way.") % {"travel": hours(plan.travel)}


def answers(shown: Sequence[Day]) -> str:
    """After taking over: how the answers stand."""
    rows = [row for day in shown for row in day.rows]
    told = [row.answer.status for row in rows if row.answer]
    said = ngettext(
        "%(accepted)s of %(offered)s place offered is accepted.",
        "%(accepted)s of %(offered)s places offered are accepted.",
        len(told),
    ) % {"accepted": number(told.count("accepted")), "offered": number(len(told))}
    rest = [
        (told.count("open"), _("%(num)s wait for an answer")),
        (told.count("declined") + told.count("expired"), _("%(num)s were declined or not answered")),
        (sum(len(row.problems) for row in rows), _("%(num)s could not be offered any more")),
    ]
    parts = [text % {"num": number(count)} for count, text in rest if count]
    return f"{said} {_('; ').join(parts)}{_('.')}" if parts else said


def days(found: PlanRow, named: Named, known: Mapping[int, Who]) -> list[Day]:
    """Everybody's day, those who have most to do first."""
    routes = [route for route in found.plan.routes if route.stops]
    made = [_day(found, route, named, known) for route in routes]
    return sorted(made, key=lambda day: (-day.visits, day.leaves, day.name))


def idle(plan: DayPlan, known: Mapping[int, Who]) -> list[str]:
    """Who is free that day and has no visit."""
    return [_name(known, route.person) for route in plan.routes if not route.stops]


def _name(known: Mapping[int, Who], person: int) -> str:
    return known[person].shown if person in known else "–"


def _day(found: PlanRow, route: Route, named: Named, known: Mapping[int, Who]) -> Day:
    rows = [_row(found, route, stop, named, known) for stop in route.stops]
    if route.rest:
        rest = found.instant(route.rest.begins), found.instant(route.rest.ends)
        rows.append(Row(kind="rest", begins=rest[0], ends=rest[1], title=_("Break")))
    return Day(
        person=route.person,
        name=_name(known, route.person),
        leaves=found.instant(route.leaves),
        first_way=route.stops[0].way,
        rows=tuple(sorted(rows, key=lambda row: (row.begins, row.ends))),
        returns=found.instant(route.returns),
        home_way=route.home_way,
        travel=route.travel,
        visits=sum(row.kind != "off" for row in rows) - bool(route.rest),
    )


def _row(found: PlanRow, route: Route, stop: Stop, named: Named, known: Mapping[int, Who]) -> Row:
    item = found.plan.items[stop.item]
    shift, asked = named.shifts.get(item.shift), named.requests.get(item.request)
    taken = found.taken.get(str(stop.item))
    title, where = {"own": _("Something else they have said yes to"), "off": _("Off duty")}.get(item.kind, "–"), ""
    if shift:
        title, where = shift.title, shift.where
    elif asked:
        title, where = f"{asked.kind} · {asked.short_name}", asked.where
    begins, ends = found.instant(stop.begins), found.instant(stop.ends)
    if shift:
        begins, ends = shift.starts, shift.ends
    return Row(
        kind=item.kind,
        begins=begins,
        ends=ends,
        title=title,
        where=where,
        shift=shift.id if shift else 0,
        request=asked.id if asked else 0,
        way=stop.way,
        waits=stop.waits,
        tight=stop.tight,
        asked=item.asked,
        meets=_(", ").join(_meets(found.plan, route, stop, known)),
        problems=tuple(problem(each) for each in taken.problems if each.person in (0, route.person)) if taken else (),
        answer=named.answers.get((taken.shift, route.person)) if taken else None,
    )


def _meets(plan: DayPlan, route: Route, stop: Stop, known: Mapping[int, Who]) -> list[str]:
    """Who else is at the same visit then."""
    item = plan.items[stop.item]
    return [
        _name(known, other.person)
        for other in plan.routes
        if other.person != route.person
        and any(
            each.item == stop.item or (item.shift and plan.items[each.item].shift == item.shift) for each in other.stops
        )
    ]


def answer(found: Answer) -> tuple[str, str]:
    """How an offer stands, with its tone."""
    return answered(found.status)


def problem(found: Problem) -> str:
    """What no longer went, as a sentence."""
    return _(found.text) % found.params


def left_out(found: PlanRow, named: Named) -> list[LeftOut]:
    """What nobody does, and why."""
    return [_left_out(found.plan, each, named) for each in found.plan.left]


def _left_out(plan: DayPlan, left: Left, named: Named) -> LeftOut:
    item = plan.items[left.item]
    shift, asked = named.shifts.get(item.shift), named.requests.get(item.request)
    why = REASONS[left.code]
    wanted = [_(TIMES[each]) for each in (asked.wanted_times.split(",") if asked else []) if each in TIMES]
    return LeftOut(
        title=shift.title if shift else f"{asked.kind} · {asked.short_name}" if asked else "–",
        where=shift.where if shift else asked.where if asked else "",
        when=span(shift.starts, shift.ends) if shift else "",
        wanted=_(", ").join(wanted),
        shift=shift.id if shift else 0,
        request=asked.id if asked else 0,
        reason=_(why.text),
        fix=_(why.fix) if why.fix else "",
    )


def asking(plan: DayPlan) -> str:
    """What taking a plan over does."""
    new = sum(plan.items[item].kind == "request" for item in plan.made)
    offers = sum(len(people) for people in plan.made.values())
    people = len({person for pairs in plan.made.values() for person, _place in pairs})
    said = ngettext("%(num)s place is offered", "%(num)s places are offered", offers) % {"num": number(offers)}
    to = ngettext("to %(num)s social worker", "to %(num)s social workers", people) % {"num": number(people)}
    visits = ngettext("%(num)s visit is planned for a request", "%(num)s visits are planned for requests", new)
    planned = visits % {"num": number(new)} + _(", and ") if new else ""
    return _("%(planned)s%(offered)s %(to)s.") % {"planned": planned, "offered": said, "to": to}
