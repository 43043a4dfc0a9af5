"""A volunteer punches in or out with the code that the shift's leader shows."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock, wording
from app.kit.errors import DomainError, NotFound
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.i18n import say
from app.kit.limits import ASKING
from app.kit.once import token as new_nonce
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.shifts.actions import punching as actions
from app.shifts.forms.punching import CodeForm
from app.shifts.queries.board import own_signup_on
from app.shifts.queries.punching import SignupRow, signup_for, standing_punches
from app.shifts.rules import punching as rules
from app.shifts.rules.punching import Direction


@get("/shifts/{shift_id:int}/punch", name="shifts.punch_here", access=Permission.SHIFT_TAKE, include_in_schema=False)
async def punch_here(
    request: AnyRequest, shift_id: FromPath[int], code: FromQuery[str | None] = None
) -> Response[None]:
    """Where the QR code on the leader's screen leads: to one's own page for this shift."""
    signup_id = await own_signup_on(signed_in(request), shift_id)
    if signup_id is None:
        said = _("You are not signed up for this shift. Sign up first, or ask its leader.")
        return redirect(request, f"/shifts/{shift_id}", said, kind="error")
    digits = "".join(character for character in code or "" if character in "0123456789")[: rules.CODE_DIGITS]
    path = url_for(request, "shifts.punch", signup_id=signup_id)
    return redirect(request, f"{path}?code={digits}" if digits else path)


@get("/signups/{signup_id:int}/punch", name="shifts.punch", access=Permission.SHIFT_TAKE, include_in_schema=False)
async def punch_page(request: AnyRequest, signup_id: FromPath[int], code: FromQuery[str | None] = None) -> Template:
    """One field and one button."""
    signup = await _own(request, signup_id)
    return page(request, "shifts/punch.html", **await _context(signup, blank(code=code)))


@post(
    "/signups/{signup_id:int}/punch", name="shifts.punch_with_code", access=Permission.SHIFT_TAKE, rate=ASKING,
    include_in_schema=False, status_code=303,
)  # fmt: skip
async def punch(request: AnyRequest, signup_id: FromPath[int]) -> Template | Response[None]:
    """Punch in or out, if the code is right."""
    signup = await _own(request, signup_id)
    bound = bind(CodeForm, await request.form())
    if not bound.errors:
        sent = bound.good
        try:
            made = await actions.punch_with_code(
                signed_in(request), signup_id, sent.direction, sent.code, sent.nonce, fix=sent.fix, now=clock.now()
            )
        except DomainError as error:
            bound.errors["code"] = " ".join(say(refusal) for refusal in error.refusals)
        else:
            at = wording.time_of_day(made.at)
            come = _("You are punched in at %(time)s. Come back to this page when you leave.")
            gone = _("You are punched out at %(time)s. Thank you.")
            said = (come if made.direction == Direction.IN else gone) % {"time": at}
            return redirect(request, url_for(request, "shifts.punch", signup_id=signup_id), said)
    return form_page(request, "shifts/punch.html", **await _context(signup, bound))


async def _own(request: AnyRequest, signup_id: int) -> SignupRow:
    """The visitor's own sign-up.

    Raises:
        NotFound: for anyone else's, a leader's too: leaders punch on the board.
    """
    actor = signed_in(request)
    signup = await signup_for(actor, signup_id)
    if signup.account_id != actor.account_id:
        raise NotFound
    return signup


async def _context(signup: SignupRow, form: Bound[Any]) -> dict[str, Any]:
    standing = await standing_punches(signup.id)
    last = standing[-1] if standing else None
    inside = last is not None and last.direction == Direction.IN
    direction = Direction.OUT if inside else Direction.IN
    now = clock.now()
    refusal = rules.punch_refusal(signup.ground(standing), direction, now, now, clock.city_zone())
    return {
        "signup": signup,
        "form": form,
        "direction": direction,
        "forgot": not standing and now >= signup.starts + rules.RULES.late_after,
        "first_in": standing[0].at if standing and standing[0].direction == Direction.IN else None,
        "last": last,
        "refusal": refusal,
        "nonce": new_nonce(),
    }


ROUTES: list[Any] = [punch_here, punch_page, punch]
