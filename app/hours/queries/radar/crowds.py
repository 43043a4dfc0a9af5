"""Shifts with far more people than they have places, or than is usual."""

from app.hours.queries.radar.scope import MOST_ROWS, Scope, Suspect, suspects
from app.hours.rules.radar import Crowd

SQL = f"""
    WITH heads AS (
        SELECT a.shift, a.activity, a.agency, min(a.served_on) AS day, count(DISTINCT a.person) AS people,
               array_agg(a.id) AS ids
        FROM attendance a
        WHERE a.served_on >= $1::date - $6::int AND a.served_on < $2::date AND a.status <> 'no_show'
          AND coalesce(a.adjusted_in, a.raw_in) IS NOT NULL AND ($3::bigint IS NULL OR a.activity = $3)
        GROUP BY a.shift, a.activity, a.agency
    ),
    usual AS (
        SELECT activity, round(percentile_cont(0.5) WITHIN GROUP (ORDER BY people))::bigint AS people FROM heads
        GROUP BY activity
    ),
    full_houses AS (
        SELECT h.*, u.people AS usual,
               (SELECT coalesce(sum(s.needed), 0)::bigint FROM seat s WHERE s.shift = h.shift) AS seats
        FROM heads h JOIN usual u ON u.activity = h.activity
        WHERE h.day >= $1::date AND h.people >= $4::bigint
    )
    SELECT format('crowd:%s', f.shift) AS key, f.agency, 0 AS person, 0 AS account, f.day AS served_on,
           jsonb_build_object('people', f.people, 'seats', f.seats, 'usual', f.usual, 'one', t.title, 'day', f.day,
                              'rows', cardinality(f.ids), 'attendances', f.ids[1:{MOST_ROWS}])::text AS facts
    FROM full_houses f JOIN shift t ON t.id = f.shift
    WHERE f.people > f.seats OR f.people > $5::bigint * f.usual
    ORDER BY f.day, f.shift
"""


async def find(scope: Scope, limits: Crowd) -> list[Suspect]:
    """Shifts of the span with very many people."""
    return await suspects(
        SQL, scope.from_on, scope.before, scope.activity, limits.people, limits.times_usual, limits.days
    )
