"""Asks the matcher's process about everybody, and does not wait for long: a page must not hang on another process."""

import secrets

import msgspec
from redis.asyncio import Redis

from app.kit import clock
from app.matching.questions import WAITS, Answer, Question, answer_key, questions_key

MOST_WAITING = 500
"""Questions nobody takes are dropped, the oldest first."""


async def people_for(valkey: Redis, seat_id: int, count: int = 10) -> Answer | None:
    """The best people for a seat; None when nobody answers in time."""
    question = Question(id=secrets.token_hex(12), seat_id=seat_id, count=count, asked_at=clock.now())
    async with valkey.pipeline(transaction=True) as pipe:
        pipe.rpush(questions_key(), msgspec.json.encode(question))
        pipe.ltrim(questions_key(), -MOST_WAITING, -1)
        pipe.expire(questions_key(), int(WAITS) * 2)
        await pipe.execute()
    found = await valkey.blpop([answer_key(question.id)], timeout=WAITS)  # type: ignore[misc]
    return msgspec.json.decode(found[1], type=Answer) if found else None
