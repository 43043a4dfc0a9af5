"""The first page, and the privacy notice."""

from typing import Any

from litestar import get
from litestar.response import Template

from app.accounts.actor import actor_in
from app.accounts.consents import PRIVACY_VERSION
from app.kit.access import PUBLIC
from app.kit.web import AnyRequest, page


@get("/", name="home", access=PUBLIC, include_in_schema=False)
async def home(request: AnyRequest) -> Template:
    """Two ways in for a visitor; what needs doing for someone who is signed in."""
    actor = actor_in(request)
    if actor is None:
        return page(request, "accounts/home_visitor.html")
    return page(request, "accounts/home_work.html" if actor.post else "accounts/home_volunteer.html")


@get("/privacy", name="accounts.privacy", access=PUBLIC, include_in_schema=False)
async def privacy(request: AnyRequest) -> Template:
    """What is stored, why and how long, in plain words."""
    return page(request, "accounts/privacy.html", version=PRIVACY_VERSION)


ROUTES: list[Any] = [home, privacy]
