"""Kept sums and the unsealed tail are the slow sum over all entries, whatever was posted, taken back and sealed."""

import random
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from app.hours.actions.rolling import roll_up
from app.hours.queries.rollups import Reach, sums
from app.hours.rules.grading import Grade
from app.hours.rules.kinds import Capacity, Kind
from app.hours.rules.slices import By, Slice, kept_apart, kept_for
from app.kit.db import execute, transaction, value
from tests import factories as make
from tests.hours import scene as set_up

FIRST = date(2026, 1, 1)
REGIONS = ("440303001001", "440303001002", "440304001001", "440305002003")
KINDS = ("elder_visit", "class", "group")
SPLITS: list[tuple[By, ...]] = [
    (), (By.MONTH,), (By.MONTH, By.CAPACITY), (By.LINE,), (By.AGENCY,), (By.REGION,), (By.SERVICE_KIND,), (By.KIND,),
    (By.CAPACITY,), (By.GRADE,), (By.TAIL,),
]  # fmt: skip
APART = [split for split in SPLITS if split != (By.LINE,)] + [(By.CAPACITY, By.TAIL), (By.MONTH, By.TAIL)]
"""What sums by one column at a time answer."""
PERSON_SPLITS: list[tuple[By, ...]] = [(), (By.PERSON,), (By.PERSON, By.MONTH), (By.PERSON, By.KIND), (By.CAPACITY,)]


@dataclass
class Entry:
    """What the test itself remembers of a posting."""

    id: int
    day: date
    person: int
    line: int
    agency: int
    region: str
    service_kind: str
    kind: str
    capacity: str
    grade: str
    minutes: int
    entries: int = 1
    tail: bool = True

    @property
    def month(self) -> date:
        return self.day.replace(day=1)


@dataclass
class History:
    """Posts, takes back and seals at random, by SQL, and remembers everything in a list."""

    owner: asyncpg.Connection
    lines: list[int]
    random: random.Random
    entries: list[Entry] = field(default_factory=list)
    standing: list[Entry] = field(default_factory=list)
    sealed: int = 0

    async def post(self) -> None:
        """A posting of anything by anyone, allocated to a line or to none."""
        draw = self.random
        one = Entry(
            id=len(self.entries) + 1,
            day=FIRST + timedelta(days=draw.randrange(200)),
            person=draw.randrange(1, 6),
            line=draw.choice([0, *self.lines]),
            agency=draw.randrange(1, 4),
            region=draw.choice(REGIONS),
            service_kind=draw.choice(KINDS),
            kind=draw.choice(["service", "preparation", "travel"]),
            capacity=draw.choice(["volunteer", "staff"]),
            grade=draw.choice("ABCDE"),
            minutes=draw.randrange(0, 300),
        )
        self.standing.append(one)
        await self._write(one, None)

    async def take_back(self) -> None:
        """The reversal of a posting that stands."""
        if not self.standing:
            return
        old = self.standing.pop(self.random.randrange(len(self.standing)))
        new = Entry(**{**vars(old), "id": len(self.entries) + 1, "minutes": -old.minutes, "entries": -1, "tail": True})
        await self._write(new, old)

    async def seal(self) -> None:
        """As sealing does it: leaves for some of the tail, the sums, and the tail without them; all or nothing."""
        waiting = [one for one in self.entries if one.tail]
        batch = waiting[: self.random.randint(0, len(waiting))]
        async with transaction():
            for place, one in enumerate(batch, self.sealed):
                await execute("INSERT INTO leaf (position, posting_id, served_on) VALUES ($1, $2, $3)",
                              place, one.id, one.day)  # fmt: skip
            await execute("DELETE FROM unsealed WHERE posting_id = any($1)", [one.id for one in batch])
            await roll_up(self.sealed, self.sealed + len(batch))
        self.sealed += len(batch)
        for one in batch:
            one.tail = False

    async def _write(self, one: Entry, old: Entry | None) -> None:
        self.entries.append(one)
        await self.owner.execute(
            "INSERT INTO posting (id, served_on, attendance_id, entry, reverses, person, agency, activity, shift_id,"
            " region, service_kind, kind, capacity, minutes, grade, starts, ends, rule_book, trace, approval_id,"
            " posted_at, corrects_id, corrects_on, reason) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, 1, $8, $9, $10, $11,"
            " $12, $13, now(), now(), 1, '[]', 1, now(), $14, $15, $16)",
            one.id, one.day, old.id if old else one.id, 2 if old else 1, old is not None, one.person, one.agency,
            one.region, one.service_kind, one.kind, one.capacity, one.minutes, one.grade,
            old.id if old else None, old.day if old else None, "wrong_time" if old else "",
        )  # fmt: skip
        if one.line:
            await self.owner.execute(
                "INSERT INTO allocation (served_on, posting_id, line, period, minutes, at)"
                " VALUES ($1, $2, $3, 1, $4, now())",
                one.day, one.id, one.line, one.minutes,
            )  # fmt: skip
        await self.owner.execute("INSERT INTO unsealed (posting_id, served_on) VALUES ($1, $2)", one.id, one.day)

    def slow(self, split: tuple[By, ...], **only: Any) -> dict[tuple[Any, ...], tuple[int, int]]:
        """The sum as anyone would write it down."""
        found: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0])
        for one in self.entries:
            if all(test(getattr(one, name)) for name, test in only.items()):
                key = tuple(getattr(one, column) for column in split)
                found[key][0] += one.minutes
                found[key][1] += one.entries
        return {key: (minutes, entries) for key, (minutes, entries) in found.items()}


@pytest.fixture
async def owner(db: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that checks no references: only the entries matter here, not what they are about."""
    connection = await asyncpg.connect(db.replace("//linli@", "//postgres@"))
    await connection.execute("SET session_replication_role = replica")
    yield connection
    await connection.close()


async def quick(reach: Reach, wanted: Slice, splits: list[tuple[By, ...]]) -> dict[Any, Any]:
    """The kept sums and the tail, in the shape of `History.slow`."""
    return {
        split: {tuple(getattr(row, column) for column in split): (row.minutes, row.entries) for row in rows}
        for split, rows in (await sums(reach, wanted, splits)).items()
    }


@pytest.mark.parametrize("seed", range(6))
async def test_the_sums_are_the_slow_ones_after_any_history(owner: asyncpg.Connection, seed: int) -> None:
    scene = await set_up.build()
    other = await set_up.build()
    draw = random.Random(seed)  # noqa: S311 (the same history for the same seed)
    history = History(owner, [scene.line, other.line], draw)
    everything = Reach(everything=True)
    for _ in range(6):
        for _ in range(draw.randrange(20)):
            await draw.choice([history.post, history.post, history.take_back])()
        if draw.random() < 0.8:
            await history.seal()
        assert await quick(everything, Slice(), SPLITS) == {split: history.slow(split) for split in SPLITS}
    await both_ways_agree(history, scene, other.line)
    days: list[tuple[By, ...]] = [(By.DAY,), (By.DAY, By.REGION), (By.MONTH,)]
    assert await quick(everything, Slice(), days) == {split: history.slow(split) for split in days}
    assert await quick(everything, Slice(), PERSON_SPLITS) == {s: history.slow(s) for s in PERSON_SPLITS}
    assert await quick(Reach(buyer=scene.funder), Slice(), SPLITS) == {
        split: history.slow(split, line=scene.line.__eq__) for split in SPLITS
    }
    assert await quick(Reach(agency=2), Slice(), SPLITS) == {s: history.slow(s, agency=(2).__eq__) for s in SPLITS}
    narrow = Slice(from_on=date(2026, 2, 1), to_before=date(2026, 4, 11), region="4403030", capacity=Capacity.STAFF)
    expected = {
        "day": lambda day: date(2026, 2, 1) <= day < date(2026, 4, 11),
        "region": lambda region: region.startswith("4403030"),
        "capacity": Capacity.STAFF.__eq__,
    }
    assert await quick(everything, narrow, SPLITS) == {split: history.slow(split, **expected) for split in SPLITS}
    for name, chosen in (("line", scene.line), ("service_kind", "class"), ("kind", Kind.TRAVEL), ("grade", "C")):
        only = await quick(everything, Slice(**{name: chosen}), [()])  # type: ignore[arg-type]
        assert only == {(): history.slow((), **{name: chosen.__eq__})}


async def both_ways_agree(history: History, scene: set_up.Scene, other_line: int) -> None:
    """Sums by one column at a time are the slow ones, for everyone who has such sums and every span and capacity."""
    evaluator = await make.organisation("evaluator")
    reaches: list[tuple[Reach, Slice, dict[str, Any]]] = [
        (Reach(everything=True), Slice(), {}),
        (Reach(everything=True), Slice(agency=3), {"agency": (3).__eq__}),
        (Reach(agency=2), Slice(), {"agency": (2).__eq__}),
        (Reach(agency=2), Slice(agency=2), {"agency": (2).__eq__}),
        (Reach(agency=2), Slice(agency=3), {"agency": lambda _: False}),
        (Reach(buyer=scene.funder), Slice(), {"line": scene.line.__eq__}),
        (Reach(buyer=scene.funder), Slice(agency=1), {"line": scene.line.__eq__, "agency": (1).__eq__}),
        (Reach(buyer=evaluator), Slice(), {"line": (scene.line, other_line).__contains__}),
        (Reach(buyer=evaluator + 1), Slice(), {"line": lambda _: False}),
    ]
    # Whoever evaluates now sees what was sealed before, too.
    await execute("UPDATE program SET evaluator = $1", evaluator)
    spans: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({}, {}),
        ({"from_on": date(2026, 3, 1)}, {"day": lambda day: day >= date(2026, 3, 1)}),
        ({"from_on": date(2026, 2, 1), "to_before": date(2026, 5, 1)}, {"month": lambda day: 2 <= day.month < 5}),
        ({"capacity": Capacity.STAFF, "to_before": date(2026, 5, 1)},
         {"capacity": Capacity.STAFF.__eq__, "month": lambda day: day.month < 5}),
    ]  # fmt: skip
    for reach, whose, tests in reaches:
        for span, more in spans:
            wanted = structs.replace(whose, **span)
            assert kept_apart(wanted, APART)
            assert await quick(reach, wanted, APART) == {one: history.slow(one, **tests, **more) for one in APART}
            for split in APART:
                assert await quick(reach, wanted, [split]) == {split: history.slow(split, **tests, **more)}


async def test_a_failed_seal_leaves_the_sums_as_they_were(owner: asyncpg.Connection) -> None:
    scene = await set_up.build()
    history = History(owner, [scene.line], random.Random(1))  # noqa: S311
    for _ in range(5):
        await history.post()
    try:
        async with transaction():
            await history.seal()
            raise RuntimeError("killed")
    except RuntimeError:
        pass
    for table in ("rollup_day", "rollup_month", "rollup_split", "rollup_person"):
        assert await value(f"SELECT count(*) FROM {table}") == 0
    assert await value("SELECT count(*) FROM unsealed") == 5


async def test_nothing_is_no_sum_at_all(db: str) -> None:
    assert await sums(Reach(everything=True), Slice(), [(), (By.LINE,)]) == {(): [], (By.LINE,): []}


def test_the_smallest_table_that_answers_is_read() -> None:
    months = Slice(from_on=date(2026, 1, 1), to_before=date(2026, 4, 1))
    assert kept_for(months, frozenset({By.REGION, By.MONTH})) == "rollup_month"
    assert kept_for(Slice(to_before=date(2026, 4, 2)), frozenset()) == "rollup_day"
    assert kept_for(Slice(), frozenset({By.DAY, By.MONTH})) == "rollup_day"
    assert kept_for(Slice(person=4), frozenset({By.MONTH, By.TAIL})) == "rollup_person"
    for wanted, split in (
        (Slice(person=4, line=2), set()),
        (Slice(), {By.PERSON, By.REGION}),
        (Slice(), {By.PERSON, By.DAY}),
    ):
        with pytest.raises(ValueError, match="no sums are kept by"):
            kept_for(wanted, frozenset(split))


def test_sums_by_one_column_answer_for_whole_months_and_nothing_narrower() -> None:
    months = Slice(from_on=date(2026, 1, 1), to_before=date(2026, 4, 1), agency=3, capacity=Capacity.STAFF)
    assert kept_apart(months, [(), (By.REGION,), (By.MONTH, By.CAPACITY), (By.TAIL,)])
    for split in ((By.LINE,), (By.REGION, By.MONTH), (By.DAY,), (By.PERSON,), (By.REGION, By.KIND)):
        assert not kept_apart(months, [(), split])
    for narrow in (
        Slice(to_before=date(2026, 4, 2)), Slice(region="44"), Slice(line=1), Slice(service_kind="class"),
        Slice(kind=Kind.TRAVEL), Slice(grade=Grade.C), Slice(person=1),
    ):  # fmt: skip
        assert not kept_apart(narrow, [()])
