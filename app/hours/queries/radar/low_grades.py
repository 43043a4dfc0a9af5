"""Agencies much of whose month is graded D or E."""

from app.hours.queries.radar.scope import MOST_ROWS, Scope, Suspect, suspects
from app.hours.rules.radar import LowGrades

SQL = f"""
    WITH sums AS (
        SELECT a.agency, sum(a.counted_minutes)::bigint AS total,
               coalesce(sum(a.counted_minutes) FILTER (WHERE a.grade IN ('D', 'E')), 0)::bigint AS minutes,
               array_agg(a.id ORDER BY a.id) FILTER (WHERE a.grade IN ('D', 'E')) AS ids
        FROM attendance a
        WHERE a.served_on >= $1::date AND a.served_on < $2::date AND a.counted_minutes > 0
          AND a.status IN ('recorded', 'vouched', 'posted')
        GROUP BY a.agency
    )
    SELECT format('low_grades:%s:%s', s.agency, to_char($1::date, 'YYYY-MM')) AS key, s.agency, 0 AS person,
           0 AS account, $2::date - 1 AS served_on,
           jsonb_build_object('percent', s.minutes * 100 / s.total, 'minutes', s.minutes, 'total', s.total,
                              'month', $1::date, 'rows', cardinality(s.ids),
                              'attendances', s.ids[1:{MOST_ROWS}])::text AS facts
    FROM sums s
    WHERE s.total >= $4::bigint * 60 AND s.minutes * 100 > $3::bigint * s.total
    ORDER BY s.agency
"""


async def find(scope: Scope, limits: LowGrades) -> list[Suspect]:
    """For one month."""
    return await suspects(SQL, scope.from_on, scope.before, limits.percent, limits.hours)
