"""Making a version: a draft that starts from what applies now, its preview on real months, publishing."""

import csv
import io
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Stream, Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.hours import saying
from app.hours import saying_rule_books as words
from app.hours.actions import rule_books as actions
from app.hours.queries import rule_books as queries
from app.hours.queries.previews import changes_of
from app.hours.queries.rule_books import DraftRow, Owner
from app.hours.rule_book_forms import HOWS, BoundVersion, PublishForm, SpanForm, read, shown, with_more
from app.hours.rule_book_forms import choices as options
from app.hours.rules import CountingRules, Rounding, faults
from app.hours.rules.kinds import KINDS, Capacity
from app.hours.rules.publishing import NOT_PREVIEWED
from app.hours.rules.rule_book import ORDER
from app.hours.rules.tiers import TIERS
from app.kit import clock
from app.kit.errors import Conflict, DomainError
from app.kit.forms import bind, blank
from app.kit.i18n import gettext as _
from app.kit.i18n import say
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.rules import N_
from app.kit.web import AnyRequest, form_page, is_fragment, page, redirect, url_for
from app.programs.queries import choices
from app.programs.words import UNITS

MONTHS_BACK = 3
"""A preview looks at so many whole months unless another span is chosen."""


async def _options(today: date) -> dict[str, Any]:
    return {
        "kinds": options(KINDS),
        "capacities": [(each.value, saying.capacity(each)) for each in Capacity],
        "tiers": [(tier.value, _(TIERS[tier])) for tier in ORDER],
        "roundings": [(each.value, _(word)) for each, word in ROUNDING_NAMES.items()],
        "units": [(unit.value, _(word)) for unit, word in UNITS.items() if unit.value != "hour"],
        "services": await choices.service_kinds(today),
        "hows": options(HOWS),
        "grades": [(letter, letter) for letter in "ABCDE"],
    }


ROUNDING_NAMES: dict[Rounding, str] = {
    Rounding.DOWN: N_("Down"),
    Rounding.NEAREST: N_("To the nearest"),
    Rounding.UP: N_("Up"),
}


async def _form(request: AnyRequest, owner: Owner, bound: BoundVersion, action: str, more: dict[str, Any]) -> Template:
    today = clock.local_day(clock.now())
    make = form_page if bound.errors else page
    return make(
        request,
        "hours/rule_book_form.html",
        owner=owner,
        form=bound,
        action=action,
        once=once_token(),
        words=words,
        **await _options(today),
        **more,
    )


@get("/rule-books/new", name="hours.rule_book_new", access=Permission.RULES_MANAGE, include_in_schema=False)
async def new(request: AnyRequest, contract: FromQuery[int | None] = None) -> Template:
    """The form of a new version, filled in with what applies now."""
    actor, today = signed_in(request), clock.local_day(clock.now())
    owner = await queries.owner_to_manage(actor, contract)
    now_in_force = await queries.in_force(owner, today)
    rules = now_in_force.figures if now_in_force else FIRST_RULES
    bound = shown(await queries.next_version(owner, today), today + timedelta(days=1), "", rules)
    return await _form(request, owner, bound, _new_path(request, owner), {"base": now_in_force})


FIRST_RULES = CountingRules(least_minutes=15, round_to_minutes=1, most_minutes_a_day=480)


def _new_path(request: AnyRequest, owner: Owner) -> str:
    path = url_for(request, "hours.rule_book_begin")
    return f"{path}?contract={owner.contract}" if owner.contract else path


@post(
    "/rule-books/new",
    name="hours.rule_book_begin",
    access=Permission.RULES_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def begin(request: AnyRequest, contract: FromQuery[int | None] = None) -> Template | Response[None]:
    """Keep the new version as a draft, or show one more row."""
    actor = signed_in(request)
    owner = await queries.owner_to_manage(actor, contract)
    typed = await request.form()
    bound = read(typed)

    async def act() -> str:
        draft = await actions.begin_draft(actor, owner, _terms(bound), now=clock.now())
        return url_for(request, "hours.rule_book_draft", draft_id=draft)

    if not typed.get("more") and not bound.errors:
        return redirect(request, await once(str(typed.get("_once", "")), act), _("The draft is kept."))
    if typed.get("more"):
        bound = with_more(bound, str(typed.get("more")))
    base = await queries.in_force(owner, clock.local_day(clock.now()))
    return await _form(request, owner, bound, _new_path(request, owner), {"base": base})


def _terms(bound: BoundVersion) -> actions.Terms:
    head = bound.good
    return actions.Terms(version=head.version, applies_from=head.applies_from, rules=bound.rules, note=head.note)


@get(
    "/rule-book-drafts/{draft_id:int}/edit",
    name="hours.rule_book_edit",
    access=Permission.RULES_MANAGE,
    include_in_schema=False,
)
async def edit(request: AnyRequest, draft_id: FromPath[int]) -> Template:
    """A draft, to be changed; what contradicts itself is marked."""
    draft = await queries.draft_for(signed_in(request), draft_id)
    bound = shown(draft.version, draft.applies_from, draft.note, draft.figures)
    action = url_for(request, "hours.rule_book_change", draft_id=draft_id)
    return await _form(request, draft.owner, bound, action, {"base": None, "draft": draft})


@post(
    "/rule-book-drafts/{draft_id:int}/edit",
    name="hours.rule_book_change",
    access=Permission.RULES_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def change(request: AnyRequest, draft_id: FromPath[int]) -> Template | Response[None]:
    """Change a draft, or show one more row."""
    actor = signed_in(request)
    draft = await queries.draft_for(actor, draft_id)
    typed = await request.form()
    bound = read(typed)
    if typed.get("more"):
        bound = with_more(bound, str(typed.get("more")))
    elif not bound.errors:
        try:
            await actions.change_draft(actor, draft_id, _terms(bound))
            return redirect(request, _path(request, draft_id), _("The draft is kept."))
        except DomainError as error:
            bound.refuse(error)
    action = url_for(request, "hours.rule_book_change", draft_id=draft_id)
    return await _form(request, draft.owner, bound, action, {"base": None, "draft": draft})


def _path(request: AnyRequest, draft_id: int) -> str:
    return url_for(request, "hours.rule_book_draft", draft_id=draft_id)


def last_months(today: date) -> tuple[date, date]:
    """The first and last day of the last whole months."""
    before = today.replace(day=1)
    first = before
    for _month in range(MONTHS_BACK):
        first = (first - timedelta(days=1)).replace(day=1)
    return first, before - timedelta(days=1)


async def preview_context(request: AnyRequest, draft: DraftRow) -> dict[str, Any]:
    """What the preview's part of a page shows."""
    preview = draft.previewed
    names = await queries.shown([change.attendance for change in preview.changes])
    return {
        "draft": draft,
        "preview": preview,
        "names": names,
        "activities": await queries.activity_names([each.activity for each in preview.activities]),
        "sees_people": signed_in(request).may(Permission.ATTENDANCE_SEE),
        "saying": saying,
        "words": words,
    }


async def preview_fragment(request: AnyRequest, draft: DraftRow) -> Template:
    """The preview alone, while it is made; once it is made the whole page is asked for, for what follows from it."""
    answer = page(request, "hours/_preview.html", **await preview_context(request, draft))
    if draft.preview_status != "asked":
        answer.headers["HX-Refresh"] = "true"
    return answer


@get(
    "/rule-book-drafts/{draft_id:int}",
    name="hours.rule_book_draft",
    access=Permission.RULES_MANAGE,
    include_in_schema=False,
)
async def show(request: AnyRequest, draft_id: FromPath[int]) -> Template | Response[None]:
    """A draft: what it says, what differs, what it would change on real months, and publishing it."""
    actor = signed_in(request)
    draft = await queries.draft_for(actor, draft_id)
    if is_fragment(request):
        return await preview_fragment(request, draft)
    if draft.published_as:
        return redirect(request, url_for(request, "hours.rule_book", book_id=draft.published_as))
    return page(request, "hours/rule_book_draft.html", **await _draft_context(request, draft), form=blank())


async def _draft_context(request: AnyRequest, draft: DraftRow) -> dict[str, Any]:
    today = clock.local_day(clock.now())
    services = dict(await choices.service_kinds(today))
    base = await queries.in_force(draft.owner, draft.applies_from)
    said = words.lines(draft.figures, services)
    first, last = last_months(today)
    span = blank(
        from_on=draft.preview_from or first,
        last_on=draft.preview_before - timedelta(days=1) if draft.preview_before else last,
    )
    return {
        **await preview_context(request, draft),
        "lines": said,
        "base": base,
        "differences": words.differences(words.lines(base.figures, services), said) if base else [],
        "faults": [say(fault.refusal) for fault in faults(draft.figures)],
        "span": span,
        "today": today,
        "once": once_token(),
    }


@post(
    "/rule-book-drafts/{draft_id:int}/preview",
    name="hours.rule_book_preview",
    access=Permission.RULES_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def preview(request: AnyRequest, draft_id: FromPath[int]) -> Template | Response[None]:
    """Have a preview made of the chosen days."""
    actor = signed_in(request)
    draft = await queries.draft_for(actor, draft_id)
    bound = bind(SpanForm, await request.form())
    if not bound.errors:
        try:
            span = bound.good.from_on, bound.good.last_on + timedelta(days=1)
            await actions.ask_preview(actor, draft_id, *span)
            return redirect(request, _path(request, draft_id) + "#preview")
        except DomainError as error:
            bound.refuse(error)
    context = await _draft_context(request, draft) | {"span": bound}
    return form_page(request, "hours/rule_book_draft.html", **context, form=blank())


@post(
    "/rule-book-drafts/{draft_id:int}/publish",
    name="hours.rule_book_publish",
    access=Permission.RULES_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def publish(request: AnyRequest, draft_id: FromPath[int]) -> Template | Response[None]:
    """Make the draft a version, for good."""
    actor = signed_in(request)
    draft = await queries.draft_for(actor, draft_id)
    typed = await request.form()
    bound = bind(PublishForm, typed)

    async def act() -> str:
        asked = bound.good
        book = await actions.publish(actor, draft_id, rerate=asked.rerate, reason=asked.reason, now=clock.now())
        return url_for(request, "hours.rule_book", book_id=book)

    if not bound.errors:
        try:
            location = await once(str(typed.get("_once", "")), act)
            return redirect(request, location, _("The version is published. It never changes."))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "hours/rule_book_draft.html", **await _draft_context(request, draft), form=bound)


@post(
    "/rule-book-drafts/{draft_id:int}/discard",
    name="hours.rule_book_discard",
    access=Permission.RULES_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def discard(request: AnyRequest, draft_id: FromPath[int]) -> Response[None]:
    """Throw a draft away."""
    await actions.discard_draft(signed_in(request), draft_id)
    return redirect(request, url_for(request, "hours.rule_books"), _("The draft is gone."))


@get(
    "/rule-book-drafts/{draft_id:int}/changes.csv",
    name="hours.rule_book_changes",
    access=Permission.RULES_MANAGE,
    include_in_schema=False,
)
async def changes(request: AnyRequest, draft_id: FromPath[int]) -> Stream:
    """Every change of the preview, counted while it is read."""
    actor = signed_in(request)
    draft = await queries.draft_for(actor, draft_id)
    if draft.scope is None:
        raise Conflict(NOT_PREVIEWED)
    headers = {"Content-Disposition": f'attachment; filename="linli-changes-{draft_id}.csv"'}
    return Stream(_csv(actor, draft), media_type="text/csv; charset=utf-8", headers=headers)


async def _csv(actor: Actor, draft: DraftRow) -> AsyncIterator[bytes]:
    heads = [_("Attendance"), _("Day"), _("Person"), _("Activity"), _("Minutes now"), _("Minutes then"), _("Why")]
    yield "\ufeff".encode() + _line(heads)
    sees = actor.may(Permission.ATTENDANCE_SEE)
    if draft.scope is None:
        return
    async for found in changes_of(draft.scope, draft.figures):
        names = await queries.shown([change.attendance for change in found])
        for change in found:
            name = names[change.attendance]
            why = " ".join(saying.trace(change.why))
            who = name.person if sees else ""
            yield _line([change.attendance, name.served_on, who, name.activity_name, change.before, change.after, why])


def _line(cells: list[Any]) -> bytes:
    # A cell that begins like a formula is shown as text by spreadsheets.
    safe = [f"'{cell}" if str(cell)[:1] in ("=", "+", "-", "@") else cell for cell in cells]
    written = io.StringIO()
    csv.writer(written).writerow(safe)
    return written.getvalue().encode()


ROUTES: list[Any] = [new, begin, edit, change, show, preview, publish, discard, changes]
