"""Reporting periods: which one a day belongs to, and how it stands."""

from datetime import date

from msgspec import Struct

from app.kit.db import fetch_one, in_transaction
from app.programs.rules import PeriodStatus


class PeriodStanding(Struct, frozen=True, kw_only=True):
    """The period a day of a line belongs to, held as it stands until the asking transaction ends."""

    period_id: int
    status: PeriodStatus

    @property
    def locked(self) -> bool:
        """Whether nothing may be allocated to it: refuse with `rules.PERIOD_LOCKED`."""
        return self.status.locked


OPEN_PERIOD_FOR = """
    SELECT p.id AS period_id, p.status
    FROM line l JOIN period p ON p.contract = l.contract
    WHERE l.id = $1 AND p.starts_on <= $2 AND $2 < p.ends_before
    FOR SHARE OF p
"""


async def open_period_for(line_id: int, day: date) -> PeriodStanding | None:
    """The period that covers `day` in the line's contract, or None.

    Takes FOR SHARE on the period's row, so that a submission waits until the asking transaction has allocated.

    Raises:
        RuntimeError: outside a transaction, where the lock would hold nothing.
    """
    if not in_transaction():
        raise RuntimeError("open_period_for() needs a transaction")
    return await fetch_one(PeriodStanding, OPEN_PERIOD_FOR, line_id, day)
