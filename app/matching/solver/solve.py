"""From a problem to a plan near the best there is, and to a bound that says how near."""

import os
from collections.abc import Callable
from math import inf, isfinite

import numpy as np
from msgspec import Struct

from app.matching.arrays import arrays
from app.matching.candidates import ANYBODY, COMPLETE, DEEPEST, Bar, Depth, Edges, Index, bar, cost_of_head, find
from app.matching.problem import Ints, Plan, Prices, Problem
from app.matching.solver.again import pairs_before, with_pairs
from app.matching.solver.board import Board, board, put, taken_pairs
from app.matching.solver.chains import Chain, build_all, chain
from app.matching.solver.dual import Ascent
from app.matching.solver.exact import MOST_PAIRS, SECONDS, exact
from app.matching.solver.improve import order_of_pairs, round_up
from app.matching.solver.lists import Lists
from app.matching.solver.model import Model, model, pairs_of
from app.matching.solver.pace import Pace
from app.matching.solver.stop import Effort, Progress, Stop
from app.matching.solver.zones import Zones

FAR, FINE, FINEST = 1_500.0, 20.0, 3.0
"""Steps in points at most: far at first, then ever finer; finest where there is time for many."""
FEWEST, MOST = 120, 600
STEPS_TIMES_PAIRS = 30_000_000
WARM, WARM_STEPS = 60.0, 60
LOOKS = (0.08, 0.14, 0.2, 0.26, 0.33, 0.4, 0.48, 0.58, 0.7, 0.85)
"""After what parts of the steps lists are made anew."""
QUICKLY_PLANNED = 300_000
"""Pairs at most for a plan on the way, to be kept should this process end: of more it would take too long."""
SHIFTS_AT_ONCE, GRACE = 2_000, 5.0
"""So many shifts are attempted between two looks at the clock; who waits for the end waits so many seconds more."""
MARGIN = 100
"""Points by which prices may still fall without somebody coming in who is no candidate."""
TELL_EVERY = 10
MOST_LOOKED_AT = 5_000_000
"""Pairs of anybody and any seat: in a problem with so few everybody who may take a seat is its candidate."""
ASCENT_SHARE = 0.75
"""Of the time, at most, before the last plan is made from prices."""

Report = Callable[[Progress], None]


def solve(
    problem: Problem,
    *,
    seed: int,
    stop: Stop,
    before: Plan | None = None,
    report: Report | None = None,
    edges: Edges | None = None,
) -> Plan:
    """The best plan found until `stop`, with a bound on all plans.

    With a plan from before (of a problem with the same seats), it begins with its prices and with its pairs as far as
    they still hold. Whoever should stay where they were stands in `problem.before`.
    """
    return _Search(problem, seed, stop, before, report, edges).plan()


class _Best(Struct):
    """The best plan so far."""

    value: int
    person: Ints
    seat: Ints
    filled: int


class _Search:
    def __init__(
        self, problem: Problem, seed: int, stop: Stop, before: Plan | None, report: Report | None, edges: Edges | None
    ) -> None:
        self._problem, self._seed, self._before, self._report = problem, seed, before, report
        self._effort = Effort(stop)
        self._threads = os.cpu_count() or 1
        self._heads = int(np.maximum(problem.seats.open, 0).sum())
        nothing = np.zeros(0, dtype=np.int32)
        self._best = _Best(0, nothing, nothing, 0)
        self._bound = 2**62
        self._prices = Prices(
            seat=np.zeros(problem.seat_count, dtype=np.int64),
            contract=np.zeros(len(problem.contracts.minutes_left), dtype=np.int64),
        )
        self._index: Index | None = None
        self._given = edges

    def plan(self) -> Plan:
        edges = self._with_before(self._first_candidates())
        few = len(edges.person) <= MOST_PAIRS and not (edges.rest > COMPLETE).any()
        pairs = model(self._problem, edges)
        if few:
            self._search(pairs)
            if self._certain():
                return self._result()
        warm = self._warm_prices(pairs)
        if warm is not None and self._given is None and not few:
            edges = self._with_before(self._worth(warm))
            pairs = model(self._problem, edges)
        ascent = Ascent(pairs, self._threads, warm)
        self._resume(ascent)
        steps, far, fine = _steps(len(pairs.seat)) if warm is None else (WARM_STEPS, WARM, FINEST)
        del pairs
        lists = Lists(self._problem, edges, self._seek, self._threads)
        self._climb(ascent, lists, Pace(self._effort, steps, far, fine, share=ASCENT_SHARE))
        self._prove(ascent, lists)
        if self._effort.cut_by_clock() or not self._effort.over():
            self._construct(ascent)
        self._improve(ascent)
        return self._result()

    def _first_candidates(self) -> Edges:
        """Of a small problem everybody, else the best for each seat."""
        if self._given is not None:
            return self._given
        people = self._problem.people_count
        if people * self._problem.seat_count <= MOST_LOOKED_AT:
            everybody = Depth(single=people, team=people, each=0, staff=people)
            edges = self._find(per_head=everybody)
            if len(edges.person) <= MOST_PAIRS:
                return edges
        return self._find()

    def _with_before(self, edges: Edges) -> Edges:
        """The pairs of plans from before are candidates as long as they are allowed."""
        a = arrays(self._problem) if self._index is None else self._index.arrays
        edges = with_pairs(self._problem, a, edges, *pairs_before(self._problem))
        before = self._plan_before()
        return edges if before is None else with_pairs(self._problem, a, edges, before.person, before.seat)

    def _plan_before(self) -> Plan | None:
        """The plan to begin with, if it is one of a problem like this."""
        before = self._before
        if before is None or not len(before.seat):
            return None
        fits = before.seat.max() < self._problem.seat_count and before.person.max() < self._problem.people_count
        return before if fits else None

    def _certain(self) -> bool:
        """Whether the best plan so far is the best there is."""
        return self._best.value >= self._bound

    def _search(self, pairs: Model) -> None:
        """Search all plans of a small problem, for some seconds."""
        timed = isfinite(self._effort.left)
        found = exact(pairs, min(self._effort.left / 2, SECONDS) if timed else inf, self._effort.cut_by_clock)
        if found.taken is not None:
            made = board(pairs)
            for pair in found.taken:
                put(pairs, made, pair)
            self._keep(pairs, made)
        if found.bound is not None:
            self._bound = min(self._bound, max(found.bound, self._best.value))
        self._tell("exact", bound=self._bound)

    def _resume(self, ascent: Ascent) -> None:
        """Begin with what still holds of the plans before."""
        pairs, before = ascent.model, self._plan_before()
        kept = np.flatnonzero(pairs.kept).astype(np.int32)
        order = kept[np.argsort(-pairs.points[kept], kind="stable")]
        if before is not None:
            order = np.concatenate((pairs_of(pairs, before.person, before.seat), order))
        if not len(order):
            return
        made, links = self._tables(ascent)
        round_up(pairs, made, links, order)
        self._build(ascent, made, links)
        self._keep(pairs, made)

    def _look_up(self) -> Index:
        if self._index is None:
            self._index = Index(self._problem)
        return self._index

    def _worth(self, prices: Prices) -> Edges:
        """Whoever is worth as much as these prices, or nearly."""
        depth = np.where(self._problem.seats.open > 0, DEEPEST, 0).astype(np.int32)
        return self._find(depth=depth, above=bar(self._problem, cost_of_head(self._problem, prices) - MARGIN))

    def _seek(self, depth: Ints, above: Bar) -> Edges:
        return self._with_before(self._find(depth=depth, above=above))

    def _find(self, *, per_head: Depth | None = None, depth: Ints | None = None, above: Bar = ANYBODY) -> Edges:
        index, began = self._look_up(), self._effort.seconds

        def halted() -> bool:
            return self._effort.seconds - began > GRACE and self._effort.cut_by_clock()

        return find(self._problem, index=index, per_head=per_head, depth=depth, above=above, halted=halted)

    def _warm_prices(self, pairs: Model) -> Prices | None:
        """Those of the plan before, unless they prove less than what one would begin with anyway."""
        if self._before is None:
            return None
        prices = self._before.prices
        fits = len(prices.seat) == self._problem.seat_count and len(prices.contract) == len(self._prices.contract)
        if not fits or not prices.seat.any():
            return None
        _, proven = Ascent(pairs, self._threads, prices).certificate()
        _, anyway = Ascent(pairs, self._threads).certificate()
        return prices if proven < anyway else None

    def _climb(self, ascent: Ascent, lists: Lists, pace: Pace) -> None:
        """Move the prices by ever finer steps, now and then with lists made anew."""
        for number, until in enumerate((*LOOKS, 1.0)):
            if pace.reached >= until:
                continue
            for _ in ascent.steps(pace.sizes(until)):
                self._effort.rounds += 1
                if self._effort.rounds % TELL_EVERY == 0:
                    self._tell("prices", bound=self._bound if lists.partial else int(ascent.bound))
                if self._effort.over(share=ASCENT_SHARE):
                    return
            if number == 0 and len(ascent.model.seat) <= QUICKLY_PLANNED:
                self._construct(ascent)
            if until < 1 and self._given is None and not lists.complete:
                if not lists.partial:
                    self._prove(ascent, lists)
                ascent.go_on_with(self._problem, lists.renewed(ascent, self._planned()))

    def _prove(self, ascent: Ascent, lists: Lists) -> None:
        """Keep what the best prices prove, if it is more than is known: with everybody who would gain by a seat."""
        charged = None
        if lists.partial:
            edges, charged = lists.everybody(ascent)
            ascent = ascent.over(model(self._problem, edges))
        prices, bound = ascent.certificate(charged)
        if bound < self._bound:
            self._prices, self._bound = prices, bound

    def _planned(self) -> tuple[Ints, Ints]:
        """People and seats of the plan before and of the best one so far."""
        person, seat = pairs_before(self._problem)
        return np.concatenate((person, self._best.person)), np.concatenate((seat, self._best.seat))

    def _construct(self, ascent: Ascent) -> None:
        """A plan from the present prices."""
        ascent = self._focused(ascent)
        made, links = self._tables(ascent)
        order = order_of_pairs(ascent.model, ascent.share, ascent.costs())
        round_up(ascent.model, made, links, order)
        self._build(ascent, made, links)
        self._keep(ascent.model, made)

    def _build(self, ascent: Ascent, made: Board, links: Chain) -> None:
        """Attempt every shift, those first whose heads are worth most; not all of them where somebody waits."""
        order, began = _by_worth(ascent), self._effort.seconds
        for first in range(0, len(order), SHIFTS_AT_ONCE):
            build_all(ascent.model, made, links, order[first : first + SHIFTS_AT_ONCE])
            if self._effort.seconds - began > GRACE and self._effort.cut_by_clock():
                break

    def _focused(self, ascent: Ascent) -> Ascent:
        planned = pairs_of(ascent.model, self._best.person, self._best.seat)
        return ascent.focused(self._problem, planned)

    def _tables(self, ascent: Ascent) -> tuple[Board, Chain]:
        return board(ascent.model), chain(ascent.model, self._seed, ascent.costs(), ascent.best_seat)

    def _improve(self, ascent: Ascent) -> None:
        ascent = self._focused(ascent)
        made, links = self._tables(ascent)
        round_up(ascent.model, made, links, pairs_of(ascent.model, self._best.person, self._best.seat))
        zones = Zones(ascent.model, made, links, self._threads)
        while not self._effort.over() and not self._certain():
            zones.stir()
            self._effort.rounds += 1
            self._keep(ascent.model, made)
            self._tell("exchanges", bound=self._bound)

    def _keep(self, pairs: Model, made: Board) -> None:
        value = int(made.value[0])
        if value <= self._best.value:
            return
        taken = taken_pairs(made)
        person, seat = pairs.people[pairs.owner[taken]], pairs.seat[taken]
        order = np.lexsort((person, seat))
        self._best = _Best(value, person[order], seat[order], len(taken))

    def _tell(self, stage: str, *, bound: int) -> None:
        if self._report is None:
            return
        self._report(
            Progress(
                stage=stage,
                seconds=self._effort.seconds,
                effort=self._effort.rounds,
                value=self._best.value,
                bound=bound,
                filled=self._best.filled,
                heads=self._heads,
                plan=self._result(),
            )
        )

    def _result(self) -> Plan:
        return Plan(
            person=self._best.person,
            seat=self._best.seat,
            value=self._best.value,
            bound=max(self._bound, self._best.value),
            prices=self._prices,
            effort=self._effort.rounds,
        )


def _steps(pairs: int) -> tuple[int, float, float]:
    """How many steps from no prices to good ones, and from how far to how fine: the fewer pairs, the more, as each is
    quicker then."""
    many = min(max(STEPS_TIMES_PAIRS // max(pairs, 1), FEWEST), MOST)
    return many, FAR, FINEST if many > FEWEST else FINE


def _by_worth(ascent: Ascent) -> Ints:
    """The shifts, those first whose heads are worth most."""
    pairs = ascent.model
    worth = np.bincount(pairs.shift, weights=pairs.open * np.maximum(ascent.best_seat, 0), minlength=len(pairs.starts))
    return np.argsort(-worth, kind="stable").astype(np.int32)
