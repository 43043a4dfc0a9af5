"""Many browsers asking at once, and how fast they were answered."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from msgspec import Struct

from tests.installation import Installation
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
    work_ms: dict[str, float]
    """Processor time an answer, by who spent it."""


async def measure(installation: Installation, clients: int, turns: range, seconds: float, ask: Ask) -> Measured:
    """Take turns until they are used up, or the time is."""
    waiting = iter(turns)
    took: list[float] = []
    before = installation.processor_seconds()
    began, own = time.perf_counter(), time.process_time()
    end = began + seconds

    async def browser() -> None:
        async with Wire(installation.port) as wire:
            for turn in waiting:
                sent = time.perf_counter()
                await ask(wire, turn)
                took.append(time.perf_counter() - sent)
                if time.perf_counter() > end:
                    return

    await asyncio.gather(*(browser() for _ in range(clients)))
    whole, own = time.perf_counter() - began, time.process_time() - own
    work = installation.processor_seconds() - before
    took.sort()
    return Measured(
        rate=len(took) / whole,
        median_ms=took[len(took) // 2] * 1000,
        slow_ms=took[len(took) * 95 // 100] * 1000,
        own_share=own / whole,
        work_ms={name: seconds / len(took) * 1000 for name, seconds in work.items()},
    )


def print_row(name: str, found: Measured, bare: float) -> None:
    """What came of one comparison."""
    work = ", ".join(f"{who} {spent:.1f}" for who, spent in sorted(found.work_ms.items()))
    print(
        f"{name}\n"
        f"    HTTP {found.rate:8.1f}/s   median {found.median_ms:.1f} ms, 95% within {found.slow_ms:.1f} ms\n"
        f"    pgbench {bare:5.1f}/s   HTTP is {found.rate / bare:.1%} of it\n"
        f"    processor time an answer, in ms: {work}; the clients' own share of one processor: {found.own_share:.0%}",
        flush=True,
    )
