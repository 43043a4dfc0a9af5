"""The same people with the same minutes, shift after shift."""

from app.hours.queries.radar.scope import MOST_ROWS, Scope, Suspect, suspects, worked
from app.hours.rules.radar import Twins

# The month of the last time is in the key: who goes on with it next month is found again, and nobody every night.
SQL = f"""
    WITH worked AS ({worked("$1::date - $6::int")}),
    batches AS (
        SELECT w.agency, w.shift, min(w.served_on) AS day, array_agg(w.person ORDER BY w.person) AS people,
               array_agg(w.id) AS ids
        FROM worked w
        GROUP BY w.agency, w.shift, date_trunc('minute', w.came), date_trunc('minute', w.went)
        HAVING count(DISTINCT w.person) >= $4::bigint
    ),
    sets AS (
        SELECT b.agency, b.people, count(DISTINCT b.shift) AS shifts, max(b.day) AS day,
               array_agg(DISTINCT i.id) AS ids
        FROM batches b CROSS JOIN LATERAL unnest(b.ids) AS i(id)
        GROUP BY b.agency, b.people HAVING count(DISTINCT b.shift) >= $5::bigint AND max(b.day) >= $1::date
    )
    SELECT format('twins:%s:%s:%s', s.agency, md5(s.people::text), to_char(s.day, 'YYYY-MM')) AS key, s.agency,
           0 AS person, 0 AS account, s.day AS served_on,
           jsonb_build_object('people', cardinality(s.people), 'shifts', s.shifts, 'day', s.day,
                              'rows', cardinality(s.ids), 'attendances', s.ids[1:{MOST_ROWS}])::text AS facts
    FROM sets s ORDER BY s.agency, s.people
"""


async def find(scope: Scope, limits: Twins) -> list[Suspect]:
    """Identical batches of one agency, the last of them within the span."""
    return await suspects(SQL, scope.from_on, scope.before, scope.people, limits.people, limits.shifts, limits.days)
