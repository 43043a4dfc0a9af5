"""Whoever has the database in hand can change it. The self-check finds what was changed, and names it."""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from app.hours.actions import alarming, keys, witness
from app.hours.actions.checking import Checked, self_check
from app.hours.actions.sealing import seal, seal_all
from app.hours.queries.leaves import LEAF_HASH
from app.hours.queries.seals import heads_since, newest_head, seal_state
from app.hours.rules.comparing import Fault
from app.kit.db import close_pool, open_pool, value
from app.kit.embedded import EmbeddedPostgres
from app.kit.errors import Conflict, Invalid, NotFound
from app.settings import settings
from tests import factories as make
from tests.hours import scene as set_up
from tests.hours.ledger import fill, owner

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)
NIGHT = NOW + timedelta(hours=7)

SIZE = 1000
FLIP = "set_byte({0}, {1}, get_byte({0}, {1}) # 1)"


async def sealed(url: str, size: int = SIZE) -> None:
    """A ledger of so many sealed entries under several heads, and a clean first check."""
    await fill(url, size)
    for most in (3, 300, 256):
        await seal(now=NOW, most=most)
    await seal_all(now=NOW)
    clean = await self_check(now=NIGHT)
    assert (clean.size, clean.wrong, clean.faults) == (size, 0, [])
    assert (await seal_state()).open_alarms == []


async def at(position: int) -> int:
    """The posting at a place of the tree."""
    return int(await value("SELECT posting_id FROM leaf WHERE position = $1", position))


async def edit(url: str, *statements: str) -> Checked:
    """Change the database as its owner, then check."""
    async with owner(url) as connection:
        for statement in statements:
            await connection.execute(statement)
    return await self_check(now=NIGHT)


@pytest.mark.parametrize(
    "change",
    [
        "minutes = minutes + 1",
        "grade = CASE grade WHEN 'A' THEN 'B' ELSE 'A' END",
        "posted_at = posted_at + interval '1 microsecond'",
        "person = person + 1",
        "trace = '[]'",
        "reason = 'x'",
        "verified_by = NULL",
        "kind = 'travel'",
        "ends = ends + interval '1 second'",
    ],
)
async def test_an_edited_posting_is_named(db: str, change: str) -> None:
    await sealed(db)
    edited = await at(777)
    checked = await edit(db, f"UPDATE posting SET {change} WHERE id = {edited}")
    assert Fault("posting_differs", {"posting": edited, "position": 777}) in checked.faults
    assert checked.counts["posting_differs"] == 1, "and nothing else is blamed"
    [alarm] = (await seal_state()).open_alarms
    assert alarm.kind == "rows_differ"


async def test_one_edited_posting_among_twenty_thousand_is_named(db: str) -> None:
    await fill(db, 20_000)
    await seal_all(now=NOW, most=7_000)
    edited = await at(13_131)
    checked = await edit(db, f"UPDATE posting SET minutes = minutes + 60 WHERE id = {edited}",
                         f"UPDATE allocation SET minutes = minutes + 60 WHERE posting_id = {edited}")  # fmt: skip
    assert checked.size == 20_000
    assert checked.faults == [Fault("posting_differs", {"posting": edited, "position": 13_131})]
    kept = await value("SELECT faults->'first'->0->'named'->>'posting' FROM self_check ORDER BY id DESC LIMIT 1")
    assert int(kept) == edited


async def test_an_allocation_to_another_line_is_named_by_its_posting(db: str) -> None:
    await sealed(db)
    edited = await at(5)
    checked = await edit(db, f"UPDATE allocation SET line = line + 1 WHERE posting_id = {edited}")
    assert checked.faults == [Fault("posting_differs", {"posting": edited, "position": 5})]


async def test_an_allocation_of_other_minutes_is_named_before_it_is_sealed(db: str) -> None:
    await fill(db, 3)
    edited = await value("SELECT max(posting_id) FROM unsealed")
    checked = await edit(db, f"UPDATE allocation SET minutes = minutes + 1 WHERE posting_id = {edited}")
    assert checked.faults == [Fault("allocation_differs", {"posting": edited})]


async def test_a_deleted_posting_is_named(db: str) -> None:
    await sealed(db)
    gone = await at(300)
    checked = await edit(
        db,
        f"DELETE FROM allocation WHERE posting_id = {gone}",
        f"DELETE FROM held_time WHERE attendance = (SELECT attendance_id FROM posting WHERE id = {gone})",
        f"DELETE FROM posting WHERE id = {gone}",
    )
    assert checked.faults == [Fault("posting_missing", {"posting": gone, "position": 300})]


async def test_a_posting_that_was_smuggled_in_is_named(db: str) -> None:
    await sealed(db)
    await fill(db, 1, first=SIZE + 1)
    smuggled = int(await value("SELECT posting_id FROM unsealed"))
    checked = await edit(db, "DELETE FROM unsealed")
    assert checked.faults == [Fault("posting_unknown", {"posting": smuggled})]


async def test_leaves_that_changed_places_are_named(db: str) -> None:
    await sealed(db)
    one, other = await at(600), await at(601)
    checked = await edit(
        db,
        f"UPDATE leaf SET posting_id = -1, served_on = (SELECT served_on FROM leaf WHERE position = 601)"
        f" WHERE position = 600; UPDATE leaf SET posting_id = {one}, served_on ="
        f" (SELECT served_on FROM posting WHERE id = {one}) WHERE position = 601;"
        f" UPDATE leaf SET posting_id = {other} WHERE position = 600",
    )
    assert checked.counts == {"leaf_out_of_order": 1, "posting_differs": 2}
    assert Fault("leaf_out_of_order", {"position": 601, "posting": one}) in checked.faults


async def test_a_leaf_that_is_gone_is_named_by_its_place(db: str) -> None:
    await sealed(db)
    gone = await at(42)
    checked = await edit(db, "DELETE FROM leaf WHERE position = 42")
    assert checked.counts == {"leaf_missing": 1, "posting_unknown": 1}
    assert Fault("leaf_missing", {"posting": 0, "position": 42}) in checked.faults
    assert Fault("posting_unknown", {"posting": gone}) in checked.faults


@pytest.mark.parametrize(("level", "place", "byte"), [(0, 0, 0), (0, 2, 8191), (0, 3, 100), (1, 0, 64)])
async def test_a_flipped_byte_in_a_tile_is_named_and_no_posting_is_blamed(
    db: str, level: int, place: int, byte: int
) -> None:
    await sealed(db)
    flip = FLIP.format("hashes", byte)
    checked = await edit(db, f"UPDATE tile SET hashes = {flip} WHERE level = {level} AND place = {place}")
    assert checked.faults == [Fault("tile_differs", {"level": level, "place": place})]


async def test_a_tile_that_was_cut_or_added_is_named(db: str) -> None:
    await sealed(db)
    checked = await edit(
        db,
        "UPDATE tile SET hashes = substring(hashes FROM 1 FOR 3200) WHERE level = 0 AND place = 1",
        "INSERT INTO tile (level, place, hashes) VALUES (0, 9, sha256('x')), (2, 0, sha256('x'))",
    )
    assert Fault("tile_differs", {"level": 0, "place": 1}) in checked.faults
    assert Fault("tile_unknown", {"level": 2, "place": 0}) in checked.faults
    assert Fault("tile_unknown", {"place": 9}) in checked.faults
    assert checked.wrong == 3


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (f"root = {FLIP.format('root', 31)}", {"head_differs", "head_not_signed"}),
        (f"signature = {FLIP.format('signature', 0)}", {"head_not_signed"}),
        ("sealed_at = sealed_at + interval '1 microsecond'", {"head_not_signed"}),
    ],
)
async def test_a_changed_head_is_named(db: str, change: str, kinds: set[str]) -> None:
    await sealed(db)
    checked = await edit(db, f"UPDATE tree_head SET {change} WHERE size = 303")
    assert {fault.kind for fault in checked.faults} == kinds
    assert {fault.named["size"] for fault in checked.faults} == {303}


async def test_a_posting_and_its_hash_changed_together_are_found_by_every_later_head(db: str) -> None:
    await sealed(db)
    edited = await at(400)
    async with owner(db) as connection:
        await connection.execute(f"UPDATE posting SET minutes = minutes + 1 WHERE id = {edited}")
        await connection.execute(f"UPDATE allocation SET minutes = minutes + 1 WHERE posting_id = {edited}")
        digest = await connection.fetchval(
            f"SELECT {LEAF_HASH} FROM posting p LEFT JOIN allocation al"
            " ON al.posting_id = p.id AND al.served_on = p.served_on WHERE p.id = $1",
            edited,
        )
        await connection.execute(
            "UPDATE tile SET hashes = overlay(hashes PLACING $1::bytea FROM $2::int) WHERE level = 0 AND place = 1",
            digest,
            (400 - 256) * 32 + 1,
        )
    checked = await self_check(now=NIGHT)
    later = [head.size for head in await heads_since(400)]
    assert [fault.named["size"] for fault in checked.faults if fault.kind == "head_differs"] == later
    assert Fault("tile_differs", {"level": 1, "place": 0}) in checked.faults


async def test_time_that_is_counted_but_not_held_and_the_reverse_are_named(db: str) -> None:
    await sealed(db)
    posting, attendance = await at(7), await value("SELECT max(attendance_id) FROM posting")
    checked = await edit(
        db,
        f"DELETE FROM held_time WHERE attendance = (SELECT attendance_id FROM posting WHERE id = {posting})",
        "INSERT INTO held_time (attendance, person, starts, ends) VALUES"
        f" ({attendance + 1}, 1, '2020-01-01 06:00Z', '2020-01-01 07:00Z')",
    )
    assert checked.faults == [
        Fault("time_not_held", {"posting": posting}),
        Fault("time_held_for_nothing", {"attendance": attendance + 1}),
    ]


async def test_a_broken_tree_is_not_built_upon(db: str) -> None:
    await sealed(db)
    await fill(db, 5, first=SIZE + 1)
    async with owner(db) as connection:
        await connection.execute(f"UPDATE tile SET hashes = {FLIP.format('hashes', 5)} WHERE level = 0 AND place = 3")
    assert await seal(now=NOW) == 0
    [alarm] = (await seal_state()).open_alarms
    assert alarm.kind == "tree_broken"
    assert await value("SELECT count(*) FROM leaf") == SIZE
    assert await seal(now=NOW) == 0, "and it stays so"


async def test_administrators_are_told_once(db: str) -> None:
    platform = await make.organisation("platform", "平台")
    admin = await make.member(platform, "platform_admin")
    other = await make.member(await make.organisation("funder"), "funder_officer")
    await sealed(db)
    await edit(db, f"UPDATE posting SET minutes = 1 WHERE id = {await at(9)}")
    await self_check(now=NIGHT + timedelta(days=1))
    assert await value("SELECT count(*) FROM notice WHERE account = $1 AND event = 'ledger.alarm'", admin) == 1
    assert await value("SELECT count(*) FROM notice WHERE account = $1", other) == 0
    assert await value("SELECT count(*) FROM self_check WHERE wrong > 0") == 2
    assert await value("SELECT count(*) FROM ledger_alarm") == 1


# An old backup.


@asynccontextmanager
async def old_backup(
    postgres: EmbeddedPostgres, db: str, meanwhile: Callable[[], Awaitable[object]]
) -> AsyncIterator[str]:
    """Copy the database as it is, let something happen, then work on the copy; the answer is its owner's URL."""
    name = f"test_{os.getpid()}"
    copy = postgres.url_of(f"{name}_copy")
    await close_pool()
    admin = await asyncpg.connect(postgres.url_of("postgres"))
    await admin.execute(f"DROP DATABASE IF EXISTS {name}_copy WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {name}_copy TEMPLATE {name} STRATEGY FILE_COPY")
    try:
        await open_pool(db, "public", settings().app_role, 5)
        await meanwhile()
        await close_pool()
        await open_pool(copy, "public", settings().app_role, 5)
        yield copy
    finally:
        await close_pool()
        await admin.execute(f"DROP DATABASE {name}_copy WITH (FORCE)")
        await admin.close()
        await open_pool(db, "public", settings().app_role, 5)


async def test_an_old_backup_that_was_restored_is_found_before_the_next_seal(
    db: str, postgres: EmbeddedPostgres
) -> None:
    await sealed(db, 30)
    admin = await make.member(await make.organisation("platform", "平台"), "platform_admin")

    async def meanwhile() -> None:
        await fill(db, 10, first=100)
        assert await seal(now=NOW) == 10

    async with old_backup(postgres, db, meanwhile) as url:
        await fill(url, 2, first=200)
        assert await seal(now=NOW) == 0, "sealing stops"
        [alarm] = (await seal_state()).open_alarms
        assert (alarm.kind, alarm.said["size"], alarm.said["witness_size"]) == ("went_back", 30, 40)
        assert await value("SELECT count(*) FROM notice WHERE account = $1", admin) == 1
        assert await value("SELECT count(*) FROM unsealed") == 2

        checked = await self_check(now=NIGHT)
        assert checked.faults == [Fault("went_back", {"size": 30, "witness_size": 40})]

        actor = await set_up.acting(admin)
        with pytest.raises(Invalid):
            await alarming.settle(actor, alarm.id, "  ", now=NOW)
        with pytest.raises(NotFound):
            await alarming.settle(actor, alarm.id + 1, "x", now=NOW)
        await alarming.settle(actor, alarm.id, "The disk failed; the backup of 20:00 was brought back.", now=NOW)
        with pytest.raises(Conflict):
            await alarming.settle(actor, alarm.id, "again", now=NOW)
        assert await seal(now=NOW) == 2, "and goes on once somebody said what happened"
        [settled] = (await seal_state()).alarms
        assert settled.note.startswith("The disk failed"), "the gap stays published"
        assert (await self_check(now=NIGHT)).wrong == 0


async def test_another_history_of_the_same_length_is_found(db: str, postgres: EmbeddedPostgres) -> None:
    await sealed(db, 30)

    async def meanwhile() -> None:
        await fill(db, 10, first=100)
        assert await seal(now=NOW) == 10

    async with old_backup(postgres, db, meanwhile) as url:
        witness._file().unlink()
        await fill(url, 10, first=300)
        async with witness._valkey() as valkey:
            kept = await valkey.getdel(witness._key())
        assert await seal(now=NOW) == 10, "with no witness at all nothing is known"
        assert kept is not None
        async with witness._valkey() as valkey:
            await valkey.set(witness._key(), kept)
        assert (await self_check(now=NIGHT)).counts == {"other_history": 1}
        await fill(url, 5, first=400)
        assert await seal(now=NOW) == 0


async def test_a_lost_witness_is_harmless_and_written_again(db: str) -> None:
    await fill(db, 4)
    await seal(now=NOW, most=2)
    witness._file().write_text("{ not a head")
    async with witness._valkey() as valkey:
        await valkey.delete(witness._key())
    assert await seal(now=NOW, most=2) == 2
    head = await newest_head()
    assert head is not None
    assert [(place, known.size) for place, known in await witness._remembered()] == [("file", 4), ("valkey", 4)]


async def test_a_head_signed_by_nobody_known_is_named(db: str) -> None:
    await sealed(db, 20)
    await keys.rotate(now=NOW)
    [first, *_rest] = await heads_since(0)
    checked = await edit(
        db,
        "INSERT INTO signing_key (name, public, made_at, retired_at) VALUES ('another', sha256('x'), now(), now())",
        f"UPDATE tree_head SET key = 'another' WHERE size = {first.size}",
    )
    assert {fault.kind for fault in checked.faults} == {"head_not_signed"}
    checked = await edit(db, f"UPDATE tree_head SET key = 'nobody' WHERE size = {first.size}")
    assert {fault.kind for fault in checked.faults} == {"head_by_unknown_key"}
