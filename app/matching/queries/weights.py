"""What the city values, from which day on, by whose decision and why."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.kit.db import fetch
from app.matching.problem import Weights

ROWS = """
    SELECT w.id, w.applies_from, w.weights::text AS weights, a.name AS decided_by, w.decided_at, w.reason
    FROM weighting w LEFT JOIN account a ON a.id = w.decided_by ORDER BY w.applies_from DESC
"""


class WeightingRow(Struct, frozen=True, kw_only=True):
    """One decision."""

    id: int
    applies_from: date
    weights: str
    decided_by: str | None
    decided_at: datetime
    reason: str

    @property
    def figures(self) -> Weights:
        """Every weight; those it does not name have their first value."""
        return msgspec.json.decode(self.weights, type=Weights)


async def weightings() -> list[WeightingRow]:
    """Every decision, the latest first."""
    return await fetch(WeightingRow, ROWS)


async def weighting_on(day: date) -> WeightingRow | None:
    """What applies on a day."""
    return next((row for row in await weightings() if row.applies_from <= day), None)
