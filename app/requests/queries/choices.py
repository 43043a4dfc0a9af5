"""What can be chosen: kinds of help, languages, communities, the programs that fit, the activities of a line."""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import fetch, value
from app.kit.i18n import by_locale
from app.requests.rules.asking import EVERYDAY_WORDS, FOR_MANY_PEOPLE
from app.requests.rules.people import comparable

KINDS = """
    SELECT code, name_zh, name_en FROM service_kind
    WHERE since <= $1 AND (until IS NULL OR until > $1) AND code <> ALL ($2)
    ORDER BY array_position($3::text[], code::text), code
"""
LANGUAGES = "SELECT code, name_zh, name_en FROM language ORDER BY code"

COMMUNITIES = """
    SELECT c.code, c.name AS name_zh, c.name_en,
           coalesce(s.name, '') AS street_zh, coalesce(s.name_en, '') AS street_en,
           coalesce(d.name, '') AS district_zh, coalesce(d.name_en, '') AS district_en
    FROM region c LEFT JOIN region s ON s.code = c.parent_code LEFT JOIN region d ON d.code = s.parent_code
    WHERE c.level = 5 AND c.code LIKE $1 || '%'
    ORDER BY c.code
"""
PLACES = """
    SELECT code, name AS name_zh, name_en FROM region
    WHERE CASE WHEN $1 = '' THEN level = 3 AND EXISTS (SELECT 1 FROM region b WHERE b.parent_code = region.code)
          ELSE parent_code = $1 END
    ORDER BY code
"""
COMMUNITY_DESK = """
    SELECT id FROM organisation WHERE kind = 'community' AND $1 LIKE region || '%'
    ORDER BY length(region) DESC, id LIMIT 1
"""

LINES = """
    SELECT l.id, l.code, l.name, p.name AS program_zh, p.name_en AS program_en, a.name AS agency_zh,
           a.name_en AS agency_en, c.ends_before
    FROM line l JOIN contract c ON c.id = l.contract JOIN program p ON p.id = c.program
    JOIN organisation a ON a.id = p.agency
    WHERE p.status = 'active' AND $1 LIKE p.region || '%' AND l.service_kind = $2
      AND c.starts_on <= $3 AND c.ends_before > $3 AND ($4::bigint IS NULL OR l.id = $4)
    ORDER BY length(p.region) DESC, p.id, l.id
"""

ACTIVITIES = """
    SELECT id, name FROM activity WHERE line = $1 AND agency = $2 AND status = 'open' ORDER BY created_at DESC, id DESC
"""


class Choice(Struct, frozen=True):
    """Something with a code and a name in two languages."""

    code: str
    name_zh: str
    name_en: str

    @property
    def name(self) -> str:
        return by_locale(self.name_zh, self.name_en)


class Community(Struct, frozen=True):
    """A community with the street and district it lies in."""

    code: str
    name_zh: str
    name_en: str
    street_zh: str
    street_en: str
    district_zh: str
    district_en: str

    @property
    def labels(self) -> tuple[str, str]:
        """In Chinese and in English."""
        around = f"{self.street_en or self.street_zh}, {self.district_en or self.district_zh}"
        return f"{self.name_zh}（{self.district_zh} {self.street_zh}）", f"{self.name_en or self.name_zh} ({around})"

    @property
    def label(self) -> str:
        return by_locale(*self.labels)


class FittingLine(Struct, frozen=True):
    """A line of an active program that could take a request."""

    id: int
    code: str
    name: str
    program_zh: str
    program_en: str
    agency_zh: str
    agency_en: str
    ends_before: date

    @property
    def label(self) -> str:
        return f"{by_locale(self.program_zh, self.program_en)} · {by_locale(self.agency_zh, self.agency_en)}"


class ActivityChoice(Struct, frozen=True):
    """An open activity of a line."""

    id: int
    name: str


async def kinds(today: date) -> Sequence[Choice]:
    """The kinds of help one household can ask for today."""
    return await fetch(Choice, KINDS, today, sorted(FOR_MANY_PEOPLE), list(EVERYDAY_WORDS))


async def languages() -> Sequence[Choice]:
    """Languages and dialects."""
    return await fetch(Choice, LANGUAGES)


async def communities(under: str = "") -> Sequence[Community]:
    """Every community, or those under a region."""
    return await fetch(Community, COMMUNITIES, under)


async def places(under: str) -> Sequence[Choice]:
    """The districts, or what lies directly under a region."""
    return await fetch(Choice, PLACES, under)


def matching(typed: str, known: Sequence[Community]) -> Sequence[Community]:
    """The communities someone may have meant: the one whose label or code was typed, else those with that name, else
    those whose name contains it."""
    wanted = comparable(typed)
    if not wanted:
        return []
    exact = [c for c in known if typed.strip() == c.code or wanted in (comparable(label) for label in c.labels)]
    if exact:
        return exact[:1]
    named = [c for c in known if wanted in (comparable(c.name_zh), comparable(c.name_en))]
    if named:
        return named
    return [c for c in known if wanted in comparable(c.name_zh) or wanted in comparable(c.name_en)]


async def desk_of(region: str) -> int | None:
    """The community organisation nearest to a region, if one serves it."""
    found = await value(COMMUNITY_DESK, region)
    return int(found) if found else None


async def fitting_lines(
    region: str, service_kind: str, today: date, line_id: int | None = None
) -> Sequence[FittingLine]:
    """Lines of active programs that cover a region and buy this kind of help today."""
    return await fetch(FittingLine, LINES, region, service_kind, today, line_id)


async def activities(actor: Actor, line_id: int) -> Sequence[ActivityChoice]:
    """The open activities of a line of the actor's agency, newest first."""
    return await fetch(ActivityChoice, ACTIVITIES, line_id, actor.organisation_id)
