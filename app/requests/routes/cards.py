"""The door card: a printed list of single-use codes for someone who has no telephone to confirm with."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.i18n import gettext, speaking
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.rules import N_
from app.kit.web import AnyRequest, page, redirect, url_for
from app.requests.actions import cards
from app.requests.queries.residents import card_holder

TONGUES = ("zh_CN", "en")
"""A card is printed in one of these languages or in both: who reads it need not read the worker's."""

TITLE = N_("Door card")
RULE = N_("At the end of a visit the visitor asks for one number. Read out the six digits beside it.")
WARNING = N_("Give a code only to someone who is with you now. Nobody ever asks for a code by telephone.")


class Said(Struct, frozen=True):
    """A sentence in one language."""

    lang: str
    text: str


@get(
    "/residents/{resident_id:int}/door-card",
    name="requests.card",
    access=Permission.REQUEST_TAKE,
    include_in_schema=False,
)
async def show(request: AnyRequest, resident_id: FromPath[int]) -> Template:
    """What a door card is, and the button that prints a new one."""
    holder = await card_holder(signed_in(request), resident_id)
    return page(request, "requests/card.html", holder=holder, once=once_token())


@post(
    "/residents/{resident_id:int}/door-card",
    name="requests.card_print",
    access=Permission.REQUEST_TAKE,
    include_in_schema=False,
    status_code=303,
)
async def make(request: AnyRequest, resident_id: FromPath[int]) -> Response[None]:
    """Make a new card; the old one's codes no longer hold."""
    actor, form = signed_in(request), await request.form()

    async def act() -> str:
        number = await cards.print_card(actor, resident_id, now=clock.now())
        return url_for(request, "requests.card_sheet", resident_id=resident_id, card_number=number)

    return redirect(request, await once(str(form.get("_once", "")), act))


@get(
    "/residents/{resident_id:int}/door-card/{card_number:int}",
    name="requests.card_sheet",
    access=Permission.REQUEST_TAKE,
    include_in_schema=False,
)
async def sheet(request: AnyRequest, resident_id: FromPath[int], card_number: FromPath[int]) -> Template:
    """The newest card, to print; each opening is logged."""
    actor = signed_in(request)
    codes = await cards.open_card(actor, resident_id, card_number, now=clock.now())
    holder = await card_holder(actor, resident_id)
    chosen = [tongue for tongue in TONGUES if tongue in request.query_params.getall("in", [])]
    tongues = chosen or list(TONGUES)
    return page(
        request,
        "requests/card_sheet.html",
        holder=holder,
        codes=codes,
        titles=_said(tongues, TITLE),
        rules=_said(tongues, RULE),
        warnings=_said(tongues, WARNING),
    )


def _said(tongues: list[str], sentence: str) -> list[Said]:
    said = []
    for tongue in tongues:
        with speaking(tongue):
            said.append(Said(tongue.replace("_", "-"), gettext(sentence)))
    return said


ROUTES: list[Any] = [show, make, sheet]
