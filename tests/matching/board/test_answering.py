"""The matcher's process answers who could take a seat, from a picture that is kept true."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import msgspec
import pytest
from redis.asyncio import Redis

from app.accounts.actor import key_digest
from app.kit import clock
from app.kit.db import execute
from app.kit.embedded import EmbeddedValkey
from app.matching.actions.asking import ask_people
from app.matching.answering import answer_questions
from app.matching.picture import Standing
from app.matching.queries.now import people_for
from app.matching.questions import Answer, Question, Ranking, answer_key, questions_key
from app.shifts.actions.signing_up import sign_up
from app.shifts.rules.offers import Mode
from tests import factories as make
from tests.counting import listening
from tests.matching.board import scene as set_up
from tests.visitor import Visitor


@pytest.fixture
async def client(valkey: EmbeddedValkey) -> AsyncIterator[Redis]:
    async with Redis.from_url(valkey.url) as opened:
        await opened.delete(questions_key())
        yield opened


@asynccontextmanager
async def matcher(client: Redis) -> AsyncIterator[None]:
    """A matcher's answering, in this loop."""
    task = asyncio.create_task(answer_questions(client))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def ranking_for(client: Redis, seat_id: int, count: int = 10) -> Ranking | None:
    """Asked until there is an answer: the first waits until everything is compiled."""
    for _attempt in range(60):
        if answer := await people_for(client, seat_id, count):
            return answer.ranking
    raise AssertionError("no answer")


async def test_the_best_come_first_with_figures_and_the_others_are_counted(db: str, client: Redis) -> None:
    here = await set_up.lay(skill="first_aid", starts=set_up.soon(5, 2))
    _account, able = await set_up.willing("甲一", skills=["first_aid"])
    _account, keen = await set_up.willing("乙二", skills=["first_aid"])
    await execute("UPDATE person SET likes = '{elder_visit}' WHERE id = $1", keen)
    await set_up.willing("丙三")
    await make.person("丁四", skills=["first_aid"])
    await make.person("戊五", staff_of=here.agency)
    async with matcher(client):
        found = await ranking_for(client, here.seat)
    assert found
    assert [pair.person_id for pair in found.people] == [keen, able]
    best = found.people[0]
    assert best.points == sum(best.parts.values())
    assert best.parts["preference"] == 200
    assert best.metres is None
    assert best.free_from
    assert best.free_until
    assert best.free_from < set_up.soon(5, 2) < best.free_until
    assert (found.everyone, found.could) == (4, 2), "staff is not who a volunteer's place is for"
    assert found.failing == {"skill": 1, "available": 1}
    assert found.alone == {"skill": 1, "available": 1}


async def test_a_picture_becomes_true_again_when_something_changed(db: str, client: Redis) -> None:
    here = await set_up.lay(needed=3)
    _account, first = await set_up.willing("甲一")
    account, second = await set_up.willing("乙二")
    async with matcher(client):
        found = await ranking_for(client, here.seat)
        assert found
        assert {pair.person_id for pair in found.people} == {first, second}
        await ask_people(here.actor, here.seat, [first], Mode.ONE, now=clock.now())
        after_offer = await ranking_for(client, here.seat)
        assert after_offer
        assert [pair.person_id for pair in after_offer.people] == [second]
        await sign_up(await set_up.acting(account), here.shift, here.seat, now=clock.now())
        after_sign_up = await ranking_for(client, here.seat)
        assert after_sign_up
        assert after_sign_up.people == []
        assert after_sign_up.could == 0


async def test_a_brand_new_seat_is_known_and_an_absent_one_is_not(db: str, client: Redis) -> None:
    here = await set_up.lay()
    _account, person = await set_up.willing()
    async with matcher(client):
        await ranking_for(client, here.seat)
        new = await make.seat(await make.shift(here.activity, starts=set_up.soon(6)))
        found = await ranking_for(client, new)
        assert found
        assert [pair.person_id for pair in found.people] == [person]
        assert await ranking_for(client, new + 999) is None


async def test_several_matchers_share_the_questions(db: str, client: Redis) -> None:
    here = await set_up.lay()
    await set_up.willing()
    async with matcher(client), matcher(client):
        await ranking_for(client, here.seat)
        found = await asyncio.gather(*(ranking_for(client, here.seat) for _ in range(12)))
    assert all(each and len(each.people) == 1 for each in found)
    assert await client.llen(questions_key()) == 0


async def test_a_true_picture_is_asked_for_nothing_but_changes(db: str) -> None:
    here = await set_up.lay()
    await set_up.willing()
    standing = Standing()
    await standing.ranking(here.seat, 10)
    async with listening() as heard:
        assert await standing.ranking(here.seat, 10)
    assert len(heard) == 1
    await standing.stop()


async def test_a_question_nobody_waits_for_is_not_answered(db: str, client: Redis) -> None:
    here = await set_up.lay()
    old = Question(id="old", seat_id=here.seat, count=1, asked_at=clock.now() - timedelta(seconds=30))
    await client.rpush(questions_key(), msgspec.json.encode(old), b"no question at all")
    async with matcher(client):
        assert await ranking_for(client, here.seat), "nonsense stops nobody"
    assert await client.llen(answer_key("old")) == 0


async def test_without_a_matcher_there_is_no_answer_and_nothing_piles_up(db: str, client: Redis) -> None:
    assert await people_for(client, 1) is None
    assert 0 < await client.ttl(questions_key()) <= 4
    assert msgspec.json.decode(msgspec.json.encode(Answer(ranking=None)), type=Answer).ranking is None


async def test_the_page_and_the_api_show_the_same_people(visit: Callable[[], Visitor], client: Redis) -> None:
    here, there = await set_up.lay(), await set_up.lay()
    _account, person = await set_up.willing("欧阳明")
    known = await make.person("赵六", staff_of=here.agency)
    manager = await visit().signs_in_as(here.manager)
    key = f"lk_{here.manager:043d}"
    await execute(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " SELECT organisation, role, 'test', 'lk_', $2, account, since FROM membership WHERE account = $1",
        here.manager, key_digest(key),
    )  # fmt: skip
    asks = {"headers": {"authorization": f"Bearer {key}"}}
    async with matcher(client):
        await ranking_for(client, here.seat)
        shown = await manager.get(f"/matching/seats/{here.seat}")
        part = await manager.get(f"/matching/seats/{here.seat}", headers={"hx-request": "true"})
        best = await manager.post(
            f"/matching/seats/{here.seat}/ask", {"take": "best", "best": 1}, headers={"hx-request": "true"}
        )
        told = await manager.browser.get(f"/api/v1/seats/{here.seat}/candidates", **asks)
        foreign = await manager.browser.get(f"/api/v1/seats/{there.seat}/candidates", **asks)
    assert "Of 1 people 1 could come." in shown.text
    assert "欧**" in shown.text
    assert "欧阳明" not in shown.text, "the agency has not met them"
    assert "never asked yet" in shown.text
    assert "<html" not in part.text
    assert f'value="{person}"' in part.text
    assert "1 person is asked now." in best.text
    assert "Nobody" not in best.text
    assert foreign.status_code == 404
    assert told.status_code == 200
    assert (told.json()["people"], told.json()["failing"]) == ([], {"declined": 1, "busy": 1})
    suggested = await manager.browser.get("/api/v1/me/suggestions", **asks)
    assert suggested.json() == []
    del known


async def test_the_api_says_when_the_matcher_is_not_there(visit: Callable[[], Visitor], client: Redis) -> None:
    here = await set_up.lay()
    manager = await visit().signs_in_as(here.manager)
    assert (await manager.browser.get(f"/api/v1/seats/{here.seat}/candidates")).status_code == 401
    del client
