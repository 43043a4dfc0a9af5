"""Journeys between two punches that nobody can have made."""

from datetime import date, datetime

from msgspec import Struct

from app.hours.queries.radar.scope import Scope, Suspect, facts, zone
from app.hours.rules.radar import Travel
from app.hours.rules.travelling import Journey, impossible
from app.kit.db import fetch
from app.kit.places import Datum, Fix, metres_between

DATUM_SHIFT_KM = 2.5
"""Farther than China's map coordinates are from WGS 84, twice: what the statement lets pass for a closer look."""

# Where a person was: by a punch's own fix, else at the activity's place; and where corrected times put them.
SQL = """
    WITH seen AS (
        SELECT p.signup, p.person, p.at, p.latitude, p.longitude, p.accuracy_metres AS unsure, p.datum
        FROM punch p
        WHERE p.at >= ($1::date - 1)::timestamp AT TIME ZONE $4 AND p.at < $2::date::timestamp AT TIME ZONE $4
          AND p.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM punch u WHERE u.undoes = p.id)
          AND ($3::bigint[] IS NULL OR p.person = ANY($3))
        UNION ALL
        SELECT a.signup, a.person, t.at, NULL, NULL, NULL, ''
        FROM attendance a CROSS JOIN LATERAL (VALUES (a.adjusted_in), (a.adjusted_out)) AS t(at)
        WHERE a.adjusted_in IS NOT NULL AND a.served_on >= $1::date - 1 AND a.served_on < $2::date
          AND a.status <> 'no_show' AND a.kind = 'service' AND ($3::bigint[] IS NULL OR a.person = ANY($3))
    ),
    placed AS (
        SELECT coalesce(w.merged_into, w.id) AS person, s.at, s.signup, h.id AS shift, h.agency, h.title,
               coalesce(s.latitude, v.latitude) AS latitude, coalesce(s.longitude, v.longitude) AS longitude,
               coalesce(s.unsure, 0) AS unsure,
               CASE WHEN s.latitude IS NULL OR s.datum = '' THEN 'wgs84' ELSE s.datum END AS datum
        FROM seen s JOIN person w ON w.id = s.person JOIN signup g ON g.id = s.signup JOIN shift h ON h.id = g.shift
        JOIN activity v ON v.id = h.activity
        WHERE coalesce(s.latitude, v.latitude) IS NOT NULL AND coalesce(s.longitude, v.longitude) IS NOT NULL
    ),
    steps AS (
        SELECT p.person, p.agency AS there, p.title AS other, p.at AS to_at, p.signup AS to_signup,
               p.latitude AS to_latitude, p.longitude AS to_longitude, p.unsure AS to_unsure, p.datum AS to_datum,
               lag(p.agency) OVER w AS here, lag(p.title) OVER w AS one, lag(p.at) OVER w AS from_at,
               lag(p.signup) OVER w AS from_signup, lag(p.latitude) OVER w AS from_latitude,
               lag(p.longitude) OVER w AS from_longitude, lag(p.unsure) OVER w AS from_unsure,
               lag(p.datum) OVER w AS from_datum
        FROM placed p WINDOW w AS (PARTITION BY p.person ORDER BY p.at, p.signup)
    ),
    far AS (
        SELECT s.*, 12742 * asin(sqrt(least(1, power(sin(radians(to_latitude - from_latitude) / 2), 2)
                    + cos(radians(from_latitude)) * cos(radians(to_latitude))
                      * power(sin(radians(to_longitude - from_longitude) / 2), 2)))) AS km
        FROM steps s WHERE s.from_at IS NOT NULL AND s.to_at >= $1::date::timestamp AT TIME ZONE $4
    )
    SELECT f.person, f.here, f.there, f.one, f.other, f.from_at, f.to_at, (f.to_at AT TIME ZONE $4)::date AS day,
           f.from_signup, f.to_signup, f.from_latitude, f.from_longitude, f.from_unsure, f.from_datum, f.to_latitude,
           f.to_longitude, f.to_unsure, f.to_datum,
           ARRAY(SELECT a.id FROM attendance a WHERE a.signup IN (f.from_signup, f.to_signup) ORDER BY a.id)
               AS attendances
    FROM far f
    WHERE f.km + $7::float8 >= $5::float8
      AND (f.km + $7::float8) * 60 > $6::float8 * greatest(extract(epoch FROM f.to_at - f.from_at) / 60, 1)
    ORDER BY f.to_at, f.person
"""


class Leg(Struct, frozen=True, kw_only=True):
    """Two sightings of one person, one after the other."""

    person: int
    here: int
    there: int
    one: str
    other: str
    from_at: datetime
    to_at: datetime
    day: date
    from_signup: int
    to_signup: int
    from_latitude: float
    from_longitude: float
    from_unsure: float
    from_datum: Datum
    to_latitude: float
    to_longitude: float
    to_unsure: float
    to_datum: Datum
    attendances: list[int]

    @property
    def way(self) -> Journey:
        """How far it is at least, and how long it took."""
        start = Fix(latitude=self.from_latitude, longitude=self.from_longitude, datum=self.from_datum)
        end = Fix(latitude=self.to_latitude, longitude=self.to_longitude, datum=self.to_datum)
        metres = max(0.0, metres_between(start, end) - self.from_unsure - self.to_unsure)
        return Journey(metres, round((self.to_at - self.from_at).total_seconds() / 60))


async def find(scope: Scope, limits: Travel) -> list[Suspect]:
    """Impossible journeys; one finding for each agency concerned. The statement lets pass what a closer look needs."""
    legs = await fetch(
        Leg,
        SQL,
        scope.from_on,
        scope.before,
        scope.people,
        zone(),
        float(limits.km),
        float(limits.kmh),
        DATUM_SHIFT_KM,
    )
    return [
        _suspect(leg, agency) for leg in legs if impossible(leg.way, limits) for agency in sorted({leg.here, leg.there})
    ]


def _suspect(leg: Leg, agency: int) -> Suspect:
    figures: dict[str, object] = {
        "km": leg.way.km,
        "kmh": leg.way.kmh,
        "minutes": leg.way.minutes,
        "one": leg.one,
        "other": leg.other,
        "day": leg.day,
    }
    return Suspect(
        key=f"travel:{leg.from_signup}:{leg.to_signup}:{leg.day}:{agency}",
        agency=agency,
        person=leg.person,
        account=0,
        served_on=leg.day,
        facts=facts(figures, leg.attendances),
    )
