"""What happens around offers later: who is asked, thanked or told of an answer, and what runs out."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from app.kit import clock
from app.kit.db import fetch
from app.kit.outbox import Job
from app.notices.actions import tell
from app.shifts.actions import advancing, answering

ASKERS = """
    CROSS JOIN LATERAL (
        SELECT array(SELECT m.account FROM membership m
                     WHERE m.organisation = h.agency AND m.until IS NULL AND m.account = k.asked_by
                     UNION SELECT m.account FROM membership m
                     WHERE m.organisation = h.agency AND m.until IS NULL AND m.role = 'agency_manager'
                       AND NOT EXISTS (SELECT FROM membership n WHERE n.organisation = h.agency AND n.until IS NULL
                                       AND n.account = k.asked_by)) AS accounts
    ) asker
"""
"""Whoever asked; the agency's managers when they no longer work there."""

OFFER = f"""
    SELECT o.status, who.account, who.name, k.id AS asking_id, h.title, h.starts, h.ends, o.note, o.answer_by,
           o.opened_at,
           h.status = 'cancelled' AND EXISTS (SELECT FROM signup g WHERE g.shift = h.id AND g.person = who.id
                                              AND g.status = 'cancelled') AS told_already,
           CASE WHEN h.is_visit OR h.place = '' THEN r.name ELSE h.place END AS place_zh,
           CASE WHEN h.is_visit OR h.place = '' THEN r.name_en ELSE h.place END AS place_en, asker.accounts AS askers
    FROM offer o
    JOIN asking k ON k.id = o.asking
    JOIN shift h ON h.id = o.shift
    JOIN region r ON r.code = h.region
    JOIN person p ON p.id = o.person
    JOIN person who ON who.id = coalesce(p.merged_into, p.id)
    {ASKERS}
    WHERE o.id = $1
"""

UNFILLED = f"""
    SELECT k.id AS asking_id, h.title, h.starts, h.ends, asker.accounts AS askers
    FROM asking k JOIN shift h ON h.id = k.shift {ASKERS}
    WHERE k.id = $1 AND k.outcome IN ('nobody_left', 'shift_began')
      AND k.places > (SELECT count(*) FROM offer o WHERE o.asking = k.id AND o.status = 'accepted')
"""

KEYED_BY = "SELECT answered_by AS id FROM offer WHERE id = $1 AND answered_by IS NOT NULL"

ANSWERS = {"accepted": "offer.accepted", "declined": "offer.declined", "expired": "offer.expired"}


class _Offer(Struct, frozen=True, kw_only=True):
    status: str
    account: int | None
    name: str
    asking_id: int
    title: str
    starts: datetime
    ends: datetime
    note: str
    answer_by: datetime | None
    opened_at: datetime | None
    told_already: bool
    """Whether they lost a place with the shift itself, which was told then."""
    place_zh: str
    place_en: str
    askers: list[int]

    def facts(self) -> dict[str, str]:
        """What the sentences are made of."""
        until = {"answer_by": self.answer_by.isoformat()} if self.answer_by else {}
        return until | {
            "title": self.title,
            "name": self.name,
            "place_zh": self.place_zh,
            "place_en": self.place_en,
            "starts": self.starts.isoformat(),
            "ends": self.ends.isoformat(),
        }


class _Unfilled(Struct, frozen=True, kw_only=True):
    asking_id: int
    title: str
    starts: datetime
    ends: datetime
    askers: list[int]


class _Id(Struct, frozen=True):
    id: int


async def tell_offered(payload: dict[str, Any]) -> None:
    """Ask someone, if the offer still stands."""
    for offer in await fetch(_Offer, OFFER, payload["offer_id"]):
        if offer.status == "open" and offer.account is not None:
            await tell(offer.account, "offer.opened", offer.facts(), f"/offers/{payload['offer_id']}", now=clock.now())


async def tell_withdrawn(payload: dict[str, Any]) -> None:
    """Thank someone who was asked and is not needed."""
    for offer in await fetch(_Offer, OFFER, payload["offer_id"]):
        asked = offer.status == "withdrawn" and offer.opened_at is not None
        if asked and not offer.told_already and offer.account is not None:
            await tell(
                offer.account, "offer.withdrawn", offer.facts(), f"/offers/{payload['offer_id']}", now=clock.now()
            )


async def tell_answered(payload: dict[str, Any]) -> None:
    """Tell whoever asked what the answer is, unless they wrote it down themselves."""
    keyed_by = {row.id for row in await fetch(_Id, KEYED_BY, payload["offer_id"])}
    for offer in await fetch(_Offer, OFFER, payload["offer_id"]):
        for account in set(offer.askers) - keyed_by:
            facts = offer.facts() | {"reason": offer.note}
            await tell(account, ANSWERS[offer.status], facts, f"/askings/{offer.asking_id}", now=clock.now())


async def tell_unfilled(payload: dict[str, Any]) -> None:
    """Tell whoever asked that nobody is left and places are still open."""
    for asking in await fetch(_Unfilled, UNFILLED, payload["asking_id"]):
        facts = {"title": asking.title, "starts": asking.starts.isoformat(), "ends": asking.ends.isoformat()}
        for account in asking.askers:
            await tell(account, "asking.nobody_left", facts, f"/askings/{asking.asking_id}", now=clock.now())


async def note_own_signup(payload: dict[str, Any]) -> None:
    """Whoever was asked and signed up by themselves has answered."""
    await answering.note_own_signup(payload["signup_id"], now=clock.now())


async def close_askings(payload: dict[str, Any]) -> None:
    """The shift was cancelled: nobody is asked for it any more."""
    await advancing.close_of_shift(payload["shift_id"], now=clock.now())


async def expire_offers() -> None:
    """Let offers run out by the clock and ask the next in turn."""
    await advancing.expire_offers(now=clock.now())


JOBS: dict[str, list[Job]] = {
    "offer.opened": [tell_offered],
    "offer.withdrawn": [tell_withdrawn],
    "offer.answered": [tell_answered],
    "asking.closed": [tell_unfilled],
}
"""`app.shifts.jobs` binds `note_own_signup` and `close_askings` to what happens to sign-ups and shifts."""
