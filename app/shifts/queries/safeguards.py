"""The city's safeguarding matrix: what each kind of service asks of everybody who does it, on a day."""

from datetime import date, datetime

from msgspec import Struct

from app.kit.db import fetch
from app.kit.i18n import by_locale
from app.shifts.rules.safeguards import Asks, Dated, holding

SAFE = """
    LEFT JOIN LATERAL (
        SELECT g.* FROM safeguard g
        WHERE g.service_kind = {shift}.service_kind
          AND g.applies_from <= ({shift}.starts AT TIME ZONE {shift}.zone)::date
        ORDER BY g.applies_from DESC LIMIT 1
    ) safe ON true
"""
"""Joins the row that holds on a shift's day to `{shift}`, as `safe`."""

OF_KIND = """
    SELECT applies_from, credentials, adults_only, two_people, staff_present, same_sex FROM safeguard
    WHERE service_kind = $1 ORDER BY applies_from
"""

MATRIX = """
    SELECT k.code, k.name_zh, k.name_en, g.applies_from, coalesce(g.credentials, '{}') AS credentials,
           coalesce(g.adults_only, false) AS adults_only, coalesce(g.two_people, false) AS two_people,
           coalesce(g.staff_present, false) AS staff_present, coalesce(g.same_sex, false) AS same_sex
    FROM service_kind k
    LEFT JOIN LATERAL (
        SELECT * FROM safeguard g WHERE g.service_kind = k.code AND g.applies_from <= $1
        ORDER BY g.applies_from DESC LIMIT 1
    ) g ON true
    WHERE k.until IS NULL ORDER BY k.code = 'other', k.code
"""

HISTORY = """
    SELECT k.code, k.name_zh, k.name_en, g.applies_from, g.credentials, g.adults_only, g.two_people, g.staff_present,
           g.same_sex, g.reason, g.decided_at, coalesce(a.name, '') AS decided_by
    FROM safeguard g JOIN service_kind k ON k.code = g.service_kind LEFT JOIN account a ON a.id = g.decided_by
    ORDER BY g.applies_from DESC, g.id DESC LIMIT $1
"""


class Row(Struct, frozen=True, kw_only=True):
    """What one kind of service asks; without `applies_from` nothing was ever decided for it."""

    code: str
    name_zh: str
    name_en: str
    applies_from: date | None
    credentials: list[str]
    adults_only: bool
    two_people: bool
    staff_present: bool
    same_sex: bool

    @property
    def asks_something(self) -> bool:
        """Whether anything at all is asked."""
        return bool(self.credentials) or self.adults_only or self.two_people or self.staff_present or self.same_sex

    @property
    def kind(self) -> str:
        """The kind of service in the reader's language."""
        return by_locale(self.name_zh, self.name_en)


class Decided(Row, frozen=True, kw_only=True):
    """A row of the matrix with who decided it, when and why."""

    reason: str
    decided_at: datetime
    decided_by: str


async def safeguard_at(kind: str, day: date) -> Asks:
    """What a kind of service asks on a day; nothing at all where nothing was decided."""
    return holding(await safeguards_of(kind), day)


async def safeguards_of(kind: str) -> list[Dated]:
    """Everything that was decided for a kind of service, the earliest first."""
    return await fetch(Dated, OF_KIND, kind)


async def matrix(day: date) -> list[Row]:
    """Every kind of service that is offered, with what it asks on a day."""
    return await fetch(Row, MATRIX, day)


async def history(limit: int = 100) -> list[Decided]:
    """What was decided, the latest first; also what only holds from a day to come."""
    return await fetch(Decided, HISTORY, limit)
