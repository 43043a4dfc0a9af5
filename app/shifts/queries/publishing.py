"""What publishing and managing a shift needs to know, for the agency that runs it."""

from datetime import date, datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.programs.rules import ProgramStatus
from app.shifts.rules.publishing import Capacity, Ground, PeriodSpan
from app.shifts.rules.statuses import ActivityStatus, ShiftStatus

ACTIVITY_GROUND = """
    SELECT a.id, a.line AS line_id, a.name, a.place, a.region, a.service_kind, a.status,
           c.id AS contract_id, c.number AS contract_number, c.starts_on, c.ends_before, p.status AS program_status
    FROM activity a
    LEFT JOIN line l ON l.id = a.line
    LEFT JOIN contract c ON c.id = l.contract
    LEFT JOIN program p ON p.id = c.program
    WHERE a.id = $1 AND a.agency = $2
"""

PERIODS = "SELECT starts_on, ends_before, status FROM period WHERE contract = $1 ORDER BY starts_on"

NO_CONTRACT = date(1, 1, 1)


class GroundRow(Struct, frozen=True, kw_only=True):
    """An activity with the contract its shifts will count for, if it is bound to one."""

    id: int
    line_id: int | None
    name: str
    place: str
    region: str
    service_kind: str
    status: ActivityStatus
    contract_id: int | None
    contract_number: str | None
    starts_on: date | None
    ends_before: date | None
    program_status: ProgramStatus | None


async def activity_ground(actor: Actor, activity_id: int, *, lock: bool = False) -> tuple[GroundRow, Ground]:
    """The activity of the actor's own agency and what its shifts stand on; `lock` keeps it from being closed meanwhile.

    Raises:
        NotFound: when there is none, or it is another agency's.
    """
    sql = ACTIVITY_GROUND + (" FOR SHARE OF a" if lock else "")
    row = await fetch_one(GroundRow, sql, activity_id, actor.organisation_id)
    if row is None:
        raise NotFound
    periods = await fetch(PeriodSpan, PERIODS, row.contract_id) if row.contract_id else []
    ground = Ground(
        status=row.status,
        program_status=row.program_status,
        contract_number=row.contract_number or "",
        starts_on=row.starts_on or NO_CONTRACT,
        ends_before=row.ends_before or NO_CONTRACT,
        periods=tuple(periods),
    )
    return row, ground


class ShiftFacts(Struct, frozen=True, kw_only=True):
    """A shift as changing it needs to know it."""

    id: int
    activity_id: int
    service_kind: str
    status: ShiftStatus
    title: str
    place: str
    starts: datetime
    ends: datetime


async def lock_shift(actor: Actor, shift_id: int) -> ShiftFacts:
    """A shift of the actor's own agency, held for this transaction alone.

    Raises:
        NotFound: when there is none, or it is another agency's.
    """
    found = await fetch_one(
        ShiftFacts,
        "SELECT id, activity AS activity_id, service_kind, status, title, place, starts, ends FROM shift"
        " WHERE id = $1 AND agency = $2 FOR NO KEY UPDATE",
        shift_id,
        actor.organisation_id,
    )
    if found is None:
        raise NotFound
    return found


class _Skill(Struct, frozen=True):
    code: str
    name_zh: str
    name_en: str


async def language_choices() -> list[tuple[str, str]]:
    """(code, name) of the languages a seat may ask for."""
    rows = await fetch(_Skill, "SELECT code, name_zh, name_en FROM language ORDER BY code <> 'cmn', code")
    return [(row.code, by_locale(row.name_zh, row.name_en)) for row in rows]


async def skill_choices() -> list[tuple[str, str]]:
    """(code, name) of the skills a seat may ask for."""
    rows = await fetch(_Skill, "SELECT code, name_zh, name_en FROM skill ORDER BY name_zh")
    return [(row.code, by_locale(row.name_zh, row.name_en)) for row in rows]


MANAGED = """
    SELECT h.id, h.agency, h.activity AS activity_id, a.name AS activity_name, h.status, h.title, h.place, h.starts,
           h.ends, h.is_visit, h.cancelled_reason, h.priority, h.sex_wanted, n.rrule
    FROM shift h JOIN activity a ON a.id = h.activity LEFT JOIN series n ON n.id = h.series
    WHERE h.id = $1 AND h.agency = $2
"""

SEATS = """
    SELECT s.id, s.role, s.capacity, s.leads, s.skill, k.name_zh AS skill_zh, k.name_en AS skill_en, s.language,
           l.name_zh AS language_zh, l.name_en AS language_en, s.credentials,
           array(SELECT c.name_zh FROM credential_kind c WHERE c.code = ANY (s.credentials) ORDER BY c.code)
               AS credentials_zh,
           array(SELECT c.name_en FROM credential_kind c WHERE c.code = ANY (s.credentials) ORDER BY c.code)
               AS credentials_en,
           s.least, s.needed, s.taken
    FROM seat s LEFT JOIN skill k ON k.code = s.skill LEFT JOIN language l ON l.code = s.language
    WHERE s.shift = $1 ORDER BY s.id
"""

ON_SHIFT = """
    SELECT w.name, w.account IS NOT NULL AS reachable, g.status = 'offered' AS is_offered
    FROM signup g JOIN person w ON w.id = g.person
    WHERE g.shift = $1 AND g.status IN ('offered', 'waitlisted', 'confirmed', 'attended') ORDER BY g.id
"""


class ManagedShift(Struct, frozen=True, kw_only=True):
    """A shift as its agency manages it."""

    id: int
    agency: int
    activity_id: int
    activity_name: str
    status: ShiftStatus
    title: str
    place: str
    starts: datetime
    ends: datetime
    is_visit: bool
    cancelled_reason: str
    priority: int
    sex_wanted: str
    rrule: str | None


class SeatRow(Struct, frozen=True, kw_only=True):
    """A role of a shift with its head count."""

    id: int
    role: str
    capacity: Capacity
    leads: bool
    skill: str | None
    skill_zh: str | None
    skill_en: str | None
    language: str | None
    language_zh: str | None
    language_en: str | None
    credentials: list[str]
    credentials_zh: list[str]
    credentials_en: list[str]
    least: int
    needed: int
    taken: int

    @property
    def asks(self) -> list[str]:
        """The names of everything the seat itself asks for, in the reader's language."""
        chinese = by_locale("zh", "en") == "zh"
        one = (self.skill_zh, self.language_zh) if chinese else (self.skill_en, self.language_en)
        return [*(name for name in one if name), *(self.credentials_zh if chinese else self.credentials_en)]


class PersonOnShift(Struct, frozen=True, kw_only=True):
    """Someone with a claim on a shift; `reachable` when there is an account that can be told."""

    name: str
    reachable: bool
    is_offered: bool
    """Whether the place is only held until they answer."""


async def shift_to_manage(actor: Actor, shift_id: int) -> ManagedShift:
    """A shift of the actor's own agency.

    Raises:
        NotFound: when there is none, or it is another agency's.
    """
    found = await fetch_one(ManagedShift, MANAGED, shift_id, actor.organisation_id)
    if found is None:
        raise NotFound
    return found


async def seats_of(shift_id: int) -> list[SeatRow]:
    """The seats of a shift, in the order they were wanted."""
    return await fetch(SeatRow, SEATS, shift_id)


async def people_on(shift_id: int) -> list[PersonOnShift]:
    """Everyone with a claim on the shift."""
    return await fetch(PersonOnShift, ON_SHIFT, shift_id)
