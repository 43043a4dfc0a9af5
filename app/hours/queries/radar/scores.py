"""Each agency's integrity score, from what the radar found and the hours of the same twelve months."""

from datetime import date

import msgspec
from dateutil.relativedelta import relativedelta
from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.queries.radar.findings import AGENCIES, viewer
from app.hours.queries.rollups import Reach, sums
from app.hours.rules.radar_outcomes import score
from app.hours.rules.slices import By, Slice
from app.kit.db import fetch

MONTHS = 12


class _Weighed(Struct, frozen=True, kw_only=True):
    agency_id: int
    agency_name: str
    agency_name_en: str
    open: int
    misuse: int
    settled: int
    weight: int


# A finding weighs what its rule weighed on the day it is about.
SQL = f"""
    SELECT o.id AS agency_id, o.name AS agency_name, o.name_en AS agency_name_en,
           count(f.id) FILTER (WHERE f.status = 'open') AS open,
           count(f.id) FILTER (WHERE f.status = 'misuse') AS misuse,
           count(f.id) FILTER (WHERE f.status IN ('explained', 'corrected')) AS settled,
           coalesce(sum(r.weight) FILTER (WHERE f.status IN ('open', 'misuse')), 0)::bigint AS weight
    FROM organisation o
    LEFT JOIN radar_finding f ON f.agency = o.id AND f.served_on >= $3
    LEFT JOIN LATERAL (
        SELECT q.weight FROM radar_rule q WHERE q.code = f.rule AND q.applies_from <= f.served_on
        ORDER BY q.applies_from DESC LIMIT 1
    ) r ON true
    WHERE o.kind = 'agency' AND o.id IN ({AGENCIES})
      AND ($4::bigint IS NULL OR o.id = (SELECT g.agency FROM program g WHERE g.id = $4))
    GROUP BY o.id, o.name, o.name_en ORDER BY o.id
"""


class ScoreRow(_Weighed, frozen=True, kw_only=True):
    """One agency's score; None when no hours are counted."""

    minutes: int
    score: int | None


def since(today: date) -> date:
    """The first day of the twelve months that end with this one."""
    return today.replace(day=1) - relativedelta(months=MONTHS - 1)


async def scores_for(actor: Actor, today: date, program: int | None = None) -> list[ScoreRow]:
    """The agencies this actor may see, the lowest score first; or the one that runs a program."""
    weighed = await fetch(_Weighed, SQL, *viewer(actor), since(today), program)
    split = (By.AGENCY,)
    counted = await sums(Reach(everything=True), Slice(from_on=since(today)), [split]) if weighed else {split: []}
    minutes = {row.agency: row.minutes for row in counted[split]}
    rows = [
        ScoreRow(
            **msgspec.structs.asdict(one),
            minutes=minutes.get(one.agency_id, 0),
            score=score(minutes.get(one.agency_id, 0), one.weight),
        )
        for one in weighed
    ]
    return sorted(rows, key=lambda row: (row.score is None, row.score or 0, row.agency_id))
