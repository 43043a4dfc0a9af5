"""A part of a problem that is a problem itself: some of its shifts and some of its people."""

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from app.matching.problem import Contracts, Ints, Known, Longs, Pairs, Problem, Seats, Spans

Rows = NDArray[np.intp]


class District(Struct, frozen=True, kw_only=True):
    """A part, and where its people and seats stand in the whole."""

    problem: Problem
    person: Ints
    seat: Ints


def district(problem: Problem, person: Ints, shift: Ints) -> District:
    """The problem of these people and shifts, in the order of the whole.

    Of each contract it has the share of minutes that its seats want of all that are wanted, so that the districts
    together have no more than there are.
    """
    place = np.full(problem.shift_count, -1, dtype=np.int32)
    place[shift] = np.arange(len(shift), dtype=np.int32)
    first, seat = _picked(problem.seats.first, shift)
    spans_first, spans = _picked(problem.spans.first, person)
    known_first, known = _picked(problem.known.first, person)
    part = replace(
        problem,
        people=replace(
            problem.people, **{name: getattr(problem.people, name)[person] for name in problem.people.__struct_fields__}
        ),
        spans=_spans(problem.spans, spans_first, spans, place),
        known=Known(first=known_first, served=problem.known.served[known], barred=problem.known.barred[known]),
        declined=_pairs(problem.declined, person, place),
        before=_pairs(problem.before, person, place),
        shifts=replace(
            problem.shifts, **{name: getattr(problem.shifts, name)[shift] for name in problem.shifts.__struct_fields__}
        ),
        seats=_seats(problem.seats, first, seat, place),
        contracts=Contracts(ids=problem.contracts.ids, minutes_left=_shares(problem, shift)),
    )
    return District(problem=part, person=person, seat=seat.astype(np.int32))


def _picked(first: Longs, owners: Ints) -> tuple[Longs, Rows]:
    """The rows of these owners, and where each owner's begin among them."""
    many = np.diff(first)[owners]
    begin = np.concatenate(([0], np.cumsum(many))).astype(np.int64)
    return begin, np.arange(begin[-1]) - np.repeat(begin[:-1], many) + np.repeat(first[owners], many)


def _spans(spans: Spans, first: Longs, rows: Rows, place: Ints) -> Spans:
    columns = {name: getattr(spans, name)[rows] for name in spans.__struct_fields__ if name != "first"}
    columns["shift"] = np.append(place, np.int32(-1))[columns["shift"]]  # those of no shift take the last
    return Spans(first=first, **columns)


def _pairs(pairs: Pairs, person: Ints, place: Ints) -> Pairs:
    """Those with shifts of the part."""
    first, rows = _picked(pairs.first, person)
    shift = place[pairs.shift[rows]]
    inside = np.concatenate(([0], np.cumsum(shift >= 0)))
    return Pairs(first=inside[first].astype(np.int64), shift=shift[shift >= 0])


def _seats(seats: Seats, first: Longs, rows: Rows, place: Ints) -> Seats:
    columns = {name: getattr(seats, name)[rows] for name in seats.__struct_fields__ if name not in ("first", "shift")}
    return Seats(first=first, shift=place[seats.shift[rows]], **columns)


def _shares(problem: Problem, shift: Ints) -> Longs:
    """What this part may plan of each contract's minutes."""
    shifts, seats = problem.shifts, problem.seats
    count = len(problem.contracts.ids)
    wanted = (shifts.ends - shifts.starts)[seats.shift].astype(np.int64) * np.maximum(seats.open, 0)
    contract = shifts.contract[seats.shift]
    here = np.isin(seats.shift, shift)

    def minutes(some: NDArray[np.bool_]) -> Longs:
        some = some & (contract >= 0)
        return np.bincount(contract[some], weights=wanted[some], minlength=count).astype(np.int64)

    left = np.maximum(problem.contracts.minutes_left, 0)
    return np.asarray(left * minutes(here) // np.maximum(minutes(np.ones_like(here)), 1))
