"""Deciding what the city asks of everybody who does one kind of service."""

from datetime import date, datetime

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import transaction, value
from app.kit.errors import Invalid, refuse_if
from app.shifts.rules import safeguards as rules
from app.shifts.rules.constraints import CONSTRAINTS
from app.shifts.rules.safeguards import Asks

DECIDE = """
    INSERT INTO safeguard (service_kind, applies_from, credentials, adults_only, two_people, staff_present, same_sex,
                           decided_by, decided_at, reason)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id
"""


async def decide(actor: Actor, kind: str, applies_from: date, asks: Asks, reason: str, *, now: datetime) -> int:
    """Let a kind of service ask this from a day on; what was asked before stays written.

    Raises:
        Invalid: when the kind or a credential is not known.
        Conflict: when the day is past, or something was decided for that very day.
    """
    async with transaction(CONSTRAINTS):
        if not await value("SELECT count(*) FROM service_kind WHERE code = $1 AND until IS NULL", kind):
            raise Invalid(rules.UNKNOWN_KIND, kind=rules.UNKNOWN_KIND.text)
        codes = sorted(set(asks.credentials))
        if await value("SELECT count(*) FROM credential_kind WHERE code = ANY ($1)", codes) < len(codes):
            raise Invalid(rules.UNKNOWN_CREDENTIAL, credentials=rules.UNKNOWN_CREDENTIAL.text)
        refuse_if(rules.decision_refusal(applies_from, today=clock.local_day(now)))
        return int(
            await value(
                DECIDE, kind, applies_from, codes, asks.adults_only, asks.two_people, asks.staff_present,
                asks.same_sex, actor.account_id, now, reason.strip(),
            )
        )  # fmt: skip
