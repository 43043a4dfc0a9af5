"""Lets posted hours that count for no contract line yet count for one: taken back, and posted anew with the line."""

from datetime import datetime

import msgspec

from app.accounts.rules import Actor
from app.hours.actions.posting import correct, effective_posting
from app.hours.actions.recording import TAKE_PART, assess, write
from app.hours.queries.allocating import claim_of, lines_for
from app.hours.queries.facts import hold_person, lock_of_agency
from app.hours.rules import CONSTRAINTS
from app.hours.rules.approving import CLAIMED_ALREADY, NO_SUCH_LINE, NOT_POSTED, VERIFIER_ALLOCATES
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Invalid, NotFound

OTHER_PART = "SELECT EXISTS (SELECT 1 FROM part WHERE attendance = $1 AND account = $2 AND part <> 'allocator')"
COUNT_FOR = "UPDATE attendance SET line = $2 WHERE id = $1 AND line IS NULL"


async def allocate_to(actor: Actor, attendance_id: int, line_id: int, *, now: datetime) -> int:
    """Choose the line; the hours are counted anew by the rule-book of its contract. The answer is the minutes.

    Raises:
        NotFound: when it is not an attendance of the actor's agency.
        Conflict: when nothing is posted, it counts for a line already, the actor recorded or approved it, the period
            is closed, or the month is detached.
        Invalid: when the line cannot take these hours.
    """
    async with transaction(CONSTRAINTS):
        facts = await lock_of_agency(attendance_id, actor.organisation_id)
        if facts is None:
            raise NotFound()
        old = await effective_posting(facts.id)
        if old is None:
            raise Conflict(NOT_POSTED)
        if has := await claim_of(old.line or facts.line or 0):
            raise Conflict(CLAIMED_ALREADY.with_params(line=has.line, contract=has.contract))
        if line_id not in {line.id for line in await lines_for(facts.id, facts.agency)}:
            raise Invalid(NO_SUCH_LINE, line=NO_SUCH_LINE.text)
        if await value(OTHER_PART, facts.id, actor.account_id):
            raise Conflict(VERIFIER_ALLOCATES)
        await execute(TAKE_PART, facts.id, [actor.account_id], "allocator")
        await hold_person(facts.person)
        allocated = msgspec.structs.replace(facts, line=line_id)
        found = await assess(allocated)
        if found.counted is None:
            raise Conflict()
        await execute(COUNT_FOR, facts.id, line_id)
        await write(allocated, found, facts.status)
        await correct(
            facts.id,
            found.worked,
            minutes=found.counted.minutes,
            trace=found.counted.trace,
            rule_book=found.book.id,
            grade=old.grade,
            reason="allocated",
            line=line_id,
            now=now,
        )
        return found.counted.minutes
