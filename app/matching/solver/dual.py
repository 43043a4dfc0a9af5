"""Prices of heads and of contract minutes, and the bound on every plan that they prove.

The price of a head is what one more of it would be worth. At any prices no plan is worth more than

    the sum over people of their best schedule, a pair counting its points less the cost of a head on its seat,
    + the sum over shifts of the best that heads on their seats bring, or nothing,
    + the sum over contracts of their minutes left at their price,
    + the sum over seats of open heads times what a pair that is no candidate could be worth above cost,

because each line is the most that part of a plan can add. The ascent lowers that sum: it raises the price where more
people want a seat than it has heads, and lowers it where fewer do.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from app.matching.candidates import COMPLETE, Edges
from app.matching.compiling import compiled
from app.matching.problem import Bytes, Flags, Ints, Longs, Prices, Problem
from app.matching.solver.model import Model, Numbers
from app.matching.solver.model import model as build_model
from app.matching.solver.schedules import best_schedule
from app.matching.solver.scratch import Scratch, scratch
from app.matching.solver.teams import lift, team_heads, teams_value

WHOLE_EVERY = 12
"""In how many steps all of a person's pairs are looked at once."""
CHUNKS = 16
"""Into how many parts people are cut, whatever the number of threads, so that sums do not depend on it."""
SPEED, SPREAD = 0.8, 0.95
"""How long a price remembers its direction, and how much it used to move."""
CALM = 0.1
"""Keeps prices still where hardly anybody comes or goes."""
MEMORY = 4
NOTED = 2**MEMORY - 1
"""What a pair is noted with when it is chosen, of which a 2 ** MEMORY-th is forgotten at each step."""
FEW, SHARE = 30, 16
"""How many pairs of a person a plan is made of at least, and what part of a long list besides."""
MINUTES = 300
"""A contract minute's price moves so much more slowly than a head's."""


class Ascent:
    """Prices on their way to the best bound that they can prove."""

    def __init__(self, model: Model, threads: int, prices: Prices | None = None) -> None:
        self.model = model
        self.seat = first_prices(model) if prices is None else prices.seat.astype(np.float64)
        self.contract = np.zeros(len(model.contract_left)) if prices is None else prices.contract / 1000
        lift(model, self.seat)
        self.bound = self._listed = np.inf
        self.best_seat, self.best_contract = self.seat.copy(), self.contract.copy()
        self._proof = self.best_seat, self.best_contract
        self.share = np.zeros(len(model.seat), dtype=np.uint8)
        """How often people chose each pair lately: 240, if they always did."""
        self._threads = threads
        self._minutes = model.minutes[model.shift].astype(np.float64)
        self._limited = model.contract[model.shift] >= 0
        self._cuts = np.searchsorted(model.first, np.linspace(0, len(model.seat), CHUNKS + 1))
        self._cuts[0], self._cuts[-1] = 0, len(model.people)
        self._rooms = [scratch(model)._replace(noted=self.share) for _ in range(threads)]
        self._turn = 0
        self._counts = np.zeros((threads, len(model.shift)), dtype=np.int32)
        self._heads = np.zeros(len(model.shift))
        self._seat_motion = _Motion(len(model.shift))
        self._contract_motion = _Motion(len(model.contract_left))

    def steps(self, sizes: Numbers) -> Iterator[int]:
        """Move the prices by steps of these sizes in points."""
        with ThreadPoolExecutor(self._threads) as pool:
            for number, size in enumerate(sizes):
                self._move(float(size), self._evaluate(pool.map))
                yield number

    def certificate(self) -> tuple[Prices, int]:
        """The prices that prove the best bound, in whole points, and that bound."""
        seat, contract = _whole(*self._proof)
        model = self.model
        per_minute = np.where(self._limited, contract[model.contract[model.shift]], 0) if len(contract) else 0
        cost = (seat + per_minute * self._minutes.astype(np.int64) // 1000).astype(np.float64)
        with ThreadPoolExecutor(self._threads) as pool:
            worth = self._people(cost, pool.map, None)
        worth += float(teams_value(model, seat.astype(np.float64))) + self.outside(cost)
        left = -(-int(contract @ np.maximum(model.contract_left, 0)) // 1000)
        return Prices(seat=seat, contract=contract), int(worth) + left

    def focused(self, problem: Problem, planned: Ints) -> "Ascent":
        """The same with those pairs of each person only that gain most at the best prices, for plans to be made of.

        The planned pairs stay. Where hardly any pair would go, all do.
        """
        model = self.model
        cost = self.costs()
        gain = np.asarray(model.points - cost[model.seat], dtype=np.float64)
        gain[self.share > 0] = np.inf
        gain[planned] = np.inf
        keep = _most_gaining(model.first, gain)
        if keep.sum() > len(keep) / 2:
            return self
        by_seat = keep[model.by_seat]
        pairs = model.by_seat[by_seat]
        first = np.concatenate(([0], np.cumsum(by_seat)))[model.by_seat_first].astype(np.int64)
        rest = model.rest.clip(COMPLETE).astype(np.int32)
        edges = Edges(first=first, person=model.people[model.owner[pairs]], points=model.points[pairs], rest=rest)
        focus = Ascent(build_model(problem, edges), self._threads)
        focus.share[:] = self.share[keep]
        focus.seat, focus.contract = self.seat, self.contract
        focus.best_seat, focus.best_contract = self.best_seat, self.best_contract
        return focus

    def prices(self) -> Prices:
        """The best prices where nobody but the candidates is thought of: by them more candidates are found."""
        seat, contract = _whole(self.best_seat, self.best_contract)
        return Prices(seat=seat, contract=contract)

    def costs(self) -> Numbers:
        """What a head on each seat costs at the best prices, with its contract's minutes."""
        return self._cost(self.best_seat, self.best_contract)

    def _cost(self, seat: Numbers, contract: Numbers) -> Numbers:
        if not len(contract):
            return seat.copy()
        return np.asarray(
            seat + np.where(self._limited, contract[self.model.contract[self.model.shift]], 0) * self._minutes
        )

    def _evaluate(self, run: Callable[..., Iterator[float]]) -> Longs:
        """Compute the bound at the present prices, and how many people want each seat."""
        cost = self._cost(self.seat, self.contract)
        self.share -= self.share >> MEMORY
        listed = self._people(cost, run, self.share) + teams_value(self.model, self.seat)
        listed += float(self.contract @ np.maximum(self.model.contract_left, 0))
        bound, here = listed + self.outside(cost), (self.seat.copy(), self.contract.copy())
        if listed < self._listed:
            self._listed = listed
            self.best_seat, self.best_contract = here
        if bound < self.bound:
            self.bound, self._proof = bound, here
        return np.asarray(self._counts.sum(axis=0, dtype=np.int64))

    def _people(self, cost: Numbers, run: Callable[..., Iterator[float]], share: Bytes | None) -> float:
        self._counts[:] = 0
        noted = np.zeros(0, dtype=np.uint8) if share is None else share
        self._turn += 1
        turn = self._turn

        def part(number: int) -> list[float]:
            chunks = range(number, CHUNKS, self._threads)
            room, count = self._rooms[number], self._counts[number]
            return [
                _serve(self.model, cost, self._cuts[k], self._cuts[k + 1], room, count, noted, turn) for k in chunks
            ]

        worth = np.zeros(CHUNKS)
        for number, values in enumerate(run(part, range(self._threads))):
            worth[number :: self._threads] = values
        return float(worth.sum())

    def outside(self, cost: Numbers | None = None) -> float:
        """What pairs that are no candidates may add to the bound at most."""
        if cost is None:
            cost = self.costs()
        return float((np.maximum(self.model.rest - cost, 0) * self.model.open).sum())

    def _move(self, size: float, count: Longs) -> None:
        model = self.model
        team_heads(model, self.seat, count.astype(np.float64), self._heads)
        missing = (self._heads - count) / np.maximum(model.open, 1)
        self.seat -= size * self._seat_motion.towards(missing)
        lift(model, self.seat)
        if not len(self.contract):
            return
        used = np.bincount(
            model.contract[model.shift][self._limited],
            weights=(count * self._minutes)[self._limited],
            minlength=len(self.contract),
        )
        left = (model.contract_left - used) / np.maximum(model.contract_left, 1)
        left[(self.contract <= 0) & (left > 0)] = 0
        self.contract -= size / MINUTES * self._contract_motion.towards(left)
        np.maximum(self.contract, 0, out=self.contract)


def _whole(seat: Numbers, contract: Numbers) -> tuple[Longs, Longs]:
    """Prices in points and in thousandths of them, as a plan keeps them."""
    return np.rint(seat).astype(np.int64), np.ceil(contract * 1000).astype(np.int64)


class _Motion:
    """Steps of about one whatever the scale, smoothed, as in Kingma and Ba's Adam."""

    def __init__(self, size: int) -> None:
        self._direction, self._scale = np.zeros(size), np.zeros(size)

    def towards(self, slope: Numbers) -> Numbers:
        self._direction += (1 - SPEED) * (slope - self._direction)
        self._scale += (1 - SPREAD) * (slope * slope - self._scale)
        return np.asarray(self._direction / (np.sqrt(self._scale) + CALM))


@compiled
def first_prices(model: Model) -> Numbers:
    """Where no more people than there are heads would come if they had nothing else to do."""
    price = np.zeros(len(model.shift), dtype=np.float64)
    for seat in range(len(price)):
        begin, end = model.by_seat_first[seat], model.by_seat_first[seat + 1]
        if end > begin:
            price[seat] = max(0, model.points[model.by_seat[min(begin + model.open[seat], end - 1)]])
    return price


@compiled
def _serve(
    model: Model, cost: Numbers, begin: int, end: int, room: Scratch, count: Longs, share: Bytes, turn: int
) -> float:
    """What the best schedules of these people are worth; counts whom each seat would get, and notes the pairs.

    Where pairs are noted, all of a long list are looked at in turn only: what is best then is noted for the next times.
    """
    total = 0.0
    for person in range(begin, end):
        room.whole[0] = len(share) == 0 or (person + turn) % WHOLE_EVERY == 0
        worth, size = best_schedule(model, person, cost, room)
        total += worth
        for at in range(size):
            count[model.seat[room.chosen[at]]] += 1
            if len(share):
                share[room.chosen[at]] += NOTED
    return total


@compiled
def _most_gaining(first: Longs, gain: Numbers) -> Flags:
    """Of each person the pairs that gain most: so many of a short list, and a share of a long one."""
    keep = np.ones(len(gain), dtype=np.bool_)
    for person in range(len(first) - 1):
        own = gain[first[person] : first[person + 1]]
        most = FEW + len(own) // SHARE
        if len(own) > most:
            least = np.partition(own, len(own) - most)[len(own) - most]
            for at in range(len(own)):
                keep[first[person] + at] = own[at] >= least
    return keep


def extended(edges: Edges, more: Edges) -> Edges:
    """Of two lists for each seat the longer one: either is the best so and so many."""
    longer = np.diff(more.first) > np.diff(edges.first)
    count = np.where(longer, np.diff(more.first), np.diff(edges.first))
    first = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    at = np.arange(first[-1]) - np.repeat(first[:-1], count)
    of_more = np.repeat(longer, count)
    rows_more = (np.repeat(more.first[:-1], count) + at)[of_more]
    rows = (np.repeat(edges.first[:-1], count) + at)[~of_more]
    person, points = np.empty(first[-1], dtype=np.int32), np.empty(first[-1], dtype=np.int32)
    person[of_more], person[~of_more] = more.person[rows_more], edges.person[rows]
    points[of_more], points[~of_more] = more.points[rows_more], edges.points[rows]
    return Edges(first=first, person=person, points=points, rest=np.minimum(edges.rest, more.rest))
