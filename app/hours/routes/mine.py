"""My hours: what counts, what still waits, with whom, until when, and why."""

from typing import Any

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.hours import saying_whereabouts
from app.hours.queries.mine import own_hours, own_totals, place_of
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.web import AnyRequest, is_fragment, page


@get("/me/hours", name="hours.mine", access=SIGNED_IN, include_in_schema=False)
async def mine(request: AnyRequest, before: FromQuery[str] = "") -> Template:
    """One's own attendances and where they stand. The home page takes the figures alone."""
    actor, now = signed_in(request), clock.now()
    if is_fragment(request):
        posted, standing = await own_totals(actor.account_id, now=now)
        waiting = sum(each.minutes for each in standing)
        return page(request, "hours/_totals.html", posted=posted, waiting=waiting)
    own = await own_hours(actor.account_id, place_of(before), now=now)
    today = clock.local_day(now)
    return page(request, "hours/mine.html", own=own, now_at=now, today=today, saying=saying_whereabouts)


ROUTES: list[Any] = [mine]
