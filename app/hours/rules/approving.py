"""Who may approve an attendance, what a correction must say, and what the named constraints mean in words."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from app.hours.rules.counting import DAY_MINUTES, Stretch
from app.hours.rules.rule_book import Tier
from app.hours.rules.statuses import Status
from app.hours.rules.tiers import TIERS
from app.kit.rules import N_, Refusal

UNDOING: dict[str, str] = {
    "by_mistake": N_("Approved by mistake"),
    "wrong_times": N_("The times are wrong"),
    "wrong_person": N_("It was someone else"),
    "not_served": N_("It did not take place"),
    "other": N_("Another reason"),
}
"""Why an approval is taken back."""

ENTRY_REASONS: dict[str, str] = {
    **UNDOING,
    "confirmed": N_("The person served confirmed it"),
    "corrected": N_("The times were corrected and approved again"),
    "re_rated": N_("Counted again under a newer rule-book"),
    "allocated": N_("Counts for another contract line"),
}
"""Why the ledger takes an entry back and perhaps writes it anew."""

FARTHEST_FROM_PLAN = timedelta(hours=24)


class Reason(StrEnum):
    """Why times had to be corrected."""

    FORGOT_IN = "forgot_in"
    FORGOT_OUT = "forgot_out"
    WRONG_TIME = "wrong_time"
    BREAK = "break"
    DEVICE = "device"
    ROSTER = "roster"
    OBJECTION = "objection"
    """Not to be chosen: an objection was upheld."""
    OTHER = "other"


REASONS: dict[Reason, str] = {
    Reason.FORGOT_IN: N_("Forgot to punch in"),
    Reason.FORGOT_OUT: N_("Forgot to punch out"),
    Reason.WRONG_TIME: N_("Punched at the wrong time"),
    Reason.BREAK: N_("Break taken off"),
    Reason.DEVICE: N_("Telephone or network failed"),
    Reason.ROSTER: N_("Kept on a paper roster"),
    Reason.OBJECTION: N_("The person contested the times, and is right"),
    Reason.OTHER: N_("Another reason"),
}

OWN_HOURS = Refusal(
    "own_hours",
    N_("These are your own hours."),
    N_("A colleague has to approve them."),
)
RECORDED_BY_YOU = Refusal(
    "recorded_by_you",
    N_("You punched or corrected this yourself."),
    N_("A colleague who did not record it has to approve it."),
)
APPROVED_ALREADY = Refusal(
    "approved_already",
    N_("Someone else approved this a moment ago. Its hours were counted once."),
    N_("Nothing more needs to be done."),
)
NOT_RECORDED = Refusal(
    "not_recorded",
    N_("The times are not complete yet."),
    N_("Correct the times, or wait until leaving is punched."),
)
RETURNED = Refusal(
    "returned",
    N_("This was returned and has not been corrected yet."),
    N_("Correct the times first."),
)
POSTED = Refusal(
    "posted",
    N_("These hours are posted, so their times no longer change."),
    N_("A mistake is put right by a new entry that names the old one."),
)
DID_NOT_COME = Refusal(
    "did_not_come",
    N_("This person was marked as not having come."),
    N_("If that was a mistake, key the times."),
)
NOT_ABSENT = Refusal(
    "not_absent",
    N_("Something was punched or keyed for this person."),
    N_("Undo the punches first if they are wrong."),
)
NOT_OVER = Refusal(
    "shift_not_over",
    N_("This shift is not over yet."),
    N_("Wait until it ends."),
)
OUT_BEFORE_IN = Refusal("out_before_in", N_("Leaving must be later than arriving."), N_("Check both times."))
IN_THE_FUTURE = Refusal("in_the_future", N_("These times are still to come."), N_("Key them when the work is done."))
FAR_FROM_PLAN = Refusal(
    "far_from_plan",
    N_("These times are more than a day away from the shift."),
    N_("Check the dates."),
)
TOO_LONG = Refusal("too_long", N_("Nobody serves for more than 24 hours at a stretch."), N_("Check both times."))
NO_RULE_BOOK = Refusal(
    "no_rule_book",
    N_("No rule-book applies on this day, so nothing can be counted."),
    N_("Ask the platform administrator to add one for that time."),
)
SAY_REASON = Refusal("say_reason", N_("A correction needs its reason."), N_("Choose a reason."))
SAY_NOTE = Refusal("say_note", N_("Say in a few words what happened."), status=422)
SAY_WHAT_IS_WRONG = Refusal("say_what_is_wrong", N_("Say in a few words what has to be put right."), status=422)
SECOND_NEEDED = Refusal(
    "second_needed",
    N_("You have vouched for this already. The rule-book asks for a second person."),
    N_("A colleague has to vouch as well."),
)
NOT_YOUR_TIER = Refusal(
    "not_your_tier",
    N_("Someone else has to vouch for this next: %(who)s."),
    N_("Nothing to do here until then."),
)
YOU_VOUCHED = Refusal(
    "you_vouched",
    N_("You vouched for this, so you cannot correct it as well."),
    N_("A colleague who has not approved it has to correct it."),
)
TIME_TAKEN = Refusal(
    "time_taken",
    N_("Some of this time already counts elsewhere."),
    N_("Look at the person's other attendances of that day, and correct the times."),
)
TIME_CLAIMED = Refusal(
    "time_taken",
    N_("Some of this time already counts for %(activity)s, recorded by %(agency)s."),
    N_("One of the two is wrong: correct the times, or have the other one taken back."),
)
MONTH_DETACHED = Refusal(
    "month_detached",
    N_("The ledger of this month is kept outside the database."),
    N_("Ask the platform administrator to bring the month back first."),
)
NOT_POSTED = Refusal("not_posted", N_("No hours are posted for this, so there is nothing to take back."))
SAY_WHY_UNDONE = Refusal("say_why_undone", N_("Say in a few words why this is taken back."), status=422)
ALLOCATED_ALREADY = Refusal("allocated_already", N_("These hours already count for a contract line."))
CLAIMED_ALREADY = Refusal(
    "allocated_already",
    N_("These hours are already claimed by the line %(line)s of contract %(contract)s."),
    N_("An hour counts for one line only. Take the approval back first if that line is wrong."),
)
NO_SUCH_LINE = Refusal(
    "no_such_line",
    N_("This line cannot take these hours."),
    N_("Choose a line of a contract in force on that day, for the same kind of service and the same capacity."),
    status=422,
)
VERIFIER_ALLOCATES = Refusal(
    "verifier_allocates",
    N_("Whoever approved hours does not choose which line they count for."),
    N_("A colleague has to choose."),
)

CONSTRAINTS: dict[str, Refusal] = {
    "attendance_adjusted_in_order": OUT_BEFORE_IN,
    "attendance_adjusted_with_reason": SAY_REASON,
    "approval_once": APPROVED_ALREADY,
    "approval_by_another": SECOND_NEEDED,
    "approval_by_verifier": RECORDED_BY_YOU,
    "adjustment_by_recorder": YOU_VOUCHED,
    "held_time_once": TIME_TAKEN,
    "posting_entry_once": APPROVED_ALREADY,
    "allocation_at_most_once": ALLOCATED_ALREADY,
    "allocation_not_by_verifier": VERIFIER_ALLOCATES,
    "allocation_by_allocator": VERIFIER_ALLOCATES,
}

_NOT_APPROVABLE: dict[Status, Refusal] = {
    Status.EXPECTED: NOT_RECORDED,
    Status.PRESENT: NOT_RECORDED,
    Status.RETURNED: RETURNED,
    Status.POSTED: APPROVED_ALREADY,
    Status.NO_SHOW: DID_NOT_COME,
}


def next_tier(tiers: Sequence[Tier], vouched: int) -> Tier:
    """Who has to vouch next, when so many have; the agency where nothing is known yet."""
    return tiers[vouched] if vouched < len(tiers) else Tier.AGENCY


FROM_WITHIN = frozenset({Tier.AGENCY, Tier.SECOND, Tier.RULE})
FROM_ABOVE = frozenset({Tier.SECOND, Tier.PARENT})
"""Whose word the body above an agency may give: a small agency may have no second person who took no part."""


class ToApprove(Protocol):
    """What is known of an attendance someone would vouch for."""

    @property
    def status(self) -> Status: ...
    @property
    def account_id(self) -> int: ...
    @property
    def recorders(self) -> Sequence[int]: ...
    @property
    def next_tier(self) -> Tier: ...


def why_not_approve(attendance: ToApprove, account_id: int, *, parent: bool = False) -> list[Refusal]:
    """Every reason why this account may not approve; the database holds the same by its constraints.

    `parent` says that the account speaks for the body above the agency.
    """
    found = [_NOT_APPROVABLE[attendance.status]] if attendance.status in _NOT_APPROVABLE else []
    if account_id == attendance.account_id:
        found.append(OWN_HOURS)
    elif account_id in attendance.recorders:
        found.append(RECORDED_BY_YOU)
    if not found and attendance.next_tier not in (FROM_ABOVE if parent else FROM_WITHIN):
        found.append(NOT_YOUR_TIER.with_params(who=TIERS[attendance.next_tier]))
    return found


def why_not_correct(status: Status, planned: Stretch, to: Stretch, now: datetime) -> list[Refusal]:
    """Every reason why the times may not become these."""
    found = [] if status.changeable else [POSTED]
    if to.minutes <= 0:
        found.append(OUT_BEFORE_IN)
    elif to.minutes > DAY_MINUTES:
        found.append(TOO_LONG)
    if to.ends > now:
        found.append(IN_THE_FUTURE)
    if to.starts < planned.starts - FARTHEST_FROM_PLAN or to.ends > planned.ends + FARTHEST_FROM_PLAN:
        found.append(FAR_FROM_PLAN)
    return found


def why_not_missed(status: Status, planned_ends: datetime, now: datetime) -> list[Refusal]:
    """Every reason why this person cannot be marked as not having come."""
    found = [] if status is Status.EXPECTED else [NOT_ABSENT]
    if now < planned_ends:
        found.append(NOT_OVER)
    return found
