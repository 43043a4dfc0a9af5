"""Two rounds beside each other: who stays, who moves, who is new, and who is no longer proposed."""

from datetime import datetime

from msgspec import Struct

from app.kit.db import fetch, value
from app.matching.queries.rounds import RoundRow

BEFORE = """
    SELECT id FROM round
    WHERE organisation = $1 AND part_of IS NULL AND status IN ('ready', 'sent') AND id < $2
      AND starts < $4 AND ends > $3 AND (left($5, length(region)) = region OR left(region, length($5)) = $5)
    ORDER BY id DESC LIMIT 1
"""
PAIRS = """
    WITH old AS (
        SELECT l.shift, l.person, coalesce(o.status = 'accepted', false) AS settled
        FROM placement l LEFT JOIN offer o ON o.id = l.offer WHERE l.round = $1 AND l.dropped_at IS NULL
    ), new AS (
        SELECT shift, person FROM placement WHERE round = $2 AND dropped_at IS NULL
    )
    SELECT h.id AS shift, h.title, h.starts, h.ends, p.id AS person,
           old.shift IS NOT NULL AS was, new.shift IS NOT NULL AS will, coalesce(old.settled, false) AS settled
    FROM old FULL JOIN new ON new.shift = old.shift AND new.person = old.person
    JOIN shift h ON h.id = coalesce(new.shift, old.shift) JOIN person p ON p.id = coalesce(new.person, old.person)
    WHERE h.starts >= $3 AND h.starts < $4 AND left(h.region, length($5)) = $5
    ORDER BY h.starts, h.id, p.id
"""


class Pairing(Struct, frozen=True, kw_only=True):
    """A person with a shift, in one plan or both."""

    shift: int
    title: str
    starts: datetime
    ends: datetime
    person: int
    was: bool
    will: bool
    settled: bool
    """They accepted the offer of the round before, so the place is theirs and is not planned again."""


class Compared(Struct, frozen=True, kw_only=True):
    """What is different, over the days and places that both rounds are about."""

    kept: int
    settled: int
    moved: list[Pairing]
    """Proposed elsewhere now: their new places."""
    new: list[Pairing]
    lost: list[Pairing]
    """Places that those who move no longer have, and those of people who are not proposed at all any more."""

    @property
    def share_kept(self) -> float | None:
        """Of those who were proposed before and have not accepted yet."""
        before = self.kept + len(self.lost)
        return self.kept / before if before else None


async def round_before(found: RoundRow) -> int | None:
    """The round with which one is compared: the one it was based on, else the last before it that it overlaps with."""
    if found.based_on is not None:
        return found.based_on
    last = await value(BEFORE, found.organisation, found.id, found.starts, found.ends, found.region)
    return None if last is None else int(last)


async def compared(before: RoundRow, after: RoundRow) -> Compared:
    """How a plan differs from an earlier one."""
    starts, ends = max(before.starts, after.starts), min(before.ends, after.ends)
    region = max(before.region, after.region, key=len)
    return compare(await fetch(Pairing, PAIRS, before.id, after.id, starts, ends, region))


def compare(pairs: list[Pairing]) -> Compared:
    """Sort pairs by what became of them."""
    settled = [each for each in pairs if each.was and each.settled]
    lost = [each for each in pairs if each.was and not each.will and not each.settled]
    added = [each for each in pairs if each.will and not each.was]
    movers = {each.person for each in lost} & {each.person for each in added}
    return Compared(
        kept=sum(1 for each in pairs if each.was and each.will and not each.settled),
        settled=len(settled),
        moved=[each for each in added if each.person in movers],
        new=[each for each in added if each.person not in movers],
        lost=lost,
    )
