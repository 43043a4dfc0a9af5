"""Made-up points on the map near the real middles of Shenzhen's districts: streets, communities, homes."""

from random import Random

from app.volunteers.rules.whereabouts import rounded

Point = tuple[float, float]
"""Latitude and longitude, WGS 84."""

DISTRICTS: dict[str, Point] = {
    "440303": (22.548, 114.131),
    "440304": (22.522, 114.055),
    "440305": (22.533, 113.930),
    "440306": (22.555, 113.884),
    "440307": (22.720, 114.247),
    "440308": (22.557, 114.237),
    "440309": (22.696, 114.045),
    "440310": (22.708, 114.346),
    "440311": (22.749, 113.936),
}
CITY = (22.543, 114.058)
STREET_SPREAD, COMMUNITY_SPREAD, HOME_SPREAD = 0.025, 0.012, 0.006


def _near(point: Point, spread: float, chance: Random) -> Point:
    return point[0] + chance.uniform(-spread, spread), point[1] + chance.uniform(-spread, spread)


def community(code: str) -> Point:
    """A community's middle: invented, near its street's, and always the same."""
    street = _near(DISTRICTS.get(code[:6], CITY), STREET_SPREAD, Random(code[:9]))  # noqa: S311 (nothing secret)
    latitude, longitude = _near(street, COMMUNITY_SPREAD, Random(code))  # noqa: S311
    return round(latitude, 5), round(longitude, 5)


def home(code: str, chance: Random) -> Point:
    """Where somebody of a community starts from, as roughly as the app keeps it."""
    latitude, longitude = _near(community(code), HOME_SPREAD, chance)
    return rounded(latitude), rounded(longitude)
