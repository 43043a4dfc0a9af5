"""What becomes of a finding: who explains, who settles, and what it does to an agency's score."""

from enum import StrEnum
from math import floor

from app.kit.rules import N_, Refusal


class FindingStatus(StrEnum):
    """Open until someone outside the agency has settled it; settled once and for all."""

    OPEN = "open"
    EXPLAINED = "explained"
    CORRECTED = "corrected"
    MISUSE = "misuse"


OUTCOMES: dict[FindingStatus, tuple[str, str]] = {
    FindingStatus.EXPLAINED: (N_("Explained"), N_("It happened so, and there is a good reason.")),
    FindingStatus.CORRECTED: (N_("Put right"), N_("It was a mistake, and the hours have been corrected.")),
    FindingStatus.MISUSE: (N_("Misuse"), N_("Hours were claimed that nobody served. It stays in the agency's score.")),
}
"""How a finding can be settled, and what that says."""

AGENCY, FUNDER = "agency", "funder"
"""Whose turn it is, and who said something."""

SETTLED_ALREADY = Refusal(
    "finding_settled",
    N_("This has been settled, and a settled finding is not opened again."),
    N_("Should the same happen once more, it becomes a finding of its own."),
)
ABOUT_YOU = Refusal(
    "finding_about_you",
    N_("This is about you, or about an organisation you belong to."),
    N_("A colleague who has no part in it has to settle it."),
    status=403,
)
NOT_YOURS_TO_EXPLAIN = Refusal(
    "not_yours_to_explain",
    N_("Only the agency that it is about can explain it."),
    N_("Settle it, or wait for the agency's words."),
    status=403,
)
SAY_OUTCOME = Refusal("say_outcome", N_("Say in a few words what came of looking into it."), status=422)
SAY_EXPLANATION = Refusal("say_explanation", N_("Say in a few words how this came about."), status=422)
NOT_BACK_IN_TIME = Refusal(
    "thresholds_back_in_time",
    N_("Thresholds change from today at the earliest: what was looked at before stays as it is."),
    N_("Choose today or a later day."),
    status=422,
)
CHANGED_THAT_DAY = Refusal(
    "radar_rule_once",
    N_("The thresholds of this rule already change on that day."),
    N_("Choose another day."),
)

CONSTRAINTS: dict[str, Refusal] = {"radar_rule_once": CHANGED_THAT_DAY, "radar_finding_settled_by_someone": SAY_OUTCOME}

LEAST_HOURS = 1_000
"""Fewer hours count as so many, so that one finding does not ruin a small agency."""


def why_not_settle(status: FindingStatus, *, involved: bool) -> Refusal | None:
    """Why someone who decides may not settle this one. `involved`: it is about them, or they belong to the agency."""
    if status is not FindingStatus.OPEN:
        return SETTLED_ALREADY
    return ABOUT_YOU if involved else None


def score(minutes: int, weight: int) -> int | None:
    """100 less the weight of findings that are open or misuse for every 1,000 hours, rounded down; None without hours.

    `weight` is the sum of the rules' weights over those findings of the same twelve months as the minutes.
    """
    if minutes <= 0:
        return None
    hours = max(minutes / 60, LEAST_HOURS)
    return max(0, floor(100 - weight * 1_000 / hours))
