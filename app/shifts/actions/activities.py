"""Opening, changing and closing activities."""

from datetime import datetime

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Invalid, NotFound, refuse_if
from app.shifts.queries.activities import kind_choices, open_line, own_activity, region_known
from app.shifts.rules import activities as rules
from app.shifts.rules.activities import ActivityWanted
from app.shifts.rules.constraints import CONSTRAINTS
from app.shifts.rules.statuses import ACTIVITY_MOVES, ActivityStatus, after

INSERT = """
    INSERT INTO activity (agency, line, name, summary, service_kind, region, place, latitude, longitude, dangerous,
                          insurance_policy, minors_allowed, risk_statement, status, source, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, '', $15, $16) RETURNING id
"""

UPDATE = """
    UPDATE activity SET line = $2, name = $3, summary = $4, service_kind = $5, region = $6, place = $7, latitude = $8,
           longitude = $9, dangerous = $10, insurance_policy = $11, minors_allowed = $12, risk_statement = $13
    WHERE id = $1
"""


async def create_activity(actor: Actor, wanted: ActivityWanted, *, opening: bool, now: datetime) -> int:
    """Make an activity of the actor's agency, open or as a draft; the answer is its number.

    Raises:
        Invalid: naming every field that is wrong or missing.
    """
    await _check(actor, wanted, opening=opening, now=now)
    status = ActivityStatus.OPEN if opening else ActivityStatus.DRAFT
    async with transaction(CONSTRAINTS):
        return int(
            await value(INSERT, actor.organisation_id, *_columns(wanted), status, actor.account_id, now),
        )


async def change_activity(actor: Actor, activity_id: int, wanted: ActivityWanted, *, now: datetime) -> None:
    """Change an activity. Shifts that are already published keep the line, kind and region they were published with.

    Raises:
        NotFound: when it is absent or another agency's.
        Invalid: naming every field that is wrong, or missing from an open activity.
        Conflict: when its line would change after shifts were published.
    """
    async with transaction(CONSTRAINTS):
        await _lock(actor, activity_id)
        found = await own_activity(actor, activity_id)
        refuse_if(rules.LINE_FIXED if found.has_shifts and wanted.line_id != found.line_id else None)
        await _check(actor, wanted, opening=found.status == ActivityStatus.OPEN, now=now, line_before=found.line_id)
        await execute(UPDATE, activity_id, *_columns(wanted))


async def open_activity(actor: Actor, activity_id: int, *, now: datetime) -> None:
    """Open a draft, or a closed activity again.

    Raises:
        NotFound: when it is absent or another agency's.
        Invalid: naming every field that is missing.
        Conflict: when it is open already.
    """
    async with transaction(CONSTRAINTS):
        await _lock(actor, activity_id)
        found = await own_activity(actor, activity_id)
        wanted = ActivityWanted(
            name=found.name,
            line_id=found.line_id,
            service_kind=found.service_kind,
            region=found.region,
            place=found.place,
            latitude=found.latitude,
            longitude=found.longitude,
            dangerous=found.dangerous,
            insurance_policy=found.insurance_policy,
            minors_allowed=found.minors_allowed,
            risk_statement=found.risk_statement,
        )
        await _check(actor, wanted, opening=True, now=now)
        await _move(activity_id, found.status, "open")


async def close_activity(actor: Actor, activity_id: int) -> None:
    """Close an activity: nothing more is published under it; shifts already published stay.

    Raises:
        NotFound: when it is absent or another agency's.
        Conflict: when it is closed already.
    """
    async with transaction(CONSTRAINTS):
        await _lock(actor, activity_id)
        found = await own_activity(actor, activity_id)
        await _move(activity_id, found.status, "close")


async def _lock(actor: Actor, activity_id: int) -> None:
    held = await value(
        "SELECT 1 FROM activity WHERE id = $1 AND agency = $2 FOR NO KEY UPDATE", activity_id, actor.organisation_id
    )
    if held is None:
        raise NotFound


async def _move(activity_id: int, status: ActivityStatus, event: str) -> None:
    target = after(ACTIVITY_MOVES, status, event)
    if target is None:
        raise Conflict(rules.NOT_SO)
    if not await execute("UPDATE activity SET status = $3 WHERE id = $1 AND status = $2", activity_id, status, target):
        raise Conflict


async def _check(
    actor: Actor, wanted: ActivityWanted, *, opening: bool, now: datetime, line_before: int | None = None
) -> None:
    wrong = rules.wrong_fields(wanted, opening=opening)
    today = clock.local_day(now)
    line = await open_line(actor, wanted.line_id, today=today) if wanted.line_id else None
    if wanted.line_id and line is None and wanted.line_id != line_before:
        wrong["line"] = rules.UNKNOWN_LINE
    if not await region_known(wanted.region, line.region if line else ""):
        wrong["region"] = rules.UNKNOWN_REGION
    if wanted.service_kind not in dict(await kind_choices(today=today)):
        wrong["kind"] = rules.UNKNOWN_KIND
    if wrong:
        raise Invalid(rules.INCOMPLETE if opening else rules.WRONG, **wrong)


def _columns(wanted: ActivityWanted) -> tuple[object, ...]:
    return (
        wanted.line_id,
        wanted.name.strip(),
        wanted.summary,
        wanted.service_kind,
        wanted.region,
        wanted.place.strip(),
        wanted.latitude,
        wanted.longitude,
        wanted.dangerous,
        wanted.insurance_policy.strip(),
        wanted.minors_allowed,
        wanted.risk_statement.strip(),
    )
