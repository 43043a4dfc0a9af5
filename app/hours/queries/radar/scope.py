"""What a look of the radar covers, and what it brings back."""

from collections.abc import Sequence
from datetime import date

import msgspec
from msgspec import Struct

from app.kit.clock import city_zone
from app.kit.db import fetch


class Scope(Struct, frozen=True, kw_only=True):
    """A span of days, half-open, for everyone; or for those around one attendance."""

    from_on: date
    before: date
    people: list[int] | None = None
    """Every record of everyone at the shift of one attendance; None for all people."""
    keyers: list[int] | None = None
    """Who recorded it; None for all accounts."""
    activity: int | None = None
    """Its activity; None for all."""


class Suspect(Struct, frozen=True, kw_only=True):
    """Something a rule found. `facts` is JSON: the figures of its sentence, and `attendances`, the rows behind it."""

    key: str
    agency: int
    person: int
    account: int
    served_on: date
    facts: str


# Who was where for how long, as far as both times are known, whether it counts yet or not. $1 and $2 are the days,
# $3 the people. A duplicate's time is the person's own. A shift that began the day before may reach into the first day.
WORKED = """
    SELECT a.id, a.signup, a.shift, a.activity, a.agency, a.served_on, coalesce(p.merged_into, p.id) AS person,
           coalesce(a.adjusted_in, a.raw_in) AS came, coalesce(a.adjusted_out, a.raw_out) AS went,
           CASE WHEN a.adjusted_in IS NULL THEN a.raw_minutes END AS minutes
    FROM attendance a JOIN person p ON p.id = a.person
    WHERE a.served_on >= {since} AND a.served_on < $2::date AND a.status <> 'no_show'
      AND coalesce(a.adjusted_in, a.raw_in) < coalesce(a.adjusted_out, a.raw_out)
      AND ($3::bigint[] IS NULL OR a.person = ANY($3))
"""


def worked(since: str = "$1::date - 1") -> str:
    """The CTE body, from the day that `since` says in SQL."""
    return WORKED.format(since=since)


MOST_ROWS = 500
"""So many attendances are named by a finding; `rows` says how many there are."""


async def suspects(sql: str, *arguments: object) -> list[Suspect]:
    """What a rule's statement finds."""
    return await fetch(Suspect, sql, *arguments)


def zone() -> str:
    """The city's zone, for days as its people count them."""
    return city_zone().key


def facts(figures: dict[str, object], attendances: Sequence[int]) -> str:
    """A finding's facts, for a rule that ends in Python."""
    known = sorted(set(attendances))
    return msgspec.json.encode(figures | {"rows": len(known), "attendances": known[:MOST_ROWS]}).decode()
