"""The whole proof of one attendance: punches, corrections, approvals, entries and what they count for."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.queries.attendances import AttendanceRow, attendance_for
from app.hours.queries.exceptions import ExceptionRow, exceptions_at, fix_of
from app.hours.queries.objecting import ObjectionRow, objections_to
from app.hours.rules import Step
from app.kit.db import fetch
from app.kit.errors import NotFound
from app.kit.places import metres_between


class PunchRow(Struct, frozen=True, kw_only=True):
    """One clock event. `undone_by` is empty while it stands. Where it was is said as a distance, never as a spot."""

    id: int
    direction: str
    at: datetime
    """By the clock that took it."""
    received_at: datetime
    """By ours."""
    sent_at: datetime | None
    """What the device's clock said when it sent this."""
    how: str
    keyed_by: str
    undoes: int | None
    undone_by: str | None
    undone_at: datetime | None
    metres_away: int | None
    """From the place of the work; None without a fix, and for visits, whose place is a home."""
    accuracy_metres: float | None
    datum: str
    """What its coordinates referred to; blank without a fix."""


class _Punched(Struct, frozen=True, kw_only=True):
    id: int
    direction: str
    at: datetime
    received_at: datetime
    sent_at: datetime | None
    how: str
    keyed_by: str
    undoes: int | None
    undone_by: str | None
    undone_at: datetime | None
    latitude: float | None
    longitude: float | None
    accuracy_metres: float | None
    datum: str
    place_latitude: float | None
    place_longitude: float | None

    def row(self) -> PunchRow:
        """As it is shown."""
        place = fix_of(self.place_latitude, self.place_longitude)
        fix = fix_of(self.latitude, self.longitude, self.accuracy_metres, self.datum)
        kept = {name: getattr(self, name) for name in PunchRow.__struct_fields__ if name != "metres_away"}
        return PunchRow(**kept, metres_away=round(metres_between(place, fix)) if place and fix else None)


PUNCHES = """
    SELECT p.id, p.direction, p.at, p.received_at, p.sent_at, p.how, k.name AS keyed_by, p.undoes,
           uk.name AS undone_by, u.received_at AS undone_at, p.latitude, p.longitude, p.accuracy_metres, p.datum,
           CASE WHEN NOT h.is_visit THEN v.latitude END AS place_latitude,
           CASE WHEN NOT h.is_visit THEN v.longitude END AS place_longitude
    FROM punch p JOIN account k ON k.id = p.keyed_by
    JOIN shift h ON h.id = p.shift JOIN activity v ON v.id = h.activity
    LEFT JOIN punch u ON u.undoes = p.id LEFT JOIN account uk ON uk.id = u.keyed_by
    WHERE p.signup = $1 AND p.undoes IS NULL ORDER BY p.at, p.id
"""


class AdjustmentRow(Struct, frozen=True, kw_only=True):
    """One correction of time."""

    id: int
    from_in: datetime | None
    from_out: datetime | None
    to_in: datetime
    to_out: datetime
    reason: str
    note: str
    by_name: str
    at: datetime


ADJUSTMENTS = """
    SELECT j.id, j.from_in, j.from_out, j.to_in, j.to_out, j.reason, j.note, k.name AS by_name, j.at
    FROM adjustment j JOIN account k ON k.id = j.by WHERE j.attendance = $1 ORDER BY j.id
"""


class ApprovalRow(Struct, frozen=True, kw_only=True):
    """One decision."""

    id: int
    tier: str
    decision: str
    by_name: str | None
    """Empty when the rule-book let it take effect."""
    note: str
    at: datetime


APPROVALS = """
    SELECT v.id, v.tier, v.decision, k.name AS by_name, v.note, v.at
    FROM approval v LEFT JOIN account k ON k.id = v.approved_by WHERE v.attendance = $1 ORDER BY v.id
"""


class PostingRow(Struct, frozen=True, kw_only=True):
    """One entry of the ledger, and the contract line it counts for."""

    id: int
    attendance_id: int
    entry: int
    served_on: date
    person_id: int
    reverses: bool
    minutes: int
    grade: str
    kind: str
    capacity: str
    starts: datetime
    ends: datetime
    rule_book: str
    trace: str
    """Steps as JSON: how the time became these minutes."""
    verified_by: str | None
    posted_at: datetime
    corrects_id: int | None
    reason: str
    contract_id: int | None
    contract_number: str | None
    line_id: int | None
    line_code: str | None
    line_name: str | None
    period_id: int | None
    period_starts: date | None
    period_ends: date | None
    period_status: str | None

    @property
    def steps(self) -> tuple[Step, ...]:
        """How the time became these minutes, step by step."""
        return msgspec.json.decode(self.trace, type=tuple[Step, ...])


POSTINGS = """
    SELECT p.id, p.attendance_id, p.entry, p.served_on, p.person AS person_id, p.reverses, p.minutes, p.grade,
           p.kind, p.capacity, p.starts, p.ends, b.version AS rule_book, p.trace::text AS trace, k.name AS verified_by,
           p.posted_at, p.corrects_id, p.reason,
           c.id AS contract_id, c.number AS contract_number, l.id AS line_id, l.code AS line_code, l.name AS line_name,
           d.id AS period_id, d.starts_on AS period_starts, d.ends_before AS period_ends, d.status AS period_status
    FROM posting p
    JOIN rule_book b ON b.id = p.rule_book
    LEFT JOIN account k ON k.id = p.verified_by
    LEFT JOIN allocation al ON al.posting_id = p.id AND al.served_on = p.served_on
    LEFT JOIN line l ON l.id = al.line
    LEFT JOIN contract c ON c.id = l.contract
    LEFT JOIN program pr ON pr.id = c.program
    LEFT JOIN period d ON d.id = al.period
"""


class Proof(Struct, frozen=True, kw_only=True):
    """Everything that is known of one attendance."""

    attendance: AttendanceRow
    trace: tuple[Step, ...]
    punches: list[PunchRow]
    adjustments: list[AdjustmentRow]
    approvals: list[ApprovalRow]
    postings: list[PostingRow]
    objections: list[ObjectionRow]
    exceptions: list[ExceptionRow]


async def proof_for(actor: Actor, attendance_id: int) -> Proof:
    """The proof, if this actor may see the attendance.

    Raises:
        NotFound: otherwise.
    """
    row = await attendance_for(actor, attendance_id)
    if row is None:
        raise NotFound()
    return Proof(
        attendance=row,
        trace=msgspec.json.decode(row.counted_trace, type=tuple[Step, ...]),
        punches=[punch.row() for punch in await fetch(_Punched, PUNCHES, row.signup_id)],
        adjustments=await fetch(AdjustmentRow, ADJUSTMENTS, row.id),
        approvals=await fetch(ApprovalRow, APPROVALS, row.id),
        postings=await fetch(PostingRow, f"{POSTINGS} WHERE p.attendance_id = $1 ORDER BY p.entry", row.id),
        objections=await objections_to([row.id]),
        exceptions=(await exceptions_at([row.id]))[row.id],
    )


LIST = f"""
    {POSTINGS}
    WHERE (p.agency = $1 OR pr.funder = $1 OR pr.evaluator = $1) AND ($2::bigint IS NULL OR c.id = $2)
      AND ($3::bigint IS NULL OR p.id < $3)
    ORDER BY p.id DESC LIMIT $4
"""


async def postings_for(actor: Actor, contract: int | None, before: int | None, limit: int) -> list[PostingRow]:
    """The newest entries of the actor's agency, or of the programs it funds or evaluates."""
    return await fetch(PostingRow, LIST, actor.organisation_id, contract, before, limit)
