"""Prices of heads and of contract minutes, and the bound on every plan that they prove.

The price of a head is what one more of it would be worth. At any prices no plan is worth more than

    the sum over people of their best schedule, a pair counting its points less the cost of a head on its seat,
    + the sum over shifts of the best that heads on their seats bring, or nothing,
    + the sum over contracts of their minutes left at their price,
    + the sum over seats of open heads times what a pair that is no candidate could be worth above cost,

because each line is the most that part of a plan can add. The ascent lowers that sum: it raises what a head costs where
more people want a seat than it has heads, and lowers it where fewer do. Whoever is no candidate is taken to want every
seat that costs less than they may be worth there, so a price does not fall far below the end of its seat's list. Where
people were left out because their time is worth more elsewhere, a fifth line is what `losses.overcharged` says.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from app.matching.candidates import COMPLETE, Edges, Tolls
from app.matching.compiling import compiled
from app.matching.cutting import cuts
from app.matching.problem import Bytes, Flags, Ints, Longs, Numbers, Prices, Problem
from app.matching.solver.contracts import share_out
from app.matching.solver.losses import overcharged, tolls
from app.matching.solver.model import Model, places_of
from app.matching.solver.model import model as build_model
from app.matching.solver.motion import Motion
from app.matching.solver.schedules import best_schedule
from app.matching.solver.scratch import Scratch, scratch
from app.matching.solver.teams import lift, team_heads, teams_value

WHOLE_EVERY = 12
"""In how many steps all of a person's pairs are looked at once."""
CHUNKS = 16
"""Into how many parts people are cut, whatever the number of threads, so that sums do not depend on it."""
MEMORY = 4
NOTED = 2**MEMORY - 1
"""What a pair is noted with when it is chosen, of which a 2 ** MEMORY-th is forgotten at each step."""
FEW, SHARE = 30, 16
"""How many pairs of a person a plan is made of at least, and what part of a long list besides."""
FIRST_STEP, FIRST_TOGETHER = 200.0, 50.0
"""Points of the first steps: of a seat's price by itself, and of the prices of all that ask for the same together."""
CLOSE = 5.0
"""Points from the end of its list within which a price is held back by it."""


class Ascent:
    """Prices on their way to the best bound that they can prove."""

    def __init__(self, model: Model, threads: int, prices: Prices | None = None) -> None:
        self._threads = threads
        self._minutes = model.minutes[model.shift].astype(np.float64)
        self._under = model.contract[model.shift]
        self._open_alike = np.maximum(np.bincount(model.alike, weights=model.open), 1)
        self._motion = Motion(len(model.shift), FIRST_STEP)
        self._motion_together = Motion(len(self._open_alike), FIRST_TOGETHER)
        self._contract = np.zeros(len(model.contract_left)) if prices is None else prices.contract / 1000
        self._wanted = first_prices(model)
        if prices is not None:
            self._wanted = self._cost(prices.seat.astype(np.float64), self._contract)
        self._seat = np.zeros(len(model.shift))
        self._over(model)
        if prices is not None:
            # What they prove is asked of these very prices; the first step shares out anew.
            self._seat, self._contract = prices.seat.astype(np.float64), prices.contract / 1000
            self.best_seat, self.best_contract = self._seat.copy(), self._contract.copy()

    def lay_down(self) -> tuple[Ints, Ints]:
        """Let the lists of candidates go, to make room for others; whom people chose lately, and which seats."""
        pairs = np.flatnonzero(self.share)
        person, seat = self.model.people[self.model.owner[pairs]], self.model.seat[pairs]
        self._lately = (person, seat, self.share[pairs])
        del self.model, self.share, self._rooms
        return person, seat

    def go_on_with(self, problem: Problem, edges: Edges) -> None:
        """Take other lists of candidates: prices stay, and go on moving as they did."""
        self._over(build_model(problem, edges))
        person, seat, share = self._lately
        at = places_of(self.model, person, seat)
        self.share[at[at >= 0]] = share[at >= 0]

    def over(self, model: Model) -> "Ascent":
        """The best prices so far, over another model of the same seats."""
        other = Ascent(model, self._threads)
        other.best_seat, other.best_contract = self.best_seat, self.best_contract
        return other

    def tolls(self, problem: Problem, cost: Numbers, *, by_the_hour: bool) -> Tolls:
        """What people's time is worth to them when heads cost this much: `app.matching.solver.losses`."""
        return tolls(problem, self.model, cost, self._rooms, by_the_hour=by_the_hour)

    def _over(self, model: Model) -> None:
        self.model = model
        self.bound = np.inf
        self.share = np.zeros(len(model.seat), dtype=np.uint8)
        """How often people chose each pair lately: 240, if they always did."""
        self._cuts = cuts(model.first, CHUNKS)
        self._rooms = [scratch(model)._replace(noted=self.share) for _ in range(self._threads)]
        self._turn = 0
        self._counts = np.zeros((self._threads, len(model.shift)), dtype=np.int32)
        self._heads = np.zeros(len(model.shift))
        self._settle()
        self.best_seat, self.best_contract = self._seat.copy(), self._contract.copy()

    def steps(self, sizes: Iterable[float]) -> Iterator[int]:
        """Move the prices by steps of these sizes in points at most."""
        with ThreadPoolExecutor(self._threads) as pool:
            for number, size in enumerate(sizes):
                self._move(size, self._evaluate(pool.map))
                yield number

    def held_back(self) -> Flags:
        """The seats whose price would fall if their lists were longer."""
        cost = self.costs_now()
        return np.asarray((self.model.rest > COMPLETE) & (self.model.open > 0) & (cost < self.model.rest + CLOSE))

    def certificate(self, charged: Tolls | None = None) -> tuple[Prices, int]:
        """The prices that prove the best bound, in whole points, and that bound.

        Where people whose time is worth more elsewhere were left out of the lists, it needs what they were charged.
        """
        seat, contract = _whole(self.best_seat, self.best_contract)
        model, cost = self.model, self.whole_costs()
        with ThreadPoolExecutor(self._threads) as pool:
            worth = self._people(cost, pool.map, None)
        worth += float(teams_value(model, seat.astype(np.float64))) + self._outside(cost)
        if charged is not None:
            worth += overcharged(model, cost, self._rooms, charged)
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
        focus = self.over(build_model(problem, edges))
        focus.share[:] = self.share[keep]
        return focus

    def costs(self) -> Numbers:
        """What a head on each seat costs at the best prices, with its contract's minutes."""
        return self._cost(self.best_seat, self.best_contract)

    def costs_now(self) -> Numbers:
        """The same at the present prices."""
        return self._cost(self._seat, self._contract)

    def whole_costs(self) -> Numbers:
        """What a head on each seat costs at the best prices as a plan keeps them."""
        seat, contract = _whole(self.best_seat, self.best_contract)
        per_minute = np.where(self._under >= 0, contract[self._under], 0) if len(contract) else 0
        return np.asarray(seat + per_minute * self._minutes.astype(np.int64) // 1000, dtype=np.float64)

    def _cost(self, seat: Numbers, contract: Numbers) -> Numbers:
        if not len(contract):
            return seat.copy()
        return np.asarray(seat + np.where(self._under >= 0, contract[self._under], 0) * self._minutes)

    def _evaluate(self, run: Callable[..., Iterator[float]]) -> Longs:
        """Compute the bound at the present prices, and how many people want each seat."""
        cost = self._cost(self._seat, self._contract)
        self.share -= self.share >> MEMORY
        bound = self._people(cost, run, self.share) + teams_value(self.model, self._seat) + self._outside(cost)
        bound += float(self._contract @ np.maximum(self.model.contract_left, 0))
        if bound < self.bound:
            self.bound = bound
            self.best_seat, self.best_contract = self._seat.copy(), self._contract.copy()
        count: Longs = self._counts.sum(axis=0, dtype=np.int64)
        return count + np.where(cost < self.model.rest, self.model.open, 0)

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

    def _outside(self, cost: Numbers) -> float:
        """What pairs that are no candidates may add to the bound at most."""
        return float((np.maximum(self.model.rest - cost, 0) * self.model.open).sum())

    def _move(self, most: float, count: Longs) -> None:
        model = self.model
        team_heads(model, self._seat, count.astype(np.float64), self._heads)
        missing = self._heads - count
        together = np.bincount(model.alike, weights=missing) / self._open_alike
        self._wanted -= self._motion_together.towards(together, most)[model.alike]
        self._wanted -= self._motion.towards(missing / np.maximum(model.open, 1), most)
        self._settle()

    def _settle(self) -> None:
        """Share what heads cost out between seats and contracts."""
        share_out(self.model, self._wanted, self._contract, self._seat)
        lift(self.model, self._seat)


def _whole(seat: Numbers, contract: Numbers) -> tuple[Longs, Longs]:
    """Prices in points and in thousandths of them, as a plan keeps them."""
    return np.rint(seat).astype(np.int64), np.ceil(contract * 1000).astype(np.int64)


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
