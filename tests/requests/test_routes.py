"""What people meet on the pages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from litestar import Litestar

from app.kit import clock
from app.kit.db import value
from app.requests.actions import asking, cards, triage
from app.requests.forms import draft as drafts
from tests import factories as make
from tests.counting import listening
from tests.requests import rows
from tests.visitor import Visitor

NOW = datetime.now(UTC)

STEPS = {
    "who": {"asked_by": "relative", "name": rows.NAME},
    "what": {"service_kind": "elder_visit", "details": rows.DETAILS},
    "where": {"community": "大塘龙社区", "address": rows.ADDRESS},
    "when": {"soon": "soon", "wanted_times": ["morning", "evening"], "recurs": "weekly"},
    "reach": {"phone": "138 0013 8000", "asker_name": "李小红", "language": "yue", "risks": ["stairs"],
              "needs": rows.NEEDS, "consent": "1"},
}  # fmt: skip

Arrive = Callable[[], Visitor]


async def fill(visitor: Visitor, **other: dict[str, object]) -> httpx.Response:
    """Answer every question; what comes after the last one."""
    answer = await visitor.get("/help")
    for step, form in STEPS.items():
        answer = await visitor.post(f"/help/{step}", {**form, **other.get(step, {})})
        assert answer.status_code == 303, (step, answer.text)
    return answer


async def test_a_daughter_asks_in_six_steps_and_lands_on_a_private_page(visit: Arrive) -> None:
    await rows.town()
    visitor = visit()
    assert "Step 1 of 6" in (await visitor.get("/help")).text
    checked = await fill(visitor)
    assert checked.headers["location"] == "/help/check"
    summary = await visitor.get("/help/check")
    for text in (
        rows.NAME,
        rows.ADDRESS,
        "Datanglong (Guiyuan, Luohu)",
        rows.DETAILS,
        "Morning, Evening",
        "Every week",
        "138 0013 8000",
    ):
        assert text in summary.text
    sent = await visitor.post("/help/check")
    assert re.fullmatch(r"/help/follow/[\w-]{22}\?sent=1", sent.headers["location"])
    followed = await visitor.get(sent.headers["location"])
    assert "Your request was sent" in followed.text
    assert re.search(r"R-\d{4}-000001", followed.text)
    assert "王**" in followed.text
    assert not [text for text in rows.PERSONAL if text in followed.text]
    assert "linli" not in visitor.browser.cookies  # no session for a mere visitor
    assert drafts.COOKIE not in visitor.browser.cookies
    assert await value("SELECT recurs || wanted_times || channel FROM request") == "weeklymorning,eveningweb"


async def test_a_double_tap_makes_one_request_and_leads_to_the_same_page(visit: Arrive) -> None:
    await rows.town()
    visitor = visit()
    await fill(visitor)
    draft = visitor.browser.cookies[drafts.COOKIE]
    first = await visitor.post("/help/check")
    visitor.browser.cookies.set(drafts.COOKIE, draft, domain="linli.test", path="/help")
    second = await visitor.post("/help/check")
    assert first.headers["location"] == second.headers["location"]
    assert await value("SELECT count(*) FROM request") == 1
    token = first.headers["location"].split("/")[-1].split("?")[0]
    assert token not in await value("SELECT string_agg(f::text, ' ') FROM form_receipt f")


async def test_nothing_typed_is_lost_by_an_error_by_going_back_or_by_another_language(visit: Arrive) -> None:
    await rows.town()
    visitor = visit()
    await visitor.get("/help")
    wrong = await visitor.post("/help/who", {"name": rows.NAME})
    assert wrong.status_code == 422
    assert "Choose who needs help." in wrong.text
    assert rows.NAME in wrong.text
    await visitor.post("/help/who", STEPS["who"])
    back = await visitor.post("/help/what", {"details": "half a sentence", "back": "1"})
    assert back.headers["location"] == "/help/who"
    await visitor.post("/language", {"to": "zh_CN", "back": "/help/what"})
    assert "half a sentence" in (await visitor.get("/help/what")).text
    assert rows.NAME in (await visitor.get("/help/who")).text


async def test_a_step_cannot_be_skipped(visit: Arrive) -> None:
    await rows.town()
    visitor = visit()
    assert (await visitor.get("/help/check")).headers["location"] == "/help/who"
    assert (await visitor.post("/help/check")).headers["location"] == "/help/who"
    assert await value("SELECT count(*) FROM request") == 0
    assert (await visitor.get("/help/nonsense")).status_code == 404


async def test_a_changed_answer_leads_back_to_the_summary(visit: Arrive) -> None:
    await rows.town()
    visitor = visit()
    await fill(visitor)
    await visitor.get("/help/check")
    changed = await visitor.post("/help/who", {**STEPS["who"], "name": "王秀英"})
    assert changed.headers["location"] == "/help/check"
    assert "王秀英" in (await visitor.get("/help/check")).text


async def test_the_community_can_be_picked_from_the_list_without_scripts(visit: Arrive) -> None:
    await rows.town()
    visitor = visit()
    await visitor.post("/help/who", STEPS["who"])
    await visitor.post("/help/what", STEPS["what"])
    await visitor.post("/help/where", {"community": "", "address": rows.ADDRESS, "browse": "1"})
    for code, name in ((make.DISTRICT, "Luohu"), (make.STREET, "Guiyuan"), (make.COMMUNITY, "Datanglong")):
        listed = await visitor.get("/help/where")
        assert name in listed.text
        assert f'value="{code}"' in listed.text
        await visitor.post("/help/where", {"under": code})
    filled = await visitor.get("/help/where")
    assert rows.ADDRESS in filled.text
    assert 'value="Datanglong (Guiyuan, Luohu)"' in filled.text
    unknown = await visitor.post("/help/where", {"community": "no such place", "address": "x"})
    assert "We do not know this community" in unknown.text


async def test_the_draft_is_unreadable_expires_and_cannot_be_forged(visit: Arrive) -> None:
    await rows.town()
    visitor = visit()
    await visitor.post("/help/who", STEPS["who"])
    cookie = visitor.browser.cookies[drafts.COOKIE]
    assert rows.NAME not in cookie
    assert drafts.read(cookie, NOW).typed["name"] == [rows.NAME]
    assert drafts.read(cookie, clock.now() + timedelta(hours=2, seconds=1)).typed == {}
    for forged in (cookie[:-3] + "AAA", "nonsense", "", "AAAA"):
        assert drafts.read(forged, NOW).typed == {}
    await visitor.post("/help/again")
    assert drafts.COOKIE not in visitor.browser.cookies


def test_the_longest_draft_still_fits_into_a_cookie() -> None:
    draft = drafts.read(None, NOW)
    draft.typed = {
        "name": ["翳" * 40], "asker_name": ["翳" * 40], "details": ["翳" * 250], "needs": ["翳" * 250],
        "address": ["翳" * 100], "community": ["大塘龙社区（罗湖区 桂园街道）"], "region": [make.COMMUNITY],
        "phone": ["+86 138 0013 8000"],
        "risks": ["stairs", "wheelchair", "hearing", "sight", "memory", "dog", "infection"],
        "wanted_times": ["morning", "afternoon", "evening"], "service_kind": ["disability_rehab"], "recurs": ["weekly"],
        "soon": ["day"], "wanted_on": ["2026-11-28"], "language": ["cmn"], "consent": ["1"], "asked_by": ["neighbour"],
    }  # fmt: skip
    assert drafts.write(draft, NOW) is not None
    draft.typed["details"] = ["😀" * 3000]
    assert drafts.write(draft, NOW) is None


async def test_a_private_page_is_not_indexed_leaks_no_referrer_and_is_404_for_a_guess(visit: Arrive) -> None:
    await rows.town()
    await rows.received("the-token")
    visitor = visit()
    page = await visitor.get("/help/follow/the-token")
    assert page.status_code == 200
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    unknown, absent = await visitor.get("/help/follow/the-toker"), await visitor.get("/no-such-page")
    assert unknown.status_code == 404
    assert "We cannot find this page." in unknown.text
    body = re.compile(r"<main.*</main>", re.DOTALL)
    assert body.findall(unknown.text) == body.findall(absent.text)


async def test_guessing_links_is_slowed_down(visit: Arrive) -> None:
    await rows.town()
    visitor = visit()
    answers = [(await visitor.get(f"/help/follow/guess-{n}")).status_code for n in range(21)]
    assert answers == [404] * 20 + [429]


async def test_sending_is_rate_limited(visit: Arrive) -> None:
    await rows.town()
    visitor = visit()
    answers = [(await visitor.post("/help/check")).status_code for _ in range(13)]
    assert answers == [303] * 12 + [429]


async def test_a_resident_confirms_by_link_and_a_second_tap_changes_nothing(visit: Arrive) -> None:
    town = await rows.town()
    made = await rows.received("the-token")
    number = await rows.visit_at(made, town.activity, town.manager, NOW - timedelta(hours=5))
    await rows.signed_up(number, town.person, town.volunteer)
    visitor = visit()
    page = await visitor.get("/help/follow/the-token")
    assert "Did somebody come?" in page.text
    path = f"/help/follow/the-token/visits/{number}"
    assert (await visitor.post(path, {"rating": "4"})).status_code == 422
    for _ in range(2):
        told = await visitor.post(path, {"happened": "yes", "rating": "4", "words": "谢谢"})
        assert told.status_code == 303
    assert "Thank you for telling us." in (await visitor.get(told.headers["location"])).text
    assert await value("SELECT count(*) FROM confirmation") == 1
    assert (await visitor.post("/help/follow/other/visits/1", {"happened": "yes"})).status_code == 404


async def test_the_next_visit_says_who_comes_by_short_name_and_number(visit: Arrive) -> None:
    town = await rows.town()
    made = await rows.received("the-token")
    number = await rows.visit_at(made, town.activity, town.manager, NOW + timedelta(days=3))
    await rows.signed_up(number, town.person, town.volunteer)
    page = await visit().get("/help/follow/the-token")
    assert f"王** ({await value('SELECT volunteer_no FROM person')})" in page.text
    assert "王三" not in page.text


async def test_a_worker_takes_a_request_on_one_screen_and_duplicates_show(visit: Arrive) -> None:
    town = await rows.town()
    known = await value("SELECT resident FROM request WHERE id = $1", await rows.received())
    worker = await visit().signs_in_as(town.worker)
    page = await worker.get("/requests/new")
    once = re.search(r'name="_once" value="([^"]+)"', page.text)
    assert once
    typed = await worker.post(
        "/requests/duplicates", {"name": "王秀兰", "phone": "13800138000"}, headers={"hx-request": "true"}
    )
    assert "same name, same telephone" in typed.text
    assert "<html" not in typed.text
    assert rows.ADDRESS not in typed.text
    form = {
        "_once": once.group(1), "channel": "window", "asked_by": "self", "service_kind": "home_help", "consent": "1",
        "community": make.COMMUNITY, "name": rows.NAME, "phone": rows.PHONE, "resident": str(known),
    }  # fmt: skip
    checked = await worker.post("/requests/new", {**form, "check": "1"})
    assert checked.status_code == 200
    assert "same telephone" in checked.text
    assert await value("SELECT count(*) FROM request") == 1
    first, second = await worker.post("/requests/new", form), await worker.post("/requests/new", form)
    assert first.headers["location"] == second.headers["location"]
    assert await value("SELECT count(*) FROM request") == 2
    assert await value("SELECT count(*) FROM resident") == 1
    refused = await worker.post("/requests/new", {**form, "consent": ""})
    assert refused.status_code == 422
    assert "Without agreement we may not pass this on." in refused.text


async def test_details_open_only_for_a_purpose_and_the_record_itself_names_nobody(visit: Arrive) -> None:
    town = await rows.town()
    made = await rows.received()
    worker = await visit().signs_in_as(town.worker)
    record = await worker.get(f"/requests/{made}")
    assert "王**" in record.text
    assert not [text for text in rows.PERSONAL if text in record.text]
    assert (await worker.post(f"/requests/{made}/details")).status_code == 422
    assert await value("SELECT count(*) FROM look") == 0
    opened = await worker.post(f"/requests/{made}/details", {"purpose": "call"})
    assert rows.ADDRESS in opened.text
    assert await value("SELECT purpose FROM look") == "call"


async def test_from_window_to_visit_through_the_pages(visit: Arrive) -> None:
    town = await rows.town()
    made = await rows.received()
    worker, manager = await visit().signs_in_as(town.worker), await visit().signs_in_as(town.manager)
    assert (await manager.get(f"/requests/{made}")).status_code == 404
    assert (await worker.post(f"/requests/{made}/decline")).status_code == 422
    assert (await worker.post(f"/requests/{made}/accept")).status_code == 303
    page = await worker.get(f"/requests/{made}")
    assert f'value="{town.line}"' in page.text
    assert (await worker.post(f"/requests/{made}/hand-over", {"line": str(town.line)})).status_code == 303
    assert "1 request needs a visit." in (await manager.get("/requests")).text
    plan = await manager.get(f"/requests/{made}/visits/new")
    once = re.search(r'name="_once" value="([^"]+)"', plan.text)
    assert once
    day = (NOW + timedelta(days=3)).date().isoformat()
    form = {"_once": once.group(1), "activity": str(town.activity), "day": day, "begins": "14:00", "minutes": "90",
            "volunteers": "2", "staff": "0", "weeks": "1"}  # fmt: skip
    for _ in range(2):
        planned = await manager.post(f"/requests/{made}/visits/new", form)
        assert planned.status_code == 303, planned.text
    assert await value("SELECT count(*) FROM shift") == 1
    assert "Visit planned" in (await manager.get(f"/requests/{made}")).text


async def test_the_visitors_page_opens_near_the_visit_and_takes_the_code(visit: Arrive) -> None:
    town = await rows.town()
    made = await rows.received()
    resident = await value("SELECT resident FROM request WHERE id = $1", made)
    worker = await visit().signs_in_as(town.worker)
    printed = await worker.post(f"/residents/{resident}/door-card", {"_once": "one"})
    again = await worker.post(f"/residents/{resident}/door-card", {"_once": "one"})
    assert printed.headers["location"] == again.headers["location"] == f"/residents/{resident}/door-card/1"
    sheet = await worker.get(printed.headers["location"])
    code = cards.code(resident, 1, 1)
    assert f"{code[:3]} {code[3:]}" in sheet.text
    assert "门牌卡" in sheet.text or "Door card" in sheet.text
    soon = await rows.visit_at(made, town.activity, town.manager, NOW + timedelta(days=5), place=2)
    present = await rows.visit_at(made, town.activity, town.manager, NOW - timedelta(hours=1), place=1)
    for number in (soon, present):
        await rows.signed_up(number, town.person, town.volunteer)
    volunteer = await visit().signs_in_as(town.volunteer)
    closed = await volunteer.get(f"/visits/{soon}")
    assert "The address opens" in closed.text
    assert rows.ADDRESS not in closed.text
    assert rows.ADDRESS in (await volunteer.get(f"/visits/{present}")).text
    shift = await rows.shift_of(present)
    assert (await volunteer.get(f"/shifts/{shift}/visit")).headers["location"] == f"/visits/{present}"
    wrong = await volunteer.post(f"/visits/{present}/confirm", {"code": cards.code(resident, 1, 2)})
    assert wrong.status_code == 422
    assert "Ask for code number 1" in wrong.text
    assert (await volunteer.post(f"/visits/{present}/confirm", {"code": code})).status_code == 303
    assert await rows.status_of(made) in ("planned", "confirmed")
    assert (await visit().get(f"/visits/{present}")).status_code == 303  # to sign in


async def test_guessing_codes_is_slowed_down(visit: Arrive) -> None:
    town = await rows.town()
    made = await rows.received()
    number = await rows.visit_at(made, town.activity, town.manager, NOW - timedelta(hours=1), place=1)
    await rows.signed_up(number, town.person, town.volunteer)
    volunteer = await visit().signs_in_as(town.volunteer)
    answers = [(await volunteer.post(f"/visits/{number}/confirm", {"code": f"{n:06d}"})).status_code for n in range(7)]
    assert answers[-1] == 429
    assert await value("SELECT count(*) FROM confirmation") == 0


async def test_the_slip_shows_a_link_that_works(visit: Arrive) -> None:
    town = await rows.town()
    made = await rows.received("old")
    worker = await visit().signs_in_as(town.worker)
    slip = await worker.post(f"/requests/{made}/slip")
    link = re.search(r"http://linli\.test(/help/follow/[\w-]{22})", slip.text)
    assert link
    assert (await visit().get(link.group(1))).status_code == 200
    assert (await visit().get("/help/follow/old")).status_code == 404


async def test_a_longer_list_asks_the_database_no_more(visit: Arrive) -> None:
    town = await rows.town()
    worker = await visit().signs_in_as(town.worker)
    await rows.received()
    async with listening() as few:
        await worker.get("/requests")
    for _ in range(12):
        await rows.received()
    async with listening() as many:
        page = await worker.get("/requests")
    assert "13 requests wait for your answer." in page.text
    assert len(few) == len(many)


@pytest.mark.parametrize(
    "query", ["pile=plan", "pile=nonsense", "kind=home_help", "number=R-2026-000001", "number=x", "page=-3"]
)
async def test_any_filter_gives_a_page(visit: Arrive, query: str) -> None:
    town = await rows.town()
    await rows.received()
    worker = await visit().signs_in_as(town.worker)
    assert (await worker.get(f"/requests?{query}")).status_code == 200


async def test_no_name_number_or_link_gets_into_the_log(
    app: Litestar, visit: Arrive, capsys: pytest.CaptureFixture[str]
) -> None:
    town = await rows.town()
    visitor = visit()
    await fill(visitor)
    sent = await visitor.post("/help/check")
    await visitor.get(sent.headers["location"])
    worker = await visit().signs_in_as(town.worker)
    await worker.post("/requests/1/details", {"purpose": "call"})
    said = capsys.readouterr()
    token = sent.headers["location"].split("/")[-1].split("?")[0]
    for text in (*rows.PERSONAL, token, "大塘龙"):
        assert text not in said.out + said.err
    assert asking.link_digest(token) == await value("SELECT link_digest FROM request")
    assert triage.link_digest is asking.link_digest
