"""How long it takes from one shift to the next, and whether there is time for it."""

from math import ceil, sqrt

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def way_minutes(dx, dy, start, detour, speed, unknown):
    """Minutes from one place to another so far away."""
    distance = sqrt(dx * dx + dy * dy)
    if distance != distance:
        return unknown
    if distance < 1.0:
        return 0
    return start + np.int64(ceil(distance * detour / 100 / speed))


@njit(cache=True, nogil=True)
def in_turn(model, a, b):
    """Whether somebody can do shift a and then shift b."""
    gap = model.starts[b] - model.ends[a]
    if gap < 0:
        return False
    start, detour, speed, unknown = model.travel[0], model.travel[1], model.travel[2], model.travel[3]
    return gap >= way_minutes(model.x[a] - model.x[b], model.y[a] - model.y[b], start, detour, speed, unknown)
