"""Days as people write them in tables."""

import re
from datetime import date, datetime

from msgspec import Struct

ISO = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T].*)?")
SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?: .*)?")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
SPELT = ("%B %d %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y")
FIRST_YEAR, LAST_YEAR = 1900, 2100


class ReadDay(Struct, frozen=True):
    """A day and how sure its reading is."""

    day: date
    spelt: bool = False
    """Its month was a word, in English."""
    ambiguous: bool = False
    """Day and month could be the other way round; it was read as month/day."""


def read_day(text: str) -> ReadDay | None:
    """`2011-07-30`, `2011年7月30日`, `20110730`, `July 30 2011`, `30 Jul 2011`, `7/30/2011`; None for anything else."""
    plain = " ".join(text.replace(",", " ").replace("，", " ").split())
    if found := ISO.fullmatch(plain) or COMPACT.fullmatch(plain):
        day = _day(*found.groups())
        return ReadDay(day) if day else None
    if found := SLASHED.fullmatch(plain):
        first, second, year = found.groups()
        american, european = _day(year, first, second), _day(year, second, first)
        if american:
            return ReadDay(american, ambiguous=european is not None and american != european)
        return ReadDay(european) if european else None
    for form in SPELT:
        try:
            day = datetime.strptime(plain, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
        return ReadDay(day, spelt=True) if FIRST_YEAR <= day.year <= LAST_YEAR else None
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None
