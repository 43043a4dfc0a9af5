"""What an approver should look at twice."""

from datetime import datetime
from enum import StrEnum

from app.hours.rules.counting import Stretch
from app.hours.rules.times import Times
from app.kit.rules import N_


class Flag(StrEnum):
    """One thing that differs from the plan."""

    NO_IN = "no_in"
    NO_OUT = "no_out"
    NOBODY_PUNCHED = "nobody_punched"
    LATE = "late"
    LEFT_EARLY = "left_early"
    LONG = "long"
    CORRECTED = "corrected"
    COUNTS_LESS = "counts_less"


FLAGS: dict[Flag, str] = {
    Flag.NO_IN: N_("Arriving was not punched"),
    Flag.NO_OUT: N_("Leaving was not punched"),
    Flag.NOBODY_PUNCHED: N_("Nothing was punched"),
    Flag.LATE: N_("Came late"),
    Flag.LEFT_EARLY: N_("Left early"),
    Flag.LONG: N_("Longer than planned"),
    Flag.CORRECTED: N_("Times corrected"),
    Flag.COUNTS_LESS: N_("Counts less than was worked"),
}


def flags(times: Times, counted: int | None, tolerance: int, now: datetime) -> tuple[Flag, ...]:
    """Everything worth a look: what is more than `tolerance` minutes off the plan, and what is missing at the end."""
    found = [Flag.CORRECTED] if times.adjusted else []
    if not times.complete and now >= times.planned.ends:
        found.append(_missing(times))
    if times.came and Stretch(times.planned.starts, times.came).minutes > tolerance:
        found.append(Flag.LATE)
    if times.left and Stretch(times.left, times.planned.ends).minutes > tolerance:
        found.append(Flag.LEFT_EARLY)
    if times.worked is not None:
        if times.worked > times.planned.minutes + tolerance:
            found.append(Flag.LONG)
        if counted is not None and counted < times.worked:
            found.append(Flag.COUNTS_LESS)
    return tuple(found)


def _missing(times: Times) -> Flag:
    if not times.punched:
        return Flag.NOBODY_PUNCHED
    return Flag.NO_IN if times.raw_in is None else Flag.NO_OUT
