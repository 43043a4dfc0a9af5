"""Call-backs: whom to ask about what was approved, noting what they said, and how the sample was drawn."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.hours import saying
from app.hours.actions.sampling import note_answer
from app.hours.forms_approving import Answered
from app.hours.queries.call_backs import call_backs_for, draw_for
from app.hours.rules.sampling import Heard, draw, why_not_ask
from app.kit import clock
from app.kit.errors import DomainError, NotFound
from app.kit.forms import bind
from app.kit.i18n import gettext as _
from app.kit.i18n import say, say_fix
from app.kit.web import AnyRequest, Flash, is_fragment, page, redirect, url_for

ANSWERED = "answered"


async def _list(
    request: AnyRequest, actor: Actor, results: list[Flash], show: str = "", after: int = 0, status: int = 200
) -> Template:
    answered = show == ANSWERED
    found = await call_backs_for(actor, answered=answered, after=after)
    return page(
        request,
        "hours/_call_backs.html" if is_fragment(request) else "hours/call_backs.html",
        status=status,
        calls=found,
        reasons={row.id: why_not_ask(row.parts, row.status, actor.account_id) for row in found.rows},
        answered=answered,
        results=results,
        saying=saying,
    )


@get("/call-backs", name="hours.call_backs", access=Permission.CALL_BACK, include_in_schema=False)
async def waiting(request: AnyRequest, show: FromQuery[str] = "", after: FromQuery[int] = 0) -> Template:
    """Whom to ask, or what was heard."""
    return await _list(request, signed_in(request), [], show, after)


@post(
    "/call-backs/{call_back_id:int}",
    name="hours.call_back_answer",
    access=Permission.CALL_BACK,
    include_in_schema=False,
    status_code=303,
)
async def answer(request: AnyRequest, call_back_id: FromPath[int]) -> Template | Response[None]:
    """Note what the person asked said."""
    actor = signed_in(request)
    bound = bind(Answered, await request.form())
    if not bound.errors:
        sent = bound.good
        try:
            await note_answer(actor, call_back_id, sent.heard, sent.words, now=clock.now())
        except NotFound:
            raise
        except DomainError as error:
            bound.errors[""] = " ".join(f"{say(one)} {say_fix(one)}".strip() for one in error.refusals)
    if not bound.errors:
        said = {
            Heard.AGREES: _("Noted: it happened so."),
            Heard.DIFFERS: _("Noted: it was different. The attendance says so now, and can be taken back there."),
            Heard.UNREACHABLE: _("Noted: not reached. It stays here to be tried again."),
        }[bound.good.heard]
        results = [Flash("success", said)]
    else:
        results = [Flash("error", text) for text in bound.errors.values()]
    if is_fragment(request) or bound.errors:
        return await _list(request, actor, results, status=200 if is_fragment(request) else 422)
    return redirect(request, url_for(request, "hours.call_backs"), said=results[0].text)


@get("/call-backs/draws/{draw_id:int}", name="hours.sample_draw", access=Permission.CALL_BACK, include_in_schema=False)
async def drawn(request: AnyRequest, draw_id: FromPath[int]) -> Template:
    """How one sample was drawn, and that drawing again gives the same."""
    found = await draw_for(signed_in(request), draw_id)
    if found is None:
        raise NotFound()
    same = draw(found.among, found.permille, found.seed) == tuple(found.drawn)
    return page(request, "hours/sample_draw.html", draw=found, same=same, saying=saying)


ROUTES: list[Any] = [waiting, answer, drawn]
