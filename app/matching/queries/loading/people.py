"""Who can be asked, with what they said, what they have done lately, and what they are committed to."""

from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
from msgspec import Struct

from app.kit.db import fetch
from app.matching.problem import FOREVER, NEVER, Ints, Masks, People
from app.matching.queries.loading.places import Plane
from app.matching.queries.loading.shifts import SEXES
from app.matching.queries.loading.times import Horizon, weekly
from app.matching.queries.loading.vocabulary import Vocabulary
from app.matching.rules import usual
from app.volunteers.queries.profile import opened_date
from app.volunteers.rules.ages import is_minor, needs_guardian

PEOPLE = """
    SELECT p.id, coalesce(p.home, '') AS home, p.latitude, p.longitude, p.sex, p.skills, p.languages, p.likes,
           p.refuses, p.reach_metres, p.day_minutes, p.week_minutes, p.born, p.registered_at,
           coalesce(p.staff_of, m.organisation, 0) AS staff_of, coalesce(k.guardian, false) AS guardian_agreed
    FROM person p
    LEFT JOIN (
        SELECT m.account, min(m.organisation) AS organisation FROM membership m
        JOIN organisation o ON o.id = m.organisation
        WHERE m.until IS NULL AND o.kind = 'agency' GROUP BY m.account
    ) m ON m.account = p.account
    LEFT JOIN (
        SELECT subject_id, true AS guardian FROM consent
        WHERE subject_kind = 'person' AND purpose = 'minor_volunteers' AND given_by = 'guardian'
          AND withdrawn_at IS NULL GROUP BY subject_id
    ) k ON k.subject_id = p.id
    WHERE p.merged_into IS NULL AND ($1::bigint[] IS NULL OR p.id = ANY ($1)) ORDER BY p.home, p.id
"""
"""Neighbours together: the search goes through the city and finds what it needs of them at hand."""

FREE = """
    SELECT weekday, from_minute, to_minute, array_agg(person) AS people FROM availability
    WHERE $1::bigint[] IS NULL OR person = ANY ($1) GROUP BY weekday, from_minute, to_minute
"""

CREDENTIALS = """
    SELECT kind_code AS kind, person, issued_on, ends_before FROM credential
    WHERE verified_at IS NOT NULL AND revoked_at IS NULL AND ($1::bigint[] IS NULL OR person = ANY ($1))
"""

LATELY = """
    SELECT coalesce(p.merged_into, p.id) AS person,
           coalesce(sum(extract(epoch FROM u.ends - u.starts) / 60) FILTER (WHERE u.status = 'attended'), 0)::bigint
               AS minutes,
           count(*) FILTER (WHERE u.status = 'attended') AS kept,
           count(*) FILTER (WHERE u.status = 'no_show'
               OR (u.status = 'cancelled' AND u.ended_at > u.starts - $3::interval)) AS broken
    FROM signup u JOIN person p ON p.id = u.person JOIN shift h ON h.id = u.shift AND h.status <> 'cancelled'
    WHERE u.starts >= $2::timestamptz - $4::interval AND u.starts < $2
      AND ($1::bigint[] IS NULL OR coalesce(p.merged_into, p.id) = ANY ($1))
    GROUP BY coalesce(p.merged_into, p.id)
"""
"""A shift that the agency cancelled is nobody's broken promise."""

ASKED = """
    SELECT person, max(opened_at) AS at FROM offer
    WHERE opened_at IS NOT NULL AND ($1::bigint[] IS NULL OR person = ANY ($1)) GROUP BY person
"""


class PersonRow(Struct, frozen=True, kw_only=True):
    """Somebody who serves, as the database has them."""

    id: int
    home: str
    latitude: float | None
    longitude: float | None
    sex: str
    skills: list[str]
    languages: list[str]
    likes: list[str]
    refuses: list[str]
    reach_metres: int | None
    day_minutes: int | None
    week_minutes: int | None
    born: bytes | None
    registered_at: datetime
    staff_of: int
    guardian_agreed: bool


class _Free(Struct, frozen=True):
    weekday: int
    from_minute: int
    to_minute: int
    people: list[int]


class _Credential(Struct, frozen=True):
    kind: str
    person: int
    issued_on: date
    ends_before: date | None


class _Lately(Struct, frozen=True):
    person: int
    minutes: int
    kept: int
    broken: int


class _Asked(Struct, frozen=True):
    person: int
    at: datetime


async def person_rows(people: Sequence[int] | None, first_day: date) -> tuple[list[PersonRow], list[bool]]:
    """Everybody, or these, and who of them is a minor on the horizon's first day.

    Who needs a guardian's consent and has none cannot serve, and is not here. An unknown date of birth counts as a
    minor's: work for adults needs to know.
    """
    rows = await fetch(PersonRow, PEOPLE, people)
    kept, minors = [], []
    for row in rows:
        born = opened_date(row.born)
        if born and needs_guardian(born, first_day) and not row.guardian_agreed:
            continue
        kept.append(row)
        minors.append(born is None or is_minor(born, first_day))
    return kept, minors


async def people_arrays(
    rows: Sequence[PersonRow],
    minors: Sequence[bool],
    over: Horizon,
    flat: Plane,
    words: Vocabulary,
    communities: dict[str, int],
    now: datetime,
    asked_for: Sequence[int] | None,
) -> People:
    """The rows as arrays, with what other tables know of them."""
    at = {row.id: position for position, row in enumerate(rows)}
    x, y = flat.spots((row.latitude, row.longitude, row.home) for row in rows)
    staff = np.array([row.staff_of != 0 for row in rows], dtype=np.bool_)
    served, reliability = await _lately(at, now, asked_for)
    return People(
        ids=np.array([row.id for row in rows], dtype=np.int64),
        staff_of=np.array([row.staff_of for row in rows], dtype=np.int64),
        minor=np.array(minors, dtype=np.bool_),
        sex=np.array([SEXES[row.sex] for row in rows], dtype=np.uint8),
        skills=words.skills(row.skills for row in rows),
        languages=words.languages(row.languages for row in rows),
        likes=words.kinds(row.likes for row in rows),
        refuses=words.kinds(row.refuses for row in rows),
        credential_until=await _credentials(at, over, words, asked_for),
        free=await _free(at, over, asked_for),
        x=x,
        y=y,
        reach=np.array([row.reach_metres or np.inf for row in rows], dtype=np.float32),
        day_minutes=_caps(
            [row.day_minutes for row in rows], staff, usual.VOLUNTEER_DAY_MINUTES, usual.STAFF_DAY_MINUTES
        ),
        week_minutes=_caps(
            [row.week_minutes for row in rows], staff, usual.VOLUNTEER_WEEK_MINUTES, usual.STAFF_WEEK_MINUTES
        ),
        community=np.array([communities.get(row.home, -1) for row in rows], dtype=np.int32),
        served_minutes=served,
        days_unasked=await _unasked(rows, at, now, asked_for),
        reliability=reliability.astype(np.float32),
    )


def _caps(said: Sequence[int | None], staff: np.ndarray, volunteers: int, employed: int) -> Ints:
    return np.array(
        [
            (employed if paid else volunteers) if minutes is None else minutes
            for minutes, paid in zip(said, staff, strict=True)
        ],
        dtype=np.int32,
    )


async def _free(at: dict[int, int], over: Horizon, asked_for: Sequence[int] | None) -> Masks:
    free = np.zeros((len(at), over.words), dtype=np.uint64)
    for span in await fetch(_Free, FREE, asked_for):
        positions = np.unique([at[person] for person in span.people if person in at]).astype(np.int64)
        free[positions] |= weekly(over, span.weekday, span.from_minute, span.to_minute)
    return free


async def _credentials(at: dict[int, int], over: Horizon, words: Vocabulary, asked_for: Sequence[int] | None) -> Ints:
    until = np.full((len(at), len(words.words.credentials)), NEVER, dtype=np.int32)
    for row in await fetch(_Credential, CREDENTIALS, asked_for):
        if row.person in at and over.at(row.issued_on) <= 0:
            ends = FOREVER if row.ends_before is None else max(NEVER, over.at(row.ends_before))
            cell = at[row.person], words.credential(row.kind)
            until[cell] = max(until[cell], ends)
    return until


async def _lately(at: dict[int, int], now: datetime, asked_for: Sequence[int] | None) -> tuple[Ints, np.ndarray]:
    served = np.zeros(len(at), dtype=np.int32)
    reliability = np.full(len(at), 0.5)
    for row in await fetch(_Lately, LATELY, asked_for, now, usual.LATE_CANCEL, usual.LATELY):
        if row.person in at:
            served[at[row.person]] = row.minutes
            reliability[at[row.person]] = (row.kept + 1) / (row.kept + row.broken + 2)
    return served, reliability


async def _unasked(
    rows: Sequence[PersonRow], at: dict[int, int], now: datetime, asked_for: Sequence[int] | None
) -> Ints:
    since = [row.registered_at for row in rows]
    for row in await fetch(_Asked, ASKED, asked_for):
        if row.person in at:
            since[at[row.person]] = row.at
    days = [min(usual.UNASKED_DAYS, max(0, (now - moment).days)) for moment in since]
    return np.array(days, dtype=np.int32)
