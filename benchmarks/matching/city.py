"""A made-up city for the matcher's benchmarks: one week, twelve districts, any number of people and shifts."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from app.matching.problem import (
    ANY_SEX,
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
    Words,
)
from benchmarks.matching.kinds import (
    CREDENTIAL_SHARES,
    CREDENTIALS,
    KINDS,
    LANGUAGE_SHARES,
    LANGUAGES,
    SKILL_SHARES,
    SKILLS,
)

Column = NDArray[Any]

DAY = 24 * 60
WEEK = 7 * DAY
WIDTH, HEIGHT = 36_000, 30_000
DISTRICTS, COMMUNITIES, AGENCIES_EACH = 12, 600, 3
STAFF_SHARE = 0.04
SCARCE_SHARE = 0.85

# From minute to minute of a day, and how likely a retired, a studying, a working volunteer and a social worker is free
# then, on a weekday and at the weekend.
BLOCKS = (
    (7 * 60, 9 * 60 + 30, (0.45, 0.03, 0.05, 0.7), (0.3, 0.3, 0.3, 0.3)),
    (9 * 60 + 30, 12 * 60, (0.6, 0.05, 0.06, 0.95), (0.35, 0.5, 0.45, 0.35)),
    (12 * 60, 14 * 60 + 30, (0.3, 0.06, 0.05, 0.9), (0.25, 0.45, 0.35, 0.35)),
    (14 * 60 + 30, 18 * 60, (0.5, 0.3, 0.08, 0.95), (0.3, 0.5, 0.45, 0.35)),
    (18 * 60, 21 * 60 + 30, (0.2, 0.4, 0.4, 0.35), (0.15, 0.3, 0.3, 0.2)),
)
SORTS = (0.3, 0.25, 0.45)
"""How many volunteers are retired, study, work."""


def city(people: int, shifts: int, *, seed: int, scarce: bool = False) -> Problem:
    """A week with so many people and shifts.

    What is written "160,000 x 20,000" counts shifts, not heads: 20,000 shifts have about 23,000 seats (demands for one
    role) with about 43,000 open heads, which need about 100,000 hours. When `scarce`, all people together may serve
    only 85 % of the hours needed, whatever their number; 20,000 people are about so many by themselves.
    """
    rng = np.random.default_rng(seed)
    place = _communities(rng)
    kind = rng.choice(len(KINDS), size=shifts, p=[sort.share for sort in KINDS]).astype(np.uint8)
    work = _shifts(rng, kind, place)
    seats = _seats(rng, work)
    needed = _needed(work, seats)
    crowd = _people(rng, people, place)
    if scarce:
        offered = crowd["week_minutes"].sum(dtype=np.int64)
        crowd["week_minutes"] = np.rint(crowd["week_minutes"] * (SCARCE_SHARE * needed.sum() / offered)).astype(
            np.int32
        )
    spans, volunteers_there = _spans(rng, crowd, work)
    acquainted = _known(rng, crowd, work)
    return Problem(
        starts=datetime(2027, 3, 7, 16, tzinfo=UTC),
        zone="Asia/Shanghai",
        minutes=WEEK,
        days=np.arange(8, dtype=np.int32) * DAY,
        weeks=np.array([0, WEEK], dtype=np.int32),
        people=People(**crowd),
        spans=spans,
        known=acquainted,
        declined=_declined(rng, crowd, work),
        before=Pairs(first=np.zeros(people + 1, dtype=np.int64), shift=np.zeros(0, dtype=np.int32)),
        shifts=Shifts(
            **work, staff_there=np.zeros(shifts, dtype=np.int32), volunteers_there=volunteers_there.astype(np.int32)
        ),
        seats=seats,
        contracts=_contracts(rng, work, needed),
        communities=tuple(f"community-{number:03}" for number in range(COMMUNITIES)),
        empty_share=rng.beta(1.5, 6, size=COMMUNITIES).astype(np.float32),
        words=Words(
            kinds=tuple(sort.code for sort in KINDS), skills=SKILLS, languages=LANGUAGES, credentials=CREDENTIALS
        ),
    )


class _Places(Struct, frozen=True):
    """Where the communities are, in which district, and how many people live there (a share)."""

    x: Column
    y: Column
    district: Column
    share: Column


def _communities(rng: np.random.Generator) -> _Places:
    district = np.arange(COMMUNITIES) * DISTRICTS // COMMUNITIES
    column, row = district % 4, district // 4
    x = (column + rng.random(COMMUNITIES)) * (WIDTH / 4)
    y = (row + rng.random(COMMUNITIES)) * (HEIGHT / 3)
    middle = np.hypot((x - WIDTH / 2) / WIDTH, (y - HEIGHT / 2) / HEIGHT)
    share = rng.gamma(3.0, size=COMMUNITIES) * np.exp(-2.5 * middle)
    return _Places(x, y, district, share / share.sum())


def _at_home(rng: np.random.Generator, places: _Places, count: int) -> Column:
    """A community for each, one community after the other, as they come from the database."""
    return np.sort(rng.choice(COMMUNITIES, size=count, p=places.share)).astype(np.int32)


def _near(rng: np.random.Generator, places: _Places, community: Column, unknown: float) -> tuple[Any, Any]:
    """Points around the middle of each community, some of them unknown."""
    x = places.x[community] + rng.normal(0, 350, size=len(community))
    y = places.y[community] + rng.normal(0, 350, size=len(community))
    lost = rng.random(len(community)) < unknown
    x[lost] = y[lost] = np.nan
    return x.astype(np.float32), y.astype(np.float32)


def _of_kind(name: str, kind: Column, dtype: Any = None) -> Column:
    return np.asarray(np.array([getattr(sort, name) for sort in KINDS], dtype=dtype)[kind])


def _shifts(rng: np.random.Generator, kind: Column, places: _Places) -> dict[str, Any]:
    count = len(kind)
    community = _at_home(rng, places, count)
    x, y = _near(rng, places, community, 0.02)
    district = places.district[community]
    weekend = rng.random(count) < _of_kind("weekend", kind)
    day = np.where(weekend, rng.integers(5, 7, size=count), rng.integers(0, 5, size=count))
    quarter = rng.integers(_of_kind("opens", kind), _of_kind("closes", kind) + 1)
    lengths = _lengths(rng, kind)
    starts = day * DAY + quarter * SLOT_MINUTES
    urgent = rng.random(count) < 0.1
    same_sex = rng.random(count) < _of_kind("same_sex", kind)
    return {
        "ids": np.arange(1, count + 1, dtype=np.int64),
        "starts": starts.astype(np.int32),
        "ends": (starts + lengths).astype(np.int32),
        "x": x,
        "y": y,
        "kind": kind,
        "agency": (1 + district * AGENCIES_EACH + rng.integers(0, AGENCIES_EACH, size=count)).astype(np.int64),
        "contract": (district * len(KINDS) + kind).astype(np.int32),
        "community": community,
        "served": np.where(_of_kind("visited", kind), rng.integers(1, count + 2, size=count), 0).astype(np.int64),
        "priority": rng.choice(np.arange(1, 6), size=count, p=(0.15, 0.3, 0.3, 0.15, 0.1)).astype(np.uint8),
        "deadline": np.where(urgent, starts + lengths, FOREVER).astype(np.int32),
        "adults_only": _of_kind("adults", kind, np.bool_),
        "sex": np.where(same_sex, rng.integers(1, 3, size=count), ANY_SEX).astype(np.uint8),
        "staffed": (_of_kind("led", kind, np.bool_) & (_of_kind("heads", kind)[:, 1] > 0)),
    }


def _lengths(rng: np.random.Generator, kind: Column) -> Column:
    longest = max(len(sort.lengths) for sort in KINDS)
    table = np.array([np.resize(sort.lengths, longest) for sort in KINDS])
    return np.asarray(table[kind, rng.integers(0, longest, size=len(kind))])


def _seats(rng: np.random.Generator, work: dict[str, Any]) -> Seats:
    """A leader's seat first where there is one, then the volunteers' seat."""
    kind = work["kind"]
    count = len(kind)
    bounds = _of_kind("heads", kind)
    heads = rng.integers(bounds[:, 0], bounds[:, 1] + 1)
    led = _of_kind("led", kind, np.bool_)
    many = led.astype(np.int64) + (heads > 0)
    first = np.concatenate(([0], np.cumsum(many)))
    shift = np.repeat(np.arange(count), many)
    staff = np.zeros(len(shift), dtype=np.bool_)
    staff[first[:-1][led]] = True
    open_heads = np.where(staff, 1, heads[shift])
    least = np.where(_of_kind("all_or_nothing", kind)[shift] | staff, open_heads, (open_heads + 1) // 2)
    spoken = rng.random(count) < 0.2
    language = np.uint64(1) << rng.integers(1, 5, size=count).astype(np.uint64)
    also = np.uint64(1) << rng.integers(0, 6, size=count).astype(np.uint64)
    languages = np.where(rng.random(count) < 0.01, np.uint64(32), np.where(spoken, language | also, np.uint64(0)))
    credentials = _bit(_of_kind("credential", kind))[shift]
    only_staff = staff & (heads[shift] == 0)
    return Seats(
        first=first.astype(np.int64),
        ids=np.arange(1, len(shift) + 1, dtype=np.int64),
        shift=shift.astype(np.int32),
        staff=staff,
        skills=np.where(staff & ~only_staff, np.uint64(0), _bit(_of_kind("skill", kind))[shift]),
        languages=languages[shift],
        credentials=np.where(staff, np.uint64(8), credentials),
        open=open_heads.astype(np.int32),
        least=least.astype(np.int32),
    )


def _bit(position: Column) -> Column:
    return np.where(position >= 0, np.uint64(1) << np.maximum(position, 0).astype(np.uint64), np.uint64(0))


def _needed(work: dict[str, Any], seats: Seats) -> Column:
    """Minutes that the open heads of each shift need."""
    heads = np.bincount(seats.shift, weights=seats.open, minlength=len(work["ids"])).astype(np.int64)
    return np.asarray(heads * (work["ends"] - work["starts"]))


def _contracts(rng: np.random.Generator, work: dict[str, Any], needed: Column) -> Contracts:
    count = DISTRICTS * len(KINDS)
    wanted = np.bincount(work["contract"], weights=needed, minlength=count)
    return Contracts(
        ids=np.arange(1, count + 1, dtype=np.int64),
        minutes_left=np.rint(wanted * rng.uniform(0.85, 1.6, size=count)).astype(np.int64),
    )


def _people(rng: np.random.Generator, count: int, places: _Places) -> dict[str, Any]:
    community = _at_home(rng, places, count)
    x, y = _near(rng, places, community, 0.03)
    staff = rng.random(count) < STAFF_SHARE
    agency = 1 + places.district[community] * AGENCIES_EACH + rng.integers(0, AGENCIES_EACH, size=count)
    volunteer_reach = rng.choice([1500.0, 2500.0, 4000.0, 6000.0, np.inf], size=count, p=(0.15, 0.3, 0.3, 0.22, 0.03))
    cap = rng.choice([120, 180, 240, 360, 480], size=count, p=(0.5, 0.3, 0.12, 0.05, 0.03))
    return {
        "ids": np.arange(1, count + 1, dtype=np.int64),
        "staff_of": np.where(staff, agency, 0).astype(np.int64),
        "minor": ~staff & (rng.random(count) < 0.06),
        "sex": rng.integers(1, 3, size=count).astype(np.uint8),
        "skills": _some(rng, count, SKILL_SHARES) | np.where(staff, np.uint64(0b110), np.uint64(0)),
        "languages": _some(rng, count, LANGUAGE_SHARES),
        "likes": _some(rng, count, (0.25,) * len(KINDS)),
        "refuses": _some(rng, count, (0.04,) * len(KINDS)),
        "credential_until": _credentials(rng, staff),
        "free": _free(rng, staff),
        "x": x,
        "y": y,
        "reach": np.where(staff, 12_000.0, volunteer_reach).astype(np.float32),
        "day_minutes": np.where(staff, 480, np.maximum(cap, 240)).astype(np.int32),
        "week_minutes": np.where(staff, 35 * 60, cap).astype(np.int32),
        "community": community,
        "served_minutes": np.minimum(rng.exponential(300, size=count), 6000).astype(np.int32),
        "days_unasked": rng.integers(0, 91, size=count).astype(np.int32),
        "reliability": rng.beta(6, 2, size=count).astype(np.float32),
    }


def _some(rng: np.random.Generator, count: int, shares: tuple[float, ...]) -> Column:
    """A mask each, with every bit as often as its share says."""
    masks = np.zeros(count, dtype=np.uint64)
    for bit, share in enumerate(shares):
        masks |= (rng.random(count, dtype=np.float32) < share).astype(np.uint64) << np.uint64(bit)
    return masks


def _credentials(rng: np.random.Generator, staff: Column) -> Column:
    until = np.full((len(staff), len(CREDENTIALS)), NEVER, dtype=np.int32)
    for column, share in enumerate(CREDENTIAL_SHARES):
        has = staff | (rng.random(len(staff)) < share) if share else staff
        ends = np.where(rng.random(len(staff)) < 0.05, rng.integers(0, WEEK, size=len(staff)), FOREVER)
        until[:, column] = np.where(has, ends, NEVER)
    return until


def _free(rng: np.random.Generator, staff: Column) -> Column:
    sort = np.where(staff, 3, rng.choice(3, size=len(staff), p=SORTS))
    free = np.zeros((len(staff), -(-WEEK // SLOT_MINUTES // 64)), dtype=np.uint64)
    for day in range(7):
        for begins, ends, weekday, weekend in BLOCKS:
            chance = np.array(weekday if day < 5 else weekend, dtype=np.float32)[sort]
            then = rng.random(len(staff), dtype=np.float32) < chance
            for word, mask in _slots(day * DAY + begins, day * DAY + ends).items():
                free[:, word] |= np.where(then, np.uint64(mask), np.uint64(0))
    return free


def _slots(begins: int, ends: int) -> dict[int, int]:
    words: dict[int, int] = {}
    for slot in range(begins // SLOT_MINUTES, ends // SLOT_MINUTES):
        words[slot // 64] = words.get(slot // 64, 0) | 1 << slot % 64
    return words


def _spans(rng: np.random.Generator, crowd: dict[str, Any], work: dict[str, Any]) -> tuple[Spans, Column]:
    """Every eleventh person or so is busy somewhere, and some shifts have their first volunteer already."""
    people, shifts = len(crowd["ids"]), len(work["ids"])
    order = rng.permutation(people)
    volunteers = order[crowd["staff_of"][order] == 0]
    there = rng.permutation(np.flatnonzero(_of_kind("heads", work["kind"])[:, 1] > 2))
    there = there[: min(shifts // 50, len(volunteers) // 20)]
    settled = volunteers[: len(there)]
    others = np.setdiff1d(order[: people // 12], settled)
    starts = rng.integers(0, 7, size=len(others)) * DAY + rng.integers(36, 72, size=len(others)) * SLOT_MINUTES
    absent = rng.random(len(others)) < 0.4
    columns = {
        "starts": np.concatenate((work["starts"][there], starts)),
        "ends": np.concatenate((work["ends"][there], starts + rng.integers(2, 16, size=len(others)) * SLOT_MINUTES)),
        "x": np.concatenate((work["x"][there], np.where(absent, np.nan, crowd["x"][others] + 500))),
        "y": np.concatenate((work["y"][there], np.where(absent, np.nan, crowd["y"][others] - 800))),
        "counts": np.concatenate((np.ones(len(there), dtype=np.bool_), ~absent)),
        "shift": np.concatenate((there, np.full(len(others), -1))),
    }
    first, by = _by_person(np.concatenate((settled, others)), people)
    types = {"counts": np.bool_, "x": np.float32, "y": np.float32}
    rows: dict[str, Any] = {name: values[by].astype(types.get(name, np.int32)) for name, values in columns.items()}
    return Spans(first=first, **rows), np.bincount(there, minlength=shifts)


def _by_person(person: Column, people: int) -> tuple[Column, Column]:
    """Where each person's rows begin once sorted, and the order that sorts them."""
    first = np.concatenate(([0], np.cumsum(np.bincount(person, minlength=people)))).astype(np.int64)
    return first, np.argsort(person, kind="stable")


def _neighbours(rng: np.random.Generator, crowd: dict[str, Any], community: Column) -> Column:
    """For each of these communities somebody who lives there; -1 where nobody does."""
    order = np.argsort(crowd["community"], kind="stable")
    first = np.concatenate(([0], np.cumsum(np.bincount(crowd["community"], minlength=COMMUNITIES))))
    many = first[community + 1] - first[community]
    pick = first[community] + (rng.random(len(community)) * many).astype(np.int64)
    return np.where(many > 0, np.append(order, -1)[np.minimum(pick, len(order))], -1)


def _known(rng: np.random.Generator, crowd: dict[str, Any], work: dict[str, Any]) -> Known:
    visited = np.flatnonzero(work["served"] > 0)
    visited = np.repeat(visited[rng.random(len(visited)) < 0.4], 2)
    person = _neighbours(rng, crowd, work["community"][visited])
    pairs = np.unique(np.stack((person, work["served"][visited]), axis=1)[person >= 0], axis=0)
    first, _ = _by_person(pairs[:, 0], len(crowd["ids"]))
    return Known(first=first, served=pairs[:, 1].astype(np.int64), barred=rng.random(len(pairs)) < 0.03)


def _declined(rng: np.random.Generator, crowd: dict[str, Any], work: dict[str, Any]) -> Pairs:
    shift = np.flatnonzero(rng.random(len(work["ids"])) < 0.1)
    person = _neighbours(rng, crowd, work["community"][shift])
    pairs = np.unique(np.stack((person, shift), axis=1)[person >= 0], axis=0)
    first, _ = _by_person(pairs[:, 0], len(crowd["ids"]))
    return Pairs(first=first, shift=pairs[:, 1].astype(np.int32))
