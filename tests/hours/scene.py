"""A shift with people, punched or not: the ground most tests of hours stand on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from app.accounts.actor import actor_of_account
from app.accounts.rules import Actor
from app.hours import actions
from app.kit.db import execute, fetch, value
from tests import factories as make

STARTS, ENDS = make.WHEN, make.WHEN + timedelta(minutes=120)
AFTER = ENDS + timedelta(hours=3)


@dataclass
class Scene:
    """Row numbers of one contract, one activity and its people."""

    funder: int
    agency: int
    officer: int
    manager: int
    colleague: int
    worker: int
    program: int
    contract: int
    line: int
    activity: int

    async def shift(self, **more: object) -> int:
        """A shift that is over by `AFTER`."""
        return await make.shift(self.activity, **more)  # type: ignore[arg-type]

    async def signup(self, shift: int, person: int | None = None, **seat: object) -> int:
        """A new volunteer, or the one given, signed up to a shift."""
        by, who = (self.manager, person) if person else await make.volunteer()
        return await make.signup(await make.seat(shift, **seat), int(who), by)  # type: ignore[arg-type]

    async def attended(self, **more: object) -> int:
        """The attendance of a volunteer whom the social worker punched in and out on time."""
        shift = await self.shift(**more)
        signup = await self.signup(shift)
        starts, ends = await span(shift)
        await punch(signup, "in", starts, self.worker)
        await punch(signup, "out", ends, self.worker)
        return await recorded(signup)


class _Span(Struct):
    starts: datetime
    ends: datetime


async def span(shift: int) -> tuple[datetime, datetime]:
    """When a shift starts and ends."""
    [row] = await fetch(_Span, "SELECT starts, ends FROM shift WHERE id = $1", shift)
    return row.starts, row.ends


async def build() -> Scene:
    """A funder's program with an agency of two managers and a social worker."""
    funder = await make.organisation("funder", "街道办")
    agency = await make.organisation("agency", "社工机构")
    officer = await make.member(funder, "funder_officer")
    manager = await make.member(agency, "agency_manager", "李二")
    program = await make.program(funder, agency, officer)
    contract = await make.contract(program, officer)
    line = await make.line(contract)
    return Scene(
        funder=funder,
        agency=agency,
        officer=officer,
        manager=manager,
        colleague=await make.member(agency, "agency_manager", "周五"),
        worker=await make.member(agency, "social_worker", "吴六"),
        program=program,
        contract=contract,
        line=line,
        activity=await make.activity(agency, manager, line),
    )


_nonce = iter(range(1, 1_000_000))


async def punch(signup: int, direction: str, at: datetime, by: int, undoes: int | None = None) -> int:
    """A punch as the shifts package keeps it, without the event it causes."""
    return int(
        await value(
            "INSERT INTO punch (signup, shift, person, direction, at, received_at, how, keyed_by, nonce, undoes)"
            " SELECT s.id, s.shift, s.person, $2, $3, $3, 'leader', $4, $5, $6 FROM signup s WHERE s.id = $1"
            " RETURNING id",
            signup, direction, at, by, f"test-{next(_nonce)}", undoes,
        )
    )  # fmt: skip


async def recorded(signup: int) -> int:
    """Bring a sign-up's attendance up to date; the answer is its id."""
    await actions.bring_up_to_date(signup, now=AFTER)
    return int(await value("SELECT id FROM attendance WHERE signup = $1", signup))


async def acting(account: int) -> Actor:
    """The actor an account acts as."""
    actor = await actor_of_account(account, None)
    assert actor is not None
    return actor


class Attendance(Struct):
    """What tests look at."""

    status: str
    grade: str
    counted_minutes: int | None
    raw_minutes: int | None
    recorders: list[int]
    confirmed_at: datetime | None


async def attendance(attendance_id: int) -> Attendance:
    """The attendance as it is stored now."""
    columns = ", ".join(Attendance.__struct_fields__)
    [row] = await fetch(Attendance, f"SELECT {columns} FROM attendance WHERE id = $1", attendance_id)
    return row


class Entry(Struct):
    """A posting with what it counts for."""

    entry: int
    minutes: int
    grade: str
    reason: str
    line: int | None
    allocated: int | None


async def entries(attendance_id: int) -> list[Entry]:
    """The ledger of one attendance, in order."""
    return await fetch(
        Entry,
        "SELECT p.entry, p.minutes, p.grade, p.reason, al.line, al.minutes AS allocated FROM posting p"
        " LEFT JOIN allocation al ON al.posting_id = p.id WHERE p.attendance_id = $1 ORDER BY p.entry",
        attendance_id,
    )


async def close_periods(contract: int, status: str = "submitted") -> None:
    """Close every period of a contract."""
    await execute("UPDATE period SET status = $2 WHERE contract = $1", contract, status)


def local(hour: int, minute: int = 0, day: int = 28) -> datetime:
    """An instant on a day of November 2026 by the clocks of Shenzhen."""
    return datetime(2026, 11, day, hour - 8, minute, tzinfo=UTC)
