"""Places on a plane of metres. Who has no coordinates counts as being at the middle of their community."""

import math
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from app.kit.db import fetch
from app.matching.problem import Floats

METRES_PER_DEGREE = 111_195.0
"""Of latitude, on a sphere of the earth's mean radius."""
COMMUNITY, STREET = 12, 9
"""Digits of a region's code."""

KNOWN = """
    SELECT region, avg(latitude) AS latitude, avg(longitude) AS longitude, count(*) AS places
    FROM activity WHERE latitude IS NOT NULL GROUP BY region
"""


class _Known(Struct, frozen=True):
    region: str
    latitude: float
    longitude: float
    places: int


class Plane(Struct, frozen=True):
    """A flat map around a middle: true to a few metres within a city."""

    latitude: float
    longitude: float
    middles: dict[str, tuple[float, float]]
    """The mean of the known places of communities and of streets, in degrees."""

    def spots(self, places: Iterable[tuple[float | None, float | None, str]]) -> tuple[Floats, Floats]:
        """Metres east and north of (latitude, longitude, region); NaN where nothing is known."""
        degrees = np.array([self._degrees(*place) for place in places], dtype=np.float64).reshape(-1, 2)
        east = (degrees[:, 1] - self.longitude) * METRES_PER_DEGREE * math.cos(math.radians(self.latitude))
        north = (degrees[:, 0] - self.latitude) * METRES_PER_DEGREE
        return east.astype(np.float32), north.astype(np.float32)

    def _degrees(self, latitude: float | None, longitude: float | None, region: str) -> tuple[float, float]:
        if latitude is not None and longitude is not None:
            return latitude, longitude
        near = self.middles.get(region) or self.middles.get(region[:STREET])
        return near or (math.nan, math.nan)


async def plane() -> Plane:
    """The map of this city, from the places of its activities."""
    return _plane(await fetch(_Known, KNOWN))


def _plane(known: list[_Known]) -> Plane:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for one in known:
        for code in {"", one.region, one.region[:STREET]}:
            total = sums[code]
            total[0] += one.latitude * one.places
            total[1] += one.longitude * one.places
            total[2] += one.places
    means = {code: (north / count, east / count) for code, (north, east, count) in sums.items()}
    middle = means.pop("", (0.0, 0.0))
    return Plane(middle[0], middle[1], means)
