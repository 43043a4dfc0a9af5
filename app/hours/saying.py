"""Says steps, flags, grades and states in the reader's language. Templates and the API ask here."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from app.hours.queries.attendances import AttendanceRow
from app.hours.rules import FLAGS, GRADES, REASONS, STEPS, Flag, Grade, Reason, Status, Step
from app.kit import wording
from app.kit.i18n import gettext
from app.kit.rules import N_

STATUSES: dict[Status, tuple[str, str]] = {
    Status.EXPECTED: (N_("Expected"), "neutral"),
    Status.PRESENT: (N_("Here"), "active"),
    Status.RECORDED: (N_("Waiting for approval"), "waiting"),
    Status.RETURNED: (N_("Returned"), "bad"),
    Status.POSTED: (N_("Counted"), "good"),
    Status.NO_SHOW: (N_("Did not come"), "bad"),
}
MISSING_PUNCH = N_("Punch missing")
HOW: dict[str, str] = {
    "leader": N_("by the leader"),
    "code": N_("with the shift's code"),
    "link": N_("by link"),
}
LESS = frozenset({"nothing", "too_short", "rounded", "day_full"})
CAPACITIES: dict[str, str] = {"volunteer": N_("Volunteer"), "staff": N_("Staff")}


def step(one: Step) -> str:
    """One step of a count, as a sentence with its figures."""
    said = {
        name: wording.moment(datetime.fromisoformat(figure)) if isinstance(figure, str) else wording.hours(figure)
        for name, figure in one.figures.items()
    }
    return gettext(STEPS[one.code]) % said if said else gettext(STEPS[one.code])


def trace(steps: Iterable[Step]) -> list[str]:
    """A whole count."""
    return [step(one) for one in steps]


def flag(one: Flag) -> str:
    """What is worth a look."""
    return gettext(FLAGS[one])


def grade(letter: str) -> str:
    """What a grade means; empty for none."""
    return gettext(GRADES[Grade(letter)]) if letter else ""


def reason(code: str) -> str:
    """Why times were corrected."""
    return gettext(REASONS[Reason(code)]) if code else ""


def reasons() -> list[tuple[str, str]]:
    """The choices of a form."""
    return [(code.value, gettext(text)) for code, text in REASONS.items()]


def status(code: Status, over: bool = False) -> tuple[str, str]:
    """The word and its tone. Whoever is expected or here when the shift is over lacks a punch."""
    if over and code in (Status.EXPECTED, Status.PRESENT):
        return gettext(MISSING_PUNCH), "bad"
    word, tone = STATUSES[code]
    return gettext(word), tone


def how(code: str) -> str:
    """How a punch was taken."""
    return gettext(HOW.get(code, code))


def capacity(code: str) -> str:
    """As what someone served."""
    return gettext(CAPACITIES[code])


def why_less(row: AttendanceRow) -> str:
    """The steps that took something away, for a list; empty when all that was worked counts."""
    steps = msgspec.json.decode(row.counted_trace, type=list[Step])
    return " ".join(step(one) for one in steps if one.code in LESS)
