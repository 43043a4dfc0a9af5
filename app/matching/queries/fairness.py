"""Who is asked and who never is, how groups answer, how work is spread, and which communities go without."""

from datetime import datetime, timedelta

from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.queries.rollups import LINES_OF, Reach, reach_of
from app.kit.db import fetch
from app.matching.rules.fairness import TIMES_ASKED, Reached, Spread, spread

SHIFTS = f"""
    shown AS (
        SELECT h.id, h.region, h.status, h.starts FROM shift h
        WHERE h.starts >= $4 AND h.starts < $5 AND h.status <> 'cancelled'
          AND ($1::bigint IS NULL OR h.agency = $1) AND ($2::bigint IS NULL OR h.line IN ({LINES_OF.format("$2")}))
    )
"""
"""The shifts of the time whose matching the reader may see: $1 an agency, $2 a buyer, $3 where, $4 and $5 when."""

PEOPLE = f"""
    {SHIFTS},
    volunteers AS (
        SELECT p.id, left(coalesce(p.home, ''), 9) AS street, p.sex, p.languages,
               CASE WHEN p.registered_at >= $4 THEN 'new' ELSE 'established' END AS since,
               EXISTS (SELECT FROM availability a WHERE a.person = p.id) AS free
        FROM person p
        WHERE p.merged_into IS NULL AND p.staff_of IS NULL AND coalesce(p.home, '') LIKE $3 || '%'
    ),
    asked AS (
        SELECT coalesce(p.merged_into, p.id) AS person, count(*) AS offers,
               count(*) FILTER (WHERE o.status = 'accepted') AS accepted,
               count(*) FILTER (WHERE o.status = 'declined') AS declined,
               count(*) FILTER (WHERE o.status = 'expired') AS expired
        FROM offer o JOIN shown ON shown.id = o.shift JOIN person p ON p.id = o.person
        WHERE o.opened_at IS NOT NULL GROUP BY 1
    ),
    served AS (
        SELECT coalesce(p.merged_into, p.id) AS person,
               sum(extract(epoch FROM u.ends - u.starts) / 60)::bigint AS minutes
        FROM signup u JOIN shown ON shown.id = u.shift JOIN person p ON p.id = u.person
        WHERE u.status = 'attended' AND u.capacity = 'volunteer' GROUP BY 1
    ),
    told AS (
        SELECT v.*, coalesce(a.offers, 0) AS offers, coalesce(a.accepted, 0) AS accepted,
               coalesce(a.declined, 0) AS declined, coalesce(a.expired, 0) AS expired,
               coalesce(s.minutes, 0) AS minutes
        FROM volunteers v LEFT JOIN asked a ON a.person = v.id LEFT JOIN served s ON s.person = v.id
    )
"""

FIGURES = """
    count(*) AS people, count(*) FILTER (WHERE free) AS free, count(*) FILTER (WHERE offers > 0) AS asked,
    coalesce(sum(offers), 0)::bigint AS offers, coalesce(sum(accepted), 0)::bigint AS accepted,
    coalesce(sum(declined), 0)::bigint AS declined, coalesce(sum(expired), 0)::bigint AS expired,
    count(*) FILTER (WHERE minutes > 0) AS served, coalesce(sum(minutes), 0)::bigint AS minutes
"""

GROUPS = f"""
    WITH {PEOPLE},
    each AS (
        SELECT CASE WHEN GROUPING(street) = 0 THEN 'street' WHEN GROUPING(sex) = 0 THEN 'sex'
                    WHEN GROUPING(since) = 0 THEN 'since' ELSE '' END AS "group",
               coalesce(CASE WHEN GROUPING(street) = 0 THEN street WHEN GROUPING(sex) = 0 THEN sex
                             WHEN GROUPING(since) = 0 THEN since END, '') AS key, {FIGURES}
        FROM told GROUP BY GROUPING SETS ((), (street), (sex), (since))
        UNION ALL
        SELECT 'language', language, {FIGURES} FROM told, unnest(languages) language GROUP BY language
    )
    SELECT e.*, coalesce(r.name, l.name_zh, '') AS name, coalesce(r.name_en, l.name_en, '') AS name_en
    FROM each e
    LEFT JOIN region r ON e."group" = 'street' AND r.code = e.key
    LEFT JOIN language l ON e."group" = 'language' AND l.code = e.key
    ORDER BY e."group", e.people DESC, e.key
"""

EACH = f"WITH {PEOPLE} SELECT offers, minutes, count(*) AS people FROM told GROUP BY offers, minutes"

PLACES = f"""
    WITH {SHIFTS},
    seats AS (
        SELECT shown.region, sum(e.needed) AS needed, sum(e.taken) AS taken
        FROM shown JOIN seat e ON e.shift = shown.id GROUP BY shown.region
    ),
    waiting AS (
        SELECT q.region, count(*) AS requests FROM request q
        WHERE q.status IN ('received', 'accepted') AND q.received_at < $5
        GROUP BY q.region
    )
    SELECT r.code, r.name, r.name_en, coalesce(s.needed, 0)::bigint AS needed, coalesce(s.taken, 0)::bigint AS taken,
           coalesce(w.requests, 0)::bigint AS requests
    FROM region r LEFT JOIN seats s ON s.region = r.code LEFT JOIN waiting w ON w.region = r.code
    WHERE r.code LIKE $3 || '%' AND (s.needed > 0 OR w.requests > 0)
    ORDER BY coalesce(1 - s.taken::float / s.needed, 1) DESC, coalesce(w.requests, 0) DESC, r.code
"""


class Community(Struct, frozen=True, kw_only=True):
    """A community: places wanted and filled, and requests nobody has planned yet."""

    code: str
    name: str
    name_en: str
    needed: int
    taken: int
    requests: int

    @property
    def empty_share(self) -> float:
        return 1 - self.taken / self.needed if self.needed else 0.0


class _Each(Struct, frozen=True):
    offers: int
    minutes: int
    people: int


class Fairness(Struct, frozen=True, kw_only=True):
    """The whole report."""

    days: int
    since: datetime
    until: datetime
    all: Reached
    groups: dict[str, list[Reached]]
    times_asked: list[tuple[str, int]]
    """Words for how often, with how many people."""
    spread: Spread
    communities: list[Community]


async def fairness(actor: Actor, days: int, *, now: datetime) -> Fairness:
    """The report on the shifts the actor may see, over so many days before now, and the people of their region."""
    since, reach = now - timedelta(days=days), reach_of(actor)
    arguments = _arguments(reach, actor, since, now)
    found = await fetch(Reached, GROUPS, *arguments)
    each = await fetch(_Each, EACH, *arguments)
    groups: dict[str, list[Reached]] = {}
    for row in found:
        groups.setdefault(row.group, []).append(row)
    return Fairness(
        days=days,
        since=since,
        until=now,
        all=groups.pop("")[0],
        groups=groups,
        times_asked=[
            (words, sum(one.people for one in each if least <= one.offers <= most))
            for words, least, most in TIMES_ASKED
        ],
        spread=spread([one.minutes for one in each for _ in range(one.people)]),
        communities=await fetch(Community, PLACES, *arguments),
    )


def _arguments(reach: Reach, actor: Actor, since: datetime, now: datetime) -> tuple[object, ...]:
    where = "" if reach.everything else actor.region
    return reach.agency, reach.buyer, where, since, now
