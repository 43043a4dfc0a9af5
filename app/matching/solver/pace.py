"""How large the steps of prices are: ever finer, and the sooner where the clock leaves time for fewer."""

from collections.abc import Iterator

from app.matching.solver.stop import Effort


class Pace:
    """Steps from far to fine, as many as these or as the time left allows.

    What lies between two steps takes time away from those that follow, but leaves none out.
    """

    def __init__(self, effort: Effort, steps: int, far: float, fine: float, *, share: float) -> None:
        self._effort, self._share = effort, share
        self._steps, self._far, self._fine = steps, far, fine
        self._done = 0.0

    @property
    def reached(self) -> float:
        """From 0, the beginning, to 1, the end."""
        return self._done / self._steps

    def sizes(self, until: float) -> Iterator[float]:
        """The steps up to this part of the way, in points."""
        while self.reached < until:
            ahead = 1 - self._effort.spent(share=self._share)
            yield self._far * (self._fine / self._far) ** self.reached
            passed = ahead - (1 - self._effort.spent(share=self._share))
            clock = passed / ahead if ahead > 0 else 1.0
            self._done += max(1.0, (self._steps - self._done) * clock)
