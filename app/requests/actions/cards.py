"""Door cards: numbered codes that are derived, never stored, and worth nothing once a newer card is printed."""

from datetime import datetime, timedelta

from msgspec import Struct

from app.accounts import looks
from app.accounts.rules import Actor
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import Conflict
from app.kit.sealing import keyed_digest
from app.requests.queries.residents import card_holder
from app.requests.rules.visits import CODES_A_CARD, OLD_CARD, digits, positions

STILL_TO_CONFIRM = """
    SELECT v.id FROM visit v JOIN request r ON r.id = v.request JOIN shift h ON h.id = v.shift
    LEFT JOIN confirmation c ON c.visit = v.id
    WHERE r.resident = $1 AND c.id IS NULL AND h.status <> 'cancelled' AND h.ends > $2
    ORDER BY h.starts, v.id
"""
USED = """
    SELECT coalesce(max(v.code_position), 0) FROM visit v JOIN request r ON r.id = v.request
    WHERE r.resident = $1 AND v.card_number = $2
"""
GIVE = "UPDATE visit SET card_number = $2, code_position = $3 WHERE id = $1"

RECENT = timedelta(days=1)


class _Id(Struct, frozen=True):
    id: int


def code(resident_id: int, card_number: int, position: int) -> str:
    """The code at a place of a card."""
    return digits(keyed_digest("door-card", f"{resident_id}:{card_number}:{position}"))


async def print_card(actor: Actor, resident_id: int, *, now: datetime) -> int:
    """Make a new card: the old one's codes no longer hold, and visits to come get places on the new one.

    The answer is the card's number.
    """
    async with transaction():
        await card_holder(actor, resident_id)
        number = int(
            await value(
                "UPDATE resident SET card_number = card_number + 1 WHERE id = $1 RETURNING card_number", resident_id
            )
        )
        waiting = await fetch(_Id, STILL_TO_CONFIRM, resident_id, now - RECENT)
        for visit, place in zip(waiting, positions(len(waiting)), strict=True):
            await execute(GIVE, visit.id, number if place else None, place)
        await looks.record(actor, "resident", resident_id, ["door_card"], "print_card", now)
        return number


async def open_card(actor: Actor, resident_id: int, card_number: int, *, now: datetime) -> list[str]:
    """The codes of the newest card, in order; the look is logged.

    Raises:
        Conflict: when a newer card was printed.
    """
    async with transaction():
        holder = await card_holder(actor, resident_id)
        if not 0 < card_number == holder.card_number:
            raise Conflict(OLD_CARD)
        await looks.record(actor, "resident", resident_id, ["door_card"], "print_card", now)
    return [code(resident_id, card_number, place) for place in range(1, CODES_A_CARD + 1)]


async def next_places(resident_id: int, count: int) -> tuple[int | None, list[int | None]]:
    """The card and the next places on it for `count` new visits. Locks the resident, so no place is given twice."""
    card = int(await value("SELECT card_number FROM resident WHERE id = $1 FOR UPDATE", resident_id))
    if not card:
        return None, [None] * count
    return card, positions(count, int(await value(USED, resident_id, card)))
