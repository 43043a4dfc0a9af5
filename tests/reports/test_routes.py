"""The report picker, the figures and the rows, as pages and as JSON."""

from collections.abc import Callable
from datetime import timedelta

from app.hours import actions
from app.kit.db import value
from tests import factories as make
from tests.counting import listening
from tests.hours import scene as set_up
from tests.hours.scene import AFTER, Scene, acting, punch, recorded
from tests.visitor import Visitor


async def posted(scene: Scene, count: int) -> list[int]:
    """Attendances with hours in the ledger, one a day from 2 March on."""
    manager = await acting(scene.manager)
    made = []
    for number in range(count):
        starts = make.datetime(2026, 3, 2, 6, 0, tzinfo=make.UTC) + timedelta(days=number)
        signup = await scene.signup(await scene.shift(starts=starts))
        await punch(signup, "in", starts, scene.worker)
        await punch(signup, "out", starts + timedelta(hours=2), scene.worker)
        made.append(await recorded(signup))
        await actions.approve(manager, made[-1], now=AFTER)
    return made


async def test_the_report_says_its_finding_and_every_figure_opens_its_rows(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    [here] = await posted(scene, 1)
    visitor = await visit().signs_in_as(scene.officer)
    picker = await visitor.get("/reports")
    assert f"/reports/hours?contract={scene.contract}" in picker.text
    report = await visitor.get(f"/reports/hours?contract={scene.contract}")
    assert "2 h count, from 1 attendance." in report.text
    assert "2 of 1,200 hours delivered: 0 % of the contract&#39;s target." in report.text
    for part in ("month=2026-03", "grade=B", "capacity=volunteer", f"line={scene.line}", f"activity={scene.activity}"):
        href = f"/reports/hours/rows?contract={scene.contract}&amp;{part}"
        assert href in report.text, part
        rows = await visitor.get(href.replace("&amp;", "&"))
        assert "1 entry comes to 2 h." in rows.text
        assert f"/attendances/{here}" in rows.text
    assert (await visitor.get(f"/attendances/{here}")).status_code == 200
    none = await visitor.get(f"/reports/hours/rows?contract={scene.contract}&month=2026-04")
    assert "No entries here" in none.text


async def test_what_is_not_theirs_or_not_a_filter_is_not_there(visit: Callable[[], Visitor]) -> None:
    scene, elsewhere = await set_up.build(), await set_up.build()
    visitor = await visit().signs_in_as(elsewhere.officer)
    other = await value("SELECT id FROM period WHERE contract = $1 LIMIT 1", elsewhere.contract)
    for query in (
        f"contract={scene.contract}",
        "contract=999999",
        "contract=x",
        "",
        f"contract={elsewhere.contract}&line={scene.line}",
        f"contract={elsewhere.contract}&grade=Z",
        f"contract={elsewhere.contract}&month=2026-13",
        f"contract={elsewhere.contract}&period={other + 100}",
    ):
        for path in ("/reports/hours", "/reports/hours/rows", "/reports/hours.csv", "/reports/hours.json"):
            assert (await visitor.get(f"{path}?{query}")).status_code == 404, (path, query)
        form = dict(part.split("=") for part in query.split("&") if part)
        assert (await visitor.post("/reports/hours/workbook", form)).status_code == 404, query
    assert not await value("SELECT count(*) FROM export")


async def test_the_report_asks_the_same_number_of_questions_however_much_there_is(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    visitor = await visit().signs_in_as(scene.officer)
    counted = []
    for more in (1, 4):
        await posted_on(scene, more)
        for path in ("/reports", "/reports/hours", "/reports/hours/rows"):
            async with listening() as asked:
                answer = await visitor.get(f"{path}?contract={scene.contract}")
            assert answer.status_code == 200
            counted.append(len(asked))
    assert counted[:3] == counted[3:]


async def posted_on(scene: Scene, count: int) -> None:
    """Hours under a new line and a new activity."""
    line = await make.line(scene.contract)
    activity = await make.activity(scene.agency, scene.manager, line)
    await posted(Scene(**{**scene.__dict__, "line": line, "activity": activity}), count)


async def test_home_takes_the_contracts_alone(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    visitor = await visit().signs_in_as(scene.officer)
    answer = await visitor.get("/reports", headers={"hx-request": "true"})
    assert "<html" not in answer.text
    assert 'class="entries"' in answer.text
