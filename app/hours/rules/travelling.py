"""Whether one person can have been at one place and then at another."""

from msgspec import Struct

from app.hours.rules.radar import Travel


class Journey(Struct, frozen=True):
    """The way between two places where a person was seen."""

    metres: float
    """What lies between them at least: what either device was unsure of is taken off already."""
    minutes: int

    @property
    def km(self) -> int:
        """Whole kilometres."""
        return round(self.metres / 1000)

    @property
    def kmh(self) -> int:
        """How fast; within the same minute, as if it had taken one."""
        return round(self.metres * 60 / 1000 / max(self.minutes, 1))


def impossible(way: Journey, limits: Travel) -> bool:
    """Whether nobody can have gone that way in that time."""
    return way.metres >= limits.km * 1000 and way.kmh > limits.kmh
