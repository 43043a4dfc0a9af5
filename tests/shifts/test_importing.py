"""Opportunities come in from another platform's file: every row, every oddity said, and nothing twice."""

import csv
import hashlib
import io
import os
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from openpyxl import Workbook

from app.kit.db import execute, value
from app.settings import ROOT
from tests import factories as make
from tests import imports
from tests.imports import columns_of, figure, look_over, take_in
from tests.settle import settle
from tests.visitor import Visitor

Visit = Callable[[], Visitor]
NYC = "opportunities/nyc_service_volunteer_opportunities.csv"
START = "/imports/opportunities"
ROWS = "编号,名称,类别,人数,开始日期,结束日期,地址\n1,周末探访,长者服务,20,2026-12-05,2026-12-06,桂园社区\n"


@pytest.fixture
def nyc() -> bytes:
    """The 665 opportunities of New York; absent on a user's machine, never in CI."""
    folder = Path(os.environ.get("LINLI_REFERENCE_DATA", ROOT.parent / "shared" / "data"))
    file = folder / NYC
    if not file.exists():
        message = f"{file} is not here; set LINLI_REFERENCE_DATA to the folder that holds {NYC}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return file.read_bytes()


async def manager(visit: Visit) -> Visitor:
    agency = await make.organisation("agency", "社工机构")
    return await visit().signs_in_as(await make.member(agency, "agency_manager"))


async def send(visitor: Visitor, content: bytes, name: str = "file.csv") -> httpx.Response:
    """Send a file of opportunities."""
    return await imports.send(visitor, START, content, name)


async def test_all_665_opportunities_of_new_york_come_in_as_they_are(visit: Visit, nyc: bytes) -> None:
    visitor = await manager(visit)
    page = await send(visitor, nyc, "nyc_service_volunteer_opportunities.csv")
    assert columns_of(page.text) | {"source": ""} == {
        "source": "", "column-ref": "opportunity_id", "column-title": "title", "column-summary": "summary",
        "column-organiser": "org_title", "column-category": "category_desc", "column-wanted": "vol_requests",
        "column-starts": "start_date_date", "column-ends": "end_date_date", "column-recurrence": "recurrence_type",
        "column-place": "locality", "column-area": "Borough", "column-postcode": "Postcode",
        "column-latitude": "Latitude", "column-longitude": "Longitude", "column-hours": "hours",
    }  # fmt: skip
    run = await look_over(visitor, page)
    preview = (await visitor.get(run)).text
    assert figure(preview, "New") == 665
    assert figure(preview, "Failed") == 0
    assert await value("SELECT count(*) FROM activity") == 0, "nothing is written before it is confirmed"
    done = await take_in(visitor, run)
    assert "665 rows were taken." in done
    assert await value("SELECT count(*) FROM activity WHERE status = 'draft' AND line IS NULL") == 665
    assert await value("SELECT count(*) FROM activity WHERE wanted IS NULL") == 2, "the two 9999"
    assert await value("SELECT count(*) FROM activity WHERE latitude IS NOT NULL") == 595
    assert await value("SELECT count(*) FROM activity WHERE service_kind = 'other'") == 48
    assert await value("SELECT count(DISTINCT region) FROM activity") == 1
    place = await value("SELECT place FROM activity WHERE source_ref = '5008'")
    assert place == "5 22nd St, New York, NY 10010"


async def test_every_oddity_of_new_york_is_counted_and_opens_its_rows(visit: Visit, nyc: bytes) -> None:
    visitor = await manager(visit)
    run = await look_over(visitor, await send(visitor, nyc))
    page = (await visitor.get(run)).text
    counts = dict(re.findall(r'rows\?code=([a-z_]+)">([\d,]+)<', page))
    assert {code: int(count) for code, count in counts.items()} == {
        "category_blank": 48, "wanted_unknown": 2, "wanted_many": 46, "wanted_year": 1, "day_spelt": 665, "over": 665,
        "hours_ignored": 665, "place_lines": 579, "place_coordinates": 595, "place_from_postcode": 67,
        "place_missing": 3, "postcode_odd": 1, "area_padded": 135, "position_differs": 49, "title_spaces": 72,
    }  # fmt: skip
    rows = (await visitor.get(f"{run}/rows?code=wanted_unknown")).text
    assert rows.count("9999") == 2
    assert "left open" in rows


async def test_the_same_file_again_changes_nothing(visit: Visit, nyc: bytes) -> None:
    visitor = await manager(visit)
    run = await look_over(visitor, await send(visitor, nyc))
    await take_in(visitor, run)
    before = await value("SELECT md5(string_agg(a::text, '|' ORDER BY id)) FROM activity a")
    page = await send(visitor, nyc)
    assert "This very file was imported before" in page.text
    again = await look_over(visitor, page)
    assert again != run
    said = (await visitor.get(again)).text
    assert "All 665 rows are already there; nothing changed." in said
    assert await value("SELECT md5(string_agg(a::text, '|' ORDER BY id)) FROM activity a") == before


async def test_failed_rows_are_given_back_alone_and_come_in_once_put_right(visit: Visit) -> None:
    visitor = await manager(visit)
    run = await look_over(visitor, await send(visitor, (ROWS + '2,,健康,5,,,"甲,乙"\n3,,环保,1,,,丙\n').encode()))
    done = await take_in(visitor, run)
    assert "1 row was taken." in done
    given_back = await visitor.get(f"{run}/failed.csv")
    assert given_back.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(given_back.content.decode("utf-8-sig"))))
    assert [line["编号"] for line in lines] == ["2", "3"]
    assert lines[0]["地址"] == "甲,乙"
    assert "The title is empty" in lines[0]["linli_why"]
    mended = given_back.content.decode("utf-8-sig").replace("2,,", "2,义诊,").replace("3,,", "3,净滩,")
    page = await send(visitor, mended.encode("utf-8-sig"), "failed-1.csv")
    assert columns_of(page.text)["source"] == "file", "the mapping of these headers is remembered, its source too"
    second = await take_in(visitor, await look_over(visitor, page))
    assert "2 rows were taken." in second
    whole = (ROWS + '2,义诊,健康,5,,,"甲,乙"\n3,净滩,环保,1,,,丙\n').encode()
    last = (await visitor.get(await look_over(visitor, await send(visitor, whole)))).text
    assert "All 3 rows are already there" in last
    assert await value("SELECT count(*) FROM activity") == 3


async def test_a_changed_row_changes_its_draft_and_leaves_an_opened_activity_alone(visit: Visit) -> None:
    visitor = await manager(visit)
    both = ROWS + "2,义诊,健康,5,,,社区\n"
    await take_in(visitor, await look_over(visitor, await send(visitor, both.encode())))
    await execute("UPDATE activity SET status = 'closed' WHERE source_ref = '2'")
    changed = both.replace("周末探访", "周日探访").replace("义诊", "大义诊")
    run = await look_over(visitor, await send(visitor, changed.encode()))
    assert figure((await visitor.get(run)).text, "Changed") == 2
    page = await take_in(visitor, run)
    assert figure(page, "Changed") == 1
    assert "It is open or closed here already: left as it is." in page
    assert await value("SELECT array_agg(name ORDER BY source_ref) FROM activity") == ["周日探访", "义诊"]


async def test_a_managers_own_changes_survive_the_same_file(visit: Visit) -> None:
    visitor = await manager(visit)
    await take_in(visitor, await look_over(visitor, await send(visitor, ROWS.encode())))
    await execute("UPDATE activity SET name = '改过的名字'")
    await look_over(visitor, await send(visitor, ROWS.encode()))
    assert await value("SELECT name FROM activity") == "改过的名字"


async def test_a_file_in_gb18030_and_a_workbook_hold_the_same(visit: Visit) -> None:
    visitor = await manager(visit)
    page = await send(visitor, ROWS.encode("gb18030"))
    assert "GB18030" in page.text
    await take_in(visitor, await look_over(visitor, page))
    assert await value("SELECT name FROM activity") == "周末探访"
    book, file = Workbook(), io.BytesIO()
    for line in ROWS.splitlines():
        book.active.append([int(cell) if cell.isdecimal() else cell for cell in line.split(",")])  # type: ignore[union-attr]
    book.save(file)
    run = await look_over(visitor, await send(visitor, file.getvalue(), "file.xlsx"))
    assert "nothing changed" in (await visitor.get(run)).text


async def test_words_of_theirs_are_chosen_for_ours_and_remembered(visit: Visit) -> None:
    visitor = await manager(visit)
    run = await look_over(visitor, await send(visitor, ROWS.encode()))
    assert 'value="elder_visit" selected' in (await visitor.get(run)).text
    await visitor.post(f"{run}/words", {"word-category-0": "home_help"})
    await settle()
    await take_in(visitor, run)
    assert await value("SELECT service_kind FROM activity") == "home_help"
    await look_over(visitor, await send(visitor, ROWS.replace("1,", "9,", 1).encode()))
    assert await value("SELECT mapping->'choices'->'category'->>'长者服务' FROM import_mapping") == "home_help"


async def test_two_rows_with_one_number_that_differ_fail_the_second_and_a_repeated_row_is_taken_once(
    visit: Visit,
) -> None:
    visitor = await manager(visit)
    row = ROWS.splitlines()[1]
    run = await look_over(visitor, await send(visitor, (ROWS + row + "\n" + row.replace("20,", "30,") + "\n").encode()))
    page = (await visitor.get(run)).text
    assert (figure(page, "New"), figure(page, "Already there"), figure(page, "Failed")) == (1, 1, 1)
    assert "An earlier row of this file has the same number" in (await visitor.get(f"{run}/rows?standing=failed")).text


async def test_another_agency_neither_sees_the_run_nor_shares_its_rows(visit: Visit) -> None:
    visitor, other = await manager(visit), await manager(visit)
    run = await look_over(visitor, await send(visitor, ROWS.encode()))
    for path in (run, f"{run}/rows", f"{run}/failed.csv", f"{run}/progress"):
        assert (await other.get(path)).status_code == 404
    assert (await other.post(f"{run}/confirm")).status_code == 404
    await take_in(visitor, run)
    mine = await look_over(other, await send(other, ROWS.encode()))
    assert figure((await other.get(mine)).text, "New") == 1


async def test_a_file_that_is_no_table_is_refused_in_words(visit: Visit) -> None:
    visitor = await manager(visit)
    for content, sentence in (
        (b"", "This file has no rows."),
        (b"a,b\n", "This file has no rows."),
        (b"PK\x03\x04nonsense", "We cannot read this file as a table."),
        (b"\xff\x00\x81\x00", "cannot be read"),
    ):
        page = await send(visitor, content)
        assert page.status_code == 422
        assert sentence in page.text
    assert (await visitor.post(START, {})).status_code == 422
    assert await value("SELECT count(*) FROM import_run") == 0


async def test_confirming_twice_writes_once(visit: Visit) -> None:
    visitor = await manager(visit)
    run = await look_over(visitor, await send(visitor, ROWS.encode()))
    assert (await visitor.post(f"{run}/confirm")).status_code == 303
    assert (await visitor.post(f"{run}/confirm")).status_code == 409
    await settle()
    assert await value("SELECT count(*) FROM activity") == 1


async def test_a_long_file_is_worked_through_in_parts_and_says_how_far_it_is(visit: Visit) -> None:
    visitor = await manager(visit)
    rows = "编号,名称\n" + "".join(f"{n},活动{n}\n" for n in range(1201))
    page = await send(visitor, rows.encode())
    run = str(page.url.path)
    await visitor.post(f"{run}/columns", columns_of(page.text))
    assert "0 of 1,201 rows" in (await visitor.get(run)).text
    await settle()
    await take_in(visitor, run)
    assert await value("SELECT count(*) FROM activity") == 1201
    assert await value("SELECT count(*) FROM outbox WHERE event = 'import.opportunities'") == 6


async def test_cells_are_stored_sealed(visit: Visit) -> None:
    visitor = await manager(visit)
    await look_over(visitor, await send(visitor, ROWS.encode()))
    raw = await value("SELECT string_agg(encode(cells, 'escape') || encode(outcome, 'escape'), '') FROM import_row")
    assert "探访" not in raw
    assert "elder_visit" not in raw


async def test_a_program_sends_a_file_chooses_columns_and_confirms_through_the_api(visit: Visit) -> None:
    agency = await make.organisation("agency", "社工机构")
    account = await make.member(agency, "agency_manager")
    await execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " VALUES ($1, 'agency_manager', 'test', 'lk_test', $2, $3, now())",
        agency, hashlib.sha256(b"lk_test").digest(), account,
    )  # fmt: skip
    browser = visit().browser
    browser.headers["authorization"] = "Bearer lk_test"
    sent = await browser.post(f"/api/v1{START}?filename=file.csv", content=(ROWS + "2,,健康,5,,,社区\n").encode())
    assert sent.status_code == 201, sent.text
    run, mapping = f"/api/v1{START}/{sent.json()['id']}", sent.json()["mapping"]
    assert mapping["columns"]["title"] == "名称"
    unknown = await browser.put(f"{run}/mapping", json=mapping | {"columns": {"title": "no such column"}})
    assert unknown.status_code == 422
    assert "column-title" in unknown.json()["fields"]
    await browser.put(f"{run}/mapping", json=mapping)
    await settle()
    assert (await browser.get(run)).json()["tally"]["standings"] == {"new": 1, "failed": 1}
    assert (await browser.post(f"{run}/confirmation")).json()["status"] == "writing"
    await settle()
    assert (await browser.get(run)).json()["status"] == "done"
    [failed] = (await browser.get(f"{run}/rows?standing=failed")).json()
    assert failed["faults"][0]["field"] == "title"
    assert "linli_why" in (await browser.get(f"{run}/failed.csv")).text
    assert await value("SELECT count(*) FROM activity") == 1
