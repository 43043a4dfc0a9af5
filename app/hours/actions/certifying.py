"""Draws a certificate: a snapshot of named postings, signed as a credential. Free, and as often as wanted."""

import secrets
from datetime import date, datetime, timedelta

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.actions.keys import LOCK, PRESENT, SigningKeyPair, signing_key
from app.hours.certificate.printing import print_sheet
from app.hours.certificate.sheet import sheet
from app.hours.queries.certificates import Certificate, holder_of, sources_for
from app.hours.rules.certificate_file import sign_credential, sign_pdf
from app.hours.rules.certifying import (
    CONSTRAINTS,
    NO_RECORD,
    NOTHING_TO_CERTIFY,
    Snapshot,
    notice_span,
    number_of,
    snapshot,
    span_refusal,
)
from app.hours.rules.credential import claims
from app.kit import clock
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Invalid
from app.settings import settings


class Wish(Struct, frozen=True, kw_only=True):
    """What the certificate is to be about."""

    from_on: date
    last_on: date
    agency: int | None = None
    """Only hours recorded by this body; None for all."""
    notice_days: int = 0
    """For how long the certificate is to be on public notice; 0 for not at all."""


DRAW = """
    INSERT INTO certificate (number, token, person, drawn_by, agency, from_on, to_before, drawn_at, snapshot,
                             credential, notice_from, notice_before)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12)
    RETURNING id
"""

NAME = """
    INSERT INTO certificate_posting (certificate, posting_id, served_on, minutes)
    SELECT $1, * FROM unnest($2::bigint[], $3::date[], $4::integer[])
"""


async def draw(actor: Actor, wish: Wish, *, now: datetime) -> int:
    """Draw a certificate for oneself; the answer is its row number.

    Raises:
        Invalid: when the days cannot be meant.
        Conflict: when there is no record of this person, or no effective posting in these days.
    """
    today = clock.local_day(now)
    if wrong := span_refusal(wish.from_on, wish.last_on, today):
        field, refusal = wrong
        raise Invalid(refusal, **{field: refusal.text})
    async with transaction(CONSTRAINTS):
        holder = await holder_of(actor.account_id)
        if holder is None:
            raise Conflict(NO_RECORD)
        to_before = wish.last_on + timedelta(days=1)
        sources = await sources_for(actor.account_id, wish.from_on, to_before, wish.agency)
        if not sources:
            raise Conflict(NOTHING_TO_CERTIFY)
        shot = snapshot(
            sources,
            number=number_of(today, secrets.token_bytes(6)),
            drawn_at=now.replace(microsecond=0),
            name=holder.name,
            volunteer_no=holder.volunteer_no,
            from_on=wish.from_on,
            to_before=to_before,
            agency=wish.agency,
        )
        return await _write(shot, holder.person, actor.account_id, wish.notice_days, now=now)


async def _write(shot: Snapshot, person: int, account: int, notice_days: int, *, now: datetime) -> int:
    token = secrets.token_urlsafe(24)
    key = await _key(now)
    credential = sign_credential(claims(shot, base_url=settings().base_url, token=token), key.name, key.private)
    notice = notice_span(clock.local_day(now), notice_days) if notice_days else (None, None)
    certificate = int(
        await value(
            DRAW,
            shot.number,
            token,
            person,
            account,
            shot.agency,
            shot.from_on,
            shot.to_before,
            shot.drawn_at,
            msgspec.json.encode(shot).decode(),
            credential,
            *notice,
        )
    )
    entries = shot.entries
    await execute(
        NAME,
        certificate,
        [one.posting_id for one in entries],
        [one.served_on for one in entries],
        [one.minutes for one in entries],
    )
    return certificate


async def pdf_of(certificate: Certificate, language: str, *, now: datetime) -> bytes:
    """The certificate to print in a language of `LANGUAGES`, with its proof, signed by the key that signs now."""
    written = sheet(certificate.shot, language=language, token=certificate.token, base_url=settings().base_url)
    pdf = await print_sheet(written, certificate.credential)
    async with transaction():
        key = await _key(now)
    return sign_pdf(pdf, certificate.shot.number, key.name, key.private)


async def _key(now: datetime) -> SigningKeyPair:
    if await value(PRESENT) is None:  # only the very first key needs the lock, which sealing may hold for a while
        await execute(LOCK)
    return await signing_key(now=now)
