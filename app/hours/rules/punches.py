"""What the punches of one sign-up say: when someone came, left, came again, and what is missing."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from app.hours.rules.counting import Stretch


class Clocked(Struct, frozen=True):
    """One punch that was not undone."""

    direction: str
    at: datetime


class Raw(Struct, frozen=True):
    """The punches put together. `out` is empty while the person is here, or when leaving was not punched."""

    first_in: datetime | None
    last_out: datetime | None
    stretches: tuple[Stretch, ...]

    @property
    def minutes(self) -> int | None:
        """The sum of the pairs; None until the last pair is closed."""
        if self.first_in is None or self.last_out is None:
            return None
        return sum(stretch.minutes for stretch in self.stretches)


def put_together(punches: Sequence[Clocked]) -> Raw:
    """Pair arrivals with the departures that follow them, by when they happened, not by when they were received.

    A second arrival without a departure between is the same arrival keyed twice; a departure before any arrival shows
    that arriving was not punched. The answer is the same in whatever order the punches arrived, two of one instant too.
    """
    came: datetime | None = None
    stretches: list[Stretch] = []
    stray_out: datetime | None = None
    for punch in sorted(punches, key=lambda each: (each.at, each.direction)):
        if punch.direction == "in":
            came = came or punch.at
        elif came is not None:
            stretches.append(Stretch(came, punch.at))
            came = None
        elif stretches:  # leaving keyed twice: the later one is when the person really left
            stretches[-1] = Stretch(stretches[-1].starts, punch.at)
        else:
            stray_out = punch.at
    if stretches or came is not None:
        first_in = stretches[0].starts if stretches else came
        return Raw(first_in, None if came is not None else stretches[-1].ends, tuple(stretches))
    return Raw(None, stray_out, ())
