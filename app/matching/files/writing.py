"""From arrays to the rows of a file."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.matching.files.shapes import (
    FORMAT,
    VERSION,
    Assignment,
    Commitment,
    CommunityRow,
    ContractRow,
    FileShape,
    PersonRow,
    Place,
    PlanShape,
    Price,
    ProblemShape,
    SeatRow,
    Sex,
    ShiftRow,
)
from app.matching.problem import FOREVER, NEVER, SLOT_MINUTES, Plan, Problem

SEXES: tuple[Sex, ...] = ("any", "female", "male")


def written(problem: Problem, plan: Plan | None) -> FileShape:
    """The file of a problem and perhaps a plan of it.

    Raises:
        IndexError: where a number names a word, a person or a shift that is not there.
    """
    return FileShape(
        format=FORMAT, version=VERSION, problem=_problem(problem), plan=None if plan is None else _plan(problem, plan)
    )


def _problem(problem: Problem) -> ProblemShape:
    shares = None if problem.empty_share is None else _reals(problem.empty_share)
    contracts = problem.contracts
    return ProblemShape(
        starts=problem.starts,
        zone=problem.zone,
        minutes=problem.minutes,
        days=problem.days.tolist(),
        weeks=problem.weeks.tolist(),
        words=problem.words,
        weights=problem.weights,
        travel=problem.travel,
        communities=[
            CommunityRow(code, None if shares is None else shares[row]) for row, code in enumerate(problem.communities)
        ],
        contracts=[
            ContractRow(one, left)
            for one, left in zip(contracts.ids.tolist(), contracts.minutes_left.tolist(), strict=True)
        ],
        people=list(_people(problem)),
        shifts=list(_shifts(problem)),
    )


def _people(problem: Problem) -> Iterator[PersonRow]:
    people, words = problem.people, problem.words
    columns = {name: getattr(people, name).tolist() for name in ("ids", "staff_of", "minor", "sex", "community")}
    masks = {name: getattr(people, name).tolist() for name in ("skills", "languages", "likes", "refuses")}
    caps = {name: getattr(people, name).tolist() for name in ("day_minutes", "week_minutes")}
    counts = {name: getattr(people, name).tolist() for name in ("served_minutes", "days_unasked")}
    places, reach = _places(people.x, people.y), _reals(people.reach)
    reliability, until = _reals(people.reliability), people.credential_until.tolist()
    commitments = _commitments(problem)
    known, barred = problem.known, problem.known.barred
    for row in range(problem.people_count):
        served = slice(int(known.first[row]), int(known.first[row + 1]))
        community = columns["community"][row]
        yield PersonRow(
            id=columns["ids"][row],
            staff_of=columns["staff_of"][row],
            minor=columns["minor"][row],
            sex=SEXES[columns["sex"][row]],
            skills=named(words.skills, masks["skills"][row]),
            languages=named(words.languages, masks["languages"][row]),
            likes=named(words.kinds, masks["likes"][row]),
            refuses=named(words.kinds, masks["refuses"][row]),
            credentials={
                code: _bounded(end) for code, end in zip(words.credentials, until[row], strict=True) if end != NEVER
            },
            free=_stretches(people.free[row]),
            at=places[row],
            reach=None if np.isinf(reach[row]) else reach[row],
            day_minutes=_bounded(caps["day_minutes"][row]),
            week_minutes=_bounded(caps["week_minutes"][row]),
            community=None if community < 0 else problem.communities[community],
            served_minutes=counts["served_minutes"][row],
            days_unasked=counts["days_unasked"][row],
            reliability=reliability[row],
            commitments=commitments[int(problem.spans.first[row]) : int(problem.spans.first[row + 1])],
            knows=known.served[served][~barred[served]].tolist(),
            barred_from=known.served[served][barred[served]].tolist(),
            declined=_shift_ids(problem, problem.declined.first, problem.declined.shift, row),
            before=_shift_ids(problem, problem.before.first, problem.before.shift, row),
        )


def _commitments(problem: Problem) -> list[Commitment]:
    spans, ids = problem.spans, problem.shifts.ids
    rows = zip(
        spans.starts.tolist(),
        spans.ends.tolist(),
        _places(spans.x, spans.y),
        spans.counts.tolist(),
        [None if shift < 0 else int(ids[shift]) for shift in spans.shift.tolist()],
        strict=True,
    )
    return [Commitment(*row) for row in rows]


def _shifts(problem: Problem) -> Iterator[ShiftRow]:
    shifts, seats, words = problem.shifts, problem.seats, problem.words
    places = _places(shifts.x, shifts.y)
    for row in range(problem.shift_count):
        contract, community = int(shifts.contract[row]), int(shifts.community[row])
        yield ShiftRow(
            id=int(shifts.ids[row]),
            starts=int(shifts.starts[row]),
            ends=int(shifts.ends[row]),
            kind=words.kinds[int(shifts.kind[row])],
            agency=int(shifts.agency[row]),
            seats=[
                SeatRow(
                    id=int(seats.ids[seat]),
                    open=int(seats.open[seat]),
                    least=int(seats.least[seat]),
                    staff=bool(seats.staff[seat]),
                    skills=named(words.skills, int(seats.skills[seat])),
                    languages=named(words.languages, int(seats.languages[seat])),
                    credentials=named(words.credentials, int(seats.credentials[seat])),
                )
                for seat in range(int(seats.first[row]), int(seats.first[row + 1]))
            ],
            at=places[row],
            contract=None if contract < 0 else int(problem.contracts.ids[contract]),
            community=None if community < 0 else problem.communities[community],
            served=int(shifts.served[row]),
            priority=int(shifts.priority[row]),
            deadline=_bounded(int(shifts.deadline[row])),
            adults_only=bool(shifts.adults_only[row]),
            sex=SEXES[int(shifts.sex[row])],
            staffed=bool(shifts.staffed[row]),
            staff_there=int(shifts.staff_there[row]),
            volunteers_there=int(shifts.volunteers_there[row]),
        )


def _plan(problem: Problem, plan: Plan) -> PlanShape:
    people, seats = problem.people.ids[plan.person], problem.seats.ids[plan.seat]
    return PlanShape(
        value=plan.value,
        bound=plan.bound,
        effort=plan.effort,
        assignments=[Assignment(*pair) for pair in zip(people.tolist(), seats.tolist(), strict=True)],
        seat_prices=_prices(problem.seats.ids, plan.prices.seat),
        contract_prices=_prices(problem.contracts.ids, plan.prices.contract),
    )


def _prices(ids: NDArray[np.int64], prices: NDArray[np.int64]) -> list[Price]:
    return [Price(one, points) for one, points in zip(ids.tolist(), prices.tolist(), strict=True) if points]


def named(codes: tuple[str, ...], mask: int) -> list[str]:
    """The words behind a mask.

    Raises:
        IndexError: where a bit has no word.
    """
    return [codes[bit] for bit in range(mask.bit_length()) if mask >> bit & 1]


def _bounded(limit: int) -> int | None:
    return None if limit == FOREVER else limit


def _reals(values: NDArray[Any]) -> list[float]:
    """As short as they can be said without becoming others."""
    return [float(text) for text in values.astype(np.float32).astype("U32").tolist()]


def _places(x: NDArray[Any], y: NDArray[Any]) -> list[Place]:
    pairs = zip(_reals(x), _reals(y), strict=True)
    return [None if np.isnan(east) or np.isnan(north) else (east, north) for east, north in pairs]


def _stretches(words: NDArray[np.uint64]) -> list[tuple[int, int]]:
    """The spans of minutes in which every slot is free."""
    bits = np.unpackbits(words.astype("<u8").view(np.uint8), bitorder="little")
    edges = np.flatnonzero(np.diff(np.concatenate(([0], bits, [0])).astype(np.int8))) * SLOT_MINUTES
    return [(begins, ends) for begins, ends in edges.reshape(-1, 2).tolist()]


def _shift_ids(problem: Problem, first: NDArray[np.int64], shift: NDArray[np.int32], row: int) -> list[int]:
    of_row = shift[int(first[row]) : int(first[row + 1])]
    return [int(one) for one in problem.shifts.ids[of_row]]
