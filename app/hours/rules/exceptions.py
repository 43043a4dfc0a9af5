"""What is unusual about the times of an attendance, so that someone looks before it counts: nothing here repairs."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from msgspec import Struct

from app.hours.rules.counting import Stretch
from app.hours.rules.punches import Clocked, put_together
from app.hours.rules.rule_book import CountingRules
from app.kit.rules import N_, Refusal

Figures = dict[str, int | str]
"""Minutes, metres and counts as whole numbers; instants and days as ISO text."""


class Unusual(StrEnum):
    """One way in which times are unusual."""

    NO_OUT = "no_out"
    NO_IN = "no_in"
    NOBODY_PUNCHED = "nobody_punched"
    OVERNIGHT = "overnight"
    SEVERAL_PAIRS = "several_pairs"
    PUNCHED_TWICE = "punched_twice"
    LONG = "long"
    OFF_PLAN = "off_plan"
    FAR_AWAY = "far_away"
    CLOCK_WRONG = "clock_wrong"
    KEYED_LATE = "keyed_late"


NAMES: dict[Unusual, str] = {
    Unusual.NO_OUT: N_("Leaving was not punched"),
    Unusual.NO_IN: N_("Arriving was not punched"),
    Unusual.NOBODY_PUNCHED: N_("Nothing was punched"),
    Unusual.OVERNIGHT: N_("Past midnight"),
    Unusual.SEVERAL_PAIRS: N_("Came and went several times"),
    Unusual.PUNCHED_TWICE: N_("Punched twice"),
    Unusual.LONG: N_("Longer than planned"),
    Unusual.OFF_PLAN: N_("Far from the planned time"),
    Unusual.FAR_AWAY: N_("Punched somewhere else"),
    Unusual.CLOCK_WRONG: N_("The device's clock was wrong"),
    Unusual.KEYED_LATE: N_("Keyed long afterwards"),
}

SENTENCES: dict[Unusual, str] = {
    Unusual.NO_OUT: N_("Arrived at %(came)s. The shift ended at %(ended)s, and leaving was not punched."),
    Unusual.NO_IN: N_("Left at %(left)s. The shift began at %(began)s, and arriving was not punched."),
    Unusual.NOBODY_PUNCHED: N_("Expected at %(began)s. Neither arriving nor leaving was punched."),
    Unusual.OVERNIGHT: N_("From %(came)s to %(left)s: %(before)s before midnight and %(after)s after it."),
    Unusual.SEVERAL_PAIRS: N_("Came and went %(pairs)s times: %(inside)s inside, %(away)s away in between."),
    Unusual.PUNCHED_TWICE: N_(
        "The same was punched twice in a row, %(apart)s apart: at %(first)s and at %(again)s. The longer time stands."
    ),
    Unusual.LONG: N_("%(worked)s instead of the planned %(planned)s: %(over)s longer."),
    Unusual.OFF_PLAN: N_("Planned %(began)s to %(ended)s, punched %(came)s to %(left)s."),
    Unusual.FAR_AWAY: N_(
        "%(metres)s m from the place. %(radius)s m are allowed, and the device was sure to %(exact)s m."
    ),
    Unusual.CLOCK_WRONG: N_("The device's clock was %(wrong)s %(way)s. It said %(said)s when it was %(really)s here."),
    Unusual.KEYED_LATE: N_("Keyed on %(keyed)s, %(workdays)s working days after the shift. %(allowed)s are allowed."),
}

PLAIN = frozenset({"pairs", "metres", "radius", "exact", "workdays", "allowed"})
"""Figures that are plain numbers; the other whole numbers are minutes."""
WAYS: dict[str, str] = {"slow": N_("slow"), "fast": N_("fast")}

MISSING = frozenset({Unusual.NO_OUT, Unusual.NO_IN, Unusual.NOBODY_PUNCHED})
"""Without a correction nothing can be counted, so these cannot be kept as they are."""


CLOCK_TOLERANCE = timedelta(minutes=5)
"""A device's clock off by more than this makes its times doubtful. Networks delay by seconds."""
FAR_MINUTES = 60
"""So far from the plan, the punches may belong to another occasion."""


class Seen(Struct, frozen=True, kw_only=True):
    """One punch that stands, with what else is known of it."""

    direction: str
    at: datetime
    received_at: datetime
    sent_at: datetime | None = None
    metres_away: float | None = None
    """From the place of the work; None when there was no fix, or the place is not on the map."""
    accuracy_metres: float | None = None


class Looked(Struct, frozen=True, kw_only=True):
    """Everything the decision rests on."""

    planned: Stretch
    punches: tuple[Seen, ...]
    expected: bool
    """Whether the person was to punch: not for time claimed or typed from a roster, nor for a sign-up that ended."""
    zone: ZoneInfo
    keyed_last: datetime | None = None
    """When the last punch was received or the last correction keyed."""
    workdays_late: int = 0
    """Working days from the day of the shift to that instant."""


class Found(Struct, frozen=True):
    """One thing that is unusual, with the figures of its sentence."""

    code: Unusual
    figures: Figures


def exceptions_of(looked: Looked, rules: CountingRules, now: datetime) -> tuple[Found, ...]:
    """Everything unusual about the punched times, judged by plan, place, clock and rule-book.

    Corrections do not make it go away: they settle it, and the record says who corrected and why.
    """
    if not looked.expected:
        return ()
    raw = put_together([Clocked(punch.direction, punch.at) for punch in looked.punches])
    found: list[Found | None] = []
    if raw.first_in and raw.last_out:
        worked = Stretch(raw.first_in, raw.last_out)
        long = _long(raw.minutes or 0, looked.planned, rules)
        found += [_overnight(worked, looked.zone), long, None if long else _off_plan(worked, looked.planned)]
    elif now >= looked.planned.ends:
        found.append(_missing(raw.first_in, raw.last_out, looked.planned))
    if raw.last_out or now >= looked.planned.ends:  # who is still here may come and go as they like until the end
        found.append(_several(raw.stretches, came_again=raw.last_out is None))
    found += [_twice(looked.punches, rules), _far(looked.punches, rules), _clock(looked.punches)]
    found.append(_late(looked, rules))
    return tuple(one for one in found if one)


def _missing(came: datetime | None, left: datetime | None, planned: Stretch) -> Found:
    if came:
        return Found(Unusual.NO_OUT, {"came": _iso(came), "ended": _iso(planned.ends)})
    if left:
        return Found(Unusual.NO_IN, {"left": _iso(left), "began": _iso(planned.starts)})
    return Found(Unusual.NOBODY_PUNCHED, {"began": _iso(planned.starts)})


def _overnight(worked: Stretch, zone: ZoneInfo) -> Found | None:
    """Time up to midnight does not pass it."""
    last_day = (worked.ends.astimezone(zone) - timedelta(microseconds=1)).date()
    if worked.starts.astimezone(zone).date() >= last_day:
        return None
    midnight = datetime.combine(last_day, time(), zone).astimezone(UTC)
    before, after = Stretch(worked.starts, midnight).minutes, Stretch(midnight, worked.ends).minutes
    if after <= 0:
        return None
    figures: Figures = {"came": _iso(worked.starts), "left": _iso(worked.ends), "before": before, "after": after}
    return Found(Unusual.OVERNIGHT, figures)


def _several(stretches: Sequence[Stretch], came_again: bool) -> Found | None:
    """A pair that is still open counts as a pair; its time is not known yet."""
    pairs = len(stretches) + came_again
    if pairs < 2:
        return None
    inside = sum(each.minutes for each in stretches)
    away = Stretch(stretches[0].starts, stretches[-1].ends).minutes - inside
    return Found(Unusual.SEVERAL_PAIRS, {"pairs": pairs, "inside": inside, "away": away})


def _twice(punches: Sequence[Seen], rules: CountingRules) -> Found | None:
    """Two people keying the same arrival a minute apart is nothing; half an hour apart, one of them is wrong."""
    in_order = sorted(punches, key=lambda each: (each.at, each.direction))
    worst: tuple[int, Seen, Seen] | None = None
    for first, again in pairwise(in_order):
        apart = Stretch(first.at, again.at).minutes
        if first.direction == again.direction and apart > max(rules.tolerance_minutes, worst[0] if worst else 0):
            worst = (apart, first, again)
    if worst is None:
        return None
    apart, first, again = worst
    return Found(Unusual.PUNCHED_TWICE, {"apart": apart, "first": _iso(first.at), "again": _iso(again.at)})


def _long(worked: int, planned: Stretch, rules: CountingRules) -> Found | None:
    over = worked - planned.minutes
    if over <= rules.tolerance_minutes:
        return None
    return Found(Unusual.LONG, {"worked": worked, "planned": planned.minutes, "over": over})


def _off_plan(worked: Stretch, planned: Stretch) -> Found | None:
    came_off = abs(Stretch(planned.starts, worked.starts).minutes)
    left_off = abs(Stretch(planned.ends, worked.ends).minutes)
    if max(came_off, left_off) <= FAR_MINUTES:
        return None
    figures: Figures = {
        "began": _iso(planned.starts),
        "ended": _iso(planned.ends),
        "came": _iso(worked.starts),
        "left": _iso(worked.ends),
    }
    return Found(Unusual.OFF_PLAN, figures)


def _far(punches: Sequence[Seen], rules: CountingRules) -> Found | None:
    """The punch that is farthest beyond what radius and accuracy allow."""
    worst: Figures | None = None
    beyond = 0.0
    for punch in punches:
        exact = punch.accuracy_metres or 0.0
        over = (punch.metres_away or 0.0) - exact - rules.place_radius_metres
        if punch.metres_away is not None and over > beyond:
            beyond = over
            worst = {
                "metres": round(punch.metres_away),
                "radius": rules.place_radius_metres,
                "exact": round(exact),
                "at": _iso(punch.at),
            }
    return Found(Unusual.FAR_AWAY, worst) if worst else None


def _clock(punches: Sequence[Seen]) -> Found | None:
    """The worst of the devices' clocks, known from what they said when they sent."""
    off = [(punch.received_at - punch.sent_at, punch) for punch in punches if punch.sent_at is not None]
    skew, punch = max(off, key=lambda each: abs(each[0]), default=(timedelta(), None))
    if punch is None or abs(skew) <= CLOCK_TOLERANCE:
        return None
    figures: Figures = {
        "wrong": round(abs(skew).total_seconds() / 60),
        "way": "slow" if skew > timedelta() else "fast",
        "said": _iso(punch.at),
        "really": _iso(punch.at + skew),
    }
    return Found(Unusual.CLOCK_WRONG, figures)


def _late(looked: Looked, rules: CountingRules) -> Found | None:
    if looked.keyed_last is None or looked.workdays_late <= rules.late_after_workdays:
        return None
    figures: Figures = {
        "keyed": looked.keyed_last.astimezone(looked.zone).date().isoformat(),
        "workdays": looked.workdays_late,
        "allowed": rules.late_after_workdays,
    }
    return Found(Unusual.KEYED_LATE, figures)


class Action(StrEnum):
    """How an exception was settled."""

    KEPT = "kept"
    ADJUSTED = "adjusted"
    MISSED = "missed"


class Why(StrEnum):
    """Why times that look unusual are kept as they are."""

    AS_PLANNED = "as_planned"
    AGREED = "agreed"
    DEVICE = "device"
    OTHER = "other"


WHYS: dict[Why, str] = {
    Why.AS_PLANNED: N_("It was planned so"),
    Why.AGREED: N_("Agreed with the leader"),
    Why.DEVICE: N_("The device was wrong, the times are right"),
    Why.OTHER: N_("Another reason"),
}

UNSETTLED = Refusal(
    "unsettled",
    N_("Something about these times is unusual, and nobody has settled it yet."),
    N_("Settle it among the exceptions first."),
)
SETTLED_ALREADY = Refusal(
    "exception_settled",
    N_("This exception is settled, or its times have changed meanwhile."),
    N_("Look at how it stands now."),
)
NOT_TO_KEEP = Refusal(
    "nothing_to_keep",
    N_("A time is missing, so there is nothing that could be kept as it is."),
    N_("Correct the times, or say that the person did not come."),
)
OWN_EXCEPTION = Refusal(
    "own_exception",
    N_("These are your own times."),
    N_("A colleague has to settle this."),
)
SAY_WHY = Refusal("say_why_kept", N_("Say in a few words why the times are right."), status=422)


def why_not_keep(codes: Collection[Unusual], complete: bool, person_account: int, account_id: int) -> list[Refusal]:
    """Every reason why this account may not keep the times as they are although these are unusual."""
    found = [OWN_EXCEPTION] if account_id == person_account else []
    return [*found, NOT_TO_KEEP] if not complete and MISSING.intersection(codes) else found


def _iso(instant: datetime) -> str:
    return instant.astimezone(UTC).replace(second=0, microsecond=0).isoformat()


def is_day(figure: str) -> bool:
    """Whether a figure is a day rather than an instant."""
    try:
        return date.fromisoformat(figure).isoformat() == figure
    except ValueError:
        return False
