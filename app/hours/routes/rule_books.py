"""Rule-books: which applies to what, what a version says, and its difference from the one before."""

from datetime import timedelta
from typing import Any

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours import saying_rule_books as words
from app.hours.queries import rule_books as queries
from app.hours.queries.rule_books import BookRow
from app.kit import clock
from app.kit.web import AnyRequest, page
from app.programs.queries import choices


@get("/rule-books", name="hours.rule_books", access=Permission.RULES_SEE, include_in_schema=False)
async def listing(request: AnyRequest) -> Template:
    """Every version this reader's hours are counted by, and which contract goes by which."""
    actor, today = signed_in(request), clock.local_day(clock.now())
    books = await queries.books_for(actor)
    own = queries.Owner(funder=actor.organisation_id, name_zh=actor.organisation_name) if _funds(actor) else None
    return page(
        request,
        "hours/rule_books.html",
        books=_by_owner(books),
        contracts=await queries.contracts_and_books(actor.organisation_id, today),
        drafts=await queries.drafts_for(actor),
        own=own,
        manages=lambda owner: queries.manages(actor, owner),
        makes=actor.may(Permission.RULES_MANAGE),
        platform=queries.is_platform(actor),
        today=today,
        words=words,
    )


def _funds(actor: Any) -> bool:
    return bool(actor.may(Permission.RULES_MANAGE)) and not queries.is_platform(actor)


def _by_owner(books: list[BookRow]) -> list[list[BookRow]]:
    found: dict[tuple[int | None, int | None], list[BookRow]] = {}
    for book in books:
        found.setdefault((book.contract, book.funder), []).append(book)
    return list(found.values())


@get("/rule-books/{book_id:int}", name="hours.rule_book", access=Permission.RULES_SEE, include_in_schema=False)
async def show(request: AnyRequest, book_id: FromPath[int]) -> Template:
    """One version in words and figures, what it changed, and whether old hours were counted again under it."""
    actor, today = signed_in(request), clock.local_day(clock.now())
    book = await queries.book_for(actor, book_id)
    before = await queries.in_force(book.owner, book.applies_from - timedelta(days=1), apart_from=book.id)
    services = dict(await choices.service_kinds(book.applies_from))
    said = words.lines(book.figures, services)
    return page(
        request,
        "hours/rule_book.html",
        book=book,
        before=before,
        lines=said,
        differences=words.differences(words.lines(before.figures, services), said) if before else [],
        reratings=await queries.reratings_of(book_id),
        manages=queries.manages(actor, book.owner),
        today=today,
        words=words,
    )


ROUTES: list[Any] = [listing, show]
