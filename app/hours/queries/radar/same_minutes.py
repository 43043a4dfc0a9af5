"""People, and those who key for others, whose check-ins fall on the same minute every time."""

from app.hours.queries.radar.scope import MOST_ROWS, Scope, Suspect, suspects
from app.hours.rules.radar import SameMinute

CAME = """
    SELECT a.id, a.agency, a.shift, a.person, a.served_on, p.keyed_by, a.account_id,
           extract(epoch FROM date_trunc('minute', p.at) - date_trunc('minute', a.planned_starts))::int / 60 AS off_by
    FROM attendance a JOIN punch p ON p.signup = a.signup AND p.direction = 'in' AND p.at = a.raw_in
    WHERE a.served_on >= $1::date - $7::int AND a.served_on < $2::date AND a.status <> 'no_show' AND p.undoes IS NULL
"""

# A shift counts once for whoever keyed it: twelve people tapped one after the other are one coming to work. People and
# keyers of one attendance are looked up each by their own index.
SQL = f"""
    WITH came AS (
        {CAME} AND ($3::bigint[] IS NULL OR a.person = ANY($3))
        UNION
        {CAME} AND $3::bigint[] IS NOT NULL AND p.keyed_by = ANY($4::bigint[])
    ),
    by_person AS (
        SELECT coalesce(w.merged_into, w.id) AS person, 0::bigint AS account, c.agency, c.shift, c.off_by,
               c.served_on, c.id
        FROM came c JOIN person w ON w.id = c.person WHERE $3::bigint[] IS NULL OR c.person = ANY($3)
    ),
    by_keyer AS (
        SELECT DISTINCT ON (keyed_by, shift) 0::bigint AS person, keyed_by AS account, agency, shift, off_by,
               served_on, id
        FROM came WHERE keyed_by <> account_id AND ($4::bigint[] IS NULL OR keyed_by = ANY($4))
        ORDER BY keyed_by, shift, off_by, id
    ),
    offsets AS (
        SELECT person, account, agency, off_by, count(DISTINCT shift) AS n, max(served_on) AS day, array_agg(id) AS ids,
               sum(count(DISTINCT shift)) OVER (PARTITION BY person, account, agency) AS among
        FROM (SELECT * FROM by_person UNION ALL SELECT * FROM by_keyer) every_one
        GROUP BY person, account, agency, off_by
    )
    SELECT format('same_minute:%s:%s:%s:%s', o.person, o.account, o.agency, to_char(o.day, 'YYYY-MM')) AS key,
           o.agency, o.person, o.account, o.day AS served_on,
           jsonb_build_object('offset', o.off_by, 'n', o.n, 'of', o.among, 'day', o.day, 'rows', cardinality(o.ids),
                              'attendances', o.ids[1:{MOST_ROWS}])::text AS facts
    FROM offsets o
    WHERE o.n >= $5::bigint AND o.n * 100 >= $6::bigint * o.among AND o.day >= $1::date
    ORDER BY o.agency, o.person, o.account
"""


async def find(scope: Scope, limits: SameMinute) -> list[Suspect]:
    """The same minute in nearly all cases, the last of them within the span."""
    return await suspects(
        SQL,
        scope.from_on,
        scope.before,
        scope.people,
        scope.keyers,
        limits.check_ins,
        limits.percent,
        limits.days,
    )
