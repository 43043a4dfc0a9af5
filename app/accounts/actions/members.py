"""Who works where: giving and ending roles, and helping somebody who cannot sign in."""

from datetime import datetime

from msgspec import Struct

from app.accounts import looks
from app.accounts.actions.signing import give_one_time_password, identifier_or_invalid, insert_account
from app.accounts.forms import NewMember
from app.accounts.identifiers import Identifier
from app.accounts.queries.accounts import account_by_identifier
from app.accounts.queries.organisations import (
    is_member_elsewhere,
    managed_organisation,
    member_for,
    others_who_manage,
)
from app.accounts.rules import (
    CONSTRAINTS,
    ELSEWHERE_TOO,
    NAME_NEEDED,
    NO_NEW_ACCOUNT,
    NOBODYS,
    ROLE_NOT_OF_KIND,
    ROLE_REFUSED,
    ROLES_OF,
    Actor,
    Permission,
    last_refusal,
)
from app.kit.db import execute, transaction
from app.kit.errors import Conflict, Forbidden, Invalid, refuse_if
from app.kit.rules import N_

NO_PASSWORD = "!"  # noqa: S105 (the mark of an account that nobody can sign in to yet)
GIVEN = N_("a new password was given")
INSERT = "INSERT INTO membership (account, organisation, role, since) VALUES ($1, $2, $3, $4)"


class Added(Struct, frozen=True, kw_only=True):
    """A new member, with the password to hand over if the account is new."""

    name: str
    password: str | None


async def add_member(actor: Actor, organisation_id: int, wanted: NewMember, *, now: datetime) -> Added:
    """Give somebody a role; without an account yet, make one with a password to be exchanged at the first sign-in.

    Raises:
        NotFound: if the organisation is not this actor's to look after.
        Invalid: if the role is of another kind of organisation, or a name is needed for a new account.
        Conflict: if the person has the role already.
    """
    organisation = await managed_organisation(actor, organisation_id)
    if wanted.role not in ROLES_OF[organisation.kind]:
        raise Invalid(ROLE_REFUSED, role=ROLE_NOT_OF_KIND)
    identifier = identifier_or_invalid(wanted.identifier)
    async with transaction(CONSTRAINTS):
        known = await account_by_identifier(identifier)
        if known is None:
            account_id, password = await _new_account(wanted.name, identifier, now=now)
            name = wanted.name
        else:
            account_id, password, name = known.account_id, None, known.name
        await execute(INSERT, account_id, organisation_id, wanted.role, now)
    return Added(name=name, password=password)


async def _new_account(name: str, identifier: Identifier, *, now: datetime) -> tuple[int, str]:
    if not name:
        raise Invalid(NO_NEW_ACCOUNT, name=NAME_NEEDED)
    account_id = await insert_account(name, identifier, NO_PASSWORD, now=now)
    return account_id, await give_one_time_password(account_id, now=now)


async def end_membership(actor: Actor, membership_id: int, *, now: datetime) -> int:
    """End a role from now on; its keys open nothing any more. The answer is the organisation's number.

    Raises:
        NotFound: if it is not this actor's to end.
        Conflict: if nobody could manage the organisation's members any more, or somebody else was faster.
    """
    async with transaction():
        member = await member_for(actor, membership_id)
        # Two who end each other at the same moment must not both find the other still there.
        await execute("SELECT FROM organisation WHERE id = $1 FOR NO KEY UPDATE", member.organisation_id)
        refuse_if(last_refusal(await others_who_manage(member.organisation_id, membership_id), member.role))
        if not await execute("UPDATE membership SET until = $2 WHERE id = $1 AND until IS NULL", membership_id, now):
            raise Conflict()
    return member.organisation_id


async def renew_member_password(actor: Actor, membership_id: int, *, now: datetime) -> Added:
    """Give a member of one's own organisation, and of no other, a password to be exchanged at the next sign-in.

    Raises:
        NotFound: if the member is not this actor's to look after.
        Forbidden: if the person works elsewhere too, where this actor has no say.
    """
    async with transaction():
        member = await member_for(actor, membership_id)
        everywhere = actor.may(Permission.ORGANISATION_MANAGE)
        if not everywhere and await is_member_elsewhere(member.account_id, member.organisation_id):
            raise Forbidden(ELSEWHERE_TOO)
        return await _renewed(actor, member.account_id, member.name, now=now)


async def renew_password(actor: Actor, typed: str, *, now: datetime) -> Added:
    """Give anybody a password to be exchanged at the next sign-in: for the platform's administrator.

    Raises:
        Forbidden: if this is somebody else.
        Invalid: if that is no number or address, or nobody's.
    """
    if not actor.may(Permission.ORGANISATION_MANAGE):
        raise Forbidden()
    async with transaction():
        known = await account_by_identifier(identifier_or_invalid(typed))
        if known is None:
            raise Invalid(NOBODYS, identifier=NOBODYS.text)
        return await _renewed(actor, known.account_id, known.name, now=now)


async def _renewed(actor: Actor, account_id: int, name: str, *, now: datetime) -> Added:
    password = await give_one_time_password(account_id, now=now)
    await looks.record(actor, "account", account_id, ["password"], GIVEN, now)
    return Added(name=name, password=password)
