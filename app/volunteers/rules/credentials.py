"""Whether a proof holds on a day, how it stands, and what is missing for a piece of work: pure decisions."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from app.kit.rules import N_, Refusal

WARNED_AHEAD = (timedelta(days=30), timedelta(days=7))
"""How long before the end people are told, the earlier first."""

NOT_VERIFIED = Refusal(
    "credential_not_verified",
    N_("Nobody has seen the original of this credential yet: %(credential)s."),
    N_("Show the original to the agency; they note it, and then it counts."),
)
ENDS_TOO_SOON = Refusal(
    "credential_ends_too_soon",
    N_("Your credential does not hold for the whole shift: %(credential)s, valid until %(last)s."),
    N_("Renew it, and enter the new one in your profile."),
)
NOT_YET_IN_FORCE = Refusal(
    "credential_not_yet",
    N_("Your credential only holds from %(first)s: %(credential)s."),
    N_("Choose a shift from that day on."),
)
MISSING = Refusal(
    "credential_needed",
    N_("This place asks for a credential: %(credential)s."),
    N_("If you have it, enter it in your profile and show the agency the original."),
)

UNKNOWN_KIND = Refusal(
    "credential_unknown_kind",
    N_("This kind of credential is not in the list."),
    N_("Choose one from the list."),
    status=422,
)
NOT_ISSUED_YET = Refusal(
    "credential_not_issued_yet",
    N_("It cannot have been issued on a day to come."),
    N_("Look at the date of issue."),
    status=422,
)
ENDS_BEFORE_ISSUE = Refusal(
    "credential_ends_before_issue",
    N_("Its last day is before the day of issue."),
    N_("Look at both dates on the original."),
    status=422,
)
OWN = Refusal(
    "credential_own",
    N_("Nobody confirms their own credential."),
    N_("Show the original to another manager of your agency."),
)
OVER = Refusal(
    "credential_over",
    N_("This credential ended or was withdrawn, so there is nothing to confirm."),
    N_("Enter the new one."),
)
CODES = frozenset(each.code for each in (NOT_VERIFIED, ENDS_TOO_SOON, NOT_YET_IN_FORCE, MISSING))


class Standing(StrEnum):
    """How a credential stands on a day."""

    TO_VERIFY = "to_verify"
    NOT_YET = "not_yet"
    IN_FORCE = "in_force"
    ENDING = "ending"
    ENDED = "ended"
    REVOKED = "revoked"


class Due(StrEnum):
    """What about a credential waits for its agency."""

    TO_VERIFY = "to_verify"
    ENDING = "ending"
    ENDED = "ended"


STANDING_WORDS: dict[Standing, tuple[str, str]] = {
    Standing.TO_VERIFY: (N_("Original not seen yet"), "waiting"),
    Standing.NOT_YET: (N_("Not in force yet"), "neutral"),
    Standing.IN_FORCE: (N_("In force"), "good"),
    Standing.ENDING: (N_("Ends soon"), "waiting"),
    Standing.ENDED: (N_("Ended"), "bad"),
    Standing.REVOKED: (N_("Withdrawn"), "neutral"),
}
"""Each standing in words, with its tone."""


class Asked(Struct, frozen=True):
    """A kind of credential that some work asks for, with its name in the reader's language."""

    code: str
    name: str


class Held(Struct, frozen=True, kw_only=True):
    """A credential that somebody has and that nobody revoked."""

    kind: str
    issued_on: date
    ends_before: date | None
    verified: bool

    @property
    def last_day(self) -> date | None:
        """The last day on which it holds."""
        return self.ends_before - timedelta(days=1) if self.ends_before else None


def covers(held: Held, first: date, last: date) -> bool:
    """Whether somebody saw it, and it holds on each of these days."""
    return held.verified and held.issued_on <= first and _lasts(held, last)


def _lasts(held: Held, last: date) -> bool:
    return held.ends_before is None or last < held.ends_before


def standing(held: Held, today: date, *, revoked: bool = False) -> Standing:
    """How it stands today; what is over is over, whether or not anyone saw it."""
    if revoked:
        return Standing.REVOKED
    if not _lasts(held, today):
        return Standing.ENDED
    if not held.verified:
        return Standing.TO_VERIFY
    if today < held.issued_on:
        return Standing.NOT_YET
    return Standing.IN_FORCE if _lasts(held, today + WARNED_AHEAD[0]) else Standing.ENDING


def entry_refusal(issued_on: date, ends_before: date | None, today: date) -> Refusal | None:
    """What is wrong with the dates of a credential that is being entered; one that ended may still be entered."""
    if issued_on > today:
        return NOT_ISSUED_YET
    return ENDS_BEFORE_ISSUE if ends_before is not None and ends_before <= issued_on else None


def verify_refusal(stands: Standing, *, own: bool) -> Refusal | None:
    """Why somebody cannot say that they saw the original."""
    if own:
        return OWN
    return OVER if stands in (Standing.ENDED, Standing.REVOKED) else None


def refusal(asked: Asked, has: Iterable[Held], first: date, last: date) -> Refusal | None:
    """Why what somebody has does not do for work on these days: the reason nearest to being mended."""
    found = [held for held in has if held.kind == asked.code]
    if any(covers(held, first, last) for held in found):
        return None
    if any(held.issued_on <= first and _lasts(held, last) for held in found):
        return NOT_VERIFIED.with_params(credential=asked.name)
    ended = [held.last_day for held in found if held.issued_on <= first and held.last_day]
    if ended:
        return ENDS_TOO_SOON.with_params(credential=asked.name, last=max(ended).isoformat())
    if found:
        return NOT_YET_IN_FORCE.with_params(
            credential=asked.name, first=min(held.issued_on for held in found).isoformat()
        )
    return MISSING.with_params(credential=asked.name)


def refusals(asked: Sequence[Asked], has: Sequence[Held], first: date, last: date) -> list[Refusal]:
    """Every credential that is missing for work on these days, with the fix."""
    return [found for each in asked if (found := refusal(each, has, first, last))]
