"""One account that keys the same times by hand over and over."""

from app.hours.queries.radar.scope import MOST_ROWS, Scope, Suspect, suspects, zone
from app.hours.rules.radar import SameTimes

SQL = f"""
    WITH keyed AS (
        SELECT j.by, a.agency, a.id, a.shift, a.served_on,
               to_char(j.to_in AT TIME ZONE $4, 'HH24:MI') AS come, to_char(j.to_out AT TIME ZONE $4, 'HH24:MI') AS go
        FROM attendance a JOIN adjustment j ON j.attendance = a.id
        WHERE a.served_on >= $1::date - $7::int AND a.served_on < $2::date
          AND ($3::bigint[] IS NULL OR j.by = ANY($3))
    ),
    sums AS (
        SELECT by, agency, come, go, count(DISTINCT id) AS n, count(DISTINCT shift) AS shifts, max(served_on) AS day,
               array_agg(DISTINCT id) AS ids
        FROM keyed GROUP BY by, agency, come, go
        HAVING count(DISTINCT id) >= $5::bigint AND count(DISTINCT shift) >= $6::bigint AND max(served_on) >= $1::date
    )
    SELECT format('same_times:%s:%s:%s-%s:%s', s.by, s.agency, s.come, s.go, to_char(s.day, 'YYYY-MM')) AS key,
           s.agency, 0 AS person, s.by AS account, s.day AS served_on,
           jsonb_build_object('come', s.come, 'go', s.go, 'n', s.n, 'shifts', s.shifts, 'day', s.day, 'rows', s.n,
                              'attendances', s.ids[1:{MOST_ROWS}])::text AS facts
    FROM sums s ORDER BY s.agency, s.by, s.come
"""


async def find(scope: Scope, limits: SameTimes) -> list[Suspect]:
    """Identical hand-keyed times of one account for one agency, the last of them within the span."""
    return await suspects(
        SQL,
        scope.from_on,
        scope.before,
        scope.keyers,
        zone(),
        limits.attendances,
        limits.shifts,
        limits.days,
    )
