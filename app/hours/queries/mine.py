"""Where are my hours? One's own attendances, each with who holds it now, until when, and what was said about it."""

from collections.abc import Iterable
from datetime import date, datetime

import msgspec
from msgspec import Struct

from app.hours.queries.attendances import PAGE, SELECT, AttendanceRow
from app.hours.queries.objecting import ObjectionRow, objections_to
from app.hours.rules import CountingRules, Tier
from app.hours.rules.objecting import Side
from app.hours.rules.objecting import Status as Objected
from app.hours.rules.statuses import Status
from app.hours.rules.whereabouts import ENTRY_WORKDAYS, HAS_TO_ACT, Holder, Stage, Whereabouts, whereabouts
from app.kit.db import fetch, fetch_one
from app.kit.workdays import add_workdays


class Name(Struct, frozen=True):
    """An organisation's names."""

    id: int
    name: str
    name_en: str


class OwnRow(Struct, frozen=True, kw_only=True):
    """One attendance of one's own."""

    row: AttendanceRow
    where: Whereabouts
    due_on: date | None
    """The last working day of whoever holds it; empty when nobody has to act."""
    posted_minutes: int
    """What counts at this moment: a corrected attendance keeps its old hours until the new ones are approved."""
    objection: ObjectionRow | None
    """The newest one."""
    parent: Name | None


class Standing(Struct, frozen=True, kw_only=True):
    """How many attendances stand at one stage with one holder, and what they would add."""

    where: Whereabouts
    attendances: int
    minutes: int


class Own(Struct, frozen=True, kw_only=True):
    """One's own attendances, newest first, and where all of them stand."""

    rows: list[OwnRow]
    posted_minutes: int
    standing: list[Standing]
    """What does not count yet, by stage and holder."""
    older: str
    """Where the next page begins; empty when this is the last."""

    @property
    def waiting_minutes(self) -> int:
        """What would be added if everything that waits is approved."""
        return sum(each.minutes for each in self.standing)


OWN = f"""
    {SELECT} WHERE a.account_id = $1 AND ($2::timestamptz IS NULL OR (a.planned_starts, a.id) < ($2, $3::bigint))
    ORDER BY a.planned_starts DESC, a.id DESC LIMIT $4
"""
NAMES = "SELECT id, name, name_en FROM organisation WHERE id = ANY ($1)"
POSTED_OF = """
    SELECT attendance_id, sum(minutes)::bigint AS minutes FROM posting
    WHERE attendance_id = ANY ($1) AND served_on = ANY ($2) GROUP BY attendance_id
"""
POSTED = """
    SELECT coalesce(sum(p.minutes), 0)::bigint AS minutes FROM posting p
    WHERE p.person IN (SELECT id FROM person WHERE account = $1
                       UNION SELECT d.id FROM person k JOIN person d ON d.merged_into = k.id WHERE k.account = $1)
"""
# What was posted before and is being corrected counts until then, so only the difference is on its way.
WAITING = """
    SELECT a.status, a.planned_ends <= $2 AS over, a.tiers <> '{}' AS asked,
           coalesce(a.tiers[a.vouched + 1], 'agency') AS tier, j.held_by, count(*) AS attendances,
           coalesce(sum(greatest(a.counted_minutes - coalesce(e.minutes, 0), 0)), 0)::bigint AS minutes
    FROM attendance a
    LEFT JOIN objection j ON j.attendance = a.id AND j.status = 'raised'
    LEFT JOIN LATERAL (SELECT sum(p.minutes) AS minutes FROM posting p
                       WHERE p.attendance_id = a.id AND p.served_on = a.served_on) e ON true
    WHERE a.account_id = $1 AND (a.status NOT IN ('posted', 'no_show') OR j.id IS NOT NULL)
    GROUP BY 1, 2, 3, 4, 5
"""


class _Posted(Struct, frozen=True):
    attendance_id: int
    minutes: int


class _Sum(Struct, frozen=True):
    minutes: int


class _Group(Struct, frozen=True):
    status: Status
    over: bool
    asked: bool
    tier: Tier
    held_by: Side | None
    attendances: int
    minutes: int


async def own_totals(account_id: int, *, now: datetime) -> tuple[int, list[Standing]]:
    """Minutes that count, and what does not count yet by stage and holder."""
    posted = await fetch_one(_Sum, POSTED, account_id)
    found: dict[Whereabouts, tuple[int, int]] = {}
    for group in await fetch(_Group, WAITING, account_id, now):
        where = whereabouts(
            group.status, over=group.over, asked=group.asked, next_tier=group.tier, contested_at=group.held_by
        )
        attendances, minutes = found.get(where, (0, 0))
        found[where] = attendances + group.attendances, minutes + group.minutes
    standing = [
        Standing(where=where, attendances=attendances, minutes=minutes)
        for where, (attendances, minutes) in sorted(found.items(), key=lambda item: _rank(item[0]))
        if where.stage in HAS_TO_ACT
    ]
    return posted.minutes if posted else 0, standing


def _rank(where: Whereabouts) -> tuple[int, int]:
    return list(Stage).index(where.stage), list(Holder).index(where.holder)


def place_of(before: str) -> tuple[datetime, int] | None:
    """Where a page begins, as its link says; None for the first one."""
    starts, _sep, number = before.partition("~")
    try:
        return (datetime.fromisoformat(starts), int(number)) if number else None
    except ValueError:
        return None


async def own_hours(account_id: int, before: tuple[datetime, int] | None, *, now: datetime) -> Own:
    """A page of one's own attendances, with a fixed number of queries."""
    rows = await fetch(AttendanceRow, OWN, account_id, *(before or (None, None)), PAGE + 1)
    posted, standing = await own_totals(account_id, now=now)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Own(
        rows=await _with_whereabouts(rows[:PAGE], now),
        posted_minutes=posted,
        standing=standing,
        older=f"{last.planned_starts.isoformat()}~{last.id}" if last else "",
    )


async def _with_whereabouts(rows: list[AttendanceRow], now: datetime) -> list[OwnRow]:
    ids = [row.id for row in rows]
    newest = {objection.attendance_id: objection for objection in await objections_to(ids)}
    days = sorted({row.served_on for row in rows})
    posted = {each.attendance_id: each.minutes for each in await fetch(_Posted, POSTED_OF, ids, days)}
    parents = await _names(row.parent_id for row in rows)
    return [_placed(row, newest.get(row.id), posted.get(row.id, 0), parents.get(row.parent_id), now) for row in rows]


def _placed(
    row: AttendanceRow, objection: ObjectionRow | None, posted: int, parent: Name | None, now: datetime
) -> OwnRow:
    is_open = objection is not None and objection.status is Objected.RAISED
    where = whereabouts(
        row.status,
        over=row.planned_ends <= now,
        asked=bool(row.tiers),
        next_tier=row.next_tier,
        contested_at=objection.held_by if objection and is_open else None,
    )
    due = objection.due_on if objection and is_open else _entry_due(row)
    acts = where.stage in HAS_TO_ACT and where.holder is not Holder.RULE_BOOK
    return OwnRow(
        row=row, where=where, due_on=due if acts else None, posted_minutes=posted, objection=objection, parent=parent
    )


def _entry_due(row: AttendanceRow) -> date:
    """Hours are entered and decided within some working days of the service, by the rule-book."""
    book = msgspec.json.decode(row.rules, type=CountingRules) if row.rules else None
    return add_workdays(row.served_on, book.late_after_workdays if book else ENTRY_WORKDAYS)


async def _names(organisation_ids: Iterable[int]) -> dict[int, Name]:
    wanted = sorted({each for each in organisation_ids if each})
    return {found.id: found for found in await fetch(Name, NAMES, wanted)}


async def own_attendance_placed(row: AttendanceRow, *, now: datetime) -> OwnRow:
    """Where one attendance of one's own stands; the caller has seen it."""
    [placed] = await _with_whereabouts([row], now)
    return placed
