"""Askings, for the agency: who was asked for a place, in which order, what they said; stopping, and taking back."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, is_fragment, page, redirect, url_for
from app.shifts import offer_words as words
from app.shifts.actions import offering
from app.shifts.queries.askings import asked_people, asking_page, askings_of_shift


@get("/askings/{asking_id:int}", name="shifts.asking", access=Permission.OFFER_MAKE, include_in_schema=False)
async def show(request: AnyRequest, asking_id: FromPath[int]) -> Template:
    """One asking as it stands."""
    agency_id = signed_in(request).organisation_id
    asking = await asking_page(agency_id, asking_id)
    return page(request, "shifts/asking.html", asking=asking, offers=await asked_people(asking, agency_id), words=words)


@get("/shifts/{shift_id:int}/askings", name="shifts.askings", access=Permission.OFFER_MAKE, include_in_schema=False)
async def of_shift(request: AnyRequest, shift_id: FromPath[int]) -> Template:
    """Every asking for a shift, also as a part of the page where it is managed."""
    askings = await askings_of_shift(signed_in(request).organisation_id, shift_id)
    template = "shifts/_askings.html" if is_fragment(request) else "shifts/askings.html"
    return page(request, template, askings=askings, shift_id=shift_id, words=words)


@post("/askings/{asking_id:int}/stop", name="shifts.stop_asking", access=Permission.OFFER_MAKE,
      include_in_schema=False, status_code=303)  # fmt: skip
async def stop(request: AnyRequest, asking_id: FromPath[int]) -> Response[None]:
    """Nobody is asked further."""
    await offering.stop(signed_in(request), asking_id, now=clock.now())
    said = _("Nobody is asked further. Whoever had not answered yet is told that they need not.")
    return redirect(request, url_for(request, "shifts.asking", asking_id=asking_id), said)


@post("/offers/{offer_id:int}/withdraw", name="shifts.withdraw_offer", access=Permission.OFFER_MAKE,
      include_in_schema=False, status_code=303)  # fmt: skip
async def withdraw(request: AnyRequest, offer_id: FromPath[int]) -> Response[None]:
    """One offer is taken back."""
    asking_id = await offering.withdraw(signed_in(request), offer_id, now=clock.now())
    return redirect(request, url_for(request, "shifts.asking", asking_id=asking_id), _("The offer is taken back."))


ROUTES: list[Any] = [show, of_shift, stop, withdraw]
