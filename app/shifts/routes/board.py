"""The leader's board on the day."""

from datetime import date, datetime, timedelta
from typing import Any

import segno
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from markupsafe import Markup

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock, wording
from app.kit.errors import NotFound
from app.kit.forms import bind
from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext
from app.kit.once import token as new_nonce
from app.kit.web import AnyRequest, is_fragment, page, redirect, url_for
from app.settings import settings
from app.shifts.actions import punching as actions
from app.shifts.forms.punching import EveryoneForm, PunchForm, UndoForm
from app.shifts.queries import board as queries
from app.shifts.queries.board import Board
from app.shifts.rules import punching as rules
from app.shifts.rules.punching import Direction
from app.shifts.words import board_standing, shift_standing


@get("/board", name="shifts.boards", access=Permission.SHIFT_LEAD, include_in_schema=False)
async def boards(request: AnyRequest, on: FromQuery[date | None] = None) -> Template:
    """The agency's shifts of a day; of today and tomorrow when none is asked for."""
    now = clock.now()
    today = clock.local_day(now)
    days = [on] if on else [today, today + timedelta(days=1)]
    leader = signed_in(request)
    return page(
        request,
        "shifts/boards.html",
        days=[(day, await queries.boards_on(leader, day, now=now)) for day in days],
        today=today,
        on=on or today,
        before=(on or today) - timedelta(days=1),
        after=(on or today) + timedelta(days=1),
        shift_standing=shift_standing,
    )


@get("/shifts/{shift_id:int}/board", name="shifts.board", access=Permission.SHIFT_TAKE, include_in_schema=False)
async def board(request: AnyRequest, shift_id: FromPath[int]) -> Template:
    """Everyone who is to come, one tap each; as a fragment, the rows alone."""
    found = await queries.board_for(signed_in(request), shift_id, now=clock.now())
    return page(request, "shifts/_board.html" if is_fragment(request) else "shifts/board.html", **_context(found))


@post(
    "/shifts/{shift_id:int}/punches", name="shifts.punch_by_leader", access=Permission.SHIFT_TAKE,
    include_in_schema=False, status_code=303,
)  # fmt: skip
async def punch(request: AnyRequest, shift_id: FromPath[int]) -> Template | Response[None]:
    """One tap: in, or out."""
    leader, now = signed_in(request), clock.now()
    tapped = bind(PunchForm, await request.form())
    if tapped.errors:
        raise NotFound
    await actions.punch(leader, tapped.good.signup, tapped.good.direction, now, tapped.good.nonce, now=now)
    come = tapped.good.direction == Direction.IN
    return await _tapped(request, shift_id, tapped.good.signup, _("Punched in.") if come else _("Punched out."))


@post(
    "/shifts/{shift_id:int}/punches/undo", name="shifts.undo_punch", access=Permission.SHIFT_TAKE,
    include_in_schema=False, status_code=303,
)  # fmt: skip
async def undo(request: AnyRequest, shift_id: FromPath[int]) -> Template | Response[None]:
    """Take the last tap for a person back."""
    tapped = bind(UndoForm, await request.form())
    if tapped.errors:
        raise NotFound
    undone = await actions.undo(signed_in(request), tapped.good.punch, tapped.good.nonce, now=clock.now())
    return await _tapped(request, shift_id, undone.signup_id, _("Taken back."))


@post(
    "/shifts/{shift_id:int}/everyone", name="shifts.everyone_is_here", access=Permission.SHIFT_TAKE,
    include_in_schema=False, status_code=303,
)  # fmt: skip
async def everyone(request: AnyRequest, shift_id: FromPath[int]) -> Template | Response[None]:
    """Punch in all who are expected and not here yet."""
    tapped = bind(EveryoneForm, await request.form())
    if tapped.errors:
        raise NotFound
    come = await actions.everyone_is_here(signed_in(request), shift_id, tapped.good.nonce, now=clock.now())
    said = ngettext("%(num)s person is punched in.", "%(num)s people are punched in.", come) % {"num": come}
    return await _tapped(request, shift_id, None, said)


async def _tapped(request: AnyRequest, shift_id: int, signup_id: int | None, said: str) -> Template | Response[None]:
    """The person's new row and the new tally; or the whole board, where no script asked."""
    if not is_fragment(request):
        return redirect(request, url_for(request, "shifts.board", shift_id=shift_id), said)
    found = await queries.board_for(signed_in(request), shift_id, now=clock.now())
    row = next((row for row in found.rows if row.signup_id == signup_id), None)
    template = "shifts/_punched.html" if row else "shifts/_board.html"
    return page(request, template, status=200, row=row, **_context(found))


def _context(found: Board) -> dict[str, Any]:
    return {
        "board": found,
        "shift": found.shift,
        "shift_day": clock.local_day(found.shift.starts).isoformat(),
        "summary": _summary(found),
        "board_standing": board_standing,
        "shift_standing": shift_standing(found.shift.status),
        "nonce": new_nonce,
        "open_for_punches": found.shift.status != "cancelled" and _punching_now(found, clock.now()),
    }


def _punching_now(found: Board, now: datetime) -> bool:
    return found.shift.starts - rules.RULES.earliest <= now <= found.shift.ends + rules.RULES.latest


def _summary(found: Board) -> str:
    """`8 of 10 are here, 1 late, 1 left.`: what a leader looks up for."""
    tally = found.tally
    parts = [
        ngettext("%(here)s of %(all)s is here", "%(here)s of %(all)s are here", tally[rules.Standing.HERE])
        % {"here": tally[rules.Standing.HERE], "all": len(found.rows)}
    ]
    for standing, words in (
        (rules.Standing.EXPECTED, _("%(count)s expected")),
        (rules.Standing.LATE, _("%(count)s late")),
        (rules.Standing.LEFT, _("%(count)s left")),
        (rules.Standing.ABSENT, _("%(count)s did not come")),
    ):
        if tally[standing]:
            parts.append(words % {"count": tally[standing]})
    return _(", ").join(parts)


@get("/shifts/{shift_id:int}/code", name="shifts.code", access=Permission.SHIFT_TAKE, include_in_schema=False)
async def code(request: AnyRequest, shift_id: FromPath[int]) -> Template:
    """The code of this minute, large, and as a QR code that carries it; as a fragment, these alone."""
    leader, now = signed_in(request), clock.now()
    found = await queries.board_for(leader, shift_id, now=now)
    digits = rules.code_at(await queries.secret_for(leader, shift_id), now)
    address = settings().base_url + url_for(request, "shifts.punch_here", shift_id=shift_id)
    return page(
        request,
        "shifts/_code.html" if is_fragment(request) else "shifts/code.html",
        shift=found.shift,
        digits=f"{digits[:3]} {digits[3:]}",
        qr=_qr(f"{address}?code={digits}"),
        printed_qr=_qr(address),
        address=address,
        seconds=rules.seconds_left(now),
        until=wording.time_of_day(now + timedelta(seconds=rules.seconds_left(now))),
    )


def _qr(address: str) -> Markup:
    """A QR code to stand in a page: dark on white in every theme, because cameras want it so."""
    made = segno.make_qr(address, error="m")
    return Markup(made.svg_inline(scale=6, border=3, dark="#000000", light="#ffffff"))  # noqa: S704 (digits and our own address)


ROUTES: list[Any] = [boards, board, punch, undo, everyone, code]
