"""Every change a version would make, read month by month: what a preview's file holds, however many there are."""

from collections.abc import AsyncIterator

from app.hours.queries.rating import START, Scope, months_after, rated_in
from app.hours.rules import CountingRules
from app.hours.rules.previewing import Change, change_of, replay

MONTHS_AT_ONCE = 200


async def changes_of(scope: Scope, rules: CountingRules) -> AsyncIterator[list[Change]]:
    """The changes of some months at a time."""
    after = START
    while months := await months_after(scope, after, MONTHS_AT_ONCE):
        rows = await rated_in(scope, months)
        found = [change_of(one) for month in rows.values() for one in replay(month, rules) if one.changed]
        if found:
            yield found
        after = months[-1]
