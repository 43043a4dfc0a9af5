"""Two records side by side before they are made one, and what stands in the way."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.kit.rules import Refusal
from app.volunteers.queries.people import KNOWN
from app.volunteers.queries.profile import opened_date
from app.volunteers.rules.merging import (
    SERVED_TWICE,
    SIGNED_UP_TWICE,
    VOUCHED_FOR_SELF,
    Record,
    why_not_merge,
)


class _Side(Struct, frozen=True, kw_only=True):
    id: int
    name: str
    volunteer_no: str
    account: int | None
    account_open: bool
    works: bool
    born: bytes | None
    staff_of: int | None
    merged_into: int | None
    registered_at: datetime
    attendances: int
    minutes: int
    ahead: int


class Side(Struct, frozen=True, kw_only=True):
    """One record, with what hangs on it."""

    record: Record
    account: int | None
    registered_at: datetime
    attendances: int
    minutes: int
    """Posted for it."""
    ahead: int
    """Sign-ups for shifts that are not over."""

    @property
    def born(self) -> date | None:
        """The date of birth, for the one who compares; the page says only whether the two agree."""
        return self.record.born


LIVE = "status IN ('offered', 'confirmed', 'attended')"

# $2 is whether the actor may merge anyone; else the agency merges only whom it keeps into whom it knows.
SIDE = f"""
    WITH {KNOWN}
    SELECT p.id, p.name, p.volunteer_no, p.account, a.id IS NOT NULL AND a.disabled_at IS NULL AS account_open,
           EXISTS (SELECT 1 FROM membership m WHERE m.account = p.account AND m.until IS NULL) AS works, p.born,
           p.staff_of, p.merged_into, p.registered_at,
           (SELECT count(*) FROM attendance t WHERE t.person = p.id) AS attendances,
           (SELECT coalesce(sum(o.minutes), 0)::bigint FROM posting o
            WHERE o.person IN (SELECT n.id FROM person n WHERE n.id = p.id OR n.merged_into = p.id)) AS minutes,
           (SELECT count(*) FROM signup s WHERE s.person = p.id AND s.ends > $4 AND s.{LIVE}) AS ahead
    FROM person p LEFT JOIN account a ON a.id = p.account
    WHERE p.volunteer_no = $3 AND ($2 OR (p.kept_by = $1 OR NOT $5) AND p.id IN (SELECT id FROM known))
"""

HELD_TWICE = """
    SELECT v.name AS first, w.name AS second, greatest(d.starts, k.starts) AS at
    FROM held_time d JOIN held_time k ON k.person = $2 AND tstzrange(d.starts, d.ends) && tstzrange(k.starts, k.ends)
    JOIN attendance a ON a.id = d.attendance JOIN activity v ON v.id = a.activity
    JOIN attendance b ON b.id = k.attendance JOIN activity w ON w.id = b.activity
    WHERE d.person = $1 ORDER BY d.starts LIMIT 1
"""

SIGNED_TWICE = f"""
    SELECT g.title AS first, h.title AS second, greatest(d.starts, k.starts) AS at
    FROM signup d
    JOIN signup k ON k.person = $2 AND k.{LIVE} AND tstzrange(d.starts, d.ends) && tstzrange(k.starts, k.ends)
    JOIN shift g ON g.id = d.shift JOIN shift h ON h.id = k.shift
    WHERE d.person = $1 AND d.{LIVE} AND d.ends > $3 ORDER BY d.starts LIMIT 1
"""

VOUCHED = """
    SELECT EXISTS (
        SELECT 1 FROM part r JOIN attendance a ON a.id = r.attendance JOIN person p ON p.id = ANY ($1)
        WHERE a.person = ANY ($1) AND r.part = 'verifier' AND r.account = p.account
    )
"""


class _Twice(Struct, frozen=True, kw_only=True):
    first: str
    second: str
    at: datetime

    @property
    def said(self) -> dict[str, str]:
        """For the sentence."""
        return {"first": self.first, "second": self.second, "when": f"{clock.local(self.at):%Y-%m-%d %H:%M}"}


class Preview(Struct, frozen=True, kw_only=True):
    """What merging two records would do, and what keeps it from being done."""

    duplicate: Side
    kept: Side
    reasons: list[Refusal]

    @property
    def same_birth(self) -> bool | None:
        """Whether both say the same date of birth; None when one does not know it."""
        if self.duplicate.born is None or self.kept.born is None:
            return None
        return self.duplicate.born == self.kept.born

    @property
    def account_moves(self) -> bool:
        """Whether the account goes from the duplicate to the kept record."""
        return self.duplicate.account is not None and self.kept.account is None

    @property
    def account_closes(self) -> bool:
        """Whether both have one, and the duplicate's is closed."""
        return self.duplicate.record.signs_in and self.kept.record.signs_in


async def preview_merge(actor: Actor, duplicate_no: str, kept_no: str, *, now: datetime) -> Preview:
    """Two records by their volunteer numbers, for whoever may merge them.

    Raises:
        NotFound: when one of them is absent, or not for this actor to merge.
    """
    duplicate, kept = await _side(actor, duplicate_no, True, now), await _side(actor, kept_no, False, now)
    reasons = why_not_merge(duplicate.record, kept.record, actor.may(Permission.ORGANISATION_MANAGE))
    if not reasons:
        reasons = await _what_overlaps(duplicate.record.id, kept.record.id, now)
    return Preview(duplicate=duplicate, kept=kept, reasons=reasons)


async def _side(actor: Actor, number: str, duplicate: bool, now: datetime) -> Side:
    anyone = actor.may(Permission.ORGANISATION_MANAGE)
    if not (anyone or actor.may(Permission.PERSON_IMPORT)):
        raise NotFound()
    found = await fetch_one(_Side, SIDE, actor.organisation_id, anyone, number.strip().upper(), now, duplicate)
    if found is None:
        raise NotFound()
    known = msgspec.structs.asdict(found)
    return Side(
        record=Record(
            id=found.id,
            name=found.name,
            volunteer_no=found.volunteer_no,
            signs_in=found.account_open,
            works=found.works,
            born=opened_date(found.born),
            staff_of=found.staff_of,
            merged_into=found.merged_into,
        ),
        **{name: known[name] for name in ("account", "registered_at", "attendances", "minutes", "ahead")},
    )


async def _what_overlaps(duplicate: int, kept: int, now: datetime) -> list[Refusal]:
    found = [SERVED_TWICE.with_params(**each.said) for each in await fetch(_Twice, HELD_TWICE, duplicate, kept)]
    found += [
        SIGNED_UP_TWICE.with_params(**each.said) for each in await fetch(_Twice, SIGNED_TWICE, duplicate, kept, now)
    ]
    if await value(VOUCHED, [duplicate, kept]):
        found.append(VOUCHED_FOR_SELF)
    return found
