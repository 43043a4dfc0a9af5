"""The matching board: open seats by urgency, the best people for each, and asking them."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template
from msgspec import Struct

from app.accounts.actor import signed_in
from app.accounts.queries import regions
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import bind
from app.kit.i18n import gettext as _
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, is_fragment, page, redirect, url_for
from app.matching import saying
from app.matching.actions.asking import Outcome, ask_people
from app.matching.forms.board import Ask, Narrow
from app.matching.queries.board import OpenSeat, Wanted, board, open_seat
from app.matching.queries.candidates import Who, asked_for, who_are
from app.matching.queries.now import people_for
from app.matching.questions import Pair, Ranking
from app.matching.routes.saying_asked import ASKED_WORDS, outcome_said
from app.matching.rules.overruling import named
from app.shifts.queries.asking import steps
from app.shifts.queries.places import kinds
from app.shifts.rules.browsing import days_of
from app.shifts.rules.offer_deadlines import answer_by
from app.shifts.rules.offers import LAST_CALL, Mode
from app.shifts.words import capacities

BEST = 10
JOINT = "~"


class Candidate(Struct, frozen=True, kw_only=True):
    """One line of a ranking: who, and why."""

    pair: Pair
    who: Who
    reasons: list[str]


def _cursor(text: str) -> tuple[datetime, int] | None:
    at, _sep, number = text.partition(JOINT)
    try:
        moment = datetime.fromisoformat(at)
        return (moment, int(number)) if moment.tzinfo else None
    except ValueError:
        return None


def _further(request: AnyRequest, form: Narrow, after: tuple[datetime, int] | None) -> str:
    if after is None:
        return ""
    fields = {"when": str(form.when), "region": form.region, "kind": form.kind, "capacity": form.capacity}
    chosen = {name: given for name, given in fields.items() if given}
    query = urlencode(chosen | {"after": f"{after[0].isoformat()}{JOINT}{after[1]}"})
    return f"{url_for(request, 'matching.board')}?{query}"


@get("/matching", name="matching.board", access=Permission.OFFER_MAKE, include_in_schema=False)
async def show_board(request: AnyRequest) -> Template:
    """The agency's open seats, who is needed first on top."""
    now = clock.now()
    bound = bind(Narrow, request.query_params.dict())
    form = bound.form or Narrow()
    from_on, before = days_of(form.when, None, None, clock.local_day(now))
    wanted = Wanted(from_on=from_on, before=before, region=form.region, kind=form.kind, capacity=form.capacity)
    found = await board(signed_in(request), wanted, _cursor(form.after), now=now)
    return page(
        request,
        "matching/board.html",
        board=found,
        form=bound,
        active=sum(map(bool, (form.when, form.region, form.kind, form.capacity))),
        regions=await regions.drill(form.region),
        kinds=[("", _("Any kind")), *await kinds()],
        capacities=[("", _("Everybody")), *capacities()],
        next_href=_further(request, form, found.after),
        saying=saying,
    )


@get("/matching/seats/{seat_id:int}", name="matching.seat", access=Permission.OFFER_MAKE, include_in_schema=False)
async def show_seat(request: AnyRequest, seat_id: FromPath[int]) -> Template:
    """One seat with the best people for it; as a fragment, the people alone."""
    actor = signed_in(request)
    return await _seat_page(request, actor, await open_seat(actor, seat_id))


async def _seat_page(
    request: AnyRequest, actor: Actor, seat: OpenSeat, outcome: Outcome | None = None, status: int = 200
) -> Template:
    now = clock.now()
    in_time = seat.is_coming(now) and seat.starts - LAST_CALL > now
    is_open = in_time and seat.left > 0
    answer = await people_for(request.app.state.valkey, seat.id, BEST) if is_open else None
    ranking = answer.ranking if answer else None
    asked = [] if is_fragment(request) else await asked_for(seat.id)
    people = [*_people_in(ranking, outcome), *(each.person_id for each in asked)]
    known = await who_are(actor, people, now=now)
    until = answer_by(await steps(clock.local_day(now)), seat.starts, now, clock.city_zone()) if in_time else None
    return page(
        request,
        "matching/_candidates.html" if is_fragment(request) else "matching/seat.html",
        status=status,
        seat=seat,
        is_open=is_open,
        answered=answer is not None,
        ranking=ranking,
        candidates=candidates(ranking, known, now),
        asked=[(each, known[each.person_id]) for each in asked],
        asked_words=ASKED_WORDS,
        answer_until=until,
        outcome=outcome_said(outcome, known, until) if outcome else None,
        once=once_token(),
        saying=saying,
    )


def _people_in(ranking: Ranking | None, outcome: Outcome | None) -> list[int]:
    proposed = [pair.person_id for pair in ranking.people] if ranking else []
    return proposed + [each.person_id for each in (outcome.left_out if outcome else [])]


def candidates(ranking: Ranking | None, known: dict[int, Who], now: datetime) -> list[Candidate]:
    """The people of a ranking with their reasons in words."""
    return [
        Candidate(
            pair=pair,
            who=known[pair.person_id],
            reasons=saying.for_coordinator(pair, known[pair.person_id], now),
        )
        for pair in (ranking.people if ranking else [])
        if pair.person_id in known
    ]


@post(
    "/matching/seats/{seat_id:int}/ask", name="matching.ask", access=Permission.OFFER_MAKE, include_in_schema=False,
    status_code=303,
)  # fmt: skip
async def ask(request: AnyRequest, seat_id: FromPath[int]) -> Template | Response[None]:
    """Offer the seat to whom was ticked, to one, or to the best few."""
    actor = signed_in(request)
    seat = await open_seat(actor, seat_id)
    bound = bind(Ask, await request.form())
    if bound.errors:
        return await _refused(request, actor, seat, " ".join(bound.errors.values()))
    try:
        outcome = await _ask(request, actor, seat, bound.good)
    except DomainError as error:
        if error.status == 404:
            raise
        return await _refused(request, actor, seat, bound.refuse(error).errors[""])
    if is_fragment(request) or outcome.asking_id is None:
        status = 200 if outcome.asking_id else 422
        return await _seat_page(request, actor, await open_seat(actor, seat_id), outcome, status)
    said = outcome_said(outcome, await who_are(actor, _people_in(None, outcome), now=clock.now()), None)
    return redirect(request, url_for(request, "matching.seat", seat_id=seat_id), said.in_one_sentence)


async def _ask(request: AnyRequest, actor: Actor, seat: OpenSeat, sent: Ask) -> Outcome:
    people = [sent.only] if sent.only else list(dict.fromkeys(sent.chosen))
    if sent.take == "best" and not sent.only:
        answer = await people_for(request.app.state.valkey, seat.id, sent.best)
        people = [pair.person_id for pair in answer.ranking.people] if answer and answer.ranking else []
    mode = Mode.IN_TURN if sent.only else Mode(sent.mode)
    return await ask_people(actor, seat.id, people, mode, overruled=named(sent.overrule), now=clock.now())


async def _refused(request: AnyRequest, actor: Actor, seat: OpenSeat, sentence: str) -> Template:
    shown = await _seat_page(request, actor, seat, status=422)
    shown.context["refused"] = sentence
    return shown


ROUTES: list[Any] = [show_board, show_seat, ask]
