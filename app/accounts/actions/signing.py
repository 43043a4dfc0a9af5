"""Signing up, proving who one is, and looking after one's own account."""

import secrets
from datetime import datetime, timedelta

from msgspec import structs

from app.accounts import consents, passwords
from app.accounts.identifiers import NOT_AN_IDENTIFIER, Identifier, Kind, read_identifier
from app.accounts.queries.accounts import Credential, account_by_identifier, credential_of
from app.accounts.rules import (
    CONSTRAINTS,
    NO_NEW_ACCOUNT,
    NOT_PROVED,
    ONE_TIME_DAYS,
    WRONG_PASSWORD,
    Actor,
    password_fault,
)
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


CLEAR = "abcdefghjkmnpqrstuvwxyz23456789"
"""Letters and digits that nobody mistakes for one another when they are read out."""


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


async def sign_up(name: str, typed: str, password: str, *, now: datetime) -> Credential:
    """Make an account that consents to the privacy notice.

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
    return await credential_of(account_id)


async def prove(typed: str, password: str, *, now: datetime) -> Credential:
    """Who this is. An unknown account and a wrong password take the same path and get the same answer.

    Raises:
        Forbidden: if the two do not belong together, or the password was given for a time that is over.
    """
    identifier = read_identifier(typed)
    found = await account_by_identifier(identifier) if identifier else None
    if not await passwords.matches(password, found.password_hash if found else None) or found is None:
        raise Forbidden(NOT_PROVED)
    if found.one_time_until and found.one_time_until <= now:
        raise Forbidden(NOT_PROVED)
    if passwords.is_outdated(found.password_hash):
        return await _replace_hash(found, password)
    return found


async def change_password(actor: Actor, present: str, new: str) -> Credential:
    """Replace one's own password; sessions elsewhere end with it.

    Raises:
        Invalid: if the present one is wrong, or the new one will not do.
    """
    found = await credential_of(actor.account_id)
    if not await passwords.matches(present, found.password_hash):
        raise Invalid(WRONG_PASSWORD, present=WRONG_PASSWORD.text)
    return await _replace_hash(found, _good(new, found))


async def give_one_time_password(account_id: int, *, now: datetime) -> str:
    """Put a password in the place of an account's own that only serves to choose a new one; the answer is to be shown
    once, to whoever hands it over."""
    password = "-".join("".join(secrets.choice(CLEAR) for _ in range(4)) for _ in range(3))
    await execute(
        "UPDATE account SET password_hash = $2, one_time_until = $3 WHERE id = $1",
        account_id, await passwords.hashed(password), now + timedelta(days=ONE_TIME_DAYS),
    )  # fmt: skip
    return password


async def choose_first_password(account_id: int, new: str, *, now: datetime) -> Credential:
    """Exchange a given password for one's own, and consent to the privacy notice.

    Raises:
        Forbidden: if there is none to exchange any more.
        Invalid: if the new one will not do.
    """
    found = await credential_of(account_id)
    if not found.one_time_until or found.one_time_until <= now:
        raise Forbidden(NOT_PROVED)
    async with transaction():
        chosen = await _replace_hash(found, _good(new, found))
        await consents.give(
            "account", account_id, consents.PRIVACY_NOTICE, consents.PRIVACY_VERSION,
            given_by="self", recorded_by=account_id, now=now,
        )  # fmt: skip
    return chosen


def _good(new: str, account: Credential) -> str:
    if fault := password_fault(new, account.identifiers):
        raise Invalid(NOT_PROVED, new=fault)
    return new


async def _replace_hash(found: Credential, password: str) -> Credential:
    """Store a new hash, unless somebody changed the password in between."""
    anew = await passwords.hashed(password)
    replaced = await execute(
        "UPDATE account SET password_hash = $2, one_time_until = NULL WHERE id = $1 AND password_hash = $3",
        found.account_id, anew, found.password_hash,
    )  # fmt: skip
    if not replaced:
        raise Conflict()
    return structs.replace(found, password_hash=anew, one_time_until=None)


async def change_own(actor: Actor, name: str, locale: str) -> None:
    """Change one's own name and language; an empty language is the browser's."""
    chosen = locale if locale in LOCALES else ""
    await execute("UPDATE account SET name = $2, locale = $3 WHERE id = $1", actor.account_id, name, chosen)
