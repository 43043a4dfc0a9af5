"""What the actions need to know of one attendance: locked, and read whole."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.hours.rules import Clocked, CountingRules, Status, Stretch, Tier, Times, next_tier
from app.kit.db import fetch, fetch_one, value


class AttendanceFacts(Struct, frozen=True, kw_only=True):
    """One attendance as stored."""

    id: int
    signup: int
    kind: str
    origin: str
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
    tiers: list[Tier]
    turn: int
    vouched: int
    confirmed_at: datetime | None
    status: Status

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


COLUMNS = """
    a.id, a.signup, a.kind, a.origin, a.shift, a.person, a.account_id, a.agency, a.activity, a.line, a.service_kind,
    a.region, a.capacity, a.served_on, a.planned_starts, a.planned_ends, a.raw_in, a.raw_out, a.raw_minutes,
    a.adjusted_in, a.adjusted_out, a.recorders, a.tiers, a.turn, a.vouched, a.confirmed_at, a.status
"""


async def lock_of_signup(signup_id: int) -> AttendanceFacts | None:
    """The attendance of a sign-up at its shift, held until the transaction ends."""
    sql = f"SELECT {COLUMNS} FROM attendance a WHERE a.signup = $1 AND a.origin <> 'claim' FOR UPDATE"
    return await fetch_one(AttendanceFacts, sql, signup_id)


async def lock_of_agency(attendance_id: int, agency_id: int) -> AttendanceFacts | None:
    """An attendance of this agency, held until the transaction ends; None when it is not theirs."""
    sql = f"SELECT {COLUMNS} FROM attendance a WHERE a.id = $1 AND a.agency = $2 FOR UPDATE"
    return await fetch_one(AttendanceFacts, sql, attendance_id, agency_id)


PARENT = """
    coalesce((SELECT o.parent FROM organisation o WHERE o.id = a.agency),
             (SELECT g.funder FROM line l JOIN contract c ON c.id = l.contract JOIN program g ON g.id = c.program
              WHERE l.id = a.line), 0)
"""
"""Who has the second word about an attendance `a`: the agency's parent body, else the funder of its program."""


async def lock_of_parent(attendance_id: int, organisation_id: int) -> AttendanceFacts | None:
    """An attendance this body has the second word about, held until the transaction ends; None when it has not."""
    sql = f"SELECT {COLUMNS} FROM attendance a WHERE a.id = $1 AND {PARENT} = $2 FOR UPDATE"
    return await fetch_one(AttendanceFacts, sql, attendance_id, organisation_id)


async def lock_for_any(attendance_id: int) -> AttendanceFacts | None:
    """An attendance, whoever's, held until the transaction ends: for what the system itself does."""
    return await fetch_one(
        AttendanceFacts, f"SELECT {COLUMNS} FROM attendance a WHERE a.id = $1 FOR UPDATE", attendance_id
    )


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


class KeyedFacts(Struct, frozen=True, kw_only=True):
    """Who corrected the times of an attendance, and how they came in."""

    by: list[int]
    batch_size: int
    keyed_at: datetime | None
    """When the last correction was keyed, or the last punch received; whichever is later."""


KEYED = """
    SELECT coalesce(array_agg(DISTINCT j.by) FILTER (WHERE j.by IS NOT NULL), '{}') AS by,
           coalesce(max(j.batch_size), 1) AS batch_size,
           greatest(max(j.at), (SELECT max(u.received_at) FROM punch u WHERE u.signup = $2)) AS keyed_at
    FROM adjustment j WHERE j.attendance = $1
"""


async def keyed(attendance_id: int, signup_id: int) -> KeyedFacts:
    """Who corrected an attendance, in how large a batch, and when the last of it came in."""
    return await fetch_one(KeyedFacts, KEYED, attendance_id, signup_id) or KeyedFacts(
        by=[], batch_size=1, keyed_at=None
    )


class RuleBookFacts(Struct, frozen=True):
    """The rule-book that applies, and its figures."""

    id: int
    rules: CountingRules


class _RuleBookRow(Struct, frozen=True):
    id: int
    rules: str


RULE_BOOK = """
    SELECT b.id, b.rules::text
    FROM rule_book b
    LEFT JOIN (SELECT c.id AS contract, g.funder FROM line l JOIN contract c ON c.id = l.contract
               JOIN program g ON g.id = c.program WHERE l.id = $1) o ON true
    WHERE b.applies_from <= $2 AND (b.contract IS NULL OR b.contract = o.contract)
      AND (b.funder IS NULL OR b.funder = o.funder)
    ORDER BY b.contract NULLS LAST, b.funder NULLS LAST, b.applies_from DESC LIMIT 1
"""


async def rule_book_for(line_id: int | None, day: date) -> RuleBookFacts | None:
    """The contract's own rule-book of that day, else its funder's, else the city's; None before the first applies."""
    row = await fetch_one(_RuleBookRow, RULE_BOOK, line_id, day)
    return RuleBookFacts(row.id, msgspec.json.decode(row.rules, type=CountingRules)) if row else None


class Already(Struct, frozen=True, kw_only=True):
    """Minutes that count for a person apart from one attendance."""

    that_day: int
    that_activity: int
    """On that day, in the same activity."""
    of_kind: int
    """On that day, of the same kind of time."""
    keyed_that_month: int
    """With grade E, in that month."""
    worked_that_day: int
    """On that day from arriving to leaving, before any rule."""


ALREADY = """
    SELECT coalesce(sum(p.minutes) FILTER (WHERE p.served_on = $2), 0)::bigint AS that_day,
           coalesce(sum(p.minutes) FILTER (WHERE p.served_on = $2 AND p.activity = $5), 0)::bigint AS that_activity,
           coalesce(sum(p.minutes) FILTER (WHERE p.served_on = $2 AND p.kind = $6), 0)::bigint AS of_kind,
           coalesce(sum(p.minutes) FILTER (WHERE p.grade = 'E'), 0)::bigint AS keyed_that_month,
           coalesce(sum(sign(p.minutes) * extract(epoch FROM p.ends - p.starts) / 60)
                    FILTER (WHERE p.served_on = $2), 0)::bigint AS worked_that_day
    FROM posting p
    WHERE p.person IN (SELECT coalesce(merged_into, id) FROM person WHERE id = $1
                       UNION ALL SELECT h.id FROM person h
                       WHERE h.merged_into = (SELECT coalesce(merged_into, id) FROM person WHERE id = $1))
      AND p.served_on >= date_trunc('month', $2::date)::date
      AND p.served_on < (date_trunc('month', $2::date) + interval '1 month')::date
      AND p.capacity = $3 AND p.attendance_id <> $4
"""


async def already(facts: AttendanceFacts) -> Already:
    """What counts for this person around this day in this capacity, apart from this attendance."""
    found = await fetch_one(
        Already, ALREADY, facts.person, facts.served_on, facts.capacity, facts.id, facts.activity, facts.kind
    )
    return found or Already(that_day=0, that_activity=0, of_kind=0, keyed_that_month=0, worked_that_day=0)


PEOPLE_AT = """
    SELECT count(*) FROM attendance
    WHERE shift = $1 AND status NOT IN ('expected', 'no_show') AND origin <> 'claim'
"""


async def people_at(shift_id: int) -> int:
    """How many served at a shift, as far as is known."""
    return max(int(await value(PEOPLE_AT, shift_id)), 1)


KEYED_SHARE = """
    SELECT coalesce(1000 * sum(minutes) FILTER (WHERE grade = 'E') / nullif(sum(minutes), 0), 0)::bigint
    FROM posting WHERE agency = $1 AND served_on >= date_trunc('month', $2::date)::date
      AND served_on < (date_trunc('month', $2::date) + interval '1 month')::date
"""


async def keyed_share(agency_id: int, day: date) -> int:
    """How much of what an agency posted in that month is of grade E, in permille."""
    return int(await value(KEYED_SHARE, agency_id, day))


class Unusual(Struct, frozen=True):
    """How many things about an attendance's times are unusual, and how many of them wait for someone."""

    standing: int
    unsettled: int


UNUSUAL = """
    SELECT count(*) AS standing, count(*) FILTER (WHERE action = '') AS unsettled
    FROM time_exception WHERE attendance = $1 AND standing
"""


async def unusual_about(attendance_id: int) -> Unusual:
    """What is unusual about an attendance, in numbers."""
    return await fetch_one(Unusual, UNUSUAL, attendance_id) or Unusual(0, 0)


HOLD_PERSON = """
    SELECT id FROM person WHERE id = (SELECT coalesce(merged_into, id) FROM person WHERE id = $1) FOR NO KEY UPDATE
"""


async def hold_person(person_id: int) -> None:
    """Hold the person until the transaction ends: two attendances of a day must not both use up what is left of it."""
    await value(HOLD_PERSON, person_id)
