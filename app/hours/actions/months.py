"""Takes a month of the ledger out of the database into a file, and brings it back once every row of it is proved.

Both change the schema, so they need the owner's role and are commands, not pages. Seals, kept sums and everything
else of the month stay; only its postings and allocations are in the file.
"""

import hashlib
import tempfile
import zipfile
from datetime import date, datetime
from pathlib import Path

import asyncpg
import msgspec
from dateutil.relativedelta import relativedelta
from msgspec import Struct

from app.hours.queries.leaves import ALLOCATION_COLUMNS, FORMAT, LEAF_HASH, POSTING_COLUMNS
from app.hours.rules.merkle import HASH, WIDTH
from app.kit import clock
from app.kit.db import connection, execute, fetch, transaction, value

FILE_FORMAT = "linli-month/1"
TABLES = {"posting": tuple(POSTING_COLUMNS), "allocation": tuple(ALLOCATION_COLUMNS)}


class CannotMove(Exception):
    """Why a month cannot be taken out or brought back, in a sentence for whoever typed the command."""


class Manifest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a file says of itself."""

    format: str
    leaf_format: str
    month: date
    postings: int
    allocations: int
    detached_at: datetime
    columns: dict[str, list[str]]


class _Wrong(Struct, frozen=True):
    posting: int
    position: int | None
    why: str


# Which rows of a month are not what was sealed: changed, added or left out. {0} and {1} are the tables to look into.
WRONG = f"""
    SELECT coalesce(p.id, lf.posting_id) AS posting, lf.position,
           CASE WHEN lf.position IS NULL THEN 'was never sealed' WHEN p.id IS NULL THEN 'is missing'
                ELSE 'differs from what was sealed' END AS why
    FROM {{0}} p LEFT JOIN {{1}} al ON al.posting_id = p.id AND al.served_on = p.served_on
    FULL JOIN (SELECT l.posting_id, l.position, l.served_on,
                      substring(t.hashes FROM (l.position % {WIDTH} * {HASH})::int + 1 FOR {HASH}) AS hash
               FROM leaf l LEFT JOIN tile t ON t.level = 0 AND t.place = l.position / {WIDTH}
               WHERE l.served_on >= $1 AND l.served_on < $2) lf
        ON lf.posting_id = p.id AND lf.served_on = p.served_on
    WHERE p.id IS NULL OR lf.hash IS DISTINCT FROM {LEAF_HASH}
    ORDER BY lf.position NULLS LAST, posting LIMIT 5
"""
LOOSE = """
    SELECT al.posting_id AS posting, NULL::bigint AS position, 'is missing, and something is allocated to it' AS why
    FROM {1} al LEFT JOIN {0} p ON p.id = al.posting_id AND p.served_on = al.served_on WHERE p.id IS NULL LIMIT 5
"""
UNSEALED = "SELECT count(*) FROM unsealed WHERE served_on >= $1 AND served_on < $2"
AWAY = "SELECT EXISTS (SELECT 1 FROM detached_month WHERE month = $1 AND restored_at IS NULL)"
LOCK = "LOCK TABLE posting, allocation, unsealed IN ACCESS EXCLUSIVE MODE"
KEEP = """
    INSERT INTO detached_month (month, postings, file, sha256, detached_at) VALUES ($1, $2, $3, $4, $5)
"""
RESTORED = "UPDATE detached_month SET restored_at = $2 WHERE month = $1 AND restored_at IS NULL"


async def detach(month: date, directory: Path, *, now: datetime) -> Path:
    """Write a month's postings and allocations to a file, and take them out of the database. Needs the owner's role.

    Raises:
        CannotMove: when the month is not over, is away already, is not wholly sealed, or differs from its seal.
    """
    first, past = _span(month)
    if past > clock.local_day(now):
        raise CannotMove(f"{first:%Y-%m} is not over yet.")
    file = _new_file(directory, f"linli-ledger-{first:%Y-%m}.zip")
    try:
        async with transaction():
            await execute(LOCK)
            if await value(AWAY, first):
                raise CannotMove(f"{first:%Y-%m} was taken out already.")
            if waiting := await value(UNSEALED, first, past):
                raise CannotMove(f"{waiting} postings of {first:%Y-%m} are not sealed yet. Wait a minute.")
            names = {table: f"{table}_{first:%Y_%m}" for table in TABLES}
            for table, partition in names.items():
                if not await value("SELECT to_regclass($1) IS NOT NULL", partition):
                    raise CannotMove(f"{table} has no partition of its own for {first:%Y-%m}.")
            await _refuse_wrong(names["posting"], names["allocation"], first, past)
            counts = {table: int(await value(f"SELECT count(*) FROM {name}")) for table, name in names.items()}
            if not counts["posting"]:
                raise CannotMove(f"{first:%Y-%m} holds no postings.")
            await _write(file, names, Manifest(
                format=FILE_FORMAT,
                leaf_format=FORMAT,
                month=first,
                postings=counts["posting"],
                allocations=counts["allocation"],
                detached_at=now,
                columns={table: list(columns) for table, columns in TABLES.items()},
            ))  # fmt: skip
            for table in ("allocation", "posting"):  # allocations refer to postings
                await execute(f"ALTER TABLE {table} DETACH PARTITION {names[table]}; DROP TABLE {names[table]}")
                await execute(_placeholder(table, names[table], first, past))
            await execute(KEEP, first, counts["posting"], file.name, _digest(file), now)
    except BaseException:
        file.unlink(missing_ok=True)
        raise
    return file


async def restore(file: Path, *, now: datetime) -> int:
    """Bring a month back, wholly or not at all; the answer is how many postings. Needs the owner's role.

    Raises:
        CannotMove: when the file is no month, its month is not away, or a row of it is not what was sealed: named.
    """
    with _opened(file) as packed:
        manifest = _manifest(file, packed)
        first, past = _span(manifest.month)
        names = {table: f"{table}_{first:%Y_%m}" for table in TABLES}
        async with transaction():
            await execute(LOCK)
            if not await value(AWAY, first):
                raise CannotMove(f"{first:%Y-%m} is not away: there is nothing to bring back.")
            for table in ("allocation", "posting"):
                partition = names[table]
                await execute(
                    f"ALTER TABLE {table} DETACH PARTITION {partition}; DROP TABLE {partition};"
                    f" CREATE TABLE {partition} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)"
                )
                await _load(packed, table, partition)
            await _refuse_wrong(names["posting"], names["allocation"], first, past)
            for table in ("posting", "allocation"):
                await execute(
                    f"ALTER TABLE {table} ATTACH PARTITION {names[table]} FOR VALUES FROM ('{first}') TO ('{past}')"
                )
            await execute(RESTORED, first, now)
            return int(await value(f"SELECT count(*) FROM {names['posting']}"))


def _span(month: date) -> tuple[date, date]:
    first = month.replace(day=1)
    return first, first + relativedelta(months=1)


def _placeholder(table: str, partition: str, first: date, past: date) -> str:
    """An empty partition that takes nothing: what belongs to a month that is away cannot be posted by mistake."""
    return (
        f"CREATE TABLE {partition} PARTITION OF {table}"
        f" (CONSTRAINT {partition}_is_away CHECK (false)) FOR VALUES FROM ('{first}') TO ('{past}')"
    )


async def _refuse_wrong(posting: str, allocation: str, first: date, past: date) -> None:
    wrong = await fetch(_Wrong, WRONG.format(posting, allocation), first, past)
    wrong += await fetch(_Wrong, LOOSE.format(posting, allocation))
    if wrong:
        named = "; ".join(
            f"posting {row.posting}" + (f" (leaf {row.position})" if row.position is not None else "") + f" {row.why}"
            for row in wrong
        )
        raise CannotMove(f"Nothing was changed, because {named}.")


# The file: a zip of two tables as CSV, readable without Linli, and what they are.


def _new_file(directory: Path, name: str) -> Path:
    file = directory / name
    if file.exists():
        raise CannotMove(f"{file} exists already; a month never replaces another file.")
    directory.mkdir(parents=True, exist_ok=True)
    return file


async def _write(file: Path, names: dict[str, str], manifest: Manifest) -> None:
    half = file.with_name(f"{file.name}.half")
    half.touch(mode=0o600)
    try:
        with zipfile.ZipFile(half, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("manifest.json", msgspec.json.format(msgspec.json.encode(manifest)))
            for table, partition in names.items():
                with tempfile.NamedTemporaryFile(dir=file.parent) as rows:
                    columns = ", ".join(TABLES[table])
                    async with connection() as open_connection:
                        await open_connection.copy_from_query(
                            f"SELECT {columns} FROM {partition} ORDER BY id",
                            output=rows.name, format="csv", header=True,
                        )  # fmt: skip
                    packed.write(rows.name, f"{table}.csv")
        half.rename(file)
    finally:
        half.unlink(missing_ok=True)


def _opened(file: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except FileNotFoundError:
        raise CannotMove(f"{file} is not there.") from None
    except zipfile.BadZipFile:
        raise CannotMove(f"{file} is not a month of the ledger, or was cut short.") from None


def _manifest(file: Path, packed: zipfile.ZipFile) -> Manifest:
    try:
        manifest = msgspec.json.decode(packed.read("manifest.json"), type=Manifest)
    except (KeyError, msgspec.MsgspecError, zipfile.BadZipFile) as error:
        raise CannotMove(f"{file} is not a month of the ledger: {error}") from None
    if (manifest.format, manifest.leaf_format) != (FILE_FORMAT, FORMAT):
        raise CannotMove(f"{file} was written by another version: {manifest.format}, {manifest.leaf_format}.")
    return manifest


async def _load(packed: zipfile.ZipFile, table: str, partition: str) -> None:
    name = f"{table}.csv"
    try:
        with packed.open(name) as rows:
            header = rows.readline().decode("utf-8", errors="replace").strip().split(",")
        if header != list(TABLES[table]):
            raise CannotMove(f"{name} has other columns than were written.")
        with packed.open(name) as rows:
            async with connection() as open_connection:
                await open_connection.copy_to_table(partition, source=rows, columns=header, format="csv", header=True)
    except (KeyError, zipfile.BadZipFile) as error:
        raise CannotMove(f"{name} cannot be read: {error}") from None
    except asyncpg.PostgresError as error:
        more = "; ".join(text for text in (getattr(error, "detail", ""), getattr(error, "context", "")) if text)
        raise CannotMove(f"{name} does not fit: {error}. {more}".strip()) from None


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
