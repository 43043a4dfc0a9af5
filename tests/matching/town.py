"""A small problem built by hand, one person and one shift after the other."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Self

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from app.matching.problem import (
    ANY_SEX,
    FEMALE,
    FOREVER,
    NEVER,
    SLOT_MINUTES,
    Contracts,
    Known,
    Pairs,
    People,
    Problem,
    Seats,
    Shifts,
    Spans,
    Travel,
    Weights,
    Words,
    rows,
)

HOUR = 60
DAY = 24 * HOUR
NOWHERE = (float("nan"), float("nan"))
Point = tuple[float, float]

WORDS = Words(
    kinds=("visit", "meals", "class"),
    skills=("teaching", "cooking", "driving"),
    languages=("mandarin", "cantonese", "english"),
    credentials=("check", "health"),
)


class Calendar(Struct, frozen=True):
    """When minute 0 is, and where days and weeks begin."""

    starts: datetime
    zone: str
    days: tuple[int, ...]
    weeks: tuple[int, ...]

    @property
    def minutes(self) -> int:
        return self.days[-1]


WEEK = Calendar(
    datetime(2027, 3, 7, 16, tzinfo=UTC), "Asia/Shanghai", tuple(DAY * day for day in range(8)), (0, 7 * DAY)
)


class Span(Struct, frozen=True):
    """A commitment."""

    starts: int
    ends: int
    at: Point = NOWHERE
    counts: bool = True
    shift: int = -1


class Person(Struct, kw_only=True):
    """Somebody who can do anything, unless said otherwise; places are metres, times minutes, shifts positions."""

    id: int = 0
    """0: one more than the position."""
    staff_of: int = 0
    minor: bool = False
    sex: int = FEMALE
    skills: Sequence[str] = WORDS.skills
    languages: Sequence[str] = WORDS.languages
    likes: Sequence[str] = ()
    refuses: Sequence[str] = ()
    credentials: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(WORDS.credentials, FOREVER))
    """Until when each one is valid."""
    free: Sequence[tuple[int, int]] | None = None
    """Nothing: always."""
    at: Point = (0.0, 0.0)
    reach: float = float("inf")
    day: int = FOREVER
    week: int = FOREVER
    community: int = -1
    served: int = 0
    """Minutes lately."""
    unasked: int = 0
    reliability: float = 0.5
    spans: Sequence[Span] = ()
    knows: Sequence[int] = ()
    barred: Sequence[int] = ()
    declined: Sequence[int] = ()
    before: Sequence[int] = ()


class Role(Struct, kw_only=True):
    """A seat that asks for nothing, unless said otherwise."""

    staff: bool = False
    skills: Sequence[str] = ()
    languages: Sequence[str] = ()
    credentials: Sequence[str] = ()
    open: int = 1
    least: int = 1


class Block(Struct, kw_only=True):
    """A shift with one seat for one volunteer, unless said otherwise."""

    starts: int = 9 * HOUR
    minutes: int = HOUR
    at: Point = (0.0, 0.0)
    kind: str = "visit"
    agency: int = 1
    contract: int = -1
    community: int = -1
    served: int = 0
    priority: int = 1
    deadline: int = FOREVER
    adults_only: bool = False
    sex: int = ANY_SEX
    staffed: bool = False
    staff_there: int = 0
    volunteers_there: int = 0
    seats: Sequence[Role] = (Role(),)


class Town:
    """A problem, one person and one shift after the other: Town().person(minor=True).shift(priority=3).problem()."""

    def __init__(
        self,
        *,
        calendar: Calendar = WEEK,
        weights: Weights | None = None,
        travel: Travel | None = None,
        contracts: Sequence[int] = (),
        empty_share: Sequence[float] = (),
    ) -> None:
        self.calendar = calendar
        self.weights = weights or Weights()
        self.travel = travel or Travel()
        self.contracts = contracts
        self.empty_share = empty_share
        self.people: list[Person] = []
        self.shifts: list[Block] = []

    def person(self, **told: Any) -> Self:
        """One more person; the words are those of `Person`."""
        self.people.append(Person(**told))
        return self

    def shift(self, **told: Any) -> Self:
        """One more shift; the words are those of `Block`."""
        self.shifts.append(Block(**told))
        return self

    def problem(self) -> Problem:
        """What stands so far, as arrays."""
        calendar = self.calendar
        return Problem(
            starts=calendar.starts,
            zone=calendar.zone,
            minutes=calendar.minutes,
            days=_ints(calendar.days),
            weeks=_ints(calendar.weeks),
            people=self._people(),
            spans=self._spans(),
            known=self._known(),
            declined=self._pairs([person.declined for person in self.people]),
            before=self._pairs([person.before for person in self.people]),
            shifts=self._shifts(),
            seats=self._seats(),
            contracts=Contracts(ids=_longs(range(1, len(self.contracts) + 1)), minutes_left=_longs(self.contracts)),
            communities=tuple(f"c{number}" for number in range(len(self.empty_share))),
            empty_share=_floats(self.empty_share) if self.empty_share else None,
            words=WORDS,
            weights=self.weights,
            travel=self.travel,
        )

    def _people(self) -> People:
        who = self.people
        return People(
            ids=_longs(person.id or number for number, person in enumerate(who, 1)),
            staff_of=_longs(person.staff_of for person in who),
            minor=_flags(person.minor for person in who),
            sex=_bytes(person.sex for person in who),
            skills=_masks(_mask(WORDS.skills, person.skills) for person in who),
            languages=_masks(_mask(WORDS.languages, person.languages) for person in who),
            likes=_masks(_mask(WORDS.kinds, person.likes) for person in who),
            refuses=_masks(_mask(WORDS.kinds, person.refuses) for person in who),
            credential_until=rows(
                [[person.credentials.get(code, NEVER) for code in WORDS.credentials] for person in who]
                or np.zeros((0, len(WORDS.credentials))),
                np.int32,
                (len(who), len(WORDS.credentials)),
            ),
            free=self._free(),
            x=_floats(person.at[0] for person in who),
            y=_floats(person.at[1] for person in who),
            reach=_floats(person.reach for person in who),
            day_minutes=_ints(person.day for person in who),
            week_minutes=_ints(person.week for person in who),
            community=_ints(person.community for person in who),
            served_minutes=_ints(person.served for person in who),
            days_unasked=_ints(person.unasked for person in who),
            reliability=_floats(person.reliability for person in who),
        )

    def _free(self) -> NDArray[np.uint64]:
        slots = -(-self.calendar.minutes // SLOT_MINUTES)
        words = -(-slots // 64)
        free = np.zeros((len(self.people), words), dtype=np.uint64)
        for row, person in enumerate(self.people):
            spans = [(0, self.calendar.minutes)] if person.free is None else person.free
            bits = 0
            for begins, ends in spans:
                for slot in range(begins // SLOT_MINUTES, min(-(-ends // SLOT_MINUTES), slots)):
                    bits |= 1 << slot
            free[row] = [bits >> 64 * word & (1 << 64) - 1 for word in range(words)]
        return free

    def _spans(self) -> Spans:
        every = [span for person in self.people for span in person.spans]
        return Spans(
            first=_first(len(person.spans) for person in self.people),
            starts=_ints(span.starts for span in every),
            ends=_ints(span.ends for span in every),
            x=_floats(span.at[0] for span in every),
            y=_floats(span.at[1] for span in every),
            counts=_flags(span.counts for span in every),
            shift=_ints(span.shift for span in every),
        )

    def _known(self) -> Known:
        every = [
            (served, barred)
            for person in self.people
            for names, barred in ((person.knows, False), (person.barred, True))
            for served in names
        ]
        return Known(
            first=_first(len(person.knows) + len(person.barred) for person in self.people),
            served=_longs(served for served, _ in every),
            barred=_flags(barred for _, barred in every),
        )

    def _pairs(self, shifts: Sequence[Sequence[int]]) -> Pairs:
        return Pairs(first=_first(len(row) for row in shifts), shift=_ints(shift for row in shifts for shift in row))

    def _shifts(self) -> Shifts:
        blocks = self.shifts
        return Shifts(
            ids=_longs(range(1, len(blocks) + 1)),
            starts=_ints(block.starts for block in blocks),
            ends=_ints(block.starts + block.minutes for block in blocks),
            x=_floats(block.at[0] for block in blocks),
            y=_floats(block.at[1] for block in blocks),
            kind=_bytes(WORDS.kinds.index(block.kind) for block in blocks),
            agency=_longs(block.agency for block in blocks),
            contract=_ints(block.contract for block in blocks),
            community=_ints(block.community for block in blocks),
            served=_longs(block.served for block in blocks),
            priority=_bytes(block.priority for block in blocks),
            deadline=_ints(block.deadline for block in blocks),
            adults_only=_flags(block.adults_only for block in blocks),
            sex=_bytes(block.sex for block in blocks),
            staffed=_flags(block.staffed for block in blocks),
            staff_there=_ints(block.staff_there for block in blocks),
            volunteers_there=_ints(block.volunteers_there for block in blocks),
        )

    def _seats(self) -> Seats:
        every = [(number, role) for number, block in enumerate(self.shifts) for role in block.seats]
        return Seats(
            first=_first(len(block.seats) for block in self.shifts),
            ids=_longs(range(1, len(every) + 1)),
            shift=_ints(number for number, _ in every),
            staff=_flags(role.staff for _, role in every),
            skills=_masks(_mask(WORDS.skills, role.skills) for _, role in every),
            languages=_masks(_mask(WORDS.languages, role.languages) for _, role in every),
            credentials=_masks(_mask(WORDS.credentials, role.credentials) for _, role in every),
            open=_ints(role.open for _, role in every),
            least=_ints(role.least for _, role in every),
        )


def _mask(words: Sequence[str], chosen: Sequence[str]) -> int:
    return sum(1 << words.index(word) for word in set(chosen))


def _first(counts: Any) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(list(counts), dtype=np.int64))).astype(np.int64)


def _ints(values: Any) -> NDArray[np.int32]:
    return np.array(list(values), dtype=np.int32)


def _longs(values: Any) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)


def _floats(values: Any) -> NDArray[np.float32]:
    return np.array(list(values), dtype=np.float32)


def _flags(values: Any) -> NDArray[np.bool_]:
    return np.array(list(values), dtype=np.bool_)


def _bytes(values: Any) -> NDArray[np.uint8]:
    return np.array(list(values), dtype=np.uint8)


def _masks(values: Any) -> NDArray[np.uint64]:
    return np.array(list(values), dtype=np.uint64)
