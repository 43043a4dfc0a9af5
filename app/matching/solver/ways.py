"""How long it takes from one shift to the next, and whether there is time for it."""

from math import ceil, sqrt

from app.matching.compiling import compiled
from app.matching.solver.model import Model


@compiled
def way_minutes(dx: float, dy: float, start: int, detour: int, speed: int, unknown: int) -> int:
    """Minutes from one place to another so far away."""
    distance = sqrt(dx * dx + dy * dy)
    if distance != distance:
        return unknown
    if distance < 1.0:
        return 0
    return start + ceil(distance * detour / 100 / speed)


@compiled
def in_turn(model: Model, a: int, b: int) -> bool:
    """Whether somebody can do shift a and then shift b."""
    gap = model.starts[b] - model.ends[a]
    if gap < 0:
        return False
    start, detour, speed, unknown = model.travel[0], model.travel[1], model.travel[2], model.travel[3]
    return bool(gap >= way_minutes(model.x[a] - model.x[b], model.y[a] - model.y[b], start, detour, speed, unknown))
