"""Publishing shifts: a form, the dates it makes to look over, and out they go."""

from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock, wording
from app.kit.errors import DomainError, refuse_if
from app.kit.form_rows import BoundRows, bind_rows, show_rows
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext, say
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.rules import Refusal
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.shifts.actions import publishing as actions
from app.shifts.forms.publishing import SEAT_PRESETS, PublishForm, SeatForm
from app.shifts.queries.publishing import GroundRow, activity_ground, language_choices, skill_choices
from app.shifts.rules import publishing as rules
from app.shifts.rules import recurrence
from app.shifts.rules.previewing import PreviewedDate, preview
from app.shifts.rules.recurrence import Repeat
from app.shifts.words import capacities, priorities, repeats, sexes, weekdays
from app.volunteers.queries.credentials import kinds as credential_kinds

BLANK_SEATS, MORE_SEATS = 2, 3


@get(
    "/activities/{activity_id:int}/shifts/new", name="shifts.publish", access=Permission.SHIFT_PUBLISH,
    include_in_schema=False,
)  # fmt: skip
async def publish_form(request: AnyRequest, activity_id: FromPath[int]) -> Template:
    """An empty form, with the activity's place in it."""
    activity, ground = await activity_ground(signed_in(request), activity_id)
    refuse_if(*rules.ground_refusals(ground))
    form = blank(place=activity.place, repeat=Repeat.ONCE, priority=rules.USUAL_PRIORITY)
    return page(request, "shifts/publish.html", **await _form_context(activity, form, show_rows([], BLANK_SEATS + 1)))


@post(
    "/activities/{activity_id:int}/shifts/new", name="shifts.publish_take", access=Permission.SHIFT_PUBLISH,
    include_in_schema=False, status_code=303,
)  # fmt: skip
async def publish_take(request: AnyRequest, activity_id: FromPath[int]) -> Template | Response[None]:
    """Show the dates to look over; or publish those still ticked; or go back to the form with all that was typed."""
    publisher = signed_in(request)
    activity, ground = await activity_ground(publisher, activity_id)
    typed = await request.form()
    bound, seats = bind(PublishForm, typed), bind_rows(SeatForm, typed, SEAT_PRESETS)
    step = typed.get("step")
    if step == "rows":
        return page(
            request,
            "shifts/publish.html",
            **await _form_context(activity, blank_of(bound), seats.with_more(MORE_SEATS)),
        )
    if step == "change":
        return page(
            request, "shifts/publish.html", **await _form_context(activity, blank_of(bound), seats.with_more(0))
        )
    days = _days(bound, seats, ground)
    if bound.errors or not isinstance(days, list):
        return form_page(request, "shifts/publish.html", **await _form_context(activity, bound, seats))
    if step == "publish":
        try:
            return await _publish(request, publisher, activity_id, bound.good, seats, days, typed)
        except DomainError as error:
            bound.refuse(error)
    shown = preview(days, bound.good.begins, bound.good.ends, ground, zone=clock.city_zone(), now=clock.now())
    answer = form_page if bound.errors else page
    return answer(
        request,
        "shifts/publish_preview.html",
        activity=activity,
        form=bound,
        asked=bound.good,
        seats=seats.forms,
        kept=_kept(typed),
        priorities=priorities(),
        sexes=sexes(),
        dates=shown,
        ticked=_ticked(shown, bound.good.day if step == "publish" else None),
        once=once_token(),
    )


async def _publish(
    request: AnyRequest,
    publisher: Actor,
    activity_id: int,
    asked: PublishForm,
    seats: BoundRows[SeatForm],
    days: list[date],
    typed: FormMultiDict,
) -> Response[None]:
    chosen = [day for day in days if day in asked.day]
    refuse_if(None if chosen else rules.NO_DAYS)
    wanted = [seat.wanted() for seat in seats.forms]

    async def act() -> str:
        if asked.repeat == Repeat.ONCE:
            starts, ends = rules.span_of(asked.on, asked.begins, asked.ends, clock.city_zone())
            await actions.publish(
                publisher, activity_id, starts, ends, wanted, title=asked.title, place=asked.place,
                priority=asked.priority, sex_wanted=asked.sex_wanted or "", now=clock.now(),
            )  # fmt: skip
        else:
            await actions.publish_series(
                publisher, activity_id, _rule(asked), chosen, asked.begins, asked.ends, wanted,
                title=asked.title, place=asked.place, priority=asked.priority, sex_wanted=asked.sex_wanted or "",
                now=clock.now(),
            )  # fmt: skip
        return url_for(request, "shifts.activity", activity_id=activity_id)

    location = await once(str(typed.get("_once", "")), act)
    first = wording.moment(rules.span_of(chosen[0], asked.begins, asked.ends, clock.city_zone())[0])
    said = ngettext(
        "The shift on %(first)s is published. Volunteers can sign up now.",
        "%(count)s shifts are published, the first on %(first)s. Volunteers can sign up now.",
        len(chosen),
    )
    return redirect(request, location, said % {"count": len(chosen), "first": first})


def _rule(asked: PublishForm) -> str:
    if asked.repeat == Repeat.RULE:
        return asked.rule.strip().upper().removeprefix("RRULE:")
    return recurrence.rule_text(asked.repeat, asked.on, weekdays=asked.weekday, until=asked.until, count=asked.count)


def _days(bound: Bound[PublishForm], seats: BoundRows[SeatForm], ground: rules.Ground) -> list[date] | None:
    """The dates that were asked for; what is wrong is written into `bound.errors`."""
    bound.errors |= seats.errors
    if bound.form is None:
        return None
    asked = bound.form
    if asked.begins == asked.ends:
        bound.errors["ends"] = _("Enter an end that differs from the start.")
    if not seats.errors and (wrong := rules.seat_refusals([seat.wanted() for seat in seats.forms])):
        bound.errors["role-0"] = say(wrong[0])
    if asked.repeat == Repeat.ONCE:
        return [asked.on]
    if asked.repeat == Repeat.RULE and not asked.rule.strip():
        bound.errors["rule"] = _("Paste a rule, for example FREQ=WEEKLY;BYDAY=SA;COUNT=8.")
        return None
    days = recurrence.days_of(_rule(asked), asked.on, last=ground.ends_before)
    if isinstance(days, Refusal):
        bound.errors["rule" if asked.repeat == Repeat.RULE else "until"] = say(days)
        return None
    return days


def _ticked(shown: list[PreviewedDate], chosen: list[date] | None) -> set[date]:
    return {each.day for each in shown if each.refusal is None and (chosen is None or each.day in chosen)}


def _kept(typed: FormMultiDict) -> list[tuple[str, str]]:
    """Everything typed so far, to be sent along with the dates."""
    left_out = ("_csrf_token", "_once", "step", "day")
    return [(name, str(given)) for name, given in typed.multi_items() if name not in left_out]


def blank_of(bound: Bound[Any]) -> Bound[Any]:
    """The same typed form without its errors: for a page that is not being judged yet."""
    return Bound(bound.raw)


async def seat_choices() -> dict[str, Any]:
    """What a row of places offers to choose from."""
    return {
        "skills": await skill_choices(),
        "languages": await language_choices(),
        "credential_kinds": await credential_kinds(),
        "capacities": capacities(),
    }


async def _form_context(activity: GroundRow, form: Bound[Any], seats: BoundRows[Any]) -> dict[str, Any]:
    return {
        "activity": activity,
        "form": Bound(form.raw | seats.raw, None, form.errors),
        "rows": max(seats.count, BLANK_SEATS),
        **await seat_choices(),
        "priorities": priorities(),
        "sexes": sexes(),
        "repeats": repeats(),
        "weekdays": weekdays(),
    }


ROUTES: list[Any] = [publish_form, publish_take]
