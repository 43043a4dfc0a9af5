"""One account: what it signs in with, and what its owner sees of it."""

from datetime import datetime

from msgspec import Struct

from app.accounts.identifiers import Identifier, masked
from app.kit.db import fetch_one
from app.kit.errors import NotFound
from app.kit.sealing import unseal


class Credential(Struct, frozen=True, kw_only=True):
    """What is needed to prove who someone is."""

    account_id: int
    name: str
    password_hash: str
    one_time_until: datetime | None
    locale: str
    phone: bytes | None
    email: bytes | None

    @property
    def identifiers(self) -> list[str]:
        """The account's own number and address, opened."""
        both = [unseal(self.phone, "account.phone"), unseal(self.email, "account.email")]
        return [each for each in both if each]


class AccountRow(Struct, frozen=True, kw_only=True):
    """One's own account, as its page shows it."""

    name: str
    locale: str
    phone: bytes | None
    email: bytes | None
    created_at: datetime

    @property
    def reached_at(self) -> str:
        """The number or address, masked."""
        return masked(self.phone, self.email)


CREDENTIAL = """
    SELECT id AS account_id, name, password_hash, one_time_until, locale, phone, email FROM account
    WHERE disabled_at IS NULL AND
"""


async def account_by_identifier(identifier: Identifier) -> Credential | None:
    """The account with this number or address, unless it is disabled."""
    return await fetch_one(Credential, f"{CREDENTIAL} {identifier.kind}_index = $1", identifier.index)


async def credential_of(account_id: int) -> Credential:
    """The credential of a signed-in account.

    Raises:
        NotFound: if it was disabled a moment ago.
    """
    found = await fetch_one(Credential, f"{CREDENTIAL} id = $1", account_id)
    if found is None:
        raise NotFound()
    return found


async def own_account(account_id: int) -> AccountRow:
    """The account's own page.

    Raises:
        NotFound: if it was disabled a moment ago.
    """
    found = await fetch_one(
        AccountRow,
        "SELECT name, locale, phone, email, created_at FROM account WHERE id = $1 AND disabled_at IS NULL",
        account_id,
    )
    if found is None:
        raise NotFound()
    return found
