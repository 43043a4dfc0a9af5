"""Call-backs: what to draw a sample from, whom to ask, what was heard, and the draws anyone can repeat."""

from datetime import date, datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.queries.facts import PARENT
from app.kit.db import fetch, fetch_one

PAGE = 50


class Population(Struct, frozen=True, kw_only=True):
    """The clean attendances of one agency that were posted since its last draw."""

    agency: int
    permille: int
    ids: list[int]


# Posted by one word on both punches, as planned, and nothing unusual: what nobody else looks at twice. A little earlier
# than the last draw too, because what was being posted then was not there to be drawn; nothing is drawn from twice.
POPULATION = """
    SELECT a.agency, max(coalesce((b.rules->>'sample_permille')::integer, 50))::integer AS permille,
           array_agg(a.id ORDER BY a.id) AS ids
    FROM attendance a
    JOIN rule_book b ON b.id = a.rule_book
    LEFT JOIN LATERAL (SELECT d.at, d.among FROM sample_draw d WHERE d.agency = a.agency
                       ORDER BY d.drawn_on DESC LIMIT 1) d ON true
    WHERE a.id IN (SELECT v.attendance FROM approval v WHERE v.decision = 'approved' AND v.at > $1 AND v.at <= $2)
      AND a.status = 'posted' AND a.adjusted_in IS NULL AND a.grade IN ('A', 'B') AND cardinality(a.tiers) <= 1
      AND EXISTS (SELECT 1 FROM approval v WHERE v.attendance = a.id AND v.decision = 'approved'
                  AND v.at > coalesce(d.at - interval '1 hour', $1))
      AND NOT a.id = ANY (coalesce(d.among, '{}'))
      AND NOT EXISTS (SELECT 1 FROM time_exception x WHERE x.attendance = a.id AND x.standing)
      AND NOT EXISTS (SELECT 1 FROM call_back c WHERE c.attendance = a.id)
    GROUP BY a.agency ORDER BY a.agency
"""


async def populations(since: datetime, until: datetime) -> list[Population]:
    """What each agency's sample is drawn from."""
    return await fetch(Population, POPULATION, since, until)


class CallBackRow(Struct, frozen=True, kw_only=True):
    """One attendance to ask about, with what is known of it."""

    id: int
    attendance_id: int
    draw_id: int
    status: str
    answer: str
    asked_by: str | None
    asked_at: datetime | None
    tries: int
    drawn_on: date
    person_id: int
    person_name: str
    shift_id: int
    shift_title: str
    is_visit: bool
    agency_id: int
    agency_name: str
    agency_name_en: str
    planned_starts: datetime
    planned_ends: datetime
    came: datetime | None
    left: datetime | None
    counted_minutes: int | None
    attendance_status: str
    parts: list[int]
    """Accounts that had a part in it, or served it: none of them may answer."""


SELECT = """
    SELECT c.id, c.attendance AS attendance_id, c.draw AS draw_id, c.status, c.answer, k.name AS asked_by, c.asked_at,
           c.tries, d.drawn_on, a.person AS person_id, p.name AS person_name, a.shift AS shift_id,
           h.title AS shift_title, h.is_visit, a.agency AS agency_id, o.name AS agency_name,
           o.name_en AS agency_name_en, a.planned_starts, a.planned_ends, coalesce(a.adjusted_in, a.raw_in) AS came,
           coalesce(a.adjusted_out, a.raw_out) AS left, a.counted_minutes, a.status AS attendance_status,
           ARRAY(SELECT t.account FROM part t WHERE t.attendance = a.id
                 UNION SELECT a.account_id UNION SELECT unnest(a.recorders)) AS parts
    FROM call_back c JOIN attendance a ON a.id = c.attendance JOIN sample_draw d ON d.id = c.draw
    JOIN person p ON p.id = a.person JOIN shift h ON h.id = a.shift JOIN organisation o ON o.id = a.agency
    LEFT JOIN account k ON k.id = c.asked_by
"""

DOOR = f"(a.agency = $1 OR {PARENT} = $1)"
"""The agency asks, and so may the body above it."""


class CallBacks(Struct, frozen=True, kw_only=True):
    """A page of call-backs: oldest first what is open, newest first what was answered."""

    rows: list[CallBackRow]
    open: int
    differs: int
    older: int | None
    """Where the next page begins; None on the last."""


class _Counts(Struct, frozen=True):
    open: int
    differs: int


COUNTS = f"""
    SELECT count(*) FILTER (WHERE c.status IN ('waiting', 'unreachable')) AS open,
           count(*) FILTER (WHERE c.status = 'differs') AS differs
    FROM call_back c JOIN attendance a ON a.id = c.attendance WHERE {DOOR}
"""

OPEN = f"""
    {SELECT} WHERE {DOOR} AND c.status IN ('waiting', 'unreachable') AND c.id > $2 ORDER BY c.id LIMIT {PAGE + 1}
"""
ANSWERED = f"""
    {SELECT} WHERE {DOOR} AND c.status IN ('agrees', 'differs') AND ($2 = 0 OR c.id < $2)
    ORDER BY c.id DESC LIMIT {PAGE + 1}
"""


async def call_backs_for(actor: Actor, *, answered: bool, after: int) -> CallBacks:
    """A page of what the actor's organisation may ask about."""
    rows = await fetch(CallBackRow, ANSWERED if answered else OPEN, actor.organisation_id, after)
    counts = await fetch_one(_Counts, COUNTS, actor.organisation_id) or _Counts(0, 0)
    shown = rows[:PAGE]
    return CallBacks(
        rows=shown, open=counts.open, differs=counts.differs, older=shown[-1].id if len(rows) > PAGE else None
    )


async def call_back_for(actor: Actor, call_back_id: int) -> CallBackRow | None:
    """One, if the actor's organisation may ask about it; held until the transaction ends."""
    return await fetch_one(
        CallBackRow, f"{SELECT} WHERE {DOOR} AND c.id = $2 FOR UPDATE OF c", actor.organisation_id, call_back_id
    )


async def call_back_at(attendance_id: int) -> CallBackRow | None:
    """The call-back about an attendance. The caller has opened the door to it."""
    return await fetch_one(CallBackRow, f"{SELECT} WHERE c.attendance = $1", attendance_id)


class Draw(Struct, frozen=True, kw_only=True):
    """One draw with everything that is needed to repeat it."""

    id: int
    agency_id: int
    agency_name: str
    agency_name_en: str
    drawn_on: date
    seed: str
    permille: int
    among: list[int]
    drawn: list[int]


DRAW = f"""
    SELECT d.id, d.agency AS agency_id, o.name AS agency_name, o.name_en AS agency_name_en, d.drawn_on, d.seed,
           d.permille, d.among, d.drawn
    FROM sample_draw d JOIN organisation o ON o.id = d.agency
    WHERE d.id = $2 AND (d.agency = $1 OR EXISTS (
        SELECT 1 FROM call_back c JOIN attendance a ON a.id = c.attendance WHERE c.draw = d.id AND {PARENT} = $1))
"""


async def draw_for(actor: Actor, draw_id: int) -> Draw | None:
    """One draw, for the agency and for whoever has something drawn in it to ask about."""
    return await fetch_one(Draw, DRAW, actor.organisation_id, draw_id)
