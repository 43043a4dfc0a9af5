"""The person served confirms: the grade rises, by a correction where the hours are posted already."""

from datetime import datetime

import msgspec

from app.hours.actions.posting import effective_posting, regrade
from app.hours.actions.recording import OPEN, assess, write
from app.hours.queries.facts import AttendanceFacts, lock_of_shift
from app.hours.rules import CONSTRAINTS, Grade, Status, after, grade
from app.kit.db import execute, transaction
from app.kit.errors import Conflict

CONFIRMED = "UPDATE attendance SET confirmed_at = $2 WHERE id = $1"


async def resident_confirmed(shift_id: int, *, now: datetime) -> None:
    """Note on every attendance of the shift that the person served confirmed it; those with both punches become A.

    Where the period is closed meanwhile, closed means closed: the confirmation is kept on the attendance, and the
    grade of its posting stays. Confirming again changes nothing.
    """
    async with transaction(CONSTRAINTS):
        await execute(OPEN, None, shift_id)  # the punches may not have been looked at yet
        for facts in await lock_of_shift(shift_id):
            if facts.confirmed_at is not None:
                continue
            await execute(CONFIRMED, facts.id, now)
            confirmed = msgspec.structs.replace(facts, confirmed_at=now)
            if facts.status is Status.POSTED:
                await _raise_posted(confirmed, now)
            elif facts.status is not Status.NO_SHOW:
                await _raise_open(confirmed)


async def _raise_open(facts: AttendanceFacts) -> None:
    found = await assess(facts)
    # A returned attendance waits for its correction, and a word given stands, whatever the person served says.
    stays = facts.status in (Status.RETURNED, Status.VOUCHED)
    await write(facts, found, facts.status if stays else after(facts.status, found.event) or facts.status)


async def _raise_posted(facts: AttendanceFacts, now: datetime) -> None:
    """The posted times decide, not punches that came in since."""
    old = await effective_posting(facts.id)
    risen = grade(facts.times, confirmed=True, claimed=False)
    if risen is not Grade.A or old is None or old.grade == Grade.A:
        return
    try:
        await regrade(facts.id, Grade.A, "confirmed", now=now)
    except Conflict:  # the period is closed: the confirmation is kept, the posting stays as it was accepted
        return
    await execute("UPDATE attendance SET grade = $2 WHERE id = $1", facts.id, Grade.A)
