"""The very first administrator, whom no administrator can have entered."""

from datetime import datetime

from app.accounts.actions.members import NO_PASSWORD
from app.accounts.actions.signing import give_one_time_password, identifier_or_invalid, insert_account
from app.accounts.rules import CONSTRAINTS, OrganisationKind, Role
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict
from app.kit.rules import N_, Refusal

ALREADY_FOUNDED = Refusal(
    "already_founded",
    N_("There is an administrator already."),
    N_("Ask them to make you a member of the platform's organisation."),
)


async def found(name: str, typed: str, platform: str, region: str, *, now: datetime) -> str:
    """Make the platform's organisation and its first administrator; the answer is the password to sign in with once.

    Raises:
        Conflict: if there is an administrator already, or the number or address is taken.
        Invalid: if `typed` is neither a mobile number nor an e-mail address.
    """
    identifier = identifier_or_invalid(typed)
    async with transaction(CONSTRAINTS):
        if await value("SELECT 1 FROM membership WHERE role = $1 AND until IS NULL", Role.PLATFORM_ADMIN):
            raise Conflict(ALREADY_FOUNDED)
        organisation = await value(
            "INSERT INTO organisation (kind, name, name_en, region, created_at)"
            " VALUES ($1, $2, '', $3, $4) RETURNING id",
            OrganisationKind.PLATFORM,
            platform,
            region,
            now,
        )
        account = await insert_account(name, identifier, NO_PASSWORD, now=now)
        await execute(
            "INSERT INTO membership (account, organisation, role, since) VALUES ($1, $2, $3, $4)",
            account,
            organisation,
            Role.PLATFORM_ADMIN,
            now,
        )
        return await give_one_time_password(account, now=now)
