"""Where a device said it was, and how far that is from a place, whichever coordinates its maps use."""

from enum import StrEnum

import prcoords
from msgspec import Struct


class Datum(StrEnum):
    """What a pair of coordinates refers to. Maps in China draw the same spot hundreds of metres apart."""

    WGS84 = "wgs84"
    """What satellites and browsers say."""
    GCJ02 = "gcj02"
    """What AMap, Tencent and WeChat say."""
    BD09 = "bd09"
    """What Baidu says."""


class Fix(Struct, frozen=True, kw_only=True):
    """Coordinates in degrees with what they refer to, and how exact the device held them to be."""

    latitude: float
    longitude: float
    accuracy_metres: float | None = None
    datum: Datum = Datum.WGS84


def in_wgs84(fix: Fix) -> Fix:
    """The same spot in WGS 84, true to about a metre. Outside China the three are one."""
    spot = prcoords.Coords(fix.latitude, fix.longitude)
    if fix.datum == Datum.WGS84 or not prcoords.sanity_in_china_p(spot):
        return Fix(latitude=fix.latitude, longitude=fix.longitude, accuracy_metres=fix.accuracy_metres)
    turned = prcoords.bd_wgs(spot) if fix.datum == Datum.BD09 else prcoords.gcj_wgs(spot)
    return Fix(latitude=turned.lat, longitude=turned.lon, accuracy_metres=fix.accuracy_metres)


def metres_between(one: Fix, other: Fix) -> float:
    """How far two spots are apart on the ground."""
    here, there = in_wgs84(one), in_wgs84(other)
    start = prcoords.Coords(here.latitude, here.longitude)
    return float(start.distance(prcoords.Coords(there.latitude, there.longitude)))
