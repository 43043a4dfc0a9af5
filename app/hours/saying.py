"""Says steps, flags, grades and states in the reader's language. Templates and the API ask here."""

from collections.abc import Callable, Iterable
from datetime import datetime

import msgspec

from app.hours.queries.attendances import AttendanceRow
from app.hours.rules import (
    ENTRY_REASONS,
    FLAGS,
    GRADES,
    PLAIN,
    REASONS,
    STEPS,
    TIER_STEPS,
    TIERS,
    UNDOING,
    Flag,
    Grade,
    Reason,
    Status,
    Step,
    Tier,
)
from app.hours.rules.kinds import KINDS, Kind
from app.hours.rules.sampling import HEARD
from app.kit import wording
from app.kit.i18n import gettext, locale
from app.kit.rules import N_

STATUSES: dict[Status, tuple[str, str]] = {
    Status.EXPECTED: (N_("Expected"), "neutral"),
    Status.PRESENT: (N_("Here"), "active"),
    Status.RECORDED: (N_("Waiting for approval"), "waiting"),
    Status.VOUCHED: (N_("Waiting for another's word"), "waiting"),
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
DECISIONS: dict[str, str] = {
    "approved": N_("Approved"),
    "returned": N_("Returned"),
    "undone": N_("Taken back"),
}
LESS = frozenset(STEPS) - {"worked", "corrected", "together", "counted", "rounded_up"}
CAPACITIES: dict[str, str] = {"volunteer": N_("Volunteer"), "staff": N_("Staff"), "training": N_("Training")}


def step(one: Step) -> str:
    """One step of a count, or of who is asked, as a sentence with its figures."""
    said = {name: _figure(name, figure) for name, figure in one.figures.items()}
    sentence = gettext(STEPS.get(one.code) or TIER_STEPS[one.code])
    return sentence % said if said else sentence


def _figure(name: str, figure: int | str) -> str:
    """Minutes and instants, unless the figure's name says that it is something else."""
    if name not in PLAIN:
        return wording.moment(datetime.fromisoformat(figure)) if isinstance(figure, str) else wording.hours(figure)
    return SAID[PLAIN[name]](str(figure))


def tiers(spelled: str) -> str:
    """Who is asked, in order."""
    joint = ", " if locale() == "en" else "、"
    return joint.join(gettext(TIERS[Tier(each)]) for each in spelled.split()) or gettext("nobody")


def kind(code: str) -> str:
    """What the time was."""
    return gettext(KINDS[Kind(code)])


def percent(permille: int) -> str:
    """`75 %`, or `12.5 %`."""
    return f"{permille / 10:g} %"


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


def entry_reason(code: str) -> str:
    """Why the ledger took an entry back or wrote it anew."""
    return gettext(ENTRY_REASONS[code]) if code else gettext(N_("Approved"))


def decision(code: str) -> str:
    """What someone decided about an attendance."""
    return gettext(DECISIONS[code])


def reasons() -> list[tuple[str, str]]:
    """The choices of a form."""
    return [(code.value, gettext(text)) for code, text in REASONS.items() if code is not Reason.OBJECTION]


def undoings() -> list[tuple[str, str]]:
    """Why something may be taken back, as the choices of a form."""
    return [(code, gettext(text)) for code, text in UNDOING.items()]


def heard(code: str) -> str:
    """How a call-back stands."""
    return gettext(HEARD[code])


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


SAID: dict[str, Callable[[str], str]] = {
    "kind": kind,
    "capacity": capacity,
    "tiers": tiers,
    "permille": lambda permille: percent(int(permille)),
    "number": lambda figure: wording.number(int(figure)),
    "code": str,
}
"""How a figure that is neither minutes nor an instant is said."""
