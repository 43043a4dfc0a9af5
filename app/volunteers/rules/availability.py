"""When someone is usually free: spans of a weekday, chosen as parts of the day or as exact times."""

from collections.abc import Iterable, Sequence
from datetime import time

from msgspec import Struct

from app.kit.rules import N_

DAY_MINUTES = 24 * 60

PARTS: dict[str, tuple[int, int]] = {"morning": (480, 720), "afternoon": (720, 1080), "evening": (1080, 1320)}
"""Parts of a day as people say them, in local minutes after midnight, half-open."""

TIME_NOT_READ = N_("Choose the day and both times, for example Saturday, 09:30 to 11:00.")


class Span(Struct, frozen=True, order=True):
    """A stretch of a weekday (0 is Monday), half-open, in local minutes after midnight."""

    weekday: int
    from_minute: int
    to_minute: int


class Exact(Struct, frozen=True):
    """A stretch as it is typed: weekday, from, to; all blank when the row is left empty."""

    weekday: str
    begins: str
    ends: str


def part_key(weekday: int, part: str) -> str:
    """How a box of the form names its part of the week: `5-morning`."""
    return f"{weekday}-{part}"


BOXES: dict[str, Span] = {
    part_key(weekday, part): Span(weekday, *minutes) for weekday in range(7) for part, minutes in PARTS.items()
}


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same time as the fewest spans: touching and overlapping ones become one."""
    joined: list[Span] = []
    for span in sorted(spans):
        last = joined[-1] if joined else None
        if last and last.weekday == span.weekday and span.from_minute <= last.to_minute:
            joined[-1] = Span(last.weekday, last.from_minute, max(last.to_minute, span.to_minute))
        else:
            joined.append(span)
    return joined


def split(spans: Sequence[Span]) -> tuple[list[str], list[Span]]:
    """The boxes that are wholly covered, and what the boxes do not say. Together they merge to the same spans."""
    whole = merged(spans)
    boxes = [key for key, box in BOXES.items() if any(_covers(span, box) for span in whole)]
    rest = [piece for span in whole for piece in _without(span, [BOXES[key] for key in boxes])]
    return boxes, rest


def _covers(span: Span, box: Span) -> bool:
    return span.weekday == box.weekday and span.from_minute <= box.from_minute and box.to_minute <= span.to_minute


def _without(span: Span, boxes: Iterable[Span]) -> list[Span]:
    at, pieces = span.from_minute, []
    for box in sorted(box for box in boxes if _covers(span, box)):
        if at < box.from_minute:
            pieces.append(Span(span.weekday, at, box.from_minute))
        at = box.to_minute
    if at < span.to_minute:
        pieces.append(Span(span.weekday, at, span.to_minute))
    return pieces


def read_spans(boxes: Iterable[str], exact: Iterable[Exact]) -> list[Span]:
    """What was ticked and typed, as the fewest spans. Rows that are left empty say nothing.

    Raises:
        ValueError: with a marked sentence, when a row of exact times cannot be read.
    """
    ticked = [BOXES[key] for key in boxes if key in BOXES]
    typed = [_read(row) for row in exact if row.weekday or row.begins or row.ends]
    return merged(ticked + typed)


def _read(row: Exact) -> Span:
    try:
        weekday, begins, ends = int(row.weekday), time.fromisoformat(row.begins), time.fromisoformat(row.ends)
    except ValueError:
        raise ValueError(TIME_NOT_READ) from None
    # Midnight as an end is the end of the day: a clock has no 24:00 to choose.
    last = ends.hour * 60 + ends.minute or DAY_MINUTES
    span = Span(weekday, begins.hour * 60 + begins.minute, last)
    if not 0 <= weekday <= 6 or span.to_minute <= span.from_minute:
        raise ValueError(TIME_NOT_READ)
    return span


def clock_time(minute: int) -> str:
    """A minute of the day as a clock shows it; the end of the day is 00:00."""
    hours, minutes = divmod(minute % DAY_MINUTES, 60)
    return f"{hours:02d}:{minutes:02d}"
