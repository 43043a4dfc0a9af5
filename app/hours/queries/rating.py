"""Posted hours as they are counted again: month by month of one person, with everything a rule may ask about."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.hours.rules import Step, Stretch, Tier
from app.hours.rules.previewing import Rated
from app.kit import clock
from app.kit.db import fetch, value
from app.kit.workdays import workdays_between


class Scope(Struct, frozen=True, kw_only=True):
    """Which posted hours a version would count: those it is for, in a half-open span of days."""

    contract: int | None
    funder: int | None
    from_on: date
    to_before: date
    book: int | None = None
    """A published version: then only the days on which it is the one that applies."""
    trial: bool = False
    """These days will never count by it: only what would be is asked, so nothing has to be left alone."""


class PersonMonth(Struct, frozen=True, order=True):
    """One person's month: what caps are shared in, so it is counted again as a whole."""

    person: int
    month: date


START = PersonMonth(0, date.min)

# Which version is asked for an attendance: the contract's own, else its funder's, else the city's. A draft is tried as
# if it applied already, so its level alone decides; a published version must be the newest of its level on the day.
APPLIES = """
    (p.served_on >= $3 AND p.served_on < $4
     AND CASE
        WHEN $1::bigint IS NOT NULL THEN o.contract = $1
        WHEN $2::bigint IS NOT NULL THEN o.funder = $2 AND NOT EXISTS (
            SELECT 1 FROM rule_book n WHERE n.contract = o.contract AND n.applies_from <= p.served_on)
        ELSE NOT EXISTS (
            SELECT 1 FROM rule_book n
            WHERE (n.contract = o.contract OR n.funder = o.funder) AND n.applies_from <= p.served_on)
     END
     AND ($5::bigint IS NULL OR $5 = (
        SELECT n.id FROM rule_book n
        WHERE n.contract IS NOT DISTINCT FROM $1 AND n.funder IS NOT DISTINCT FROM $2 AND n.applies_from <= p.served_on
        ORDER BY n.applies_from DESC LIMIT 1)))
"""
OWNER = """
    LEFT JOIN LATERAL (
        SELECT c.id AS contract, g.funder FROM line l JOIN contract c ON c.id = l.contract
        JOIN program g ON g.id = c.program WHERE l.id = a.line
    ) o ON true
"""
PERSON_MONTH = """
    FROM posting p JOIN attendance a ON a.id = p.attendance_id JOIN person h ON h.id = p.person
"""

MONTHS = f"""
    SELECT DISTINCT coalesce(h.merged_into, h.id) AS person, date_trunc('month', p.served_on)::date AS month
    {PERSON_MONTH} {OWNER}
    WHERE {APPLIES} AND (coalesce(h.merged_into, h.id), date_trunc('month', p.served_on)::date) > ($6, $7)
    ORDER BY 1, 2 LIMIT $8
"""

COUNT_MONTHS = f"""
    SELECT count(*) FROM (
        SELECT DISTINCT coalesce(h.merged_into, h.id), date_trunc('month', p.served_on) {PERSON_MONTH} {OWNER}
        WHERE {APPLIES}
    ) each_month
"""

DETACHED = (
    """
    SELECT count(*) FROM attendance p
    LEFT JOIN LATERAL (
        SELECT c.id AS contract, g.funder FROM line l JOIN contract c ON c.id = l.contract
        JOIN program g ON g.id = c.program WHERE l.id = p.line
    ) o ON true
    WHERE p.status = 'posted' AND date_trunc('month', p.served_on)::date IN (
        SELECT month FROM detached_month WHERE restored_at IS NULL) AND
"""
    + APPLIES
)

# The last entry of an attendance is the one that counts, unless it takes one back. Which stretches were counted is what
# the entry held, else what its own trace says: neither changes when a punch arrives later.
ROWS = f"""
    SELECT w.person, w.month, p.attendance_id AS attendance, f.first_posting, p.served_on, p.activity, p.kind,
           p.capacity, p.grade, p.minutes, p.starts, p.ends, p.trace::text AS trace, t.stretches::text AS held,
           a.adjusted_in IS NOT NULL AS corrected, a.tiers, {APPLIES} AS applies,
           CASE WHEN a.status <> 'posted' THEN 'in_approval'
                WHEN a.line IS NULL THEN ''
                WHEN d.status IS NULL THEN 'no_period'
                WHEN d.status IN ('submitted', 'accepted') THEN 'period_locked'
                ELSE '' END AS left_alone,
           (SELECT count(*) FROM attendance b WHERE b.shift = a.shift AND b.origin <> 'claim'
            AND b.status NOT IN ('expected', 'no_show')) AS people,
           coalesce(j.batch_size, 1) AS batch_size, coalesce(j.claimed, false) AS claimed,
           greatest(j.at, (SELECT max(u.received_at) FROM punch u WHERE u.signup = a.signup)) AS keyed_at,
           (SELECT count(*) FROM time_exception x WHERE x.attendance = a.id AND x.standing) AS exceptions,
           CASE WHEN p.grade <> 'E' THEN 0 ELSE (
               SELECT coalesce(1000 * sum(s.minutes) FILTER (WHERE s.grade = 'E') / nullif(sum(s.minutes), 0), 0)
               FROM posting s WHERE s.agency = p.agency AND s.served_on >= w.month
               AND s.served_on < (w.month + interval '1 month')::date) END::bigint AS keyed_share
    FROM unnest($6::bigint[], $7::date[]) w (person, month)
    JOIN person h ON coalesce(h.merged_into, h.id) = w.person
    JOIN posting p ON p.person = h.id AND p.served_on >= w.month
        AND p.served_on < (w.month + interval '1 month')::date
    JOIN LATERAL (
        SELECT min(n.id) AS first_posting, max(n.entry) AS last FROM posting n
        WHERE n.attendance_id = p.attendance_id AND n.served_on = p.served_on
    ) f ON f.last = p.entry
    JOIN attendance a ON a.id = p.attendance_id {OWNER}
    LEFT JOIN period d ON d.contract = o.contract AND d.starts_on <= p.served_on AND p.served_on < d.ends_before
    LEFT JOIN LATERAL (
        SELECT max(k.batch_size) AS batch_size, bool_or(k.by = a.account_id) AS claimed, max(k.at) AS at
        FROM adjustment k WHERE k.attendance = a.id
    ) j ON true
    LEFT JOIN LATERAL (
        SELECT jsonb_agg(jsonb_build_array(t.starts, t.ends) ORDER BY t.starts) AS stretches
        FROM held_time t WHERE t.attendance = a.id
    ) t ON true
    WHERE NOT p.reverses
    ORDER BY w.person, w.month, f.first_posting
"""


class _Row(Struct, frozen=True, kw_only=True):
    person: int
    month: date
    attendance: int
    first_posting: int
    served_on: date
    activity: int
    kind: str
    capacity: str
    grade: str
    minutes: int
    starts: datetime
    ends: datetime
    trace: str
    held: str | None
    corrected: bool
    tiers: list[Tier]
    applies: bool
    left_alone: str
    people: int
    batch_size: int
    claimed: bool
    keyed_at: datetime | None
    exceptions: int
    keyed_share: int

    def worked(self) -> tuple[Stretch, ...]:
        """The stretches that were counted."""
        if self.held:
            return tuple(
                Stretch(*pair) for pair in msgspec.json.decode(self.held, type=list[tuple[datetime, datetime]])
            )
        said = [step for step in msgspec.json.decode(self.trace, type=list[Step]) if step.code == "worked"]
        if said:
            ends = [(str(step.figures["starts"]), str(step.figures["ends"])) for step in said]
            return tuple(Stretch(datetime.fromisoformat(a), datetime.fromisoformat(b)) for a, b in ends)
        return (Stretch(self.starts, self.ends),)

    def rated(self, trial: bool) -> Rated:
        return Rated(
            attendance=self.attendance,
            first_posting=self.first_posting,
            served_on=self.served_on,
            activity=self.activity,
            kind=self.kind,
            capacity=self.capacity,
            grade=self.grade,
            minutes=self.minutes,
            worked=self.worked(),
            people=max(self.people, 1),
            corrected=self.corrected,
            applies=self.applies,
            left_alone="" if trial else self.left_alone,
            tiers=tuple(self.tiers),
            late_workdays=workdays_between(self.served_on, clock.local_day(self.keyed_at)) if self.keyed_at else 0,
            batch_size=self.batch_size,
            claimed=self.claimed,
            exceptions=self.exceptions,
            keyed_share=self.keyed_share,
        )


def _asked(scope: Scope) -> tuple[object, ...]:
    return scope.contract, scope.funder, scope.from_on, scope.to_before, scope.book


async def months_after(scope: Scope, after: PersonMonth, most: int) -> list[PersonMonth]:
    """The next months of people with posted hours the version would count, in order."""
    return await fetch(PersonMonth, MONTHS, *_asked(scope), after.person, after.month, most)


async def count_months(scope: Scope) -> int:
    """How many months of people there are in all."""
    return int(await value(COUNT_MONTHS, *_asked(scope)))


async def count_detached(scope: Scope) -> int:
    """How many posted attendances lie in months that were taken out of the database."""
    return int(await value(DETACHED, *_asked(scope)))


async def rated_in(scope: Scope, months: list[PersonMonth]) -> dict[PersonMonth, list[Rated]]:
    """Everything that counts in these months, also what the version is not for: caps are shared with it."""
    found: dict[PersonMonth, list[Rated]] = {month: [] for month in months}
    people, firsts = [each.person for each in months], [each.month for each in months]
    for row in await fetch(_Row, ROWS, *_asked(scope), people, firsts):
        found[PersonMonth(row.person, row.month)].append(row.rated(scope.trial))
    return found
