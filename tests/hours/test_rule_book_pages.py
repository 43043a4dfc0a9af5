"""Rule-books as pages: reading, a draft, its contradictions, its preview, publishing, and counting again."""

import re
from collections.abc import Callable
from datetime import date

from app.kit.db import value
from tests.hours import scene
from tests.hours.test_rule_books import HALF_HOURS, keep, posted
from tests.settle import settle
from tests.visitor import Visitor

Visit = Callable[..., Visitor]


def filled(page: str) -> dict[str, list[str]]:
    """What a browser would send of the page's main form."""
    found: dict[str, list[str]] = {}
    form = re.search(r'<form method="post" action="[^"]*rule-book[^"]*" novalidate>(.*?)</form>', page, re.DOTALL)
    assert form
    for tag in re.findall(r"<input [^>]*>", form[1]):
        name, kind = re.search(r'name="([^"]+)"', tag), re.search(r'type="([^"]+)"', tag)
        given = re.search(r'value="([^"]*)"', tag)
        if name and (kind is None or kind[1] not in ("checkbox", "radio") or " checked" in tag):
            found.setdefault(name[1], []).append(given[1] if given else "")
    for name, options in re.findall(r'<select id="[^"]+" name="([^"]+)".*?>(.*?)</select>', form[1], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = [chosen[1] if chosen else ""]
    return found


async def test_from_the_list_to_a_published_version(visit: Visit) -> None:
    ground = await scene.build()
    attendance = await posted(ground)
    officer = await visit().signs_in_as(ground.officer)
    listed = await officer.get("/rule-books")
    assert "2020-1" in listed.text
    assert f"/rule-books/new?contract={ground.contract}" in listed.text
    form = await officer.get("/rule-books/new")
    typed = filled(form.text) | {"round_to_minutes": ["30"], "least_minutes": ["30"], "version": ["T-1"]}
    assert typed["grades-2"] == ["D", "E"], "it starts from what applies now"
    kept = await officer.post("/rule-books/new", typed)
    assert kept.status_code == 303
    draft = kept.headers["location"]
    shown = await officer.get(draft)
    assert "T-1" in shown.text
    assert "disabled" in shown.text, "publishing waits for the preview"
    asked = await officer.post(f"{draft}/preview", {"from_on": "2026-11-01", "last_on": "2026-11-30"})
    assert asked.status_code == 303
    await settle()
    shown = await officer.get(draft)
    assert f"/attendances/{attendance}" in shown.text
    csv = await officer.get(f"{draft}/changes.csv")
    assert csv.text.count("\n") == 2
    assert ",110,90," in csv.text
    published = await officer.post(f"{draft}/publish", {})
    assert published.status_code == 303
    book = await officer.get(published.headers["location"])
    assert "T-1" in book.text
    assert "2020-1" in book.text, "it says what it changed"
    assert await value("SELECT count(*) FROM rule_book WHERE funder = $1", ground.funder) == 1
    assert await value("SELECT count(*) FROM posting") == 1, "publishing for later days changes no hour"


async def test_a_contradiction_stands_at_its_field_and_nothing_typed_is_lost(visit: Visit) -> None:
    ground = await scene.build()
    officer = await visit().signs_in_as(ground.officer)
    typed = filled((await officer.get("/rule-books/new")).text)
    typed |= {"least_minutes": ["600"], "after_hours-0": ["1"], "off_minutes-0": ["90"], "note": ["写了又写"]}
    refused = await officer.post("/rule-books/new", typed)
    assert refused.status_code == 422
    for field in ("least_minutes", "after_hours-0"):
        assert f'id="{field}-error"' in refused.text, field
    assert 'value="90"' in refused.text
    assert "写了又写" in refused.text
    assert not await value("SELECT count(*) FROM rule_book_draft")
    more = await officer.post("/rule-books/new", typed | {"more": ["breaks"]})
    assert 'name="after_hours-1"' in more.text
    assert "写了又写" in more.text


async def test_counting_again_shows_first_and_needs_a_reason(visit: Visit) -> None:
    ground = await scene.build()
    attendance = await posted(ground)
    book = await keep(HALF_HOURS, date(2026, 11, 1), contract=ground.contract)
    officer = await visit().signs_in_as(ground.officer)
    path = f"/rule-books/{book}/re-rate"
    span = {"from_on": "2026-11-01", "last_on": "2026-11-30"}
    assert (await officer.post(path, span | {"reason": "按合同"})).status_code == 422
    assert (await officer.post(f"{path}/preview", span)).status_code == 303
    await settle()
    assert (await officer.post(path, span | {"reason": ""})).status_code == 422
    assert await value("SELECT count(*) FROM posting") == 1
    done = await officer.post(path, span | {"reason": "按合同"})
    assert done.status_code == 303
    await settle()
    shown = await officer.get(done.headers["location"])
    assert "按合同" in shown.text
    assert [entry.minutes for entry in await scene.entries(attendance)] == [110, -110, 90]
    manager = await visit().signs_in_as(ground.manager)
    assert (await manager.get(done.headers["location"])).status_code == 200
    assert (await manager.get(path)).status_code == 403
