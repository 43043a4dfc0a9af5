"""Open shifts, for anyone: the list first."""

from datetime import timedelta
from typing import Any

from litestar import get
from litestar.response import Template

from app.accounts.actor import actor_in
from app.accounts.queries import regions
from app.kit import clock
from app.kit.access import PUBLIC
from app.kit.forms import bind
from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext
from app.kit.web import AnyRequest, page
from app.kit.wording import day, number
from app.shifts.forms.browsing import Browse
from app.shifts.queries import places
from app.shifts.queries.open_shifts import COUNTED_TO, Listing, Wanted, count_open, open_shifts
from app.shifts.routes.listing import chosen, cursor_text, filter_count, read_cursor, wanted

SOON = timedelta(days=7)


def headline(count: int, listing: Listing, place: str, *, filtered: bool, near: bool) -> str:
    """The sentence that answers what a visitor came to ask: is there something for me?"""
    said = {"count": number(count), "place": place}
    if filtered and count > COUNTED_TO:
        return _("More than %(count)s shifts fit what you chose.") % {"count": number(COUNTED_TO)}
    if filtered and count:
        return ngettext("%(count)s shift fits what you chose.", "%(count)s shifts fit what you chose.", count) % said
    if filtered:
        return _("No shift fits what you chose.")
    if not count and listing.rows:
        return _("No open places in the next seven days. The next shift is on %(day)s.") % {
            "day": day(listing.rows[0].starts)
        }
    if not count:
        return _("No shift has open places at the moment.")
    if near:
        text = ngettext(
            "%(count)s shift with open places near you, in %(place)s, in the next seven days.",
            "%(count)s shifts with open places near you, in %(place)s, in the next seven days.",
            count,
        )
    elif place:
        text = ngettext(
            "%(count)s shift with open places in %(place)s in the next seven days.",
            "%(count)s shifts with open places in %(place)s in the next seven days.",
            count,
        )
    else:
        text = ngettext(
            "%(count)s shift with open places in the next seven days.",
            "%(count)s shifts with open places in the next seven days.",
            count,
        )
    return text % said


async def _place_name(code: str) -> str:
    at = code or await regions.top_of_served()
    found = await regions.named([at]) if at else {}
    return found[at].label if at in found else ""


@get("/shifts", name="shifts.browse", access=PUBLIC, include_in_schema=False)
async def browse(request: AnyRequest) -> Template:
    """Shifts still to come, soonest first, narrowed as the address says."""
    now = clock.now()
    bound = bind(Browse, request.query_params.dict())
    form = bound.form or Browse()
    actor = actor_in(request)
    home = await places.home_of(actor.account_id) if actor else None
    near = bool(home and home.code and form.region == home.code)
    asked = wanted(form, clock.local_day(now))
    listing = await open_shifts(asked, home.person_id if home else None, read_cursor(form), now=now)
    filtered = filter_count(form) > 0
    counted = asked if filtered else Wanted(region=asked.region, before=clock.local_day(now + SOON))
    count, place = await count_open(counted, now=now), await _place_name(form.region)
    return page(
        request,
        "shifts/browse.html",
        form=bound,
        listing=listing,
        headline=headline(count, listing, place, filtered=filtered, near=near),
        regions=await regions.drill(form.region),
        kinds=[("", _("Any kind")), *await places.kinds()],
        home=home,
        near_href=chosen(form, region=home.code) if home and home.code and not near else "",
        active=filter_count(form) + bool(form.region),
        full_href=chosen(form, places="all") if form.places == "open" else "",
        earlier_href=chosen(form, before=cursor_text(listing.earlier)) if listing.earlier else "",
        later_href=chosen(form, after=cursor_text(listing.later)) if listing.later else "",
    )


ROUTES: list[Any] = [browse]
