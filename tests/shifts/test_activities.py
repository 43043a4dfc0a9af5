"""Activities on the web: opened under a line, seen by their funder, closed by their agency."""

from collections.abc import Callable

from app.kit.db import value
from tests import factories as make
from tests.shifts.ground import lay
from tests.visitor import Visitor

FORM = {
    "name": "周六探访",
    "kind": "elder_visit",
    "region": make.COMMUNITY,
    "place": "社区党群服务中心",
    "risk_statement": "楼梯较陡，两人同行。",
    "then": "open",
}


async def test_an_activity_opens_under_a_line_of_ones_own_contract(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    manager = await visit().signs_in_as(ground.manager)
    form = await manager.get(f"/activities/new?line={ground.line}")
    assert form.status_code == 200
    assert 'value="elder_visit" selected' in form.text
    answer = await manager.post("/activities/new", FORM | {"line": ground.line})
    assert answer.status_code == 303, answer.text
    shown = await manager.get(answer.headers["location"])
    assert "周六探访" in shown.text
    assert await value("SELECT status FROM activity WHERE name = '周六探访'") == "open"
    listed = await manager.get("/activities")
    assert "周六探访" in listed.text


async def test_the_lines_to_choose_from_are_those_of_ones_own_contracts_in_force(visit: Callable[[], Visitor]) -> None:
    ground, other = await lay(), await lay()
    manager = await visit().signs_in_as(ground.manager)
    page = await manager.get("/activities/new")
    assert f"line={ground.line}" in page.text
    assert f"line={other.line}" not in page.text
    assert (await manager.get(f"/activities/new?line={other.line}")).status_code == 404
    refused = await manager.post("/activities/new", FORM | {"line": other.line})
    assert refused.status_code == 422
    assert "Choose a line of a contract that your agency runs" in refused.text


async def test_danger_needs_a_policy_and_bars_minors_and_the_risks_must_be_told(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    manager = await visit().signs_in_as(ground.manager)
    typed = FORM | {"line": ground.line, "dangerous": "1", "minors_allowed": "1", "risk_statement": ""}
    refused = await manager.post("/activities/new", typed)
    assert refused.status_code == 422
    for field in ("insurance_policy", "minors_allowed", "risk_statement"):
        assert f'id="{field}-error"' in refused.text
    assert "周六探访" in refused.text, "nothing typed is lost"
    assert await value("SELECT count(*) FROM activity WHERE name = '周六探访'") == 0
    empty = await manager.post("/activities/new", {"dangerous": "1", "then": "draft"})
    for field in ("name", "kind", "region", "insurance_policy"):
        assert f'id="{field}-error"' in empty.text, "all at once"
    draft = await manager.post("/activities/new", FORM | {"line": ground.line, "risk_statement": "", "then": "draft"})
    assert draft.status_code == 303
    opened = await manager.post(f"{draft.headers['location']}/open")
    assert opened.status_code == 422
    assert 'id="risk_statement-error"' in opened.text


async def test_an_imported_draft_is_bound_to_a_line_and_opened(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    draft = await make.activity(ground.agency, ground.manager, None)
    await make.execute("UPDATE activity SET source = 'iVolunteer', wanted = 12 WHERE id = $1", draft)
    manager = await visit().signs_in_as(ground.manager)
    assert "It asks for 12 people" in (await manager.get(f"/activities/{draft}")).text
    changed = await manager.post(f"/activities/{draft}/edit", FORM | {"line": ground.line})
    assert changed.status_code == 303, changed.text
    assert (await manager.post(f"/activities/{draft}/open")).status_code == 303
    assert await value("SELECT line FROM activity WHERE id = $1 AND status = 'open'", draft) == ground.line


async def test_a_line_is_fixed_once_shifts_were_published(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    await make.shift(ground.activity)
    other_line = await make.line(ground.contract)
    manager = await visit().signs_in_as(ground.manager)
    refused = await manager.post(f"/activities/{ground.activity}/edit", FORM | {"line": other_line})
    assert refused.status_code == 422
    assert "its line no longer changes" in refused.text


async def test_the_funder_reads_and_the_stranger_finds_nothing(visit: Callable[[], Visitor]) -> None:
    ground, other = await lay(), await lay()
    officer = await visit().signs_in_as(ground.officer)
    page = await officer.get(f"/activities/{ground.activity}")
    assert page.status_code == 200
    assert "/edit" not in page.text
    assert (await officer.get("/activities")).text.count("周末长者探访") == 1
    for stranger in (other.officer, other.manager):
        visitor = await visit().signs_in_as(stranger)
        assert (await visitor.get(f"/activities/{ground.activity}")).status_code == 404
    assert (await officer.post(f"/activities/{ground.activity}/close")).status_code == 403


async def test_a_closed_activity_publishes_nothing_and_opens_again(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    await make.execute("UPDATE activity SET risk_statement = '小心台阶' WHERE id = $1", ground.activity)
    manager = await visit().signs_in_as(ground.manager)
    assert (await manager.post(f"/activities/{ground.activity}/close")).status_code == 303
    assert (await manager.get(f"/activities/{ground.activity}/shifts/new")).status_code == 409
    assert (await manager.post(f"/activities/{ground.activity}/close")).status_code == 409
    assert (await manager.post(f"/activities/{ground.activity}/open")).status_code == 303


async def test_the_list_says_the_next_shift_and_the_open_places(visit: Callable[[], Visitor]) -> None:
    ground = await lay()
    await make.seat(await make.shift(ground.activity), needed=3)
    manager = await visit().signs_in_as(ground.manager)
    page = await manager.get("/activities")
    assert "3 places open" in page.text
