"""Residents: who may be the same person, and the sealed record that only the logging door opens."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.kit.sealing import blind_index, unseal
from app.requests.rules import asking
from app.requests.rules.people import comparable

ALIKE = """
    SELECT s.id, s.short_name, s.region, g.name AS region_zh, g.name_en AS region_en,
           coalesce(s.name_index = $1, false) AS same_name, coalesce(s.phone_index = $2, false) AS same_phone,
           coalesce(s.address_index = $3, false) AS same_address, count(r.id) AS requests,
           count(r.id) FILTER (WHERE r.status NOT IN ('closed', 'declined', 'confirmed')) AS open_requests,
           max(r.id) AS last_id, max(r.received_at) AS last_at
    FROM resident s JOIN region g ON g.code = s.region LEFT JOIN request r ON r.resident = s.id
    WHERE s.region LIKE $4 || '%' AND s.id <> $6
      AND ((s.name_index = $1 AND s.region = $5) OR s.phone_index = $2 OR (s.address_index = $3 AND s.region = $5))
    GROUP BY s.id, g.code
    ORDER BY (coalesce(s.name_index = $1, false)::int + coalesce(s.phone_index = $2, false)::int
              + coalesce(s.address_index = $3, false)::int) DESC, max(r.received_at) DESC NULLS LAST
    LIMIT 8
"""

FINGERPRINT = "SELECT id, name_index, phone_index, address_index, region FROM resident WHERE id = $1"

SEALED_RESIDENT = "SELECT name, phone, address, born, needs, language, region FROM resident WHERE id = $1"
SEALED_REQUEST = "SELECT asker, details, risks FROM request WHERE id = $1"
SEALED_WORDS = """
    SELECT c.words, c.rating, c.happened, c.at FROM confirmation c JOIN visit v ON v.id = c.visit
    WHERE v.request = $1 ORDER BY c.at DESC
"""

CARD = """
    SELECT s.id, s.short_name, s.card_number, s.region, s.language, g.name AS region_zh, g.name_en AS region_en
    FROM resident s JOIN region g ON g.code = s.region
    WHERE s.id = $1 AND $2 = 'community' AND s.region LIKE $3 || '%'
"""


class Alike(Struct, frozen=True, kw_only=True):
    """A resident who may be the same person, and what is the same."""

    id: int
    short_name: str
    region: str
    region_zh: str
    region_en: str
    same_name: bool
    same_phone: bool
    same_address: bool
    requests: int
    open_requests: int
    last_id: int | None
    last_at: datetime | None

    @property
    def community(self) -> str:
        return by_locale(self.region_zh, self.region_en)

    @property
    def last_number(self) -> str:
        return asking.number(clock.local(self.last_at), self.last_id) if self.last_id and self.last_at else ""


class Fingerprint(Struct, frozen=True, kw_only=True):
    """The blind indexes by which residents are compared."""

    id: int = 0
    name_index: bytes | None
    phone_index: bytes | None
    address_index: bytes | None
    region: str


class Asker(Struct, frozen=True):
    """Whoever asked for the resident."""

    name: str = ""
    phone: str = ""


class Said(Struct, frozen=True, kw_only=True):
    """What the person served said about one visit."""

    happened: bool
    rating: int | None
    words: str
    at: datetime


class Opened(Struct, frozen=True, kw_only=True):
    """A resident's record and one request, in the clear."""

    name: str
    phone: str
    address: str
    born: str
    needs: str
    language: str
    asker: Asker
    details: str
    risks: list[str]
    said: list[Said]


class CardHolder(Struct, frozen=True, kw_only=True):
    """A resident as the door card's page shows them."""

    id: int
    short_name: str
    card_number: int
    region: str
    language: str
    region_zh: str
    region_en: str

    @property
    def community(self) -> str:
        return by_locale(self.region_zh, self.region_en)


class _Resident(Struct, frozen=True):
    name: bytes | None
    phone: bytes | None
    address: bytes | None
    born: bytes | None
    needs: bytes | None
    language: str
    region: str


class _Request(Struct, frozen=True):
    asker: bytes | None
    details: bytes | None
    risks: bytes | None


class _Words(Struct, frozen=True):
    words: bytes | None
    rating: int | None
    happened: bool
    at: datetime


def fingerprint(name: str, phone: str | None, address: str, region: str) -> Fingerprint:
    """The blind indexes of typed text; `phone` in E.164. Blank matches nothing."""
    return Fingerprint(
        name_index=_index(name, "resident.name"),
        phone_index=blind_index(phone, "resident.phone") if phone else None,
        address_index=_index(address, "resident.address"),
        region=region,
    )


def _index(typed: str, column: str) -> bytes | None:
    plain = comparable(typed)
    return blind_index(plain, column) if plain else None


async def fingerprint_of(resident_id: int) -> Fingerprint:
    """The stored indexes of a resident."""
    row = await fetch_one(Fingerprint, FINGERPRINT, resident_id)
    if row is None:
        raise NotFound
    return row


async def alike(actor: Actor, mark: Fingerprint) -> Sequence[Alike]:
    """Residents of the viewer's area who may be the same person, the likeliest first.

    The same name or address counts inside one community only; the same telephone anywhere in the area.
    """
    if not (mark.name_index or mark.phone_index or mark.address_index):
        return []
    return await fetch(
        Alike, ALIKE, mark.name_index, mark.phone_index, mark.address_index, actor.region, mark.region, mark.id
    )


async def opened(resident_id: int, request_id: int) -> Opened:
    """Everything sealed about a request. Only `app.requests.actions.looking` calls this, which writes the look down."""
    person = await fetch_one(_Resident, SEALED_RESIDENT, resident_id)
    asked = await fetch_one(_Request, SEALED_REQUEST, request_id)
    if person is None or asked is None:
        raise NotFound
    asker = unseal(asked.asker, "request.asker")
    return Opened(
        name=unseal(person.name, "resident.name"),
        phone=unseal(person.phone, "resident.phone"),
        address=unseal(person.address, "resident.address"),
        born=unseal(person.born, "resident.born"),
        needs=unseal(person.needs, "resident.needs"),
        language=person.language,
        asker=msgspec.json.decode(asker, type=Asker) if asker else Asker(),
        details=unseal(asked.details, "request.details"),
        risks=[risk for risk in unseal(asked.risks, "request.risks").split(",") if risk],
        said=[
            Said(happened=row.happened, rating=row.rating, words=unseal(row.words, "confirmation.words"), at=row.at)
            for row in await fetch(_Words, SEALED_WORDS, request_id)
        ],
    )


async def card_holder(actor: Actor, resident_id: int) -> CardHolder:
    """The resident, if they live in the area of the viewer's community.

    Raises:
        NotFound: when absent or elsewhere.
    """
    kind = str(actor.post.organisation_kind) if actor.post else ""
    row = await fetch_one(CardHolder, CARD, resident_id, kind, actor.region)
    if row is None:
        raise NotFound
    return row
