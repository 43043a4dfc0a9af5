"""Shifts for whoever is signed in, best first with why; and why they are not asked more."""

from typing import Any

from litestar import get
from litestar.response import Template

from app.accounts.actor import signed_in
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.web import AnyRequest, page
from app.matching import saying
from app.matching.openings import Standing, standing
from app.matching.queries import suggestions as queries
from app.matching.queries.suggestions import Suggested
from app.matching.queries.vocabulary import names_of

MOST_CHANGES = 3


@get("/me/suggestions", name="matching.suggestions", access=SIGNED_IN, include_in_schema=False)
async def for_me(request: AnyRequest) -> Template:
    """Open shifts of four weeks that this person could take."""
    now = clock.now()
    me = await queries.me(signed_in(request).account_id)
    found = await queries.suggestions(me, now=now) if me else Suggested(rows=[], fitting=0, seen=0)
    return page(request, "matching/suggestions.html", me=me, suggested=found, saying=saying)


@get("/me/suggestions/why", name="matching.unasked", access=SIGNED_IN, include_in_schema=False)
async def unasked(request: AnyRequest) -> Template:
    """What keeps this person from open places, and the one change that would open most."""
    now = clock.now()
    me = await queries.me(signed_in(request).account_id)
    found = Standing(places=0, could=0, barred={}, changes=[])
    if me:
        seats = await queries.choices(me, now=now)
        if seats.person >= 0:
            found = standing(seats.loaded.problem, seats.arrays, seats.person, seats.bits)
    changes = found.changes[:MOST_CHANGES]
    named = await names_of([change.code for change in changes if change.code])
    return page(
        request,
        "matching/unasked.html",
        me=me,
        standing=found,
        changes=[
            (saying.change(change, named.get((change.rule, change.code), change.code)), change) for change in changes
        ],
        saying=saying,
    )


ROUTES: list[Any] = [for_me, unasked]
