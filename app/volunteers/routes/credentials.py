"""Proofs: one's own, those of the people an agency knows, and those that wait for the agency."""

from datetime import timedelta
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, is_fragment, local_path, page, redirect, url_for
from app.volunteers.actions import credentials as actions
from app.volunteers.actions.credentials import NewCredential
from app.volunteers.actions.people import person_of
from app.volunteers.forms import CredentialForm, DueChoice, RevokeForm
from app.volunteers.queries import credentials as queries
from app.volunteers.queries.credentials import agency_credential
from app.volunteers.queries.people import PersonPage, person
from app.volunteers.rules.credentials import Due, Standing
from app.volunteers.words import credential_standing, due_words


@get("/me/credentials", name="volunteers.credentials", access=SIGNED_IN, include_in_schema=False)
async def own_page(request: AnyRequest) -> Template:
    """One's own proofs, and a form for another."""
    return await _show(request, None, blank())


@post("/me/credentials", name="volunteers.credential_enter", access=SIGNED_IN, include_in_schema=False, status_code=303)
async def enter_own(request: AnyRequest) -> Response[None] | Template:
    """Enter one of one's own."""
    return await _enter(request, None)


@get(
    "/people/{person_id:int}/credentials",
    name="volunteers.person_credentials",
    access=Permission.PERSON_SEE,
    include_in_schema=False,
)
async def person_page(request: AnyRequest, person_id: FromPath[int]) -> Template:
    """The proofs of somebody the agency knows."""
    return await _show(request, await person(signed_in(request), person_id), blank())


@post(
    "/people/{person_id:int}/credentials",
    name="volunteers.person_credential_enter",
    access=Permission.PERSON_SEE,
    include_in_schema=False,
    status_code=303,
)
async def enter_for(request: AnyRequest, person_id: FromPath[int]) -> Response[None] | Template:
    """Enter a proof for somebody."""
    return await _enter(request, await person(signed_in(request), person_id))


async def _show(
    request: AnyRequest, whose: PersonPage | None, form: Bound[Any], opened: tuple[int, str] | None = None
) -> Template:
    actor = signed_in(request)
    person_id = whose.id if whose else await person_of(actor.account_id)
    rows = await queries.of_person(person_id) if person_id else []
    today = clock.local_day(clock.now())
    show = form_page if form.errors else page
    return show(
        request,
        "volunteers/credentials.html",
        person=whose,
        rows=[(row, credential_standing(row, today), _may_verify(actor, row, whose)) for row in rows],
        holding=sum(row.standing(today) in (Standing.IN_FORCE, Standing.ENDING) for row in rows),
        back=local_path(form.value("next") or request.query_params.get("next"), ""),
        kinds=await queries.kinds(),
        form=form,
        opened=opened,
        once=once_token(),
    )


def _may_verify(actor: Actor, row: queries.CredentialRow, whose: PersonPage | None) -> bool:
    """Whether the reader may say that they saw this original."""
    stands = row.standing(clock.local_day(clock.now()))
    return (
        whose is not None
        and actor.may(Permission.CREDENTIAL_VERIFY)
        and stands == Standing.TO_VERIFY
        and row.account != actor.account_id
    )


async def _enter(request: AnyRequest, whose: PersonPage | None) -> Response[None] | Template:
    actor = signed_in(request)
    typed = await request.form()
    bound = bind(CredentialForm, typed)
    if not bound.errors:
        given = bound.good
        ends_before = given.last_on + timedelta(days=1) if given.last_on else None
        wanted = NewCredential(kind=given.kind, number=given.number, issued_on=given.issued_on, ends_before=ends_before)
        back = local_path(bound.value("next"), "")

        async def act() -> str:
            if whose:
                await actions.enter_for(actor, whose.id, wanted, now=clock.now())
                return url_for(request, "volunteers.person_credentials", person_id=whose.id)
            await actions.enter_own(actor, wanted, now=clock.now())
            return url_for(request, "volunteers.credentials") + (f"?next={back}" if back else "")

        try:
            location = await once(str(typed.get("_once", "")), act)
            return redirect(request, location, _("Entered. It counts once somebody has seen the original."))
        except DomainError as error:
            bound.refuse(error)
    return await _show(request, whose, bound)


@post(
    "/me/credentials/{credential_id:int}/withdraw",
    name="volunteers.credential_withdraw",
    access=SIGNED_IN,
    include_in_schema=False,
    status_code=303,
)
async def withdraw(request: AnyRequest, credential_id: FromPath[int]) -> Response[None]:
    """Take back one of one's own."""
    await actions.withdraw_own(signed_in(request), credential_id, now=clock.now())
    return redirect(request, url_for(request, "volunteers.credentials"), _("Withdrawn."))


@post(
    "/credentials/{credential_id:int}/verify",
    name="volunteers.credential_verify",
    access=Permission.CREDENTIAL_VERIFY,
    include_in_schema=False,
    status_code=303,
)
async def verify(request: AnyRequest, credential_id: FromPath[int]) -> Response[None]:
    """Say that one saw the original."""
    row = await actions.verify(signed_in(request), credential_id, now=clock.now())
    back = url_for(request, "volunteers.person_credentials", person_id=row.person_id)
    said = _("%(kind)s of %(name)s counts from now on.") % {"kind": row.kind, "name": row.person_name}
    return redirect(request, local_path(str((await request.form()).get("next", "")), back), said)


@get(
    "/credentials/{credential_id:int}/revoke",
    name="volunteers.credential_revoke",
    access=Permission.CREDENTIAL_VERIFY,
    include_in_schema=False,
)
async def revoke_form(request: AnyRequest, credential_id: FromPath[int]) -> Template:
    """What withdrawing one does, and the question why."""
    row = await agency_credential(signed_in(request), credential_id)
    return page(request, "volunteers/credential_revoke.html", row=row, form=blank())


@post(
    "/credentials/{credential_id:int}/revoke",
    name="volunteers.credential_revoke_take",
    access=Permission.CREDENTIAL_VERIFY,
    include_in_schema=False,
    status_code=303,
)
async def revoke(request: AnyRequest, credential_id: FromPath[int]) -> Response[None] | Template:
    """Withdraw a proof that does not hold."""
    actor = signed_in(request)
    bound = bind(RevokeForm, await request.form())
    if bound.errors:
        row = await agency_credential(actor, credential_id)
        return form_page(request, "volunteers/credential_revoke.html", row=row, form=bound)
    row = await actions.revoke(actor, credential_id, bound.good.reason, now=clock.now())
    back = url_for(request, "volunteers.person_credentials", person_id=row.person_id)
    return redirect(request, back, _("Withdrawn. Places that need it are given back."))


@post(
    "/credentials/{credential_id:int}/number",
    name="volunteers.credential_number",
    access=Permission.PERSON_SEE,
    include_in_schema=False,
    status_code=200,
)
async def number(request: AnyRequest, credential_id: FromPath[int]) -> Template:
    """Open a number; the look is written down."""
    actor = signed_in(request)
    row, opened = await actions.look_at_number(actor, credential_id, now=clock.now())
    if is_fragment(request):
        return page(request, "volunteers/_credential_number.html", row=row, opened=(row.id, opened))
    return await _show(request, await person(actor, row.person_id), blank(), (row.id, opened))


@get("/credentials", name="volunteers.credentials_due", access=Permission.CREDENTIAL_VERIFY, include_in_schema=False)
async def due_page(request: AnyRequest) -> Template:
    """What waits for the agency: originals to look at, what ends soon, what ended."""
    actor = signed_in(request)
    today = clock.local_day(clock.now())
    asked = bind(DueChoice, request.query_params.dict()).form or DueChoice()
    waiting = {what: await queries.due(actor, what, today) for what in Due}
    return page(
        request,
        "volunteers/credentials_due.html",
        groups=[(what, *words, len(waiting[what])) for what, words in due_words().items()],
        what=asked.what,
        rows=waiting[asked.what],
        count=len(waiting[Due.TO_VERIFY]),
        most=queries.MOST,
        own=actor.account_id,
    )


ROUTES: list[Any] = [
    own_page, enter_own, person_page, enter_for, withdraw, verify, revoke_form, revoke, number, due_page,
]  # fmt: skip
