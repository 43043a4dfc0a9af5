"""The matcher's standing picture of the city: everybody and all open seats of four weeks, in memory, kept fresh."""

import asyncio
import time
from collections import Counter
from datetime import datetime, timedelta
from functools import partial

import numpy as np
import structlog
from msgspec import Struct

from app.kit import clock
from app.kit.db import value
from app.matching.candidates import Index
from app.matching.eligibility import Rule
from app.matching.pairs import pair_of
from app.matching.queries.loading import Loaded, Scope, load
from app.matching.questions import Ranking
from app.matching.ranking import best, rules_of_everyone
from app.matching.rules.urgency import AHEAD
from app.matching.warming import beside

log = structlog.get_logger()

OLD = timedelta(seconds=60)
"""After this it is made anew; what changes without an event, such as when people are free, is seen by then."""
TOO_OLD = timedelta(minutes=10)
"""Older than this it answers nothing."""
QUICK = 0.5
"""Seconds. A city that loads within this is loaded before it answers, and not behind its back."""

CHANGES = (
    "signup.confirmed", "signup.cancelled", "signup.released", "offer.opened", "offer.accepted", "offer.declined",
    "offer.expired", "offer.withdrawn", "offer.answered", "asking.nobody_left", "shift.published", "shift.changed",
    "shift.cancelled", "absence.added", "absence.withdrawn", "round.sent",
)  # fmt: skip
"""What makes a picture untrue. Every change leaves its event in the outbox, in the transaction that made it."""

LATEST = "SELECT coalesce(max(id), 0) FROM outbox WHERE event = ANY ($1)"


class Picture(Struct, kw_only=True):
    """The city as it stood at one moment."""

    loaded: Loaded
    index: Index
    latest: int
    """The last change it knows of."""
    seconds: float
    """How long it took to make."""


class Standing:
    """Holds the picture of a matcher's process and makes it anew when it is untrue or old."""

    def __init__(self) -> None:
        self._picture: Picture | None = None
        self._making: asyncio.Task[Picture] | None = None

    async def ranking(self, seat_id: int, count: int) -> Ranking | None:
        """The best people for a seat; None when there is no such open seat, even in a new picture."""
        picture = await self._fresh()
        if seat_id not in picture.loaded.seat_at:
            picture = await self._made()
        if seat_id not in picture.loaded.seat_at:
            return None
        return await asyncio.to_thread(ranking, picture, seat_id, count)

    async def warm(self) -> None:
        """Make the first picture, and answer something once."""
        picture = await self._made()
        for seat_id in list(picture.loaded.seat_at)[:1]:
            await beside(partial(ranking, picture, seat_id, 1))

    async def stop(self) -> None:
        """Give up what is being made."""
        if self._making:
            self._making.cancel()
            await asyncio.gather(self._making, return_exceptions=True)

    async def _fresh(self) -> Picture:
        """A picture that may be used: the present one, or a new one where waiting for it is worth it."""
        held = self._picture
        if held is None:
            return await self._made()
        age = clock.now() - held.loaded.as_of
        untrue = held.latest != await value(LATEST, list(CHANGES))
        if age > TOO_OLD or ((untrue or age > OLD) and held.seconds < QUICK):
            return await self._made()
        if age > OLD or (untrue and age.total_seconds() > 2 * held.seconds):
            self._begin()
        return held

    def _begin(self) -> "asyncio.Task[Picture]":
        if self._making is None or self._making.done():
            self._making = asyncio.create_task(self._make())
        return self._making

    async def _made(self) -> Picture:
        return await asyncio.shield(self._begin())

    async def _make(self) -> Picture:
        begun = time.perf_counter()
        latest = int(await value(LATEST, list(CHANGES)))
        loaded = await load(whole_city(clock.now()), now=clock.now())
        index = await asyncio.to_thread(Index, loaded.problem)
        seconds = time.perf_counter() - begun
        log.info("city_pictured", people=loaded.problem.people_count, seats=loaded.problem.seat_count, seconds=seconds)
        self._picture = Picture(loaded=loaded, index=index, latest=latest, seconds=seconds)
        return self._picture


def whole_city(now: datetime) -> Scope:
    """Everybody, and every open seat of the coming four weeks."""
    return Scope(starts=now, ends=now + AHEAD)


def ranking(picture: Picture, seat_id: int, count: int) -> Ranking:
    """The best people for a seat that the picture has, and what keeps the others away."""
    loaded, a = picture.loaded, picture.index.arrays
    seat = loaded.seat_at[seat_id]
    everyone = rules_of_everyone(picture.index, seat)
    meant = everyone[(everyone & int(Rule.CAPACITY)) == 0]
    failing, alone = tally(meant)
    return Ranking(
        seat_id=seat_id,
        as_of=loaded.as_of,
        people=[pair_of(loaded.problem, a, each.person, seat) for each in best(picture.index, seat, count)],
        everyone=len(meant),
        could=int(np.count_nonzero(meant == 0)),
        failing=failing,
        alone=alone,
    )


def tally(bits: "np.ndarray[tuple[int], np.dtype[np.int32]]") -> tuple[dict[str, int], dict[str, int]]:
    """How many people each rule keeps away, and how many no other rule does, by the rules' names."""
    failing: Counter[str] = Counter()
    alone: Counter[str] = Counter()
    values, counts = np.unique(bits, return_counts=True)
    for found, many in zip(values.tolist(), counts.tolist(), strict=True):
        rules = [rule for rule in Rule if rule & found]
        failing.update({rule.code: many for rule in rules})
        if len(rules) == 1:
            alone[rules[0].code] += many
    return dict(failing), dict(alone)
