"""Somebody's own day on the web: where they go, in which order, and how long the way is."""

from datetime import date, timedelta
from typing import Any

from litestar import get
from litestar.response import Template

from app.accounts.actor import signed_in
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.forms import bind
from app.kit.web import AnyRequest, page
from app.matching.forms.day_routes import OnForm
from app.matching.queries.my_day import my_day

FARTHEST = timedelta(days=400)
"""Beyond it nobody is signed up for anything, and calendars end somewhere."""


@get("/me/day", name="matching.my_day", access=SIGNED_IN, include_in_schema=False)
async def mine(request: AnyRequest) -> Template:
    """Today, or another day."""
    today = clock.local_day(clock.now())
    found = await my_day(signed_in(request), _day(request, today))
    return page(
        request,
        "matching/my_day.html",
        mine=found,
        today=today,
        before=found.day - timedelta(days=1),
        after=found.day + timedelta(days=1),
    )


def _day(request: AnyRequest, today: date) -> date:
    asked = bind(OnForm, request.query_params.dict()).form
    on = asked.on if asked else None
    return on if on is not None and abs(on - today) <= FARTHEST else today


ROUTES: list[Any] = [mine]
