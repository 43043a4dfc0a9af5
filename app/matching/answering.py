"""The loop of a matcher's process that answers questions about everybody; any number of such processes share them."""

import asyncio
from datetime import timedelta

import msgspec
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from app.kit import clock
from app.matching.picture import Standing
from app.matching.questions import KEPT, WAITS, Answer, Question, answer_key, questions_key

log = structlog.get_logger()

AT_ONCE = 4
"""Questions a process has in hand: one that waits for a new picture keeps nobody else waiting."""
PATIENCE = 1
"""Seconds for which an empty list is watched at a time."""
PAUSE = 1.0
"""Seconds until it is tried again when Valkey cannot be reached."""


async def answer_questions(valkey: Redis) -> None:
    """Answer until cancelled. What goes wrong with one question stops no other, nor does one that takes long."""
    standing = Standing()
    try:
        await asyncio.gather(_warm(standing), *(_answer_on(valkey, standing) for _ in range(AT_ONCE)))
    finally:
        await standing.stop()


async def _warm(standing: Standing) -> None:
    """Have everything loaded and compiled before anybody asks."""
    try:
        await standing.warm()
    except Exception:
        log.exception("warming_failed")


async def _answer_on(valkey: Redis, standing: Standing) -> None:
    while True:
        try:
            await _answer_next(valkey, standing)
        except RedisError as error:
            log.warning("questions_unreachable", error=repr(error))
            await asyncio.sleep(PAUSE)
        except Exception:
            log.exception("question_failed")


async def _answer_next(valkey: Redis, standing: Standing) -> None:
    found = await valkey.blpop([questions_key()], timeout=PATIENCE)  # type: ignore[misc]
    if not found:
        return
    question = msgspec.json.decode(found[1], type=Question)
    if clock.now() - question.asked_at > timedelta(seconds=WAITS):
        return  # whoever asked has stopped waiting, and asks again
    answer = Answer(ranking=await standing.ranking(question.seat_id, question.count))
    key = answer_key(question.id)
    async with valkey.pipeline(transaction=True) as pipe:
        pipe.rpush(key, msgspec.json.encode(answer))
        pipe.expire(key, KEPT)
        await pipe.execute()
