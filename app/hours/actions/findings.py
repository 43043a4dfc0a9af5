"""What people do about findings: the agency explains, someone outside it settles, once and for all."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.queries.radar.findings import FindingRow, finding_for, involved
from app.hours.rules.radar import Code
from app.hours.rules.radar_outcomes import (
    ABOUT_YOU,
    AGENCY,
    CONSTRAINTS,
    FUNDER,
    NOT_BACK_IN_TIME,
    NOT_YOURS_TO_EXPLAIN,
    SAY_EXPLANATION,
    SAY_OUTCOME,
    SETTLED_ALREADY,
    FindingStatus,
    why_not_settle,
)
from app.kit import clock
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Forbidden, Invalid
from app.kit.outbox import later

SAY = "INSERT INTO radar_word (finding, side, said_by, words, said_at) VALUES ($1, $2, $3, $4, $5)"
HAND_ON = "UPDATE radar_finding SET held_by = $2 WHERE id = $1 AND status = 'open'"
SETTLE = """
    UPDATE radar_finding SET status = $2, outcome = $3, settled_by = $4, settled_at = $5, held_by = ''
    WHERE id = $1 AND status = 'open'
"""
SET = """
    INSERT INTO radar_rule (code, applies_from, thresholds, weight, enabled, set_by, set_at)
    VALUES ($1, $2, $3::jsonb, $4, $5, $6, $7) RETURNING id
"""


async def explain(actor: Actor, finding_id: int, words: str, *, now: datetime) -> None:
    """Say for the agency how something came about; then it waits for whoever decides.

    Raises:
        NotFound: when the actor may not see it.
        Forbidden: when it is another agency's.
        Conflict: when it is settled.
        Invalid: when nothing is said.
    """
    async with transaction(CONSTRAINTS):
        row = await finding_for(actor, finding_id)
        if row.agency_id != actor.organisation_id:
            raise Forbidden(NOT_YOURS_TO_EXPLAIN)
        if not words.strip():
            raise Invalid(SAY_EXPLANATION, words=SAY_EXPLANATION.text)
        await _while_open(HAND_ON, row, FUNDER)
        await execute(SAY, row.id, AGENCY, actor.account_id, words.strip(), now)
        await later("radar.explained", finding_id=row.id)


async def settle(actor: Actor, finding_id: int, outcome: FindingStatus, words: str, *, now: datetime) -> None:
    """Say what came of looking into it. It is never opened again.

    Raises:
        NotFound: when the actor may not see it.
        Forbidden: when it is about the actor, or about an agency the actor belongs to.
        Conflict: when it is settled already.
        Invalid: when the outcome is none, or not explained.
    """
    async with transaction(CONSTRAINTS):
        row = await finding_for(actor, finding_id)
        refusal = why_not_settle(row.status, involved=await involved(actor, row))
        if refusal is ABOUT_YOU:
            raise Forbidden(refusal)
        if refusal:
            raise Conflict(refusal)
        if outcome is FindingStatus.OPEN or not words.strip():
            raise Invalid(SAY_OUTCOME, words=SAY_OUTCOME.text)
        await _while_open(SETTLE, row, outcome, words.strip(), actor.account_id, now)
        await execute(SAY, row.id, FUNDER, actor.account_id, words.strip(), now)
        await later("radar.settled", finding_id=row.id)


async def _while_open(sql: str, row: FindingRow, *arguments: object) -> None:
    if not await execute(sql, row.id, *arguments):
        raise Conflict(SETTLED_ALREADY)


async def set_thresholds(
    actor: Actor, code: Code, thresholds: Struct, applies_from: date, *, weight: int, enabled: bool, now: datetime
) -> int:
    """Let a rule have other thresholds from a day on, by a new row; the answer is its number.

    Raises:
        Invalid: when the day is over.
        Conflict: when they change on that day already.
    """
    if applies_from < clock.local_day(now):
        raise Invalid(NOT_BACK_IN_TIME, applies_from=NOT_BACK_IN_TIME.text)
    async with transaction(CONSTRAINTS):
        limits = msgspec.json.encode(thresholds).decode()
        return int(await value(SET, code, applies_from, limits, weight, enabled, actor.account_id, now))
