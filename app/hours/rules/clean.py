"""Which attendances may be approved without a second look, and every reason why someone may not vouch for one."""

from collections.abc import Collection, Sequence

from app.hours.rules.approving import SECOND_NEEDED, ToApprove, why_not_approve
from app.hours.rules.exceptions import UNSETTLED
from app.hours.rules.flags import Flag
from app.kit.rules import N_, Refusal

ALLOCATED_BY_YOU = Refusal(
    "allocated_by_you",
    N_("You chose the contract line of these hours."),
    N_("A colleague who did not choose it has to approve them."),
)

BY_THE_RULES = frozenset({Flag.COUNTS_LESS})
"""Flags that the rule-book itself answers: nobody has to look at how it rounds."""


def why_not_vouch(
    attendance: ToApprove,
    account_id: int,
    *,
    parent: bool = False,
    vouched_by: Collection[int] = (),
    allocated_by: Collection[int] = (),
    unsettled: int = 0,
) -> list[Refusal]:
    """Every reason why this account may not give the next word about an attendance.

    `parent` says that it speaks for the body above the agency, `vouched_by` who gave their word in this turn already.
    """
    found = why_not_approve(attendance, account_id, parent=parent)
    if found:
        return found
    if account_id in vouched_by:
        found.append(SECOND_NEEDED)
    if account_id in allocated_by:
        found.append(ALLOCATED_BY_YOU)
    if unsettled:
        found.append(UNSETTLED)
    return found


def is_clean(reasons: Sequence[Refusal], flags: Collection[Flag], *, corrected: bool, unsettled: int) -> bool:
    """Whether it is as planned: nobody keyed its times, tolerance was kept, nothing unusual waits."""
    return not reasons and not corrected and not unsettled and BY_THE_RULES.issuperset(flags)
