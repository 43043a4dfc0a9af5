"""Reporting periods: which one a day belongs to, and how it stands."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import fetch, fetch_one, in_transaction
from app.kit.errors import NotFound
from app.kit.i18n import by_locale, gettext
from app.programs.queries.programs import SEEN
from app.programs.rules import TO_SUBMITTED, PeriodEvent, PeriodStatus, ProgramStatus, Span
from app.programs.words import PERIOD_DEEDS, period_standing


class PeriodStanding(Struct, frozen=True, kw_only=True):
    """The period a day of a line belongs to, held as it stands until the asking transaction ends."""

    period_id: int
    status: PeriodStatus

    @property
    def locked(self) -> bool:
        """Whether nothing may be allocated to it: refuse with `rules.PERIOD_LOCKED`."""
        return self.status.locked


OPEN_PERIOD_FOR = """
    SELECT p.id AS period_id, p.status
    FROM line l JOIN period p ON p.contract = l.contract
    WHERE l.id = $1 AND p.starts_on <= $2 AND $2 < p.ends_before
    FOR SHARE OF p
"""


async def open_period_for(line_id: int, day: date) -> PeriodStanding | None:
    """The period that covers `day` in the line's contract, or None.

    Takes FOR SHARE on the period's row, so that a submission waits until the asking transaction has allocated.

    Raises:
        RuntimeError: outside a transaction, where the lock would hold nothing.
    """
    if not in_transaction():
        raise RuntimeError("open_period_for() needs a transaction")
    return await fetch_one(PeriodStanding, OPEN_PERIOD_FOR, line_id, day)


PERIOD_FACTS = """
    e.id, e.contract AS contract_id, c.number AS contract_number, e.starts_on, e.ends_before, e.status,
    c.in_force_at, p.id AS program_id, p.name AS program_zh, p.name_en AS program_en, p.status AS program_status,
    p.funder AS funder_id, p.agency AS agency_id,
    (SELECT max(v.at) FROM period_event v WHERE v.period = e.id AND v.event = 'submit') AS submitted_at
"""
PERIOD_FROM = "FROM period e JOIN contract c ON c.id = e.contract JOIN program p ON p.id = c.program"
PERIOD = f"SELECT {PERIOD_FACTS} {PERIOD_FROM} WHERE {SEEN} AND e.id = $2"
PERIODS_OF = f"SELECT {PERIOD_FACTS} {PERIOD_FROM} WHERE e.contract = $1 ORDER BY e.starts_on"
TO_REPORT = f"""
    SELECT {PERIOD_FACTS} {PERIOD_FROM}
    WHERE p.id = $1 AND (e.status = 'submitted' OR e.ends_before <= $2 AND e.status IN ('open', 'returned'))
    ORDER BY e.status <> 'submitted', e.starts_on
"""
HISTORY = """
    SELECT v.event, v.at, v.note, a.name AS by_name
    FROM period_event v JOIN account a ON a.id = v.by WHERE v.period = $1 ORDER BY v.id DESC
"""


class Period(Struct, frozen=True, kw_only=True):
    """A reporting period as its page and the JSON API show it."""

    id: int
    contract_id: int
    contract_number: str
    starts_on: date
    ends_before: date
    status: PeriodStatus
    in_force_at: datetime | None
    program_id: int
    program_zh: str
    program_en: str
    program_status: ProgramStatus
    funder_id: int
    agency_id: int
    submitted_at: datetime | None

    @property
    def program(self) -> str:
        return by_locale(self.program_zh, self.program_en)

    @property
    def span(self) -> Span:
        return Span(self.starts_on, self.ends_before)

    @property
    def standing(self) -> tuple[str, str]:
        return period_standing(self.status)

    @property
    def to_submit(self) -> bool:
        """Whether it is the agency's turn."""
        return self.status in TO_SUBMITTED

    @property
    def to_decide(self) -> bool:
        """Whether it is the funder's turn."""
        return self.status is PeriodStatus.SUBMITTED


class PeriodHistoryRow(Struct, frozen=True, kw_only=True):
    """One move of a period."""

    event: PeriodEvent
    at: datetime
    note: str
    by_name: str

    @property
    def deed(self) -> str:
        return gettext(PERIOD_DEEDS[self.event])


async def period_for(viewer: Actor, period_id: int) -> Period:
    """The period, if this viewer may see its program.

    Raises:
        NotFound: otherwise.
    """
    found = await fetch_one(Period, PERIOD, viewer.organisation_id, period_id)
    if found is None:
        raise NotFound
    return found


async def periods_of(contract_id: int) -> Sequence[Period]:
    """A contract's periods in order. Ask for the contract through its door first."""
    return await fetch(Period, PERIODS_OF, contract_id)


async def periods_needing_someone(program_id: int, today: date) -> Sequence[Period]:
    """Those of a program that wait for the funder, or are over and wait for the agency."""
    return await fetch(Period, TO_REPORT, program_id, today)


async def history_of_period(period_id: int) -> Sequence[PeriodHistoryRow]:
    """What moved the period, newest first."""
    return await fetch(PeriodHistoryRow, HISTORY, period_id)
