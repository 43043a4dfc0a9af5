"""Rule-books as people see them: which applies to what, since when, and from whom; their versions and drafts."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor, OrganisationKind, Permission
from app.hours.queries.rating import Scope
from app.hours.rules import CountingRules
from app.hours.rules.previewing import Preview
from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound


class Owner(Struct, frozen=True, kw_only=True):
    """What a rule-book is for: a contract, else all contracts of a funder, else the city."""

    contract: int | None = None
    funder: int | None = None
    number: str = ""
    name_zh: str = ""
    name_en: str = ""
    program_id: int = 0
    program_funder: int = 0
    """Whoever bought the contract."""

    @property
    def level(self) -> str:
        return "contract" if self.contract else "funder" if self.funder else "city"


class BookRow(Struct, frozen=True, kw_only=True):
    """A published version."""

    id: int
    contract: int | None
    funder: int | None
    number: str
    name_zh: str
    name_en: str
    program_id: int
    program_funder: int
    version: str
    applies_from: date
    note: str
    published_at: datetime
    published_by: str | None
    rules: str

    @property
    def owner(self) -> Owner:
        return _owner(self)

    @property
    def figures(self) -> CountingRules:
        return msgspec.json.decode(self.rules, type=CountingRules)


class DraftRow(Struct, frozen=True, kw_only=True):
    """A version being prepared."""

    id: int
    contract: int | None
    funder: int | None
    number: str
    name_zh: str
    name_en: str
    program_id: int
    program_funder: int
    version: str
    applies_from: date
    note: str
    made_by: str
    made_at: datetime
    rules: str
    preview_from: date | None
    preview_before: date | None
    preview_status: str
    preview: str
    previewed_at: datetime | None
    published_as: int | None

    @property
    def owner(self) -> Owner:
        return _owner(self)

    @property
    def figures(self) -> CountingRules:
        return msgspec.json.decode(self.rules, type=CountingRules)

    @property
    def previewed(self) -> Preview:
        return msgspec.json.decode(self.preview, type=Preview)

    def scope_of(self, from_on: date, to_before: date) -> Scope:
        """What a preview of these days looks at: those it would apply to; when it is none of them, all for trial."""
        trial = self.published_as is None and to_before <= self.applies_from
        return Scope(
            contract=self.contract,
            funder=self.funder,
            from_on=from_on if trial else max(from_on, self.applies_from),
            to_before=to_before,
            book=self.published_as,
            trial=trial,
        )

    @property
    def scope(self) -> Scope | None:
        """What the preview looks at; None before it was asked for."""
        if self.preview_from is None or self.preview_before is None:
            return None
        return self.scope_of(self.preview_from, self.preview_before)


def _owner(row: BookRow | DraftRow) -> Owner:
    return Owner(
        contract=row.contract,
        funder=row.funder,
        number=row.number,
        name_zh=row.name_zh,
        name_en=row.name_en,
        program_id=row.program_id,
        program_funder=row.program_funder,
    )


OF_WHOM = """
    b.contract, b.funder, coalesce(c.number, '') AS number, coalesce(g.name, f.name, '') AS name_zh,
    coalesce(g.name_en, f.name_en, '') AS name_en, coalesce(g.id, 0) AS program_id,
    coalesce(g.funder, 0) AS program_funder
"""
OWNERS = """
    LEFT JOIN contract c ON c.id = b.contract LEFT JOIN program g ON g.id = c.program
    LEFT JOIN organisation f ON f.id = b.funder
"""
# $1 the organisation, $2 whether it is the platform. The city's applies to everybody; a funder's to who works for it.
SEEN = """
    ($2 OR (b.contract IS NULL AND b.funder IS NULL) OR b.funder = $1 OR $1 IN (g.funder, g.agency, g.evaluator)
     OR EXISTS (SELECT 1 FROM program e WHERE e.funder = b.funder AND $1 IN (e.agency, e.evaluator)))
"""
# The same for who makes versions, asked of `manages` in words.
MANAGED = """
    CASE WHEN b.contract IS NULL AND b.funder IS NULL THEN $2
         ELSE (b.funder = $1) IS TRUE OR (g.funder = $1) IS TRUE END
"""
BOOKS = f"""
    SELECT b.id, {OF_WHOM}, b.version, b.applies_from, b.note, b.published_at, k.name AS published_by,
           b.rules::text AS rules
    FROM rule_book b {OWNERS} LEFT JOIN account k ON k.id = b.published_by
    WHERE {SEEN}
"""
DRAFTS = f"""
    SELECT b.id, {OF_WHOM}, b.version, b.applies_from, b.note, k.name AS made_by, b.made_at, b.rules::text AS rules,
           b.preview_from, b.preview_before, b.preview_status, b.preview::text AS preview, b.previewed_at,
           b.published_as
    FROM rule_book_draft b {OWNERS} JOIN account k ON k.id = b.made_by
"""


def is_platform(actor: Actor) -> bool:
    """Whether the actor speaks for the platform, whose rule-book is the city's."""
    return actor.post is not None and actor.post.organisation_kind is OrganisationKind.PLATFORM


def manages(actor: Actor, owner: Owner) -> bool:
    """Whether this actor makes its versions: a funder for itself and its contracts, the platform for the city."""
    if not actor.may(Permission.RULES_MANAGE):
        return False
    if owner.level == "city":
        return is_platform(actor)
    return actor.organisation_id in (owner.funder, owner.program_funder)


async def books_for(actor: Actor) -> list[BookRow]:
    """Every version this actor may see, the newest of each owner first."""
    sql = f"{BOOKS} ORDER BY b.contract NULLS FIRST, b.funder NULLS FIRST, b.applies_from DESC"
    return await fetch(BookRow, sql, actor.organisation_id, is_platform(actor))


async def book_for(actor: Actor, book_id: int) -> BookRow:
    """One version.

    Raises:
        NotFound: when it is absent, or applies to nothing of this actor's.
    """
    found = await fetch_one(BookRow, f"{BOOKS} AND b.id = $3", actor.organisation_id, is_platform(actor), book_id)
    if found is None:
        raise NotFound()
    return found


async def drafts_for(actor: Actor) -> list[DraftRow]:
    """The drafts this actor may publish, the newest first."""
    if not actor.may(Permission.RULES_MANAGE):
        return []
    sql = f"{DRAFTS} WHERE {MANAGED} AND b.published_as IS NULL ORDER BY b.id DESC LIMIT 100"
    return await fetch(DraftRow, sql, actor.organisation_id, is_platform(actor))


async def draft_for(actor: Actor, draft_id: int) -> DraftRow:
    """One draft.

    Raises:
        NotFound: when it is absent, or another organisation's.
    """
    sql = f"{DRAFTS} WHERE {MANAGED} AND b.id = $3"
    found = await fetch_one(DraftRow, sql, actor.organisation_id, is_platform(actor), draft_id)
    if found is None:
        raise NotFound()
    return found


async def lock_draft(draft_id: int) -> DraftRow | None:
    """A draft, held until the transaction ends."""
    return await fetch_one(DraftRow, f"{DRAFTS} WHERE b.id = $1 FOR UPDATE OF b", draft_id)


async def previews_of(book_id: int) -> DraftRow | None:
    """The draft row that holds the previews of a published version; None when it was never drafted."""
    return await fetch_one(DraftRow, f"{DRAFTS} WHERE b.published_as = $1 ORDER BY b.id DESC LIMIT 1", book_id)


OWNER = """
    SELECT c.id AS contract, NULL::bigint AS funder, c.number, g.name AS name_zh, g.name_en, g.id AS program_id,
           g.funder AS program_funder
    FROM contract c JOIN program g ON g.id = c.program WHERE c.id = $1 AND $2 IN (g.funder, g.agency, g.evaluator)
"""
FUNDER = """
    SELECT NULL::bigint AS contract, o.id AS funder, '' AS number, o.name AS name_zh, o.name_en, 0 AS program_id,
           0 AS program_funder
    FROM organisation o WHERE o.id = $1 AND o.kind = 'funder'
"""


async def owner_to_manage(actor: Actor, contract_id: int | None) -> Owner:
    """What a new version is for: a contract, else the actor's own organisation (the city for the platform).

    Raises:
        NotFound: when this actor makes no versions of it.
    """
    owner: Owner | None = Owner()
    if contract_id is not None:
        owner = await fetch_one(Owner, OWNER, contract_id, actor.organisation_id)
    elif not is_platform(actor):
        owner = await fetch_one(Owner, FUNDER, actor.organisation_id)
    if owner is None or not manages(actor, owner):
        raise NotFound()
    return owner


# Of the levels over an owner: its own, its funder's, the city's; the nearest one that applies on the day.
IN_FORCE = f"""
    SELECT b.id, {OF_WHOM}, b.version, b.applies_from, b.note, b.published_at, k.name AS published_by,
           b.rules::text AS rules
    FROM rule_book b {OWNERS} LEFT JOIN account k ON k.id = b.published_by
    WHERE b.applies_from <= $3 AND b.id <> $4 AND (b.contract IS NULL OR b.contract = $1)
      AND (b.funder IS NULL OR b.funder = coalesce($2, (
          SELECT w.funder FROM contract v JOIN program w ON w.id = v.program WHERE v.id = $1)))
    ORDER BY b.contract NULLS LAST, b.funder NULLS LAST, b.applies_from DESC LIMIT 1
"""


async def in_force(owner: Owner, day: date, apart_from: int = 0) -> BookRow | None:
    """What applies to this owner on a day: its own version, else the one it inherits."""
    return await fetch_one(BookRow, IN_FORCE, owner.contract, owner.funder, day, apart_from)


class ContractBook(Struct, frozen=True, kw_only=True):
    """A contract, and the version that applies to it now."""

    contract: int
    number: str
    program_id: int
    program_zh: str
    program_en: str
    agency_zh: str
    agency_en: str
    book: int
    level: str
    version: str
    applies_from: date


CONTRACTS = """
    SELECT c.id AS contract, c.number, g.id AS program_id, g.name AS program_zh, g.name_en AS program_en,
           a.name AS agency_zh, a.name_en AS agency_en, n.id AS book, n.version, n.applies_from,
           CASE WHEN n.contract IS NOT NULL THEN 'contract' WHEN n.funder IS NOT NULL THEN 'funder' ELSE 'city' END
               AS level
    FROM contract c JOIN program g ON g.id = c.program JOIN organisation a ON a.id = g.agency
    CROSS JOIN LATERAL (
        SELECT b.* FROM rule_book b
        WHERE b.applies_from <= $2 AND (b.contract IS NULL OR b.contract = c.id)
          AND (b.funder IS NULL OR b.funder = g.funder)
        ORDER BY b.contract NULLS LAST, b.funder NULLS LAST, b.applies_from DESC LIMIT 1
    ) n
    WHERE c.in_force_at IS NOT NULL AND c.ends_before > $2 - 366 AND $1 IN (g.funder, g.agency, g.evaluator)
    ORDER BY c.starts_on DESC, c.id DESC LIMIT 500
"""


async def contracts_and_books(organisation_id: int, today: date) -> list[ContractBook]:
    """This organisation's contracts of the last year and now, each with the version that counts for it today."""
    return await fetch(ContractBook, CONTRACTS, organisation_id, today)


class ReratingRow(Struct, frozen=True, kw_only=True):
    """One re-rating and how far it is."""

    id: int
    rule_book: int
    from_on: date
    to_before: date
    reason: str
    asked_by: str
    asked_at: datetime
    status: str
    looked_at: int
    changed: int
    minutes_before: int
    minutes_after: int
    left_alone: str
    done_at: datetime | None

    @property
    def left(self) -> dict[str, int]:
        """How many stayed as they were, by the code of the reason."""
        return msgspec.json.decode(self.left_alone, type=dict[str, int])


RERATINGS = """
    SELECT r.id, r.rule_book, r.from_on, r.to_before, r.reason, k.name AS asked_by, r.asked_at, r.status, r.looked_at,
           r.changed, r.minutes_before, r.minutes_after, r.left_alone::text AS left_alone, r.done_at
    FROM rerating r JOIN account k ON k.id = r.asked_by
"""


async def reratings_of(book_id: int) -> list[ReratingRow]:
    """Every re-rating under a version, the newest first."""
    return await fetch(ReratingRow, f"{RERATINGS} WHERE r.rule_book = $1 ORDER BY r.id DESC LIMIT 100", book_id)


async def rerating_for(actor: Actor, rerating_id: int) -> tuple[ReratingRow, BookRow]:
    """One re-rating with its version.

    Raises:
        NotFound: when it is absent, or the version applies to nothing of this actor's.
    """
    found = await fetch_one(ReratingRow, f"{RERATINGS} WHERE r.id = $1", rerating_id)
    if found is None:
        raise NotFound()
    return found, await book_for(actor, found.rule_book)


class Shown(Struct, frozen=True, kw_only=True):
    """What a changed attendance is called."""

    id: int
    person: str
    served_on: date
    activity: int
    activity_name: str
    agency_zh: str
    agency_en: str


SHOWN = """
    SELECT a.id, h.name AS person, a.served_on, v.id AS activity, v.name AS activity_name, o.name AS agency_zh,
           o.name_en AS agency_en
    FROM attendance a JOIN person h ON h.id = a.person JOIN activity v ON v.id = a.activity
    JOIN organisation o ON o.id = a.agency
    WHERE a.id = any($1)
"""


async def shown(attendance_ids: list[int]) -> dict[int, Shown]:
    """Names for a list of changes."""
    return {row.id: row for row in await fetch(Shown, SHOWN, attendance_ids)}


class _Name(Struct, frozen=True):
    id: int
    name: str


async def activity_names(activity_ids: list[int]) -> dict[int, str]:
    """Names for the totals."""
    rows = await fetch(_Name, "SELECT id, name FROM activity WHERE id = any($1)", activity_ids)
    return {row.id: row.name for row in rows}


async def next_version(owner: Owner, today: date) -> str:
    """A free name for the next version: the year and a number."""
    sql = """
        SELECT count(*) FROM (
            SELECT version FROM rule_book WHERE contract IS NOT DISTINCT FROM $1 AND funder IS NOT DISTINCT FROM $2
        ) v WHERE starts_with(version, $3)
    """
    taken = int(await value(sql, owner.contract, owner.funder, f"{today.year}-"))
    return f"{today.year}-{taken + 1}"
