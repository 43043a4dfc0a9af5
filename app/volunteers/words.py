"""Standings of credentials and reasons of absences, as their readers say them."""

from datetime import date

from app.kit.i18n import gettext
from app.volunteers.queries.credentials import CredentialRow
from app.volunteers.rules.absences import REASON_WORDS, Reason
from app.volunteers.rules.credentials import STANDING_WORDS, Due


def credential_standing(row: CredentialRow, today: date) -> tuple[str, str]:
    """How a credential stands: (word, tone) for the status mark."""
    word, tone = STANDING_WORDS[row.standing(today)]
    return gettext(word), tone


def absence_reasons() -> list[tuple[str, str]]:
    """What may be said about an absence."""
    return [(reason, gettext(REASON_WORDS[reason])) for reason in (Reason.ILL, Reason.AWAY)]


def due_words() -> dict[Due, tuple[str, str]]:
    """What waits for the agency: the heading, and the sentence when nothing does."""
    return {
        Due.TO_VERIFY: (gettext("Originals to look at"), gettext("Nobody waits for you to look at an original.")),
        Due.ENDING: (gettext("Ending within 30 days"), gettext("No credential ends within 30 days.")),
        Due.ENDED: (gettext("Ended, not renewed"), gettext("Everything that ended in the last 90 days was renewed.")),
    }
