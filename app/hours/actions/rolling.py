"""Adds a sealed batch to the kept sums. The ledger is append-only, so a sum is exact when only what is new is added."""

from app.kit.db import execute

# One pass over the batch feeds all three tables. Rows are written in the order of their keys, so that the new ones lie
# side by side.
ROLL_UP = """
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
    ), by_month AS (
        INSERT INTO rollup_month AS kept
            (month, line, agency, region, service_kind, kind, capacity, grade, minutes, entries)
        SELECT month, line, agency, region, service_kind, kind, capacity, grade, sum(minutes), sum(entries)
        FROM sealed GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
        ON CONFLICT ON CONSTRAINT rollup_month_once DO UPDATE
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
