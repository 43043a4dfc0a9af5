"""Signing up, proving who one is, and looking after one's own account."""

from datetime import datetime

from app.accounts import consents, passwords
from app.accounts.identifiers import NOT_AN_IDENTIFIER, Identifier, Kind, read_identifier
from app.accounts.queries.accounts import Credential, credential_by_identifier, credential_of
from app.accounts.rules import CONSTRAINTS, NO_NEW_ACCOUNT, NOT_PROVED, WRONG_PASSWORD, Actor, password_fault
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Forbidden, Invalid
from app.kit.i18n import LOCALES
from app.kit.sealing import seal

INSERT = """
    INSERT INTO account (name, phone, phone_index, email, email_index, password_hash, locale, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, '', $7) RETURNING id
"""
TAKEN = dict.fromkeys(CONSTRAINTS, NO_NEW_ACCOUNT)
"""Whoever signs up learns only that it cannot be done, not which of the two is known here."""


async def insert_account(name: str, identifier: Identifier, password_hash: str, *, now: datetime) -> int:
    """A new account; a broken uniqueness is the caller's to explain."""
    sealed, index = seal(identifier.value, identifier.column), identifier.index
    phone = (sealed, index) if identifier.kind is Kind.PHONE else (None, None)
    email = (sealed, index) if identifier.kind is Kind.EMAIL else (None, None)
    account_id: int = await value(INSERT, name, *phone, *email, password_hash, now)
    return account_id


def identifier_or_invalid(typed: str) -> Identifier:
    """The number or address that was typed.

    Raises:
        Invalid: if it is neither.
    """
    identifier = read_identifier(typed)
    if identifier is None:
        raise Invalid(NO_NEW_ACCOUNT, identifier=NOT_AN_IDENTIFIER)
    return identifier


async def sign_up(name: str, typed: str, password: str, *, now: datetime) -> int:
    """Make an account that consents to the privacy notice; the answer is its number.

    Raises:
        Invalid: if number, address or password will not do.
        Conflict: if the number or address is taken.
    """
    identifier = identifier_or_invalid(typed)
    if fault := password_fault(password, [identifier.value]):
        raise Invalid(NO_NEW_ACCOUNT, password=fault)
    password_hash = await passwords.hashed(password)
    async with transaction(TAKEN):
        account_id = await insert_account(name, identifier, password_hash, now=now)
        await consents.give(
            "account", account_id, consents.PRIVACY_NOTICE, consents.PRIVACY_VERSION,
            given_by="self", recorded_by=account_id, now=now,
        )  # fmt: skip
    return account_id


async def prove(typed: str, password: str) -> Credential:
    """Who this is. An unknown account and a wrong password take the same path and get the same answer.

    Raises:
        Forbidden: if the two do not belong together.
    """
    identifier = read_identifier(typed)
    found = await credential_by_identifier(identifier) if identifier else None
    if not await passwords.matches(password, found.password_hash if found else None) or found is None:
        raise Forbidden(NOT_PROVED)
    if passwords.is_outdated(found.password_hash):
        await _replace_hash(found, password)
    return found


async def change_password(actor: Actor, present: str, new: str) -> None:
    """Replace one's own password.

    Raises:
        Invalid: if the present one is wrong, or the new one will not do.
    """
    found = await credential_of(actor.account_id)
    if not await passwords.matches(present, found.password_hash):
        raise Invalid(WRONG_PASSWORD, present=WRONG_PASSWORD.text)
    if fault := password_fault(new, found.identifiers):
        raise Invalid(WRONG_PASSWORD, new=fault)
    await _replace_hash(found, new)


async def _replace_hash(found: Credential, password: str) -> None:
    """Store a new hash, unless somebody changed the password in between."""
    replaced = await execute(
        "UPDATE account SET password_hash = $2 WHERE id = $1 AND password_hash = $3",
        found.account_id, await passwords.hashed(password), found.password_hash,
    )  # fmt: skip
    if not replaced:
        raise Conflict()


async def change_own(actor: Actor, name: str, locale: str) -> None:
    """Change one's own name and language; an empty language is the browser's."""
    chosen = locale if locale in LOCALES else ""
    await execute("UPDATE account SET name = $2, locale = $3 WHERE id = $1", actor.account_id, name, chosen)
