"""What a program, its contract, lines and periods may become, and what must hold between them."""

from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from app.kit.rules import N_, Refusal


class ProgramStatus(StrEnum):
    """Where a purchased service stands, from the idea to the closed file."""

    DRAFT = "draft"
    CALLING = "calling"
    AWARDED = "awarded"
    ACTIVE = "active"
    CLOSING = "closing"
    EVALUATED = "evaluated"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class ProgramEvent(StrEnum):
    """What happens to a program."""

    CALL = "call"
    AWARD = "award"
    AWARD_DIRECTLY = "award_directly"
    """Most purchases are awarded before anyone records them here, by tender elsewhere or by renewal. Walking such a
    program through `calling` would record a call that never took place, so the award itself is the event."""
    ACTIVATE = "activate"
    BEGIN_CLOSING = "begin_closing"
    EVALUATE = "evaluate"
    CLOSE = "close"
    CANCEL = "cancel"


_S, _E = ProgramStatus, ProgramEvent
PROGRAM_MOVES: dict[tuple[ProgramStatus, ProgramEvent], ProgramStatus] = {
    (_S.DRAFT, _E.CALL): _S.CALLING,
    (_S.DRAFT, _E.AWARD_DIRECTLY): _S.AWARDED,
    (_S.CALLING, _E.AWARD): _S.AWARDED,
    (_S.AWARDED, _E.ACTIVATE): _S.ACTIVE,
    (_S.ACTIVE, _E.BEGIN_CLOSING): _S.CLOSING,
    (_S.CLOSING, _E.EVALUATE): _S.EVALUATED,
    (_S.EVALUATED, _E.CLOSE): _S.CLOSED,
    (_S.DRAFT, _E.CANCEL): _S.CANCELLED,
    (_S.CALLING, _E.CANCEL): _S.CANCELLED,
    (_S.AWARDED, _E.CANCEL): _S.CANCELLED,
}

TO_ACTIVE: dict[ProgramStatus, tuple[ProgramEvent, ...]] = {
    _S.DRAFT: (_E.AWARD_DIRECTLY, _E.ACTIVATE),
    _S.CALLING: (_E.AWARD, _E.ACTIVATE),
    _S.AWARDED: (_E.ACTIVATE,),
    _S.ACTIVE: (),
}
"""The moves that putting a contract into force makes, by where its program stands. No way from any other state."""

MOVES_BY_HAND = tuple(event for event in ProgramEvent if event is not ProgramEvent.ACTIVATE)
"""What an officer may choose. A program becomes active only by a contract that comes into force."""


class PeriodStatus(StrEnum):
    """Where a reporting period stands. Submitted and accepted ones are locked."""

    OPEN = "open"
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    RETURNED = "returned"

    @property
    def locked(self) -> bool:
        """Whether no hour may be added to, or corrected in, this period."""
        return self in (PeriodStatus.SUBMITTED, PeriodStatus.ACCEPTED)


class PeriodEvent(StrEnum):
    """What happens to a reporting period."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN = "return"
    REOPEN = "reopen"


PERIOD_MOVES: dict[tuple[PeriodStatus, PeriodEvent], PeriodStatus] = {
    (PeriodStatus.OPEN, PeriodEvent.SUBMIT): PeriodStatus.SUBMITTED,
    (PeriodStatus.SUBMITTED, PeriodEvent.ACCEPT): PeriodStatus.ACCEPTED,
    (PeriodStatus.SUBMITTED, PeriodEvent.RETURN): PeriodStatus.RETURNED,
    (PeriodStatus.RETURNED, PeriodEvent.REOPEN): PeriodStatus.OPEN,
}

TO_SUBMITTED: dict[PeriodStatus, tuple[PeriodEvent, ...]] = {
    PeriodStatus.OPEN: (PeriodEvent.SUBMIT,),
    PeriodStatus.RETURNED: (PeriodEvent.REOPEN, PeriodEvent.SUBMIT),
}
"""A returned period is opened again by the very act of submitting it again: nobody has to press twice."""


class Unit(StrEnum):
    """What a deliverable is counted in."""

    HOUR = "hour"
    VISIT = "visit"
    SESSION = "session"
    PERSON_TIME = "person_time"


class Capacity(StrEnum):
    """Whose time counts for a line."""

    VOLUNTEER = "volunteer"
    STAFF = "staff"
    EITHER = "either"


class Rhythm(StrEnum):
    """How often a contract is reported on."""

    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    WHOLE = "whole"


MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3}


class Span(Struct, frozen=True, order=True):
    """Days from `starts_on` up to, not including, `ends_before`."""

    starts_on: date
    ends_before: date

    @property
    def last_on(self) -> date:
        """The last day, as people name the end."""
        return self.ends_before - timedelta(days=1)

    def holds(self, other: "Span") -> bool:
        """Whether all of `other` lies inside."""
        return self.starts_on <= other.starts_on and other.ends_before <= self.ends_before


def periods_of(contract: Span, rhythm: Rhythm) -> list[Span]:
    """The reporting periods a contract starts with: calendar months or quarters, the first and last cut to fit."""
    if rhythm is Rhythm.WHOLE:
        return [contract]
    step = MONTHS[rhythm]
    spans = []
    starts = contract.starts_on
    while starts < contract.ends_before:
        months = starts.year * 12 + (starts.month - 1) // step * step + step
        ends = min(date(months // 12, months % 12 + 1, 1), contract.ends_before)
        spans.append(Span(starts, ends))
        starts = ends
    return spans


def gaps_between(periods: list[Span], contract: Span) -> list[Span]:
    """The days of a contract that no period covers."""
    gaps = []
    covered_to = contract.starts_on
    for period in sorted(periods):
        if period.starts_on > covered_to:
            gaps.append(Span(covered_to, period.starts_on))
        covered_to = max(covered_to, period.ends_before)
    if covered_to < contract.ends_before:
        gaps.append(Span(covered_to, contract.ends_before))
    return gaps


PERIOD_LOCKED = Refusal(
    "period_locked",
    N_("The reporting period of this day is closed: it was submitted to the funder."),
    N_("Ask the funder to return the period, then try again."),
)
NO_PERIOD = Refusal(
    "no_period",
    N_("No reporting period of the contract covers this day."),
    N_("Ask the funder to add a period to the contract, or choose a line of another contract."),
)
NO_CONTRACT = Refusal(
    "no_contract",
    N_("This program has no contract in force yet."),
    N_("Record its contract and put it into force."),
)
NO_LINES = Refusal(
    "no_lines", N_("This contract has no deliverable lines yet."), N_("Add at least one line: what is bought.")
)
NO_PERIODS = Refusal(
    "no_periods",
    N_("This contract has no reporting periods yet."),
    N_("Let them be made by month or quarter, or type them in."),
)
IN_FORCE = Refusal(
    "contract_in_force",
    N_("This contract is in force, so its terms no longer change."),
    N_("Record what was agreed later as a further contract of the same program."),
)
PROGRAM_OVER = Refusal(
    "program_over",
    N_("This program is closing or over, so no contract can start under it."),
    N_("Record a new program for the new contract."),
)
FILE_CLOSED = Refusal("file_closed", N_("This program is closed or cancelled, so its file no longer changes."))
AGENCY_BOUND = Refusal(
    "agency_bound",
    N_("A contract in force binds the agency and the region of this program."),
    N_("Leave both as they are, or record a new program."),
)
NOT_A_CHOICE = Refusal("not_a_choice", N_("Something here is not one of the choices."), status=422)
NOT_FROM_HERE = Refusal(
    "not_from_here",
    N_("This step does not follow from where the program or period stands."),
    N_("Look at how it stands now and decide again."),
)
SAY_WHY = Refusal(
    "say_why",
    N_("Say what has to be put right, so that the agency knows."),
    N_("One sentence is enough, for example: the visits of 12 May lack their door cards."),
    status=422,
)
PERIOD_OUTSIDE = Refusal("period_outside_contract", N_("A reporting period must lie inside the dates of its contract."))
PERIODS_OVERLAP = Refusal(
    "periods_overlap",
    N_("Two reporting periods cover the same day."),
    N_("Let each period start on the day after the one before it ends."),
)
LINE_IN_USE = Refusal(
    "line_in_use",
    N_("An activity already runs under this line, so it cannot be removed."),
    N_("Keep the line, or move its activity first."),
)

CONSTRAINTS: dict[str, Refusal] = {
    "program_agency_is_not_funder": Refusal(
        "agency_is_funder",
        N_("The agency that runs a program cannot be its funder."),
        N_("Choose another agency."),
    ),
    "contract_number_once": Refusal(
        "contract_number_known",
        N_("This program already has a contract with this number."),
        N_("Check the number on the paper contract."),
    ),
    "contract_ends_after_start": Refusal(
        "contract_ends_before_start", N_("The last day must not be before the first day.")
    ),
    "contract_budget_not_negative": Refusal("budget_negative", N_("A budget cannot be negative.")),
    "line_code_once": Refusal(
        "line_code_twice",
        N_("Two lines of this contract have the same code."),
        N_("Give each line a code of its own, for example 1.1 and 1.2."),
    ),
    "line_target_positive": Refusal("line_target_zero", N_("A line's target must be more than zero.")),
    "line_price_not_negative": Refusal("line_price_negative", N_("A price cannot be negative.")),
    "line_minima_not_negative": Refusal("line_minima_negative", N_("A minimum cannot be negative.")),
    "period_ends_after_start": Refusal(
        "period_ends_before_start", N_("A period's last day must not be before its first day.")
    ),
    "period_no_overlap": PERIODS_OVERLAP,
    "activity_line_fkey": LINE_IN_USE,
    "shift_line_fkey": LINE_IN_USE,
}
