"""Random small problems in which every rule is in play, and the town that builds problems by hand."""

from collections.abc import Sequence
from datetime import UTC, datetime
from random import Random

from hypothesis import strategies as st

from app.matching.problem import ANY_SEX, FEMALE, FOREVER, MALE, NEVER, SLOT_MINUTES, Problem, Travel, Weights
from tests.matching.town import DAY, HOUR, NOWHERE, WEEK, WORDS, Block, Calendar, Person, Point, Role, Span, Town

SPRING = Calendar(  # Friday to Monday around the night of 28 March 2027, whose Sunday has 23 hours
    datetime(2027, 3, 25, 23, tzinfo=UTC),
    "Europe/Berlin",
    (0, DAY, 2 * DAY, 3 * DAY - HOUR, 4 * DAY - HOUR),
    (-4 * DAY, 3 * DAY - HOUR, 10 * DAY - HOUR),
)
AUTUMN = Calendar(  # Sunday 31 October 2027 has 25 hours
    datetime(2027, 10, 29, 22, tzinfo=UTC),
    "Europe/Berlin",
    (0, DAY, 2 * DAY + HOUR, 3 * DAY + HOUR),
    (-5 * DAY, 2 * DAY + HOUR, 9 * DAY + HOUR),
)
CALENDARS = (WEEK, SPRING, AUTUMN)


def some_problem(seed: int, people: int = 4, shifts: int = 4) -> Problem:
    """A random small problem: few places, times and words, so that its people and shifts often get in each other's way,
    and now and then something that contradicts itself or is not known."""
    luck = Random(seed)  # noqa: S311 (a test's luck, not a secret)
    calendar = luck.choice(CALENDARS)
    points = [(luck.randrange(0, 4000) * 1.0, luck.randrange(0, 4000) * 1.0) for _ in range(3)] + [NOWHERE]
    contracts = [luck.choice((0, 60, 150, 400, 5000)) for _ in range(2)]
    town = Town(
        calendar=calendar,
        weights=luck.choice((Weights(), _weights(luck))),
        travel=luck.choice((Travel(), Travel(start_minutes=0, unknown_minutes=0), Travel(metres_per_minute=60))),
        contracts=contracts,
        empty_share=[round(luck.random(), 3) for _ in range(2)],
    )
    opening = luck.randrange(0, calendar.minutes - 12 * HOUR)
    for _ in range(shifts):
        town.shifts.append(_block(luck, opening, points))
    for number in range(people):
        town.people.append(_somebody(luck, number, town, opening, points))
    return town.problem()


def problems(people: int = 8, shifts: int = 6) -> st.SearchStrategy[Problem]:
    """Random problems with at most so many people and shifts; they shrink towards fewer of both."""
    return st.builds(some_problem, st.integers(0, 2**32 - 1), st.integers(0, people), st.integers(0, shifts))


def _weights(luck: Random) -> Weights:
    return Weights(
        **{name: luck.choice((0, 1, 7, 50, 333)) for name in Weights.__struct_fields__ if not name.endswith("hours")}
    )


def _likely(luck: Random, chance: float) -> bool:
    return luck.random() < chance


def _few(luck: Random, words: Sequence[str], chance: float) -> list[str]:
    return [word for word in words if _likely(luck, chance)]


def _minute(luck: Random, opening: int) -> int:
    """Mostly on the quarter of an hour, within half a day, so that much collides."""
    return opening + luck.randrange(0, 40) * SLOT_MINUTES + (luck.randrange(0, 15) if _likely(luck, 0.2) else 0)


def _block(luck: Random, opening: int, points: Sequence[Point]) -> Block:
    return Block(
        starts=luck.randrange(-300, 0) if _likely(luck, 0.03) else _minute(luck, opening),
        minutes=luck.choice((30, 60, 90, 120, 125)),
        at=luck.choice(points),
        kind=luck.choice(WORDS.kinds),
        agency=luck.choice((1, 1, 2)),
        contract=luck.choice((-1, -1, 0, 1)),
        community=luck.choice((-1, 0, 1)),
        served=luck.choice((0, 101, 102)),
        priority=luck.randrange(1, 6),
        deadline=luck.choice((FOREVER, FOREVER, opening + 600)),
        adults_only=_likely(luck, 0.3),
        sex=luck.choice((ANY_SEX, ANY_SEX, ANY_SEX, FEMALE, MALE)),
        staffed=_likely(luck, 0.3),
        staff_there=int(_likely(luck, 0.15)),
        volunteers_there=int(_likely(luck, 0.1)),
        seats=[_role(luck) for _ in range(luck.choice((0, 1, 1, 1, 2, 2)))],
    )


def _role(luck: Random) -> Role:
    heads = luck.choice((0, 1, 1, 1, 2, 2, 3))
    return Role(
        staff=_likely(luck, 0.3),
        skills=_few(luck, WORDS.skills, 0.1),
        languages=_few(luck, WORDS.languages, 0.2),
        credentials=_few(luck, WORDS.credentials, 0.1),
        open=heads,
        least=luck.randrange(0, heads + 1),
    )


def _somebody(luck: Random, number: int, town: Town, opening: int, points: Sequence[Point]) -> Person:
    blocks = range(len(town.shifts))
    return Person(
        id=1000 - number,
        staff_of=luck.choice((0, 0, 0, 1, 2)),
        minor=_likely(luck, 0.15),
        sex=luck.choice((ANY_SEX, FEMALE, FEMALE, MALE, MALE)),
        skills=_few(luck, WORDS.skills, 0.8),
        languages=_few(luck, WORDS.languages, 0.6),
        likes=_few(luck, WORDS.kinds, 0.4),
        refuses=_few(luck, WORDS.kinds, 0.08),
        credentials={code: luck.choice((NEVER, opening + 300, FOREVER, FOREVER)) for code in WORDS.credentials},
        free=None if _likely(luck, 0.5) else [_stretch(luck, opening) for _ in range(3)],
        at=luck.choice(points),
        reach=luck.choice((float("inf"), float("inf"), 2500.0, 1000.0, 0.0)),
        day=luck.choice((0, 120, 180, 480, FOREVER)),
        week=luck.choice((90, 240, 480, FOREVER)),
        community=luck.choice((-1, 0, 1)),
        served=luck.randrange(0, 2000),
        unasked=luck.randrange(0, 60),
        reliability=luck.choice((0.0, 0.5, 0.77, 1.0)),
        spans=[_span(luck, town, opening, points) for _ in range(luck.choice((0, 0, 1, 2)))],
        knows=[served for served in (101, 102) if _likely(luck, 0.3)],
        barred=[served for served in (101, 102) if _likely(luck, 0.1)],
        declined=[shift for shift in blocks if _likely(luck, 0.06)],
        before=[shift for shift in blocks if _likely(luck, 0.15)],
    )


def _stretch(luck: Random, opening: int) -> tuple[int, int]:
    begins = _minute(luck, opening)
    return begins, begins + luck.choice((60, 180, 360))


def _span(luck: Random, town: Town, opening: int, points: Sequence[Point]) -> Span:
    if town.shifts and _likely(luck, 0.3):
        shift = luck.randrange(len(town.shifts))
        block = town.shifts[shift]
        return Span(block.starts, block.starts + block.minutes, block.at, shift=shift)
    begins = luck.randrange(-2000, 0) if _likely(luck, 0.2) else _minute(luck, opening)
    absent = _likely(luck, 0.3)
    return Span(begins, begins + luck.choice((30, 90, 240)), NOWHERE if absent else luck.choice(points), not absent)
