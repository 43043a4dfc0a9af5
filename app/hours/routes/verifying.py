"""Anyone may check a certificate: by its link, by number and code, or by the file itself; and read public notices."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Template

from app.hours import saying_certificates as saying
from app.hours.forms_certificates import Ask
from app.hours.queries.certificates import (
    Certificate,
    certificate_by_number,
    certificate_by_token,
    notices_on,
    public_key_bytes,
    reversals_of,
    seal_of,
)
from app.hours.rules.certificate_file import KEYS_PATH, Checked, verify_credential, verify_pdf
from app.hours.rules.certifying import code_of, masked, read_number, read_typed
from app.kit import clock
from app.kit.access import PUBLIC
from app.kit.errors import NotFound
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.limits import ASKING, Rate
from app.kit.rules import N_
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.settings import settings

PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
LOOKING = Rate(60, 60)
LARGEST = 16 * 1024 * 1024
NOT_FOUND = N_("No certificate has this number and code. Check both; the code is beside the QR code.")
CHOOSE_FILE = N_("Choose the PDF or the credential file (.jwt) of a certificate.")
TOO_LARGE = N_("This file is larger than any certificate.")


def _private(answer: Template) -> Template:
    answer.headers.update(PRIVATE)
    return answer


@get("/verify", name="hours.verify", access=PUBLIC, include_in_schema=False)
async def ask(request: AnyRequest) -> Template:
    """Number and code, or the file."""
    return page(request, "hours/verify.html", form=blank(), file_form=blank())


@post("/verify", name="hours.verify_number", access=PUBLIC, include_in_schema=False, status_code=303, rate=ASKING)
async def look_up(request: AnyRequest) -> Template | Response[None]:
    """Lead to the page of the certificate whose number and code these are."""
    bound = bind(Ask, await request.form())
    if not bound.errors:
        row = await certificate_by_number(read_number(bound.good.number))
        if row and code_of(row.token) == read_typed(bound.good.code):
            return redirect(request, url_for(request, "hours.verified", token=row.token))
        bound.errors["number"] = _(NOT_FOUND)
    return form_page(request, "hours/verify.html", form=bound, file_form=blank())


@get("/verify/{token:str}", name="hours.verified", access=PUBLIC, include_in_schema=False, rate=LOOKING)
async def verified(request: AnyRequest, token: FromPath[str]) -> Template:
    """What a certificate says, and whether it still stands."""
    row = await certificate_by_token(token)
    if row is None:
        raise NotFound()
    return _private(page(request, "hours/verified.html", **await standing(row), checked=None))


async def standing(row: Certificate) -> dict[str, Any]:
    """What the page of a certificate shows."""
    return {
        "row": row,
        "shot": row.shot,
        "reversals": await reversals_of(row.id),
        "seal": await seal_of(row.id),
        "keys_address": settings().base_url + KEYS_PATH,
        "saying": saying,
    }


@post("/verify/file", name="hours.verify_file", access=PUBLIC, include_in_schema=False, status_code=303, rate=ASKING)
async def check_file(request: AnyRequest) -> Template:
    """Check a file's own proof, and show the certificate it is of."""
    file = (await request.form()).get("file")
    form: Bound[Any] = Bound({})
    if not isinstance(file, UploadFile) or not file.filename:
        form.errors["file"] = _(CHOOSE_FILE)
    else:
        content = await file.read(LARGEST + 1)
        if len(content) <= LARGEST:
            return await _checked(request, content)
        form.errors["file"] = _(TOO_LARGE)
    return form_page(request, "hours/verify.html", form=blank(), file_form=form)


async def _checked(request: AnyRequest, content: bytes) -> Template:
    found = checked_file(content, await public_key_bytes())
    row = await certificate_by_number(found.number) if found.good else None
    if row is None:
        return _private(page(request, "hours/verify_failed.html", checked=found, saying=saying))
    return _private(page(request, "hours/verified.html", **await standing(row), checked=found))


def checked_file(content: bytes, keys: dict[str, bytes]) -> Checked:
    """Check a PDF, or else a credential."""
    if content.startswith(b"%PDF-"):
        return verify_pdf(content, keys)
    return verify_credential(content.decode("ascii", errors="replace"), keys)


@get("/public-notices", name="hours.public_notices", access=PUBLIC, include_in_schema=False)
async def notices(request: AnyRequest) -> Template:
    """Certificates on public notice, with masked names; those whose time is over are gone."""
    rows = await notices_on(clock.local_day(clock.now()))
    return page(request, "hours/public_notices.html", rows=rows, masked=masked, today=clock.now())


ROUTES: list[Any] = [ask, look_up, verified, check_file, notices]
