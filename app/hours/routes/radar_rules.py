"""The radar's rules as pages: what each looks for, with which thresholds, and setting others from a day on."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours import saying_radar
from app.hours.actions.findings import set_thresholds
from app.hours.forms import ThresholdsFrom
from app.hours.queries.radar.thresholds import history, holding
from app.hours.rules.radar import RULES, Code
from app.kit import clock
from app.kit.errors import DomainError, NotFound
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, page, redirect, url_for


@get("/radar/rules", name="hours.radar_rules", access=Permission.RADAR_SEE, include_in_schema=False)
async def listing(request: AnyRequest) -> Template:
    """Every rule with the thresholds that hold today."""
    today = clock.local_day(clock.now())
    kept = await history()
    rules = [(code, row) for code, rows in kept.items() if (row := holding(rows, today))]
    return page(request, "hours/radar_rules.html", rules=rules, saying=saying_radar)


def _code(code: str) -> Code:
    if code not in set(Code):
        raise NotFound()
    return Code(code)


async def _form(request: AnyRequest, code: Code, form: Bound[Any] | None = None) -> Template:
    today = clock.local_day(clock.now())
    rows = (await history(code))[code]
    now_holds = holding(rows, today)
    if form is None:
        limits = msgspec.structs.asdict(now_holds.limits) if now_holds else {}
        weight, enabled = (now_holds.weight, now_holds.enabled) if now_holds else (1, True)
        form = blank(applies_from=today, weight=weight, enabled=enabled, **limits)
    return page(
        request,
        "hours/radar_rule.html",
        status=422 if form.errors else 200,
        code=code,
        fields=RULES[code].thresholds.__struct_fields__,
        rows=rows,
        now_holds=now_holds,
        form=form,
        saying=saying_radar,
    )


@get("/radar/rules/{code:str}", name="hours.radar_rule", access=Permission.RADAR_SET, include_in_schema=False)
async def show(request: AnyRequest, code: FromPath[str]) -> Template:
    """One rule: its thresholds so far, and a form for others from a day on."""
    return await _form(request, _code(code))


@post(
    "/radar/rules/{code:str}",
    name="hours.radar_rule_set",
    access=Permission.RADAR_SET,
    include_in_schema=False,
    status_code=303,
)
async def save(request: AnyRequest, code: FromPath[str]) -> Template | Response[None]:
    """Set thresholds from a day on."""
    rule, typed = _code(code), await request.form()
    limits, rest = bind(RULES[rule].thresholds, typed), bind(ThresholdsFrom, typed)
    rest.errors |= limits.errors
    if not rest.errors:
        form = rest.good
        try:
            await set_thresholds(
                signed_in(request),
                rule,
                limits.good,
                form.applies_from,
                weight=form.weight,
                enabled=form.enabled,
                now=clock.now(),
            )
            said = _("Set. What was found before stays as it is.")
            return redirect(request, url_for(request, "hours.radar_rules"), said=said)
        except DomainError as error:
            rest.refuse(error)
    return await _form(request, rule, rest)


ROUTES: list[Any] = [listing, show, save]
