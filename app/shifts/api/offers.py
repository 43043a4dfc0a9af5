"""Offers, as JSON: for whoever is asked, and for the agency that asks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.i18n import say, say_fix
from app.kit.problems import CHANGES, READS, Reason
from app.kit.web import AnyRequest
from app.shifts.actions import answering, offering
from app.shifts.actions.offering import Candidate
from app.shifts.forms.offers import DeclineCode
from app.shifts.queries.askings import AskingPage, OfferRow, asked_people, asking_page, askings_of_shift
from app.shifts.queries.offers import OfferPage, open_offers, settled_offers
from app.shifts.rules.offers import MOST_ASKED, Mode, OfferStatus
from app.shifts.rules.statuses import ShiftStatus

TAGS = ["Offers"]


class OfferAnswer(Struct, frozen=True, kw_only=True):
    """A place that is offered to the key's own person, or was."""

    id: int
    shift: int
    title: str
    starts: datetime
    ends: datetime
    place: str
    role: str
    capacity: str
    kind: str
    agency: str
    status: OfferStatus
    held: bool
    """Whether the place is kept for them alone until `answer_by`."""
    answer_by: datetime | None
    answered_at: datetime | None
    decline_reason: str
    not_again: bool
    why: dict[str, int]
    """The parts of the score with which they were found, in points."""

    @staticmethod
    def of(row: OfferPage, now: datetime) -> "OfferAnswer":
        return OfferAnswer(
            id=row.id,
            shift=row.shift_id,
            title=row.title,
            starts=row.starts,
            ends=row.ends,
            place=row.where,
            role=row.role,
            capacity=row.capacity,
            kind=row.kind,
            agency=row.agency,
            status=row.stands(now),
            held=row.mode.holds,
            answer_by=row.answer_by,
            answered_at=row.answered_at,
            decline_reason=row.decline_reason,
            not_again=row.not_again,
            why=row.parts,
        )


class DeclineBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why not; with `not_again` the person is not asked for this kind of service any more."""

    reason: DeclineCode
    not_again: bool = False
    note: Annotated[str, Meta(max_length=200)] = ""


class AnsweredAnswer(Struct, frozen=True, kw_only=True):
    """An offer that was answered now, or before in the same way."""

    offer: int
    asking: int
    shift: int
    status: OfferStatus


class CandidateBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Someone to be asked; `points` and `why` are shown to them and kept."""

    person: int
    points: int | None = None
    why: Mapping[Annotated[str, Meta(max_length=20)], int] = {}


class AskBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whom to ask, in this order, and how: `one`, `in_turn` or `at_once`."""

    mode: Mode
    people: Annotated[list[CandidateBody], Meta(min_length=1, max_length=MOST_ASKED)]
    places: Annotated[int, Meta(ge=1, le=MOST_ASKED)] = 1


class SkippedAnswer(Struct, frozen=True, kw_only=True):
    """Someone who could not be asked, and one of the reasons."""

    person: int
    reason: Reason


class AskedPersonAnswer(Struct, frozen=True, kw_only=True):
    """One person of an asking."""

    offer: int
    person: int
    name: str
    turn: int
    status: OfferStatus
    answer_by: datetime | None
    answered_at: datetime | None
    keyed_by: str | None
    """Who wrote the answer down."""
    decline_reason: str
    not_again: bool
    note: str
    points: int | None
    why: dict[str, int]

    @staticmethod
    def of(row: OfferRow) -> "AskedPersonAnswer":
        return AskedPersonAnswer(
            offer=row.id,
            person=row.person_id,
            name=row.name,
            turn=row.turn,
            status=row.status,
            answer_by=row.answer_by,
            answered_at=row.answered_at,
            keyed_by=row.keyed_by,
            decline_reason=row.decline_reason,
            not_again=row.not_again,
            note=row.note,
            points=row.points,
            why=row.parts,
        )


class AskingAnswer(Struct, frozen=True, kw_only=True):
    """One seat being offered to people. `outcome` is blank while it goes on."""

    id: int
    seat: int
    shift: int
    shift_status: ShiftStatus
    role: str
    mode: Mode
    places: int
    accepted: int
    open: int
    waiting: int
    asked_by: str
    asked_at: datetime
    closed_at: datetime | None
    outcome: str

    @staticmethod
    def of(row: AskingPage) -> "AskingAnswer":
        return AskingAnswer(
            id=row.id,
            seat=row.seat_id,
            shift=row.shift_id,
            shift_status=row.shift_status,
            role=row.role,
            mode=row.mode,
            places=row.places,
            accepted=row.accepted,
            open=row.open,
            waiting=row.waiting,
            asked_by=row.asked_by,
            asked_at=row.asked_at,
            closed_at=row.closed_at,
            outcome=row.outcome,
        )


class WholeAskingAnswer(Struct, frozen=True, kw_only=True):
    """An asking with everyone in it, in the order of asking; and, right after asking, who could not be asked."""

    asking: AskingAnswer
    people: list[AskedPersonAnswer]
    skipped: list[SkippedAnswer] = []


@get(
    "/me/offers",
    name="api.shifts.my_offers",
    access=SIGNED_IN,
    tags=TAGS,
    responses=READS,
    summary="List what your own person is asked",
    description="What waits for an answer first, the most urgent on top; then the latest twenty that are settled.",
)
async def mine(request: AnyRequest) -> list[OfferAnswer]:
    """Your own offers."""
    account_id, now = signed_in(request).account_id, clock.now()
    rows = [*await open_offers(account_id, now=now), *await settled_offers(account_id, now=now)]
    return [OfferAnswer.of(row, now) for row in rows]


@post(
    "/offers/{offer_id:int}/accept",
    name="api.shifts.accept_offer",
    access=SIGNED_IN,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Accept an offer, your own or for someone your agency asked",
    description="Accepted again, nothing more happens. Too late, the answer is 409 with what became of the place.",
)
async def accept(request: AnyRequest, offer_id: FromPath[int]) -> AnsweredAnswer:
    """Say yes."""
    done = await answering.accept(signed_in(request), offer_id, now=clock.now())
    return AnsweredAnswer(offer=offer_id, asking=done.asking_id, shift=done.shift_id, status=OfferStatus.ACCEPTED)


@post(
    "/offers/{offer_id:int}/decline",
    name="api.shifts.decline_offer",
    access=SIGNED_IN,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Decline an offer, your own or for someone your agency asked",
    description="It counts against nobody. In turn, the next person is asked at once.",
)
async def decline(request: AnyRequest, offer_id: FromPath[int], data: JSONBody[DeclineBody]) -> AnsweredAnswer:
    """Say no."""
    done = await answering.decline(
        signed_in(request), offer_id, data.reason, data.not_again, data.note, now=clock.now()
    )
    return AnsweredAnswer(offer=offer_id, asking=done.asking_id, shift=done.shift_id, status=OfferStatus.DECLINED)


@post(
    "/seats/{seat_id:int}/askings",
    name="api.shifts.ask",
    access=Permission.OFFER_MAKE,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Offer a seat of your agency to people",
    description="Nobody is assigned without accepting. Asked again, the answer is the same asking.",
)
async def ask(request: AnyRequest, seat_id: FromPath[int], data: JSONBody[AskBody]) -> WholeAskingAnswer:
    """Ask one person, several in turn, or several at once."""
    actor = signed_in(request)
    people = [Candidate(person_id=each.person, points=each.points, why=each.why) for each in data.people]
    asked = await offering.ask(actor, seat_id, people, data.mode, data.places, now=clock.now())
    skipped = [
        SkippedAnswer(person=person, reason=Reason(code=why.code, text=say(why), fix=say_fix(why)))
        for person, why in asked.skipped
    ]
    return await _whole(actor.organisation_id, asked.asking_id, skipped)


async def _whole(
    agency_id: int | None, asking_id: int, skipped: list[SkippedAnswer] | None = None
) -> WholeAskingAnswer:
    asking = await asking_page(agency_id, asking_id)
    people = [AskedPersonAnswer.of(row) for row in await asked_people(asking, agency_id)]
    return WholeAskingAnswer(asking=AskingAnswer.of(asking), people=people, skipped=skipped or [])


@get(
    "/shifts/{shift_id:int}/askings",
    name="api.shifts.askings",
    access=Permission.OFFER_MAKE,
    tags=TAGS,
    responses=READS,
    summary="List who is asked for a shift of your agency",
)
async def of_shift(request: AnyRequest, shift_id: FromPath[int]) -> list[AskingAnswer]:
    """Every asking for a shift, the latest first."""
    return [AskingAnswer.of(row) for row in await askings_of_shift(signed_in(request).organisation_id, shift_id)]


@get(
    "/askings/{asking_id:int}",
    name="api.shifts.asking",
    access=Permission.OFFER_MAKE,
    tags=TAGS,
    responses=READS,
    summary="Read one asking with everyone in it",
)
async def read(request: AnyRequest, asking_id: FromPath[int]) -> WholeAskingAnswer:
    """One asking as it stands."""
    return await _whole(signed_in(request).organisation_id, asking_id)


@post(
    "/askings/{asking_id:int}/stop",
    name="api.shifts.stop_asking",
    access=Permission.OFFER_MAKE,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Ask nobody further",
    description="Whoever had not answered yet is told that they need not.",
)
async def stop(request: AnyRequest, asking_id: FromPath[int]) -> WholeAskingAnswer:
    """Stop an asking."""
    actor = signed_in(request)
    await offering.stop(actor, asking_id, now=clock.now())
    return await _whole(actor.organisation_id, asking_id)


@post(
    "/offers/{offer_id:int}/withdraw",
    name="api.shifts.withdraw_offer",
    access=Permission.OFFER_MAKE,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Take one offer back",
)
async def withdraw(request: AnyRequest, offer_id: FromPath[int]) -> WholeAskingAnswer:
    """Take one offer back; in turn, the next is asked."""
    actor = signed_in(request)
    return await _whole(actor.organisation_id, await offering.withdraw(actor, offer_id, now=clock.now()))


ROUTES: list[Any] = [mine, accept, decline, ask, of_shift, read, stop, withdraw]
