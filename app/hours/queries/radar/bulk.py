"""One account that keys very many entries within minutes."""

from datetime import timedelta

from app.hours.queries.radar.scope import MOST_ROWS, Scope, Suspect, suspects, zone
from app.hours.rules.radar import Bulk

# Punches by when they were received, since that is when they were keyed; one's own are not keyed for anybody.
SQL = f"""
    WITH keyed AS (
        SELECT p.keyed_by AS by, h.agency, p.received_at AS at, p.signup
        FROM punch p JOIN shift h ON h.id = p.shift JOIN person w ON w.id = p.person
        WHERE p.received_at >= $1::date::timestamp AT TIME ZONE $4
          AND p.received_at < $2::date::timestamp AT TIME ZONE $4
          AND p.keyed_by IS DISTINCT FROM w.account AND ($3::bigint[] IS NULL OR p.keyed_by = ANY($3))
        UNION ALL
        SELECT j.by, a.agency, j.at, a.signup
        FROM adjustment j JOIN attendance a ON a.id = j.attendance
        WHERE j.at >= $1::date::timestamp AT TIME ZONE $4 AND j.at < $2::date::timestamp AT TIME ZONE $4
          AND j.by <> a.account_id AND ($3::bigint[] IS NULL OR j.by = ANY($3))
    ),
    counted AS (
        SELECT k.by, k.agency, k.at, (k.at AT TIME ZONE $4)::date AS day,
               count(*) OVER (PARTITION BY k.by, k.agency ORDER BY k.at
                              RANGE BETWEEN $6::interval PRECEDING AND CURRENT ROW) AS n
        FROM keyed k
    ),
    peaks AS (
        SELECT DISTINCT ON (by, agency, day) by, agency, day, at, n
        FROM counted WHERE n > $5::bigint ORDER BY by, agency, day, n DESC, at
    )
    SELECT format('bulk:%s:%s:%s', k.by, k.agency, k.day) AS key, k.agency, 0 AS person, k.by AS account,
           k.day AS served_on,
           jsonb_build_object('n', k.n, 'day', k.day, 'rows', cardinality(r.ids),
                              'attendances', r.ids[1:{MOST_ROWS}])::text AS facts
    FROM peaks k CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(DISTINCT a.id), '{{}}') AS ids
        FROM keyed e JOIN attendance a ON a.signup = e.signup
        WHERE e.by = k.by AND e.agency = k.agency AND e.at BETWEEN k.at - $6::interval AND k.at
    ) r
    ORDER BY k.day, k.by, k.agency
"""


async def find(scope: Scope, limits: Bulk) -> list[Suspect]:
    """The busiest minutes of each account, agency and day, where they pass the limit."""
    window = timedelta(minutes=limits.minutes)
    return await suspects(SQL, scope.from_on, scope.before, scope.keyers, zone(), limits.entries, window)
