"""Lets the city weigh anew, from a day on, with a reason. Rows are never changed; a newer one takes over."""

from datetime import date, datetime

import msgspec

from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.db import transaction, value
from app.kit.errors import Forbidden, Invalid
from app.matching.problem import Weights
from app.matching.rules import weights as rules

ADD = """
    INSERT INTO weighting (applies_from, weights, decided_by, decided_at, reason)
    VALUES ($1, $2::jsonb, $3, $4, $5) RETURNING id
"""


async def set_weights(actor: Actor, amounts: dict[str, int], applies_from: date, reason: str, *, now: datetime) -> int:
    """Let these weights apply from a day on.

    Raises:
        Forbidden: when the actor may not set what the city values.
        Invalid: when one is negative or far too large, the day is past, or no reason is given.
        Conflict: when other weights apply from that day already.
    """
    if not actor.may(Permission.MATCH_SET):
        raise Forbidden()
    if wrong := rules.faults(amounts, applies_from, reason, clock.local_day(now)):
        raise Invalid(rules.REFUSED, **wrong)
    weights = msgspec.convert(amounts, Weights)
    async with transaction(rules.CONSTRAINTS):
        encoded = msgspec.json.encode(weights).decode()
        return int(await value(ADD, applies_from, encoded, actor.account_id, now, reason.strip()))
