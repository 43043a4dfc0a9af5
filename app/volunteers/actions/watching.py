"""Proofs by the calendar: their owners are told before the end, and what they were needed for is looked at after it."""

from datetime import date, datetime, timedelta

from msgspec import Struct

from app.kit import clock
from app.kit.db import fetch, transaction
from app.kit.outbox import later
from app.notices.actions import tell
from app.volunteers.queries.credentials import RENEWED
from app.volunteers.rules.credentials import WARNED_AHEAD

LINK = "/me/credentials"
CAUGHT_UP = timedelta(days=7)
"""So many nights may be missed without an end being overlooked."""

ENDS_BETWEEN = f"""
    SELECT c.id, p.id AS person_id, p.account, c.kind_code, k.name_zh, k.name_en, c.ends_before
    FROM credential c
    JOIN person o ON o.id = c.person
    JOIN person p ON p.id = coalesce(o.merged_into, o.id)
    JOIN credential_kind k ON k.code = c.kind_code
    WHERE c.revoked_at IS NULL AND c.verified_at IS NOT NULL AND c.ends_before > $1 AND c.ends_before <= $2
      AND NOT {RENEWED}
    ORDER BY c.id
"""

TOLD_OF = """
    SELECT (facts ->> 'credential')::bigint AS credential, facts ->> 'stage' AS stage FROM notice
    WHERE account = ANY ($1) AND event IN ('credential.ending', 'credential.ended') AND created_at > $2
"""


class _Ending(Struct, frozen=True, kw_only=True):
    id: int
    person_id: int
    account: int | None
    kind_code: str
    name_zh: str
    name_en: str
    ends_before: date

    async def tell(self, event: str, stage: str, now: datetime) -> None:
        """Tell its owner; the stage is kept with the notice, so that nobody is told twice."""
        last = self.ends_before - timedelta(days=1)
        facts = {
            "credential": self.id, "stage": stage, "kind": self.name_zh, "kind_zh": self.name_zh,
            "kind_en": self.name_en, "due_on": last.isoformat(),
        }  # fmt: skip
        if self.account is not None:
            await tell(self.account, event, facts, LINK, now=now)


class _Told(Struct, frozen=True):
    credential: int
    stage: str


async def watch_credentials(*, now: datetime) -> None:
    """Tell who has to renew something, and let go of what an ended proof was needed for. Safe to run twice."""
    today = clock.local_day(now)
    farthest, nearest = WARNED_AHEAD
    async with transaction():
        ending = await fetch(_Ending, ENDS_BETWEEN, today, today + farthest)
        told = await _told(ending, now)
        for each in ending:
            ahead = nearest if each.ends_before - today <= nearest else farthest
            if (each.id, str(ahead.days)) not in told:
                await each.tell("credential.ending", str(ahead.days), now)
        ended = await fetch(_Ending, ENDS_BETWEEN, today - CAUGHT_UP, today)
        told = await _told(ended, now)
        for each in ended:
            if (each.id, "0") not in told:
                await each.tell("credential.ended", "0", now)
            await later("credential.lapsed", person_id=each.person_id, kind=each.kind_code)


async def _told(rows: list[_Ending], now: datetime) -> set[tuple[int, str]]:
    accounts = [row.account for row in rows if row.account is not None]
    found = await fetch(_Told, TOLD_OF, accounts, now - WARNED_AHEAD[0] - CAUGHT_UP)
    return {(each.credential, each.stage) for each in found}
