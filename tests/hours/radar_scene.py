"""Histories for the integrity radar: people at shifts with the times each test is about, and what was found."""

from datetime import date, datetime, timedelta

from msgspec import Struct

from app.hours.actions.watching import watch
from app.hours.rules.radar import Code
from app.kit.db import execute, fetch, value
from tests import factories as make
from tests.hours import scene
from tests.hours.scene import Scene

NOW = datetime.fromisoformat("2026-12-01T02:00:00+00:00")


class Found(Struct, frozen=True):
    """What tests look at."""

    id: int
    rule: Code
    key: str
    agency: int
    person_id: int
    account_id: int
    served_on: date
    facts: str
    status: str
    held_by: str


async def found(rule: str | None = None) -> list[Found]:
    """Every finding there is, or those of a rule."""
    columns = ", ".join(name for name in Found.__struct_fields__ if name != "facts")
    sql = f"SELECT {columns}, facts::text FROM radar_finding WHERE $1::text IS NULL OR rule = $1 ORDER BY id"
    return await fetch(Found, sql, rule)


async def look(first: str = "2026-11-01", before: str = "2026-12-01") -> dict[Code, int]:
    """Let every rule look at a span of days; the answer is what is new, rules without anything left out."""
    new = await watch(date.fromisoformat(first), date.fromisoformat(before), now=NOW)
    return {code: n for code, n in new.items() if n}


async def elsewhere() -> Scene:
    """Another agency with its own funder."""
    return await scene.build()


async def present(
    world: Scene,
    person: int,
    came: datetime,
    went: datetime,
    *,
    shift: int | None = None,
    keyer: int | None = None,
    punched: bool = True,
    late: timedelta = timedelta(0),
) -> int:
    """An attendance of someone, punched by the social worker or corrected by hand; the answer is its number.

    The plan begins `late` before they came. The sign-up itself is far away, so that nothing but the radar objects.
    """
    shift_id = shift or await make.shift(world.activity, starts=came - late, minutes=120)
    seat = await make.seat(shift_id)
    signup = await make.signup(seat, person, world.manager, status="cancelled")
    keyer = keyer or world.worker
    if punched:
        await scene.punch(signup, "in", came, keyer)
        await scene.punch(signup, "out", went, keyer)
    attendance = int(
        await value(
            "INSERT INTO attendance (signup, shift, person, account_id, agency, activity, line, service_kind, region,"
            " capacity, served_on, planned_starts, planned_ends, raw_in, raw_out, raw_minutes, counted_minutes, grade,"
            " recorders, status) SELECT $1, h.id, $2, 0, h.agency, h.activity, h.line, h.service_kind, h.region,"
            " 'volunteer', ($3::timestamptz AT TIME ZONE 'Asia/Shanghai')::date, h.starts, h.ends, $5, $6, $7, $8, $9,"
            " $10, 'recorded' FROM shift h WHERE h.id = $4 RETURNING id",
            signup, person, came, shift_id, came if punched else None, went if punched else None,
            (went - came) // timedelta(minutes=1) if punched else None, (went - came) // timedelta(minutes=1),
            "B" if punched else "E", [keyer],
        )
    )  # fmt: skip
    if not punched:
        await correct(attendance, came, went, keyer)
    return attendance


async def correct(attendance: int, came: datetime, went: datetime, by: int, at: datetime = NOW) -> None:
    """Times keyed by hand."""
    await execute(
        "INSERT INTO part (attendance, account, part) VALUES ($1, $2, 'recorder') ON CONFLICT DO NOTHING",
        attendance, by,
    )  # fmt: skip
    await execute(
        "INSERT INTO adjustment (attendance, to_in, to_out, reason, note, by, at)"
        " VALUES ($1, $2, $3, 'roster', '', $4, $5)",
        attendance, came, went, by, at,
    )  # fmt: skip
    await execute(
        "UPDATE attendance SET adjusted_in = $2, adjusted_out = $3, adjusted_reason = 'roster' WHERE id = $1",
        attendance, came, went,
    )  # fmt: skip


async def people(n: int) -> list[int]:
    """So many volunteers."""
    return [(await make.volunteer())[1] for _ in range(n)]


async def thresholds(code: str, limits: str, applies_from: str, *, enabled: bool = True) -> None:
    """Other thresholds from a day on."""
    await execute(
        "INSERT INTO radar_rule (code, applies_from, thresholds, weight, enabled, set_at)"
        " VALUES ($1, $2, $3::jsonb, 1, $4, $5)",
        code, date.fromisoformat(applies_from), limits, enabled, NOW,
    )  # fmt: skip


async def finding(
    agency: int, *, person: int = 0, account: int = 0, rule: str = "long_day", on: str = "2026-11-28"
) -> int:
    """A finding that is open, as the radar writes it."""
    return int(
        await value(
            "INSERT INTO radar_finding (rule, key, agency, person_id, account_id, served_on, facts, found_at, status,"
            " outcome, held_by) VALUES ($1, $2, $3, $4, $5, $6, $7::jsonb, $8, 'open', '', 'agency') RETURNING id",
            rule, f"{rule}:{agency}:{person}:{account}:{on}:{next(_serial)}", agency, person, account,
            date.fromisoformat(on), FACTS, NOW - timedelta(days=1),
        )
    )  # fmt: skip


_serial = iter(range(1, 1_000_000))
FACTS = '{"minutes": 1020, "day": "2026-11-28", "limit_minutes": 960, "rows": 0, "attendances": []}'
