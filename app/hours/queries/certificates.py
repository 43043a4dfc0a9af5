"""Certificates as their owner and as anyone who verifies one sees them, and the postings one is made of."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.hours.queries.seals import public_keys
from app.hours.rules.certifying import CERTIFIED, Reversed, Snapshot, Source
from app.kit.db import fetch, fetch_one

# The person of an account is whoever that account's record was merged into; theirs is every record merged into it.
SELF = """
    self AS (
        SELECT coalesce(n.merged_into, n.id) AS id FROM person n WHERE n.account = $1 ORDER BY n.id LIMIT 1
    ),
    mine AS (
        SELECT n.id FROM person n JOIN self ON n.id = self.id OR n.merged_into = self.id
    )
"""

STANDS = """
    NOT p.reverses AND p.minutes > 0
    AND NOT EXISTS (SELECT 1 FROM posting r WHERE r.corrects_id = p.id AND r.served_on = p.served_on AND r.reverses)
"""


class Holder(Struct, frozen=True, kw_only=True):
    """Who draws: the record a person's other records were merged into."""

    person: int
    name: str
    volunteer_no: str
    home: str


HOLDER = f"""
    WITH {SELF}
    SELECT n.id AS person, n.name, n.volunteer_no, coalesce(n.home, '') AS home
    FROM person n JOIN self ON self.id = n.id
"""


async def holder_of(account_id: int) -> Holder | None:
    """The person behind an account, if there is one."""
    return await fetch_one(Holder, HOLDER, account_id)


SOURCES = f"""
    WITH {SELF}
    SELECT p.id AS posting_id, p.served_on, p.minutes, p.kind, p.capacity, p.grade,
           v.id AS activity_id, v.name AS activity, v.place, k.name_zh AS content, k.name_en AS content_en,
           o.id AS body_id, o.name AS body, o.name_en AS body_en, o.credit_code
    FROM posting p
    JOIN activity v ON v.id = p.activity
    JOIN service_kind k ON k.code = p.service_kind
    JOIN organisation o ON o.id = p.agency
    WHERE p.person IN (SELECT id FROM mine) AND {STANDS} AND p.capacity = ANY($2)
      AND p.served_on >= $3 AND p.served_on < $4 AND ($5::bigint IS NULL OR p.agency = $5)
    ORDER BY p.served_on, p.id
"""


async def sources_for(account_id: int, from_on: date, to_before: date, agency: int | None) -> list[Source]:
    """A person's effective postings in a span, without paid time."""
    return await fetch(Source, SOURCES, account_id, list(CERTIFIED), from_on, to_before, agency)


class RecordedBy(Struct, frozen=True, kw_only=True):
    """An organisation that recorded hours of a person."""

    id: int
    name: str
    name_en: str
    first_on: date


RECORDERS = f"""
    WITH {SELF}
    SELECT o.id, o.name, o.name_en, min(p.served_on) AS first_on
    FROM posting p JOIN organisation o ON o.id = p.agency
    WHERE p.person IN (SELECT id FROM mine) AND {STANDS} AND p.capacity = ANY($2)
    GROUP BY o.id ORDER BY sum(p.minutes) DESC, o.id
"""


async def recorders_for(account_id: int) -> list[RecordedBy]:
    """Who recorded hours that this person can have certified, and since when."""
    return await fetch(RecordedBy, RECORDERS, account_id, list(CERTIFIED))


class CertificateRow(Struct, frozen=True, kw_only=True):
    """A certificate in its owner's list."""

    id: int
    number: str
    from_on: date
    to_before: date
    drawn_at: datetime
    agency_name: str | None
    agency_name_en: str | None
    minutes: int
    reversed: int
    """How many of its postings were taken back since."""


# Service and nothing else, as on the certificate itself.
LIST = f"""
    WITH {SELF}
    SELECT c.id, c.number, c.from_on, c.to_before, c.drawn_at, o.name AS agency_name, o.name_en AS agency_name_en,
           (SELECT coalesce(sum((one->>'minutes')::bigint), 0)::bigint
            FROM jsonb_array_elements(c.snapshot->'sums') one
            WHERE one->>'capacity' = 'volunteer' AND one->>'kind' = 'service') AS minutes,
           (SELECT count(*) FROM certificate_posting e
            JOIN posting r ON r.corrects_id = e.posting_id AND r.served_on = e.served_on AND r.reverses
            WHERE e.certificate = c.id) AS reversed
    FROM certificate c LEFT JOIN organisation o ON o.id = c.agency
    WHERE c.person IN (SELECT id FROM mine)
    ORDER BY c.id DESC LIMIT 200
"""


async def certificates_of(account_id: int) -> list[CertificateRow]:
    """A person's certificates, the newest first."""
    return await fetch(CertificateRow, LIST, account_id)


class _Stored(Struct, frozen=True, kw_only=True):
    id: int
    token: str
    snapshot: str
    credential: str
    notice_from: date | None
    notice_before: date | None


class Certificate(Struct, frozen=True, kw_only=True):
    """A certificate with its content."""

    id: int
    token: str
    shot: Snapshot
    credential: str
    notice_from: date | None
    notice_before: date | None


COLUMNS = "c.id, c.token, c.snapshot::text AS snapshot, c.credential, c.notice_from, c.notice_before"
OWN = f"WITH {SELF} SELECT {COLUMNS} FROM certificate c WHERE c.id = $2 AND c.person IN (SELECT id FROM mine)"
BY_TOKEN = f"SELECT {COLUMNS} FROM certificate c WHERE c.token = $1"
BY_NUMBER = f"SELECT {COLUMNS} FROM certificate c WHERE c.number = $1"


def _read(stored: _Stored | None) -> Certificate | None:
    if stored is None:
        return None
    return Certificate(
        id=stored.id,
        token=stored.token,
        shot=msgspec.json.decode(stored.snapshot, type=Snapshot),
        credential=stored.credential,
        notice_from=stored.notice_from,
        notice_before=stored.notice_before,
    )


async def own_certificate(account_id: int, certificate_id: int) -> Certificate | None:
    """One certificate, if it is this person's."""
    return _read(await fetch_one(_Stored, OWN, account_id, certificate_id))


async def certificate_by_token(token: str) -> Certificate | None:
    """The certificate whose public address ends like this."""
    return _read(await fetch_one(_Stored, BY_TOKEN, token))


async def certificate_by_number(number: str) -> Certificate | None:
    """The certificate of a number: for callers who have seen that the asker holds it."""
    return _read(await fetch_one(_Stored, BY_NUMBER, number))


REVERSED = """
    SELECT r.reason, r.posted_at AS at
    FROM certificate_posting e
    JOIN posting r ON r.corrects_id = e.posting_id AND r.served_on = e.served_on AND r.reverses
    WHERE e.certificate = $1
    ORDER BY r.posted_at
"""


async def reversals_of(certificate_id: int) -> list[Reversed]:
    """Which of a certificate's postings were taken back, in order."""
    return await fetch(Reversed, REVERSED, certificate_id)


class Sealed(Struct, frozen=True, kw_only=True):
    """How many of a certificate's postings are under the seal, and the first head that covers those."""

    postings: int
    sealed: int
    size: int | None
    sealed_at: datetime | None


SEALED = """
    WITH entries AS (
        SELECT count(*) AS postings, count(l.position) AS sealed, max(l.position) AS last
        FROM certificate_posting e LEFT JOIN leaf l ON l.posting_id = e.posting_id WHERE e.certificate = $1
    )
    SELECT e.postings, e.sealed, h.size, h.sealed_at
    FROM entries e
    LEFT JOIN LATERAL (SELECT size, sealed_at FROM tree_head WHERE size > e.last ORDER BY size LIMIT 1) h ON true
"""


async def seal_of(certificate_id: int) -> Sealed:
    """How far a certificate's postings are sealed."""
    found = await fetch_one(Sealed, SEALED, certificate_id)
    return found or Sealed(postings=0, sealed=0, size=None, sealed_at=None)


class NoticeRow(Struct, frozen=True, kw_only=True):
    """A certificate on public notice, before its name is masked."""

    number: str
    name: str
    from_on: date
    to_before: date
    notice_before: date
    snapshot: str


NOTICES = """
    SELECT c.number, c.snapshot->>'name' AS name, c.from_on, c.to_before, c.notice_before, c.snapshot::text AS snapshot
    FROM certificate c
    WHERE c.notice_from <= $1 AND c.notice_before > $1
    ORDER BY c.notice_before, c.id LIMIT 500
"""


async def notices_on(today: date) -> list[tuple[NoticeRow, Snapshot]]:
    """What is on public notice on a day."""
    rows = await fetch(NoticeRow, NOTICES, today)
    return [(row, msgspec.json.decode(row.snapshot, type=Snapshot)) for row in rows]


async def public_key_bytes() -> dict[str, bytes]:
    """Every published key, for checking files."""
    return {key.name: key.public for key in await public_keys()}
