"""States, units and amounts of programs, as their readers say them."""

from app.kit.i18n import gettext, ngettext
from app.kit.rules import N_
from app.kit.wording import number
from app.programs.rules import Capacity, PeriodEvent, PeriodStatus, ProgramEvent, ProgramStatus, Rhythm, Unit

PROGRAM_STATES: dict[ProgramStatus, tuple[str, str]] = {
    ProgramStatus.DRAFT: (N_("Being drafted"), "neutral"),
    ProgramStatus.CALLING: (N_("Call open"), "waiting"),
    ProgramStatus.AWARDED: (N_("Awarded"), "waiting"),
    ProgramStatus.ACTIVE: (N_("Running"), "active"),
    ProgramStatus.CLOSING: (N_("Closing"), "waiting"),
    ProgramStatus.EVALUATED: (N_("Evaluated"), "waiting"),
    ProgramStatus.CLOSED: (N_("Concluded"), "good"),
    ProgramStatus.CANCELLED: (N_("Cancelled"), "bad"),
}
PROGRAM_DEEDS: dict[ProgramEvent, str] = {
    ProgramEvent.CALL: N_("Call opened"),
    ProgramEvent.AWARD: N_("Awarded after a call"),
    ProgramEvent.AWARD_DIRECTLY: N_("Recorded as awarded, without a call here"),
    ProgramEvent.ACTIVATE: N_("Started: its first contract came into force"),
    ProgramEvent.BEGIN_CLOSING: N_("Closing began"),
    ProgramEvent.EVALUATE: N_("Evaluation recorded"),
    ProgramEvent.CLOSE: N_("Concluded"),
    ProgramEvent.CANCEL: N_("Cancelled"),
}
PROGRAM_BUTTONS: dict[ProgramEvent, str] = {
    ProgramEvent.CALL: N_("Open the call"),
    ProgramEvent.AWARD: N_("Record the award"),
    ProgramEvent.AWARD_DIRECTLY: N_("Record as awarded"),
    ProgramEvent.BEGIN_CLOSING: N_("Begin closing"),
    ProgramEvent.EVALUATE: N_("Record the evaluation"),
    ProgramEvent.CLOSE: N_("Close the program"),
    ProgramEvent.CANCEL: N_("Cancel the program"),
}
PROGRAM_CONSEQUENCES: dict[ProgramEvent, str] = {
    ProgramEvent.CALL: N_("Agencies may apply until you record an award."),
    ProgramEvent.AWARD: N_("The agency will see the program from now on."),
    ProgramEvent.AWARD_DIRECTLY: N_("No call is recorded. The agency will see the program from now on."),
    ProgramEvent.BEGIN_CLOSING: N_("No further contract can start. Hours can still be entered in open periods."),
    ProgramEvent.EVALUATE: N_("Record this once the evaluator has reported."),
    ProgramEvent.CLOSE: N_("The file is closed for good."),
    ProgramEvent.CANCEL: N_("A cancelled program cannot be taken up again."),
}
PERIOD_STATES: dict[PeriodStatus, tuple[str, str]] = {
    PeriodStatus.OPEN: (N_("Open for hours"), "active"),
    PeriodStatus.SUBMITTED: (N_("Submitted, locked"), "waiting"),
    PeriodStatus.ACCEPTED: (N_("Accepted, locked"), "good"),
    PeriodStatus.RETURNED: (N_("Returned to the agency"), "bad"),
}
PERIOD_DEEDS: dict[PeriodEvent, str] = {
    PeriodEvent.SUBMIT: N_("Submitted to the funder"),
    PeriodEvent.ACCEPT: N_("Accepted by the funder"),
    PeriodEvent.RETURN: N_("Returned to the agency"),
    PeriodEvent.REOPEN: N_("Opened again after its return"),
}
UNITS: dict[Unit, str] = {
    Unit.HOUR: N_("hours"),
    Unit.VISIT: N_("visits"),
    Unit.SESSION: N_("sessions"),
    Unit.PERSON_TIME: N_("attendances (person-times)"),
}
CAPACITIES: dict[Capacity, str] = {
    Capacity.EITHER: N_("Volunteers and social workers"),
    Capacity.VOLUNTEER: N_("Volunteers only"),
    Capacity.STAFF: N_("Social workers only"),
}
RHYTHMS: dict[Rhythm, str] = {
    Rhythm.MONTHLY: N_("By month"),
    Rhythm.QUARTERLY: N_("By quarter"),
    Rhythm.WHOLE: N_("Once, for the whole contract"),
}


def program_standing(status: ProgramStatus) -> tuple[str, str]:
    """A program's state as (word, tone) for the status mark."""
    word, tone = PROGRAM_STATES[status]
    return gettext(word), tone


def period_standing(status: PeriodStatus) -> tuple[str, str]:
    """A period's state as (word, tone) for the status mark."""
    word, tone = PERIOD_STATES[status]
    return gettext(word), tone


def amount(count: int, unit: Unit) -> str:
    """`1,200 hours`, `48 sessions`: so many of a line's units."""
    shown = {"n": number(count)}
    if unit is Unit.HOUR:
        return ngettext("%(n)s hour", "%(n)s hours", count) % shown
    if unit is Unit.VISIT:
        return ngettext("%(n)s visit", "%(n)s visits", count) % shown
    if unit is Unit.SESSION:
        return ngettext("%(n)s session", "%(n)s sessions", count) % shown
    return ngettext("%(n)s attendance", "%(n)s attendances", count) % shown


def one_unit(unit: Unit) -> str:
    """`an hour`: what a price is for."""
    return {
        Unit.HOUR: gettext("an hour"),
        Unit.VISIT: gettext("a visit"),
        Unit.SESSION: gettext("a session"),
        Unit.PERSON_TIME: gettext("an attendance"),
    }[unit]


def minima(minutes: int, people: int, sessions: int) -> str:
    """What a session must reach to count for a line, as one sentence; empty when anything counts."""
    parts = []
    if minutes:
        parts.append(ngettext("at least %(n)s minute", "at least %(n)s minutes", minutes) % {"n": number(minutes)})
    if people:
        parts.append(ngettext("at least %(n)s person", "at least %(n)s people", people) % {"n": number(people)})
    if sessions:
        parts.append(
            ngettext("a series of at least %(n)s session", "a series of at least %(n)s sessions", sessions)
            % {"n": number(sessions)}
        )
    return gettext(", ").join(parts)
