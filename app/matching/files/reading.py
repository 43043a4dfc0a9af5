"""From the rows of a file to arrays."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.kit.rules import N_, Refusal
from app.matching.files.shapes import Commitment, FileShape, PersonRow, Place, PlanShape, ProblemShape, SeatRow, Sex
from app.matching.files.writing import SEXES
from app.matching.problem import (
    FOREVER,
    NEVER,
    SLOT_MINUTES,
    Contracts,
    Known,
    Pairs,
    People,
    Plan,
    Prices,
    Problem,
    Seats,
    Shifts,
    Spans,
    rows,
)

Numbers = Mapping[Any, int]

TWICE = Refusal("twice", N_("The file has %(what)s %(id)s twice."))
UNKNOWN = Refusal("unknown", N_("The file names %(what)s %(id)s, and does not say who or what that is."))
TOO_MANY = Refusal("too_many_words", N_("The file has more than 64 %(what)s."))

PERSON, SHIFT, SEAT, CONTRACT, COMMUNITY = N_("person"), N_("shift"), N_("seat"), N_("contract"), N_("community")
KIND, SKILL, LANGUAGE, CREDENTIAL = N_("kind"), N_("skill"), N_("language"), N_("credential")
MOST_WORDS = 64


class Contradiction(Exception):
    """A file of the right shape whose rows do not go together."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text % refusal.params)
        self.refusal = refusal


class Index:
    """Where each name stands."""

    def __init__(self, what: str, names: Iterable[Any]) -> None:
        self._what = what
        self._places: dict[Any, int] = {}
        for place, name in enumerate(names):
            if self._places.setdefault(name, place) != place:
                raise Contradiction(TWICE.with_params(what=what, id=name))

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, name: Any) -> int:
        if name not in self._places:
            raise Contradiction(UNKNOWN.with_params(what=self._what, id=name))
        return self._places[name]

    def maybe(self, name: Any) -> int:
        """Its place; -1 for nothing."""
        return -1 if name is None else self[name]

    def mask(self, names: Iterable[str]) -> int:
        """The bits of these words."""
        return sum({1 << self[name] for name in names})


class Indexes:
    """Every vocabulary and everything with an identity."""

    def __init__(self, shape: ProblemShape) -> None:
        self.kinds = _words(KIND, shape.words.kinds)
        self.skills = _words(SKILL, shape.words.skills)
        self.languages = _words(LANGUAGE, shape.words.languages)
        self.credentials = _words(CREDENTIAL, shape.words.credentials)
        self.communities = Index(COMMUNITY, (row.code for row in shape.communities))
        self.contracts = Index(CONTRACT, (row.id for row in shape.contracts))
        self.people = Index(PERSON, (row.id for row in shape.people))
        self.shifts = Index(SHIFT, (row.id for row in shape.shifts))
        self.seats = Index(SEAT, (seat.id for row in shape.shifts for seat in row.seats))


def _words(what: str, words: Sequence[str]) -> Index:
    if len(words) > MOST_WORDS:
        raise Contradiction(TOO_MANY.with_params(what=what))
    return Index(what, words)


def read(shape: FileShape) -> tuple[Problem, Plan | None]:
    """The problem of a file, and its plan if it has one.

    Raises:
        Contradiction: when its rows do not go together.
    """
    indexes = Indexes(shape.problem)
    problem = _problem(shape.problem, indexes)
    return problem, None if shape.plan is None else _plan(shape.plan, problem, indexes)


def _problem(shape: ProblemShape, indexes: Indexes) -> Problem:
    people = shape.people
    shares = [row.empty_share for row in shape.communities]
    return Problem(
        starts=shape.starts,
        zone=shape.zone,
        minutes=shape.minutes,
        days=_array(np.int32, shape.days),
        weeks=_array(np.int32, shape.weeks),
        people=_people(shape, indexes),
        spans=_spans([row.commitments for row in people], indexes),
        known=Known(
            first=_first(len(row.knows) + len(row.barred_from) for row in people),
            served=_array(np.int64, (served for row in people for served in [*row.knows, *row.barred_from])),
            barred=_array(
                np.bool_,
                (barred for row in people for barred in [False] * len(row.knows) + [True] * len(row.barred_from)),
            ),
        ),
        declined=_pairs([row.declined for row in people], indexes),
        before=_pairs([row.before for row in people], indexes),
        shifts=_shifts(shape, indexes),
        seats=_seats(shape, indexes),
        contracts=Contracts(
            ids=_array(np.int64, (row.id for row in shape.contracts)),
            minutes_left=_array(np.int64, (row.minutes_left for row in shape.contracts)),
        ),
        communities=tuple(row.code for row in shape.communities),
        empty_share=None if all(share is None for share in shares) else _array(np.float32, (s or 0.0 for s in shares)),
        words=shape.words,
        weights=shape.weights,
        travel=shape.travel,
    )


def _people(shape: ProblemShape, indexes: Indexes) -> People:
    people, credentials = shape.people, indexes.credentials
    until = np.full((len(people), len(credentials)), NEVER, dtype=np.int32)
    for number, row in enumerate(people):
        for code, end in row.credentials.items():
            until[number, credentials[code]] = FOREVER if end is None else end
    return People(
        ids=_array(np.int64, (row.id for row in people)),
        staff_of=_array(np.int64, (row.staff_of for row in people)),
        minor=_array(np.bool_, (row.minor for row in people)),
        sex=_sexes(row.sex for row in people),
        skills=_array(np.uint64, (indexes.skills.mask(row.skills) for row in people)),
        languages=_array(np.uint64, (indexes.languages.mask(row.languages) for row in people)),
        likes=_array(np.uint64, (indexes.kinds.mask(row.likes) for row in people)),
        refuses=_array(np.uint64, (indexes.kinds.mask(row.refuses) for row in people)),
        credential_until=until,
        free=_free(people, shape.minutes),
        x=_along(0, (row.at for row in people)),
        y=_along(1, (row.at for row in people)),
        reach=_array(np.float32, (np.inf if row.reach is None else row.reach for row in people)),
        day_minutes=_limits(row.day_minutes for row in people),
        week_minutes=_limits(row.week_minutes for row in people),
        community=_array(np.int32, (indexes.communities.maybe(row.community) for row in people)),
        served_minutes=_array(np.int32, (row.served_minutes for row in people)),
        days_unasked=_array(np.int32, (row.days_unasked for row in people)),
        reliability=_array(np.float32, (row.reliability for row in people)),
    )


def _free(people: Sequence[PersonRow], minutes: int) -> NDArray[np.uint64]:
    """Slots that lie wholly within what is free and within the horizon."""
    slots = -(-minutes // SLOT_MINUTES)
    width = -(-slots // 64)
    bits = np.zeros((len(people), width * 64), dtype=np.uint8)
    for number, row in enumerate(people):
        for begins, ends in row.free:
            bits[number, max(-(-begins // SLOT_MINUTES), 0) : max(min(ends // SLOT_MINUTES, slots), 0)] = 1
    return np.ascontiguousarray(np.packbits(bits, axis=1, bitorder="little")).view("<u8").astype(np.uint64)


def _spans(commitments: Sequence[Sequence[Commitment]], indexes: Indexes) -> Spans:
    every = [row for of_person in commitments for row in of_person]
    return Spans(
        first=_first(len(of_person) for of_person in commitments),
        starts=_array(np.int32, (row.starts for row in every)),
        ends=_array(np.int32, (row.ends for row in every)),
        x=_along(0, (row.at for row in every)),
        y=_along(1, (row.at for row in every)),
        counts=_array(np.bool_, (row.counts for row in every)),
        shift=_array(np.int32, (indexes.shifts.maybe(row.shift) for row in every)),
    )


def _pairs(shifts: Sequence[Sequence[int]], indexes: Indexes) -> Pairs:
    return Pairs(
        first=_first(len(of_person) for of_person in shifts),
        shift=_array(np.int32, (indexes.shifts[one] for of_person in shifts for one in of_person)),
    )


def _shifts(shape: ProblemShape, indexes: Indexes) -> Shifts:
    shifts = shape.shifts
    return Shifts(
        ids=_array(np.int64, (row.id for row in shifts)),
        starts=_array(np.int32, (row.starts for row in shifts)),
        ends=_array(np.int32, (row.ends for row in shifts)),
        x=_along(0, (row.at for row in shifts)),
        y=_along(1, (row.at for row in shifts)),
        kind=_array(np.uint8, (indexes.kinds[row.kind] for row in shifts)),
        agency=_array(np.int64, (row.agency for row in shifts)),
        contract=_array(np.int32, (indexes.contracts.maybe(row.contract) for row in shifts)),
        community=_array(np.int32, (indexes.communities.maybe(row.community) for row in shifts)),
        served=_array(np.int64, (row.served for row in shifts)),
        priority=_array(np.uint8, (row.priority for row in shifts)),
        deadline=_limits(row.deadline for row in shifts),
        adults_only=_array(np.bool_, (row.adults_only for row in shifts)),
        sex=_sexes(row.sex for row in shifts),
        staffed=_array(np.bool_, (row.staffed for row in shifts)),
        staff_there=_array(np.int32, (row.staff_there for row in shifts)),
        volunteers_there=_array(np.int32, (row.volunteers_there for row in shifts)),
    )


def _seats(shape: ProblemShape, indexes: Indexes) -> Seats:
    every: list[tuple[int, SeatRow]] = [(number, seat) for number, row in enumerate(shape.shifts) for seat in row.seats]
    return Seats(
        first=_first(len(row.seats) for row in shape.shifts),
        ids=_array(np.int64, (seat.id for _, seat in every)),
        shift=_array(np.int32, (shift for shift, _ in every)),
        staff=_array(np.bool_, (seat.staff for _, seat in every)),
        skills=_array(np.uint64, (indexes.skills.mask(seat.skills) for _, seat in every)),
        languages=_array(np.uint64, (indexes.languages.mask(seat.languages) for _, seat in every)),
        credentials=_array(np.uint64, (indexes.credentials.mask(seat.credentials) for _, seat in every)),
        open=_array(np.int32, (seat.open for _, seat in every)),
        least=_array(np.int32, (seat.least for _, seat in every)),
    )


def _plan(shape: PlanShape, problem: Problem, indexes: Indexes) -> Plan:
    seat, contract = np.zeros(problem.seat_count, np.int64), np.zeros(len(problem.contracts.ids), np.int64)
    for price in shape.seat_prices:
        seat[indexes.seats[price.id]] = price.points
    for price in shape.contract_prices:
        contract[indexes.contracts[price.id]] = price.points
    pairs = sorted((indexes.seats[row.seat], indexes.people[row.person]) for row in shape.assignments)
    return Plan(
        person=_array(np.int32, (person for _, person in pairs)),
        seat=_array(np.int32, (place for place, _ in pairs)),
        value=shape.value,
        bound=shape.bound,
        prices=Prices(seat=seat, contract=contract),
        effort=shape.effort,
    )


def _array(kind: Any, values: Iterable[Any]) -> NDArray[Any]:
    listed = list(values)
    return rows(listed, kind, (len(listed),))


def _first(counts: Iterable[int]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(np.array(list(counts), dtype=np.int64)))).astype(np.int64)


def _limits(values: Iterable[int | None]) -> NDArray[np.int32]:
    return _array(np.int32, (FOREVER if value is None else value for value in values))


def _sexes(values: Iterable[Sex]) -> NDArray[np.uint8]:
    return _array(np.uint8, (SEXES.index(value) for value in values))


def _along(axis: int, places: Iterable[Place]) -> NDArray[np.float32]:
    return _array(np.float32, (np.nan if place is None else place[axis] for place in places))
