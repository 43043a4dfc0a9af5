"""Attendances as people see them: the approval inbox, one's own hours, and lists for programs that ask."""

from datetime import date, datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.hours.rules import CountingRules, Flag, Status, Stretch, Tier, Times, flags, next_tier
from app.hours.rules.approving import why_not_approve
from app.hours.rules.rule_book import TOLERANCE_MINUTES
from app.kit.db import fetch, fetch_one
from app.kit.rules import Refusal

PAGE = 50


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
        return flags(self.times, self.counted_minutes, tolerance, now)


SELECT = """
    SELECT a.id, a.status, a.kind, a.origin, a.tiers, a.tier_reasons::text AS tier_reasons, a.vouched,
           coalesce(o.parent, pr.funder, 0) AS parent_id, a.signup AS signup_id, a.shift AS shift_id, h.title AS shift_title,
           a.activity AS activity_id, v.name AS activity_name, a.line AS line_id, l.name AS line_name,
           pr.name AS program_name, pr.name_en AS program_name_en,
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


class Tray(StrEnum):
    """The three parts of the inbox."""

    APPROVE = "approve"
    MISSING = "missing"
    RETURNED = "returned"


IN_TRAY: dict[Tray, str] = {
    Tray.APPROVE: "a.status IN ('recorded', 'vouched')",
    # A sign-up cancelled after its attendance was opened is nobody's to look for.
    Tray.MISSING: "(a.status IN ('expected', 'present') AND s.status IN ('confirmed', 'attended', 'no_show'))",
    Tray.RETURNED: "a.status = 'returned'",
}

OF_AGENCY = """
    a.agency = $1 AND a.status IN ('recorded', 'vouched', 'expected', 'present', 'returned')
    AND (a.status IN ('recorded', 'vouched', 'returned') OR a.planned_ends <= $2)
"""
"""Whoever is still expected or here while the shift goes on lacks nothing."""


class Waiting(Struct, frozen=True, kw_only=True):
    """One row of the inbox: what to look at, and why this actor may not approve it, if so."""

    row: AttendanceRow
    flags: tuple[Flag, ...]
    reasons: list[Refusal]


class Inbox(Struct, frozen=True, kw_only=True):
    """One part of the inbox, oldest first, and how much waits in each."""

    tray: Tray
    rows: list[Waiting]
    counts: dict[Tray, int]
    after: str
    """Where the next page begins; empty when this is the last."""


class _Counts(Struct, frozen=True):
    approve: int
    missing: int
    returned: int


COUNTS = "SELECT " + ", ".join(f"count(*) FILTER (WHERE {IN_TRAY[tray]}) AS {tray}" for tray in Tray)
COUNTS += f" FROM attendance a JOIN signup s ON s.id = a.signup WHERE {OF_AGENCY}"


async def inbox_counts(actor: Actor, now: datetime) -> dict[Tray, int]:
    """How much waits in each part of the agency's inbox."""
    counted = await fetch_one(_Counts, COUNTS, actor.organisation_id, now)
    return {tray: getattr(counted, tray.value, 0) for tray in Tray}


async def inbox(actor: Actor, tray: Tray, after: tuple[date, int] | None, *, now: datetime) -> Inbox:
    """A page of what waits for the actor's agency."""
    day, last = after or (date.min, 0)
    rows = await fetch(
        AttendanceRow,
        f"{SELECT} WHERE {OF_AGENCY} AND {IN_TRAY[tray]} AND (a.served_on, a.id) > ($3, $4)"
        f" ORDER BY a.served_on, a.id LIMIT {PAGE + 1}",
        actor.organisation_id,
        now,
        day,
        last,
    )
    shown = rows[:PAGE]
    return Inbox(
        tray=tray,
        rows=[
            Waiting(
                row=row,
                flags=row.flags(now),
                reasons=why_not_approve(row, actor.account_id),
            )
            for row in shown
        ],
        counts=await inbox_counts(actor, now),
        after=f"{shown[-1].served_on}~{shown[-1].id}" if len(rows) > PAGE else "",
    )


class Own(Struct, frozen=True, kw_only=True):
    """One's own attendances, newest first, and what they come to."""

    rows: list[AttendanceRow]
    posted_minutes: int
    waiting_minutes: int
    older: str
    """Where the next page begins; empty when this is the last."""


OWN = f"""
    {SELECT} WHERE a.account_id = $1 AND ($2::timestamptz IS NULL OR (a.planned_starts, a.id) < ($2, $3::bigint))
    ORDER BY a.planned_starts DESC, a.id DESC LIMIT $4
"""


class _Totals(Struct, frozen=True):
    posted: int
    waiting: int


TOTALS = """
    SELECT
        (SELECT coalesce(sum(p.minutes), 0)::bigint FROM posting p JOIN person n ON n.id = p.person
         WHERE n.account = $1) AS posted,
        (SELECT coalesce(sum(a.counted_minutes), 0)::bigint FROM attendance a
         WHERE a.account_id = $1 AND a.status IN ('recorded', 'vouched', 'returned')) AS waiting
"""


async def own_totals(account_id: int) -> tuple[int, int]:
    """Minutes posted, and minutes that still wait for someone."""
    totals = await fetch_one(_Totals, TOTALS, account_id)
    return (totals.posted, totals.waiting) if totals else (0, 0)


async def own_hours(account_id: int, before: tuple[datetime, int] | None) -> Own:
    """A page of one's own attendances."""
    rows = await fetch(
        AttendanceRow,
        OWN,
        account_id,
        *(before or (None, None)),
        PAGE + 1,
    )
    posted, waiting = await own_totals(account_id)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    older = f"{last.planned_starts.isoformat()}~{last.id}" if last else ""
    return Own(rows=rows[:PAGE], posted_minutes=posted, waiting_minutes=waiting, older=older)
