"""The person served confirms while the worker reads the punches of the same visit: neither makes the other fail."""

import asyncio
from datetime import datetime, timedelta

import pytest

from app.kit import clock
from app.kit.db import transaction, value
from app.kit.outbox import Job
from app.requests.actions import cards, confirming
from app.worker import bindings
from tests import factories as make
from tests.requests import rows

TOKEN = "a private link"
SOMEBODY_WAITS = """
    SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))
"""


async def punched_visit(town: rows.Town, now: datetime) -> tuple[int, int, int]:
    """A request, its visit that ended an hour ago, with a card at the door, and a sign-up with both punches."""
    request = await rows.received(TOKEN)
    await make.execute("UPDATE resident SET card_number = 1")
    visit = await rows.visit_at(request, town.activity, town.manager, now - timedelta(hours=3), place=1)
    signup = await rows.signed_up(visit, town.person, town.volunteer, "attended")
    await rows.punched(signup, now - timedelta(hours=3), town.volunteer)
    return request, visit, signup


async def deliver_slowly(jobs: list[Job], payload: dict[str, int], begun: asyncio.Event) -> None:
    """What the worker does in one transaction, with a pause after the first job until somebody waits for its rows."""
    async with transaction():
        await jobs[0](payload)
        begun.set()
        for _ in range(1000):
            if await value(SOMEBODY_WAITS):
                break
            await asyncio.sleep(0.01)
        else:
            raise AssertionError("nobody met the worker's rows")
        for job in jobs[1:]:
            await job(payload)


@pytest.mark.parametrize("event", ["punch.recorded", "shift.ended"])
@pytest.mark.parametrize("way", ["card", "link"])
async def test_confirming_while_the_punches_are_read(db: str, event: str, way: str) -> None:
    town, now = await rows.town(), clock.now()
    request, visit, signup = await punched_visit(town, now)
    volunteer = await rows.actor(town.volunteer)
    code = cards.code(int(await value("SELECT resident FROM request WHERE id = $1", request)), 1, 1)
    payload = {"signup_id": signup, "shift_id": await rows.shift_of(visit)}
    begun = asyncio.Event()

    async def confirm() -> None:
        await begun.wait()
        if way == "card":
            await confirming.confirm_by_card(volunteer, visit, code, now=now)
        else:
            await confirming.confirm_by_link(TOKEN, visit, True, now=now)

    await asyncio.gather(deliver_slowly(bindings()[event], payload, begun), confirm())
    assert await value("SELECT how FROM confirmation") == way
    assert await value("SELECT grade FROM attendance") == "A"
    assert await rows.status_of(request) == "confirmed"
