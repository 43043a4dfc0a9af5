"""One's own certificates and stars: the list, drawing a new one, the record, and its files."""

from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.hours import saying_certificates as saying
from app.hours.actions.certifying import Wish, draw, pdf_of
from app.hours.certificate.printing import PRINTING
from app.hours.certificate.sheet import LANGUAGES
from app.hours.forms_certificates import Draw
from app.hours.queries.certificates import (
    Certificate,
    certificates_of,
    own_certificate,
    recorders_for,
    reversals_of,
    seal_of,
)
from app.hours.queries.stars import standing_of
from app.hours.rules.certifying import NOTICE_DAYS, code_of, default_span
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.errors import DomainError, NotFound
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import by_locale, locale
from app.kit.i18n import gettext as _
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, is_fragment, page, redirect, url_for
from app.settings import settings

PRIVATE = {"Cache-Control": "private, no-store"}


@get("/me/certificates", name="hours.certificates", access=SIGNED_IN, include_in_schema=False)
async def listing(request: AnyRequest) -> Template:
    """One's certificates and stars. Other pages take the stars alone."""
    account = signed_in(request).account_id
    standing = await standing_of(account, clock.local_day(clock.now()))
    if is_fragment(request):
        return page(request, "hours/_stars.html", standing=standing, linked=True)
    return page(request, "hours/certificates.html", rows=await certificates_of(account), standing=standing)


@get("/me/certificates/new", name="hours.certificate_new", access=SIGNED_IN, include_in_schema=False)
async def new(request: AnyRequest) -> Template:
    """What the certificate is to be about: all there is, unless one says otherwise."""
    return page(request, "hours/certificate_new.html", **await _choices(request, None))


@post("/me/certificates/new", name="hours.certificate_draw", access=SIGNED_IN, include_in_schema=False, status_code=303)
async def make(request: AnyRequest) -> Template | Response[None]:
    """Draw it; sent twice, it is drawn once."""
    actor, typed = signed_in(request), await request.form()
    bound = bind(Draw, typed)
    if not bound.errors:
        form = bound.good
        wish = Wish(from_on=form.from_on, last_on=form.last_on, agency=form.agency, notice_days=form.notice_days)

        async def act() -> str:
            return url_for(request, "hours.certificate", certificate_id=await draw(actor, wish, now=clock.now()))

        try:
            location = await once(str(typed.get("_once", "")), act)
            return redirect(request, location, said=_("Your certificate is ready."))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "hours/certificate_new.html", **await _choices(request, bound))


async def _choices(request: AnyRequest, bound: Bound[Draw] | None) -> dict[str, Any]:
    bodies = await recorders_for(signed_in(request).account_id)
    today = clock.local_day(clock.now())
    first = min((body.first_on for body in bodies), default=None)
    from_on, last_on = default_span(first, today)
    return {
        "form": bound or blank(from_on=from_on, last_on=last_on, notice_days=0),
        "bodies": [(body.id, by_locale(body.name, body.name_en)) for body in bodies],
        "notice_days": NOTICE_DAYS,
        "first": first,
        "this_year": today.year,
        "once": once_token(),
    }


@get("/me/certificates/{certificate_id:int}", name="hours.certificate", access=SIGNED_IN, include_in_schema=False)
async def show(request: AnyRequest, certificate_id: FromPath[int]) -> Template:
    """The record of one certificate, with its files and whether it still stands."""
    row = await _own(request, certificate_id)
    return page(
        request,
        "hours/certificate.html",
        row=row,
        shot=row.shot,
        code=code_of(row.token),
        link=f"{settings().base_url}/verify/{row.token}",
        reversals=await reversals_of(row.id),
        seal=await seal_of(row.id),
        language="en" if locale() == "en" else "zh",
        on_notice=_on_notice(row, clock.now()),
        saying=saying,
    )


def _on_notice(row: Certificate, now: datetime) -> bool:
    return row.notice_before is not None and clock.local_day(now) < row.notice_before


@get(
    "/me/certificates/{certificate_id:int}/pdf",
    name="hours.certificate_pdf",
    access=SIGNED_IN,
    include_in_schema=False,
    rate=PRINTING,
)
async def pdf(request: AnyRequest, certificate_id: FromPath[int], language: FromQuery[str] = "zh") -> Response[bytes]:
    """The certificate to print, in Chinese or English, with its proof inside."""
    row = await _own(request, certificate_id)
    if language not in LANGUAGES:
        raise NotFound()
    content = await pdf_of(row, language, now=clock.now())
    return _file(content, "application/pdf", f"{row.shot.number}-{language}.pdf")


@get(
    "/me/certificates/{certificate_id:int}/credential",
    name="hours.certificate_credential",
    access=SIGNED_IN,
    include_in_schema=False,
)
async def credential(request: AnyRequest, certificate_id: FromPath[int]) -> Response[bytes]:
    """The certificate as an Open Badges credential."""
    row = await _own(request, certificate_id)
    return _file(row.credential.encode(), "application/jwt", f"{row.shot.number}.jwt")


def _file(content: bytes, media_type: str, name: str) -> Response[bytes]:
    headers = PRIVATE | {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


async def _own(request: AnyRequest, certificate_id: int) -> Certificate:
    row = await own_certificate(signed_in(request).account_id, certificate_id)
    if row is None:
        raise NotFound()
    return row


ROUTES: list[Any] = [listing, new, make, show, pdf, credential]
