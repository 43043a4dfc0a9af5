"""Taking a request: from a resident's own form, or by a community worker for them."""

import base64
import hashlib
import secrets
from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.accounts import consents
from app.accounts.identifiers import Kind, read_identifier
from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import transaction, value
from app.kit.errors import Conflict, Invalid, NotFound, refuse_if
from app.kit.outbox import later
from app.kit.rules import N_, Refusal
from app.kit.sealing import keyed_digest, seal, seal_optional
from app.requests.actions.deadlines import answer_due
from app.requests.actions.moving import keep
from app.requests.queries import choices
from app.requests.queries.residents import Asker, fingerprint
from app.requests.rules import asking as rules
from app.requests.rules.asking import AskedBy, Channel, Recurs, Risk, TimeOfDay
from app.requests.rules.people import short_name
from app.requests.rules.statuses import Event, Status

TOKEN_BYTES = 16

BAD_PHONE = Refusal(
    "bad_phone", N_("Enter a telephone number, for example 138 0013 8000 or 0755 2512 3456."), status=422
)
NO_NAME = Refusal("no_name", N_("Enter the name of the person who needs help."), status=422)

KNOWN_RESIDENT = "SELECT region FROM resident WHERE id = $1 AND region LIKE $2 || '%'"
LEVEL = "SELECT level FROM region WHERE code = $1"
COMMUNITY_LEVEL = 5

NEW_RESIDENT = """
    INSERT INTO resident (name, name_index, short_name, phone, phone_index, address, address_index, born, needs, region,
                          language, card_number, created_at, sex)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13) RETURNING id
"""
NEW_REQUEST = """
    INSERT INTO request (resident, region, community, service_kind, channel, asked_by, asker, details, risks, wanted_on,
                         wanted_times, recurs, status, decline_reason, link_digest, received_at, due_at, taken_by)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, '', $14, $15, $16, $17) RETURNING id
"""


class Ask(Struct, frozen=True, kw_only=True):
    """What someone asks for."""

    region: str = ""
    service_kind: str
    asked_by: AskedBy = AskedBy.SELF
    name: str = ""
    phone: str = ""
    address: str = ""
    born: date | None = None
    language: str = ""
    sex: str = ""
    """`female`, `male` or blank: only where visitors have to be of the same sex."""
    needs: str = ""
    risks: list[Risk] = []
    asker_name: str = ""
    asker_phone: str = ""
    details: str = ""
    wanted_on: date | None = None
    wanted_times: list[TimeOfDay] = []
    recurs: Recurs = Recurs.ONCE
    resident_id: int | None = None
    """Someone already known, chosen by a community worker; then name, phone and address stay as they are on file."""


def read_phone(typed: str) -> str | None:
    """A telephone number in E.164, or None when it is none."""
    read = read_identifier(typed)
    return read.value if read and read.kind == Kind.PHONE else None


def new_token() -> str:
    """The secret part of a private link: 128 random bits."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_of_draft(draft_key: str) -> str:
    """The private link's secret for a form, the same however often the form is sent, and stored nowhere."""
    return base64.urlsafe_b64encode(keyed_digest("request link", draft_key)[:TOKEN_BYTES]).rstrip(b"=").decode()


def link_digest(token: str) -> bytes:
    """What is stored of a private link. The token is 128 random bits, so a plain digest is enough."""
    return hashlib.sha256(token.encode()).digest()


async def receive(actor: Actor | None, ask: Ask, channel: Channel, *, token: str | None = None, now: datetime) -> int:
    """Take a request and start its clock; the answer is its number's row. `token` opens its private page.

    Raises:
        Invalid: for a number that is none, a kind or community that is not in the list.
        Conflict: when the community is outside the worker's area, or the agreement does not hold.
        NotFound: when the chosen resident is not of the worker's area.
    """
    today = clock.local_day(now)
    refuse_if(rules.consent_refusal(ask.asked_by, ask.born, today))
    async with transaction(rules.CONSTRAINTS):
        if ask.service_kind not in {kind.code for kind in await choices.kinds(today)}:
            raise Invalid(rules.UNKNOWN_KIND, service_kind=rules.UNKNOWN_KIND.text)
        if ask.resident_id is None:
            region = await _region(actor, ask.region)
            resident_id = await _new_resident(ask, region, now)
        else:
            region = await _region_of_known(actor, ask.resident_id)
            resident_id = ask.resident_id
        asker = Asker(ask.asker_name, read_phone(ask.asker_phone) or "")
        request_id = int(
            await value(
                NEW_REQUEST,
                resident_id,
                region,
                await choices.desk_of(region),
                ask.service_kind,
                str(channel),
                str(ask.asked_by),
                seal(msgspec.json.encode(asker).decode(), "request.asker") if ask.asker_name or asker.phone else None,
                seal_optional(ask.details, "request.details"),
                seal_optional(",".join(ask.risks), "request.risks"),
                ask.wanted_on,
                ",".join(ask.wanted_times),
                str(ask.recurs),
                str(Status.RECEIVED),
                link_digest(token) if token else None,
                now,
                answer_due(now),
                actor.account_id if actor else None,
            )
        )
        by = actor.account_id if actor else None
        await keep(request_id, None, Status.RECEIVED, Event.RECEIVE, by=by, now=now)
        await consents.give(
            "resident",
            resident_id,
            rules.CONSENT_PURPOSE,
            rules.CONSENT_VERSION,
            given_by=rules.consent_giver(ask.asked_by, ask.born, today),
            recorded_by=by,
            now=now,
        )
        await later("request.received", request_id=request_id)
        return request_id


async def _region(actor: Actor | None, region: str) -> str:
    if await value(LEVEL, region) != COMMUNITY_LEVEL:
        raise Invalid(rules.UNKNOWN_REGION, community=rules.UNKNOWN_REGION.text)
    if actor is not None and not region.startswith(actor.region):
        raise Conflict(rules.OUTSIDE_REGION)
    return region


async def _region_of_known(actor: Actor | None, resident_id: int) -> str:
    found = await value(KNOWN_RESIDENT, resident_id, actor.region if actor else "-")
    if found is None:
        raise NotFound
    return str(found)


async def _new_resident(ask: Ask, region: str, now: datetime) -> int:
    if not ask.name.strip():
        raise Invalid(NO_NAME, name=NO_NAME.text)
    phone = read_phone(ask.phone)
    if phone is None:
        raise Invalid(BAD_PHONE, phone=BAD_PHONE.text)
    mark = fingerprint(ask.name, phone, ask.address, region)
    return int(
        await value(
            NEW_RESIDENT,
            seal(ask.name.strip(), "resident.name"),
            mark.name_index,
            short_name(ask.name),
            seal(phone, "resident.phone"),
            mark.phone_index,
            seal_optional(ask.address, "resident.address"),
            mark.address_index,
            seal_optional(ask.born.isoformat() if ask.born else None, "resident.born"),
            seal_optional(ask.needs, "resident.needs"),
            region,
            ask.language,
            now,
            ask.sex,
        )
    )
