"""Says what became of a certificate in the reader's language. Templates and the API ask here."""

from collections.abc import Iterable

from app.hours.rules.approving import ENTRY_REASONS
from app.hours.rules.certificate_file import FLAWS, Flaw
from app.hours.rules.certifying import Reversed
from app.hours.rules.grading import GRADES, Grade
from app.hours.rules.kinds import KINDS, Capacity, Kind
from app.kit.i18n import gettext
from app.kit.rules import N_

OTHER = N_("A correction")
BETTER = frozenset({"confirmed", "allocated"})
"""Reasons that leave the hours as they are."""
ACCOUNTS: dict[str, str] = {Capacity.VOLUNTEER: N_("Volunteering"), Capacity.TRAINING: N_("Training")}


def reasons(reversals: Iterable[Reversed]) -> list[tuple[str, int]]:
    """The classes of reasons, and how many postings each took back. Never whose or when."""
    counted: dict[str, int] = {}
    for one in reversals:
        said = gettext(ENTRY_REASONS.get(one.reason, OTHER))
        counted[said] = counted.get(said, 0) + 1
    return list(counted.items())


def same_hours(reversals: Iterable[Reversed]) -> bool:
    """Whether every reversal only wrote the same hours anew."""
    return all(one.reason in BETTER for one in reversals)


def flaw(code: Flaw) -> str:
    """What is wrong with a file."""
    return gettext(FLAWS[code])


def grade(letter: str) -> str:
    """What an evidence grade means."""
    return gettext(GRADES[Grade(letter)])


def kind(code: str) -> str:
    """What was done in the time."""
    return gettext(KINDS[Kind(code)])


def account(code: str) -> str:
    """On whose account the time is."""
    return gettext(ACCOUNTS[code])
