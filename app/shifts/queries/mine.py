"""A volunteer's own side: what the rules need to know of them, and the shifts they are in."""

from datetime import datetime

from msgspec import Struct

from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.shifts.rules.signing_up import Engagement, PersonFacts
from app.shifts.rules.statuses import ShiftStatus, SignupStatus
from app.volunteers.queries.credentials import HELD as HELD_CREDENTIALS
from app.volunteers.queries.credentials import held_in
from app.volunteers.queries.profile import opened_date

PAGE = 20

PERSON = f"""
    SELECT p.id, p.born, p.sex, p.skills, p.languages, {HELD_CREDENTIALS.format(person="p.id")} AS credentials,
           array(SELECT m.organisation FROM membership m JOIN organisation o ON o.id = m.organisation
                 WHERE m.account = p.account AND m.until IS NULL AND o.kind = 'agency'
                 UNION SELECT p.staff_of WHERE p.staff_of IS NOT NULL) AS employers,
           EXISTS (SELECT FROM consent c WHERE c.subject_kind = 'person' AND c.subject_id = p.id
                   AND c.purpose = 'minor_volunteers' AND c.given_by = 'guardian'
                   AND c.withdrawn_at IS NULL) AS guardian_agreed
    FROM person p WHERE p.{{whose}} = $1
"""

EMPLOYERS = """
    SELECT array(SELECT m.organisation FROM membership m JOIN organisation o ON o.id = m.organisation
                 WHERE m.account = $1 AND m.until IS NULL AND o.kind = 'agency') AS employers
"""

HELD = """
    SELECT u.id AS signup_id, u.shift AS shift_id, h.title, u.starts, u.ends, u.status = 'offered' AS offered
    FROM signup u JOIN shift h ON h.id = u.shift
    WHERE u.person = $1 AND u.status IN ('offered', 'confirmed', 'attended') AND u.starts < $3 AND u.ends > $2
    ORDER BY u.starts, u.id
"""

MINE = """
    SELECT u.id, u.shift AS shift_id, u.status, u.capacity, u.starts, u.ends, u.reason, e.role, e.leads, h.title,
           h.place, h.is_visit, h.status AS shift_status, r.name AS region_zh, r.name_en AS region_en,
           o.name AS agency_zh, o.name_en AS agency_en
    FROM signup u
    JOIN person p ON p.id = u.person
    JOIN seat e ON e.id = u.seat
    JOIN shift h ON h.id = u.shift
    JOIN region r ON r.code = h.region
    JOIN organisation o ON o.id = h.agency
"""

UPCOMING = f"""
    {MINE} WHERE p.account = $1 AND u.ends > $2 AND u.status IN ('confirmed', 'attended')
    ORDER BY u.starts, u.id LIMIT $3
"""

PAST = f"""
    {MINE} WHERE p.account = $1 AND (u.ends <= $2 OR u.status NOT IN ('offered', 'confirmed', 'attended'))
      AND ($3::timestamptz IS NULL OR (u.starts, u.id) < ($3, $4))
    ORDER BY u.starts DESC, u.id DESC LIMIT $5
"""

ONE = f"{MINE} WHERE u.id = $1 AND p.account = $2"

AT_SHIFT = f"""
    {MINE} WHERE u.shift = $1 AND p.account = $2 AND u.status IN ('offered', 'confirmed', 'attended', 'no_show')
    ORDER BY u.id LIMIT 1
"""

WITH_AGENCY = f"""
    {MINE} WHERE u.person = $1 AND h.agency = $2
      AND ($3::timestamptz IS NULL OR (u.starts, u.id) < ($3, $4))
    ORDER BY u.starts DESC, u.id DESC LIMIT $5
"""


class Me(Struct, frozen=True, kw_only=True):
    """The person who asks, as the rules see them. `person_id` is None before they have a profile."""

    person_id: int | None
    facts: PersonFacts


class MySignup(Struct, frozen=True, kw_only=True):
    """One of someone's own places, or one they had."""

    id: int
    shift_id: int
    status: SignupStatus
    capacity: str
    starts: datetime
    ends: datetime
    reason: str
    role: str
    leads: bool
    title: str
    place: str
    is_visit: bool
    shift_status: ShiftStatus
    region_zh: str
    region_en: str
    agency_zh: str
    agency_en: str

    @property
    def where(self) -> str:
        """The place; of a visit the community, until the requests package shows the address."""
        community = by_locale(self.region_zh, self.region_en)
        return community if self.is_visit or not self.place else f"{self.place} · {community}"

    @property
    def agency(self) -> str:
        """The agency's name in the reader's language."""
        return by_locale(self.agency_zh, self.agency_en)


class _PersonRow(Struct, frozen=True, kw_only=True):
    id: int
    born: bytes | None
    sex: str
    skills: list[str]
    languages: list[str]
    credentials: str
    employers: list[int]
    guardian_agreed: bool


class _Employers(Struct, frozen=True):
    employers: list[int]


async def me(account_id: int, starts: datetime, ends: datetime) -> Me:
    """What the rules need of an account's person: who they are, and where they are between two instants."""
    row = await fetch_one(_PersonRow, PERSON.format(whose="account"), account_id)
    if row is None:
        paid = await fetch_one(_Employers, EMPLOYERS, account_id)
        return Me(person_id=None, facts=_stranger(frozenset(paid.employers if paid else ())))
    return Me(person_id=row.id, facts=await _facts(row, starts, ends))


async def person_facts(person_id: int, starts: datetime, ends: datetime) -> PersonFacts:
    """The same of any person, also of one without an account.

    Raises:
        NotFound: when there is none.
    """
    row = await fetch_one(_PersonRow, PERSON.format(whose="id"), person_id)
    if row is None:
        raise NotFound
    return await _facts(row, starts, ends)


async def _facts(row: _PersonRow, starts: datetime, ends: datetime) -> PersonFacts:
    return PersonFacts(
        born=opened_date(row.born),
        guardian_agreed=row.guardian_agreed,
        sex=row.sex,
        skills=frozenset(row.skills),
        languages=frozenset(row.languages),
        credentials=held_in(row.credentials),
        employers=frozenset(row.employers),
        engagements=tuple(await fetch(Engagement, HELD, row.id, starts, ends)),
    )


def _stranger(employers: frozenset[int]) -> PersonFacts:
    """Someone with an account who has not told anything yet."""
    return PersonFacts(
        born=None,
        guardian_agreed=False,
        sex="",
        skills=frozenset(),
        languages=frozenset(),
        credentials=(),
        employers=employers,
        engagements=(),
    )


async def upcoming(account_id: int, *, now: datetime, limit: int = 50) -> list[MySignup]:
    """The account's shifts that are not over, the next first."""
    return await fetch(MySignup, UPCOMING, account_id, now, limit)


async def past(
    account_id: int, before: tuple[datetime, int] | None, *, now: datetime, limit: int = PAGE
) -> tuple[list[MySignup], tuple[datetime, int] | None]:
    """What is over or was given back, latest first; and where the next page begins."""
    starts, row_id = before or (None, 0)
    return _cut(await fetch(MySignup, PAST, account_id, now, starts, row_id, limit + 1), limit)


async def with_agency(
    person_id: int, agency_id: int, before: tuple[datetime, int] | None, limit: int = PAGE
) -> tuple[list[MySignup], tuple[datetime, int] | None]:
    """What a person signed up for with one agency, latest first; and where the next page begins."""
    starts, row_id = before or (None, 0)
    return _cut(await fetch(MySignup, WITH_AGENCY, person_id, agency_id, starts, row_id, limit + 1), limit)


def _cut(rows: list[MySignup], limit: int) -> tuple[list[MySignup], tuple[datetime, int] | None]:
    shown = rows[:limit]
    return shown, (shown[-1].starts, shown[-1].id) if len(rows) > limit else None


async def my_signup(account_id: int, signup_id: int) -> MySignup:
    """One of the account's own sign-ups.

    Raises:
        NotFound: when there is none, or it is someone else's.
    """
    found = await fetch_one(MySignup, ONE, signup_id, account_id)
    if found is None:
        raise NotFound
    return found


async def my_signup_at(account_id: int, shift_id: int) -> MySignup | None:
    """The account's own place in a shift, if it has one."""
    return await fetch_one(MySignup, AT_SHIFT, shift_id, account_id)
