"""Somebody's own day: where they are expected, in the order of time, and the way between."""

from datetime import date, datetime, timedelta

import numpy as np
from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import fetch, fetch_one
from app.kit.i18n import by_locale
from app.matching.problem import Travel
from app.matching.queries.day_routes.loading import midnight
from app.matching.queries.loading.places import plane
from app.matching.queries.loading.ways import ways

HOME = "SELECT coalesce(home, '') AS region, latitude, longitude FROM person WHERE account = $1 AND merged_into IS NULL"

SHIFTS = """
    SELECT h.id, h.title, u.starts, u.ends, e.role, e.leads, h.place, h.is_visit, v.id AS visit, h.region,
           g.name AS region_zh, g.name_en AS region_en, coalesce(k.name_zh, '') AS kind_zh,
           coalesce(k.name_en, '') AS kind_en,
           CASE WHEN a.region = h.region THEN a.latitude END AS latitude,
           CASE WHEN a.region = h.region THEN a.longitude END AS longitude,
           ARRAY(SELECT o.name FROM signup w JOIN person o ON o.id = w.person
                 WHERE w.shift = h.id AND w.person <> u.person AND w.capacity = 'staff' AND u.capacity = 'staff'
                   AND w.status IN ('confirmed', 'attended') ORDER BY w.id) AS others
    FROM signup u
    JOIN person p ON p.id = u.person
    JOIN seat e ON e.id = u.seat
    JOIN shift h ON h.id = u.shift
    JOIN activity a ON a.id = h.activity
    JOIN region g ON g.code = h.region
    LEFT JOIN service_kind k ON k.code = h.service_kind
    LEFT JOIN LATERAL (SELECT v.id FROM visit v WHERE v.shift = h.id ORDER BY v.id LIMIT 1) v ON true
    WHERE p.account = $1 AND u.status IN ('confirmed', 'attended') AND h.status <> 'cancelled'
      AND u.starts < $3 AND u.ends > $2
    ORDER BY u.starts, u.id
"""
"""Colleagues are named to colleagues; volunteers read no names here."""


class _Home(Struct, frozen=True):
    region: str
    latitude: float | None
    longitude: float | None


class MyShift(Struct, frozen=True, kw_only=True):
    """A shift or visit where they are expected."""

    id: int
    title: str
    starts: datetime
    ends: datetime
    role: str
    leads: bool
    place: str
    is_visit: bool
    visit: int | None
    region: str
    region_zh: str
    region_en: str
    kind_zh: str
    kind_en: str
    latitude: float | None
    longitude: float | None
    others: list[str]

    @property
    def where(self) -> str:
        """The place; of a visit the community, until its own page opens the address."""
        community = by_locale(self.region_zh, self.region_en)
        return community if self.is_visit or not self.place else f"{self.place} · {community}"

    @property
    def kind(self) -> str:
        return by_locale(self.kind_zh, self.kind_en)


class Leg(Struct, frozen=True, kw_only=True):
    """A shift with the way to it."""

    shift: MyShift
    way: int
    """Minutes from the place before; from home to the first."""
    leave: datetime
    """When to set out, to be there in time."""
    gap: int | None
    """Minutes between the end of the one before and this; None at the first."""

    @property
    def is_tight(self) -> bool:
        """Whether there is not enough time to get here."""
        return self.gap is not None and self.gap < self.way


class MyDay(Struct, frozen=True, kw_only=True):
    """A day of somebody, and how long they are on the way: from home and back, where it is known."""

    day: date
    legs: list[Leg]
    home_way: int

    @property
    def travel(self) -> int:
        return sum(leg.way for leg in self.legs) + self.home_way

    @property
    def tight(self) -> list[Leg]:
        return [leg for leg in self.legs if leg.is_tight]


async def my_day(actor: Actor, day: date) -> MyDay:
    """Where the actor is expected that day, in three questions."""
    starts, ends = midnight(day), midnight(day + timedelta(days=1))
    shifts = await fetch(MyShift, SHIFTS, actor.account_id, starts, ends)
    home = await fetch_one(_Home, HOME, actor.account_id) or _Home("", None, None)
    flat = await plane()
    around = (home.latitude, home.longitude, home.region)
    x, y = flat.spots([around, *((each.latitude, each.longitude, each.region) for each in shifts)])
    # Two homes are two places, also where both count as the middle of one community.
    minutes = np.maximum(ways(Travel(), x, y), Travel().start_minutes * _apart([None, *shifts]))
    is_known = not np.isnan(x[0])
    return MyDay(
        day=day, legs=_legs(shifts, minutes, is_known=is_known), home_way=int(minutes[-1, 0]) if is_known else 0
    )


def _apart(shifts: "list[MyShift | None]") -> "np.ndarray[tuple[int, int], np.dtype[np.bool_]]":
    """Which of these are surely not at one place: a home and anything else."""
    at_home = [shift is None or shift.is_visit for shift in shifts]
    return np.array([[a != b and (one or other) for b, other in enumerate(at_home)] for a, one in enumerate(at_home)])


def _legs(
    shifts: list[MyShift], minutes: "np.ndarray[tuple[int, int], np.dtype[np.int64]]", *, is_known: bool
) -> list[Leg]:
    legs = []
    for number, shift in enumerate(shifts):
        way = int(minutes[number, number + 1]) if number or is_known else 0
        gap = int((shift.starts - shifts[number - 1].ends).total_seconds() // 60) if number else None
        legs.append(Leg(shift=shift, way=way, leave=shift.starts - timedelta(minutes=way), gap=gap))
    return legs
