"""Rows for tests, with sensible constants and nothing random. Each function commits and answers with the row's id."""

import itertools
from datetime import UTC, date, datetime, timedelta

from app.kit.db import execute, value
from app.kit.sealing import blind_index, seal

_next = itertools.count(1)

CITY, DISTRICT, STREET, COMMUNITY, OTHER_COMMUNITY = "4403", "440303", "440303001", "440303001001", "440303001002"
WHEN = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)
"""Saturday 28 November 2026, 14:00 in Shenzhen."""


async def regions() -> None:
    """Guangdong down to two communities of Shenzhen."""
    for code, name, name_en, level, parent in (
        ("44", "广东省", "Guangdong", 1, None),
        (CITY, "深圳市", "Shenzhen", 2, "44"),
        (DISTRICT, "罗湖区", "Luohu", 3, CITY),
        (STREET, "桂园街道", "Guiyuan", 4, DISTRICT),
        (COMMUNITY, "大塘龙社区", "Datanglong", 5, STREET),
        (OTHER_COMMUNITY, "桂木园社区", "Guimuyuan", 5, STREET),
    ):
        await execute(
            "INSERT INTO region (code, name, name_en, level, parent_code) VALUES ($1, $2, $3, $4, $5)"
            " ON CONFLICT DO NOTHING",
            code, name, name_en, level, parent,
        )  # fmt: skip


async def account(name: str = "陈一", phone: str | None = None) -> int:
    """An account that can be reached at a number nobody else has."""
    number = phone or f"+86138{next(_next):08d}"
    return int(
        await value(
            "INSERT INTO account (name, phone, phone_index, password_hash, locale, created_at)"
            " VALUES ($1, $2, $3, '!', '', $4) RETURNING id",
            name, seal(number, "account.phone"), blind_index(number, "account.phone"), datetime.now(UTC),
        )
    )  # fmt: skip


async def organisation(kind: str = "agency", name: str = "和风社工", region: str = STREET) -> int:
    """An organisation of a kind."""
    await regions()
    return int(
        await value(
            "INSERT INTO organisation (kind, name, name_en, region, created_at)"
            " VALUES ($1, $2, $3, $4, $5) RETURNING id",
            kind, f"{name}{next(_next)}", f"Organisation {next(_next)}", region, datetime.now(UTC),
        )
    )  # fmt: skip


async def member(organisation_id: int, role: str, name: str = "李二") -> int:
    """A new account with a role in an organisation; the answer is the account's id."""
    account_id = await account(name)
    await execute(
        "INSERT INTO membership (account, organisation, role, since) VALUES ($1, $2, $3, $4)",
        account_id, organisation_id, role, datetime.now(UTC),
    )  # fmt: skip
    return account_id


async def person(
    name: str = "王三",
    account_id: int | None = None,
    *,
    born: str = "1990-05-04",
    skills: list[str] | None = None,
    staff_of: int | None = None,
    home: str = COMMUNITY,
) -> int:
    """A person who serves."""
    await regions()
    return int(
        await value(
            "INSERT INTO person (volunteer_no, account, name, born, home, skills, languages, likes, staff_of,"
            " registered_at) VALUES ($1, $2, $3, $4, $5, $6, $7, '{}', $8, $9) RETURNING id",
            f"T{next(_next):07d}", account_id, name, seal(born, "person.born"), home, skills or [], ["cmn"], staff_of,
            datetime.now(UTC),
        )
    )  # fmt: skip


async def volunteer(name: str = "王三", **more: object) -> tuple[int, int]:
    """An account with its person: (account id, person id)."""
    account_id = await account(name)
    return account_id, await person(name, account_id, **more)  # type: ignore[arg-type]


async def program(funder_id: int, agency_id: int, officer_id: int, name: str = "长者探访项目") -> int:
    """An active program."""
    return int(
        await value(
            "INSERT INTO program (name, name_en, summary, funder, agency, region, status, created_by, created_at)"
            " VALUES ($1, 'Elder visits', '', $2, $3, $4, 'active', $5, $6) RETURNING id",
            name, funder_id, agency_id, STREET, officer_id, datetime.now(UTC),
        )
    )  # fmt: skip


async def contract(program_id: int, officer_id: int, starts: date = date(2026, 1, 1)) -> int:
    """A contract in force for one calendar year, with twelve open monthly periods."""
    contract_id = int(
        await value(
            "INSERT INTO contract (program, number, signed_on, starts_on, ends_before, budget_fen, currency,"
            " created_by, created_at, in_force_at) VALUES ($1, $2, $3, $3, $4, 24000000, 'CNY', $5, $6, $6)"
            " RETURNING id",
            program_id, f"HT-{next(_next)}", starts, starts.replace(year=starts.year + 1), officer_id,
            datetime.now(UTC),
        )
    )  # fmt: skip
    for month in range(1, 13):
        first = date(starts.year, month, 1)
        await execute(
            "INSERT INTO period (contract, starts_on, ends_before, status) VALUES ($1, $2, $3, 'open')",
            contract_id, first, (first + timedelta(days=32)).replace(day=1),
        )  # fmt: skip
    return contract_id


async def line(contract_id: int, *, kind: str = "elder_visit", unit: str = "hour", target: int = 1200) -> int:
    """A deliverable line."""
    return int(
        await value(
            "INSERT INTO line (contract, code, name, service_kind, unit, target, unit_price_fen, capacity)"
            " VALUES ($1, $2, '长者探访', $3, $4, $5, 5000, 'either') RETURNING id",
            contract_id, f"L{next(_next)}", kind, unit, target,
        )
    )  # fmt: skip


async def activity(
    agency_id: int, manager_id: int, line_id: int | None, *, dangerous: bool = False, minors_allowed: bool = True
) -> int:
    """An activity open for shifts."""
    return int(
        await value(
            "INSERT INTO activity (agency, line, name, summary, service_kind, region, place, dangerous,"
            " insurance_policy, minors_allowed, risk_statement, status, created_by, created_at)"
            " VALUES ($1, $2, '周末长者探访', '', 'elder_visit', $3, '社区党群服务中心', $4, $5, $6, '', $7, $8, $9)"
            " RETURNING id",
            agency_id, line_id, COMMUNITY, dangerous, "PA-1" if dangerous else "", minors_allowed and not dangerous,
            "open" if line_id else "draft", manager_id, datetime.now(UTC),
        )
    )  # fmt: skip


async def shift(activity_id: int, *, starts: datetime = WHEN, minutes: int = 120, status: str = "published") -> int:
    """A shift of an activity, without seats."""
    return int(
        await value(
            "INSERT INTO shift (activity, agency, line, service_kind, region, title, place, starts, ends, zone, status,"
            " code_secret, created_by, published_at)"
            " SELECT id, agency, line, service_kind, region, name, place, $2, $3, 'Asia/Shanghai', $4, '\\x00',"
            " created_by, created_at FROM activity WHERE id = $1 RETURNING id",
            activity_id, starts, starts + timedelta(minutes=minutes), status,
        )
    )  # fmt: skip


async def seat(
    shift_id: int, *, needed: int = 2, role: str = "探访义工", capacity: str = "volunteer", skill: str | None = None,
    leads: bool = False,
) -> int:  # fmt: skip
    """Places in a shift."""
    return int(
        await value(
            "INSERT INTO seat (shift, role, capacity, leads, skill, needed, taken) VALUES ($1, $2, $3, $4, $5, $6, 0)"
            " RETURNING id",
            shift_id, role, capacity, leads, skill, needed,
        )
    )  # fmt: skip


async def signup(seat_id: int, person_id: int, by: int, status: str = "confirmed") -> int:
    """A person's claim on a seat."""
    await execute("UPDATE seat SET taken = taken + 1 WHERE id = $1", seat_id)
    return int(
        await value(
            "INSERT INTO signup (seat, shift, person, capacity, starts, ends, status, created_by, created_at)"
            " SELECT s.id, s.shift, $2, s.capacity, h.starts, h.ends, $4, $3, $5 FROM seat s JOIN shift h"
            " ON h.id = s.shift WHERE s.id = $1 RETURNING id",
            seat_id, person_id, by, status, datetime.now(UTC),
        )
    )  # fmt: skip


async def credential(
    person_id: int,
    by: int,
    kind: str = "no_offences",
    *,
    issued_on: date = date(2026, 1, 5),
    ends_before: date | None = None,
    seen: bool = True,
) -> int:
    """A proof that somebody has; `seen` when the original was looked at."""
    at = datetime.now(UTC)
    return int(
        await value(
            "INSERT INTO credential (person, kind_code, issued_on, ends_before, entered_by, entered_at, verified_by,"
            " verified_at, revoked_reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '') RETURNING id",
            person_id, kind, issued_on, ends_before, by, at, by if seen else None, at if seen else None,
        )
    )  # fmt: skip


async def absence(person_id: int, by: int, *, starts: datetime = WHEN, days: int = 2) -> int:
    """Some days on which somebody is away."""
    return int(
        await value(
            "INSERT INTO absence (person, starts, ends, reason, entered_by, entered_at)"
            " VALUES ($1, $2, $3, 'away', $4, $5) RETURNING id",
            person_id, starts, starts + timedelta(days=days), by, datetime.now(UTC),
        )
    )  # fmt: skip
