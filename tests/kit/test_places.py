"""Coordinates of maps that shift them, and how far places are apart."""

import pytest

from app.kit.places import Datum, Fix, in_wgs84, metres_between

# The tower of Shenzhen's civic centre, as three kinds of maps give it.
CIVIC_CENTRE = Fix(latitude=22.5405, longitude=114.0545)


def shifted(datum: Datum) -> Fix:
    """The civic centre as such a map would give it, found by stepping against the conversion."""
    latitude, longitude = CIVIC_CENTRE.latitude, CIVIC_CENTRE.longitude
    for _step in range(20):
        back = in_wgs84(Fix(latitude=latitude, longitude=longitude, datum=datum))
        latitude += CIVIC_CENTRE.latitude - back.latitude
        longitude += CIVIC_CENTRE.longitude - back.longitude
    return Fix(latitude=latitude, longitude=longitude, datum=datum)


@pytest.mark.parametrize("datum", list(Datum))
def test_one_spot_is_one_spot_whatever_map_names_it(datum: Datum) -> None:
    assert metres_between(CIVIC_CENTRE, shifted(datum)) < 1


def test_compared_without_conversion_the_same_spot_would_be_hundreds_of_metres_away() -> None:
    amap = shifted(Datum.GCJ02)
    naive = Fix(latitude=amap.latitude, longitude=amap.longitude)
    assert 400 < metres_between(CIVIC_CENTRE, naive) < 700


def test_distance_is_metres_on_the_ground() -> None:
    north = Fix(latitude=CIVIC_CENTRE.latitude + 0.001, longitude=CIVIC_CENTRE.longitude)
    assert metres_between(CIVIC_CENTRE, north) == pytest.approx(111.2, abs=0.5)
    assert metres_between(CIVIC_CENTRE, CIVIC_CENTRE) == 0


def test_outside_china_the_three_are_one() -> None:
    berlin = Fix(latitude=52.52, longitude=13.405, datum=Datum.GCJ02)
    assert metres_between(berlin, Fix(latitude=52.52, longitude=13.405)) == 0
