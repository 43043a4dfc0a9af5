"""What the actions need to know of one attendance: locked, and read whole."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.hours.rules import Clocked, CountingRules, Status, Stretch, Times
from app.kit.db import fetch, fetch_one, value


class AttendanceFacts(Struct, frozen=True, kw_only=True):
    """One attendance as stored."""

    id: int
    signup: int
    shift: int
    person: int
    account_id: int
    agency: int
    activity: int
    line: int | None
    service_kind: str
    region: str
    capacity: str
    served_on: date
    planned_starts: datetime
    planned_ends: datetime
    raw_in: datetime | None
    raw_out: datetime | None
    raw_minutes: int | None
    adjusted_in: datetime | None
    adjusted_out: datetime | None
    recorders: list[int]
    confirmed_at: datetime | None
    status: Status

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


COLUMNS = """
    a.id, a.signup, a.shift, a.person, a.account_id, a.agency, a.activity, a.line, a.service_kind, a.region, a.capacity,
    a.served_on, a.planned_starts, a.planned_ends, a.raw_in, a.raw_out, a.raw_minutes, a.adjusted_in, a.adjusted_out,
    a.recorders, a.confirmed_at, a.status
"""


async def lock_of_signup(signup_id: int) -> AttendanceFacts | None:
    """The attendance of a sign-up, held until the transaction ends."""
    return await fetch_one(
        AttendanceFacts, f"SELECT {COLUMNS} FROM attendance a WHERE a.signup = $1 FOR UPDATE", signup_id
    )


async def lock_of_agency(attendance_id: int, agency_id: int) -> AttendanceFacts | None:
    """An attendance of this agency, held until the transaction ends; None when it is not theirs."""
    sql = f"SELECT {COLUMNS} FROM attendance a WHERE a.id = $1 AND a.agency = $2 FOR UPDATE"
    return await fetch_one(AttendanceFacts, sql, attendance_id, agency_id)


async def lock_of_shift(shift_id: int) -> list[AttendanceFacts]:
    """Every attendance of a shift, held in id order: whoever locks several takes them in this order."""
    sql = f"SELECT {COLUMNS} FROM attendance a WHERE a.shift = $1 ORDER BY a.id FOR UPDATE"
    return await fetch(AttendanceFacts, sql, shift_id)


class _Recorded(Struct, frozen=True):
    direction: str
    at: datetime
    keyed_by: int
    stands: bool


PUNCHES = """
    SELECT p.direction, p.at, p.keyed_by,
           p.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM punch u WHERE u.undoes = p.id) AS stands
    FROM punch p WHERE p.signup = $1 ORDER BY p.id
"""


class PunchFacts(Struct, frozen=True):
    """The punches that stand, and every account that keyed or undid one."""

    standing: list[Clocked]
    keyed_by: set[int]


async def punches_of(signup_id: int) -> PunchFacts:
    """What was punched for a sign-up."""
    rows = await fetch(_Recorded, PUNCHES, signup_id)
    standing = [Clocked(row.direction, row.at) for row in rows if row.stands]
    return PunchFacts(standing, {row.keyed_by for row in rows})


class _By(Struct, frozen=True):
    by: int


async def adjusters_of(attendance_id: int) -> set[int]:
    """Every account that corrected its times."""
    rows = await fetch(_By, "SELECT DISTINCT by FROM adjustment WHERE attendance = $1", attendance_id)
    return {row.by for row in rows}


class RuleBookFacts(Struct, frozen=True):
    """The rule-book that applies, and its figures."""

    id: int
    rules: CountingRules


class _RuleBookRow(Struct, frozen=True):
    id: int
    rules: str


RULE_BOOK = """
    SELECT b.id, b.rules::text FROM rule_book b
    WHERE b.applies_from <= $2 AND (b.contract IS NULL OR b.contract = (SELECT l.contract FROM line l WHERE l.id = $1))
    ORDER BY b.contract NULLS LAST, b.applies_from DESC LIMIT 1
"""


async def rule_book_for(line_id: int | None, day: date) -> RuleBookFacts | None:
    """The contract's own rule-book of that day, else the city's; None before the first one applies."""
    row = await fetch_one(_RuleBookRow, RULE_BOOK, line_id, day)
    return RuleBookFacts(row.id, msgspec.json.decode(row.rules, type=CountingRules)) if row else None


ALREADY = """
    SELECT coalesce(sum(minutes), 0)::bigint FROM posting
    WHERE person = $1 AND served_on = $2 AND capacity = $3 AND attendance_id <> $4
"""


async def minutes_already(person_id: int, day: date, capacity: str, apart_from: int) -> int:
    """What counts for this person on this day in this capacity, apart from one attendance."""
    return int(await value(ALREADY, person_id, day, capacity, apart_from))
