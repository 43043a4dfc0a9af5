"""Reporting periods: the agency submits, the funder accepts or returns. Closed means closed."""

from datetime import datetime

from app.accounts.rules import Actor
from app.kit.db import execute, transaction
from app.kit.errors import MOVED_ON, Conflict, Forbidden, Invalid, refuse_if
from app.kit.outbox import later
from app.programs import rules
from app.programs.queries import Period, period_for
from app.programs.rules import PERIOD_MOVES, TO_SUBMITTED, PeriodEvent


async def submit_period(actor: Actor, period_id: int, note: str = "", *, now: datetime) -> None:
    """Hand a period to the funder; from here on it is locked. Waits for hours that are being allocated to it.

    Raises:
        NotFound: when the actor may not see it.
        Forbidden: when another agency runs the program.
        Conflict: when it is submitted or accepted already.
    """
    async with transaction():
        period = await period_for(actor, period_id)
        if period.agency_id != actor.organisation_id:
            raise Forbidden
        if period.status not in TO_SUBMITTED:
            raise Conflict(rules.PERIOD_LOCKED)
        await _walk(period, TO_SUBMITTED[period.status], actor, note, now=now)


async def accept_period(officer: Actor, period_id: int, note: str = "", *, now: datetime) -> None:
    """Accept what the agency reported; the period stays locked for good.

    Raises:
        NotFound: when the officer may not see it.
        Forbidden: when another organisation funds the program.
        Conflict: when it is not submitted.
    """
    await _decide(officer, period_id, PeriodEvent.ACCEPT, note, now=now)


async def return_period(officer: Actor, period_id: int, note: str, *, now: datetime) -> None:
    """Give a period back to the agency, saying what has to be put right; it is open for corrections again.

    Raises:
        NotFound: when the officer may not see it.
        Forbidden: when another organisation funds the program.
        Invalid: when no reason is given.
        Conflict: when it is not submitted.
    """
    await _decide(officer, period_id, PeriodEvent.RETURN, note, now=now)


async def _decide(officer: Actor, period_id: int, event: PeriodEvent, note: str, *, now: datetime) -> None:
    async with transaction():
        period = await period_for(officer, period_id)
        if period.funder_id != officer.organisation_id:
            raise Forbidden
        if event is PeriodEvent.RETURN and not note.strip():
            raise Invalid(rules.SAY_WHY, note=rules.SAY_WHY.text)
        refuse_if(None if period.to_decide else rules.NOT_FROM_HERE)
        await _walk(period, (event,), officer, note, now=now)


async def _walk(period: Period, events: tuple[PeriodEvent, ...], actor: Actor, note: str, *, now: datetime) -> None:
    status = period.status
    for event in events:
        following = PERIOD_MOVES[status, event]
        moved = await execute(
            "UPDATE period SET status = $3 WHERE id = $1 AND status = $2", period.id, status, following
        )
        if not moved:
            raise Conflict(MOVED_ON)
        await execute(
            "INSERT INTO period_event (period, event, from_status, to_status, by, at, note)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7)",
            period.id, event, status, following, actor.account_id, now, note if event is events[-1] else "",
        )  # fmt: skip
        status = following
    await later(f"period.{status.value}", period_id=period.id)
