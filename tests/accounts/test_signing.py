"""Signing up, in and out: whose session it is, and what a stranger cannot learn or plant."""

import secrets
from collections.abc import Callable
from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from app.accounts import passwords
from app.accounts.actions import signing
from app.accounts.queries.accounts import Credential
from app.kit import clock
from app.kit.db import execute, value
from app.kit.errors import Conflict, Forbidden, Invalid
from tests import factories as make
from tests.visitor import Visitor

Visit = Callable[[], Visitor]
PASSWORD = "four plain words here"
NUMBER = "138 0013 8000"


async def an_account(identifier: str = NUMBER) -> Credential:
    return await signing.sign_up("陈一", identifier, PASSWORD, now=clock.now())


async def test_someone_signs_up_and_in_by_number_or_address_however_typed(visit: Visit) -> None:
    visitor = visit()
    form = {"name": "陈一", "identifier": "１３８ 0013-8000", "password": PASSWORD, "consent": "1"}
    made = await visitor.post("/sign-up", form)
    assert (made.status_code, made.headers["location"]) == (303, "/me/profile")
    assert "138****8000" in (await visitor.get("/account")).text
    assert await value("SELECT count(*) FROM consent WHERE subject_kind = 'account' AND version <> ''") == 1
    await visitor.post("/sign-out")
    assert (await visitor.get("/account")).status_code == 303
    back = await visitor.post("/sign-in", {"identifier": "+8613800138000", "password": PASSWORD, "next": "/account"})
    assert (back.status_code, back.headers["location"]) == (303, "/account")


async def test_without_consent_there_is_no_account_and_what_was_typed_is_kept(visit: Visit) -> None:
    form = {"name": "陈一", "identifier": NUMBER, "password": PASSWORD, "next": "/shifts/7"}
    refused = await visit().post("/sign-up", form)
    assert refused.status_code == 422
    assert NUMBER in refused.text
    assert "/shifts/7" in refused.text
    assert PASSWORD not in refused.text
    assert await value("SELECT count(*) FROM account") == 0


async def test_a_number_that_is_known_makes_no_second_account_and_says_nothing_of_the_first(visit: Visit) -> None:
    await an_account()
    form = {"name": "李二", "identifier": NUMBER, "password": "other words for this", "consent": "1"}
    refused = await visit().post("/sign-up", form)
    assert refused.status_code == 422
    assert "No new account can be made" in refused.text
    assert "陈一" not in refused.text
    assert await value("SELECT count(*) FROM account") == 1
    with pytest.raises(Conflict):
        await signing.sign_up("李二", NUMBER, PASSWORD, now=clock.now())


async def test_unknown_account_and_wrong_password_get_one_answer_for_the_same_work(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    await an_account()
    work: list[str] = []
    real = PasswordHasher.verify

    def counted(hasher: PasswordHasher, stored: str, password: str) -> bool:
        work.append(stored.rsplit("$", 2)[0])
        return bool(real(hasher, stored, password))

    monkeypatch.setattr(PasswordHasher, "verify", counted)
    answers = [
        await visit().post("/sign-in", {"identifier": identifier, "password": "not the right one"})
        for identifier in (NUMBER, "139 0013 9000", "nobody@example.org")
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert len(work) == 3
    assert len(set(work)) == 1, "the same parameters, so the same work"
    sentence = "The number or address and the password do not belong together."
    assert all(sentence in answer.text for answer in answers)


async def test_disabled_accounts_and_accounts_without_a_password_cannot_be_entered(visit: Visit) -> None:
    account = await an_account()
    await execute("UPDATE account SET disabled_at = now() WHERE id = $1", account.account_id)
    await make.account(phone="+8613900139000")
    for identifier, password in ((NUMBER, PASSWORD), ("13900139000", "!")):
        with pytest.raises(Forbidden):
            await signing.prove(identifier, password, now=clock.now())


async def test_a_hash_of_older_parameters_is_renewed_at_the_next_sign_in(visit: Visit) -> None:
    account = await an_account()
    weaker = PasswordHasher(time_cost=1).hash(PASSWORD)
    await execute("UPDATE account SET password_hash = $2 WHERE id = $1", account.account_id, weaker)
    visitor = visit()
    assert (await visitor.post("/sign-in", {"identifier": NUMBER, "password": PASSWORD})).status_code == 303
    stored = await value("SELECT password_hash FROM account WHERE id = $1", account.account_id)
    assert stored != weaker
    assert not passwords.is_outdated(stored)
    assert (await visitor.get("/account")).status_code == 200


async def test_a_visitor_gets_no_cookie_but_the_one_that_guards_forms(visit: Visit) -> None:
    visitor = visit()
    for path in ("/", "/privacy", "/sign-in", "/sign-up", "/no-such-page", "/regions/children?under="):
        await visitor.get(path)
    await visitor.post("/sign-in", {"identifier": NUMBER, "password": "x"})
    assert set(visitor.browser.cookies) == {"csrftoken"}


async def test_signing_in_never_adopts_an_id_that_somebody_planted(visit: Visit) -> None:
    await an_account()
    visitor, planted = visit(), secrets.token_hex(32)
    visitor.browser.cookies.set("linli", planted, domain="linli.test")
    await visitor.post("/sign-in", {"identifier": NUMBER, "password": PASSWORD})
    own = visitor.browser.cookies.get("linli", domain="linli.test.local") or visitor.browser.cookies["linli"]
    assert own != planted
    attacker = visit()
    attacker.browser.cookies.set("linli", planted, domain="linli.test")
    assert (await attacker.get("/account")).status_code == 303


async def test_signing_in_and_out_gives_up_the_old_id_even_for_one_that_was_known(visit: Visit) -> None:
    account = await an_account()
    visitor = await visit().signs_in_as(await make.account("李二"))
    before = visitor.browser.cookies["linli"]
    await visitor.post("/sign-in", {"identifier": NUMBER, "password": PASSWORD})
    after = visitor.browser.cookies["linli"]
    assert after != before
    thief = visit()
    for stolen in (before, after):
        thief.browser.cookies.set("linli", stolen, domain="linli.test")
        seen = (await thief.get("/account")).status_code
        assert seen == (303 if stolen == before else 200)
    await visitor.post("/sign-out")
    assert (await thief.get("/account")).status_code == 303
    assert account.account_id


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"])
async def test_nobody_is_led_elsewhere_after_signing_in(visit: Visit, elsewhere: str) -> None:
    await an_account()
    visitor = visit()
    assert elsewhere not in (await visitor.get("/sign-in", params={"next": elsewhere})).text
    form = {"identifier": NUMBER, "password": PASSWORD, "next": elsewhere}
    assert (await visitor.post("/sign-in", form)).headers["location"] == "/"
    assert (await visitor.get("/sign-in", params={"next": elsewhere})).headers["location"] == "/"


async def test_guessing_is_slowed_down(visit: Visit) -> None:
    visitor = visit()
    for _ in range(20):
        await visitor.post("/sign-in", {"identifier": ""})
    slowed = await visitor.post("/sign-in", {"identifier": NUMBER, "password": PASSWORD})
    assert slowed.status_code == 429
    assert int(slowed.headers["retry-after"]) > 0


async def test_changing_the_password_ends_sessions_elsewhere_and_not_this_one(visit: Visit) -> None:
    await an_account()
    here, elsewhere = visit(), visit()
    for visitor in (here, elsewhere):
        await visitor.post("/sign-in", {"identifier": NUMBER, "password": PASSWORD})
    wrong = await here.post("/account/password", {"present": "not the right one", "new": "another good password"})
    assert "This is not your present password." in wrong.text
    same = await here.post("/account/password", {"present": PASSWORD, "new": "13800138000"})
    assert same.status_code == 422
    assert (await elsewhere.get("/account")).status_code == 200
    changed = await here.post("/account/password", {"present": PASSWORD, "new": "another good password"})
    assert changed.status_code == 303
    assert (await here.get("/account")).status_code == 200
    assert (await elsewhere.get("/account")).status_code == 303


async def test_a_given_password_opens_only_the_choice_of_ones_own_and_only_once(visit: Visit) -> None:
    account, now = await an_account(), clock.now()
    given = await signing.give_one_time_password(account.account_id, now=now)
    visitor = visit()
    led = await visitor.post("/sign-in", {"identifier": NUMBER, "password": given})
    assert led.headers["location"] == "/sign-in/password"
    assert (await visitor.get("/account")).status_code == 303
    chosen = await visitor.post("/sign-in/password", {"new": "my very own words", "consent": "1"})
    assert chosen.headers["location"] == "/"
    assert (await visitor.get("/account")).status_code == 200
    with pytest.raises(Forbidden):
        await signing.prove(NUMBER, given, now=now)
    again = await signing.give_one_time_password(account.account_id, now=now)
    with pytest.raises(Forbidden):
        await signing.prove(NUMBER, again, now=now + timedelta(days=8))


async def test_someone_chooses_name_and_language_and_acts_only_in_a_post_of_ones_own(visit: Visit) -> None:
    first, second = await make.organisation(), await make.organisation("funder", "街道办")
    account = await make.member(first, "agency_manager")
    other = await make.member(first, "social_worker")
    await execute(
        "INSERT INTO membership (account, organisation, role, since) VALUES ($1, $2, 'funder_officer', now())",
        account, second,
    )  # fmt: skip
    visitor = await visit().signs_in_as(account)
    assert (await visitor.post("/account", {"name": "陈新", "locale": "zh_CN"})).status_code == 303
    assert "我的账户" in (await visitor.get("/account")).text
    mine = await value("SELECT id FROM membership WHERE account = $1 AND organisation = $2", account, second)
    theirs = await value("SELECT id FROM membership WHERE account = $1", other)
    assert (await visitor.post("/acting", {"membership": theirs})).status_code == 404
    before = visitor.browser.cookies["linli"]
    assert (await visitor.post("/acting", {"membership": mine, "next": "/keys"})).headers["location"] == "/keys"
    assert visitor.browser.cookies["linli"] != before
    assert (await visitor.get("/keys")).status_code == 200


def test_a_name_alone_is_no_account() -> None:
    with pytest.raises(Invalid):
        signing.identifier_or_invalid("陈一")
