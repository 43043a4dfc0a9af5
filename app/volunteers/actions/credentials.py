"""Entering a proof, saying that one saw the original, withdrawing one, and opening its number."""

from datetime import date, datetime

from msgspec import Struct

from app.accounts import looks
from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Invalid, refuse_if
from app.kit.outbox import later
from app.kit.sealing import seal, unseal
from app.volunteers.actions.people import ensure_person
from app.volunteers.queries.credentials import NUMBER, CredentialRow, agency_credential, own_credential
from app.volunteers.queries.people import person
from app.volunteers.rules import credentials as rules
from app.volunteers.rules.constraints import CONSTRAINTS

PURPOSE = "check_credentials"
WITHDRAWN_BY_OWNER = "owner"
"""The reason kept when people withdraw what they entered themselves."""

ENTER = """
    INSERT INTO credential (person, kind_code, number, issued_on, ends_before, entered_by, entered_at, revoked_reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, '') RETURNING id
"""
VERIFY = """
    UPDATE credential SET verified_by = $2, verified_at = $3
    WHERE id = $1 AND verified_at IS NULL AND revoked_at IS NULL
"""
REVOKE = "UPDATE credential SET revoked_at = $2, revoked_reason = $3 WHERE id = $1 AND revoked_at IS NULL"


class NewCredential(Struct, frozen=True, kw_only=True):
    """A proof as it is typed from its original."""

    kind: str
    number: str
    issued_on: date
    ends_before: date | None


async def enter_own(actor: Actor, wanted: NewCredential, *, now: datetime) -> int:
    """Enter one's own proof; it counts once an agency saw the original.

    Raises:
        Invalid: when the kind is not known or the dates cannot be.
    """
    async with transaction(CONSTRAINTS):
        return await _enter(actor, await ensure_person(actor.account_id, now=now), wanted, now=now)


async def enter_for(actor: Actor, person_id: int, wanted: NewCredential, *, now: datetime) -> int:
    """Enter the proof of somebody the actor's agency knows.

    Raises:
        NotFound: when the agency does not know them.
        Invalid: when the kind is not known or the dates cannot be.
    """
    async with transaction(CONSTRAINTS):
        return await _enter(actor, (await person(actor, person_id)).id, wanted, now=now)


async def _enter(actor: Actor, person_id: int, wanted: NewCredential, *, now: datetime) -> int:
    if wrong := rules.entry_refusal(wanted.issued_on, wanted.ends_before, clock.local_day(now)):
        raise Invalid(wrong, **{"issued_on" if wrong == rules.NOT_ISSUED_YET else "last_on": wrong.text})
    if not await value("SELECT count(*) FROM credential_kind WHERE code = $1", wanted.kind):
        raise Invalid(rules.UNKNOWN_KIND, kind=rules.UNKNOWN_KIND.text)
    number = seal(wanted.number, NUMBER) if wanted.number else None
    return int(
        await value(ENTER, person_id, wanted.kind, number, wanted.issued_on, wanted.ends_before, actor.account_id, now)
    )


async def verify(actor: Actor, credential_id: int, *, now: datetime) -> CredentialRow:
    """Say that one saw the original. Said again, nothing more happens.

    Raises:
        NotFound: when the agency does not know whose it is.
        Conflict: when it is the actor's own, ended or withdrawn.
    """
    async with transaction(CONSTRAINTS):
        row = await _locked(actor, credential_id)
        if row.verified_at is None:
            refuse_if(rules.verify_refusal(row.standing(clock.local_day(now)), own=row.account == actor.account_id))
            if not await execute(VERIFY, credential_id, actor.account_id, now):
                raise Conflict
        return row


async def revoke(actor: Actor, credential_id: int, reason: str, *, now: datetime) -> CredentialRow:
    """Withdraw a proof that is wrong or no longer holds; places that need it are given back later.

    Raises:
        NotFound: when the agency does not know whose it is.
    """
    async with transaction(CONSTRAINTS):
        row = await _locked(actor, credential_id)
        await _revoke(row, reason, now=now)
        return row


async def withdraw_own(actor: Actor, credential_id: int, *, now: datetime) -> None:
    """Take back one's own proof.

    Raises:
        NotFound: when it is somebody else's.
    """
    async with transaction(CONSTRAINTS):
        await _revoke(await own_credential(actor.account_id, credential_id), WITHDRAWN_BY_OWNER, now=now)


async def _revoke(row: CredentialRow, reason: str, *, now: datetime) -> None:
    if await execute(REVOKE, row.id, now, reason.strip()):
        await later("credential.lapsed", person_id=row.person_id, kind=row.kind_code)


async def look_at_number(actor: Actor, credential_id: int, *, now: datetime) -> tuple[CredentialRow, str]:
    """The number of a proof, opened; the look is written down.

    Raises:
        NotFound: when the agency does not know whose it is.
    """
    async with transaction():
        row = await agency_credential(actor, credential_id)
        await looks.record(actor, "person", row.person_id, [NUMBER], PURPOSE, now)
        return row, unseal(await value("SELECT number FROM credential WHERE id = $1", credential_id), NUMBER)


async def _locked(actor: Actor, credential_id: int) -> CredentialRow:
    await value("SELECT id FROM credential WHERE id = $1 FOR NO KEY UPDATE", credential_id)
    return await agency_credential(actor, credential_id)
