"""A month leaves the database as a file and comes back; a file that was changed does not."""

import zipfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import asyncpg
import pytest

from app.hours.actions.checking import self_check
from app.hours.actions.months import CannotMove, detach, restore
from app.hours.actions.sealing import seal_all
from app.hours.queries.seals import inclusions, newest_head, seal_state
from app.hours.rules import merkle
from app.kit.db import close_pool, execute, open_pool, value
from app.settings import settings
from tests.hours.ledger import fill, owner
from tests.hours.test_sealing import LeafRow, leaf_rows

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
MAY = date(2026, 5, 1)


@asynccontextmanager
async def as_owner(url: str) -> AsyncIterator[None]:
    """The command's role, for the length of a block."""
    await close_pool()
    await open_pool(url, "public", None, 2)
    try:
        yield
    finally:
        await close_pool()
        await open_pool(url, "public", settings().app_role, 5)


async def sealed(url: str) -> int:
    """A sealed ledger from January to October whose rows refer to nothing; the answer is how many are of May."""
    async with owner(url) as connection:
        # Their people and shifts were never made; a partition that is attached would ask for them.
        for table, name in await connection.fetch(
            "SELECT conrelid::regclass::text, conname FROM pg_constraint"
            " WHERE contype = 'f' AND conparentid = 0 AND conrelid IN ('posting'::regclass, 'allocation'::regclass)"
            " AND conname <> 'allocation_of_posting'"
        ):
            await connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    await fill(url, 1200)
    await seal_all(now=NOW, most=500)
    return int(await value("SELECT count(*) FROM posting WHERE served_on >= '2026-05-01' AND served_on < '2026-06-01'"))


async def sums() -> list[LeafRow]:
    """Every posting that is in the database, byte by byte."""
    return await leaf_rows()


def changed(file: Path, table: str, change: Callable[[str], str]) -> Path:
    """A copy of a month in which somebody edited one of the tables."""
    other = file.with_name("changed.zip")
    with zipfile.ZipFile(file) as packed, zipfile.ZipFile(other, "w") as edited:
        for name in packed.namelist():
            text = packed.read(name).decode()
            edited.writestr(name, change(text) if name == f"{table}.csv" else text)
    return other


async def test_a_month_goes_and_comes_back_and_every_proof_holds(db: str, tmp_path: Path) -> None:
    count = await sealed(db)
    before, head = await sums(), await newest_head()
    assert count > 100
    assert head is not None
    async with as_owner(db):
        file = await detach(MAY, tmp_path / "months", now=NOW)
    assert file.name == "linli-ledger-2026-05.zip"
    assert file.stat().st_mode & 0o077 == 0, "only we can read it"
    assert await value("SELECT count(*) FROM posting") == 1200 - count
    assert await value("SELECT count(*) FROM allocation") == 1200 - count
    assert await value("SELECT count(*) FROM leaf") == 1200, "its leaves stay"
    assert await value("SELECT sum(minutes) FROM rollup_day") == await value("SELECT sum(minutes) FROM rollup_month")
    assert (await seal_state()).detached == [MAY]
    checked = await self_check(now=NOW)
    assert checked.wrong == 0, "a month that is away is not missing"

    async with as_owner(db):
        assert await restore(file, now=NOW) == count
    assert await sums() == before
    assert (await seal_state()).detached == []
    assert (await self_check(now=NOW)).wrong == 0
    for one in await inclusions([row.posting_id for row in before], head.size):
        leaf = merkle.leaf_hash(one.text.encode())
        assert merkle.check_inclusion(leaf, one.position, head.size, one.proof, head.root)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await execute("DELETE FROM posting_2026_05")


async def test_nothing_is_posted_to_a_month_that_is_away(db: str, tmp_path: Path) -> None:
    await sealed(db)
    async with as_owner(db):
        await detach(MAY, tmp_path, now=NOW)
    with pytest.raises(asyncpg.CheckViolationError, match="posting_2026_05_is_away"):
        await fill(db, 1, first=5000, since=MAY, days=1)


async def test_a_month_that_is_not_wholly_sealed_stays(db: str, tmp_path: Path) -> None:
    await sealed(db)
    await fill(db, 2, first=5000, since=MAY, days=1)
    async with as_owner(db):
        with pytest.raises(CannotMove, match="2 postings of 2026-05 are not sealed yet"):
            await detach(MAY, tmp_path, now=NOW)
    assert not [path for path in tmp_path.iterdir() if "zip" in path.name]  # noqa: ASYNC240
    assert await value("SELECT count(*) FROM posting") == 1202


async def test_a_month_that_differs_from_its_seal_stays_and_the_row_is_named(db: str, tmp_path: Path) -> None:
    await sealed(db)
    edited = await value("SELECT min(id) FROM posting WHERE served_on >= '2026-05-05'")
    async with owner(db) as connection:
        await connection.execute("UPDATE posting SET minutes = minutes + 1 WHERE id = $1", edited)
    async with as_owner(db):
        with pytest.raises(CannotMove, match=rf"posting {edited} .* differs from what was sealed"):
            await detach(MAY, tmp_path, now=NOW)


@pytest.mark.parametrize("month", [date(2026, 11, 1), date(2027, 1, 1)])
async def test_a_month_that_is_not_over_stays(db: str, tmp_path: Path, month: date) -> None:
    with pytest.raises(CannotMove, match="not over yet"):
        await detach(month, tmp_path, now=NOW)


async def test_a_month_goes_once(db: str, tmp_path: Path) -> None:
    await sealed(db)
    async with as_owner(db):
        file = await detach(MAY, tmp_path, now=NOW)
        with pytest.raises(CannotMove, match="exists already"):
            await detach(MAY, tmp_path, now=NOW)
        assert file.exists()
        with pytest.raises(CannotMove, match="taken out already"):
            await detach(MAY, tmp_path / "elsewhere", now=NOW)
        await restore(file, now=NOW)
        with pytest.raises(CannotMove, match="not away"):
            await restore(file, now=NOW)


def _longer(text: str) -> str:
    """The third posting says another grade."""
    rows = text.splitlines(keepends=True)
    cells = rows[3].split(",")
    at = rows[0].strip().split(",").index("grade")
    cells[at] = "A" if cells[at] != "A" else "B"
    return "".join([*rows[:3], ",".join(cells), *rows[4:]])


def _shorter(text: str) -> str:
    """The third posting is gone."""
    rows = text.splitlines(keepends=True)
    return "".join(rows[:3] + rows[4:])


def _added(text: str) -> str:
    """There is one posting more."""
    rows = text.splitlines(keepends=True)
    return "".join([*rows, rows[-1].replace(rows[-1].split(",")[0], "99999", 1).replace(",1,f,", ",3,f,", 1)])


def _line(text: str) -> str:
    """The third allocation is of another line."""
    rows = text.splitlines(keepends=True)
    cells = rows[3].split(",")
    at = rows[0].strip().split(",").index("line")
    cells[at] = str(int(cells[at]) + 1)
    return "".join([*rows[:3], ",".join(cells), *rows[4:]])


def _broken(text: str) -> str:
    """A cell that is no number."""
    rows = text.splitlines(keepends=True)
    return "".join([*rows[:3], rows[3].replace(rows[3].split(",")[0], "many", 1), *rows[4:]])


@pytest.mark.parametrize(
    ("table", "change", "said"),
    [
        ("posting", _longer, "posting {third} (leaf {leaf}) differs from what was sealed"),
        ("posting", _shorter, "posting {third} (leaf {leaf}) is missing"),
        ("posting", _added, "posting 99999 was never sealed"),
        ("posting", _broken, "line 4"),
        ("allocation", _line, "posting {third} (leaf {leaf}) differs from what was sealed"),
        ("allocation", _shorter, "posting {third} (leaf {leaf}) differs from what was sealed"),
    ],
)
async def test_a_changed_file_is_refused_and_the_row_is_named(
    db: str, tmp_path: Path, table: str, change: Callable[[str], str], said: str
) -> None:
    await sealed(db)
    third = await value("SELECT id FROM posting WHERE served_on >= $1 ORDER BY id LIMIT 1 OFFSET 2", MAY)
    leaf = await value("SELECT position FROM leaf WHERE posting_id = $1", third)
    async with as_owner(db):
        file = await detach(MAY, tmp_path, now=NOW)
        with pytest.raises(CannotMove) as refused:
            await restore(changed(file, table, change), now=NOW)
        assert said.format(third=third, leaf=leaf) in str(refused.value)
        assert (await seal_state()).detached == [MAY], "nothing was brought back"
        assert await restore(file, now=NOW) > 0, "the true file still can be"


async def test_what_is_no_month_is_refused(db: str, tmp_path: Path) -> None:
    with pytest.raises(CannotMove, match="is not there"):
        await restore(tmp_path / "nothing.zip", now=NOW)
    (tmp_path / "text.zip").write_text("text")
    with pytest.raises(CannotMove, match="not a month"):
        await restore(tmp_path / "text.zip", now=NOW)
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as packed:
        packed.writestr("other.txt", "x")
    with pytest.raises(CannotMove, match="not a month"):
        await restore(tmp_path / "other.zip", now=NOW)
