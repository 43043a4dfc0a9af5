"""Evidence grades: how well a posting is evidenced, from A to E."""

from enum import StrEnum

from app.hours.rules.counting import Stretch
from app.hours.rules.times import Times
from app.kit.rules import N_


class Grade(StrEnum):
    """The best is A."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"


GRADES: dict[Grade, str] = {
    Grade.A: N_("Both punches, and the person served confirmed"),
    Grade.B: N_("Both punches"),
    Grade.C: N_("One punch, and the leader"),
    Grade.D: N_("Own claim, approved"),
    Grade.E: N_("Keyed by staff"),
}


def grade(times: Times, *, confirmed: bool, claimed: bool) -> Grade | None:
    """The grade of what is known, or None while the times are not complete.

    A correction inside the punched time, such as a break taken off, still rests on both punches. One that reaches
    beyond it rests on the leader's word. `claimed` says that the person keyed the times.
    """
    if not times.complete:
        return None
    if _rests_on_both_punches(times):
        return Grade.A if confirmed else Grade.B
    if times.punched:
        return Grade.C
    return Grade.D if claimed else Grade.E


def _rests_on_both_punches(times: Times) -> bool:
    if times.raw_in is None or times.raw_out is None:
        return False
    if times.adjusted is None:
        return True
    starts_inside = Stretch(times.raw_in, times.adjusted.starts).minutes >= 0
    return starts_inside and Stretch(times.adjusted.ends, times.raw_out).minutes >= 0
