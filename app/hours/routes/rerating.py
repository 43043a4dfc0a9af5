"""Counting old hours again under a version: choose the days, see what would change, say why, watch it."""

from datetime import date, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.hours import saying_rule_books as words
from app.hours.actions import rerating as actions
from app.hours.actions import rule_books as drafting
from app.hours.queries import rule_books as queries
from app.hours.queries.rule_books import BookRow, DraftRow
from app.hours.routes.rule_book_drafts import preview_context, preview_fragment
from app.hours.rule_book_forms import RerateForm, SpanForm
from app.kit import clock
from app.kit.errors import DomainError, Forbidden
from app.kit.forms import Bound, bind, blank
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, is_fragment, page, redirect, url_for


async def _to_manage(actor: Actor, book_id: int) -> BookRow:
    book = await queries.book_for(actor, book_id)
    if not queries.manages(actor, book.owner):
        raise Forbidden()
    return book


async def _context(request: AnyRequest, book: BookRow, held: DraftRow | None) -> dict[str, Any]:
    today = clock.local_day(clock.now())
    first, before = (held.preview_from, held.preview_before) if held else (None, None)
    span = blank(
        from_on=max(first or date.min, book.applies_from), last_on=before - timedelta(days=1) if before else today
    )
    shown = await preview_context(request, held) if held else {"draft": None, "words": words}
    return {
        **shown,
        "book": book,
        "span": span,
        "reratings": await queries.reratings_of(book.id),
        "last_on": before - timedelta(days=1) if before else today,
        "once": once_token(),
    }


@get(
    "/rule-books/{book_id:int}/re-rate",
    name="hours.rerate",
    access=Permission.RULES_MANAGE,
    include_in_schema=False,
)
async def rerate(request: AnyRequest, book_id: FromPath[int]) -> Template:
    """The days to count again, and what that would change."""
    book = await _to_manage(signed_in(request), book_id)
    held = await queries.previews_of(book_id)
    if is_fragment(request) and held:
        return await preview_fragment(request, held)
    return page(request, "hours/rerate.html", **await _context(request, book, held), form=blank())


@post(
    "/rule-books/{book_id:int}/re-rate/preview",
    name="hours.rerate_preview",
    access=Permission.RULES_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def preview(request: AnyRequest, book_id: FromPath[int]) -> Template | Response[None]:
    """Have a preview made of the chosen days."""
    actor = signed_in(request)
    book = await _to_manage(actor, book_id)
    bound = bind(SpanForm, await request.form())
    if not bound.errors:
        try:
            span = bound.good.from_on, bound.good.last_on + timedelta(days=1)
            await drafting.ask_rerating_preview(actor, book_id, *span, now=clock.now())
            return redirect(request, url_for(request, "hours.rerate", book_id=book_id) + "#preview")
        except DomainError as error:
            bound.refuse(error)
    context = await _context(request, book, await queries.previews_of(book_id)) | {"span": bound}
    return form_page(request, "hours/rerate.html", **context, form=blank())


@post(
    "/rule-books/{book_id:int}/re-rate",
    name="hours.rerate_go",
    access=Permission.RULES_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def go(request: AnyRequest, book_id: FromPath[int]) -> Template | Response[None]:
    """Count the previewed days again, with a reason."""
    actor = signed_in(request)
    book = await _to_manage(actor, book_id)
    typed = await request.form()
    bound: Bound[RerateForm] = bind(RerateForm, typed)

    async def act() -> str:
        asked = bound.good
        span = asked.from_on, asked.last_on + timedelta(days=1)
        act_id = await actions.rerate(actor, book_id, *span, asked.reason, now=clock.now())
        return url_for(request, "hours.rerating", rerating_id=act_id)

    if not bound.errors:
        try:
            return redirect(request, await once(str(typed.get("_once", "")), act))
        except DomainError as error:
            bound.refuse(error)
    context = await _context(request, book, await queries.previews_of(book_id))
    return form_page(request, "hours/rerate.html", **context, form=bound)


@get("/re-ratings/{rerating_id:int}", name="hours.rerating", access=Permission.RULES_SEE, include_in_schema=False)
async def show(request: AnyRequest, rerating_id: FromPath[int]) -> Template:
    """How far a re-rating is, and what it changed."""
    act, book = await queries.rerating_for(signed_in(request), rerating_id)
    template = "hours/_rerating.html" if is_fragment(request) else "hours/rerating.html"
    answer = page(request, template, act=act, book=book, words=words)
    if is_fragment(request) and act.status == "done":
        answer.headers["HX-Refresh"] = "true"  # its head says so too
    return answer


ROUTES: list[Any] = [rerate, preview, go, show]
