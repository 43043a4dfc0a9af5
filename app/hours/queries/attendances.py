"""Attendances as people see them: one of them, and lists for whoever may see them."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.hours.rules import CountingRules, Flag, Status, Stretch, Tier, Times, flags, next_tier
from app.hours.rules.rule_book import TOLERANCE_MINUTES
from app.kit.db import fetch, fetch_one

PAGE = 50
BESIDE = frozenset({Flag.CORRECTED, Flag.COUNTS_LESS})
"""Flags that do not compare with the plan."""


class AttendanceRow(Struct, frozen=True, kw_only=True):
    """One attendance with the names around it."""

    id: int
    status: Status
    kind: str
    origin: str
    tiers: list[Tier]
    tier_reasons: str
    vouched: int
    parent_id: int
    signup_id: int
    shift_id: int
    shift_title: str
    activity_id: int
    activity_name: str
    line_id: int | None
    line_name: str | None
    program_name: str | None
    program_name_en: str | None
    agency_id: int
    agency_name: str
    agency_name_en: str
    region_name: str
    region_name_en: str
    person_id: int
    person_name: str
    volunteer_no: str
    capacity: str
    served_on: date
    planned_starts: datetime
    planned_ends: datetime
    raw_in: datetime | None
    raw_out: datetime | None
    raw_minutes: int | None
    adjusted_in: datetime | None
    adjusted_out: datetime | None
    adjusted_reason: str
    counted_minutes: int | None
    counted_trace: str
    grade: str
    account_id: int
    recorders: list[int]
    confirmed_at: datetime | None
    approved_by: str | None
    approved_at: datetime | None
    returned_note: str | None
    rules: str | None

    @property
    def next_tier(self) -> Tier:
        """Who has to vouch next."""
        return next_tier(self.tiers, self.vouched)

    @property
    def times(self) -> Times:
        """Its times side by side."""
        adjusted = Stretch(self.adjusted_in, self.adjusted_out) if self.adjusted_in and self.adjusted_out else None
        return Times(
            planned=Stretch(self.planned_starts, self.planned_ends),
            raw_in=self.raw_in,
            raw_out=self.raw_out,
            raw_minutes=self.raw_minutes,
            adjusted=adjusted,
        )

    def flags(self, now: datetime) -> tuple[Flag, ...]:
        """What is worth a look, by the rule-book it was counted under."""
        book = msgspec.json.decode(self.rules, type=CountingRules) if self.rules else None
        tolerance = book.tolerance_minutes if book else TOLERANCE_MINUTES
        found = flags(self.times, self.counted_minutes, tolerance, now)
        # Time claimed beside a shift was never planned: it lies outside the shift by its nature.
        return tuple(flag for flag in found if flag in BESIDE) if self.origin == "claim" else found


SELECT = """
    SELECT a.id, a.status, a.kind, a.origin, a.tiers, a.tier_reasons::text AS tier_reasons, a.vouched,
           coalesce(o.parent, pr.funder, 0) AS parent_id, a.signup AS signup_id, a.shift AS shift_id,
           h.title AS shift_title, a.activity AS activity_id, v.name AS activity_name, a.line AS line_id,
           l.name AS line_name, pr.name AS program_name, pr.name_en AS program_name_en,
           a.agency AS agency_id, o.name AS agency_name, o.name_en AS agency_name_en,
           r.name AS region_name, r.name_en AS region_name_en,
           a.person AS person_id, p.name AS person_name, p.volunteer_no, a.capacity, a.served_on,
           a.planned_starts, a.planned_ends, a.raw_in, a.raw_out, a.raw_minutes, a.adjusted_in, a.adjusted_out,
           a.adjusted_reason, a.counted_minutes, a.counted_trace::text AS counted_trace, a.grade, a.account_id,
           a.recorders, a.confirmed_at, ok.name AS approved_by, ok.at AS approved_at,
           back.note AS returned_note, b.rules::text AS rules
    FROM attendance a
    JOIN signup s ON s.id = a.signup
    JOIN shift h ON h.id = a.shift
    JOIN activity v ON v.id = a.activity
    JOIN organisation o ON o.id = a.agency
    JOIN region r ON r.code = a.region
    JOIN person p ON p.id = a.person
    LEFT JOIN line l ON l.id = a.line
    LEFT JOIN contract c ON c.id = l.contract
    LEFT JOIN program pr ON pr.id = c.program
    LEFT JOIN rule_book b ON b.id = a.rule_book
    LEFT JOIN LATERAL (
        SELECT ac.name, w.at FROM approval w LEFT JOIN account ac ON ac.id = w.approved_by
        WHERE w.attendance = a.id AND w.decision = 'approved' ORDER BY w.id DESC LIMIT 1
    ) ok ON true
    LEFT JOIN LATERAL (
        SELECT w.note FROM approval w WHERE w.attendance = a.id AND w.decision = 'returned' ORDER BY w.id DESC LIMIT 1
    ) back ON true
"""

DOOR = """
    (($1::bigint = a.account_id) OR ($2 AND (a.agency = $3 OR o.parent = $3 OR pr.funder = $3
                                              OR pr.evaluator = $3)))
"""
"""Whose an attendance is to see: the person's own, the agency's, and those of the program's funder and evaluator."""


def _viewer(actor: Actor) -> tuple[int, bool, int]:
    # A key asks for its organisation, never for the person who made it.
    own = 0 if actor.through_key else actor.account_id
    return own or -1, actor.may(Permission.ATTENDANCE_SEE), actor.organisation_id


async def attendance_for(actor: Actor, attendance_id: int) -> AttendanceRow | None:
    """One attendance, if this actor may see it."""
    return await fetch_one(AttendanceRow, f"{SELECT} WHERE {DOOR} AND a.id = $4", *_viewer(actor), attendance_id)


class Wanted(Struct, frozen=True, kw_only=True):
    """Which attendances a list is about."""

    status: Status | None = None
    missing: bool = False
    """Only those that lack a punch although the shift is over."""
    shift: int | None = None
    activity: int | None = None
    before: int | None = None
    """Only those with a smaller number: the next page."""


LIST = f"""
    {SELECT}
    WHERE {DOOR} AND ($4::text IS NULL OR a.status = $4) AND ($5::bigint IS NULL OR a.shift = $5)
      AND ($6::bigint IS NULL OR a.activity = $6) AND ($7::bigint IS NULL OR a.id < $7)
      AND (NOT $8 OR (a.status IN ('expected', 'present') AND a.planned_ends <= $9))
    ORDER BY a.id DESC LIMIT $10
"""


async def attendances_for(actor: Actor, wanted: Wanted, *, now: datetime, limit: int = PAGE) -> list[AttendanceRow]:
    """The newest attendances this actor may see."""
    return await fetch(
        AttendanceRow,
        LIST,
        *_viewer(actor),
        wanted.status,
        wanted.shift,
        wanted.activity,
        wanted.before,
        wanted.missing,
        now,
        limit,
    )
