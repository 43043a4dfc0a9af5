"""The hours of a whole city, agency or funder: whose they are, where each figure leads, and what is sealed of them."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest

from app.hours import actions
from app.hours.actions.rolling import roll_up
from app.hours.queries.rollups import Sum
from app.kit.db import execute, transaction, value
from app.reports.queries.city import by_place
from app.reports.rules import CityFilter
from tests import factories as make
from tests.counting import listening
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, Scene, acting
from tests.hours.test_api import caller
from tests.visitor import Visitor

MONTH = "from=2026-11&to=2026-11"


async def posted(scene: Scene, count: int, **shift: object) -> list[int]:
    """Attendances of two hours each in the ledger."""
    made = []
    for _ in range(count):
        made.append(await scene.attended(**shift))
        await actions.approve(await acting(scene.manager), made[-1], now=AFTER)
    return made


async def seal_all() -> None:
    """Every entry has a leaf and is in the sums, as after sealing."""
    async with transaction():
        first = await value("SELECT count(*) FROM leaf")
        await execute(
            "INSERT INTO leaf (position, posting_id, served_on)"
            " SELECT $1 + row_number() OVER (ORDER BY posting_id) - 1, posting_id, served_on FROM unsealed",
            first,
        )
        await roll_up(first, await value("SELECT count(*) FROM leaf"))
        await execute("DELETE FROM unsealed")


async def test_everyone_sees_the_hours_that_are_theirs(visit: Callable[[], Visitor]) -> None:
    scene, elsewhere = await set_up.build(), await set_up.build()
    await posted(scene, 2)
    await seal_all()
    await posted(scene, 1)
    await posted(elsewhere, 1)
    platform = await make.organisation("platform", region=make.CITY)
    admin = await make.member(platform, "platform_admin")
    for organisation, role, account, minutes, attendances in (
        (scene.funder, "funder_officer", scene.officer, 360, 3),
        (scene.agency, "agency_manager", scene.manager, 360, 3),
        (elsewhere.funder, "funder_officer", elsewhere.officer, 120, 1),
        (elsewhere.agency, "agency_manager", elsewhere.manager, 120, 1),
        (platform, "platform_admin", admin, 480, 4),
    ):
        key = await caller(visit(), organisation, role, account)
        found = (await key.get(f"/reports/city?{MONTH}")).json()
        assert (found["minutes"], found["attendances"]) == (minutes, attendances)
        assert sum(one["minutes"] for one in found["agencies"]) == minutes
        rows = (await key.get(f"/reports/city/rows?{MONTH}")).json()
        assert (len(rows["items"]), rows["minutes"], rows["next_before"]) == (attendances, minutes, None)
        last = (await key.get(f"/reports/city/rows?{MONTH}&limit=1")).json()
        assert last["next_before"] == rows["items"][0]["posting_id"]


async def test_every_figure_leads_to_narrower_ones_and_at_last_to_its_entries(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    [here] = await posted(scene, 1)
    visitor = await visit().signs_in_as(scene.officer)
    assert 'href="/reports/city"' in (await visitor.get("/reports")).text
    page = await visitor.get("/reports/city?" + MONTH)
    assert "2 h count, from 1 attendance." in page.text
    for part in ("capacity=volunteer", f"region={make.COMMUNITY}", "kind=service", "grade=B", f"agency={scene.agency}"):
        href = f"/reports/city?{MONTH}&{part}".replace("&", "&amp;")
        assert href in page.text, part
        narrow = await visitor.get(href.replace("&amp;", "&"))
        assert "2 h count, from 1 attendance." in narrow.text
        assert f"/reports/city/rows?{MONTH}&{part}".replace("&", "&amp;") in narrow.text
    rows = await visitor.get(f"/reports/city/rows?{MONTH}&region={make.DISTRICT}")
    assert f'href="/attendances/{here}"' in rows.text
    assert "罗湖区" in rows.text or "Luohu" in rows.text
    empty = await visitor.get("/reports/city?from=2026-09&to=2026-10")
    assert "No hours count in these months." in empty.text
    for wrong in ("from=2026-13", "capacity=boss", "region=x", "line=0", "agency=y"):
        assert (await visitor.get(f"/reports/city?{wrong}")).status_code == 404


async def test_the_page_says_how_much_is_sealed(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    visitor = await visit().signs_in_as(scene.officer)
    await posted(scene, 2)
    assert "None of it is sealed yet" in (await visitor.get("/reports/city?" + MONTH)).text
    await seal_all()
    key = await value("SELECT name FROM signing_key LIMIT 1") or await value(
        "INSERT INTO signing_key (name, public, made_at) VALUES ('k', '\\x00', now()) RETURNING name"
    )
    await execute(
        "INSERT INTO tree_head (size, root, sealed_at, key, signature) VALUES (2, '\\x00', $1, $2, '\\x00')", AFTER, key
    )
    assert "All of it is sealed, as of Sat 28 Nov, 19:00." in (await visitor.get("/reports/city?" + MONTH)).text
    await posted(scene, 1)
    page = await visitor.get("/reports/city?" + MONTH)
    assert "4 h of it are sealed, as of Sat 28 Nov, 19:00. 2 h from 1 attendance is newer" in page.text


async def test_a_correction_is_netted_out_and_both_its_entries_are_listed(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    [here] = await posted(scene, 1)
    shift = await value("SELECT shift FROM attendance WHERE id = $1", here)
    await actions.resident_confirmed(shift, now=AFTER)
    visitor = await visit().signs_in_as(scene.officer)
    assert "2 h count, from 1 attendance." in (await visitor.get("/reports/city?" + MONTH)).text
    rows = await visitor.get("/reports/city/rows?" + MONTH)
    assert rows.text.count(f'href="/attendances/{here}"') == 3


async def test_the_platform_sees_numbers_of_people_and_no_names(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    await posted(scene, 1)
    admin = await make.member(await make.organisation("platform", region=make.CITY), "platform_admin")
    visitor = await visit().signs_in_as(admin)
    rows = await visitor.get("/reports/city/rows?" + MONTH)
    number = await value("SELECT volunteer_no FROM person JOIN posting ON posting.person = person.id")
    assert number in rows.text
    assert "王三" not in rows.text
    assert "/attendances/" not in rows.text


async def test_the_download_is_the_figures_at_their_finest(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    await posted(scene, 2)
    await seal_all()
    await posted(scene, 1, starts=make.WHEN - timedelta(days=31))
    visitor = await visit().signs_in_as(scene.officer)
    query = "from=2026-10&to=2026-11"
    answer = await visitor.get(f"/reports/city.csv?{query}")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["Month"], row["Hours"], row["Attendances"]) for row in rows] == [
        ("2026-10", "2.00", "1"),
        ("2026-11", "4.00", "2"),
    ]
    assert rows[0]["Kind of time"] == "Service"
    items = (await visitor.get(f"/reports/city.json?{query}")).json()
    assert [(one["month"], one["minutes"], one["kind"]) for one in items] == [
        ("2026-10", 120, "service"),
        ("2026-11", 240, "service"),
    ]


async def test_the_pages_ask_the_same_number_of_questions_however_much_there_is(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    visitor = await visit().signs_in_as(scene.officer)
    counted = []
    for more in (1, 4):
        await posted(scene, more)
        for path in ("/reports/city", "/reports/city/rows"):
            async with listening() as asked:
                assert (await visitor.get(f"{path}?{MONTH}")).status_code == 200
            counted.append(len(asked))
    assert counted[:2] == counted[2:]


def test_places_are_shown_one_level_below_or_deeper_while_there_is_only_one() -> None:
    rows = [
        Sum(split=0, minutes=10, entries=1, region="440303001001"),
        Sum(split=0, minutes=20, entries=1, region="440303001002"),
        Sum(split=0, minutes=5, entries=1, region="440303002001"),
    ]
    assert by_place(rows, "") == {"440303001": (30, 2), "440303002": (5, 1)}
    assert by_place(rows[:2], "4403") == {"440303001002": (20, 1), "440303001001": (10, 1)}
    assert by_place(rows[:1], "440303001001") == {"440303001001": (10, 1)}
    assert by_place([], "44") == {}


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ({}, "2025-12", "2026-11"),
        ({"from": "2026-03"}, "2026-03", "2026-11"),
        ({"to": "2026-02"}, "2025-03", "2026-02"),
        ({"from": "2026-05", "to": "2026-02"}, "2026-02", "2026-05"),
        ({"from": "2027-01"}, "2027-01", "2027-01"),
    ],
)
def test_the_last_twelve_months_are_meant_when_none_are_said(asked: dict[str, str], first: str, last: str) -> None:
    wanted = CityFilter(from_month=asked.get("from"), to_month=asked.get("to")).within(make.WHEN.date())
    assert (wanted.from_month, wanted.to_month) == (first, last)
