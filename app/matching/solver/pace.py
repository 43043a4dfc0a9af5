"""How large the steps of prices are: ever finer, and the sooner where the clock leaves time for fewer."""

from collections.abc import Iterator

from app.matching.solver.stop import Effort


class Pace:
    """Steps from far to fine, as many as these or as a share of the time allows."""

    def __init__(self, effort: Effort, steps: int, far: float, fine: float, *, share: float) -> None:
        self._effort, self._share = effort, share
        self._steps, self._far, self._fine = steps, far, fine
        self._began = effort.spent(share=share)
        self.done = 0

    @property
    def reached(self) -> float:
        """From 0, the beginning, to 1, the end."""
        ahead = 1 - self._began
        clock = (self._effort.spent(share=self._share) - self._began) / ahead if ahead > 0 else 1.0
        return max(self.done / self._steps, clock)

    def sizes(self, until: float) -> Iterator[float]:
        """The steps up to this part of the way, in points."""
        while (reached := self.reached) < until:
            yield self._far * (self._fine / self._far) ** reached
            self.done += 1
