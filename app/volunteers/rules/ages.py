"""Ages, and what the law ties to them."""

from datetime import date

from app.kit.rules import N_, Refusal

ADULT_AT = 18
SPEAKS_FOR_ITSELF_AT = 14
"""Below this age personal data needs the consent of a parent or guardian (个人信息保护法 Art. 31)."""
YOUNGEST, OLDEST = 3, 120
"""Outside these a date of birth is a slip of the pen."""

GUARDIAN_CONSENT = "minor_volunteers"
"""The purpose under which a guardian's consent is kept."""
GUARDIAN_CONSENT_VERSION = "2026-11"
"""Changes with the sentence the guardian agrees to."""

BORN_IMPOSSIBLE = N_("Check the year: this date of birth cannot be right.")
GUARDIAN_FIRST = Refusal(
    "guardian_first",
    N_("Under 14, a parent or guardian has to agree first."),
    N_("Ask them to read your profile with you and tick the box there."),
)


def age_on(born: date, day: date) -> int:
    """Full years on a day. Someone born on 29 February is a year older on 1 March of other years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_minor(born: date, day: date) -> bool:
    """Whether someone is a minor on a day."""
    return age_on(born, day) < ADULT_AT


def needs_guardian(born: date, day: date) -> bool:
    """Whether someone may serve only after a guardian's consent."""
    return age_on(born, day) < SPEAKS_FOR_ITSELF_AT


def born_fault(born: date, today: date) -> str | None:
    """What is wrong with a date of birth, as a marked sentence; None when it may be right."""
    return None if YOUNGEST <= age_on(born, today) <= OLDEST else BORN_IMPOSSIBLE
