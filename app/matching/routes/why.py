"""Why somebody the agency knows is not proposed for a seat; and asking them all the same where only wishes say no."""

from typing import Any

from litestar import get
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.forms import bind
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, page
from app.matching import saying
from app.matching.actions.asking import seat_and_people
from app.matching.arrays import arrays
from app.matching.eligibility import Rule, failing_rules
from app.matching.forms.board import Search
from app.matching.pairs import pair_of
from app.matching.queries.board import OpenSeat, open_seat
from app.matching.queries.candidates import Who, who_are
from app.matching.rules.overruling import WISHES, names, only_wishes
from app.volunteers.queries.people import people, person

FOUND = 10


class Verdict(Struct, frozen=True, kw_only=True):
    """How somebody stands to a seat: what fits, or what is in the way."""

    who: Who
    fits: list[str]
    against: list[str]
    wishes: list[tuple[str, str]]
    """What could be set aside by name: (rule, what it says)."""
    can_be_asked: bool


@get("/matching/seats/{seat_id:int}/why", name="matching.why", access=Permission.OFFER_MAKE, include_in_schema=False)
async def why(request: AnyRequest, seat_id: FromPath[int]) -> Template:
    """Look for somebody, and read every reason."""
    actor = signed_in(request)
    seat = await open_seat(actor, seat_id)
    bound = bind(Search, request.query_params.dict())
    sent = bound.form or Search()
    return page(
        request,
        "matching/why.html",
        seat=seat,
        form=bound,
        searched=bool(sent.q or sent.person),
        verdicts=await _verdicts(actor, seat, await _looked_for(actor, sent)),
        is_open=seat.is_open(clock.now()),
        once=once_token(),
    )


async def _looked_for(actor: Actor, sent: Search) -> list[int]:
    if sent.person:
        return [(await person(actor, sent.person)).id]
    return [row.id for row in (await people(actor, sent.q, limit=FOUND)).rows] if sent.q else []


async def _verdicts(actor: Actor, seat: OpenSeat, ids: list[int]) -> list[Verdict]:
    if not ids:
        return []
    now = clock.now()
    loaded = await seat_and_people(seat, ids, now=now)
    known = await who_are(actor, ids, now=now)
    if seat.id not in loaded.seat_at:
        return []
    a, at = arrays(loaded.problem), loaded.seat_at[seat.id]
    found = []
    for each in ids:
        position = loaded.person_at.get(each)
        failing = Rule.ADULTS if position is None else failing_rules(a, position, at)
        fits = (
            []
            if position is None
            else saying.for_coordinator(pair_of(loaded.problem, a, position, at), known[each], now)
        )
        found.append(_verdict(known[each], failing, fits))
    return found


def _verdict(who: Who, failing: Rule, fits: list[str]) -> Verdict:
    return Verdict(
        who=who,
        fits=fits,
        against=[saying.against(rule) for rule in names(failing & ~WISHES)],
        wishes=[(rule, saying.against(rule)) for rule in names(failing & WISHES)],
        can_be_asked=not failing or only_wishes(failing),
    )


ROUTES: list[Any] = [why]
