"""Sealing: what waits becomes leaves of a tree whose every proof an independent reader can check."""

import asyncio
import hashlib
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest
from msgspec import Struct
from pymerkle import InmemoryTree

from app.hours.actions import keys, sealing
from app.hours.actions.sealing import seal, seal_all
from app.hours.queries import leaves
from app.hours.queries.seals import consistency, heads_since, inclusions, newest_head, public_keys, seal_state
from app.hours.rules import heads, merkle
from app.kit.db import execute, fetch, value
from tests.hours import scene as set_up
from tests.hours.ledger import fill, owner

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


class LeafRow(Struct):
    """One leaf with the text of its posting."""

    position: int
    posting_id: int
    text: str


async def leaf_rows() -> list[LeafRow]:
    """Every leaf, in the tree's order."""
    return await fetch(
        LeafRow,
        f"SELECT lf.position, lf.posting_id, {leaves.LEAF_TEXT} AS text FROM leaf lf"
        f" JOIN posting p ON p.id = lf.posting_id AND p.served_on = lf.served_on {leaves.WITH_ALLOCATION}"
        " ORDER BY lf.position",
    )


async def test_what_waits_is_sealed_and_an_independent_tree_has_the_same_root(db: str) -> None:
    await fill(db, 700)
    assert await seal(now=NOW, most=300) == 300
    assert await seal(now=NOW + timedelta(minutes=1), most=300) == 300
    assert await seal_all(now=NOW + timedelta(minutes=2), most=300) == 100
    assert await value("SELECT count(*) FROM unsealed") == 0
    rows = await leaf_rows()
    assert [row.position for row in rows] == list(range(700))
    other = InmemoryTree(algorithm="sha256")
    for row in rows:
        other.append_entry(row.text.encode())
    made = await heads_since(0)
    assert [head.size for head in made] == [300, 600, 700]
    [key] = await public_keys()
    for head in made:
        assert head.root == other.get_root(head.size)
        assert heads.verify_head(head, key.public)


async def test_nothing_waiting_makes_no_head(db: str) -> None:
    assert await seal(now=NOW) == 0
    assert await newest_head() is None
    assert not await public_keys(), "no key is made before there is something to sign"


async def test_every_posting_has_a_proof_and_any_two_heads_too(db: str) -> None:
    await fill(db, 600)
    for _ in range(3):
        await seal(now=NOW, most=200)
    head = await newest_head()
    assert head is not None
    ids = [row.posting_id for row in await leaf_rows()]
    proofs = await inclusions(ids, head.size)
    assert len(proofs) == 600
    for one in proofs:
        leaf = merkle.leaf_hash(one.text.encode())
        assert merkle.check_inclusion(leaf, one.position, head.size, one.proof, head.root)
    made = await heads_since(0)
    for old in made:
        for new in made:
            if old.size <= new.size:
                proof = await consistency(old.size, new.size)
                assert merkle.check_consistency(old.size, old.root, new.size, new.root, proof)
    early = await inclusions(ids, made[0].size)
    assert len(early) == 200, "a head proves what it covers and nothing later"


async def test_a_posting_that_commits_late_with_a_smaller_number_is_sealed_too(db: str) -> None:
    await fill(db, 10)
    async with owner(db) as connection:
        late = await connection.fetchval("SELECT posting_id FROM unsealed ORDER BY posting_id OFFSET 4 LIMIT 1")
        await connection.execute("DELETE FROM unsealed WHERE posting_id = $1", late)
    assert await seal(now=NOW) == 9
    await execute("INSERT INTO unsealed SELECT id, served_on FROM posting WHERE id = $1", late)
    assert await seal(now=NOW) == 1
    assert await value("SELECT position FROM leaf WHERE posting_id = $1", late) == 9


async def test_two_sealers_at_once_seal_everything_once(db: str) -> None:
    await fill(db, 900)
    sealed = await asyncio.gather(*(seal(now=NOW, most=200) for _ in range(6)))
    assert sum(sealed) == 900
    assert sorted(sealed) == [0, 100, 200, 200, 200, 200]
    assert await value("SELECT count(*) = 900 AND max(position) = 899 FROM leaf")
    assert await value("SELECT count(*) FROM tree_head") == 5


async def test_a_posting_approved_through_the_app_is_in_the_tail_and_then_sealed(db: str) -> None:
    scene = await set_up.build()
    here = await scene.attended()
    await set_up.actions.approve(await set_up.acting(scene.manager), here, now=set_up.AFTER)
    assert (await seal_state()).waiting == 1
    assert await seal(now=NOW) == 1
    assert (await seal_state()).waiting == 0
    [row] = await leaf_rows()
    assert f'"line": {scene.line}' in row.text


async def test_settings_of_a_session_change_no_byte_of_a_leaf(db: str) -> None:
    await fill(db, 3)
    sql = f"SELECT {leaves.LEAF_TEXT}, {leaves.LEAF_HASH} FROM posting p {leaves.WITH_ALLOCATION} ORDER BY p.id"
    async with owner(db) as connection:
        plain = await connection.fetch(sql)
        for setting in (
            "TimeZone = 'Asia/Shanghai'",
            "DateStyle = 'German, DMY'",
            "IntervalStyle = 'sql_standard'",
            "extra_float_digits = -15",
            "bytea_output = 'escape'",
        ):
            await connection.execute(f"SET {setting}")
            assert await connection.fetch(sql) == plain, setting
    for text, digest in plain:
        assert hashlib.sha256(b"\x00" + text.encode()).digest() == digest


class Column(Struct):
    """A column of a table."""

    name: str


@pytest.mark.parametrize(
    ("table", "columns"), [("posting", leaves.POSTING_COLUMNS), ("allocation", leaves.ALLOCATION_COLUMNS)]
)
async def test_a_leaf_holds_every_column_of_the_ledger(db: str, table: str, columns: dict[str, str]) -> None:
    known = await fetch(
        Column,
        "SELECT column_name::text AS name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND table_name = $1",
        table,
    )
    assert {column.name for column in known} == set(columns)


async def test_a_connection_that_dies_in_the_middle_leaves_nothing_and_the_next_run_goes_on(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await fill(db, 50)
    assert await seal(now=NOW, most=20) == 20
    before = await newest_head()

    async def killed(first: int, past: int) -> None:
        backend = await value("SELECT pg_backend_pid()")
        async with owner(db) as connection:
            assert await connection.fetchval("SELECT pg_terminate_backend($1)", backend)
        await value("SELECT 1")

    with monkeypatch.context() as patched:
        patched.setattr(sealing, "roll_up", killed)
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, ConnectionError)):
            await seal(now=NOW, most=20)
    assert await newest_head() == before
    assert await value("SELECT count(*) FROM leaf") == 20
    assert await value("SELECT count(*) FROM unsealed") == 30
    assert await seal_all(now=NOW) == 30
    assert (await seal_state()).open_alarms == []
    ids = [row.posting_id for row in await leaf_rows()]
    assert len(await inclusions(ids, 50)) == 50


async def test_a_new_key_signs_from_then_on_and_the_old_one_stays_good(db: str) -> None:
    await fill(db, 20)
    await seal(now=NOW, most=10)
    name = await keys.rotate(now=NOW + timedelta(hours=1))
    await seal(now=NOW + timedelta(hours=1), most=10)
    known = {key.name: key for key in await public_keys()}
    first, second = await heads_since(0)
    assert second.key == name != first.key
    assert known[name].retired_at is None
    assert known[first.key].retired_at == NOW + timedelta(hours=1)
    for head in (first, second):
        assert heads.verify_head(head, known[head.key].public)
    assert not heads.verify_head(first, known[name].public)


async def test_the_private_half_of_a_key_is_stored_sealed_and_never_shown(db: str) -> None:
    await fill(db, 1)
    await seal(now=NOW)
    pair = await keys.signing_key(now=NOW)
    stored = await value("SELECT private FROM signing_key")
    assert pair.private not in stored
    assert pair.name in repr(pair)
    assert repr(pair.private)[2:10] not in repr(pair)
