"""When somebody is on the road on a day: their free time, what they are signed up for, and when they may rest.

Times are in steps after the local midnight (`app.matching.rules.day_routes.STEP`), spans half-open.
"""

from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct

from app.matching.rules.day_routes import REST_ENDS, REST_MINUTES, REST_OPENS, STEP

Span = tuple[int, int]
Way = Callable[[int, int], int]
"""Steps from one place to another."""

REST = REST_OPENS // STEP, REST_ENDS // STEP
REST_LENGTH = REST_MINUTES // STEP


class Fixed(Struct, frozen=True, kw_only=True):
    """A shift that somebody is signed up for."""

    shift: int
    place: int
    starts: int
    ends: int
    asked: bool = False
    """They are asked for it, and have not answered."""


class Block(Struct, frozen=True, kw_only=True):
    """A stretch in which somebody is not to be moved: at shifts, or off duty where there are none."""

    starts: int
    ends: int
    shifts: tuple[Fixed, ...] = ()


class WorkDay(Struct, frozen=True, kw_only=True):
    """Somebody's day before anything new is planned into it."""

    starts: int
    ends: int
    blocks: tuple[Block, ...]
    rests: bool
    """Whether they have to be given a break."""


def work_day(home: int, free: Sequence[Span], fixed: Sequence[Fixed], way: Way) -> WorkDay | None:
    """The day of who lives at that place, is free then and signed up for this; None when they are not on the road."""
    if not free and not fixed:
        return None
    at_shifts = _joined(sorted(fixed, key=lambda each: (each.starts, each.ends, each.shift)), way)
    starts, ends = [span[0] for span in free[:1]], [span[1] for span in free[-1:]]
    if at_shifts:
        first, last = at_shifts[0], at_shifts[-1]
        # Nobody asked whether they are free then: they said that they would come, and set out in time.
        starts.append(first.starts - way(home, first.shifts[0].place))
        ends.append(last.ends + way(last.shifts[-1].place, home))
    duty = min(starts), max(ends)
    off = without([duty], [*free, *((block.starts, block.ends) for block in at_shifts)])
    blocks = [*at_shifts, *(Block(starts=first, ends=past) for first, past in off)]
    return WorkDay(
        starts=duty[0],
        ends=duty[1],
        blocks=tuple(sorted(blocks, key=lambda block: block.starts)),
        rests=_must_rest(duty, off, at_shifts),
    )


def _joined(fixed: Sequence[Fixed], way: Way) -> list[Block]:
    """Shifts as blocks; those between which there is not enough time for the way are one."""
    blocks: list[Block] = []
    for each in fixed:
        last = blocks[-1] if blocks else None
        if last and each.starts < last.ends + way(last.shifts[0].place, each.place):
            blocks[-1] = Block(starts=last.starts, ends=max(last.ends, each.ends), shifts=(*last.shifts, each))
        else:
            blocks.append(Block(starts=each.starts, ends=each.ends, shifts=(each,)))
    return blocks


def _must_rest(duty: Span, off: Iterable[Span], at_shifts: Sequence[Block]) -> bool:
    """Whether they work across midday, are not off then anyway, and have room for a break."""
    if duty[0] > REST[0] or duty[1] < REST[1]:
        return False
    if any(min(past, REST[1]) - max(first, REST[0]) >= REST_LENGTH for first, past in off):
        return False
    room = without([REST], [(block.starts, block.ends) for block in at_shifts])
    return any(past - first >= REST_LENGTH for first, past in room)


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The spans less what is taken, in the order of time."""
    left = sorted(spans)
    for first, past in taken:
        left = [
            piece
            for opens, closes in left
            for piece in ((opens, min(closes, first)), (max(opens, past), closes))
            if piece[0] < piece[1]
        ]
    return left
