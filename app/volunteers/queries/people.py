"""People an agency knows: its staff, those it keeps, and those who signed up for its shifts. Nobody else is there.

The door asks the sign-ups by SQL alone: nothing of a higher package is imported.
"""

from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.kit.sealing import unseal

PAGE = 50

KNOWN = """
    met AS (
        SELECT id FROM person WHERE staff_of = $1
        UNION SELECT id FROM person WHERE kept_by = $1
        UNION SELECT s.person FROM signup s JOIN shift h ON h.id = s.shift WHERE h.agency = $1
    ),
    known AS (SELECT id FROM met UNION SELECT p.merged_into FROM met JOIN person p USING (id) WHERE p.merged_into > 0)
"""
"""Whoever knows a record knows the one it was merged into."""

PEOPLE = f"""
    WITH {KNOWN},
    page AS (
        SELECT p.id, p.name, p.volunteer_no, p.account, p.staff_of, p.skills, p.home
        FROM person p JOIN known USING (id)
        WHERE p.merged_into IS NULL AND ($2 = '' OR p.name ILIKE $2 OR p.volunteer_no = $3)
          AND ($4 = '' OR (p.name, p.id) > ($4, $5))
        ORDER BY p.name, p.id LIMIT $6
    )
    SELECT page.id, page.name, page.volunteer_no, page.staff_of IS NOT DISTINCT FROM $1 AS is_staff,
           page.account IS NOT NULL AS has_account, coalesce(r.name, '') AS home_zh, coalesce(r.name_en, '') AS home_en,
           served.shifts, served.latest,
           array(SELECT k.name_zh FROM skill k WHERE k.code = ANY (page.skills) ORDER BY k.code) AS skills_zh,
           array(SELECT k.name_en FROM skill k WHERE k.code = ANY (page.skills) ORDER BY k.code) AS skills_en
    FROM page
    LEFT JOIN region r ON r.code = page.home
    CROSS JOIN LATERAL (
        SELECT count(*) AS shifts, max(s.starts) AS latest
        FROM signup s JOIN shift h ON h.id = s.shift
        WHERE s.person IN (SELECT n.id FROM person n WHERE n.id = page.id OR n.merged_into = page.id)
          AND h.agency = $1 AND s.status IN ('confirmed', 'attended')
    ) served
    ORDER BY page.name, page.id
"""

COUNT = f"WITH {KNOWN} SELECT count(*) FROM known JOIN person p USING (id) WHERE p.merged_into IS NULL"

PERSON = f"""
    WITH {KNOWN}
    SELECT p.id, p.name, p.volunteer_no, p.account, p.staff_of IS NOT DISTINCT FROM $1 AS is_staff,
           p.kept_by IS NOT DISTINCT FROM $1 AS is_kept, p.about, p.registered_at,
           p.merged_into, m.volunteer_no AS merged_no,
           coalesce(r.name, '') AS home_zh, coalesce(r.name_en, '') AS home_en,
           array(SELECT k.name_zh FROM skill k WHERE k.code = ANY (p.skills) ORDER BY k.code) AS skills_zh,
           array(SELECT k.name_en FROM skill k WHERE k.code = ANY (p.skills) ORDER BY k.code) AS skills_en,
           array(SELECT l.name_zh FROM language l WHERE l.code = ANY (p.languages) ORDER BY l.code) AS languages_zh,
           array(SELECT l.name_en FROM language l WHERE l.code = ANY (p.languages) ORDER BY l.code) AS languages_en
    FROM person p JOIN known USING (id)
    LEFT JOIN region r ON r.code = p.home
    LEFT JOIN person m ON m.id = p.merged_into
    WHERE p.id = $2
"""

CONTACT = """
    SELECT coalesce(a.phone, p.phone) AS phone, a.phone IS NOT NULL AS of_account, a.email
    FROM person p LEFT JOIN account a ON a.id = p.account
    WHERE p.id = $1
"""

STAFF_WITHOUT_RECORD = """
    SELECT a.id AS account_id, a.name
    FROM membership m JOIN account a ON a.id = m.account AND a.disabled_at IS NULL
    LEFT JOIN person p ON p.account = a.id
    WHERE m.organisation = $1 AND m.role = 'social_worker' AND m.until IS NULL
      AND p.staff_of IS DISTINCT FROM $1
    ORDER BY a.name, a.id LIMIT 50
"""


class PersonRow(Struct, frozen=True, kw_only=True):
    """One line of the list of people."""

    id: int
    name: str
    volunteer_no: str
    is_staff: bool
    has_account: bool
    home_zh: str
    home_en: str
    shifts: int
    latest: datetime | None
    skills_zh: list[str]
    skills_en: list[str]

    @property
    def home(self) -> str:
        """The home community's name in the reader's language."""
        return by_locale(self.home_zh, self.home_en)

    @property
    def skills(self) -> list[str]:
        """The skills' names in the reader's language."""
        return self.skills_zh if by_locale("zh", "en") == "zh" else self.skills_en


class PersonPage(Struct, frozen=True, kw_only=True):
    """One person, as an agency that knows them sees them."""

    id: int
    name: str
    volunteer_no: str
    account: int | None
    is_staff: bool
    is_kept: bool
    about: str
    registered_at: datetime
    merged_into: int | None
    """The record that goes on, when this one turned out to be a duplicate."""
    merged_no: str | None
    home_zh: str
    home_en: str
    skills_zh: list[str]
    skills_en: list[str]
    languages_zh: list[str]
    languages_en: list[str]

    @property
    def home(self) -> str:
        """The home community's name in the reader's language."""
        return by_locale(self.home_zh, self.home_en)

    @property
    def skills(self) -> list[str]:
        """The skills' names in the reader's language."""
        return self.skills_zh if by_locale("zh", "en") == "zh" else self.skills_en

    @property
    def languages(self) -> list[str]:
        """The languages' names in the reader's language."""
        return self.languages_zh if by_locale("zh", "en") == "zh" else self.languages_en


class Contact(Struct, frozen=True, kw_only=True):
    """How a person can be reached."""

    phone: str
    email: str


class Candidate(Struct, frozen=True, kw_only=True):
    """A social worker of the agency who is not on its list of staff yet."""

    account_id: int
    name: str


class _ContactRow(Struct, frozen=True, kw_only=True):
    phone: bytes | None
    of_account: bool
    email: bytes | None


class People(Struct, frozen=True, kw_only=True):
    """One page of the list, and where the next one begins."""

    rows: list[PersonRow]
    next: tuple[str, int] | None


def _pattern(typed: str) -> str:
    bare = typed.strip()
    escaped = bare.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%" if bare else ""


async def people(viewer: Actor, search: str = "", after: tuple[str, int] = ("", 0), limit: int = PAGE) -> People:
    """People the viewer's agency knows, by name; `search` is a part of a name or a whole volunteer number."""
    number = search.strip().upper()
    rows = await fetch(
        PersonRow, PEOPLE, viewer.organisation_id, _pattern(search), number, after[0], after[1], limit + 1
    )
    shown = rows[:limit]
    return People(rows=shown, next=(shown[-1].name, shown[-1].id) if len(rows) > limit else None)


async def people_count(viewer: Actor) -> int:
    """How many people the viewer's agency knows."""
    return int(await value(COUNT, viewer.organisation_id))


async def person(viewer: Actor, person_id: int) -> PersonPage:
    """One person the viewer's agency knows.

    Raises:
        NotFound: for everybody else.
    """
    found = await fetch_one(PersonPage, PERSON, viewer.organisation_id, person_id)
    if found is None:
        raise NotFound
    return found


async def sealed_contact(person_id: int) -> Contact:
    """How to reach a person, opened. Only for `actions.looking`, which writes the look down."""
    row = await fetch_one(_ContactRow, CONTACT, person_id)
    if row is None:
        raise NotFound
    column = "account.phone" if row.of_account else "person.phone"
    return Contact(phone=unseal(row.phone, column), email=unseal(row.email, "account.email"))


async def staff_without_record(viewer: Actor) -> list[Candidate]:
    """Social workers of the viewer's agency who cannot take staff places yet."""
    return await fetch(Candidate, STAFF_WITHOUT_RECORD, viewer.organisation_id)
