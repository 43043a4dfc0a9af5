"""What a certificate says: a snapshot of named postings, its number and code, and whether it still stands."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct

from app.hours.rules.kinds import Capacity, Kind
from app.kit.rules import N_, Refusal

LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no letter that is read as a figure."""
CODE_LENGTH = 6
NUMBER_LETTERS = 6
CERTIFIED = (Capacity.VOLUNTEER, Capacity.TRAINING)
"""Paid time is never certified as volunteering (志愿服务记录与证明出具办法 Art. 19)."""

NOTICE_DAYS = (7, 10, 15)
"""How long a public notice may last: at least seven days."""


class Body(Struct, frozen=True, kw_only=True):
    """An organisation as it was called when the certificate was drawn."""

    id: int
    name: str
    name_en: str
    credit_code: str = ""


class Source(Struct, frozen=True, kw_only=True):
    """An effective posting with the names around it: what a certificate is made of."""

    posting_id: int
    served_on: date
    minutes: int
    kind: str
    capacity: str
    grade: str
    activity_id: int
    activity: str
    place: str
    content: str
    content_en: str
    body_id: int
    body: str
    body_en: str
    credit_code: str | None


class Entry(Struct, frozen=True, kw_only=True):
    """One posting the certificate rests on; `activity` is its place in the snapshot's list."""

    posting_id: int
    served_on: date
    minutes: int
    kind: str
    capacity: str
    grade: str
    activity: int


class ActivityLine(Struct, frozen=True, kw_only=True):
    """What was done in one activity: content, span, times and minutes; volunteering and training stay apart."""

    id: int
    name: str
    place: str
    content: str
    content_en: str
    body: int
    capacity: str
    first_on: date
    last_on: date
    times: int
    minutes: int


class Sum(Struct, frozen=True, kw_only=True):
    """Minutes of one kind on one account."""

    capacity: str
    kind: str
    minutes: int


class Snapshot(Struct, frozen=True, kw_only=True):
    """A certificate's whole content, in no language: what the page, the PDF and the credential are made from."""

    number: str
    drawn_at: datetime
    name: str
    volunteer_no: str
    from_on: date
    to_before: date
    agency: int | None
    """The only body asked for, None for all."""
    bodies: tuple[Body, ...]
    """Who recorded it."""
    activities: tuple[ActivityLine, ...]
    sums: tuple[Sum, ...]
    grades: dict[str, int]
    """Minutes by evidence grade."""
    entries: tuple[Entry, ...]

    @property
    def last_on(self) -> date:
        """The last day it is about."""
        return self.to_before - timedelta(days=1)

    @property
    def service_minutes(self) -> int:
        """Volunteer service time: what stars and the headline count."""
        return sum(one.minutes for one in self.sums if one.capacity == Capacity.VOLUNTEER and one.kind == Kind.SERVICE)

    @property
    def training_minutes(self) -> int:
        """Training is a record of its own (Art. 8)."""
        return sum(one.minutes for one in self.sums if one.capacity == Capacity.TRAINING)

    @property
    def other_sums(self) -> tuple[Sum, ...]:
        """Preparation, write-up, supervision, travel: recorded, and not part of the service time."""
        return tuple(one for one in self.sums if one.capacity == Capacity.VOLUNTEER and one.kind != Kind.SERVICE)


class Reversed(Struct, frozen=True, kw_only=True):
    """One of a certificate's postings was taken back."""

    reason: str
    at: datetime


NO_RECORD = Refusal(
    "no_volunteer_record",
    N_("You have no record as a volunteer yet."),
    N_("Sign up for a shift first; your hours appear once they are approved."),
)
NOTHING_TO_CERTIFY = Refusal(
    "nothing_to_certify",
    N_("No approved hours fall into this time."),
    N_("Choose other days or all organisations, or wait until your hours are approved."),
)
SPAN_TURNED = Refusal("certificate_span_wrong", N_("The last day must not be before the first."), status=422)
SPAN_AHEAD = Refusal(
    "certificate_span_ahead", N_("The last day is still to come."), N_("Choose today or earlier."), status=422
)

CONSTRAINTS: dict[str, Refusal] = {"certificate_span_in_order": SPAN_TURNED}


def span_refusal(from_on: date, last_on: date, today: date) -> tuple[str, Refusal] | None:
    """What is wrong with the days asked for, with the field that says it."""
    if last_on < from_on:
        return ("last_on", SPAN_TURNED)
    return ("last_on", SPAN_AHEAD) if last_on > today else None


def default_span(first_on: date | None, today: date) -> tuple[date, date]:
    """What most people want: all there is, up to today."""
    return (first_on or date(today.year, 1, 1), today)


def number_of(drawn_on: date, chance: bytes) -> str:
    """`20261122-7K4MQ2`: the day, and letters nobody can count on from the last."""
    return f"{drawn_on:%Y%m%d}-{_letters(chance, NUMBER_LETTERS)}"


def code_of(token: str) -> str:
    """What to type beside the number: shows that one holds the certificate, and leads to no other."""
    return _letters(hashlib.sha256(f"certificate code {token}".encode()).digest(), CODE_LENGTH)


def read_typed(typed: str) -> str:
    """A number or code as it is stored, from how people type it: any case, O for 0, I and L for 1."""
    plain = "".join(letter for letter in typed.upper() if letter.isalnum())
    return plain.translate(str.maketrans("OIL", "011"))


def read_number(typed: str) -> str:
    """A number as it is stored: eight figures, a hyphen, six letters."""
    plain = read_typed(typed)
    return f"{plain[:8]}-{plain[8:]}"


def _letters(chance: bytes, length: int) -> str:
    return "".join(LETTERS[byte % len(LETTERS)] for byte in chance[:length])


def notice_span(drawn_on: date, days: int) -> tuple[date, date]:
    """The public notice of so many whole days after the day of drawing, which it also shows on."""
    return (drawn_on, drawn_on + timedelta(days=days + 1))


def masked(name: str) -> str:
    """A name that its owner recognises and a stranger cannot look up: 王**, or W***."""
    name = name.strip()
    return name[:1] + ("***" if name[:1].isascii() else "*" * min(max(len(name) - 1, 1), 3))


def snapshot(
    sources: Sequence[Source],
    *,
    number: str,
    drawn_at: datetime,
    name: str,
    volunteer_no: str,
    from_on: date,
    to_before: date,
    agency: int | None,
) -> Snapshot:
    """Put the postings together; bodies and activities by minutes, the largest first, entries by day."""
    sources = sorted(sources, key=lambda one: (one.served_on, one.posting_id))
    bodies = _bodies(sources)
    lines = _activities(sources, [body.id for body in bodies])
    place = {(line.id, line.capacity): number for number, line in enumerate(lines)}
    return Snapshot(
        number=number,
        drawn_at=drawn_at,
        name=name,
        volunteer_no=volunteer_no,
        from_on=from_on,
        to_before=to_before,
        agency=agency,
        bodies=bodies,
        activities=lines,
        sums=_sums(sources),
        grades={
            letter: sum(one.minutes for one in sources if one.grade == letter)
            for letter in sorted({one.grade for one in sources})
        },
        entries=tuple(
            Entry(
                posting_id=one.posting_id,
                served_on=one.served_on,
                minutes=one.minutes,
                kind=one.kind,
                capacity=one.capacity,
                grade=one.grade,
                activity=place[one.activity_id, one.capacity],
            )
            for one in sources
        ),
    )


def _bodies(sources: Iterable[Source]) -> tuple[Body, ...]:
    minutes: dict[int, int] = defaultdict(int)
    known: dict[int, Body] = {}
    for one in sources:
        minutes[one.body_id] += one.minutes
        known[one.body_id] = Body(id=one.body_id, name=one.body, name_en=one.body_en, credit_code=one.credit_code or "")
    return tuple(known[body] for body in sorted(minutes, key=lambda body: (-minutes[body], body)))


def _activities(sources: Iterable[Source], bodies: list[int]) -> tuple[ActivityLine, ...]:
    grouped: dict[tuple[int, str], list[Source]] = defaultdict(list)
    for one in sources:
        grouped[one.activity_id, one.capacity].append(one)
    lines = [
        ActivityLine(
            id=activity,
            name=ones[-1].activity,
            place=ones[-1].place,
            content=ones[-1].content,
            content_en=ones[-1].content_en,
            body=bodies.index(ones[-1].body_id),
            capacity=capacity,
            first_on=ones[0].served_on,
            last_on=ones[-1].served_on,
            times=len(ones),
            minutes=sum(one.minutes for one in ones),
        )
        for (activity, capacity), ones in grouped.items()
    ]
    return tuple(sorted(lines, key=lambda line: (CERTIFIED.index(Capacity(line.capacity)), -line.minutes, line.id)))


def _sums(sources: Iterable[Source]) -> tuple[Sum, ...]:
    minutes: dict[tuple[str, str], int] = defaultdict(int)
    for one in sources:
        minutes[one.capacity, one.kind] += one.minutes
    order = [kind.value for kind in Kind]
    keys = sorted(minutes, key=lambda key: (CERTIFIED.index(Capacity(key[0])), order.index(key[1])))
    return tuple(Sum(capacity=capacity, kind=kind, minutes=minutes[capacity, kind]) for capacity, kind in keys)
