"""The self-check: does the database still say what was sealed? Names every row that does not, and raises the alarm."""

from datetime import datetime

import msgspec
from msgspec import Struct

from app.hours.actions.alarming import raise_alarm
from app.hours.actions.witness import contradicted_by
from app.hours.queries.comparing import AT_ONCE, ODD, odd_rows, stretch, upper_tiles
from app.hours.queries.seals import newest_head, public_keys, seal_state
from app.hours.rules.comparing import FIRST_FEW, Fault, Findings, Walk
from app.kit import clock
from app.kit.db import execute, transaction

ONE_MOMENT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"
"""Every statement sees the ledger as it was when the check began, whatever is posted and sealed meanwhile."""

KEEP = "INSERT INTO self_check (started_at, ended_at, size, wrong, faults) VALUES ($1, $2, $3, $4, $5)"


class Checked(Struct, frozen=True, kw_only=True):
    """What one run found."""

    size: int
    """Leaves compared."""
    wrong: int
    counts: dict[str, int]
    """How many faults of each kind."""
    faults: list[Fault]
    """The first of them, by name."""


async def self_check(*, now: datetime) -> Checked:
    """Compare everything with everything, keep what was found, and raise the alarm when something is wrong.

    Reads the whole ledger once, a stretch at a time; people work on meanwhile.
    """
    found = Findings()
    contradiction = await contradicted_by()
    async with transaction():
        await execute(ONE_MOMENT)
        size = await _walk(found)
        await _odd(found)
    if contradiction:
        found.add(contradiction.kind, size=contradiction.size, witness_size=contradiction.witness.size)
    checked = Checked(size=size, wrong=found.wrong, counts=found.counts, faults=found.first)
    async with transaction():
        kept = msgspec.json.encode({"counts": checked.counts, "first": checked.faults}).decode()
        await execute(KEEP, now, max(now, clock.now()), size, checked.wrong, kept)
        if contradiction:
            await raise_alarm(contradiction.kind, contradiction.facts, now=now)
        elif checked.wrong:
            await raise_alarm("rows_differ", {"wrong": checked.wrong, "size": size}, now=now)
    return checked


async def _walk(found: Findings) -> int:
    newest = await newest_head()
    if newest is None:
        return 0
    detached = (await seal_state()).detached
    keys = {key.name: key.public for key in await public_keys()}
    walk = Walk(newest.size, newest.root, await upper_tiles(), keys, found)
    for first in range(0, newest.size, AT_ONCE):
        walk.over(await stretch(first, min(first + AT_ONCE, newest.size), detached))
    walk.end()
    return newest.size


async def _odd(found: Findings) -> None:
    for kind, (named, _sql) in ODD.items():
        for at, row in enumerate(await odd_rows(kind, FIRST_FEW)):
            found.add(kind, times=row.total if at == 0 else 0, **{named: row.number})
