"""Compiles, or reads from its cache, what the matcher needs, before somebody waits for it."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from threading import Thread

import numpy as np

from app.matching.arrays import arrays
from app.matching.eligibility import failing_bits
from app.matching.pairs import pair_of
from app.matching.problem import (
    FOREVER,
    Contracts,
    Known,
    Pairs,
    People,
    Problem,
    Seats,
    Shifts,
    Spans,
    Words,
)
from app.matching.score import points

PEOPLE, SHIFTS = 600, 120
HOUR, DAY, DAYS = 60, 24 * 60, 7
SLOT_WORDS = 11
AGENCY = 1
SEED = 1


async def beside(work: Callable[[], object]) -> None:
    """Do what compiles, in a thread that does not keep the process from ending: compiling cannot be interrupted."""
    loop = asyncio.get_running_loop()
    done = loop.create_future()

    def tell(error: Exception | None) -> None:
        if not done.done():
            done.set_exception(error) if error else done.set_result(None)

    def run() -> None:
        error = None
        try:
            work()
        except Exception as raised:  # noqa: BLE001 (whoever waits is told)
            error = raised
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(tell, error)

    Thread(target=run, daemon=True).start()
    await done


async def beside_unless(stopping: asyncio.Event, work: Callable[[], object]) -> None:
    """The same, but whoever waits goes on at once when told to stop."""
    working, told = asyncio.create_task(beside(work)), asyncio.create_task(stopping.wait())
    await asyncio.wait({working, told}, return_when=asyncio.FIRST_COMPLETED)
    for task in (working, told):
        task.cancel()
    with suppress(asyncio.CancelledError):
        await working


def warm_pages() -> None:
    """Judge and value one made-up pair, as the pages about one person do."""
    problem = practice()
    known = arrays(problem)
    failing_bits(known, 0, 0)
    points(known, 0, 0)
    pair_of(problem, known, 0, 0)


def practice() -> Problem:
    """A problem just large enough that solving it needs all there is to compile.

    Volunteers and staff around a square of 8 km, and two-hour shifts of two seats over a week.
    """
    dice = np.random.default_rng(SEED)
    return Problem(
        starts=datetime(2026, 1, 5, tzinfo=UTC),
        zone="UTC",
        minutes=DAYS * DAY,
        days=np.arange(DAYS + 1, dtype=np.int32) * DAY,
        weeks=np.array([0, DAYS * DAY], dtype=np.int32),
        people=_people(dice),
        spans=_spans(),
        known=Known(first=_nothing(PEOPLE), served=np.zeros(0, np.int64), barred=np.zeros(0, np.bool_)),
        declined=Pairs(first=_nothing(PEOPLE), shift=np.zeros(0, np.int32)),
        before=Pairs(first=_nothing(PEOPLE), shift=np.zeros(0, np.int32)),
        shifts=_shifts(dice),
        seats=_seats(),
        contracts=Contracts(ids=np.array([1]), minutes_left=np.array([SHIFTS * HOUR * 3])),
        communities=("1",),
        empty_share=np.zeros(1, np.float32),
        words=Words(kinds=("visit",)),
    )


def _nothing(rows: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.zeros(rows + 1, np.int64)


def _whole(value: int, count: int) -> "np.ndarray[tuple[int], np.dtype[np.int32]]":
    return np.full(count, value, dtype=np.int32)


def _people(dice: np.random.Generator) -> People:
    masks = np.zeros(PEOPLE, np.uint64)
    return People(
        ids=np.arange(1, PEOPLE + 1, dtype=np.int64),
        staff_of=np.where(np.arange(PEOPLE) % 10 == 0, AGENCY, 0).astype(np.int64),
        minor=np.zeros(PEOPLE, np.bool_),
        sex=np.ones(PEOPLE, np.uint8),
        skills=masks,
        languages=masks,
        likes=masks,
        refuses=masks,
        credential_until=np.zeros((PEOPLE, 0), np.int32),
        free=np.full((PEOPLE, SLOT_WORDS), 2**64 - 1, dtype=np.uint64),
        x=dice.uniform(0, 8000, PEOPLE).astype(np.float32),
        y=dice.uniform(0, 8000, PEOPLE).astype(np.float32),
        reach=np.full(PEOPLE, 5000, np.float32),
        day_minutes=_whole(4 * HOUR, PEOPLE),
        week_minutes=_whole(6 * HOUR, PEOPLE),
        community=_whole(0, PEOPLE),
        served_minutes=_whole(0, PEOPLE),
        days_unasked=_whole(7, PEOPLE),
        reliability=np.full(PEOPLE, 0.5, np.float32),
    )


def _spans() -> Spans:
    return Spans(
        first=_nothing(PEOPLE),
        starts=_whole(0, 0),
        ends=_whole(0, 0),
        x=np.zeros(0, np.float32),
        y=np.zeros(0, np.float32),
        counts=np.zeros(0, np.bool_),
        shift=_whole(0, 0),
    )


def _shifts(dice: np.random.Generator) -> Shifts:
    starts = (dice.integers(0, DAYS, SHIFTS) * DAY + dice.integers(8, 18, SHIFTS) * HOUR).astype(np.int32)
    return Shifts(
        ids=np.arange(1, SHIFTS + 1, dtype=np.int64),
        starts=starts,
        ends=starts + np.int32(2 * HOUR),
        x=dice.uniform(0, 8000, SHIFTS).astype(np.float32),
        y=dice.uniform(0, 8000, SHIFTS).astype(np.float32),
        kind=np.zeros(SHIFTS, np.uint8),
        agency=np.full(SHIFTS, AGENCY, np.int64),
        contract=_whole(0, SHIFTS),
        community=_whole(0, SHIFTS),
        served=np.zeros(SHIFTS, np.int64),
        priority=np.full(SHIFTS, 3, np.uint8),
        deadline=_whole(FOREVER, SHIFTS),
        adults_only=np.zeros(SHIFTS, np.bool_),
        sex=np.zeros(SHIFTS, np.uint8),
        staffed=np.arange(SHIFTS) % 2 == 0,
        staff_there=_whole(0, SHIFTS),
        volunteers_there=_whole(0, SHIFTS),
    )


def _seats() -> Seats:
    """Two volunteers and one of staff for each shift; every other one takes place with all of them, or not at all."""
    count = 2 * SHIFTS
    masks = np.zeros(count, np.uint64)
    staff = np.arange(count) % 2 == 1
    team = np.arange(count) // 2 % 2 == 0
    heads = np.where(staff, 1, 2).astype(np.int32)
    return Seats(
        first=np.arange(0, count + 1, 2, dtype=np.int64),
        ids=np.arange(1, count + 1, dtype=np.int64),
        shift=(np.arange(count) // 2).astype(np.int32),
        staff=staff,
        skills=masks,
        languages=masks,
        credentials=masks,
        open=heads,
        least=np.where(team, heads, 0).astype(np.int32),
    )
