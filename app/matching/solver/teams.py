"""What heads on a shift's seats are worth at given prices, when a team takes place whole or not at all."""

from app.matching.compiling import compiled
from app.matching.problem import Longs, Numbers
from app.matching.solver.model import Model

LEVEL = 1e-6
"""A team within so many points of nothing is as good with as without: it may take place in part."""


@compiled
def best_team(model: Model, price: Numbers, shift: int) -> tuple[float, int]:
    """The most that heads on one shift's seats bring at these prices, before the choice of leaving it empty.

    Also the seat of which one head more is needed, because no social worker would come otherwise; -1 without one.
    """
    total, staff, best, forced = 0.0, 0, 0.0, -1
    for seat in range(model.seats_first[shift], model.seats_first[shift + 1]):
        heads = model.open[seat] if price[seat] > 0 else model.least[seat]
        total += price[seat] * heads
        if model.staff[seat] and model.open[seat] > 0:
            staff += heads
            if forced < 0 or price[seat] > best:
                best, forced = price[seat], seat
    if not model.needs_staff[shift] or staff > 0:
        return total, -1
    if forced < 0:
        return -1.0, -1
    return total + best, forced


@compiled
def teams_value(model: Model, price: Numbers) -> float:
    """The most that heads on all seats bring at these prices."""
    total = 0.0
    for shift in range(len(model.starts)):
        worth, _ = best_team(model, price, shift)
        total += max(worth, 0.0)
    return total


@compiled
def team_heads(model: Model, price: Numbers, count: Longs, heads: Numbers) -> None:
    """How many heads each seat should have at these prices.

    Among equally good answers it is the one nearest to `count`: what people take of themselves at these prices.
    """
    for shift in range(len(model.starts)):
        worth, forced = best_team(model, price, shift)
        begin, end = model.seats_first[shift], model.seats_first[shift + 1]
        met, size = 0.0, 0.0
        for seat in range(begin, end):
            heads[seat] = 0.0
            if worth < -LEVEL:
                continue
            if abs(price[seat]) <= LEVEL:
                heads[seat] = min(max(count[seat], model.least[seat]), model.open[seat])
            else:
                heads[seat] = model.open[seat] if price[seat] > 0 else model.least[seat]
            if seat == forced:
                heads[seat] = 1
            met += heads[seat] * count[seat]
            size += heads[seat] * heads[seat]
        if -LEVEL <= worth <= LEVEL and size > 0:
            share = min(met / size, 1.0)
            for seat in range(begin, end):
                heads[seat] *= share


@compiled
def lift(model: Model, price: Numbers) -> None:
    """Raise prices below nothing that gain nothing: where even the whole team would not pay, or no head is needed."""
    for shift in range(len(model.starts)):
        gain, loss = 0.0, 0.0
        begin, end = model.seats_first[shift], model.seats_first[shift + 1]
        for seat in range(begin, end):
            if model.least[seat] == 0 and not model.needs_staff[shift]:
                price[seat] = max(price[seat], 0.0)
            if price[seat] > 0:
                gain += price[seat] * model.open[seat]
            else:
                loss -= price[seat] * model.least[seat]
        if loss > gain:
            for seat in range(begin, end):
                if price[seat] < 0 and model.least[seat] > 0:
                    price[seat] *= gain / loss
