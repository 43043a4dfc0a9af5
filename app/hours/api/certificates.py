"""Certificates and stars as JSON: drawing, listing, showing, and checking by anyone."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from litestar import Request, Response, get, post
from litestar.params import FromPath, FromQuery, JSONBody
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.hours import saying_certificates as saying
from app.hours.actions.certifying import Wish, draw, pdf_of
from app.hours.certificate.printing import PRINTING
from app.hours.queries.certificates import (
    Certificate,
    CertificateRow,
    certificate_by_number,
    certificate_by_token,
    certificates_of,
    own_certificate,
    public_key_bytes,
    reversals_of,
    seal_of,
)
from app.hours.queries.stars import standing_of
from app.hours.rules.certificate_file import FileKind, Flaw, verify_credential
from app.hours.rules.certifying import ActivityLine, Body, Sum, code_of
from app.hours.rules.stars import Tier
from app.kit import clock
from app.kit.access import PUBLIC, SIGNED_IN
from app.kit.errors import NotFound
from app.kit.limits import ASKING
from app.kit.problems import CHANGES, READS
from app.settings import settings

AnyRequest = Request[Any, Any, Any]


class WishIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the certificate is to be about; both days belong to it. `agency_id` is who recorded the hours."""

    from_on: date
    last_on: date
    agency_id: int | None = None
    notice_days: Literal[0, 7, 10, 15] = 0


class Superseding(Struct, frozen=True, kw_only=True):
    """A class of reasons for which entries were taken back, and how many."""

    text: str
    entries: int


class CertificateOut(Struct, kw_only=True):
    """What a certificate says and whether it still stands."""

    number: str
    name: str
    volunteer_no: str
    from_on: date
    last_on: date
    drawn_at: datetime
    service_minutes: int
    training_minutes: int
    bodies: list[Body]
    activities: list[ActivityLine]
    sums: list[Sum]
    grades: dict[str, int]
    """Minutes by evidence grade."""
    entries: int
    sealed: int
    """How many of the entries a signed head covers."""
    stands: bool
    superseded: list[Superseding]


class OwnCertificateOut(CertificateOut, kw_only=True):
    """A certificate for its owner, with what lets others check it."""

    id: int
    code: str
    verify_url: str
    credential: str
    """Open Badges 3.0 as a JWT."""


class Certificates(Struct, kw_only=True):
    """One's certificates, the newest first."""

    items: list[CertificateRow]


class CredentialIn(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A credential to check."""

    credential: Annotated[str, Meta(max_length=1_000_000)]


class FlawOut(Struct, kw_only=True):
    """What is wrong with it."""

    code: Flaw
    text: str


class CheckedOut(Struct, kw_only=True):
    """Whether a credential is as it was made, and what became of its certificate since."""

    kind: FileKind
    good: bool
    flaws: list[FlawOut]
    certificate: CertificateOut | None


class StandingOut(Struct, kw_only=True):
    """Minutes of volunteer service, the stars they make, and the table of one's place."""

    minutes: int
    stars: int
    missing_minutes: int
    """To the next star; 0 with the highest."""
    table: list[Tier]


async def _said(row: Certificate) -> dict[str, Any]:
    shot, seal = row.shot, await seal_of(row.id)
    reversals = await reversals_of(row.id)
    return {
        "number": shot.number,
        "name": shot.name,
        "volunteer_no": shot.volunteer_no,
        "from_on": shot.from_on,
        "last_on": shot.last_on,
        "drawn_at": shot.drawn_at,
        "service_minutes": shot.service_minutes,
        "training_minutes": shot.training_minutes,
        "bodies": list(shot.bodies),
        "activities": list(shot.activities),
        "sums": list(shot.sums),
        "grades": shot.grades,
        "entries": seal.postings,
        "sealed": seal.sealed,
        "stands": not reversals,
        "superseded": [Superseding(text=text, entries=times) for text, times in saying.reasons(reversals)],
    }


async def _own(request: AnyRequest, certificate_id: int) -> Certificate:
    row = await own_certificate(signed_in(request).account_id, certificate_id)
    if row is None:
        raise NotFound()
    return row


async def _own_out(row: Certificate) -> OwnCertificateOut:
    return OwnCertificateOut(
        id=row.id,
        code=code_of(row.token),
        verify_url=f"{settings().base_url}/verify/{row.token}",
        credential=row.credential,
        **await _said(row),
    )


@get(
    "/me/certificates",
    name="api.hours.certificates",
    access=SIGNED_IN,
    tags=["certificates"],
    summary="List your certificates",
    description="Those of the person who made the key, the newest first.",
)
async def listing(request: AnyRequest) -> Certificates:
    """One's certificates."""
    return Certificates(items=await certificates_of(signed_in(request).account_id))


@post(
    "/me/certificates",
    name="api.hours.certificate_draw",
    access=SIGNED_IN,
    status_code=201,
    tags=["certificates"],
    summary="Draw a certificate",
    description="A snapshot of your approved hours between two days, signed as a credential. Free, as often as wanted.",
    responses=CHANGES,
)
async def make(request: AnyRequest, data: JSONBody[WishIn]) -> OwnCertificateOut:
    """Draw."""
    actor = signed_in(request)
    wish = Wish(from_on=data.from_on, last_on=data.last_on, agency=data.agency_id, notice_days=data.notice_days)
    return await _own_out(await _own(request, await draw(actor, wish, now=clock.now())))


@get(
    "/me/certificates/{certificate_id:int}",
    name="api.hours.certificate",
    access=SIGNED_IN,
    tags=["certificates"],
    summary="One of your certificates with its credential",
    responses=READS,
)
async def show(request: AnyRequest, certificate_id: FromPath[int]) -> OwnCertificateOut:
    """One certificate."""
    return await _own_out(await _own(request, certificate_id))


@get(
    "/me/certificates/{certificate_id:int}/pdf",
    name="api.hours.certificate_pdf",
    access=SIGNED_IN,
    media_type="application/pdf",
    tags=["certificates"],
    summary="One of your certificates as PDF",
    description="PDF/A-3 with the credential attached and a signature over every byte.",
    responses=READS,
    rate=PRINTING,
)
async def pdf(
    request: AnyRequest, certificate_id: FromPath[int], language: FromQuery[Literal["zh", "en"]] = "zh"
) -> Response[bytes]:
    """The file."""
    row = await _own(request, certificate_id)
    return Response(await pdf_of(row, language, now=clock.now()), media_type="application/pdf")


@get(
    "/me/stars",
    name="api.hours.stars",
    access=SIGNED_IN,
    tags=["certificates"],
    summary="Your stars",
    description="By the table of the place you live in. Only service as a volunteer counts.",
)
async def stars(request: AnyRequest) -> StandingOut:
    """One's stars."""
    found = await standing_of(signed_in(request).account_id, clock.local_day(clock.now()))
    return StandingOut(minutes=found.minutes, stars=found.stars, missing_minutes=found.missing, table=list(found.table))


@get(
    "/certificates/{token:str}",
    name="api.hours.certificate_verify",
    access=PUBLIC,
    tags=["certificates"],
    summary="Check a certificate by its link",
    description="`token` is the last part of the address in its QR code. Needs no key.",
    responses=READS,
    rate=ASKING,
)
async def verify(token: FromPath[str]) -> CertificateOut:
    """What it says, and whether it stands."""
    row = await certificate_by_token(token)
    if row is None:
        raise NotFound()
    return CertificateOut(**await _said(row))


@post(
    "/certificates/check",
    name="api.hours.certificate_check",
    access=PUBLIC,
    status_code=200,
    tags=["certificates"],
    summary="Check a credential",
    description="Whether an Open Badges credential is as it was made here. Needs no key.",
    rate=ASKING,
)
async def check(data: JSONBody[CredentialIn]) -> CheckedOut:
    """Check."""
    found = verify_credential(data.credential, await public_key_bytes())
    row = await certificate_by_number(found.number) if found.good else None
    return CheckedOut(
        kind=found.kind,
        good=found.good,
        flaws=[FlawOut(code=code, text=saying.flaw(code)) for code in found.flaws],
        certificate=CertificateOut(**await _said(row)) if row else None,
    )


ROUTES: list[Any] = [listing, make, show, pdf, stars, verify, check]
