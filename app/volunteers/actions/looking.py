"""Opening what is sealed about people who serve; every look is written down."""

from datetime import datetime

from app.accounts import looks
from app.accounts.rules import Actor
from app.kit.db import transaction
from app.volunteers.queries.people import Contact, person, sealed_contact

PURPOSE = "arrange_shifts"


async def look_at_contact(actor: Actor, person_id: int, *, now: datetime) -> Contact:
    """How to reach someone the actor's agency knows.

    Raises:
        NotFound: for everybody else.
    """
    async with transaction():
        known = await person(actor, person_id)
        await looks.record(actor, "person", known.id, ["phone", "email"], PURPOSE, now)
        return await sealed_contact(known.id)
