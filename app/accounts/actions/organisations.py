"""Recording organisations: the platform administrator's work."""

from datetime import datetime

from app.accounts.forms import NewOrganisation, OrganisationForm
from app.accounts.queries.organisations import managed_organisation
from app.accounts.queries.regions import exists
from app.accounts.rules import (
    CONSTRAINTS,
    NO_SUCH_REGION,
    NOT_A_CREDIT_CODE,
    ORGANISATION_REFUSED,
    Actor,
    Permission,
    is_credit_code,
)
from app.kit.db import execute, transaction, value
from app.kit.errors import Forbidden, Invalid

INSERT = """
    INSERT INTO organisation (kind, name, name_en, region, credit_code, created_at)
    VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
"""
UPDATE = "UPDATE organisation SET name = $2, name_en = $3, region = $4, credit_code = $5 WHERE id = $1"


async def create(actor: Actor, wanted: NewOrganisation, *, now: datetime) -> int:
    """Record an organisation; the answer is its number.

    Raises:
        Invalid: if there is no such place, or the credit code's check character does not fit.
        Conflict: if the credit code is known.
    """
    fields = await _checked(actor, wanted)
    async with transaction(CONSTRAINTS):
        organisation_id: int = await value(INSERT, wanted.kind, *fields, now)
    return organisation_id


async def change(actor: Actor, organisation_id: int, wanted: OrganisationForm) -> None:
    """Change what is recorded of an organisation; its kind stays.

    Raises:
        NotFound, Invalid, Conflict: as for `create`, and if it is absent.
    """
    await managed_organisation(actor, organisation_id)
    fields = await _checked(actor, wanted)
    async with transaction(CONSTRAINTS):
        await execute(UPDATE, organisation_id, *fields)


async def _checked(actor: Actor, wanted: OrganisationForm) -> tuple[str, str, str, str | None]:
    if not actor.may(Permission.ORGANISATION_MANAGE):
        raise Forbidden()
    if not await exists(wanted.region):
        raise Invalid(ORGANISATION_REFUSED, region=NO_SUCH_REGION)
    code = "".join(wanted.credit_code.upper().split())
    if code and not is_credit_code(code):
        raise Invalid(ORGANISATION_REFUSED, credit_code=NOT_A_CREDIT_CODE)
    return wanted.name, wanted.name_en, wanted.region, code or None
