"""Which part of the ledger a sum is of, and by what it is split: the questions the kept sums can answer."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from msgspec import Struct

from app.hours.rules.grading import Grade
from app.hours.rules.kinds import Capacity, Kind


class By(StrEnum):
    """What a sum can be split by; the names of the columns."""

    DAY = "day"
    MONTH = "month"
    LINE = "line"
    """0 where entries count for no contract line."""
    AGENCY = "agency"
    REGION = "region"
    SERVICE_KIND = "service_kind"
    KIND = "kind"
    CAPACITY = "capacity"
    GRADE = "grade"
    PERSON = "person"
    TAIL = "tail"
    """Whether it is not sealed yet."""


class Slice(Struct, frozen=True, kw_only=True):
    """The entries meant. Nothing said means all."""

    from_on: date | None = None
    to_before: date | None = None
    line: int | None = None
    agency: int | None = None
    region: str | None = None
    """A region with everything below it: codes of places below begin with the code of the place above."""
    service_kind: str | None = None
    kind: Kind | None = None
    capacity: Capacity | None = None
    grade: Grade | None = None
    person: int | None = None


class Kept(StrEnum):
    """The tables of kept sums."""

    DAY = "rollup_day"
    MONTH = "rollup_month"
    PERSON = "rollup_person"


_OF_PLACES = (By.LINE, By.AGENCY, By.REGION, By.SERVICE_KIND, By.KIND, By.CAPACITY, By.GRADE)

COLUMNS: dict[Kept, tuple[By, ...]] = {
    Kept.DAY: (By.DAY, *_OF_PLACES),
    Kept.MONTH: (By.MONTH, *_OF_PLACES),
    Kept.PERSON: (By.MONTH, By.PERSON, By.AGENCY, By.KIND, By.CAPACITY, By.GRADE),
}
"""By what each table is kept."""


def kept_for(wanted: Slice, split: frozenset[By]) -> Kept:
    """The smallest table that answers.

    Raises:
        ValueError: when none does: sums of one person are not kept by line, place, kind of service or day.
    """
    asked = split | {By(name) for name in ("line", "region", "service_kind", "person") if getattr(wanted, name)}
    asked -= {By.TAIL}
    if not _whole_months(wanted):
        asked |= {By.DAY}
    if By.DAY in asked:
        asked = (asked - {By.MONTH}) | {By.DAY}  # a month is told from its days
    for kept in (Kept.MONTH, Kept.DAY, Kept.PERSON):
        if asked <= set(COLUMNS[kept]):
            return kept
    raise ValueError(f"no sums are kept by {', '.join(sorted(asked))}")


APART = (By.REGION, By.SERVICE_KIND, By.KIND, By.GRADE, By.AGENCY)
"""By what sums are kept one at a time, over everything else: a few rows instead of every combination."""


def kept_apart(wanted: Slice, splits: Iterable[tuple[By, ...]]) -> bool:
    """Whether sums by one column at a time answer: of whole months, an agency, a capacity, and nothing narrower."""
    narrow = (wanted.line, wanted.region, wanted.service_kind, wanted.kind, wanted.grade, wanted.person)
    return (
        all(given is None for given in narrow)
        and _whole_months(wanted)
        and all(
            split in [(one,) for one in APART] or set(split) <= {By.MONTH, By.CAPACITY, By.TAIL} for split in splits
        )
    )


def _whole_months(wanted: Slice) -> bool:
    return all(end is None or end.day == 1 for end in (wanted.from_on, wanted.to_before))
