"""A witness outside the database remembers the newest head, so that an old backup brought back is found.

There are two places: a file in the state directory of every machine that seals, and a key in Valkey that all share.
Either is enough to find out; losing one is harmless, because the next seal writes it again.
"""

import contextlib
import os
import tempfile
from pathlib import Path

import msgspec
import structlog
from msgspec import Struct
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.hours.queries.seals import head_at, newest_head, tiles_at
from app.hours.rules import merkle
from app.hours.rules.heads import Head, HeadJson, head_from_json, head_json
from app.kit.db import fetch_one
from app.settings import settings

log = structlog.get_logger()


class Contradiction(Struct, frozen=True, kw_only=True):
    """The database says otherwise than a witness."""

    kind: str
    """`went_back` when the database has fewer leaves, `other_history` when they are others."""
    place: str
    """`file` or `valkey`."""
    witness: Head
    size: int
    """Leaves under the database's newest head, 0 for none."""
    root: str

    @property
    def facts(self) -> dict[str, int | str]:
        """For the alarm."""
        seen = head_json(self.witness)
        return {
            "place": self.place,
            "witness_size": seen.size,
            "witness_root": seen.root,
            "witness_sealed_at": seen.sealed_at,
            "size": self.size,
            "root": self.root,
        }


def _file() -> Path:
    return settings().state_dir / "witness.json"


def _key() -> str:
    return f"linli:witness:{settings().schema}"


async def contradicted_by() -> Contradiction | None:
    """The first witness that contradicts the database, unless an administrator has settled that very contradiction."""
    remembered = await _remembered()  # before the database, which may be ahead of them but never behind
    newest = await newest_head()
    for place, witness in remembered:
        if kind := await _compare(witness, newest):
            found = Contradiction(
                kind=kind,
                place=place,
                witness=witness,
                size=newest.size if newest else 0,
                root=newest.root.hex() if newest else "",
            )
            if not await _settled(found):
                return found
    return None


async def remember(head: Head) -> None:
    """Let both places know the newest head. A place that fails is said in the log; the other one has it."""
    text = msgspec.json.encode(head_json(head))
    try:
        _write(text)
    except OSError as error:
        log.warning("witness_file_not_written", error=str(error))
    try:
        async with _valkey() as valkey:
            await valkey.set(_key(), text)
    except (RedisError, OSError) as error:
        log.warning("witness_key_not_written", error=str(error))


async def _compare(witness: Head, newest: Head | None) -> str | None:
    if newest is None or newest.size < witness.size:
        return "went_back"
    known = await head_at(witness.size)
    if known is not None:
        return None if known.root == witness.root else "other_history"
    # Only a head that was lost is missing here; the tree itself still says what it was.
    tiles = await tiles_at(merkle.keys_of([(0, witness.size)]))
    try:
        return None if merkle.root(tiles, witness.size) == witness.root else "other_history"
    except merkle.MissingTile:
        return "other_history"


class _Settled(Struct, frozen=True):
    id: int


SETTLED = """
    SELECT id FROM ledger_alarm
    WHERE kind = $1 AND settled_at IS NOT NULL AND facts->>'witness_root' = $2 AND (facts->>'witness_size')::bigint = $3
"""


async def _settled(found: Contradiction) -> bool:
    row = await fetch_one(_Settled, SETTLED, found.kind, found.witness.root.hex(), found.witness.size)
    return row is not None


async def _remembered() -> list[tuple[str, Head]]:
    texts: list[tuple[str, bytes | None]] = [("file", _read())]
    try:
        async with _valkey() as valkey:
            texts.append(("valkey", await valkey.get(_key())))
    except (RedisError, OSError) as error:
        log.warning("witness_key_not_read", error=str(error))
    found = []
    for place, text in texts:
        if text:
            try:
                found.append((place, head_from_json(msgspec.json.decode(text, type=HeadJson))))
            except (msgspec.MsgspecError, ValueError) as error:
                log.warning("witness_unreadable", place=place, error=str(error))
    return found


def _read() -> bytes | None:
    try:
        return _file().read_bytes()
    except FileNotFoundError:
        return None


def _write(text: bytes) -> None:
    """Wholly or not at all, and on the disk before we go on."""
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=file.parent, prefix="witness.", delete=False) as half:
        try:
            half.write(text)
            half.flush()
            os.fsync(half.fileno())
            Path(half.name).replace(file)
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                Path(half.name).unlink()
            raise


def _valkey() -> Redis:
    client: Redis = Redis.from_url(
        settings().redis_url or "redis://127.0.0.1:1", socket_timeout=5, socket_connect_timeout=5
    )
    return client
