"""What people may claim of their own time, and what a typed-in roster must say: within limits, graded low."""

from datetime import datetime, timedelta

from app.hours.rules.counting import Stretch
from app.hours.rules.kinds import KINDS, Kind
from app.hours.rules.statuses import Status
from app.hours.rules.times import Times
from app.kit.rules import N_, Refusal

AROUND_PLAN = timedelta(minutes=60)
"""Who says that they were there says so of the shift, not of the rest of the day."""
AROUND_SHIFT = timedelta(days=7)
"""Preparing and writing up belong to a shift when they are done within so many days of it."""
MOST_BESIDE_MINUTES = 8 * 60

BESIDE: tuple[Kind, ...] = (Kind.PREPARATION, Kind.WRITE_UP, Kind.TRAVEL, Kind.SUPERVISION)
"""Kinds of time that can be claimed beside a shift."""

PUNCHED_ALREADY = Refusal(
    "punched_already",
    N_("Something was punched for you at this shift."),
    N_("If it is wrong, ask the leader to correct the times, or object to them."),
)
RECORDED_ALREADY = Refusal(
    "recorded_already",
    N_("Your times for this shift are recorded already."),
    N_("If they are wrong, object to them."),
)
MARKED_ABSENT = Refusal(
    "marked_absent", N_("You were marked as not having come."), N_("If you were there, object to it.")
)
NOT_YOUR_TIME = Refusal("not_your_time", N_("Only the person who was there can say so."))
SHIFT_NOT_OVER = Refusal("shift_not_over", N_("This shift is not over yet."), N_("Wait until it ends."))
OUTSIDE_SHIFT = Refusal(
    "outside_shift",
    N_("These times reach more than an hour beyond the shift."),
    N_("Key only the shift itself; preparing, writing up and travelling are keyed beside it."),
)
OUT_BEFORE_IN = Refusal("out_before_in", N_("Leaving must be later than arriving."), N_("Check both times."))
TOO_LONG_BESIDE = Refusal(
    "too_long_beside", N_("More than 8 hours beside one shift cannot be keyed at once."), N_("Check both times.")
)
FAR_FROM_SHIFT = Refusal("far_from_shift", N_("This is more than 7 days away from the shift."), N_("Check the dates."))
STILL_TO_COME = Refusal("in_the_future", N_("These times are still to come."), N_("Key them when the work is done."))
NOT_BESIDE = Refusal("not_beside", N_("Choose what the time was."), status=422)
NOT_THERE = Refusal("not_there", N_("Time beside a shift belongs to someone who came to it."))
BESIDE_ONCE = Refusal(
    "beside_once",
    N_("Time of this kind is keyed for this shift already."),
    N_("Have it returned or corrected if it is wrong."),
)
OVERLAPS = Refusal(
    "overlaps",
    N_("Some of this time is recorded for %(activity)s already."),
    N_("Key only what lies outside it."),
)
SAY_WHAT_WAS_DONE = Refusal("say_what_was_done", N_("Say in a few words what was done."), status=422)

NO_SUCH_VOLUNTEER = Refusal(
    "no_such_volunteer", N_("Nobody has this volunteer number."), N_("Check the number on the roster.")
)
NAMED_TWICE = Refusal("named_twice", N_("This person stands on the roster twice."), N_("Leave one of the rows empty."))
NO_FREE_PLACE = Refusal(
    "no_free_place",
    N_("Was not signed up, and no place of this shift is free for this person."),
    N_("Add a place to the shift first."),
)
ELSEWHERE_THEN = Refusal("elsewhere_then", N_("This person has another shift at that time."))
SHIFT_CANCELLED = Refusal(
    "shift_cancelled",
    N_("This shift was cancelled."),
    N_("If people served all the same, publish a shift for it."),
)
ROSTER_EMPTY = Refusal("roster_empty", N_("Nothing was typed in."), N_("Key arriving and leaving for those who came."))
ROSTER_FAULTY = Refusal(
    "roster_faulty",
    N_("Nothing was saved: some rows cannot be right."),
    N_("Correct them and save again."),
    status=422,
)

CONSTRAINTS: dict[str, Refusal] = {"attendance_once_a_kind": BESIDE_ONCE}


def why_not_claim(status: Status, times: Times, origin: str, now: datetime) -> list[Refusal]:
    """Every reason why somebody cannot key their own times for a shift that nothing was punched at."""
    if origin == "claim" or status in (Status.RECORDED, Status.VOUCHED, Status.POSTED):
        return [RECORDED_ALREADY]
    if status is Status.NO_SHOW:
        return [MARKED_ABSENT]
    found = [PUNCHED_ALREADY] if times.punched else []
    return found if now >= times.planned.ends else [*found, SHIFT_NOT_OVER]


def why_not_these(planned: Stretch, to: Stretch) -> list[Refusal]:
    """Every reason why somebody's own times cannot be these; `why_not_correct` knows the others."""
    outside = to.starts < planned.starts - AROUND_PLAN or to.ends > planned.ends + AROUND_PLAN
    return [OUTSIDE_SHIFT] if outside else []


def why_not_beside(kind: str, shift: Stretch, to: Stretch, now: datetime) -> list[Refusal]:
    """Every reason why this cannot be time beside that shift."""
    found = [] if kind in BESIDE else [NOT_BESIDE]
    if to.minutes <= 0:
        found.append(OUT_BEFORE_IN)
    elif to.minutes > MOST_BESIDE_MINUTES:
        found.append(TOO_LONG_BESIDE)
    if to.ends > now:
        found.append(STILL_TO_COME)
    if to.starts < shift.starts - AROUND_SHIFT or to.ends > shift.ends + AROUND_SHIFT:
        found.append(FAR_FROM_SHIFT)
    return found


def kinds_beside() -> list[tuple[str, str]]:
    """The kinds as marked words."""
    return [(kind.value, KINDS[kind]) for kind in BESIDE]
