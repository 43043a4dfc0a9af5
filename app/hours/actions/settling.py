"""Someone settles what is unusual about an attendance: the times stay as they are, or the person did not come.

The third way, correcting the times, is `app.hours.actions.correcting`: a correction settles whatever stands.
"""

from collections.abc import Sequence
from datetime import datetime

from app.accounts.rules import Actor
from app.hours.actions.exceptions import bring_exceptions_up_to_date
from app.hours.actions.recording import bring_up_to_date
from app.hours.queries.exceptions import exceptions_at
from app.hours.queries.facts import lock_of_agency
from app.hours.rules import CONSTRAINTS
from app.hours.rules.exceptions import SAY_WHY, SETTLED_ALREADY, Action, Why, why_not_keep
from app.kit.db import execute, transaction
from app.kit.errors import Conflict, Invalid, NotFound, refuse_if

KEEP = """
    UPDATE time_exception SET action = $3, reason = $4, note = $5, settled_by = $6, settled_at = $7
    WHERE attendance = $1 AND id = ANY ($2) AND standing AND action = ''
"""


async def keep(
    actor: Actor, attendance_id: int, exceptions: Sequence[int], why: Why, note: str = "", *, now: datetime
) -> None:
    """Say that the times are right although they are unusual, and why: these exceptions are settled, all or none.

    Raises:
        NotFound: when it is not an attendance of the actor's agency.
        Conflict: when they are the actor's own times, a time is missing, or one of the exceptions no longer waits.
        Invalid: when another reason is not explained.
    """
    async with transaction(CONSTRAINTS):
        facts = await lock_of_agency(attendance_id, actor.organisation_id)
        if facts is None:
            raise NotFound()
        await bring_exceptions_up_to_date(facts.id, now=now)
        asked = set(exceptions)
        chosen = [row for row in (await exceptions_at([facts.id]))[facts.id] if row.id in asked and row.waits]
        if not chosen or len(chosen) != len(asked):
            raise Conflict(SETTLED_ALREADY)
        codes = [row.code for row in chosen]
        refuse_if(*why_not_keep(codes, facts.times.complete, facts.account_id, actor.account_id))
        if why is Why.OTHER and not note.strip():
            raise Invalid(SAY_WHY, note=SAY_WHY.text)
        await execute(KEEP, facts.id, sorted(asked), Action.KEPT, why, note.strip(), actor.account_id, now)
        await bring_up_to_date(facts.signup, now=now)  # what the rule-book asks nobody about may take effect now
