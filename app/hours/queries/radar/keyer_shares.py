"""Accounts that recorded most of an agency's hours of a month."""

from app.hours.queries.radar.scope import MOST_ROWS, Scope, Suspect, suspects
from app.hours.rules.radar import KeyerShare

# Hours whose times are known, posted or not: on the first of the next month many still wait for approval.
SQL = f"""
    WITH counted AS (
        SELECT a.id, a.agency, a.account_id, a.recorders, a.counted_minutes AS minutes
        FROM attendance a
        WHERE a.served_on >= $1::date AND a.served_on < $2::date AND a.counted_minutes > 0
          AND a.status IN ('recorded', 'vouched', 'posted')
    ),
    totals AS (SELECT agency, sum(minutes)::bigint AS minutes FROM counted GROUP BY agency),
    shares AS (
        SELECT c.agency, k.by, sum(c.minutes)::bigint AS minutes, array_agg(c.id ORDER BY c.id) AS ids
        FROM counted c CROSS JOIN LATERAL (SELECT DISTINCT unnest(c.recorders)) AS k(by)
        WHERE k.by <> c.account_id GROUP BY c.agency, k.by
    )
    SELECT format('keyer_share:%s:%s:%s', s.by, s.agency, to_char($1::date, 'YYYY-MM')) AS key, s.agency,
           0 AS person, s.by AS account, $2::date - 1 AS served_on,
           jsonb_build_object('percent', s.minutes * 100 / t.minutes, 'minutes', s.minutes, 'total', t.minutes,
                              'month', $1::date, 'rows', cardinality(s.ids),
                              'attendances', s.ids[1:{MOST_ROWS}])::text AS facts
    FROM shares s JOIN totals t ON t.agency = s.agency
    WHERE t.minutes >= $4::bigint * 60 AND s.minutes * 100 >= $3::bigint * t.minutes
    ORDER BY s.agency, s.by
"""


async def find(scope: Scope, limits: KeyerShare) -> list[Suspect]:
    """For one month."""
    return await suspects(SQL, scope.from_on, scope.before, limits.percent, limits.hours)
