"""Attendances of one person that overlap in time."""

from app.hours.queries.radar.scope import Scope, Suspect, suspects, worked
from app.hours.rules.radar import Overlap

# Time of another kind beside a shift belongs to the same sign-up, and the ledger itself keeps it apart.
SQL = f"""
    WITH worked AS ({worked()}),
    pairs AS (
        SELECT a.person, a.id AS first, b.id AS second, a.agency AS here, b.agency AS there, a.shift AS one,
               b.shift AS other, greatest(a.served_on, b.served_on) AS day,
               extract(epoch FROM least(a.went, b.went) - greatest(a.came, b.came))::bigint / 60 AS minutes
        FROM worked a JOIN worked b
          ON b.person = a.person AND b.id > a.id AND b.signup <> a.signup AND a.came < b.went AND b.came < a.went
    )
    SELECT format('overlap:%s:%s:%s', p.first, p.second, o.agency) AS key, o.agency, p.person, 0 AS account,
           p.day AS served_on,
           jsonb_build_object('minutes', p.minutes, 'day', p.day, 'one', h.title, 'other', t.title, 'rows', 2,
                              'attendances', ARRAY[p.first, p.second])::text AS facts
    FROM pairs p JOIN shift h ON h.id = p.one JOIN shift t ON t.id = p.other
    CROSS JOIN LATERAL (SELECT p.here UNION SELECT p.there) AS o(agency)
    WHERE p.minutes >= $4::bigint AND p.day >= $1::date
    ORDER BY p.day, p.first, p.second, o.agency
"""


async def find(scope: Scope, limits: Overlap) -> list[Suspect]:
    """Two places at once; one finding for each agency concerned."""
    return await suspects(SQL, scope.from_on, scope.before, scope.people, limits.minutes)
