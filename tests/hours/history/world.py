"""A small city whose people act at random: two agencies, one funder, a few volunteers, one rule-book after another."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import asyncpg
from msgspec import Struct

from app.accounts.rules import Actor
from app.hours import actions
from app.hours.actions import allocating, keys, objecting, rerating, sealing, settling
from app.hours.rules import Reason, Stretch
from app.hours.rules.exceptions import Why
from app.hours.rules.objecting import Claim
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import DomainError
from tests import factories as make
from tests.hours import scene as set_up
from tests.hours.scene import Scene, acting, punch

FIRST = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
RULES = (
    '{"least_minutes": 15, "round_to_minutes": 1, "most_minutes_a_day": 480}',
    '{"least_minutes": 30, "round_to_minutes": 15, "most_minutes_a_day": 240}',
    '{"least_minutes": 10, "round_to_minutes": 10, "rounding": "up", "most_minutes_a_day": 600, "otherwise": []}',
)


WAITING = "SELECT id FROM time_exception WHERE attendance = $1 AND standing AND action = ''"


class _Number(Struct):
    id: int


@dataclass
class World:
    """Who is there, and what day it is. `owner` is a connection of the database's owner, who can do anything."""

    owner: asyncpg.Connection
    scene: Scene
    activities: list[int]
    people: list[tuple[int, int]]
    staff: list[int]
    now: datetime = FIRST + timedelta(days=1)
    books: int = 0

    @classmethod
    async def begin(cls, owner: asyncpg.Connection) -> "World":
        """The city before anything happened: two agencies under contract, and one activity that counts for no line."""
        scene = await set_up.build()
        second = await make.organisation("agency", "彩虹社工")
        chief = await make.member(second, "agency_manager", "郑七")
        other = await make.member(second, "agency_manager", "冯八")
        program = await make.program(scene.funder, second, scene.officer)
        line = await make.line(await make.contract(program, scene.officer))
        activities = [
            scene.activity,
            await make.activity(second, chief, line),
            await make.activity(scene.agency, scene.manager, None),
        ]
        people = [await make.volunteer(name) for name in ("孙一", "钱二", "赵三")]
        return cls(owner, scene, activities, people, [scene.manager, scene.colleague, chief, other])

    async def attendances(self) -> list[int]:
        """All there are, in order."""
        return [row.id for row in await fetch(_Number, "SELECT id FROM attendance ORDER BY id")]

    async def serve(
        self, who: int, where: int, day: int, hour: int, minutes: int, late: int, longer: int, *, out: bool, staff: bool
    ) -> None:
        """Someone signs up, comes and goes; not always on time, not always punched out."""
        account, person = self.people[who % len(self.people)]
        starts = FIRST + timedelta(days=day, hours=hour)
        shift = await make.shift(self.activities[where % len(self.activities)], starts=starts, minutes=minutes)
        try:
            capacity = "staff" if staff else "volunteer"
            signup = await make.signup(await make.seat(shift, capacity=capacity), person, account)
        except asyncpg.ExclusionViolationError:
            return  # signed up elsewhere at that time
        came, left = starts + timedelta(minutes=late), starts + timedelta(minutes=minutes + longer)
        await punch(signup, "in", came, self.scene.worker)
        if out and left > came:
            await punch(signup, "out", left, self.scene.worker)
        self.now = max(self.now, left + timedelta(hours=4))
        await actions.bring_up_to_date(signup, now=self.now)

    async def punch_late(self, attendance: int, minutes: int) -> None:
        """A punch that was lost on the way arrives."""
        signup = int(await value("SELECT signup FROM attendance WHERE id = $1", attendance))
        planned = await value("SELECT planned_ends FROM attendance WHERE id = $1", attendance)
        await punch(signup, "out", planned + timedelta(minutes=minutes), self.scene.worker)
        await actions.bring_up_to_date(signup, now=self.now)

    async def adjust(self, attendance: int, by: int, begin: int, minutes: int) -> None:
        """Staff key other times."""
        planned = await value("SELECT planned_starts FROM attendance WHERE id = $1", attendance)
        starts = planned + timedelta(minutes=begin)
        to = Stretch(starts, starts + timedelta(minutes=minutes))
        await actions.adjust(await self._staff(attendance, by), attendance, to, Reason.WRONG_TIME, now=self.now)

    async def settle_exceptions(self, attendance: int, by: int) -> None:
        """Staff say that unusual times are right."""
        rows = await fetch(_Number, WAITING, attendance)
        await settling.keep(
            await self._staff(attendance, by), attendance, [row.id for row in rows], Why.AGREED, now=self.now
        )

    async def approve(self, attendance: int, by: int) -> None:
        """Somebody vouches."""
        await actions.approve(await self._staff(attendance, by), attendance, now=self.now)

    async def give_back(self, attendance: int, by: int) -> None:
        """Somebody returns it."""
        await actions.give_back(await self._staff(attendance, by), attendance, "再看一看", now=self.now)

    async def undo(self, attendance: int, by: int) -> None:
        """Somebody takes an approval back."""
        await actions.undo(await self._staff(attendance, by), attendance, "by_mistake", "", now=self.now)

    async def allocate(self, attendance: int, by: int) -> None:
        """Somebody chooses the contract line of hours that counted for none."""
        await allocating.allocate_to(await self._staff(attendance, by), attendance, self.scene.line, now=self.now)

    async def allocate_all(self, by: int) -> None:
        """Somebody goes through everything and chooses a line wherever that is still open to them."""
        for attendance in await self.attendances():
            try:
                await self.allocate(attendance, by)
            except DomainError:
                continue

    async def confirm(self, attendance: int) -> None:
        """The person served says that it happened."""
        shift = int(await value("SELECT shift FROM attendance WHERE id = $1", attendance))
        await actions.resident_confirmed(shift, now=self.now)

    async def object(self, attendance: int, minutes: int) -> None:
        """The person contests their times."""
        account = int(await value("SELECT account_id FROM attendance WHERE id = $1", attendance))
        planned = await value("SELECT planned_starts FROM attendance WHERE id = $1", attendance)
        wanted = Stretch(planned, planned + timedelta(minutes=minutes))
        actor = await acting(account)
        await objecting.object_to(actor, attendance, Claim.WRONG_TIMES, "时间不对", wanted=wanted, now=self.now)

    async def answer(self, by: int, *, uphold: bool, minutes: int) -> None:
        """The oldest open objection is answered."""
        found = await fetch(_Number, "SELECT id FROM objection WHERE status = 'raised' ORDER BY id LIMIT 1")
        if not found:
            return
        about = int(await value("SELECT attendance FROM objection WHERE id = $1", found[0].id))
        actor = await self._staff(about, by)
        if not uphold:
            await objecting.refuse(actor, found[0].id, "记录没有错", now=self.now)
            return
        starts = await value(
            "SELECT a.planned_starts FROM objection o JOIN attendance a ON a.id = o.attendance WHERE o.id = $1",
            found[0].id,
        )
        to = Stretch(starts, starts + timedelta(minutes=minutes))
        await objecting.uphold(actor, found[0].id, to, "您说得对", now=self.now)

    async def publish(self, rules: int) -> None:
        """The city publishes other rules from the first day on, and counts everything again under them."""
        self.books += 1
        book = await value(
            "INSERT INTO rule_book (version, applies_from, rules, note, published_at)"
            " VALUES ($1, $2, $3::jsonb, '', $4) RETURNING id",
            f"test-{self.books}", FIRST.date() - timedelta(days=40 - self.books), RULES[rules % len(RULES)], self.now,
        )  # fmt: skip
        officer = await acting(self.scene.officer)
        async with transaction():
            await rerating.ask_for(officer, int(book), FIRST.date(), date(2026, 12, 31), "新规则", now=self.now)

    async def close(self, *, locked: bool) -> None:
        """The first month is submitted, or returned."""
        await execute("UPDATE period SET status = $1 WHERE starts_on = '2026-03-01'", "submitted" if locked else "open")

    async def seal(self, most: int) -> None:
        """The worker seals some of what waits."""
        await sealing.seal(now=self.now, most=most)

    async def rotate(self) -> None:
        """The signing key is replaced."""
        await keys.rotate(now=self.now)

    async def killed(self, act: Callable[[], Awaitable[None]], before: int) -> None:
        """Do something whose connection is cut off before its nth statement; begin and commit are statements too."""
        with _cut_off(self.owner, before):
            try:
                await act()
            except (DomainError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                return

    async def catch_up(self) -> None:
        """A Monday morning: every manager settles what is unusual and vouches for whatever they may."""
        for attendance in await self.attendances():
            for by in (0, 1):
                for act in (self.settle_exceptions, self.approve):
                    try:
                        await act(attendance, by)
                    except DomainError:
                        continue

    async def _staff(self, attendance: int, by: int) -> Actor:
        """One of the two managers of its agency; now and then one of the other agency."""
        agency = await value("SELECT agency FROM attendance WHERE id = $1", attendance)
        own, others = self.staff[:2], self.staff[2:]
        if agency != self.scene.agency:
            own, others = others, own
        return await acting((*own, *own, *own, others[0])[by % 7])


@contextmanager
def _cut_off(owner: asyncpg.Connection, before: int) -> Iterator[None]:
    """Let the server end a connection just before the nth statement that anybody but `owner` sends."""
    left = before

    def counting(send: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
        async def sending(connection: asyncpg.Connection, *given: object, **more: object) -> object:
            nonlocal left
            if connection is not owner:
                left -= 1
                if left == 0:
                    await owner.execute("SELECT pg_terminate_backend($1, 1000)", connection.get_server_pid())
            return await send(connection, *given, **more)

        return sending

    plain, prepared = asyncpg.Connection.execute, asyncpg.Connection._execute
    asyncpg.Connection.execute, asyncpg.Connection._execute = counting(plain), counting(prepared)
    try:
        yield
    finally:
        asyncpg.Connection.execute, asyncpg.Connection._execute = plain, prepared
