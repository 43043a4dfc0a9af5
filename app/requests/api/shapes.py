"""What the JSON API of requests takes and answers with."""

from datetime import date, datetime, time
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.kit import clock
from app.kit.errors import Invalid
from app.requests.actions.asking import Ask
from app.requests.queries.residents import Alike, Opened
from app.requests.queries.seen import Seen
from app.requests.queries.visits import Planned
from app.requests.rules.asking import NO_CONSENT, AskedBy, Declined, Recurs, Risk, TimeOfDay
from app.requests.rules.looking import Purpose
from app.requests.rules.statuses import Group, Status
from app.requests.rules.visits import LONGEST_VISIT_MINUTES, MOST_WEEKS

Name = Annotated[str, Meta(max_length=80)]
Words = Annotated[str, Meta(max_length=2000)]
Note = Annotated[str, Meta(max_length=500)]


class NewRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A request taken for a resident: one already known by `resident`, else by name, phone and region."""

    service_kind: Annotated[str, Meta(max_length=40, examples=["elder_visit"])]
    consent: Annotated[bool, Meta(description="Whether the person agreed that this is passed on; must be true.")]
    channel: Annotated[str, Meta(pattern="^(window|phone|round)$")] = "phone"
    asked_by: AskedBy = AskedBy.SELF
    resident: int | None = None
    region: Annotated[str, Meta(max_length=12, description="The community's code.", examples=["440303001001"])] = ""
    name: Name = ""
    phone: Annotated[str, Meta(max_length=40)] = ""
    address: Annotated[str, Meta(max_length=200)] = ""
    born: date | None = None
    language: Annotated[str, Meta(max_length=20)] = ""
    sex: Literal["", "female", "male"] = ""
    """Only where visitors have to be of the same sex."""
    needs: Words = ""
    risks: list[Risk] = []
    asker_name: Name = ""
    asker_phone: Annotated[str, Meta(max_length=40)] = ""
    details: Words = ""
    wanted_on: date | None = None
    wanted_times: list[TimeOfDay] = []
    recurs: Recurs = Recurs.ONCE

    def ask(self) -> Ask:
        """The same for the action.

        Raises:
            Invalid: without consent.
        """
        if not self.consent:
            raise Invalid(NO_CONSENT, consent=NO_CONSENT.text)
        return Ask(
            region=self.region,
            service_kind=self.service_kind,
            asked_by=self.asked_by,
            name=self.name,
            phone=self.phone or self.asker_phone,
            address=self.address,
            born=self.born,
            language=self.language,
            sex=self.sex,
            needs=self.needs,
            risks=self.risks,
            asker_name=self.asker_name,
            asker_phone=self.asker_phone,
            details=self.details,
            wanted_on=self.wanted_on,
            wanted_times=self.wanted_times,
            recurs=self.recurs,
            resident_id=self.resident,
        )


class NoteBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A word to the person who asked; they can read it."""

    note: Note = ""


class DeclineBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Why a request is declined."""

    reason: Declined
    note: Note = ""


class LineBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The contract line that takes a request."""

    line: int


class GiveBackBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Why an agency cannot take a request."""

    note: Annotated[str, Meta(min_length=2, max_length=500)]


class LookBody(Struct, frozen=True, forbid_unknown_fields=True):
    """Why the details are opened; written into the look-log."""

    purpose: Purpose


class MergeBody(Struct, frozen=True, forbid_unknown_fields=True):
    """The resident a request is filed under; `take_details` replaces the details on file by the request's."""

    resident: int
    take_details: bool = True


class VisitBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When visitors come, by the city's clocks, how many, and for how many weeks running."""

    activity: int
    day: date
    begins: time
    minutes: Annotated[int, Meta(ge=15, le=LONGEST_VISIT_MINUTES)] = 90
    volunteers: Annotated[int, Meta(ge=0, le=20)] = 2
    staff: Annotated[int, Meta(ge=0, le=20)] = 0
    weeks: Annotated[int, Meta(ge=1, le=MOST_WEEKS)] = 1
    sex_wanted: Literal["", "female", "male"] = ""
    """Where only women or only men may come; as the city asks for the kind of service if left out."""


class CodeBody(Struct, frozen=True, forbid_unknown_fields=True):
    """A code read out from the newest door card."""

    code: Annotated[str, Meta(max_length=20, examples=["204913"])]


class RequestAnswer(Struct, frozen=True, kw_only=True):
    """A request, with its resident's name shortened."""

    id: int
    number: str
    status: Status
    pile: Group
    resident: int
    short_name: str
    service_kind: str
    region: str
    channel: str
    asked_by: str
    wanted_on: date | None
    wanted_times: list[str]
    recurs: str
    received_at: datetime
    due_at: datetime | None
    late: bool
    decline_reason: str
    program: int | None
    line: int | None
    next_visit: datetime | None

    @staticmethod
    def of(row: Seen) -> "RequestAnswer":
        return RequestAnswer(
            id=row.id,
            number=row.number,
            status=row.status,
            pile=row.group,
            resident=row.resident_id,
            short_name=row.short_name,
            service_kind=row.service_kind,
            region=row.region,
            channel=row.channel,
            asked_by=row.asked_by,
            wanted_on=row.wanted_on,
            wanted_times=row.times,
            recurs=row.recurs,
            received_at=row.received_at,
            due_at=row.due_at,
            late=row.undecided and row.due_at is not None and row.due_at < clock.now(),
            decline_reason=row.decline_reason,
            program=row.program_id,
            line=row.line_id,
            next_visit=row.next_starts,
        )


class RequestPage(Struct, frozen=True, kw_only=True):
    """Requests, late ones first. Ask again with `page` set to `next`; null ends the list."""

    requests: list[RequestAnswer]
    next: int | None


class Received(Struct, frozen=True, kw_only=True):
    """A request that was taken, and the path of its private page: shown once, to be given to the person only."""

    request: RequestAnswer
    private_path: str


class SaidAnswer(Struct, frozen=True, kw_only=True):
    """What the person served said about a visit."""

    happened: bool
    rating: int | None
    words: str
    at: datetime


class DetailsAnswer(Struct, frozen=True, kw_only=True):
    """Everything sealed about a request, for this one look."""

    name: str
    phone: str
    address: str
    born: str
    needs: str
    language: str
    asker_name: str
    asker_phone: str
    details: str
    risks: list[str]
    said: list[SaidAnswer]

    @staticmethod
    def of(row: Opened) -> "DetailsAnswer":
        return DetailsAnswer(
            name=row.name,
            phone=row.phone,
            address=row.address,
            born=row.born,
            needs=row.needs,
            language=row.language,
            asker_name=row.asker.name,
            asker_phone=row.asker.phone,
            details=row.details,
            risks=row.risks,
            said=[
                SaidAnswer(happened=said.happened, rating=said.rating, words=said.words, at=said.at)
                for said in row.said
            ],
        )


class AlikeAnswer(Struct, frozen=True, kw_only=True):
    """A resident already known who may be the same person."""

    resident: int
    short_name: str
    region: str
    same_name: bool
    same_phone: bool
    same_address: bool
    requests: int

    @staticmethod
    def of(row: Alike) -> "AlikeAnswer":
        return AlikeAnswer(
            resident=row.id,
            short_name=row.short_name,
            region=row.region,
            same_name=row.same_name,
            same_phone=row.same_phone,
            same_address=row.same_address,
            requests=row.requests,
        )


class LineAnswer(Struct, frozen=True, kw_only=True):
    """A contract line that could take a request."""

    line: int
    code: str
    program: str
    ends_before: date


class VisitAnswer(Struct, frozen=True, kw_only=True):
    """A visit planned for a request."""

    id: int
    shift: int
    starts: datetime
    ends: datetime
    cancelled: bool
    needed: int
    signed_up: int
    code_position: int | None
    happened: bool | None
    rating: int | None
    confirmed_by: str | None

    @staticmethod
    def of(row: Planned) -> "VisitAnswer":
        return VisitAnswer(
            id=row.id,
            shift=row.shift_id,
            starts=row.starts,
            ends=row.ends,
            cancelled=row.cancelled,
            needed=row.needed,
            signed_up=len(row.names),
            code_position=row.code_position,
            happened=row.happened,
            rating=row.rating,
            confirmed_by=row.how,
        )
