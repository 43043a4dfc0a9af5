"""Certificates on the real database: drawing, standing, looking up, notices and stars; pages and JSON."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.accounts.actor import key_digest
from app.cli import main
from app.hours import actions
from app.hours.actions.certifying import Wish, draw, pdf_of
from app.hours.actions.star_tables import add_star_table
from app.hours.queries.certificates import (
    certificates_of,
    notices_on,
    own_certificate,
    public_key_bytes,
    reversals_of,
    seal_of,
)
from app.hours.queries.stars import standing_of
from app.hours.rules.certificate_file import verify_credential, verify_pdf
from app.hours.rules.certifying import code_of
from app.kit import clock
from app.kit.db import execute, value
from app.kit.errors import Conflict, Forbidden, Invalid
from tests import factories as make
from tests.counting import listening
from tests.hours import scene
from tests.hours.certified import NOW, SERVED, WISH, serve, served
from tests.visitor import Visitor

pytestmark = pytest.mark.usefixtures("db")
Arrive = Callable[[], Visitor]
MOST_STATEMENTS = 12


async def test_a_certificate_names_its_postings_and_what_they_say() -> None:
    who = await served()
    row = await who.draws()
    shot = row.shot
    assert (shot.name, shot.service_minutes, len(shot.entries)) == ("王三", 240, 2)
    assert [body.id for body in shot.bodies] == [who.ground.agency]
    assert shot.grades == {"B": 240}
    named = await value("SELECT array_agg(posting_id ORDER BY posting_id) FROM certificate_posting")
    assert named == [entry.posting_id for entry in shot.entries]
    found = verify_credential(row.credential, await public_key_bytes())
    assert found.good
    assert found.number == shot.number


async def test_days_outside_other_bodies_staff_time_and_reversed_entries_are_not_on_it() -> None:
    who = await served(days=3)
    await serve(who.ground, who.person, SERVED + timedelta(days=5), capacity="staff")
    manager = await scene.acting(who.ground.manager)
    await actions.undo(manager, who.attendances[2], "by_mistake", "", now=NOW)
    assert (await who.draws()).shot.service_minutes == 240
    one_day = await who.draws(Wish(from_on=date(2026, 10, 10), last_on=date(2026, 10, 10)))
    assert one_day.shot.service_minutes == 120
    elsewhere = await make.organisation("agency", "另一家")
    with pytest.raises(Conflict) as refused:
        await who.draws(Wish(from_on=WISH.from_on, last_on=WISH.last_on, agency=elsewhere))
    assert refused.value.first.code == "nothing_to_certify"
    assert await value("SELECT count(*) FROM certificate") == 2


async def test_wrong_days_and_strangers_to_service_get_a_sentence_and_no_certificate() -> None:
    who = await served(days=1)
    actor = await scene.acting(who.account)
    for wish in (
        Wish(from_on=date(2026, 10, 11), last_on=date(2026, 10, 10)),
        Wish(from_on=date(2026, 10, 1), last_on=date(2026, 11, 21)),
    ):
        with pytest.raises(Invalid) as wrong:
            await draw(actor, wish, now=NOW)
        assert "last_on" in wrong.value.fields
    with pytest.raises(Conflict) as refused:
        await draw(await scene.acting(await make.account()), WISH, now=NOW)
    assert refused.value.first.code == "no_volunteer_record"
    assert await value("SELECT count(*) FROM certificate") == 0


async def test_hours_of_a_merged_record_count_and_another_persons_do_not() -> None:
    who = await served(days=1)
    double = await make.person("王三")
    await serve(who.ground, double, SERVED + timedelta(days=9))
    assert (await who.draws()).shot.service_minutes == 120
    await execute("UPDATE person SET merged_into = $2 WHERE id = $1", double, who.person)
    assert (await who.draws()).shot.service_minutes == 240
    standing = await standing_of(who.account, NOW.date())
    assert standing.minutes == 240


async def test_a_reversal_supersedes_the_certificate_with_the_class_of_its_reason() -> None:
    who = await served()
    row = await who.draws()
    assert await reversals_of(row.id) == []
    await actions.undo(await scene.acting(who.ground.manager), who.attendances[0], "not_served", "他没来", now=NOW)
    [taken_back] = await reversals_of(row.id)
    assert taken_back.reason == "not_served"
    [listed] = await certificates_of(who.account)
    assert (listed.reversed, listed.minutes) == (1, 240)
    assert (await who.draws()).shot.service_minutes == 120
    assert row.shot == (await own_certificate(who.account, row.id)).shot  # type: ignore[union-attr]


async def test_the_record_cannot_be_changed_afterwards() -> None:
    row = await (await served(days=1)).draws()
    with pytest.raises(Exception, match="permission denied"):
        await execute("UPDATE certificate SET snapshot = '{}' WHERE id = $1", row.id)


async def test_the_seal_of_its_entries_shows() -> None:
    row = await (await served()).draws()
    seal = await seal_of(row.id)
    assert (seal.postings, seal.sealed, seal.size) == (2, 0, None)


async def test_a_pdf_is_signed_in_both_languages_and_a_flipped_byte_is_found() -> None:
    row = await (await served()).draws()
    keys = await public_key_bytes()
    for language in ("zh", "en"):
        pdf = await pdf_of(row, language, now=NOW)
        found = verify_pdf(pdf, keys)
        assert found.good
        assert found.number == row.shot.number
        for place in range(0, len(pdf), len(pdf) // 200):
            assert not verify_pdf(pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :], keys).good


async def test_a_notice_shows_masked_for_at_least_seven_days_and_then_vanishes(visit: Arrive) -> None:
    who = await served(days=1, name="欧阳小荷")
    now = clock.now()  # the page asks what day it is
    await who.draws(Wish(from_on=WISH.from_on, last_on=WISH.last_on, notice_days=7), now=now)
    await who.draws(now=now)
    drawn_on = clock.local_day(now)
    for days, shown in ((0, 1), (7, 1), (8, 0), (-1, 0)):
        assert len(await notices_on(drawn_on + timedelta(days=days))) == shown, days
    answer = await visit().get("/public-notices")
    assert "欧***" in answer.text
    assert "小荷" not in answer.text
    assert answer.text.count("欧***") == 1


# Stars.


async def test_stars_follow_the_table_of_the_place_and_count_service_only() -> None:
    who = await served(days=1)
    platform = await make.organisation("platform", "平台")
    admin = await scene.acting(await make.member(platform, "platform_admin"))
    today = date(2026, 11, 20)
    before = await standing_of(who.account, today)
    assert (before.minutes, before.stars, before.missing) == (120, 0, 100 * 60 - 120)
    await add_star_table(admin, make.DISTRICT, today, "1 2 4", now=NOW)
    after = await standing_of(who.account, today)
    assert (after.stars, after.missing) == (2, 120)
    assert (await standing_of(who.account, today - timedelta(days=1))) == before


async def test_star_tables_are_added_once_by_the_administrator_and_never_backdated() -> None:
    ground = await scene.build()
    admin = await scene.acting(await make.member(await make.organisation("platform", "平台"), "platform_admin"))
    today = date(2026, 11, 20)
    await add_star_table(admin, "", today, "50 100", now=NOW)
    with pytest.raises(Conflict) as known:
        await add_star_table(admin, "", today, "60 120", now=NOW)
    assert known.value.first.code == "star_table_known"
    for region, on, hours in (("", today - timedelta(days=1), "1"), ("99", today, "1"), ("", today, "2 1")):
        with pytest.raises(Invalid):
            await add_star_table(admin, region, on, hours, now=NOW)
    with pytest.raises(Forbidden):
        await add_star_table(await scene.acting(ground.manager), "", today + timedelta(days=1), "1", now=NOW)
    assert await value("SELECT count(*) FROM star_tier") == 7


# Pages.


async def test_a_volunteer_draws_once_and_looks_at_it_and_nobody_else_can(visit: Arrive) -> None:
    who = await served()
    visitor = await visit().signs_in_as(who.account)
    assert "2026-10-10" in (await visitor.get("/me/certificates/new")).text
    form = {"from_on": "2026-01-01", "last_on": "2026-11-20", "agency": "", "notice_days": "0", "_once": "a" * 20}
    first, second = [await visitor.post("/me/certificates/new", form) for _ in range(2)]
    assert first.headers["location"] == second.headers["location"]
    assert await value("SELECT count(*) FROM certificate") == 1
    path = first.headers["location"]
    shown = await visitor.get(path)
    assert "4 h" in shown.text
    assert "Stands" in shown.text
    pdf = await visitor.get(f"{path}/pdf?language=en")
    assert pdf.headers["content-type"] == "application/pdf"
    assert verify_pdf(pdf.content, await public_key_bytes()).good
    assert verify_credential((await visitor.get(f"{path}/credential")).text, await public_key_bytes()).good
    assert (await visitor.get(f"{path}/pdf?language=fr")).status_code == 404
    stranger = await visit().signs_in_as(who.ground.manager)
    for part in ("", "/pdf", "/credential"):
        assert (await stranger.get(path + part)).status_code == 404


async def test_a_form_that_cannot_be_meant_keeps_what_was_typed(visit: Arrive) -> None:
    visitor = await visit().signs_in_as((await served(days=1)).account)
    answer = await visitor.post("/me/certificates/new", {"from_on": "2026-10-11", "last_on": "2026-10-10"})
    assert answer.status_code == 422
    assert "The last day must not be before the first." in answer.text
    assert 'value="2026-10-11"' in answer.text
    assert await value("SELECT count(*) FROM certificate") == 0


async def test_anyone_verifies_by_link_or_by_number_and_code(visit: Arrive) -> None:
    row = await (await served()).draws()
    visitor = visit()
    page = await visitor.get(f"/verify/{row.token}")
    assert page.status_code == 200
    assert "王三" in page.text
    assert "Valid" in page.text
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    typed = {"number": row.shot.number.replace("-", " ").lower(), "code": code_of(row.token).lower()}
    found = await visitor.post("/verify", typed)
    assert (found.status_code, found.headers["location"]) == (303, f"/verify/{row.token}")
    wrong = await visitor.post("/verify", typed | {"code": "000000"})
    assert wrong.status_code == 422
    assert row.token not in wrong.text
    assert (await visitor.get("/verify/guessed")).status_code == 404


async def test_guessing_codes_is_slowed_down(visit: Arrive) -> None:
    visitor = visit()
    answers = [await visitor.post("/verify", {"number": "20261122-AAAAAA", "code": "AAAAAA"}) for _ in range(21)]
    assert [answer.status_code for answer in answers].count(429) == 1


async def test_whoever_verifies_sees_that_it_is_superseded_and_why_but_no_details(visit: Arrive) -> None:
    who = await served()
    row = await who.draws()
    await actions.undo(await scene.acting(who.ground.manager), who.attendances[0], "not_served", "他没来", now=NOW)
    page = (await visit().get(f"/verify/{row.token}")).text
    assert "Superseded" in page
    assert "It did not take place" in page
    assert "他没来" not in page
    assert "Valid" not in page


async def test_a_file_is_checked_on_the_page(visit: Arrive) -> None:
    row = await (await served(days=1)).draws()
    pdf = await pdf_of(row, "zh", now=NOW)
    visitor = visit()
    good = await visitor.post("/verify/file", files={"file": ("c.pdf", pdf)})
    assert good.status_code == 200
    assert "The file is as it was made" in good.text
    jwt = await visitor.post("/verify/file", files={"file": ("c.jwt", row.credential.encode())})
    assert "The file is as it was made" in jwt.text
    bad = await visitor.post("/verify/file", files={"file": ("c.pdf", pdf.replace(b"obj", b"obk", 1))})
    assert "the signature does not fit" in bad.text
    assert "王三" not in bad.text
    assert (await visitor.post("/verify/file", {"file": ""})).status_code == 422


async def test_the_command_checks_a_certificate_with_the_published_keys_alone(
    visit: Arrive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row = await (await served(days=1)).draws()
    pdf = await pdf_of(row, "en", now=NOW)
    keys, paper, credential = tmp_path / "keys.json", tmp_path / "c.pdf", tmp_path / "c.jwt"
    keys.write_bytes((await visit().get("/seals/keys.json")).content)
    paper.write_bytes(pdf)
    credential.write_text(row.credential)
    monkeypatch.setenv("LC_ALL", "C")
    for file in (paper, credential):
        assert main(["verify", str(file), "--keys", str(keys)]) == 0
        assert row.shot.number in capsys.readouterr().out
    paper.write_bytes(pdf.replace(b"obj", b"obk", 1))
    head, body, signature = row.credential.split(".")
    credential.write_text(".".join((head, body[:-2] + ("A" if body[-2] != "A" else "B") + body[-1], signature)))
    for file in (paper, credential):
        assert main(["verify", str(file), "--keys", str(keys)]) == 1
        assert "Do not rely on it." in capsys.readouterr().err


async def test_the_keys_are_published_for_other_software(visit: Arrive) -> None:
    await (await served(days=1)).draws()
    [key] = (await visit().get("/.well-known/jwks.json")).json()["keys"]
    assert (key["kty"], key["crv"], key["alg"]) == ("OKP", "Ed25519", "EdDSA")
    assert "d" not in key


async def test_a_list_asks_no_more_for_more_certificates(visit: Arrive) -> None:
    who = await served()
    visitor = await visit().signs_in_as(who.account)
    counts = []
    for _ in range(2):
        await who.draws()
        await visitor.get("/me/certificates")
        async with listening() as heard:
            assert (await visitor.get("/me/certificates")).status_code == 200
        counts.append(len(heard))
    assert counts[0] == counts[1] <= MOST_STATEMENTS


# JSON.


async def _key_of(account: int, organisation: int) -> dict[str, str]:
    key = f"lk_{account:043d}"
    await execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " VALUES ($1, 'social_worker', 'test', 'lk_', $2, $3, $4)",
        organisation, key_digest(key), account, datetime.now(UTC),
    )  # fmt: skip
    return {"authorization": f"Bearer {key}"}


async def test_the_api_draws_shows_and_checks(visit: Arrive) -> None:
    ground = await scene.build()
    person = await make.person("吴六", ground.worker)
    await execute("UPDATE person SET account = $2 WHERE id = $1", person, ground.worker)
    shift = await ground.shift(starts=SERVED)
    signup = await ground.signup(shift, person)
    for direction, at in (("in", SERVED), ("out", SERVED + timedelta(hours=2))):
        await scene.punch(signup, direction, at, ground.colleague)
    attendance = await scene.recorded(signup)
    if await value("SELECT status FROM attendance WHERE id = $1", attendance) != "posted":
        await actions.approve(await scene.acting(ground.manager), attendance, now=NOW)
    api, headers = visit().browser, await _key_of(ground.worker, ground.agency)
    wish: dict[str, Any] = {"from_on": "2026-01-01", "last_on": "2026-11-20"}
    drawn = await api.post("/api/v1/me/certificates", json=wish, headers=headers)
    assert drawn.status_code == 201
    said = drawn.json()
    assert (said["service_minutes"], said["stands"], said["entries"]) == (120, True, 1)
    listed = await api.get("/api/v1/me/certificates", headers=headers)
    assert [item["number"] for item in listed.json()["items"]] == [said["number"]]
    assert (await api.get(f"/api/v1/me/certificates/{said['id']}", headers=headers)).json() == said
    pdf = await api.get(f"/api/v1/me/certificates/{said['id']}/pdf?language=en", headers=headers)
    assert verify_pdf(pdf.content, await public_key_bytes()).good
    assert (await api.get("/api/v1/me/stars", headers=headers)).json()["minutes"] == 120
    token = said["verify_url"].rpartition("/")[2]
    public = (await api.get(f"/api/v1/certificates/{token}")).json()
    assert public["number"] == said["number"]
    assert "credential" not in public
    checked = (await api.post("/api/v1/certificates/check", json={"credential": said["credential"]})).json()
    assert checked["good"]
    assert checked["certificate"]["stands"]
    spoilt = said["credential"][:-2] + ("AA" if not said["credential"].endswith("AA") else "BB")
    refused = (await api.post("/api/v1/certificates/check", json={"credential": spoilt})).json()
    assert (refused["good"], refused["certificate"]) == (False, None)
    ahead = await api.post("/api/v1/me/certificates", json=wish | {"last_on": "2126-01-01"}, headers=headers)
    assert ahead.status_code == 422
