"""Proofs, as JSON: one's own, those of the people an agency knows, and those that wait for the agency."""

from datetime import date, datetime
from typing import Annotated, Any

from litestar import get, post
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest
from app.volunteers.actions import credentials as actions
from app.volunteers.actions.credentials import NewCredential
from app.volunteers.actions.people import person_of
from app.volunteers.queries import credentials as queries
from app.volunteers.queries.credentials import CredentialRow
from app.volunteers.queries.people import person
from app.volunteers.rules.credentials import Due, Standing

TAGS = ["Credentials"]


class CredentialBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A proof as it stands on its original. It counts once an agency says that somebody saw that."""

    kind: Annotated[str, Meta(max_length=40)]
    issued_on: date
    ends_before: date | None = None
    """The first day on which it no longer holds; null where it has no end."""
    number: Annotated[str, Meta(max_length=60)] = ""


class RevokeBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Why a proof does not hold; its owner can read this."""

    reason: Annotated[str, Meta(min_length=1, max_length=200)]


class CredentialAnswer(Struct, frozen=True, kw_only=True):
    """A proof. Its number stays sealed: it is opened on the page, where the look is logged."""

    id: int
    person_id: int
    kind: str
    name: str
    issued_on: date
    ends_before: date | None
    standing: Standing
    verified_at: datetime | None
    revoked_at: datetime | None

    @staticmethod
    def of(row: CredentialRow) -> "CredentialAnswer":
        return CredentialAnswer(
            id=row.id,
            person_id=row.person_id,
            kind=row.kind_code,
            name=row.kind,
            issued_on=row.issued_on,
            ends_before=row.ends_before,
            standing=row.standing(clock.local_day(clock.now())),
            verified_at=row.verified_at,
            revoked_at=row.revoked_at,
        )


def _wanted(data: CredentialBody) -> NewCredential:
    return NewCredential(kind=data.kind, number=data.number, issued_on=data.issued_on, ends_before=data.ends_before)


async def _of(person_id: int | None) -> list[CredentialAnswer]:
    return [CredentialAnswer.of(row) for row in await queries.of_person(person_id)] if person_id else []


@get(
    "/me/credentials", name="api.volunteers.credentials", access=SIGNED_IN, tags=TAGS, responses=READS,
    summary="List your own credentials",
)  # fmt: skip
async def mine(request: AnyRequest) -> list[CredentialAnswer]:
    """The key's own person's proofs."""
    return await _of(await person_of(signed_in(request).account_id))


@post(
    "/me/credentials", name="api.volunteers.credential_enter", access=SIGNED_IN, tags=TAGS, responses=CHANGES,
    summary="Enter a credential of your own",
)  # fmt: skip
async def enter_mine(request: AnyRequest, data: JSONBody[CredentialBody]) -> list[CredentialAnswer]:
    """Enter one for the key's own person."""
    actor = signed_in(request)
    await actions.enter_own(actor, _wanted(data), now=clock.now())
    return await _of(await person_of(actor.account_id))


@get(
    "/people/{person_id:int}/credentials", name="api.volunteers.person_credentials", access=Permission.PERSON_SEE,
    tags=TAGS, responses=READS, summary="List the credentials of somebody your agency knows",
)  # fmt: skip
async def of_person(request: AnyRequest, person_id: FromPath[int]) -> list[CredentialAnswer]:
    """Somebody's proofs."""
    return await _of((await person(signed_in(request), person_id)).id)


@post(
    "/people/{person_id:int}/credentials", name="api.volunteers.person_credential_enter",
    access=Permission.PERSON_SEE, tags=TAGS, responses=CHANGES,
    summary="Enter a credential of somebody your agency knows",
)  # fmt: skip
async def enter_for(
    request: AnyRequest, person_id: FromPath[int], data: JSONBody[CredentialBody]
) -> list[CredentialAnswer]:
    """Enter one for somebody."""
    await actions.enter_for(signed_in(request), person_id, _wanted(data), now=clock.now())
    return await _of(person_id)


@get(
    "/credentials", name="api.volunteers.credentials_due", access=Permission.CREDENTIAL_VERIFY, tags=TAGS,
    responses=READS, summary="List credentials that wait for your agency",
)  # fmt: skip
async def waiting(
    request: AnyRequest, what: Annotated[Due, QueryParameter(description="Which ones")] = Due.TO_VERIFY
) -> list[CredentialAnswer]:
    """What waits, the most pressing first, two hundred at most."""
    rows = await queries.due(signed_in(request), what, clock.local_day(clock.now()))
    return [CredentialAnswer.of(row) for row in rows]


@post(
    "/credentials/{credential_id:int}/verify", name="api.volunteers.credential_verify",
    access=Permission.CREDENTIAL_VERIFY, tags=TAGS, responses=CHANGES, status_code=200,
    summary="Say that you saw the original", description="Not of your own. Said again, nothing more happens.",
)  # fmt: skip
async def verify(request: AnyRequest, credential_id: FromPath[int]) -> list[CredentialAnswer]:
    """Verify one."""
    return await _of((await actions.verify(signed_in(request), credential_id, now=clock.now())).person_id)


@post(
    "/credentials/{credential_id:int}/revoke", name="api.volunteers.credential_revoke",
    access=Permission.CREDENTIAL_VERIFY, tags=TAGS, responses=CHANGES, status_code=200,
    summary="Withdraw a credential that does not hold", description="Coming places that need it are given back.",
)  # fmt: skip
async def revoke(
    request: AnyRequest, credential_id: FromPath[int], data: JSONBody[RevokeBody]
) -> list[CredentialAnswer]:
    """Withdraw one."""
    row = await actions.revoke(signed_in(request), credential_id, data.reason, now=clock.now())
    return await _of(row.person_id)


ROUTES: list[Any] = [mine, enter_mine, of_person, enter_for, waiting, verify, revoke]
