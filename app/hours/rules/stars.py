"""Stars for volunteers: which table holds at a place and on a day, and how far someone is in it."""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from app.kit.rules import N_, Refusal

MOST_STARS = 5


class Tier(Struct, frozen=True):
    """From so many minutes on, so many stars."""

    stars: int
    minutes: int


class DatedTier(Struct, frozen=True, kw_only=True):
    """One row of a place's table; no place means everywhere that has no table of its own."""

    region: str | None
    applies_from: date
    stars: int
    minutes: int


class Standing(Struct, frozen=True, kw_only=True):
    """How many stars someone has, and what the next one takes."""

    minutes: int
    stars: int
    table: tuple[Tier, ...]
    next: Tier | None
    """None with the highest."""

    @property
    def missing(self) -> int:
        """Minutes to the next star; 0 with the highest."""
        return self.next.minutes - self.minutes if self.next else 0


SAY_HOURS = Refusal(
    "star_hours_wrong",
    N_("Enter up to five whole numbers of hours, each larger than the one before."),
    N_("For example: 100 300 600 1000 1500"),
    status=422,
)
NOT_BACKDATED = Refusal(
    "star_table_backdated",
    N_("A table applies from today or later: stars already given are not taken away."),
    status=422,
)
UNKNOWN_PLACE = Refusal("star_place_unknown", N_("There is no such place."), status=422)
TABLE_KNOWN = Refusal("star_table_known", N_("This place already has a table from that day on."))

CONSTRAINTS: dict[str, Refusal] = {"star_tier_once": TABLE_KNOWN, "star_tier_minutes_positive": SAY_HOURS}


def table_for(rows: Iterable[DatedTier], region: str, on: date) -> tuple[Tier, ...]:
    """The table that holds at a place on a day: of the nearest place around it, the newest that applies by then."""
    tables: dict[tuple[int, date], list[Tier]] = {}
    for row in rows:
        if row.applies_from <= on and (row.region is None or region.startswith(row.region)):
            tables.setdefault((len(row.region or ""), row.applies_from), []).append(Tier(row.stars, row.minutes))
    return tuple(sorted(tables[max(tables)], key=lambda tier: tier.minutes)) if tables else ()


def standing(minutes: int, table: Sequence[Tier]) -> Standing:
    """How far so many minutes reach in a table."""
    reached = [tier for tier in table if tier.minutes <= minutes]
    ahead = [tier for tier in table if tier.minutes > minutes]
    return Standing(
        minutes=minutes,
        stars=max((tier.stars for tier in reached), default=0),
        table=tuple(table),
        next=min(ahead, key=lambda tier: tier.minutes, default=None),
    )


def read_table(typed: str) -> tuple[Tier, ...] | None:
    """The tiers someone typed as hours, `100 300 600`; None when they are none."""
    parts = typed.replace(",", " ").replace("，", " ").replace("、", " ").split()
    if not 0 < len(parts) <= MOST_STARS or not all(part.isdecimal() and len(part) < 6 for part in parts):
        return None
    hours = [int(part) for part in parts]
    if hours[0] < 1 or sorted(set(hours)) != hours:
        return None
    return tuple(Tier(place, hour * 60) for place, hour in enumerate(hours, start=1))
