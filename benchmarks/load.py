"""Many browsers asking at once, and how fast they were answered."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from msgspec import Struct

from tests.wire import Wire

Ask = Callable[[Wire, int], Awaitable[None]]
"""Asks once, as the browser of this number's turn; raises when the answer is wrong."""


class Measured(Struct, frozen=True):
    """What came of a run."""

    rate: float
    """Answers a second."""
    median_ms: float
    slow_ms: float
    """95 of 100 answers came within this time."""
    own_share: float
    """Of a processor's time, what the browsers themselves took: not free, when they share it with the app."""


async def measure(port: int, clients: int, turns: range, seconds: float, ask: Ask) -> Measured:
    """Take turns until they are used up, or the time is."""
    waiting = iter(turns)
    took: list[float] = []
    began, own = time.perf_counter(), time.process_time()
    end = began + seconds

    async def browser() -> None:
        async with Wire(port) as wire:
            for turn in waiting:
                sent = time.perf_counter()
                await ask(wire, turn)
                took.append(time.perf_counter() - sent)
                if time.perf_counter() > end:
                    return

    await asyncio.gather(*(browser() for _ in range(clients)))
    whole = time.perf_counter() - began
    took.sort()
    return Measured(
        rate=len(took) / whole,
        median_ms=took[len(took) // 2] * 1000,
        slow_ms=took[len(took) * 95 // 100] * 1000,
        own_share=(time.process_time() - own) / whole,
    )


def print_row(name: str, found: Measured, bare: float) -> None:
    """One line of the table of results."""
    print(
        f"{name:34} {found.rate:8.1f}/s  median {found.median_ms:6.1f} ms  95% within {found.slow_ms:6.1f} ms"
        f"   pgbench {bare:8.1f}/s   {found.rate / bare:6.1%} of it   (clients' own share {found.own_share:.0%})",
        flush=True,
    )
