"""Raises an alarm about the ledger, tells the platform's administrators, and settles it with a note."""

from datetime import datetime

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor, Role
from app.hours.queries.seals import alarm
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import Conflict, Invalid
from app.kit.rules import N_, Refusal
from app.notices.actions import tell

STOPPING = ("went_back", "other_history", "tree_broken")
"""Alarms that stop sealing until somebody has settled them: a seal over a doubtful history would hide it."""

SAY_WHAT_HAPPENED = Refusal("say_what_happened", N_("Say what happened: everyone can read it beside the alarm."))

RAISE = """
    INSERT INTO ledger_alarm (kind, facts, found_at, note) VALUES ($1, $2, $3, '')
    ON CONFLICT (kind) WHERE settled_at IS NULL DO NOTHING RETURNING id
"""
SETTLE = "UPDATE ledger_alarm SET settled_at = $2, settled_by = $3, note = $4 WHERE id = $1 AND settled_at IS NULL"
OPEN = "SELECT kind FROM ledger_alarm WHERE settled_at IS NULL AND kind = ANY($1::text[]) ORDER BY id LIMIT 1"
ADMINISTRATORS = "SELECT DISTINCT account AS id FROM membership WHERE role = $1 AND until IS NULL"


class _Account(Struct, frozen=True):
    id: int


async def raise_alarm(kind: str, facts: dict[str, int | str], *, now: datetime) -> bool:
    """Keep an alarm and tell the administrators, unless one of its kind is open already."""
    async with transaction():
        raised = await value(RAISE, kind, msgspec.json.encode(facts).decode(), now)
        if raised is None:
            return False
        for account in await fetch(_Account, ADMINISTRATORS, Role.PLATFORM_ADMIN):
            await tell(account.id, "ledger.alarm", {"kind": kind}, f"/seals/alarms/{raised}", now=now)
        return True


async def stopped_by() -> str | None:
    """The kind of the open alarm that stops sealing, if there is one."""
    kind: str | None = await value(OPEN, list(STOPPING))
    return kind


async def settle(actor: Actor, alarm_id: int, note: str, *, now: datetime) -> None:
    """Say what an alarm was about; sealing goes on, and alarm and note stay published.

    Raises:
        NotFound: when there is no such alarm.
        Invalid: when the note is empty.
        Conflict: when somebody else settled it.
    """
    async with transaction():
        await alarm(alarm_id)
        if not note.strip():
            raise Invalid(SAY_WHAT_HAPPENED, note=SAY_WHAT_HAPPENED.text)
        if not await execute(SETTLE, alarm_id, now, actor.account_id, note.strip()):
            raise Conflict()
