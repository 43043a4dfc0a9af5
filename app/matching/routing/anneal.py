"""Simulated annealing over the routes, in slices so that a clock can cut between them."""

import math

from app.matching.compiling import kernel
from app.matching.routing.board import Board
from app.matching.routing.links import draw
from app.matching.routing.moves import change
from app.matching.routing.times import cost, order_visits

COOL_EVERY = 256
ORDER_EVERY = 1 << 14


@kernel
def remember(b: Board) -> None:
    """Keep the routes if they are the best seen: least that is not allowed first, then least cost."""
    tally = b.tally[0]
    value = cost(b) - tally.weight * tally.excess
    if tally.excess > tally.best_excess or (tally.excess == tally.best_excess and value >= tally.best_cost):
        return
    tally.best_excess = tally.excess
    tally.best_cost = value
    for node in range(len(b.best)):
        b.best[node] = b.nodes[node].following


@kernel
def anneal(b: Board, first: int, past: int, total: int, hot: float, cold: float) -> None:
    """Try the changes numbered from `first` to `past` of an annealing of `total`."""
    now = cost(b)
    heat = hot
    for i in range(first, past):
        if i % COOL_EVERY == 0 or i == first:
            heat = hot * (cold / hot) ** (i / total)
            if i % ORDER_EVERY == 0:
                order_visits(b)
        # Drawn beforehand: a change that is certain to be refused need not be timed to the end.
        if change(b, now - heat * math.log(draw(b) + 1e-300)):
            worse = cost(b) >= now
            now = cost(b)
            if not worse:
                remember(b)
