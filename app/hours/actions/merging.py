"""Makes two records of one human one. What was punched and posted keeps the record it was written for."""

from datetime import datetime

from app.accounts.rules import Actor
from app.hours.queries.merging import LIVE, Preview, preview_merge
from app.kit.db import execute, transaction
from app.kit.errors import Invalid, refuse_if
from app.volunteers.rules.constraints import CONSTRAINTS as PEOPLE
from app.volunteers.rules.merging import CONSTRAINTS, SAY_WHY_ONE

LOCK_ATTENDANCES = """
    SELECT id FROM attendance WHERE person IN (SELECT id FROM person WHERE volunteer_no = ANY ($1))
    ORDER BY id FOR UPDATE
"""

LOCK_PEOPLE = "SELECT id FROM person WHERE volunteer_no = ANY ($1) ORDER BY id FOR NO KEY UPDATE"

POINT = "UPDATE person SET merged_into = $2 WHERE id = $1 OR merged_into = $1"

LET_GO = "UPDATE person SET account = NULL WHERE id = $1 AND account = $2"

CLOSE = "UPDATE account SET disabled_at = $2 WHERE id = $1 AND disabled_at IS NULL"

# What the kept record lacks, the other one tells; the contact of an account is the account's own.
TAKE_OVER = """
    UPDATE person k SET
        account = coalesce(k.account, $3), born = coalesce(k.born, d.born), home = coalesce(k.home, d.home),
        phone = coalesce(k.phone, d.phone), phone_index = coalesce(k.phone_index, d.phone_index),
        staff_of = coalesce(k.staff_of, d.staff_of),
        skills = ARRAY(SELECT unnest(k.skills) UNION SELECT unnest(d.skills) ORDER BY 1),
        languages = ARRAY(SELECT unnest(k.languages) UNION SELECT unnest(d.languages) ORDER BY 1),
        likes = ARRAY(SELECT unnest(k.likes) UNION SELECT unnest(d.likes) ORDER BY 1)
    FROM person d WHERE k.id = $2 AND d.id = $1
"""

MOVE_SIGNUPS = f"UPDATE signup SET person = $2 WHERE person = $1 AND ends > $3 AND {LIVE}"

MOVE_ATTENDANCES = """
    UPDATE attendance SET person = $2, account_id = coalesce((SELECT account FROM person WHERE id = $2), 0)
    WHERE person IN ($1, $2)
"""

MOVE_HELD = "UPDATE held_time SET person = $2 WHERE person = $1"

# The kept record's account recorded all of it, in the sense that it may never approve it.
BAR = """
    INSERT INTO part (attendance, account, part)
    SELECT id, account_id, 'recorder' FROM attendance WHERE person = $1 AND account_id <> 0
    ON CONFLICT (attendance, account) DO NOTHING
"""

WRITE = "INSERT INTO person_merge (duplicate, kept, reason, by, at) VALUES ($1, $2, $3, $4, $5)"


async def merge(actor: Actor, duplicate_no: str, kept_no: str, reason: str, *, now: datetime) -> Preview:
    """Make one record of two: hours, sign-ups and the account go on with the kept one. The answer says what was done.

    Raises:
        NotFound: when one of them is not for this actor to merge.
        Conflict: with every reason why they cannot be one.
        Invalid: when nobody said how it is known.
    """
    async with transaction({**PEOPLE, **CONSTRAINTS}):
        numbers = [number.strip().upper() for number in (duplicate_no, kept_no)]
        await execute(LOCK_ATTENDANCES, numbers)  # before the people, as approving does
        await execute(LOCK_PEOPLE, numbers)
        found = await preview_merge(actor, *numbers, now=now)
        refuse_if(*found.reasons)
        if not reason.strip():
            raise Invalid(SAY_WHY_ONE, reason=SAY_WHY_ONE.text)
        duplicate, kept = found.duplicate.record.id, found.kept.record.id
        moving = found.duplicate.account if found.account_moves else None
        if moving is not None:
            await execute(LET_GO, duplicate, moving)
        if found.account_closes:
            await execute(CLOSE, found.duplicate.account, now)
        await execute(TAKE_OVER, duplicate, kept, moving)
        await execute(POINT, duplicate, kept)
        await execute(MOVE_SIGNUPS, duplicate, kept, now)
        await execute(MOVE_ATTENDANCES, duplicate, kept)
        await execute(BAR, kept)
        await execute(MOVE_HELD, duplicate, kept)
        await execute(WRITE, duplicate, kept, reason.strip(), actor.account_id, now)
        return found
