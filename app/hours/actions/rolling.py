"""Adds a sealed batch to the kept sums. The ledger is append-only, so a sum is exact when only what is new is added."""

from app.hours.queries.rollups import PARTS
from app.kit.db import execute

# What sums by month come to by one column at a time: for everyone, for the agency, and for the program whose line it
# is. A program and not its funder or evaluator, because a program may get another evaluator.
BY_ONE_COLUMN = f"""
    SELECT reach, number, month, dimension, key, capacity, sum(minutes) AS minutes, sum(entries) AS entries
    FROM {{months}} monthly
    LEFT JOIN (SELECT l.id AS bought, c.program FROM line l JOIN contract c ON c.id = l.contract) b ON bought = line
    CROSS JOIN LATERAL (VALUES ('city', 0), ('agency', agency), ('program', program)) whose (reach, number)
    CROSS JOIN LATERAL {PARTS}
    WHERE number IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
"""

# One pass over the batch feeds all four tables. Rows are written in the order of their keys, so that the new ones lie
# side by side.
ROLL_UP = f"""
    WITH sealed AS MATERIALIZED (
        SELECT po.served_on, date_trunc('month', po.served_on)::date AS month, po.person, coalesce(al.line, 0) AS line,
               po.agency, po.region, po.service_kind, po.kind, po.capacity, po.grade, po.minutes,
               CASE WHEN po.reverses THEN -1 ELSE 1 END AS entries
        FROM leaf lf
        JOIN posting po ON po.id = lf.posting_id AND po.served_on = lf.served_on
        LEFT JOIN allocation al ON al.posting_id = po.id AND al.served_on = po.served_on
        WHERE lf.position >= $1 AND lf.position < $2
    ), by_day AS (
        INSERT INTO rollup_day AS kept
            (day, line, agency, region, service_kind, kind, capacity, grade, minutes, entries)
        SELECT served_on, line, agency, region, service_kind, kind, capacity, grade, sum(minutes), sum(entries)
        FROM sealed GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
        ON CONFLICT ON CONSTRAINT rollup_day_once DO UPDATE
            SET minutes = kept.minutes + EXCLUDED.minutes, entries = kept.entries + EXCLUDED.entries
    ), months AS MATERIALIZED (
        SELECT month, line, agency, region, service_kind, kind, capacity, grade,
               sum(minutes) AS minutes, sum(entries) AS entries
        FROM sealed GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
    ), by_month AS (
        INSERT INTO rollup_month AS kept
            (month, line, agency, region, service_kind, kind, capacity, grade, minutes, entries)
        SELECT * FROM months
        ON CONFLICT ON CONSTRAINT rollup_month_once DO UPDATE
            SET minutes = kept.minutes + EXCLUDED.minutes, entries = kept.entries + EXCLUDED.entries
    ), by_split AS (
        INSERT INTO rollup_split AS kept (reach, number, month, dimension, key, capacity, minutes, entries)
        {BY_ONE_COLUMN.format(months="months")}
        ON CONFLICT ON CONSTRAINT rollup_split_once DO UPDATE
            SET minutes = kept.minutes + EXCLUDED.minutes, entries = kept.entries + EXCLUDED.entries
    )
    INSERT INTO rollup_person AS kept (person, month, agency, kind, capacity, grade, minutes, entries)
    SELECT person, month, agency, kind, capacity, grade, sum(minutes), sum(entries)
    FROM sealed GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6
    ON CONFLICT ON CONSTRAINT rollup_person_once DO UPDATE
        SET minutes = kept.minutes + EXCLUDED.minutes, entries = kept.entries + EXCLUDED.entries
"""


async def roll_up(first: int, past: int) -> None:
    """Add the entries at the leaves from `first` up to, not including, `past`: each leaf exactly once, by its seal.

    Runs in the transaction that seals them, so that an entry is in the sums or in the unsealed tail, never in both.
    """
    await execute(ROLL_UP, first, past)
