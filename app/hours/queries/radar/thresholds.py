"""The radar's rules as they are kept: a row from a day on, never changed."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.hours.rules.radar import RULES, Code, Dated
from app.kit.db import fetch


class ThresholdRow(Struct, frozen=True, kw_only=True):
    """One row of a rule's history."""

    id: int
    code: Code
    applies_from: date
    thresholds: str
    weight: int
    enabled: bool
    set_by_name: str | None
    set_at: datetime

    @property
    def limits(self) -> Struct:
        """Its thresholds, in the rule's own shape. One that is missing has the value it was written with."""
        return msgspec.json.decode(self.thresholds, type=RULES[self.code].thresholds)

    @property
    def dated(self) -> Dated:
        """What the rules need of it."""
        return Dated(applies_from=self.applies_from, thresholds=self.limits, enabled=self.enabled)


SQL = """
    SELECT r.id, r.code, r.applies_from, r.thresholds::text, r.weight, r.enabled, k.name AS set_by_name, r.set_at
    FROM radar_rule r LEFT JOIN account k ON k.id = r.set_by
    WHERE $1::text IS NULL OR r.code = $1 ORDER BY r.code, r.applies_from DESC
"""


async def history(code: Code | None = None) -> dict[Code, list[ThresholdRow]]:
    """Every row of each rule, the newest first; or of one."""
    kept: dict[Code, list[ThresholdRow]] = {one: [] for one in Code}
    for row in await fetch(ThresholdRow, SQL, code):
        kept[row.code].append(row)
    return kept


def holding(rows: list[ThresholdRow], on: date) -> ThresholdRow | None:
    """The row that holds on a day, of rows with the newest first."""
    return next((row for row in rows if row.applies_from <= on), None)
