"""What happens later: each job takes an event's payload and may run twice."""

from typing import Any

from redis.asyncio import Redis

from app.kit import clock
from app.kit.outbox import Job, later
from app.matching.actions.day_routes import take_next
from app.matching.actions.sending import next_shift, send_shift
from app.matching.queries.now import people_for
from app.matching.questions import Pair
from app.settings import settings

ENOUGH = 12
"""People that the matcher is asked for behind those proposed; some of them are proposed elsewhere."""


async def send_next(payload: dict[str, Any]) -> None:
    """Ask the people of one shift of a round, then the next shift's in an event of its own."""
    round_id = int(payload["round_id"])
    found = await next_shift(round_id)
    if found is None:
        return
    shift_id, seats = found
    matcher_answers = bool(payload.get("matcher_answers", True))
    others: dict[int, list[Pair]] = {}
    for seat_id in seats:
        if matcher_answers:
            answer = await _next_best(seat_id)
            matcher_answers = answer is not None
            others[seat_id] = answer or []
    await send_shift(round_id, shift_id, others, now=clock.now())
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


async def take_next_item(payload: dict[str, Any]) -> None:
    """Take one item of a day's routes over, then the next in an event of its own."""
    plan_id = int(payload["plan_id"])
    if await take_next(plan_id, now=clock.now()):
        await later("route_plan.sending", plan_id=plan_id)


JOBS: dict[str, list[Job]] = {
    "round.sent": [send_next],
    "round.sending": [send_next],
    "route_plan.sent": [take_next_item],
    "route_plan.sending": [take_next_item],
}
