"""When to stop, and what is told meanwhile."""

import time
from collections.abc import Callable
from math import inf

from msgspec import Struct

from app.matching.problem import Plan


class Stop(Struct, frozen=True, kw_only=True):
    """Whatever comes first. What is done when is decided by counts alone: the clock only cuts."""

    seconds: float | None = None
    effort: int | None = None
    """Rounds of work. The same seed and effort give the same plan, wherever and however fast."""
    asked: Callable[[], bool] | None = None
    """Whether somebody wants the best plan so far, now."""


class Progress(Struct, frozen=True, kw_only=True):
    """How far a solver is."""

    stage: str
    seconds: float
    effort: int
    value: int
    bound: int
    filled: int
    heads: int
    plan: Plan | None = None
    """The best plan so far, now and then."""


class Effort:
    """Counts rounds of work, and knows when they are enough."""

    def __init__(self, stop: Stop) -> None:
        self._stop = stop
        self._began = time.monotonic()
        self.rounds = 0

    @property
    def seconds(self) -> float:
        """Since the work began."""
        return time.monotonic() - self._began

    @property
    def left(self) -> float:
        """Seconds until the end."""
        return inf if self._stop.seconds is None else max(self._stop.seconds - self.seconds, 0.0)

    def over(self, *, share: float = 1.0) -> bool:
        """Whether to stop now; with a share of the time, whether this part of the work should make way for the next."""
        stop = self._stop
        if stop.effort is not None and self.rounds >= stop.effort:
            return True
        if stop.seconds is not None and self.seconds >= stop.seconds * share:
            return True
        return stop.asked is not None and stop.asked()

    def spent(self, *, share: float) -> float:
        """How much of that share of the time is over, from 0 to 1; 0 where there is no clock."""
        return 0.0 if self._stop.seconds is None else min(self.seconds / max(self._stop.seconds * share, 1e-9), 1.0)

    def cut_by_clock(self) -> bool:
        """Whether it is the clock or a person that stops the work: then a last plan is made of what is known."""
        enough = self._stop.effort is not None and self.rounds >= self._stop.effort
        return self.over() and not enough
