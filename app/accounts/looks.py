"""The look-log: every opening of personal data is a row, written in the same transaction as the look."""

from collections.abc import Sequence
from datetime import datetime

from app.accounts.rules import Actor
from app.kit.db import execute

RECORD = """
    INSERT INTO look (at, account, organisation, subject_kind, subject_id, fields, purpose)
    VALUES ($1, $2, nullif($3, 0), $4, $5, $6, $7)
"""


async def record(
    actor: Actor, subject_kind: str, subject_id: int, fields: Sequence[str], purpose: str, now: datetime
) -> None:
    """Write down who opens which fields of whose record, and why."""
    await execute(RECORD, now, actor.account_id, actor.organisation_id, subject_kind, subject_id, list(fields), purpose)
