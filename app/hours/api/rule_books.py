"""Rule-books as JSON: versions, drafts with their previews, publishing, and counting old hours again."""

from typing import Any

from litestar import delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours import saying
from app.hours import saying_rule_books as words
from app.hours.actions import rerating, rule_books
from app.hours.api.rule_book_shapes import (
    ActivityOut,
    BookOut,
    ChangeOut,
    DraftBody,
    DraftOut,
    PreviewOut,
    PublishBody,
    RerateBody,
    ReratingOut,
    SentenceOut,
    SpanBody,
    TiersOut,
    VersionBody,
    WholeBookOut,
)
from app.hours.queries import rule_books as queries
from app.hours.queries.rule_books import BookRow, DraftRow, ReratingRow
from app.hours.rules import faults
from app.hours.rules.publishing import CONTRADICTS_ITSELF
from app.kit import clock
from app.kit.errors import Invalid
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest
from app.programs.queries import choices

TAGS = ["Rule-books"]


def _same(row: BookRow | DraftRow | ReratingRow, shape: type[Struct]) -> dict[str, Any]:
    plain = ("rules", "preview", "left_alone")
    return {name: getattr(row, name) for name in shape.__struct_fields__ if name not in plain and hasattr(row, name)}


def _book(row: BookRow) -> BookOut:
    return BookOut(**_same(row, BookOut), contract_id=row.contract, funder_id=row.funder)


def _draft(row: DraftRow) -> DraftOut:
    found = row.previewed
    preview = PreviewOut(
        status=row.preview_status,
        from_on=row.preview_from,
        to_before=row.preview_before,
        months=found.months,
        months_done=found.months_done,
        looked_at=found.looked_at,
        changed=found.changed,
        people_changed=found.people_changed,
        minutes_now=found.before,
        minutes_then=found.after,
        left_alone=found.left_alone,
        activities=[
            ActivityOut(
                activity_id=each.activity,
                attendances=each.attendances,
                changed=each.changed,
                minutes_now=each.before,
                minutes_then=each.after,
            )
            for each in found.activities
        ],
        tiers=[
            TiersOut(now=list(each.before), then=list(each.after), attendances=each.attendances) for each in found.tiers
        ],
        changes=[
            ChangeOut(
                attendance_id=each.attendance,
                minutes_now=each.before,
                minutes_then=each.after,
                why=saying.trace(each.why),
            )
            for each in found.changes
        ],
    )
    own = _same(row, DraftOut)
    return DraftOut(**own, contract_id=row.contract, funder_id=row.funder, rules=row.figures, preview=preview)


def _terms(body: VersionBody) -> rule_books.Terms:
    """What the body says.

    Raises:
        Invalid: 422, when the rules contradict themselves; `fields` says where.
    """
    if wrong := faults(body.rules):
        raise Invalid(CONTRADICTS_ITSELF, **{fault.field: fault.refusal.text for fault in wrong})
    return rule_books.Terms(version=body.version, applies_from=body.applies_from, rules=body.rules, note=body.note)


@get("/rule-books", name="api.hours.rule_books", access=Permission.RULES_SEE, tags=TAGS, responses={401: READS[401]})
async def listing(request: AnyRequest) -> list[BookOut]:
    """Every version that applies, applied or will apply to something of this organisation."""
    return [_book(row) for row in await queries.books_for(signed_in(request))]


@get(
    "/rule-books/{book_id:int}",
    name="api.hours.rule_book",
    access=Permission.RULES_SEE,
    tags=TAGS,
    responses=READS,
)
async def show(request: AnyRequest, book_id: FromPath[int]) -> WholeBookOut:
    """One version with its rules, as data and in words."""
    row = await queries.book_for(signed_in(request), book_id)
    said = words.lines(row.figures, dict(await choices.service_kinds(row.applies_from)))
    return WholeBookOut(
        **_same(row, BookOut),
        contract_id=row.contract,
        funder_id=row.funder,
        rules=row.figures,
        sentences=[SentenceOut(section=line.section, about=line.label, text=line.said) for line in said],
    )


@get(
    "/rule-book-drafts",
    name="api.hours.rule_book_drafts",
    access=Permission.RULES_MANAGE,
    tags=TAGS,
    responses={401: READS[401]},
)
async def drafts(request: AnyRequest) -> list[DraftOut]:
    """The drafts of this organisation that are not published."""
    return [_draft(row) for row in await queries.drafts_for(signed_in(request))]


@post(
    "/rule-book-drafts",
    name="api.hours.rule_book_begin",
    access=Permission.RULES_MANAGE,
    tags=TAGS,
    responses=CHANGES,
)
async def begin(request: AnyRequest, data: JSONBody[DraftBody]) -> DraftOut:
    """Keep a new version as a draft."""
    actor = signed_in(request)
    owner = await queries.owner_to_manage(actor, data.contract_id)
    draft = await rule_books.begin_draft(actor, owner, _terms(data), now=clock.now())
    return _draft(await queries.draft_for(actor, draft))


@get(
    "/rule-book-drafts/{draft_id:int}",
    name="api.hours.rule_book_draft",
    access=Permission.RULES_MANAGE,
    tags=TAGS,
    responses=READS,
)
async def draft(request: AnyRequest, draft_id: FromPath[int]) -> DraftOut:
    """A draft, and its preview as far as it is."""
    return _draft(await queries.draft_for(signed_in(request), draft_id))


@put(
    "/rule-book-drafts/{draft_id:int}",
    name="api.hours.rule_book_change",
    access=Permission.RULES_MANAGE,
    tags=TAGS,
    responses=CHANGES,
)
async def change(request: AnyRequest, draft_id: FromPath[int], data: JSONBody[VersionBody]) -> DraftOut:
    """Change a draft. Its preview no longer holds."""
    actor = signed_in(request)
    await queries.draft_for(actor, draft_id)
    await rule_books.change_draft(actor, draft_id, _terms(data))
    return _draft(await queries.draft_for(actor, draft_id))


@delete(
    "/rule-book-drafts/{draft_id:int}",
    name="api.hours.rule_book_discard",
    access=Permission.RULES_MANAGE,
    tags=TAGS,
    responses=CHANGES,
)
async def discard(request: AnyRequest, draft_id: FromPath[int]) -> None:
    """Throw a draft away."""
    await rule_books.discard_draft(signed_in(request), draft_id)


@post(
    "/rule-book-drafts/{draft_id:int}/preview",
    name="api.hours.rule_book_preview",
    access=Permission.RULES_MANAGE,
    tags=TAGS,
    responses=CHANGES,
    status_code=202,
)
async def preview(request: AnyRequest, draft_id: FromPath[int], data: JSONBody[SpanBody]) -> DraftOut:
    """Have the worker find out what the draft would change in a span. Ask for the draft again to see how far it is."""
    actor = signed_in(request)
    await rule_books.ask_preview(actor, draft_id, data.from_on, data.to_before)
    return _draft(await queries.draft_for(actor, draft_id))


@post(
    "/rule-book-drafts/{draft_id:int}/publish",
    name="api.hours.rule_book_publish",
    access=Permission.RULES_MANAGE,
    tags=TAGS,
    responses=CHANGES,
)
async def publish(request: AnyRequest, draft_id: FromPath[int], data: JSONBody[PublishBody]) -> BookOut:
    """Make a draft a version, for good. From a day in the past only together with counting the hours since again."""
    actor = signed_in(request)
    book = await rule_books.publish(actor, draft_id, rerate=data.rerate, reason=data.reason, now=clock.now())
    return _book(await queries.book_for(actor, book))


@post(
    "/rule-books/{book_id:int}/re-rating-preview",
    name="api.hours.rerate_preview",
    access=Permission.RULES_MANAGE,
    tags=TAGS,
    responses=CHANGES,
    status_code=202,
)
async def rerating_preview(request: AnyRequest, book_id: FromPath[int], data: JSONBody[SpanBody]) -> DraftOut:
    """Have the worker find out what counting a span again would change; the draft that is answered holds it."""
    actor = signed_in(request)
    held = await rule_books.ask_rerating_preview(actor, book_id, data.from_on, data.to_before, now=clock.now())
    return _draft(await queries.draft_for(actor, held))


@post(
    "/rule-books/{book_id:int}/re-ratings",
    name="api.hours.rerate",
    access=Permission.RULES_MANAGE,
    tags=TAGS,
    responses=CHANGES,
    status_code=202,
)
async def rerate(request: AnyRequest, book_id: FromPath[int], data: JSONBody[RerateBody]) -> ReratingOut:
    """Have the previewed days counted again, for good: each hour that differs is taken back and written anew."""
    actor = signed_in(request)
    act = await rerating.rerate(actor, book_id, data.from_on, data.to_before, data.reason, now=clock.now())
    return _rerating((await queries.rerating_for(actor, act))[0])


@get(
    "/re-ratings/{rerating_id:int}",
    name="api.hours.rerating",
    access=Permission.RULES_SEE,
    tags=TAGS,
    responses=READS,
)
async def one_rerating(request: AnyRequest, rerating_id: FromPath[int]) -> ReratingOut:
    """How far a re-rating is, and what it changed."""
    return _rerating((await queries.rerating_for(signed_in(request), rerating_id))[0])


def _rerating(row: ReratingRow) -> ReratingOut:
    return ReratingOut(**_same(row, ReratingOut), rule_book_id=row.rule_book, left_alone=row.left)


ROUTES: list[Any] = [
    listing,
    show,
    drafts,
    begin,
    draft,
    change,
    discard,
    preview,
    publish,
    rerating_preview,
    rerate,
    one_rerating,
]
