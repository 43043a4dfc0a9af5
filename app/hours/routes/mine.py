"""My hours: what counts, what still waits, with whom, and why."""

from datetime import datetime
from typing import Any

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from app.accounts.actor import signed_in
from app.hours import saying
from app.hours.queries.attendances import own_hours, own_totals
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.web import AnyRequest, is_fragment, page


@get("/me/hours", name="hours.mine", access=SIGNED_IN, include_in_schema=False)
async def mine(request: AnyRequest, before: FromQuery[str] = "") -> Template:
    """One's own attendances and their total. The home page takes the figures alone."""
    actor = signed_in(request)
    if is_fragment(request):
        posted, waiting = await own_totals(actor.account_id)
        return page(request, "hours/_totals.html", posted=posted, waiting=waiting)
    own = await own_hours(actor.account_id, _place(before))
    return page(request, "hours/mine.html", own=own, now_at=clock.now(), saying=saying)


def _place(before: str) -> tuple[datetime, int] | None:
    starts, _sep, number = before.partition("~")
    try:
        return (datetime.fromisoformat(starts), int(number)) if number else None
    except ValueError:
        return None


ROUTES: list[Any] = [mine]
