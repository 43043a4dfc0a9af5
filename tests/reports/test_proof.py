"""A report's proof file, made by the running system: it holds, and whatever is changed in it is found and named."""

import base64
import io
import json
import random
import tracemalloc
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.cli import main
from app.cli.verify_file import language, say
from app.hours import actions as hours
from app.hours.actions.sealing import seal_all
from app.hours.queries.seals import head_at, heads_since, public_keys
from app.hours.rules import merkle
from app.hours.rules.heads import fingerprint, key_json, new_private_key, sign
from app.hours.rules.proof_checking import Checked, Fault, Seen, Trust, check
from app.hours.rules.proof_file import Contract, Figure, Filter, LeftOut, Sums, Writer, header, leaf_of
from app.kit.db import value
from app.kit.i18n import speaking
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, Scene, acting
from tests.settle import settle
from tests.visitor import Visitor

MADE = datetime(2026, 11, 29, 1, 0, tzinfo=UTC)


async def posted(scene: Scene, count: int) -> list[int]:
    """Attendances with hours in the ledger."""
    made = []
    for _ in range(count):
        made.append(await scene.attended())
        await hours.approve(await acting(scene.manager), made[-1], now=AFTER)
    return made


async def make_proof(visitor: Visitor, query: dict[str, object]) -> bytes:
    """Ask for a proof file as the page does, let the worker make it, and download it."""
    answer = await visitor.post("/reports/hours/proof", query)
    assert answer.status_code == 303
    await settle()
    path = answer.headers["location"]
    page = await visitor.get(path)
    assert "linli verify" in page.text
    file = await visitor.get(f"{path}/file")
    assert file.status_code == 200
    assert file.headers["content-disposition"].endswith('.proof.jsonl"')
    return file.content


async def made(visit: Callable[[], Visitor]) -> tuple[Scene, bytes]:
    """A contract with a correction among its entries, sealed in two batches, beside another contract's; its file."""
    scene, elsewhere = await set_up.build(), await set_up.build()
    [here, *_] = await posted(scene, 3)
    await posted(elsewhere, 2)
    await seal_all(now=AFTER)
    await hours.resident_confirmed(await value("SELECT shift FROM attendance WHERE id = $1", here), now=AFTER)
    await seal_all(now=AFTER)
    return scene, await make_proof(await visit().signs_in_as(scene.officer), {"contract": scene.contract})


async def published() -> Trust:
    """What anyone can fetch."""
    keys = {key.name: key.public for key in await public_keys()}
    return Trust(keys=keys, heads={head.size: head.root for head in await heads_since(0)})


def checked(content: bytes, trust: Trust | None = None) -> Checked:
    return check(io.BytesIO(content), trust or Trust())


def faults(content: bytes, trust: Trust | None = None) -> set[Fault]:
    found = checked(content, trust)
    for finding in found.findings:  # every sentence has all it needs, in both languages
        for spoken in ("en", "zh_CN"):
            with speaking(spoken):
                assert "%(" not in say(finding.fault, finding.params)
    return {finding.fault for finding in found.findings}


def lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.splitlines()]


def relabelled(leaf: str) -> str:
    """A leaf that says eight hours."""
    return json.dumps(json.loads(leaf) | {"minutes": 480})


def forged(rows: list[dict[str, Any]], name: str = "", private: bytes = b"") -> bytes:
    """The lines signed anew, by a key of the forger's own unless the platform's own is given."""
    if not private:
        private, public = new_private_key()
        name = "forged"
        key = msgspec.to_builtins(key_json(name, public, MADE, None))
        rows[0] = rows[0] | {"signed_by": name, "keys": [*rows[0]["keys"], key]}
    writer = Writer()
    written = b"".join(writer._add(json.dumps(row, ensure_ascii=False).encode() + b"\n") for row in rows[:-1])
    return written + writer.signature(name, private)


async def test_a_proof_file_of_the_running_system_holds(visit: Callable[[], Visitor]) -> None:
    scene, content = await made(visit)
    found = checked(content, await published())
    assert found.findings == []
    assert (found.entries, found.minutes) == (5, 360)
    first = lines(content)[0]
    assert first["contract"]["id"] == scene.contract
    assert first["left_out"] == {"entries": 0, "minutes": 0}
    total = next(row for row in lines(content) if row.get("figure") == "total")
    assert (total["minutes"], total["attendances"]) == (360, 3)
    assert "王三" not in content.decode(), "people are numbers in what is sealed"


async def test_it_says_what_was_not_sealed_yet_and_leaves_it_out(visit: Callable[[], Visitor]) -> None:
    scene, _ = await made(visit)
    await posted(scene, 1)
    content = await make_proof(await visit().signs_in_as(scene.officer), {"contract": scene.contract})
    found = checked(content, await published())
    assert found.good
    assert found.header
    assert msgspec.to_builtins(found.header.left_out) == {"entries": 1, "minutes": 120}
    assert found.entries == 5


async def test_it_holds_for_a_filter_and_for_nothing_at_all(visit: Callable[[], Visitor]) -> None:
    scene, _ = await made(visit)
    visitor = await visit().signs_in_as(scene.officer)
    for query, entries in (
        ({"grade": "A"}, 1),
        ({"month": "2026-11", "capacity": "volunteer"}, 5),
        ({"grade": "E"}, 0),
    ):
        content = await make_proof(visitor, {"contract": scene.contract, **query})
        assert checked(content, await published()).findings == []
        assert checked(content).entries == entries


async def test_before_the_first_seal_there_is_nothing_to_prove(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    await posted(scene, 1)
    visitor = await visit().signs_in_as(scene.officer)
    answer = await visitor.post("/reports/hours/proof", {"contract": scene.contract})
    assert answer.status_code == 409
    assert "Nothing is sealed yet" in answer.text
    assert await value("SELECT count(*) FROM export") == 0


async def test_a_flipped_byte_anywhere_is_found(visit: Callable[[], Visitor]) -> None:
    _, content = await made(visit)
    trust = await published()
    draw = random.Random(4)  # noqa: S311 (the same sample each time)
    places = {0, len(content) - 1, *(draw.randrange(len(content)) for _ in range(600))}
    for place in sorted(places):
        changed = bytearray(content)
        changed[place] ^= 1 << draw.randrange(8)
        assert faults(bytes(changed), trust), f"byte {place} of {len(content)}"
        assert faults(bytes(changed)), f"byte {place}, without anything published"


async def test_a_file_that_was_cut_or_lengthened_is_found(visit: Callable[[], Visitor]) -> None:
    _, content = await made(visit)
    whole = content.splitlines(keepends=True)
    assert faults(b"") == {Fault.NOT_A_PROOF}
    assert faults(b"".join(whole[:-1])) == {Fault.CUT_OFF}
    assert faults(content[:-1]) == {Fault.CUT_OFF}
    assert Fault.CUT_OFF in faults(b"".join(whole[:-2]))
    assert Fault.COUNT in faults(b"".join(whole[:-2]))
    assert faults(content + b"\n") == {Fault.ADDED}
    assert faults(content + content) == {Fault.ADDED}
    assert faults(b"".join([*whole[:-2], b"{}\n", *whole[-2:]])) == {Fault.UNREADABLE, Fault.SIGNATURE}


async def test_what_a_forger_changes_and_signs_is_named(visit: Callable[[], Visitor]) -> None:
    _, content = await made(visit)
    trust = await published()
    entries = [place for place, row in enumerate(lines(content)) if "position" in row]
    total = next(place for place, row in enumerate(lines(content)) if row.get("figure") == "total")

    def edited(change: Callable[[list[dict[str, Any]]], object]) -> bytes:
        rows = lines(content)
        change(rows)
        return forged(rows)

    def minutes(rows: list[dict[str, Any]]) -> None:
        rows[entries[0]]["leaf"] = relabelled(rows[entries[0]]["leaf"])

    def place(rows: list[dict[str, Any]]) -> None:
        rows[entries[-1]]["position"] += 1

    for name, change, named in (
        ("nothing", lambda _rows: None, set()),
        ("the minutes of an entry", minutes, {Fault.NOT_SEALED_SO, Fault.FIGURE, Fault.OUTSIDE}),
        ("the place of an entry", place, {Fault.NOT_SEALED_SO}),
        ("a proof", lambda rows: rows[entries[0]]["proof"].reverse(), {Fault.NOT_SEALED_SO}),
        ("a row less", lambda rows: rows.pop(entries[-1]), {Fault.COUNT, Fault.FIGURE}),
        (
            "a row twice",
            lambda rows: rows.insert(entries[0], dict(rows[entries[0]])),
            {Fault.OUT_OF_ORDER, Fault.TWICE, Fault.COUNT, Fault.FIGURE},
        ),
        ("a figure", lambda rows: rows[total].update(minutes=9999), {Fault.FIGURE}),
        ("a figure less", lambda rows: rows.pop(total), {Fault.FIGURE_MISSING}),
        ("a figure twice", lambda rows: rows.insert(total, rows[total]), {Fault.FIGURE_TWICE}),
        ("another span", lambda rows: rows[0]["filter"].update(ends_before="2026-11-28"), {Fault.OUTSIDE}),
        ("another contract's lines", lambda rows: rows[0]["filter"].update(lines=[999]), {Fault.OUTSIDE}),
        ("the head's time", lambda rows: rows[0]["head"].update(sealed_at="2026-11-28T12:00:00.000000Z"),
         {Fault.HEAD_SIGNATURE}),
        ("the head's root", lambda rows: rows[0]["head"].update(root="00" * 32),
         {Fault.HEAD_SIGNATURE, Fault.HEAD_DIFFERS, Fault.NOT_SEALED_SO}),
        ("the head", lambda rows: rows[0]["head"].update(root="x"), {Fault.HEAD_DAMAGED}),
        ("a fingerprint", lambda rows: rows[0]["keys"][0].update(fingerprint="00"),
         {Fault.KEY_DAMAGED, Fault.KEY_MISSING}),
    ):  # fmt: skip
        changed = edited(change)
        assert faults(changed, trust) >= {Fault.KEY_UNKNOWN} | named, name
        assert faults(changed) >= named - {Fault.HEAD_DIFFERS}, name
        if not named:
            assert not faults(changed), "nothing is wrong with it but who signed it"
            assert faults(changed, trust) == {Fault.KEY_UNKNOWN}


async def test_a_head_or_key_that_was_never_published_is_named(visit: Callable[[], Visitor]) -> None:
    _, content = await made(visit)
    trust = await published()
    assert trust.heads
    size = lines(content)[0]["head"]["size"]
    older = {at: root for at, root in trust.heads.items() if at != size}
    assert faults(content, Trust(keys=trust.keys, heads=older)) == {Fault.HEAD_UNKNOWN}
    assert faults(content, Trust(heads=trust.heads | {size: bytes(32)})) == {Fault.HEAD_DIFFERS}
    assert faults(content, Trust(keys=dict.fromkeys(trust.keys or {}, bytes(32)))) == {Fault.KEY_DIFFERS}
    assert faults(content, Trust(keys={})) == {Fault.KEY_UNKNOWN}


async def test_the_command_says_what_holds_and_what_does_not_in_the_terminals_language(
    visit: Callable[[], Visitor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    _scene, content = await made(visit)
    file, heads, keys = tmp_path / "report.proof.jsonl", tmp_path / "heads.json", tmp_path / "keys.json"
    file.write_bytes(content)
    head = await head_at(lines(content)[0]["head"]["size"])
    assert head
    heads.write_bytes((await visit().get(f"/api/v1/seals/heads?since={head.size - 1}")).content)
    [key] = await public_keys()
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    assert main(["verify", str(file)]) == 0
    said = capsys.readouterr().out
    assert "is as it was made, and every entry in it is as it was sealed" in said
    assert f"key {key.name}: {fingerprint(key.public)}" in said
    assert f"root {head.root.hex()}" in said
    assert "--heads heads.json" in said
    for path in ("/api/v1/seals/keys", "/.well-known/jwks.json"):
        keys.write_bytes((await visit().get(path)).content)
        assert main(["verify", str(file), "--heads", str(heads), "--keys", str(keys)]) == 0
        assert "NOTE" not in capsys.readouterr().out
    rows = content.splitlines(keepends=True)
    place = next(place for place, row in enumerate(rows) if b'"position":0,' in row)
    row = json.loads(rows[place])
    rows[place] = json.dumps(row | {"leaf": relabelled(row["leaf"])}).encode() + b"\n"
    file.write_bytes(b"".join(rows))
    assert main(["verify", str(file)]) == 1
    said, sorry = capsys.readouterr()
    assert "is not what was sealed at place 0" in said
    assert "The figure “total” says 360 minutes from 3 attendances; its entries come to 720 minutes from 3." in said
    assert "Do not rely on it." in sorry
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert main(["verify", str(file)]) == 1
    assert "封存" in capsys.readouterr().out
    monkeypatch.setenv("LANG", "C")
    for argument, sentence in (
        (tmp_path / "nothing", "cannot be read: No such file or directory."),
        (keys.with_name("x.csv"), "A CSV carries no seals."),
        (keys.with_name("x.txt"), "is no file this program can check"),
    ):
        if argument.name != "nothing":
            argument.write_text("a,b\n")
        assert main(["verify", str(argument)]) == 1
        assert sentence in capsys.readouterr().err
    heads.write_text("{}")
    file.write_bytes(content)
    assert main(["verify", str(file), "--heads", str(heads)]) == 1
    assert "holds neither published heads nor published keys" in capsys.readouterr().err


async def test_a_csv_is_compared_with_its_proof_file(
    visit: Callable[[], Visitor], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scene, content = await made(visit)
    monkeypatch.setenv("LC_ALL", "C")
    proof, report = tmp_path / "report.proof.jsonl", tmp_path / "report.csv"
    proof.write_bytes(content)
    visitor = await visit().signs_in_as(scene.officer)
    for spoken in ("en", "zh"):
        path = f"/reports/hours.csv?contract={scene.contract}"
        text = (await visitor.get(path, headers={"accept-language": spoken})).text
        report.write_text(text)
        assert main(["verify", str(report), "--proof", str(proof)]) == 0
        assert "5 rows say what their entries say" in capsys.readouterr().out
    rows = text.splitlines(keepends=True)
    for changed, sentence in (
        (text.replace(",120,2.00,", ",180,3.00,", 1), "says 180, the sealed entry says 120"),
        (text.replace(",120,2.00,", ",120,2.50,", 1), "says 2.50, the sealed entry says 2.00"),
        ("".join(rows[:-1]), "1 entries of the proof file are not in the CSV"),
        ("".join([*rows, rows[-1]]), "is in the CSV for the second time"),
        ("".join([*rows, "9" + rows[-1]]), "is not in the proof file"),
        ("".join([*rows, "total,,,\n"]), "Row 7 has no number of an entry."),
    ):
        report.write_text(changed)
        assert main(["verify", str(report), "--proof", str(proof)]) == 1
        assert sentence in capsys.readouterr().out
    report.write_text("a,b\n1,2\n")
    assert main(["verify", str(report), "--proof", str(proof)]) == 1
    assert "it lacks the column Entry no." in capsys.readouterr().err


def synthetic(count: int) -> bytes:
    """A proof file of a ledger made here."""
    private, public = new_private_key()
    base = {
        "format": "linli-posting/1", "served_on": "2026-11-28", "reverses": False, "activity": 1,
        "region": "440303001001", "capacity": "volunteer", "minutes": 60, "grade": "B", "corrects_id": None,
    }  # fmt: skip
    texts = [
        json.dumps(
            base
            | {"id": n, "attendance_id": n}
            | {"allocation": {"line": 1, "period": 1, "posting_id": n, "minutes": 60}}
        )
        for n in range(count)
    ]
    tiles = merkle.extend({}, 0, [merkle.leaf_hash(text.encode()) for text in texts])
    head = sign(count, merkle.root(tiles, count), MADE, "k", private)
    writer, sums = Writer(), Sums()
    for text in texts:
        sums.add(leaf_of(text))
    first = header(
        contract=Contract(id=1, number="HT-1", program="p", agency="a", funder="f"),
        wanted=Filter(starts_on=date(2026, 1, 1), ends_before=date(2027, 1, 1), lines=[1]),
        made_at=MADE, entries=count, left_out=LeftOut(entries=0, minutes=0), head=head,
        keys=[key_json("k", public, MADE, None)], signed_by="k",
    )  # fmt: skip
    made = [writer.line(first)]
    for (figure, key), (minutes, attendances) in sums.totals.items():
        made.append(writer.line(Figure(figure=figure, key=key, name="", minutes=minutes, attendances=attendances)))
    made += [writer.entry(n, text, merkle.inclusion_proof(tiles, n, count)) for n, text in enumerate(texts)]
    return b"".join([*made, writer.signature("k", private)])


def test_checking_takes_the_same_memory_for_a_file_twenty_times_as_long(tmp_path: Path) -> None:
    peaks = []
    for count in (500, 10_000):
        path = tmp_path / f"{count}.jsonl"
        path.write_bytes(synthetic(count))
        tracemalloc.start()
        with path.open("rb") as file:
            assert check(file, Trust()).good
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 32_768


def test_a_hashes_that_neighbours_share_are_written_once() -> None:
    rows = [row for row in lines(synthetic(300)) if "position" in row]
    assert sum(len(row["proof"]) for row in rows) < 3 * len(rows)
    assert {len(row["proof"]) + row["same"] for row in rows} <= {3, 9, 4, 5, 6, 7, 8}


def test_a_line_without_an_end_is_not_read_into_memory() -> None:
    content = synthetic(3)[:-1] + b"x" * 20_000_000
    assert faults(content) >= {Fault.CUT_OFF}


def test_numbers_are_seen_once() -> None:
    seen = Seen()
    assert [seen.first_time(n) for n in (1, 2, 1, 10**9, 10**9, 2)] == [True, True, False, True, False, False]


@pytest.mark.parametrize(
    ("environment", "spoken"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_the_terminals_language_is_spoken(environment: dict[str, str], spoken: str) -> None:
    assert language(environment) == spoken


def test_the_signature_is_spelt_in_one_way_only() -> None:
    content = synthetic(2)
    *rest, last = content.splitlines(keepends=True)
    signature = json.loads(last)["signature"]
    other = signature[:-3] + chr(ord(signature[-3]) + 1) + "=="
    assert base64.b64decode(other) == base64.b64decode(signature)
    changed = b"".join([*rest, last.replace(signature.encode(), other.encode())])
    assert faults(changed) == {Fault.SIGNATURE}
