"""Telling people things, and their having read them."""

from datetime import datetime
from typing import Any

import msgspec

from app.kit import clock
from app.kit.db import execute

TELL = """
    INSERT INTO notice (account, event, facts, link, created_at)
    SELECT id, $2, $3::jsonb, $4, $5 FROM account WHERE id = $1 AND disabled_at IS NULL
"""


async def tell(account_id: int, event: str, facts: dict[str, Any], link: str, *, now: datetime | None = None) -> None:
    """Tell an account that `event` happened; `app.notices.rules.SENTENCES` says it from `facts` when it is read.

    Call it inside a job or an action: the notice is written in its transaction. An account that is gone is not told.
    """
    await execute(TELL, account_id, event, msgspec.json.encode(facts).decode(), link, now or clock.now())


async def mark_read(account_id: int, *, now: datetime, notice_id: int | None = None) -> None:
    """Mark one notice of an account as read, or all of them."""
    await execute(
        "UPDATE notice SET read_at = $2 WHERE account = $1 AND read_at IS NULL AND ($3::bigint IS NULL OR id = $3)",
        account_id,
        now,
        notice_id,
    )
