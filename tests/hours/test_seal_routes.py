"""The seal as people and programs meet it: pages, downloads, the API, and settling an alarm."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from app.hours import actions
from app.hours.actions.sealing import seal
from app.hours.rules import heads, merkle
from app.kit import clock
from app.kit.db import value
from tests import factories as make
from tests.hours import scene as set_up
from tests.hours.ledger import fill, owner
from tests.visitor import Visitor

Visit = Callable[[], Visitor]


async def _posted(scene: set_up.Scene) -> int:
    """The entry of a volunteer's approved attendance."""
    here = await scene.attended()
    await actions.approve(await set_up.acting(scene.manager), here, now=set_up.AFTER)
    return int(await value("SELECT id FROM posting WHERE attendance_id = $1", here))


async def test_anyone_reads_that_the_ledger_is_sealed_and_checks_it_without_us(visit: Visit, db: str) -> None:
    await fill(db, 300)
    for most in (100, 150, 300):
        await seal(now=clock.now(), most=most)
    stranger = visit()
    text = (await stranger.get("/seals")).text
    assert "300 entries of the ledger are sealed" in text
    assert "None waits." in text
    published = (await stranger.get("/seals/heads.json")).json()
    assert [head["size"] for head in published["heads"]] == [100, 250, 300]
    assert published["next_since"] is None
    assert (await stranger.get("/seals/heads.json?since=250")).json()["heads"] == published["heads"][2:]
    keys = msgspec.convert((await stranger.get("/seals/keys.json")).json()["keys"], list[heads.KeyJson])
    known = {key.kid: heads.public_from_json(key) for key in keys}
    read = [heads.head_from_json(msgspec.convert(head, heads.HeadJson)) for head in published["heads"]]
    assert all(heads.verify_head(head, known[head.key]) for head in read)
    answer = (await stranger.get("/api/v1/seals/consistency?from=100&to=300")).json()
    proof = [bytes.fromhex(step) for step in answer["proof"]]
    assert merkle.check_consistency(100, read[0].root, 300, read[2].root, proof)
    page = await stranger.get("/seals/consistency?from=100&to=300")
    assert "begins with exactly the 100 entries" in page.text
    assert (await stranger.get("/api/v1/seals")).json()["newest"] == published["heads"][2]
    assert (await stranger.get("/api/v1/seals/heads?since=100")).json()["heads"] == published["heads"][1:]
    assert (await stranger.get("/api/v1/seals/keys")).json() == (await stranger.get("/seals/keys.json")).json()


async def test_an_empty_ledger_says_so(visit: Visit, db: str) -> None:
    answer = await visit().get("/seals")
    assert answer.status_code == 200
    assert "Nothing has been sealed yet." in answer.text
    assert (await visit().get("/api/v1/seals")).json()["newest"] is None


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=5&to=10", "There is no sealed head over this many entries."),
        ("from=10&to=11", "There is no sealed head over this many entries."),
        ("from=20&to=10", "must not cover fewer entries"),
        ("from=&to=10", "Enter a whole number"),
        ("from=ten&to=10", "Enter a whole number"),
        ("from=99999999999999999999&to=10", "Enter a whole number"),
    ],
)
async def test_heads_that_cannot_be_compared_are_explained(visit: Visit, db: str, query: str, said: str) -> None:
    await fill(db, 20)
    await seal(now=clock.now(), most=10)
    await seal(now=clock.now(), most=10)
    answer = await visit().get(f"/seals/consistency?{query}")
    assert answer.status_code == 422
    assert said in answer.text


async def test_an_entry_is_proved_to_who_may_see_its_attendance_and_to_nobody_else(visit: Visit, db: str) -> None:
    scene = await set_up.build()
    posting = await _posted(scene)
    manager = await visit().signs_in_as(scene.manager)
    waiting = await manager.get(f"/postings/{posting}/proof")
    assert "not sealed yet" in waiting.text
    assert (await manager.get(f"/postings/{posting}/proof.json")).status_code == 409
    for _ in range(2):
        await _posted(scene)
    await seal(now=set_up.AFTER, most=2)
    await seal(now=set_up.AFTER + timedelta(minutes=1))
    page = await manager.get(f"/postings/{posting}/proof")
    assert "stands at place 1 of the 3" in page.text
    attendance = await value("SELECT attendance_id FROM posting WHERE id = $1", posting)
    assert f'href="/postings/{posting}/proof"' in (await manager.get(f"/attendances/{attendance}")).text
    for size in (None, 2, 3):
        answer = await manager.get(f"/postings/{posting}/proof.json" + (f"?size={size}" if size else ""))
        _check(answer.json(), size or 3)
    assert (await manager.get(f"/postings/{posting}/proof.json?size=1")).status_code == 404
    stranger = await visit().signs_in_as(await make.member(await make.organisation("agency"), "agency_manager"))
    assert (await stranger.get(f"/postings/{posting}/proof")).status_code == 404
    assert (await stranger.get(f"/postings/{posting}/proof.json")).status_code == 404
    assert (await manager.get("/postings/999999/proof")).status_code == 404


def _check(answer: dict[str, Any], size: int) -> None:
    """An entry's proof, checked with nothing but what was downloaded."""
    head = heads.head_from_json(msgspec.convert(answer["head"], heads.HeadJson))
    assert head.size == size
    assert heads.verify_head(head, heads.public_from_json(msgspec.convert(answer["key"], heads.KeyJson)))
    leaf = merkle.leaf_hash(answer["leaf_text"].encode())
    assert leaf.hex() == answer["leaf_hash"]
    proof = [bytes.fromhex(step) for step in answer["proof"]]
    assert merkle.check_inclusion(leaf, answer["position"], head.size, proof, head.root)


async def test_what_was_changed_has_no_proof(visit: Visit, db: str) -> None:
    scene = await set_up.build()
    posting = await _posted(scene)
    await seal(now=set_up.AFTER)
    await _posted(scene)
    await seal(now=set_up.AFTER)
    manager = await visit().signs_in_as(scene.manager)
    async with owner(db) as connection:
        await connection.execute("UPDATE posting SET minutes = minutes + 1 WHERE id = $1", posting)
    for path in (f"/postings/{posting}/proof", f"/postings/{posting}/proof.json"):
        answer = await manager.get(path)
        assert answer.status_code == 409
        assert "is not what was sealed" in answer.text
    async with owner(db) as connection:
        await connection.execute("UPDATE tree_head SET root = sha256('x') WHERE size = 1")
    answer = await manager.get("/seals/consistency?from=1&to=2")
    assert answer.status_code == 422
    assert "does not begin with what was sealed" in answer.text
    assert "Proved" not in answer.text
    assert (await manager.get("/api/v1/seals/consistency?from=1&to=2")).status_code == 409


async def test_an_alarm_is_told_to_everyone_and_settled_by_an_administrator_alone(visit: Visit, db: str) -> None:
    admin = await make.member(await make.organisation("platform", "平台"), "platform_admin")
    manager = await make.member(await make.organisation("agency"), "agency_manager")
    await fill(db, 10)
    await seal(now=clock.now())
    async with owner(db) as connection:
        await connection.execute("UPDATE tile SET hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1)")
    await fill(db, 2, first=50)
    assert await seal(now=clock.now()) == 0
    alarm = await value("SELECT id FROM ledger_alarm")
    stranger = visit()
    text = (await stranger.get("/seals")).text
    assert "Something does not agree." in text
    assert "does not give the root that was signed" in text
    assert "What was the matter?" not in (await stranger.get(f"/seals/alarms/{alarm}")).text
    outsider = await visit().signs_in_as(manager)
    assert (await outsider.post(f"/seals/alarms/{alarm}", {"note": "Nothing to see"})).status_code == 403
    administrator = await visit().signs_in_as(admin)
    assert "What was the matter?" in (await administrator.get(f"/seals/alarms/{alarm}")).text
    empty = await administrator.post(f"/seals/alarms/{alarm}", {"note": " "})
    assert empty.status_code == 422
    async with owner(db) as connection:
        await connection.execute("UPDATE tile SET hashes = set_byte(hashes, 0, get_byte(hashes, 0) # 1)")
    settled = await administrator.post(f"/seals/alarms/{alarm}", {"note": "A disk lost a byte."})
    assert settled.status_code == 303
    assert "A disk lost a byte." in (await stranger.get("/seals")).text, "the gap stays published"
    assert await seal(now=clock.now()) == 2
    assert (await administrator.post(f"/seals/alarms/{alarm}", {"note": "again"})).status_code == 422


async def test_sealing_that_stopped_is_said(visit: Visit, db: str) -> None:
    await fill(db, 5)
    await seal(now=clock.now(), most=4)
    async with owner(db) as connection:
        await connection.execute("UPDATE posting SET posted_at = now() - interval '1 hour'")
    assert "sealing has stopped" in (await visit().get("/seals")).text
