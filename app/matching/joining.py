"""Puts the plans of districts together: one plan of the whole to begin from, whose borders are mended next."""

from collections.abc import Sequence

import numpy as np

from app.matching.holding import hold
from app.matching.problem import Longs, Plan, Prices, Problem
from app.matching.queries.parts import Part


def join(problem: Problem, parts: Sequence[Part]) -> Plan:
    """What the districts propose, without whom two of them wanted at once, and with the prices they found."""
    seat_price = np.zeros(problem.seat_count, np.int64)
    contract_price = np.zeros(len(problem.contracts.ids), np.int64)
    people: list[Longs] = [np.zeros(0, np.int64)]
    seats: list[Longs] = [np.zeros(0, np.int64)]
    for part in parts:
        of_seat, ours = _places(problem.seats.ids, part.problem.seats.ids)
        seat_price[of_seat[ours]] = part.plan.prices.seat[ours]
        of_contract, known = _places(problem.contracts.ids, part.problem.contracts.ids)
        # What is scarce in one district is scarce: the dearest price is the safest to begin with.
        np.maximum.at(contract_price, of_contract[known], part.plan.prices.contract[known])
        of_person, there = _places(problem.people.ids, part.problem.people.ids)
        both = there[part.plan.person] & ours[part.plan.seat]
        people.append(of_person[part.plan.person[both]])
        seats.append(of_seat[part.plan.seat[both]])
    held = hold(problem, np.concatenate(people), np.concatenate(seats))
    return Plan(
        person=held.plan.person,
        seat=held.plan.seat,
        value=held.plan.value,
        bound=held.plan.bound,
        prices=Prices(seat=seat_price, contract=contract_price),
    )


def _places(ids: Longs, wanted: Longs) -> tuple[Longs, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    """Where each identity stands among others, and whether it is there at all."""
    if not len(ids):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    order = np.argsort(ids, kind="stable")
    at = np.minimum(np.searchsorted(ids, wanted, sorter=order), len(ids) - 1)
    place = order[at].astype(np.int64)
    return place, ids[place] == wanted
