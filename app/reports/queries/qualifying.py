"""What counts for a line in its own unit: sessions with enough people, of series that reached what is asked of them.

A session is a shift with effective postings. People served are not recorded, so its people, and the person-times of a
series, are those who served. A series is an activity, looked at from the beginning of the contract to the end of the
days asked about: five sessions of one month count once the sixth took place in the next.
"""

from collections import defaultdict
from datetime import timedelta

from msgspec import Struct

from app.hours.queries.facts import rule_book_for
from app.hours.rules.rule_book import CountingRules, QualifyingRule
from app.kit.db import fetch
from app.reports.queries.contracts import ReportLine, Scope
from app.reports.queries.selection import ENTRIES, where


class Series(Struct, frozen=True, kw_only=True):
    """What one activity came to for one line; `minutes` and `person_times` as far as the line buys their capacity."""

    line: int
    activity: int
    name: str
    minutes: int
    person_times: int
    sessions: int


class NotYet(Struct, frozen=True, kw_only=True):
    """A series that does not count yet, and what it needs."""

    series: Series
    asked: QualifyingRule


class Delivered(Struct, frozen=True, kw_only=True):
    """What counts for a line, in its unit, and what does not yet."""

    amount: float
    not_yet: tuple[NotYet, ...]


SERIES = f"""
    WITH net AS (
        SELECT al.line, po.activity, po.shift_id, po.attendance_id, sum(po.minutes) AS minutes,
               sum(CASE WHEN mod(po.entry, 2) = 0 THEN -1 ELSE 1 END) AS attendances
        {ENTRIES} JOIN line l ON l.id = al.line AND l.capacity IN (po.capacity, 'either')
        %s
        GROUP BY al.line, po.activity, po.shift_id, po.attendance_id
    ), session AS (
        SELECT n.line, n.activity, n.shift_id, sum(n.minutes) AS minutes,
               coalesce(sum(n.attendances) FILTER (
                   WHERE n.attendances > 0 AND n.minutes >= l.qualifying_minutes), 0) AS person_times
        FROM net n JOIN line l ON l.id = n.line
        GROUP BY n.line, n.activity, n.shift_id
    )
    SELECT s.line, s.activity, v.name, sum(s.minutes)::bigint AS minutes,
           coalesce(sum(s.person_times) FILTER (
               WHERE s.person_times >= greatest(l.qualifying_people, 1)), 0)::bigint AS person_times,
           count(*) FILTER (WHERE s.person_times >= greatest(l.qualifying_people, 1)) AS sessions
    FROM session s JOIN line l ON l.id = s.line JOIN activity v ON v.id = s.activity
    GROUP BY s.line, s.activity, v.name
    ORDER BY s.line, s.activity
"""
SO_FAR = "WHERE al.line = any($1) AND al.served_on < $2 AND po.served_on < $2"


async def delivered_of(scope: Scope) -> dict[int, Delivered]:
    """What counts for each line of the report."""
    ends = scope.span[1]
    condition, arguments = where(scope)
    found: dict[int, list[Series]] = defaultdict(list)
    for series in await fetch(Series, SERIES % condition, *arguments):
        found[series.line].append(series)
    book = await rule_book_for(scope.line_ids[0], ends - timedelta(days=1)) if scope.line_ids else None
    rules = book.rules if book else None
    asked = {line.id: _asked(line, rules) for line in scope.lines}
    so_far: dict[tuple[int, int], Series] = {}
    if any(_asks(rule) for rule in asked.values()):
        rows = await fetch(Series, SERIES % SO_FAR, scope.line_ids, ends)
        so_far = {(series.line, series.activity): series for series in rows}
    return {
        line.id: _delivered(line, found[line.id], asked[line.id], so_far, rules)
        for line in scope.lines
        if line.id in scope.line_ids
    }


def _asked(line: ReportLine, rules: CountingRules | None) -> QualifyingRule:
    """The line's own figure for the series goes before the rule-book's."""
    of_book = rules.qualifying_for(line.service_kind) if rules else QualifyingRule(service_kind=line.service_kind)
    return QualifyingRule(
        service_kind=line.service_kind,
        sessions=line.qualifying_sessions or of_book.sessions,
        person_times=of_book.person_times,
        minutes=of_book.minutes,
    )


def _asks(rule: QualifyingRule) -> bool:
    return bool(rule.sessions or rule.person_times or rule.minutes)


def _delivered(
    line: ReportLine,
    found: list[Series],
    asked: QualifyingRule,
    so_far: dict[tuple[int, int], Series],
    rules: CountingRules | None,
) -> Delivered:
    counting, not_yet = [], []
    for series in found:
        whole = so_far.get((line.id, series.activity), series)
        if asked.reached_by(whole.sessions, whole.person_times, whole.minutes):
            counting.append(series)
        elif whole.minutes:
            not_yet.append(NotYet(series=whole, asked=asked))
    each = rules.minutes_of(line.unit) if rules else None
    minutes = sum(series.minutes for series in counting)
    if line.unit == "hour":
        amount: float = minutes / 60
    elif each:
        amount = minutes / each
    elif line.unit == "person_time":
        amount = sum(series.person_times for series in counting)
    else:
        amount = sum(series.sessions for series in counting)
    return Delivered(amount=float(amount), not_yet=tuple(not_yet))
