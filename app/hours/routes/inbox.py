"""The approval inbox: what waits, vouching for one or many at once, and taking back what was just approved."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from litestar import Response, get, post
from litestar.params import FromQuery
from litestar.response import Template
from msgspec import Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.hours import actions, saying
from app.hours.forms_approving import Choose, UndoChosen
from app.hours.queries.inbox import Tray, inbox, inbox_counts
from app.hours.routes.choosing import do_to_each
from app.kit import clock
from app.kit.forms import bind
from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext
from app.kit.web import AnyRequest, Flash, flash, is_fragment, page, redirect, url_for
from app.kit.wording import hours

ADDRESSES = {Tray.VOUCHING: "hours.vouching"}
"""Trays that are pages of their own; the others are parts of `hours.inbox`."""
CLEAN = "clean"


class Outcome(Struct, kw_only=True):
    """What one press of a button did."""

    said: list[Flash] = []
    undoable: list[int] = []
    """What was posted just now, and can be taken back right here."""


def _place(after: str) -> tuple[date, int] | None:
    day, _sep, number = after.partition("~")
    try:
        return (date.fromisoformat(day), int(number)) if number else None
    except ValueError:
        return None


def tray_named(name: str) -> Tray:
    """The tray a form or an address names; the first when it names none."""
    return Tray(name) if name in set(Tray) - {Tray.UNUSUAL} else Tray.APPROVE


def _address(request: AnyRequest, tray: Tray) -> str:
    address = url_for(request, ADDRESSES.get(tray, "hours.inbox"))
    return address if tray in (Tray.APPROVE, Tray.VOUCHING) else f"{address}?show={tray}"


async def _show(
    request: AnyRequest, actor: Actor, tray: Tray, outcome: Outcome, after: str = "", choose: str = ""
) -> Template:
    """The inbox: the whole page, or alone with what just happened above it."""
    return page(
        request,
        "hours/_inbox.html" if is_fragment(request) else "hours/inbox.html",
        inbox=await inbox(actor, tray, _place(after), now=clock.now()),
        outcome=outcome,
        choose=choose == CLEAN,
        place=after,
        address=_address(request, tray),
        saying=saying,
    )


async def answer(request: AnyRequest, actor: Actor, tray: Tray, outcome: Outcome) -> Template | Response[None]:
    """After a press: the inbox again, in place where scripts run, else by a redirect that says the same."""
    if is_fragment(request):
        shown = await _show(request, actor, tray, outcome)
        shown.status_code = 200
        return shown
    for result in outcome.said:
        flash(request, result.text, result.kind)
    request.set_session({**request.session, "undoable": outcome.undoable})
    return redirect(request, _address(request, tray))


def _carried(request: AnyRequest) -> Outcome:
    """What the press before this page posted: its undoing is offered once more."""
    kept = {name: value for name, value in request.session.items() if name != "undoable"}
    undoable = list(request.session.get("undoable", []))
    if undoable:
        request.set_session(kept)
    return Outcome(undoable=undoable)


@get("/approvals", name="hours.inbox", access=Permission.ATTENDANCE_APPROVE, include_in_schema=False)
async def waiting(
    request: AnyRequest, show: FromQuery[str] = "", after: FromQuery[str] = "", choose: FromQuery[str] = ""
) -> Template | Response[None]:
    """What waits for this agency. The home page takes the figures alone."""
    actor = signed_in(request)
    if is_fragment(request) and request.headers.get("hx-target") != "inbox":
        return page(request, "hours/_waiting.html", counts=await inbox_counts(actor))
    if show == Tray.UNUSUAL:
        return redirect(request, url_for(request, "hours.exceptions"))
    if show == Tray.VOUCHING:
        return redirect(request, url_for(request, "hours.vouching"))
    return await _show(request, actor, tray_named(show), _carried(request), after, choose)


@get("/vouching", name="hours.vouching", access=Permission.HOURS_VOUCH, include_in_schema=False)
async def vouching(request: AnyRequest, after: FromQuery[str] = "") -> Template:
    """What agencies wait for this body's word about."""
    return await _show(request, signed_in(request), Tray.VOUCHING, _carried(request), after)


@post(
    "/approvals",
    name="hours.approve_chosen",
    access=Permission.ATTENDANCE_APPROVE,
    include_in_schema=False,
    status_code=303,
)
async def approve_chosen(request: AnyRequest) -> Template | Response[None]:
    """Vouch for what was ticked, or for the one row whose own button was pressed."""
    return await _vouch(request, vouching=False)


@post(
    "/vouching",
    name="hours.vouch_chosen",
    access=Permission.HOURS_VOUCH,
    include_in_schema=False,
    status_code=303,
)
async def vouch_chosen(request: AnyRequest) -> Template | Response[None]:
    """The same for the body above the agencies."""
    return await _vouch(request, vouching=True)


async def _vouch(request: AnyRequest, *, vouching: bool) -> Template | Response[None]:
    actor = signed_in(request)
    bound = bind(Choose, await request.form())
    sent = Choose() if bound.errors else bound.good
    chosen = [sent.only] if sent.only else sent.chosen
    tray = Tray.VOUCHING if vouching else tray_named(sent.tray)
    return await answer(request, actor, tray, await _vouch_for_each(actor, chosen))


async def _vouch_for_each(actor: Actor, chosen: Sequence[int]) -> Outcome:
    outcome, minutes, words = Outcome(), 0, 0

    async def vouch(attendance_id: int) -> None:
        nonlocal minutes, words
        counted = await actions.approve(actor, attendance_id, now=clock.now())
        if counted is None:
            words += 1
            return
        minutes += counted
        outcome.undoable.append(attendance_id)

    refused = await do_to_each(chosen, vouch)
    if done := len(outcome.undoable):
        said = ngettext(
            "%(n)s attendance approved: %(hours)s count.", "%(n)s attendances approved: %(hours)s count.", done
        )
        outcome.said.append(Flash("success", said % {"n": done, "hours": hours(minutes)}))
    if words:
        said = ngettext(
            "Your word for %(n)s attendance is noted. It counts once another has vouched as well.",
            "Your word for %(n)s attendances is noted. They count once another has vouched as well.",
            words,
        )
        outcome.said.append(Flash("success", said % {"n": words}))
    for sentence, times in refused.items():
        said = ngettext("%(n)s was not approved. %(why)s", "%(n)s were not approved. %(why)s", times)
        outcome.said.append(Flash("error", said % {"n": times, "why": sentence}))
    if not outcome.said:
        said = _("Nothing was chosen. Tick the rows you vouch for, then approve them.")
        outcome.said.append(Flash("info", said))
    return outcome


@post(
    "/approvals/undo",
    name="hours.undo_chosen",
    access=Permission.HOURS_VOUCH,
    include_in_schema=False,
    status_code=303,
)
async def undo_chosen(request: AnyRequest) -> Template | Response[None]:
    """Take back what was just approved, by reversals; it waits for approval again."""
    actor = signed_in(request)
    bound = bind(UndoChosen, await request.form())
    tray = tray_named(bound.value("tray"))
    if bound.errors:
        undoable = [int(each) for each in bound.values("posted") if each.isdecimal()]
        said = [Flash("error", text) for text in bound.errors.values()]
        return await answer(request, actor, tray, Outcome(said=said, undoable=undoable))
    sent, taken_back = bound.good, 0

    async def undo(attendance_id: int) -> None:
        nonlocal taken_back
        await actions.undo(actor, attendance_id, sent.reason, sent.note, now=clock.now())
        taken_back += 1

    refused = await do_to_each(sent.posted, undo)
    outcome = Outcome(undoable=[] if taken_back else list(sent.posted))
    if taken_back:
        said_once = ngettext(
            "%(n)s attendance was taken back and waits for approval again.",
            "%(n)s attendances were taken back and wait for approval again.",
            taken_back,
        )
        outcome.said.append(Flash("success", said_once % {"n": taken_back}))
    for sentence, times in refused.items():
        said_why = ngettext("%(n)s was not taken back. %(why)s", "%(n)s were not taken back. %(why)s", times)
        outcome.said.append(Flash("error", said_why % {"n": times, "why": sentence}))
    return await answer(request, actor, tray, outcome)


ROUTES: list[Any] = [waiting, vouching, approve_chosen, vouch_chosen, undo_chosen]
