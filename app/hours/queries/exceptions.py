"""What exceptions rest on, and how people see them: each with its sentence, its times and how it was settled."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.queries.attendances import PAGE, SELECT, AttendanceRow
from app.hours.queries.facts import rule_book_for, unusual_about
from app.hours.rules import CountingRules, Stretch
from app.hours.rules.exceptions import Figures, Looked, Seen, Unusual, why_not_keep
from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound
from app.kit.places import Datum, Fix, metres_between
from app.kit.rules import Refusal
from app.kit.workdays import workdays_between


class Decision(Struct, frozen=True, kw_only=True):
    """How an exception was settled before its figures changed and it had to be settled again."""

    action: str
    reason: str
    note: str
    by: int | None
    at: datetime


class Facts(Struct, frozen=True, kw_only=True):
    """What a row of `time_exception` keeps: the figures of its sentence, and earlier decisions about other figures."""

    figures: Figures = {}
    earlier: list[Decision] = []


class _Attendance(Struct, frozen=True, kw_only=True):
    signup: int
    expected: bool
    served_on: date
    line: int | None
    planned_starts: datetime
    planned_ends: datetime
    zone: str
    latitude: float | None
    longitude: float | None
    corrected_at: datetime | None
    rules: str | None


NO_BOOK = CountingRules(least_minutes=0, round_to_minutes=1, most_minutes_a_day=0)
"""Where no rule-book applies nothing counts, but what is unusual is seen by the figures every rule-book begins with."""

# The place of a visit is a home, and homes are on no map of ours.
ATTENDANCE = """
    SELECT a.signup, a.origin = 'shift' AND s.status IN ('confirmed', 'attended', 'no_show') AS expected, a.served_on,
           a.line, a.planned_starts, a.planned_ends, h.zone,
           CASE WHEN NOT h.is_visit THEN v.latitude END AS latitude,
           CASE WHEN NOT h.is_visit THEN v.longitude END AS longitude,
           (SELECT max(j.at) FROM adjustment j WHERE j.attendance = a.id) AS corrected_at, b.rules::text AS rules
    FROM attendance a JOIN signup s ON s.id = a.signup JOIN shift h ON h.id = a.shift
    JOIN activity v ON v.id = a.activity
    LEFT JOIN rule_book b ON b.id = a.rule_book
    WHERE a.id = $1
"""


class _Punch(Struct, frozen=True, kw_only=True):
    direction: str
    at: datetime
    received_at: datetime
    sent_at: datetime | None
    latitude: float | None
    longitude: float | None
    accuracy_metres: float | None
    datum: str


PUNCHES = """
    SELECT p.direction, p.at, p.received_at, p.sent_at, p.latitude, p.longitude, p.accuracy_metres, p.datum
    FROM punch p
    WHERE p.signup = $1 AND p.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM punch u WHERE u.undoes = p.id)
    ORDER BY p.at, p.id
"""


async def looked_at(attendance_id: int) -> tuple[Looked, CountingRules]:
    """Everything the decision about an attendance rests on, and the figures of its rule-book.

    Raises:
        NotFound: when there is no such attendance.
    """
    row = await fetch_one(_Attendance, ATTENDANCE, attendance_id)
    if row is None:
        raise NotFound()
    punches = await fetch(_Punch, PUNCHES, row.signup)
    place = fix_of(row.latitude, row.longitude)
    times = [punch.received_at for punch in punches] + ([row.corrected_at] if row.corrected_at else [])
    zone = ZoneInfo(row.zone)
    keyed_last = max(times, default=None)
    looked = Looked(
        planned=Stretch(row.planned_starts, row.planned_ends),
        punches=tuple(_seen(punch, place) for punch in punches),
        expected=row.expected,
        zone=zone,
        keyed_last=keyed_last,
        workdays_late=workdays_between(row.served_on, keyed_last.astimezone(zone).date()) if keyed_last else 0,
    )
    if row.rules:
        return looked, msgspec.json.decode(row.rules, type=CountingRules)
    book = await rule_book_for(row.line, row.served_on)
    return looked, book.rules if book else NO_BOOK


def fix_of(
    latitude: float | None, longitude: float | None, accuracy: float | None = None, datum: str = Datum.WGS84
) -> Fix | None:
    """Columns as a fix; None when there is none."""
    if latitude is None or longitude is None:
        return None
    return Fix(latitude=latitude, longitude=longitude, accuracy_metres=accuracy, datum=Datum(datum or Datum.WGS84))


def _seen(punch: _Punch, place: Fix | None) -> Seen:
    fix = fix_of(punch.latitude, punch.longitude, punch.accuracy_metres, punch.datum)
    return Seen(
        direction=punch.direction,
        at=punch.at,
        received_at=punch.received_at,
        sent_at=punch.sent_at,
        metres_away=metres_between(place, fix) if place and fix else None,
        accuracy_metres=punch.accuracy_metres,
    )


class Kept(Struct, frozen=True, kw_only=True):
    """One row as it is stored."""

    id: int
    code: Unusual
    facts: str
    standing: bool
    action: str
    reason: str
    note: str
    settled_by: int | None
    settled_at: datetime | None

    @property
    def known(self) -> Facts:
        """Its figures, and what was decided about earlier ones."""
        return msgspec.json.decode(self.facts, type=Facts)


KEPT = """
    SELECT id, code, facts::text AS facts, standing, action, reason, note, settled_by, settled_at
    FROM time_exception WHERE attendance = $1 ORDER BY id
"""


async def kept_for(attendance_id: int) -> list[Kept]:
    """What is stored about an attendance. The caller holds the attendance."""
    return await fetch(Kept, KEPT, attendance_id)


OPEN = "x.standing AND x.action = ''"
"""What still waits for someone."""


async def unsettled(attendance_id: int) -> int:
    """How many exceptions of an attendance still wait for someone: it cannot be approved before."""
    return (await unusual_about(attendance_id)).unsettled


class ExceptionRow(Struct, frozen=True, kw_only=True):
    """One exception as people see it."""

    id: int
    attendance_id: int
    code: Unusual
    facts: str
    found_at: datetime
    standing: bool
    action: str
    reason: str
    note: str
    settled_by: str | None
    settled_at: datetime | None

    @property
    def figures(self) -> Figures:
        """What fills its sentence."""
        return msgspec.json.decode(self.facts, type=Facts).figures

    @property
    def waits(self) -> bool:
        """Whether someone still has to settle it."""
        return self.standing and not self.action


EXCEPTIONS = """
    SELECT x.id, x.attendance AS attendance_id, x.code, x.facts::text AS facts, x.found_at, x.standing, x.action,
           x.reason, x.note, k.name AS settled_by, x.settled_at
    FROM time_exception x LEFT JOIN account k ON k.id = x.settled_by
    WHERE x.attendance = ANY ($1) ORDER BY x.id
"""


async def exceptions_at(attendance_ids: list[int]) -> dict[int, list[ExceptionRow]]:
    """Everything unusual that was ever seen at these attendances. The caller has opened the door to them."""
    found: dict[int, list[ExceptionRow]] = {each: [] for each in attendance_ids}
    for row in await fetch(ExceptionRow, EXCEPTIONS, attendance_ids):
        found[row.attendance_id].append(row)
    return found


class Unsettled(Struct, frozen=True, kw_only=True):
    """One attendance with what is unusual about it, and what this actor may do."""

    row: AttendanceRow
    exceptions: list[ExceptionRow]
    reasons: list[Refusal]
    """Why the times cannot be kept as they are by this actor."""

    @property
    def waiting(self) -> list[ExceptionRow]:
        """Those that still wait for someone."""
        return [each for each in self.exceptions if each.waits]


class Exceptions(Struct, frozen=True, kw_only=True):
    """A page of the inbox: oldest first what waits, newest first what is settled."""

    rows: list[Unsettled]
    open: int
    kinds: dict[Unusual, int]
    """How many wait, by what is unusual."""
    after: str
    """Where the next page begins; empty when this is the last."""

    @property
    def can_choose(self) -> bool:
        """Whether the actor can keep any of this page as it is."""
        return any(not each.reasons for each in self.rows)


WAITING = f"""
    {SELECT}
    WHERE a.agency = $1 AND (a.served_on, a.id) > ($2, $3)
      AND EXISTS (SELECT 1 FROM time_exception x WHERE x.attendance = a.id AND {OPEN} AND ($4 = '' OR x.code = $4))
    ORDER BY a.served_on, a.id LIMIT {PAGE + 1}
"""

SETTLED = f"""
    {SELECT}
    WHERE a.agency = $1 AND (a.served_on, a.id) < ($2, $3)
      AND EXISTS (SELECT 1 FROM time_exception x WHERE x.attendance = a.id AND ($4 = '' OR x.code = $4))
      AND NOT EXISTS (SELECT 1 FROM time_exception x WHERE x.attendance = a.id AND {OPEN})
    ORDER BY a.served_on DESC, a.id DESC LIMIT {PAGE + 1}
"""

BY_KIND = f"""
    SELECT x.code, count(*) AS n FROM time_exception x JOIN attendance a ON a.id = x.attendance
    WHERE a.agency = $1 AND {OPEN} GROUP BY x.code
"""


class _Kind(Struct, frozen=True):
    code: Unusual
    n: int


async def exceptions_for(
    actor: Actor, *, settled: bool = False, kind: str = "", after: tuple[date, int] | None = None
) -> Exceptions:
    """A page of what is unusual at the actor's agency: what waits for someone, or what was settled or went away."""
    day, last = after or ((date.max, 2**62) if settled else (date.min, 0))
    rows = await fetch(AttendanceRow, SETTLED if settled else WAITING, actor.organisation_id, day, last, kind)
    shown = rows[:PAGE]
    found = await exceptions_at([row.id for row in shown])
    kinds = {row.code: row.n for row in await fetch(_Kind, BY_KIND, actor.organisation_id)}
    return Exceptions(
        rows=[_unsettled(actor, row, found[row.id]) for row in shown],
        open=sum(kinds.values()),
        kinds={code: kinds[code] for code in Unusual if code in kinds},
        after=f"{shown[-1].served_on}~{shown[-1].id}" if len(rows) > PAGE else "",
    )


def _unsettled(actor: Actor, row: AttendanceRow, found: list[ExceptionRow]) -> Unsettled:
    codes = [each.code for each in found if each.waits]
    return Unsettled(
        row=row,
        exceptions=found,
        reasons=why_not_keep(codes, row.times.complete, row.account_id, actor.account_id),
    )
