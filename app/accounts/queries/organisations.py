"""Organisations and their members, as those may see them who look after them."""

from datetime import datetime

from msgspec import Struct

from app.accounts.identifiers import masked
from app.accounts.rules import MAY, Actor, OrganisationKind, Permission, Role, may_manage
from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.kit.i18n import by_locale

PAGE = 50


class OrganisationRow(Struct, frozen=True, kw_only=True):
    """One organisation."""

    id: int
    kind: OrganisationKind
    name: str
    name_en: str
    region: str
    region_name: str
    region_name_en: str
    credit_code: str | None
    created_at: datetime
    members: int

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return by_locale(self.name, self.name_en)

    @property
    def place(self) -> str:
        """Its region's name in the reader's language."""
        return by_locale(self.region_name, self.region_name_en)


class MemberRow(Struct, frozen=True, kw_only=True):
    """One membership that holds."""

    membership_id: int
    account_id: int
    organisation_id: int
    name: str
    role: Role
    since: datetime
    phone: bytes | None
    email: bytes | None
    waiting: bool
    """Whether this person has not yet exchanged the given password for one of their own."""

    @property
    def reached_at(self) -> str:
        """The number or address, masked."""
        return masked(self.phone, self.email)


ORGANISATION = """
    SELECT o.id, o.kind, o.name, o.name_en, o.region, r.name AS region_name, r.name_en AS region_name_en,
           o.credit_code, o.created_at,
           (SELECT count(DISTINCT m.account) FROM membership m WHERE m.organisation = o.id AND m.until IS NULL)
               AS members
    FROM organisation o JOIN region r ON r.code = o.region
"""

LIST = f"""
    {ORGANISATION}
    WHERE ($1 = '' OR o.kind = $1) AND ($2 = '' OR strpos(lower(o.name || ' ' || o.name_en), lower($2)) > 0)
      AND ($3::bigint IS NULL OR o.id < $3)
    ORDER BY o.id DESC LIMIT {PAGE + 1}
"""

MEMBER = """
    SELECT m.id AS membership_id, m.account AS account_id, m.organisation AS organisation_id, a.name, m.role, m.since,
           a.phone, a.email, a.one_time_until IS NOT NULL AS waiting
    FROM membership m JOIN account a ON a.id = m.account
    WHERE m.until IS NULL AND
"""

OTHERS_WHO_MANAGE = """
    SELECT count(*) FROM membership m JOIN account a ON a.id = m.account
    WHERE m.organisation = $1 AND m.id <> $2 AND m.until IS NULL AND a.disabled_at IS NULL AND m.role = ANY($3::text[])
"""

MANAGING_ROLES = [str(role) for role, permissions in MAY.items() if Permission.MEMBER_MANAGE in permissions]


async def organisations(
    kind: str = "", words: str = "", before: int | None = None
) -> tuple[list[OrganisationRow], bool]:
    """A page of all organisations, newest first, and whether there are more."""
    rows = await fetch(OrganisationRow, LIST, kind, words, before)
    return rows[:PAGE], len(rows) > PAGE


async def organisation_for(actor: Actor, organisation_id: int) -> OrganisationRow:
    """One organisation, for whoever looks after it or belongs to it.

    Raises:
        NotFound: if it is absent, or somebody else's.
    """
    if not may_manage(actor, organisation_id) and organisation_id != actor.organisation_id:
        raise NotFound()
    found = await fetch_one(OrganisationRow, f"{ORGANISATION} WHERE o.id = $1", organisation_id)
    if found is None:
        raise NotFound()
    return found


async def managed_organisation(actor: Actor, organisation_id: int) -> OrganisationRow:
    """One organisation, for whoever looks after its members.

    Raises:
        NotFound: if it is absent, or somebody else's.
    """
    if not may_manage(actor, organisation_id):
        raise NotFound()
    return await organisation_for(actor, organisation_id)


async def members_of(organisation_id: int) -> list[MemberRow]:
    """Everybody with a role there."""
    return await fetch(MemberRow, f"{MEMBER} m.organisation = $1 ORDER BY m.role, a.name, m.id", organisation_id)


async def member_for(actor: Actor, membership_id: int) -> MemberRow:
    """One membership, for whoever looks after that organisation's members.

    Raises:
        NotFound: if it is absent or ended, or of somebody else's organisation.
    """
    found = await fetch_one(MemberRow, f"{MEMBER} m.id = $1", membership_id)
    if found is None or not may_manage(actor, found.organisation_id):
        raise NotFound()
    return found


async def others_who_manage(organisation_id: int, membership_id: int) -> int:
    """How many other memberships let somebody manage members there."""
    count: int = await value(OTHERS_WHO_MANAGE, organisation_id, membership_id, MANAGING_ROLES)
    return count


async def is_member_elsewhere(account_id: int, organisation_id: int) -> bool:
    """Whether somebody has a role in another organisation too."""
    found: bool = await value(
        "SELECT EXISTS (SELECT FROM membership WHERE account = $1 AND organisation <> $2 AND until IS NULL)",
        account_id,
        organisation_id,
    )
    return found
