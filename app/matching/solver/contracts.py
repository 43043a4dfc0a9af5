"""What a contract's minutes are worth: the price at which the shifts that still pay need no more than are left."""

from app.matching.compiling import compiled
from app.matching.problem import Ints, Numbers
from app.matching.solver.model import Model
from app.matching.solver.teams import best_team

FINE = 0.002
"""Points a minute: so near it is found."""
NEARBY = 5.0
"""Points a minute within which the price is looked for first."""


@compiled
def share_out(model: Model, cost: Numbers, contract: Numbers, price: Numbers) -> None:
    """Set the price of each contract's minutes, and each seat's: what a head costs without the minutes.

    At these costs of heads no other prices of minutes prove a lower bound.
    """
    price[:] = cost
    for number in range(len(contract)):
        shifts = model.contract_shift[model.contract_first[number] : model.contract_first[number + 1]]
        left = max(model.contract_left[number], 0)
        low, high = max(contract[number] - NEARBY, 0.0), contract[number] + NEARBY
        if _needed(model, cost, price, shifts, low) <= left:
            high, low = low, 0.0
            if _needed(model, cost, price, shifts, low) <= left:
                contract[number] = 0.0
                continue
        while _needed(model, cost, price, shifts, high) > left:
            low, high = high, 2 * high + 1
        while high - low > FINE:
            middle = (low + high) / 2
            if _needed(model, cost, price, shifts, middle) > left:
                low = middle
            else:
                high = middle
        contract[number] = high
        _needed(model, cost, price, shifts, high)


@compiled
def _needed(model: Model, cost: Numbers, price: Numbers, shifts: Ints, minute: float) -> float:
    """The minutes of all heads that still bring something when a minute costs so much."""
    total = 0.0
    for shift in shifts:
        begin, end = model.seats_first[shift], model.seats_first[shift + 1]
        for seat in range(begin, end):
            price[seat] = cost[seat] - minute * model.minutes[shift]
        worth, forced = best_team(model, price, shift)
        if worth <= 0:
            continue
        for seat in range(begin, end):
            heads = model.open[seat] if price[seat] > 0 else model.least[seat]
            total += (1 if seat == forced else heads) * model.minutes[shift]
    return total
