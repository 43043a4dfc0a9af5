"""What happens later: each job takes an event's payload and may run twice."""

from typing import Any

from redis.asyncio import Redis

from app.kit import clock
from app.kit.outbox import Job, later
from app.matching.actions.sending import next_seat, send_seat
from app.matching.queries.now import people_for
from app.matching.questions import Pair
from app.settings import settings

ENOUGH = 12
"""People that the matcher is asked for behind those proposed; some of them are proposed elsewhere."""


async def send_next(payload: dict[str, Any]) -> None:
    """Ask the people of one seat of a round, then the next seat's in an event of its own."""
    round_id = int(payload["round_id"])
    seat_id = await next_seat(round_id)
    if seat_id is None:
        return
    matcher_answers = bool(payload.get("matcher_answers", True))
    others: list[Pair] = []
    if matcher_answers:
        found = await _next_best(seat_id)
        matcher_answers = found is not None
        others = found or []
    await send_seat(round_id, seat_id, others, now=clock.now())
    await later("round.sending", round_id=round_id, matcher_answers=matcher_answers)


async def _next_best(seat_id: int) -> list[Pair] | None:
    """Who else could come, the best first; None when no matcher answers: then none is asked again for this round."""
    url = settings().redis_url
    if url is None:
        return None
    async with Redis.from_url(url) as valkey:
        answer = await people_for(valkey, seat_id, ENOUGH)
    if answer is None:
        return None
    return answer.ranking.people if answer.ranking else []


JOBS: dict[str, list[Job]] = {
    "round.sent": [send_next],
    "round.sending": [send_next],
}
