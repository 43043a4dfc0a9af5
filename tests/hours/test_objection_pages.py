"""Contesting hours and answering in a browser and through the API; and where one's own hours are."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO

from PIL import Image

from app.accounts.actor import key_digest
from app.hours import actions
from app.hours.actions import objecting
from app.hours.queries.mine import own_hours
from app.hours.queries.objecting import talk_of
from app.hours.rules import Stretch
from app.hours.rules.objecting import Claim
from app.hours.rules.whereabouts import Holder, Stage
from app.kit import clock
from app.kit.db import execute, value
from app.kit.workdays import add_workdays
from tests import factories as make
from tests.counting import listening
from tests.hours import scene as set_up
from tests.hours.scene import Scene, acting, attendance, entries, punch, recorded
from tests.visitor import Visitor

LAST_MONTH = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
WRONG = {"claim": "wrong_times", "words": "I left at five."}
ANSWER = {"answer": "The roster says so.", "came_on": "2026-03-02", "left_on": "2026-03-02"}
TIMES = {"came_at": "14:00", "left_at": "17:00"}


def picture() -> bytes:
    """A photo as it is sent."""
    sent = BytesIO()
    Image.new("RGB", (50, 40), (200, 10, 10)).save(sent, "PNG")
    return sent.getvalue()


async def english(organisation: int) -> str:
    """An organisation's name for English readers."""
    return str(await value("SELECT name_en FROM organisation WHERE id = $1", organisation))


async def served(scene: Scene, *, posted: bool = True) -> tuple[int, int]:
    """An attendance that is over, and the account of whoever served."""
    here = await scene.attended(starts=LAST_MONTH)
    if posted:
        await actions.approve(await acting(scene.manager), here, now=clock.now())
    return here, int(await value("SELECT account_id FROM attendance WHERE id = $1", here))


async def test_a_volunteer_contests_with_a_photo_and_a_colleague_upholds(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here, account = await served(scene)
    person = await visit().signs_in_as(account)
    shown = await person.get(f"/attendances/{here}")
    assert "Something is wrong" in shown.text
    form = await person.get(f"/attendances/{here}/objections/new")
    assert 'enctype="multipart/form-data"' in form.text
    sent = await person.post(
        f"/attendances/{here}/objections",
        {**WRONG, "came_on": "2026-03-02", "left_on": "2026-03-02", **TIMES},
        files={"photo": ("roster.png", picture(), "image/png")},
    )
    assert sent.status_code == 303
    talk = sent.headers["location"]
    made = int(talk.rsplit("/", 1)[-1])
    page = await person.get(talk)
    assert "working days left" in page.text
    assert f"After that {await english(scene.funder)} decides." in page.text
    [word] = await talk_of(made)
    photo = await person.get(f"{talk}/photos/{word.id}")
    assert (photo.headers["content-type"], photo.headers["x-content-type-options"]) == ("image/jpeg", "nosniff")
    assert photo.content[:3] == b"\xff\xd8\xff"
    assert "no-store" in photo.headers["cache-control"]

    for stranger in (scene.worker, scene.officer):
        other = await visit().signs_in_as(stranger)
        assert (await other.get(talk)).status_code == 404
        assert (await other.get(f"{talk}/photos/{word.id}")).status_code == 404
    proof = await (await visit().signs_in_as(scene.officer)).get(f"/attendances/{here}")
    assert "These hours are contested: The times are wrong" in proof.text, "the funder sees that, not the talk"
    assert "I left at five." not in proof.text
    assert talk not in proof.text

    colleague = await visit().signs_in_as(scene.colleague)
    inbox = await colleague.get("/objections")
    assert "1 person waits for your answer about their hours." in inbox.text
    assert talk in inbox.text
    decided = await colleague.post(f"{talk}/uphold", {**ANSWER, **TIMES})
    assert decided.status_code == 303
    assert (await attendance(here)).status == "recorded"
    after = await person.get(talk)
    assert "Upheld by" in after.text
    assert "The roster says so." in after.text
    assert f'action="{talk}/words"' not in after.text
    assert [entry.minutes for entry in await entries(here)] == [120], "until a colleague approves the new times"


async def test_a_form_with_faults_keeps_what_was_typed(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here, account = await served(scene)
    person = await visit().signs_in_as(account)
    path = f"/attendances/{here}/objections"
    empty = await person.post(path, {})
    assert empty.status_code == 422
    assert "Choose what is wrong." in empty.text
    half = await person.post(path, {**WRONG, "came_on": "2026-03-02", "came_at": "14:00"})
    assert "Give both times" in half.text
    assert "I left at five." in half.text
    no_photo = await person.post(path, WRONG, files={"photo": ("virus.jpg", b"MZ\x90\x00", "image/jpeg")})
    assert no_photo.status_code == 422
    assert "We cannot read this file as a picture." in no_photo.text
    assert not await value("SELECT count(*) FROM objection")


async def test_a_double_tap_contests_once(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here, account = await served(scene)
    person = await visit().signs_in_as(account)
    first = await person.post(f"/attendances/{here}/objections", {**WRONG, "_once": "tap"})
    second = await person.post(f"/attendances/{here}/objections", {**WRONG, "_once": "tap"})
    assert first.headers["location"] == second.headers["location"]
    assert await value("SELECT count(*) FROM objection") == 1
    again = await person.post(f"/attendances/{here}/objections", WRONG)
    assert again.status_code == 422
    assert "You have contested this already" in again.text


async def test_whoever_vouched_is_told_why_only_a_colleague_can_uphold(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here, account = await served(scene)
    made = await objecting.object_to(await acting(account), here, Claim.WRONG_TIMES, "x", now=clock.now())
    manager = await visit().signs_in_as(scene.manager)
    page = await manager.get(f"/objections/{made}")
    assert "You vouched for this" in page.text
    assert "Uphold: the person is right" not in page.text
    refused = await manager.post(f"/objections/{made}/refuse", {"answer": ""})
    assert refused.status_code == 422
    assert "Say why, so that the person can understand it." in refused.text
    await manager.post(f"/objections/{made}/refuse", {"answer": "The door log says four."})
    answered = await manager.get("/objections?show=answered")
    assert "Not upheld" in answered.text
    person = await visit().signs_in_as(account)
    page = await person.get(f"/objections/{made}")
    assert "contest it once more" in page.text
    assert "The door log says four." in page.text


async def test_the_two_sides_write_and_the_person_withdraws(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here, account = await served(scene)
    made = await objecting.object_to(await acting(account), here, Claim.WRONG_TIMES, "x", now=clock.now())
    manager, person = await visit().signs_in_as(scene.manager), await visit().signs_in_as(account)
    await manager.post(f"/objections/{made}/words", {"words": "Which <door>?"})
    assert "Which &lt;door&gt;?" in (await person.get(f"/objections/{made}")).text
    nothing = await person.post(f"/objections/{made}/words", {"words": " "})
    assert "Write something or add a photo." in nothing.text
    assert (await manager.post(f"/objections/{made}/withdraw")).status_code == 404
    assert (await person.post(f"/objections/{made}/withdraw")).status_code == 303
    assert (await person.post(f"/objections/{made}/words", {"words": "late"})).status_code == 422
    assert [word.words for word in await talk_of(made)] == ["x", "Which <door>?"]


async def test_my_hours_say_where_each_is_who_holds_it_and_until_when(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here, account = await served(scene)
    person_id = int(await value("SELECT person FROM attendance WHERE id = $1", here))
    days = [LAST_MONTH + timedelta(days=day) for day in range(1, 5)]
    kept = {}
    for name, day in zip(("waits", "missing", "returned", "tier"), days, strict=True):
        shift = await scene.shift(starts=day)
        signup = await scene.signup(shift, person_id)
        if name != "missing":
            await punch(signup, "in", day, scene.worker)
            await punch(signup, "out", day + timedelta(minutes=120), scene.worker)
        await actions.open_for_shift(shift, now=clock.now())
        kept[name] = await recorded(signup)
    await actions.give_back(await acting(scene.manager), kept["returned"], "Who opened?", now=clock.now())
    await execute(
        "UPDATE attendance SET tiers = '{agency,second}', vouched = 1, status = 'vouched' WHERE id = $1", kept["tier"]
    )
    own = await own_hours(account, None, now=clock.now())
    placed = {one.row.id: one for one in own.rows}
    assert (placed[here].where.stage, placed[here].due_on) == (Stage.COUNTED, None)
    waits = placed[kept["waits"]]
    assert (waits.where.stage, waits.where.holder) == (Stage.APPROVING, Holder.AGENCY)
    assert waits.due_on == add_workdays(clock.local_day(days[0]), 10)
    assert placed[kept["missing"]].where.stage is Stage.PUNCH_MISSING
    assert placed[kept["returned"]].where.stage is Stage.TO_CORRECT
    assert placed[kept["tier"]].where.holder is Holder.SECOND
    assert own.posted_minutes == 120
    assert own.waiting_minutes == 360

    visitor = await visit().signs_in_as(account)
    agency = await english(scene.agency)
    page = await visitor.get("/me/hours")
    assert "2 h count. 6 h more are on their way." in page.text
    for said in (
        f"{agency} has to approve it.",
        f"{agency} has to key the times.",
        f"{agency} has to correct it: Who opened?",
        f"A second person at {agency} has to approve it.",
        "working days late",
    ):
        assert said in page.text
    made = await objecting.object_to(
        await acting(account), kept["missing"], Claim.MISSING, "I was there.", now=clock.now()
    )
    page = await visitor.get("/me/hours")
    assert f"{agency} has to answer you." in page.text
    assert f'href="/objections/{made}"' in page.text


async def test_hours_being_corrected_count_as_before_until_then(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here, account = await served(scene)
    made = await objecting.object_to(await acting(account), here, Claim.WRONG_TIMES, "x", now=clock.now())
    longer = Stretch(LAST_MONTH, LAST_MONTH + timedelta(minutes=180))
    await objecting.uphold(await acting(scene.colleague), made, longer, "yes", now=clock.now())
    page = await (await visit().signs_in_as(account)).get("/me/hours")
    assert "2 h count. 1 h more are on their way." in page.text, "what is posted is not counted twice"
    assert "Until then 2 h count." in page.text
    assert "You contested it and were right." in page.text


async def test_lists_ask_the_database_no_more_when_they_are_longer(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here, account = await served(scene)
    person_id = int(await value("SELECT person FROM attendance WHERE id = $1", here))
    person, manager = await visit().signs_in_as(account), await visit().signs_in_as(scene.colleague)

    async def one_more(day: int) -> None:
        starts = LAST_MONTH + timedelta(days=day)
        signup = await scene.signup(await scene.shift(starts=starts), person_id)
        await punch(signup, "in", starts, scene.worker)
        await punch(signup, "out", starts + timedelta(minutes=60), scene.worker)
        made = await recorded(signup)
        await objecting.object_to(await acting(account), made, Claim.WRONG_TIMES, "x", now=clock.now())

    async def asked() -> list[int]:
        counts = []
        for visitor, path in ((person, "/me/hours"), (manager, "/objections")):
            async with listening() as heard:
                answer = await visitor.get(path)
            assert answer.status_code == 200
            counts.append(len(heard))
        return counts

    await one_more(1)
    await asked()  # the first visit may fill caches
    few = await asked()
    for day in range(2, 9):
        await one_more(day)
    assert await asked() == few


async def test_the_api_says_the_same(visit: Callable[[], Visitor]) -> None:
    scene = await set_up.build()
    here, account = await served(scene)
    made = await objecting.object_to(await acting(account), here, Claim.WRONG_TIMES, "x", now=clock.now())
    visitor = visit()
    headers = {"authorization": f"Bearer {await make_key(scene.agency, scene.colleague)}"}
    [item] = (await visitor.get("/api/v1/objections", headers=headers)).json()["items"]
    assert (item["id"], item["claim"], item["held_by"], item["claim_text"]) == (
        made, "wrong_times", "agency", "The times are wrong",
    )  # fmt: skip
    assert item["holder"] == await english(scene.agency)
    assert item["due_on"] == add_workdays(clock.local_day(clock.now()), 5).isoformat()
    photo = base64.b64encode(picture()).decode()
    said = await visitor.browser.post(
        f"/api/v1/objections/{made}/words", headers=headers, json={"words": "Which day?", "photo": photo}
    )
    assert [word["side"] for word in said.json()["words"]] == ["person", "agency"]
    word = said.json()["words"][1]
    shown = await visitor.get(f"/api/v1/objections/{made}/photos/{word['id']}", headers=headers)
    assert shown.headers["content-type"] == "image/jpeg"
    refused = await visitor.browser.post(
        f"/api/v1/objections/{made}/uphold", headers=headers, json={"words": "yes", "came": "2026-03-02T14:00:00+08:00"}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "say_both_times")
    times = {"came": "2026-03-02T14:00:00+08:00", "left": "2026-03-02T17:00:00+08:00"}
    upheld = await visitor.browser.post(
        f"/api/v1/objections/{made}/uphold", headers=headers, json={"words": "yes", **times}
    )
    assert upheld.json()["objection"]["status"] == "upheld"
    proof = (await visitor.get(f"/api/v1/attendances/{here}", headers=headers)).json()
    assert [each["status"] for each in proof["objections"]] == ["upheld"]
    assert proof["attendance"]["status"] == "recorded"
    own = (await visitor.get("/api/v1/me/hours", headers=headers)).json()
    assert (own["posted_minutes"], own["items"]) == (0, []), "the key's maker has served nowhere"


async def make_key(organisation: int, account: int) -> str:
    """An API key of a member."""
    key = f"lk_{account:043d}"
    await make.execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " VALUES ($1, 'agency_manager', 'test', 'lk_', $2, $3, now())",
        organisation,
        key_digest(key),
        account,
    )
    return key
