"""Loading divisions: those shipped with the app, and another city to community level from a package of divisions."""

import asyncio
import csv
import hashlib
import io
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from app.accounts.region_codes import level_of, parent_of
from app.accounts.region_names import english_name, short_name
from app.kit.db import connection, transaction

SHIPPED = Path(__file__).parent / "regions_data"
"""Provinces, cities and districts of China, and Shenzhen down to its communities."""

PACKAGE = "china-division@2.7.0"
PACKAGE_SHA512 = (
    "e2e50f013fb559fa838798f2b6aee899d0a61cd9378fe93beb3106ff622a6867"
    "1807dd1cd92c1c8b1b6d732a5db19dd3ffdb4dd534e9043a1e667f98c3fa8110"
)
PACKED = ("package/dist/streets.csv", "package/dist/villages.csv")
CITY_CODE_LENGTH = 4
ONE_AT_A_TIME = 4_917_002
"""The advisory lock under which divisions are loaded."""

COLUMNS = ("code", "name", "name_en", "level", "parent_code")

Division = tuple[str, str]
"""Code and name, as statistics write it."""


class CannotImport(Exception):
    """Why a city cannot be imported, as a sentence for the person at the keyboard."""


async def ensure_regions() -> int:
    """Load the shipped divisions that are missing; the answer is how many were. Safe to run again, and at once."""
    return await _load(_shipped())


async def import_city(code: str, file: Path | None = None) -> int:
    """Load a city's streets and communities from the package of divisions, fetched or given as a file.

    Raises:
        CannotImport: if there is no such city, or the package cannot be had or is not the one that is expected.
    """
    if len(code) != CITY_CODE_LENGTH or not code.isdecimal():
        raise CannotImport(f"{code} is not the code of a city: that has four digits, such as 4401.")
    divisions = await asyncio.to_thread(_city_from_package, code, file)
    if not divisions:
        raise CannotImport(f"There is no city {code} in {PACKAGE}.")
    await ensure_regions()
    return await _load(divisions)


async def _load(divisions: Iterable[Division]) -> int:
    wanted = dict(divisions)
    async with transaction(), connection() as open_connection:
        await open_connection.execute("SELECT pg_advisory_xact_lock($1)", ONE_AT_A_TIME)
        known = {row["code"] for row in await open_connection.fetch("SELECT code FROM region")}
        missing = [_row(code, name) for code, name in wanted.items() if code not in known]
        if missing:
            await open_connection.copy_records_to_table("region", records=missing, columns=COLUMNS)
    return len(missing)


def _row(code: str, name: str) -> tuple[str, str, str, int, str | None]:
    said = short_name(name, code)
    return code, said, english_name(said, code), level_of(code), parent_of(code)


def _shipped() -> Iterator[Division]:
    for file in sorted(SHIPPED.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as lines:
            yield from ((row["code"], row["name"]) for row in csv.DictReader(lines))


def _city_from_package(code: str, file: Path | None) -> list[Division]:
    if file is not None:
        return _city_in(code, file)
    with tempfile.TemporaryDirectory() as directory:
        return _city_in(code, _fetched(Path(directory)))


def _fetched(directory: Path) -> Path:
    npm = shutil.which("npm")
    if npm is None:
        raise CannotImport(f"npm is needed to fetch {PACKAGE}. Fetch it elsewhere and name it with --file.")
    done = subprocess.run(
        [npm, "pack", PACKAGE, "--silent", "--pack-destination", str(directory)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    packed = next(directory.glob("*.tgz"), None)
    if done.returncode != 0 or packed is None:
        raise CannotImport(f"{PACKAGE} could not be fetched: {done.stderr.strip() or 'npm does not say why'}")
    return packed


def _city_in(code: str, file: Path) -> list[Division]:
    try:
        with file.open("rb") as packed:
            digest = hashlib.file_digest(packed, "sha512").hexdigest()
    except OSError as error:
        raise CannotImport(f"{file} cannot be read: {error.strerror}.") from error
    if digest != PACKAGE_SHA512:
        raise CannotImport(f"{file} is not {PACKAGE} as it was published.")
    found: list[Division] = []
    with tarfile.open(file) as package:
        for name in PACKED:
            member = package.extractfile(name)
            if member is None:
                raise CannotImport(f"{name} is missing in {file}.")
            lines = csv.DictReader(io.TextIOWrapper(member, encoding="utf-8", newline=""))
            found += [(row["code"], row["name"]) for row in lines if row["code"].startswith(code)]
    return found
