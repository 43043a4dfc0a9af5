"""Publishing shifts: one, or a series of them."""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import refuse_if
from app.kit.rules import N_, Refusal
from app.shifts.queries.publishing import GroundRow, activity_ground
from app.shifts.queries.safeguards import safeguards_of
from app.shifts.rules import publishing as rules
from app.shifts.rules.constraints import CONSTRAINTS
from app.shifts.rules.publishing import SeatWanted
from app.shifts.rules.safeguards import UNKNOWN_CREDENTIAL, publish_refusals

__all__ = ["SeatWanted", "publish", "publish_series"]

MINUTE = timedelta(minutes=1)

UNKNOWN_SKILL = Refusal("unknown_skill", N_("A role asks for a skill that is not in the list."))

UNKNOWN_LANGUAGE = Refusal("unknown_language", N_("A role asks for a language that is not in the list."))

UNKNOWN = """
    SELECT CASE
        WHEN EXISTS (SELECT unnest($1::text[]) EXCEPT SELECT code FROM skill) THEN 'skill'
        WHEN EXISTS (SELECT unnest($2::text[]) EXCEPT SELECT code FROM language) THEN 'language'
        WHEN EXISTS (SELECT unnest($3::text[]) EXCEPT SELECT code FROM credential_kind) THEN 'credential'
    END
"""

INSERT_SERIES = """
    INSERT INTO series (activity, rrule, first_starts, minutes, zone, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id
"""

INSERT_SHIFTS = """
    INSERT INTO shift (activity, series, agency, line, service_kind, region, title, place, is_visit, starts, ends, zone,
                       status, code_secret, created_by, published_at, cancelled_reason, priority, sex_wanted)
    SELECT a.id, $2, a.agency, a.line, a.service_kind, $3, $4, $5, $6, made.starts, made.ends, $7,
           'published', made.secret, $8, $9, '', $13, $14
    FROM activity a, unnest($10::timestamptz[], $11::timestamptz[], $12::bytea[]) AS made (starts, ends, secret)
    WHERE a.id = $1
    RETURNING id
"""

INSERT_SEATS = """
    INSERT INTO seat (shift, role, capacity, leads, skill, language, credentials, least, needed, taken)
    SELECT made.shift, wanted.role, wanted.capacity, wanted.leads, wanted.skill, wanted.language,
           string_to_array(wanted.credentials, ','), wanted.least, wanted.needed, 0
    FROM unnest($1::bigint[]) AS made (shift),
         unnest($2::text[], $3::text[], $4::boolean[], $5::text[], $6::text[], $7::text[], $8::integer[], $9::integer[])
             WITH ORDINALITY AS wanted (role, capacity, leads, skill, language, credentials, least, needed, place)
    ORDER BY made.shift, wanted.place
"""
"""Credentials come joined by commas: arrays of arrays would be flattened."""


class _Id(Struct, frozen=True):
    id: int


async def publish(
    actor: Actor,
    activity_id: int,
    starts: datetime,
    ends: datetime,
    seats: Sequence[SeatWanted],
    *,
    title: str | None = None,
    place: str | None = None,
    region: str | None = None,
    is_visit: bool = False,
    priority: int = rules.USUAL_PRIORITY,
    sex_wanted: str = "",
    now: datetime,
) -> int:
    """Publish one shift of an activity of the actor's agency; the answer is its number.

    Raises:
        NotFound: when the activity is absent or another agency's.
        Conflict: with every reason: the activity is not open, the time is past, no period covers the day, …
    """
    async with transaction(CONSTRAINTS):
        activity, ground = await activity_ground(actor, activity_id, lock=True)
        refuse_if(
            *rules.ground_refusals(ground),
            *rules.time_refusals(starts, ends, now=now),
            rules.day_refusal(ground, clock.local_day(starts)),
            *rules.seat_refusals(seats),
            await unknown_refusal(seats),
            *publish_refusals(await safeguards_of(activity.service_kind), [clock.local_day(starts)], seats),
        )
        made = await _insert(
            actor,
            activity,
            [(starts, ends)],
            seats,
            series_id=None,
            title=title,
            place=place,
            region=region,
            is_visit=is_visit,
            priority=priority,
            sex_wanted=sex_wanted,
            now=now,
        )
        return made[0]


async def publish_series(
    actor: Actor,
    activity_id: int,
    rule: str,
    days: Sequence[date],
    begins: time,
    ends: time,
    seats: Sequence[SeatWanted],
    *,
    title: str | None = None,
    place: str | None = None,
    priority: int = rules.USUAL_PRIORITY,
    sex_wanted: str = "",
    now: datetime,
) -> list[int]:
    """Publish a shift on each of these days, which the RRULE `rule` made and the agency chose from; by local time.

    Raises:
        NotFound: when the activity is absent or another agency's.
        Conflict: with every reason, naming the days that cannot be.
    """
    zone = clock.city_zone()
    spans = [rules.span_of(day, begins, ends, zone) for day in sorted(set(days))]
    async with transaction(CONSTRAINTS):
        activity, ground = await activity_ground(actor, activity_id, lock=True)
        refuse_if(
            *rules.ground_refusals(ground),
            *rules.series_refusals(ground, spans, now=now),
            *rules.seat_refusals(seats),
            await unknown_refusal(seats),
            *publish_refusals(await safeguards_of(activity.service_kind), days, seats),
        )
        first, first_ends = spans[0]
        series_id = await value(
            INSERT_SERIES, activity_id, rule, first, (first_ends - first) // MINUTE, zone.key, actor.account_id, now
        )
        return await _insert(
            actor,
            activity,
            spans,
            seats,
            series_id=series_id,
            title=title,
            place=place,
            region=None,
            is_visit=False,
            priority=priority,
            sex_wanted=sex_wanted,
            now=now,
        )


async def unknown_refusal(seats: Sequence[SeatWanted]) -> Refusal | None:
    """Whether a seat asks for a skill, a language or a credential this city does not know."""
    skills = {seat.skill for seat in seats if seat.skill}
    languages = {seat.language for seat in seats if seat.language}
    credentials = {code for seat in seats for code in seat.credentials}
    what = await value(UNKNOWN, list(skills), list(languages), list(credentials))
    return {"skill": UNKNOWN_SKILL, "language": UNKNOWN_LANGUAGE, "credential": UNKNOWN_CREDENTIAL}.get(what)


async def _insert(
    actor: Actor,
    activity: GroundRow,
    spans: Sequence[tuple[datetime, datetime]],
    seats: Sequence[SeatWanted],
    *,
    series_id: int | None,
    title: str | None,
    place: str | None,
    region: str | None,
    is_visit: bool,
    priority: int,
    sex_wanted: str,
    now: datetime,
) -> list[int]:
    rows = await fetch(
        _Id,
        INSERT_SHIFTS,
        activity.id,
        series_id,
        region or activity.region,
        (title or "").strip() or activity.name,
        (place or "").strip() or activity.place,
        is_visit,
        clock.city_zone().key,
        actor.account_id,
        now,
        [starts for starts, _ in spans],
        [ends for _, ends in spans],
        [secrets.token_bytes(rules.SECRET_BYTES) for _ in spans],
        priority,
        sex_wanted,
    )
    made = sorted(row.id for row in rows)
    await insert_seats(made, seats)
    return made


async def insert_seats(shift_ids: Sequence[int], seats: Sequence[SeatWanted]) -> None:
    """Give each of these shifts all of these seats."""
    await execute(
        INSERT_SEATS,
        list(shift_ids),
        [seat.role.strip() for seat in seats],
        [seat.capacity for seat in seats],
        [seat.leads for seat in seats],
        [seat.skill for seat in seats],
        [seat.language for seat in seats],
        [",".join(sorted(set(seat.credentials))) for seat in seats],
        [seat.least for seat in seats],
        [seat.needed for seat in seats],
    )
