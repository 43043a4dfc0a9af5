"""The best people for a seat, and the shifts for a person, as JSON."""

from datetime import datetime
from typing import Annotated, Any

from litestar import get
from litestar.params import FromPath, QueryParameter
from msgspec import Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.errors import Conflict, DomainError
from app.kit.problems import READS
from app.kit.rules import N_, Refusal
from app.kit.web import AnyRequest
from app.matching import saying
from app.matching.actions.asking import SEAT_CLOSED
from app.matching.queries import suggestions as queries
from app.matching.queries.board import open_seat
from app.matching.queries.candidates import who_are
from app.matching.queries.now import people_for

TAGS = ["Matching"]
MOST = 50
NO_ANSWER = Refusal(
    "matcher_silent",
    N_("The matcher does not answer at the moment."),
    N_("Ask again in a few seconds."),
    status=503,
)


class CandidateOut(Struct, frozen=True, kw_only=True):
    """Somebody who could take the seat. Of people your agency does not know the name is shortened."""

    person_id: int
    name: str
    volunteer_no: str
    points: int
    parts: dict[str, int]
    metres: int | None
    free_from: datetime | None
    free_until: datetime | None
    asked_at: datetime | None
    kept: int
    broken: int
    reasons: list[str]


class CandidatesOut(Struct, frozen=True, kw_only=True):
    """The best people first. `failing` counts people by the rule that keeps them away, `alone` if no other does."""

    seat_id: int
    as_of: datetime
    everyone: int
    could: int
    failing: dict[str, int]
    alone: dict[str, int]
    people: list[CandidateOut]


class SuggestionOut(Struct, frozen=True, kw_only=True):
    """A shift that fits, with its points by part and the reasons in words."""

    shift_id: int
    seat_id: int
    title: str
    role: str
    starts: datetime
    ends: datetime
    left: int
    points: int
    parts: dict[str, int]
    metres: int | None
    reasons: list[str]


@get(
    "/seats/{seat_id:int}/candidates",
    name="api.matching.candidates",
    access=Permission.OFFER_MAKE,
    tags=TAGS,
    summary="The best people for a seat",
    description="All rules hold for each of them. Answers 503 when the matcher is not running.",
    responses=READS,
)
async def candidates(
    request: AnyRequest, seat_id: FromPath[int], count: Annotated[int, QueryParameter(ge=1, le=MOST)] = 10
) -> CandidatesOut:
    """The best people for one of the agency's seats."""
    actor, now = signed_in(request), clock.now()
    seat = await open_seat(actor, seat_id)
    if not seat.is_open(now):
        raise Conflict(SEAT_CLOSED)
    answer = await people_for(request.app.state.valkey, seat_id, count)
    if answer is None:
        raise DomainError(NO_ANSWER)
    if answer.ranking is None:
        raise Conflict(SEAT_CLOSED)
    ranking = answer.ranking
    known = await who_are(actor, [pair.person_id for pair in ranking.people], now=now)
    return CandidatesOut(
        seat_id=seat_id,
        as_of=ranking.as_of,
        everyone=ranking.everyone,
        could=ranking.could,
        failing=ranking.failing,
        alone=ranking.alone,
        people=[
            CandidateOut(
                person_id=pair.person_id,
                name=who.shown,
                volunteer_no=who.volunteer_no,
                points=pair.points,
                parts=pair.parts,
                metres=pair.metres,
                free_from=pair.free_from,
                free_until=pair.free_until,
                asked_at=who.asked_at,
                kept=who.kept,
                broken=who.broken,
                reasons=saying.for_coordinator(pair, who, now),
            )
            for pair in ranking.people
            if (who := known.get(pair.person_id))
        ],
    )


@get(
    "/me/suggestions",
    name="api.matching.suggestions",
    access=SIGNED_IN,
    tags=TAGS,
    summary="Shifts for the key's owner",
    description="Open shifts of four weeks that this person could take, best first.",
    responses=READS,
)
async def suggested(request: AnyRequest) -> list[SuggestionOut]:
    """What fits whoever made the key."""
    me = await queries.me(signed_in(request).account_id)
    found = await queries.suggestions(me, now=clock.now()) if me else None
    return [
        SuggestionOut(
            shift_id=row.shift_id,
            seat_id=row.seat_id,
            title=row.title,
            role=row.role,
            starts=row.starts,
            ends=row.ends,
            left=row.left,
            points=row.pair.points,
            parts=row.pair.parts,
            metres=row.pair.metres,
            reasons=saying.for_person(row.pair),
        )
        for row in (found.rows if found else [])
        if row.pair
    ]


ROUTES: list[Any] = [candidates, suggested]
