"""Days on which one person has more time recorded than a day can hold."""

from app.hours.queries.radar.scope import Scope, Suspect, suspects, worked, zone
from app.hours.rules.radar import LongDay

# A night shift is cut at midnight, by the city's clocks. Who went away and came back was there for less than the span.
SQL = f"""
    WITH worked AS ({worked()}),
    days AS (
        SELECT w.id, w.agency, w.person, d.day::date AS day,
               least(w.minutes, extract(epoch FROM least(w.went, (d.day + interval '1 day') AT TIME ZONE $4)
                                                   - greatest(w.came, d.day AT TIME ZONE $4))::bigint / 60) AS minutes
        FROM worked w CROSS JOIN LATERAL generate_series(
            date_trunc('day', w.came AT TIME ZONE $4), w.went AT TIME ZONE $4, interval '1 day') AS d(day)
    ),
    sums AS (
        SELECT person, day, sum(minutes)::bigint AS minutes, array_agg(DISTINCT agency) AS agencies,
               array_agg(DISTINCT id) AS ids
        FROM days WHERE day >= $1::date AND day < $2::date
        GROUP BY person, day HAVING sum(minutes) > $5::bigint
    )
    SELECT format('long_day:%s:%s:%s', s.person, s.day, o.agency) AS key, o.agency, s.person, 0 AS account,
           s.day AS served_on,
           jsonb_build_object('minutes', s.minutes, 'day', s.day, 'rows', cardinality(s.ids),
                              'attendances', s.ids)::text AS facts
    FROM sums s CROSS JOIN LATERAL unnest(s.agencies) AS o(agency)
    ORDER BY s.day, s.person, o.agency
"""


async def find(scope: Scope, limits: LongDay) -> list[Suspect]:
    """Days of a person that are too long; one finding for each agency that recorded some of it."""
    return await suspects(SQL, scope.from_on, scope.before, scope.people, zone(), limits.minutes)
