"""Files of exactly the rows of a filter: complete, safe to open, ended when nobody reads."""

import asyncio
import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import openpyxl
import pytest

from app.hours import actions as hours
from app.kit.db import execute, value
from app.kit.i18n import speaking
from app.reports import copying
from app.reports.actions import clear_old
from app.reports.queries.columns import COLUMNS
from app.reports.queries.downloading import headings
from app.settings import settings
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, Scene, acting
from tests.settle import settle
from tests.visitor import Visitor


@pytest.fixture(autouse=True)
def state_dir(tmp_path: Path, template: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Files of this test go to a folder of its own."""
    monkeypatch.setenv("LINLI_STATE_DIR", str(tmp_path))
    settings.cache_clear()
    return tmp_path


async def posted(scene: Scene, count: int = 2) -> list[int]:
    """Attendances with hours in the ledger."""
    manager = await acting(scene.manager)
    made = []
    for _ in range(count):
        here = await scene.attended()
        await hours.approve(manager, here, now=AFTER)
        made.append(here)
    return made


def kept(state_dir: Path) -> list[str]:
    """The files that are there."""
    return [path.name for path in state_dir.glob("exports/*")]


def table(text: str) -> list[dict[str, str]]:
    assert text.startswith("\ufeff"), "Excel needs the mark"
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


async def test_the_csv_holds_exactly_the_rows_of_the_filter(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    made = await posted(scene, 3)
    shift = await value("SELECT shift FROM attendance WHERE id = $1", made[0])
    await hours.resident_confirmed(shift, now=AFTER)
    visitor = await visit().signs_in_as(scene.officer)
    answer = await visitor.get(f"/reports/hours.csv?contract={scene.contract}")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = table(answer.text)
    assert [int(row["Minutes"]) for row in rows] == [120, 120, 120, -120, 120]
    assert rows[0]["Began"] == "2026-11-28 14:00:00"
    assert rows[0]["Served as"] == "Volunteer"
    assert {row["Hours"] for row in rows} == {"2.00", "-2.00"}
    only_a = table((await visitor.get(f"/reports/hours.csv?contract={scene.contract}&grade=A")).text)
    assert [row["Minutes"] for row in only_a] == ["120"]
    chinese = await visitor.get(f"/reports/hours.csv?contract={scene.contract}", headers={"accept-language": "zh"})
    with speaking("zh_CN"):
        assert list(table(chinese.text)[0]) == headings()


async def test_no_cell_of_the_csv_is_a_formula(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    await posted(scene, 1)
    for first in "=+-@\t\r":
        await execute("UPDATE person SET name = $1", f'{first}HYPERLINK("x","y"), "z"')
        await execute("UPDATE activity SET name = $1", f"{first}1+1")
        visitor = await visit().signs_in_as(scene.officer)
        [row] = table((await visitor.get(f"/reports/hours.csv?contract={scene.contract}")).text)
        assert row["Served by"] == f'\'{first}HYPERLINK("x","y"), "z"'
        assert row["Activity"] == f"'{first}1+1"


async def test_the_json_is_an_array_with_one_entry_a_line(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    visitor = await visit().signs_in_as(scene.officer)
    path = f"/reports/hours.json?contract={scene.contract}"
    assert (await visitor.get(path)).json() == []
    await posted(scene, 3)
    answer = await visitor.get(path)
    rows = answer.json()
    assert [set(row) for row in rows] == [{column.code for column in COLUMNS}] * 3
    assert rows[0]["capacity"] == "volunteer"
    assert rows[0]["starts"] == "2026-11-28T06:00:00+00:00"
    lines = answer.text.splitlines()
    assert (lines[0], lines[-1]) == ("[", "]")
    assert [json.loads(line.rstrip(",")) for line in lines[1:-1]] == rows


async def test_a_workbook_is_made_with_its_dictionary_and_only_its_organisation_fetches_it(
    visit: Callable[[], Visitor], state_dir: Path
) -> None:
    scene, elsewhere = await set_up.build(), await set_up.build()
    await posted(scene, 3)
    officer = await visit().signs_in_as(scene.officer)
    asked = {"contract": scene.contract, "_once": "a token"}
    answer = await officer.post("/reports/hours/workbook", asked)
    path = answer.headers["location"]
    again = await officer.post("/reports/hours/workbook", asked)
    assert again.headers["location"] == path, "pressed twice, made once"
    waiting = await officer.get(path)
    assert 'hx-trigger="every 1s"' in waiting.text
    assert (await officer.get(f"{path}/file")).status_code == 410
    await settle()
    ready = await officer.get(path, headers={"hx-request": "true"})
    assert "3 entries" in ready.text
    assert "hx-trigger" not in ready.text
    file = await officer.get(f"{path}/file")
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    assert book.sheetnames == ["Hours", "Data dictionary"]
    rows = list(book["Hours"].iter_rows(values_only=True))
    assert len(rows) == 4
    assert rows[1][rows[0].index("Hours")] == 2
    assert rows[1][rows[0].index("Began")].isoformat() == "2026-11-28T14:00:00"
    dictionary = list(book["Data dictionary"].iter_rows(values_only=True))
    assert [line[0] for line in dictionary[1:]] == list(rows[0])
    stranger = await visit().signs_in_as(elsewhere.officer)
    assert (await stranger.get(path)).status_code == 404
    assert (await stranger.get(f"{path}/file")).status_code == 404


async def test_a_workbook_without_rows_still_has_its_header(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    officer = await visit().signs_in_as(scene.officer)
    path = (await officer.post("/reports/hours/workbook", {"contract": scene.contract})).headers["location"]
    await settle()
    file = await officer.get(f"{path}/file")
    sheet = openpyxl.load_workbook(io.BytesIO(file.content))["Hours"]
    assert [cell.value for cell in sheet[1]] == [column.heading for column in COLUMNS]


async def test_more_rows_than_a_sheet_holds_go_on_further_sheets(
    visit: Callable[[], Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.reports.workbook.SHEET_ROWS", 2)
    monkeypatch.setattr("app.reports.rules.SHEET_ROWS", 2)
    scene = await set_up.build()
    await posted(scene, 5)
    officer = await visit().signs_in_as(scene.officer)
    path = (await officer.post("/reports/hours/workbook", {"contract": scene.contract})).headers["location"]
    await settle()
    book = openpyxl.load_workbook(io.BytesIO((await officer.get(f"{path}/file")).content))
    assert book.sheetnames == ["Hours", "Data dictionary", "Hours 2", "Hours 3"]
    numbers = [
        row[0] for name in ("Hours", "Hours 2", "Hours 3") for row in book[name].iter_rows(min_row=2, values_only=True)
    ]
    assert len(numbers) == len(set(numbers)) == 5


async def test_a_workbook_that_fails_says_so_and_leaves_no_file(
    visit: Callable[[], Visitor], state_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("app.reports.actions.exporting.write_workbook", fail)
    scene = await set_up.build()
    officer = await visit().signs_in_as(scene.officer)
    path = (await officer.post("/reports/hours/workbook", {"contract": scene.contract})).headers["location"]
    await settle()
    assert "could not be made" in (await officer.get(path)).text
    assert not kept(state_dir)


async def test_old_files_are_cleared_away(visit: Callable[[], Visitor], state_dir: Path) -> None:
    scene = await set_up.build()
    officer = await visit().signs_in_as(scene.officer)
    path = (await officer.post("/reports/hours/workbook", {"contract": scene.contract})).headers["location"]
    await settle()
    made = await value("SELECT finished_at FROM export")
    assert await clear_old(now=made + timedelta(days=6)) == 0
    assert await clear_old(now=made + timedelta(days=8)) == 1
    assert not kept(state_dir)
    assert "no longer kept" in (await officer.get(path)).text
    assert (await officer.get(f"{path}/file")).status_code == 410


async def test_a_download_ends_when_its_reader_goes(db: str) -> None:
    statement = "SELECT repeat('x', 100) FROM generate_series(1, 5000000)"
    stream = copying.copy_csv(["x"], statement, [])
    assert len(await anext(stream)) >= copying.CHUNK
    await stream.aclose()
    busy = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'COPY%'"
    for _ in range(50):
        if not await value(busy):
            break
        await asyncio.sleep(0.1)
    assert await value(busy) == 0
    assert not copying._places.locked()


async def test_a_slow_reader_costs_bounded_memory(db: str) -> None:
    statement = "SELECT repeat('x', 100) FROM generate_series(1, 300000)"
    most = 0
    total = 0
    async for chunk in copying.copy_csv(["x"], statement, []):
        await asyncio.sleep(0.005)
        most = max(most, len(chunk))
        total += len(chunk)
    assert total > 30_000_000
    assert most < copying.CHUNK * 2


async def test_a_failing_statement_breaks_the_stream_off(db: str) -> None:
    with pytest.raises(Exception, match="division by zero"):
        async for _ in copying.copy_csv(["x"], "SELECT 1 / (5 - n) FROM generate_series(1, 9) n", []):
            pass


async def test_too_many_downloads_at_once_are_refused_before_they_begin(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    visitor = await visit().signs_in_as(scene.officer)
    streams = [copying.copy_csv(["x"], "SELECT generate_series(1, 9000000)", []) for _ in range(copying.MOST_AT_ONCE)]
    for stream in streams:
        await anext(stream)
    path = f"/reports/hours.csv?contract={scene.contract}"
    assert (await visitor.get(path)).status_code == 503
    for stream in streams:
        await stream.aclose()
    assert (await visitor.get(path)).status_code == 200
