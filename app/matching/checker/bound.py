"""How much any plan could be worth at most, recomputed from a plan's prices over every eligible pair.

With a price P_e for each head on seat e and M_c for a minute under contract c, no plan is worth more than

    the sum over people of their best schedule, a seat being worth its points - P_e - M_c x length to them,
  + the sum over shifts of the best that their seats' prices allow, nobody being one choice,
  + the sum over contracts of M_c x minutes left.

A seat that very many people want may instead be offered to those only who gain most by it: whoever else came, there
are no more of them than open heads, and none would gain more than the best of those left out. Both ways prove a bound,
and the lower one is taken.

Everything is counted in thousandths of points, so that nothing is rounded before the end.
"""

from collections.abc import Iterator

import numpy as np
from msgspec import Struct

from app.matching.checker.lookups import Lookups, Positions, Yes, owners, rows_between, within
from app.matching.checker.pairs import PAIR_RULES
from app.matching.checker.schedules import Work, best_schedule, speed
from app.matching.checker.whole import clashes
from app.matching.checker.worth import points
from app.matching.problem import Prices

THOUSAND = 1000
BATCH = 1_000_000
"""Pairs looked at together."""
BAND = 1000.0
"""Metres from south to north of the bands in which people are sorted."""
ALLOWANCE = 3
"""Points by which rounding may make a pair worth more than the search below expects."""


class Offers(Struct, frozen=True):
    """Eligible pairs that are worth more than their price, in thousandths, ordered by person and start."""

    person: Positions
    seat: Positions
    worth: Positions


def bound(look: Lookups, prices: Prices) -> int:
    """No plan is worth more."""
    offered = offers(look, prices)
    people = _of_people(look, offered)
    fewer, outside = _shortened(look, offered)
    if len(fewer.person) < len(offered.person):
        people = min(people, _of_people(look, fewer) + outside)
    contracts = sum(
        price * max(left, 0)
        for price, left in zip(prices.contract.tolist(), look.problem.contracts.minutes_left.tolist(), strict=True)
    )
    return int(people + _of_shifts(look, prices) + contracts) // THOUSAND


def eligible(look: Lookups, person: Positions, seat: Positions) -> Positions:
    """The rows of the pairs that break no hard rule when nothing else is planned."""
    problem = look.problem
    rows = np.flatnonzero(problem.seats.open[seat] > 0)
    for rule in PAIR_RULES:
        rows = rows[~rule.broken(look, person[rows], seat[rows])]
    rows = rows[_has_room(look, person[rows], seat[rows])]
    shift = look.shift_of[seat[rows]]
    row, span = within(problem.spans.first, person[rows])
    busy = np.zeros(len(rows), dtype=np.bool_)
    busy[row[clashes(look, shift[row], span)]] = True
    return np.asarray(rows[~busy])


def _has_room(look: Lookups, person: Positions, seat: Positions) -> Yes:
    """Whether contract, day and week leave room for the shift."""
    problem, shift = look.problem, look.shift_of[seat]
    length, contract = look.length[shift], problem.shifts.contract[shift]
    fine = np.ones(len(seat), dtype=np.bool_)
    if len(problem.contracts.minutes_left):
        fine &= (contract < 0) | (problem.contracts.minutes_left[np.maximum(contract, 0)] >= length)
    for part, used, most in (
        (look.shift_day[shift], look.day_used, problem.people.day_minutes),
        (look.shift_week[shift], look.week_used, problem.people.week_minutes),
    ):
        if used.shape[1]:
            fine &= (part < 0) | (used[person, np.maximum(part, 0)] + length <= most[person])
    return np.asarray(fine)


def every_pair(look: Lookups) -> tuple[Positions, Positions]:
    """All eligible pairs of a small problem."""
    person, seat = np.divmod(np.arange(look.problem.people_count * look.problem.seat_count), look.problem.seat_count)
    rows = eligible(look, person, seat)
    return person[rows], seat[rows]


def offers(look: Lookups, prices: Prices) -> Offers:
    """All pairs of the problem that a person would take at these prices."""
    cost = _cost(look, prices)
    found: list[tuple[Positions, Positions, Positions]] = []
    for person, seat in _batches(look, cost):
        rows = eligible(look, person, seat)
        worth = THOUSAND * points(look, person[rows], seat[rows]) - cost[seat[rows]]
        rows, worth = rows[worth > 0], worth[worth > 0]
        found.append((person[rows], seat[rows], worth))
    person, seat, worth = (np.concatenate([batch[column] for batch in found]) for column in range(3))
    _, once = np.unique(person * max(look.problem.seat_count, 1) + seat, return_index=True)
    person, seat, worth = person[once], seat[once], worth[once]
    order = np.lexsort((seat, look.problem.shifts.starts[look.shift_of[seat]], person))
    return Offers(person[order], seat[order], worth[order])


def _shortened(look: Lookups, offered: Offers) -> tuple[Offers, int]:
    """The offers without those that gain little on seats that many want, and what these could add at most."""
    order = np.lexsort((-offered.worth, offered.seat))
    seat, worth = offered.seat[order], offered.worth[order]
    first = np.searchsorted(seat, np.arange(look.problem.seat_count + 1))
    keep, outside = np.ones(len(seat), dtype=np.bool_), 0
    for one in np.flatnonzero(np.diff(first) > look.problem.seats.open).tolist():
        mine = slice(int(first[one]), int(first[one + 1]))
        gains, heads = worth[mine], int(look.problem.seats.open[one])
        listed = np.concatenate(([0], np.cumsum(gains)))
        left_out = heads * np.concatenate((gains, [0]))
        length = int(np.argmin(listed + left_out))
        keep[mine] = np.arange(len(gains)) < length
        outside += int(left_out[length])
    rows = np.sort(order[keep])
    return Offers(offered.person[rows], offered.seat[rows], offered.worth[rows]), outside


def _cost(look: Lookups, prices: Prices) -> Positions:
    """What a head on each seat costs, in thousandths."""
    contract = look.problem.shifts.contract[look.shift_of]
    cost = THOUSAND * prices.seat.astype(np.int64)
    if len(prices.contract):
        minutes = look.length[look.shift_of]
        cost += np.where(contract >= 0, prices.contract[np.maximum(contract, 0)] * minutes, 0)
    return np.asarray(cost)


class _Near:
    """Finds, for a seat, everybody whose points could exceed its price: people lie in bands, each from west to east."""

    def __init__(self, look: Lookups, cost: Positions) -> None:
        people, shifts, weights = look.problem.people, look.problem.shifts, look.problem.weights
        self._look, self._weights = look, weights
        merit = (
            weights.reliability * people.reliability.astype(np.float64)
            - weights.load * np.minimum(people.served_minutes / 60, weights.load_hours)
            + weights.opportunity * np.minimum(people.days_unasked, weights.opportunity_days)
        )
        home = ~(np.isnan(people.x) | np.isnan(people.y))
        housed = np.flatnonzero(home)
        band = np.floor(people.y[housed].astype(np.float64) / BAND).astype(np.int64)
        order = np.lexsort((people.x[housed], band))
        self._housed, self._homeless, band = housed[order], np.flatnonzero(~home), band[order]
        self._x, self._y = people.x[self._housed].astype(np.float64), people.y[self._housed].astype(np.float64)
        self._bands, self._first = np.unique(band, return_index=True)
        self._past = np.append(self._first[1:], len(band))
        kinds = range(int(shifts.kind.max(initial=0)) + 1)
        merits = [merit + weights.preference * (people.likes >> np.uint64(kind) & np.uint64(1)) for kind in kinds]
        self._merit = [(of_kind[self._housed], of_kind[self._homeless]) for of_kind in merits]
        """What a person is worth for each kind, wherever it is: of those with a home, and of those without."""
        self._most = [float(of_kind.max(initial=-np.inf)) for of_kind in merits]
        ceiling = weights.fill * shifts.priority.astype(np.float64) + weights.urgent + ALLOWANCE
        if look.problem.empty_share is not None:
            ceiling += weights.community * look.problem.empty_share[np.maximum(shifts.community, 0)]
        self._staff = {int(one): np.flatnonzero(people.staff_of == one) for one in np.unique(people.staff_of)}
        self.needed = cost / THOUSAND - ceiling[look.shift_of]
        """What person and way must be worth together, for each seat."""

    def people(self, seat: int) -> Positions:
        """Everybody for whom the seat might be worth more than it costs, but for ties to this very seat."""
        shifts, weights, shift = self._look.problem.shifts, self._weights, self._look.shift_of[seat]
        if self._look.problem.seats.staff[seat]:
            return self._staff.get(int(shifts.agency[shift]), self._housed[:0])
        needed, x, y = float(self.needed[seat]), float(shifts.x[shift]), float(shifts.y[shift])
        kind = int(shifts.kind[shift])
        housed, homeless = self._merit[kind]
        anywhere = weights.travel * weights.unknown_kilometres
        if np.isnan(x) or np.isnan(y):
            return np.concatenate(
                (self._homeless[homeless - anywhere > needed], self._housed[housed - anywhere > needed])
            )
        found = [self._homeless[homeless - anywhere > needed]]
        spare = self._most[kind] - needed
        if spare > 0:
            radius = spare / weights.travel * 1000 if weights.travel else np.inf
            low = self._bands.searchsorted(np.floor((y - radius) / BAND))
            high = self._bands.searchsorted(np.floor((y + radius) / BAND), side="right")
            for first, past in zip(self._first[low:high].tolist(), self._past[low:high].tolist(), strict=True):
                east = self._x[first:past]
                rows = slice(
                    first + int(east.searchsorted(x - radius)), first + int(east.searchsorted(x + radius, "right"))
                )
                way = np.sqrt((self._x[rows] - x) ** 2 + (self._y[rows] - y) ** 2) / 1000
                found.append(self._housed[rows][housed[rows] - weights.travel * way > needed])
        return np.asarray(np.concatenate(found))


def _batches(look: Lookups, cost: Positions) -> Iterator[tuple[Positions, Positions]]:
    """Every pair that might be worth more than it costs; some of them twice."""
    near = _Near(look, cost)
    people: list[Positions] = []
    seats: list[Positions] = []
    waiting = 0
    for seat in range(look.problem.seat_count):
        who = near.people(seat)
        people.append(who)
        seats.append(np.full(len(who), seat, dtype=np.int64))
        waiting += len(who)
        if waiting >= BATCH:
            yield np.concatenate(people), np.concatenate(seats)
            people, seats, waiting = [], [], 0
    if waiting:
        yield np.concatenate(people), np.concatenate(seats)
    yield _tied(look)


def _tied(look: Lookups) -> tuple[Positions, Positions]:
    """People with the seats of shifts they had before, or of somebody they know."""
    problem = look.problem
    seats = problem.seats
    shift, person = problem.before.shift.astype(np.int64), owners(problem.before.first)
    row, seat = within(seats.first, shift)
    served = problem.shifts.served[look.shift_of]
    order = np.argsort(served, kind="stable")
    low = np.searchsorted(served[order], problem.known.served)
    high = np.searchsorted(served[order], problem.known.served, side="right")
    who, place = rows_between(low, high)
    return (
        np.concatenate((person[row], owners(problem.known.first)[who])),
        np.concatenate((seat, order[place])),
    )


def _of_people(look: Lookups, offered: Offers) -> int:
    """The worth of everybody's best schedule together."""
    problem = look.problem
    shifts, total = problem.shifts, 0
    pace = speed(problem.travel)
    cuts = np.flatnonzero(np.diff(offered.person)) + 1
    for rows in np.split(np.arange(len(offered.person)), cuts):
        if len(rows) < 2:  # the one pair is eligible, so nothing else can bar it
            total += int(offered.worth[rows].sum())
            continue
        person, shift = int(offered.person[rows[0]]), look.shift_of[offered.seat[rows]]
        x, y = shifts.x[shift].astype(np.float64), shifts.y[shift].astype(np.float64)
        work = Work(
            shifts.starts[shift].astype(np.int64),
            shifts.ends[shift].astype(np.int64),
            x,
            y,
            offered.worth[rows],
            look.shift_day[shift],
            look.shift_week[shift],
            problem.people.day_minutes[person] - look.day_used[person],
            problem.people.week_minutes[person] - look.week_used[person],
        )
        total += int(best_schedule(work, pace))
    return total


def _of_shifts(look: Lookups, prices: Prices) -> int:
    """The most that the prices of each shift's seats come to, over all head counts that its rules allow."""
    seats, shifts = look.problem.seats, look.problem.shifts
    paid = THOUSAND * prices.seat.astype(np.int64)
    heads = np.where(paid > 0, seats.open, np.minimum(seats.least, seats.open)).astype(np.int64)
    worth = np.bincount(look.shift_of, weights=paid * heads, minlength=len(shifts.ids)).astype(np.float64)
    staff = np.bincount(look.shift_of, weights=heads * seats.staff, minlength=len(shifts.ids))
    volunteers = np.bincount(look.shift_of, weights=heads * ~seats.staff, minlength=len(shifts.ids))
    volunteers = volunteers + shifts.volunteers_there * (staff + volunteers > 0)
    lacking = shifts.staffed & (volunteers > 0) & (staff + shifts.staff_there == 0)
    one_more = np.full(len(shifts.ids), -np.inf)
    able = seats.staff & (seats.open > 0)
    np.maximum.at(one_more, look.shift_of[able], paid[able])  # of no positive price, or it would have its heads
    worth[lacking] += one_more[lacking]
    impossible = np.bincount(look.shift_of, weights=seats.least > seats.open, minlength=len(shifts.ids)) > 0
    worth[impossible] = 0
    return int(np.maximum(worth, 0).sum())
