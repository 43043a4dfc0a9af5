"""A few people contest their hours, by the same actions as anyone, so that the inbox of objections is not empty."""

from datetime import datetime, timedelta

from msgspec import Struct

from app.accounts.actor import actor_of_account
from app.hours.actions.objecting import object_to
from app.hours.rules import Stretch
from app.hours.rules.objecting import Claim
from app.kit.db import fetch

WORDS = (
    "我是两点准时到的，登记时带队社工还在布置场地，晚记了十分钟。",
    "活动结束后我留下来陪老人聊天，多待了半个小时才走。",
    "那天我提前到场帮忙搬桌椅，这段时间没有算进去。",
)

CONTESTED = """
    SELECT a.id, a.account_id, a.planned_starts AS starts, a.planned_ends AS ends FROM attendance a
    WHERE a.agency = $1 AND a.capacity = 'volunteer' AND a.status IN ('recorded', 'posted') AND a.account_id > 0
      AND a.planned_ends < $2::timestamptz - interval '1 hour'
    ORDER BY a.planned_ends DESC, a.id LIMIT $3
"""


class _Attendance(Struct, frozen=True):
    id: int
    account_id: int
    starts: datetime
    ends: datetime


async def begin(agency: int, now: datetime) -> None:
    """The last volunteers of an agency say that they were there for longer."""
    for row, words in zip(await fetch(_Attendance, CONTESTED, agency, now, len(WORDS)), WORDS, strict=False):
        actor = await actor_of_account(row.account_id, None)
        if actor is not None:
            wanted = Stretch(row.starts, row.ends + timedelta(minutes=20))
            await object_to(actor, row.id, Claim.WRONG_TIMES, words, wanted=wanted, now=now)
