"""How long it takes between places: the way of `app.matching.eligibility`, for many at once and without compiling."""

import numpy as np

from app.matching.problem import Floats, Longs, Travel


def ways(travel: Travel, x: Floats, y: Floats) -> Longs:
    """(places, places) minutes from each place to each."""
    east, north = np.asarray(x, np.float64), np.asarray(y, np.float64)
    away = np.sqrt((east[:, None] - east[None, :]) ** 2 + (north[:, None] - north[None, :]) ** 2)
    known = np.nan_to_num(away)
    minutes = travel.start_minutes + np.ceil(known * travel.detour_percent / 100 / travel.metres_per_minute)
    found = np.where(known < 1, 0, minutes)
    return np.where(np.isnan(away), travel.unknown_minutes, found).astype(np.int64)
