"""Persons come into being: for whoever serves first, and for staff an agency puts on its list."""

import secrets
from datetime import date, datetime

from app.accounts.rules import Actor
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.rules import N_, Refusal
from app.kit.sealing import seal
from app.volunteers.queries.profile import BORN
from app.volunteers.rules import ages
from app.volunteers.rules.constraints import CONSTRAINTS, NUMBER_TAKEN
from app.volunteers.rules.numbers import DIGITS, volunteer_no
from app.volunteers.rules.staffing import NOT_A_SOCIAL_WORKER, STAFF_ELSEWHERE

TRIES = 5
"""A number drawn at random is free but for one in a thousand in a city of a million; five draws never fail."""

BORN_REFUSED = Refusal("born_refused", N_("Please check the date of birth."), status=422)

MAKE = """
    INSERT INTO person (volunteer_no, account, name, registered_at, is_demo)
    SELECT $2, a.id, a.name, $3, a.is_demo FROM account a WHERE a.id = $1
    ON CONFLICT DO NOTHING RETURNING id
"""

MEMBER = """
    SELECT count(*) FROM membership
    WHERE account = $1 AND organisation = $2 AND role = 'social_worker' AND until IS NULL
"""

EMPLOY = "UPDATE person SET staff_of = $2 WHERE id = $1 AND (staff_of IS NULL OR staff_of = $2)"


def new_volunteer_no() -> str:
    """A number that tells nothing: not when someone joined, nor how many there are."""
    return volunteer_no(secrets.randbelow(10**DIGITS))


async def person_of(account_id: int) -> int | None:
    """The person of an account, if it has one."""
    found = await value("SELECT id FROM person WHERE account = $1", account_id)
    return None if found is None else int(found)


async def ensure_person(account_id: int, *, now: datetime) -> int:
    """The person of an account, made now from what the account has if there is none.

    Raises:
        NotFound: when there is no such account.
    """
    for _attempt in range(TRIES):
        if found := await person_of(account_id):
            return found
        made = await value(MAKE, account_id, new_volunteer_no(), now)
        if made is not None:
            return int(made)
        if not await value("SELECT count(*) FROM account WHERE id = $1", account_id):
            raise NotFound
    raise Conflict(NUMBER_TAKEN)


async def record_birth(person_id: int, born: date, *, today: date) -> None:
    """Keep a date of birth that was missing; one that is known changes in the profile only.

    Raises:
        Invalid: when nobody who is alive and walks was born then.
    """
    if fault := ages.born_fault(born, today):
        raise Invalid(BORN_REFUSED, born=fault)
    await execute("UPDATE person SET born = $2 WHERE id = $1 AND born IS NULL", person_id, seal(born.isoformat(), BORN))


async def ensure_staff_person(actor: Actor, account_id: int, *, now: datetime) -> int:
    """Put a social worker on the staff list of the actor's agency, so that they can take its staff places.

    Raises:
        Conflict: when the account is no social worker there, or is on another agency's list.
    """
    async with transaction(CONSTRAINTS):
        if not await value(MEMBER, account_id, actor.organisation_id):
            raise Conflict(NOT_A_SOCIAL_WORKER)
        person_id = await ensure_person(account_id, now=now)
        if not await execute(EMPLOY, person_id, actor.organisation_id):
            name = await value("SELECT name FROM person WHERE id = $1", person_id)
            raise Conflict(STAFF_ELSEWHERE.with_params(name=name))
        return person_id


async def take_off_staff(actor: Actor, person_id: int) -> None:
    """Take someone off the actor's agency's staff list; what they served stays as it was.

    Raises:
        NotFound: when they are not on it.
    """
    if not await execute(
        "UPDATE person SET staff_of = NULL WHERE id = $1 AND staff_of = $2", person_id, actor.organisation_id
    ):
        raise NotFound
