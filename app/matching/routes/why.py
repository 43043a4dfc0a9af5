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
from app.kit.i18n import gettext as _
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, page
from app.matching import saying
from app.matching.actions.asking import seat_and_people
from app.matching.arrays import arrays
from app.matching.eligibility import Rule
from app.matching.explain import Failure
from app.matching.explain import why as why_of
from app.matching.forms.board import Search
from app.matching.pairs import pair_of
from app.matching.queries.board import OpenSeat, open_seat
from app.matching.queries.candidates import Who, who_are
from app.matching.queries.vocabulary import names_of
from app.matching.rules.overruling import WISHES
from app.matching.saying_why import Pairing, Sentences, codes_in, told
from app.volunteers.queries.people import people, person

FOUND = 10


class Verdict(Struct, frozen=True, kw_only=True):
    """How somebody stands to a seat: what fits, and what is in the way with what would do."""

    who: Who
    fits: list[str]
    against: list[Sentences]
    wishes: list[tuple[str, Sentences]]
    """What could be set aside by name: (rule, what it says)."""

    @property
    def can_be_asked(self) -> bool:
        """Whether nothing but wishes is in the way."""
        return not self.against


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
    problem, seat_at = loaded.problem, loaded.seat_at[seat.id]
    a, at = arrays(problem), loaded.person_at
    found = {each: why_of(problem, at[each], seat_at, a=a) for each in ids if each in at}
    named = await names_of(codes_in(failure for one in found.values() for failure in one.failures))

    def verdict(each: int) -> Verdict:
        if each not in found:
            barred = _("Cannot serve until a guardian has agreed."), ""
            return Verdict(who=known[each], fits=[], against=[barred], wishes=[])
        pairing = Pairing(problem=problem, person=at[each], seat=seat_at, names=named)
        failures = [(one, told(one, pairing)) for one in found[each].failures]
        return Verdict(
            who=known[each],
            fits=saying.for_coordinator(pair_of(problem, a, at[each], seat_at), known[each], now),
            against=[said for one, said in failures if not _is_wish(one)],
            wishes=[(one.rule, said) for one, said in failures if _is_wish(one)],
        )

    return [verdict(each) for each in ids]


def _is_wish(failure: Failure) -> bool:
    return bool(Rule[failure.rule.upper()] & WISHES)


ROUTES: list[Any] = [why]
