"""Objections as their two sides see them: the list of those to answer, one with its talk, and its photos."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.hours.queries.facts import PARENT
from app.hours.rules.counting import Stretch
from app.hours.rules.objecting import Claim, Side, Status
from app.hours.rules.statuses import Status as AttendanceStatus
from app.kit.db import fetch, fetch_one
from app.kit.errors import NotFound

PAGE = 50


class ObjectionRow(Struct, frozen=True, kw_only=True):
    """One objection, and what it is about."""

    id: int
    attendance_id: int
    raised_by: int
    raised_by_name: str
    raised_at: datetime
    claim: Claim
    wanted_in: datetime | None
    wanted_out: datetime | None
    status: Status
    held_by: Side
    due_on: date
    escalated_at: datetime | None
    decided_by_name: str | None
    decided_at: datetime | None
    account_id: int
    recorders: list[int]
    verifiers: list[int]
    """Who vouched for the hours, and so may not correct them."""
    attendance_status: AttendanceStatus
    served_on: date
    planned_starts: datetime
    planned_ends: datetime
    came: datetime | None
    left: datetime | None
    counted_minutes: int | None
    line: int | None
    person_id: int
    person_name: str
    shift_title: str
    agency_id: int
    agency_name: str
    agency_name_en: str
    parent_id: int
    parent_name: str | None
    parent_name_en: str | None

    @property
    def wanted(self) -> Stretch | None:
        """The times the person says are right."""
        return Stretch(self.wanted_in, self.wanted_out) if self.wanted_in and self.wanted_out else None

    def side_of(self, actor: Actor) -> Side | None:
        """For which side this actor speaks here; None for a stranger. Whoever raised it is never on the other side."""
        return Side.PERSON if actor.account_id == self.raised_by else self.decider_side_of(actor)

    def decider_side_of(self, actor: Actor) -> Side | None:
        """For which of those who answer this actor speaks; the body above only once it holds the objection."""
        if not actor.may(Permission.OBJECTION_DECIDE):
            return None
        if actor.organisation_id == self.agency_id:
            return Side.AGENCY
        above = self.held_by is Side.PARENT and actor.organisation_id == self.parent_id
        return Side.PARENT if above else None


SELECT = f"""
    SELECT j.id, j.attendance AS attendance_id, j.raised_by, rk.name AS raised_by_name, j.raised_at, j.claim,
           j.wanted_in, j.wanted_out, j.status, j.held_by, j.due_on, j.escalated_at, dk.name AS decided_by_name,
           j.decided_at, a.account_id, a.recorders,
           ARRAY (SELECT p.account FROM part p WHERE p.attendance = a.id AND p.part = 'verifier') AS verifiers,
           a.status AS attendance_status, a.served_on, a.planned_starts, a.planned_ends,
           coalesce(a.adjusted_in, a.raw_in) AS came, coalesce(a.adjusted_out, a.raw_out) AS left,
           a.counted_minutes, a.line, n.id AS person_id, n.name AS person_name, h.title AS shift_title,
           o.id AS agency_id, o.name AS agency_name, o.name_en AS agency_name_en,
           coalesce(up.id, 0) AS parent_id, up.name AS parent_name, up.name_en AS parent_name_en
    FROM objection j
    JOIN attendance a ON a.id = j.attendance
    JOIN account rk ON rk.id = j.raised_by
    JOIN shift h ON h.id = a.shift
    JOIN person n ON n.id = a.person
    JOIN organisation o ON o.id = a.agency
    LEFT JOIN organisation up ON up.id = {PARENT}
    LEFT JOIN account dk ON dk.id = j.decided_by
"""

DOOR = """
    (j.raised_by = $1 OR ($2 AND (a.agency = $3 OR (j.held_by = 'parent' AND up.id = $3))))
"""
"""Both sides: whoever raised it, those of the agency who decide, and those of the body above once it holds it."""


def _viewer(actor: Actor) -> tuple[int, bool, int]:
    return actor.account_id, actor.may(Permission.OBJECTION_DECIDE), actor.organisation_id


async def objection_for(actor: Actor, objection_id: int) -> ObjectionRow:
    """One objection, for its two sides.

    Raises:
        NotFound: for everyone else.
    """
    row = await fetch_one(ObjectionRow, f"{SELECT} WHERE {DOOR} AND j.id = $4", *_viewer(actor), objection_id)
    if row is None:
        raise NotFound()
    return row


async def lock_objection(actor: Actor, objection_id: int) -> ObjectionRow:
    """The same, held until the transaction ends.

    Raises:
        NotFound: for everyone but its two sides.
    """
    sql = f"{SELECT} WHERE {DOOR} AND j.id = $4 FOR UPDATE OF j"
    row = await fetch_one(ObjectionRow, sql, *_viewer(actor), objection_id)
    if row is None:
        raise NotFound()
    return row


async def objection_by_id(objection_id: int) -> ObjectionRow | None:
    """One objection, for what the system itself does."""
    return await fetch_one(ObjectionRow, f"{SELECT} WHERE j.id = $1", objection_id)


async def objections_to(attendance_ids: Sequence[int]) -> list[ObjectionRow]:
    """Every objection to these attendances, in the order they were raised; the caller has seen the attendances."""
    return await fetch(ObjectionRow, f"{SELECT} WHERE j.attendance = ANY ($1) ORDER BY j.id", list(attendance_ids))


LIST = f"""
    {SELECT}
    WHERE (a.agency = $1 OR (j.held_by = 'parent' AND up.id = $1)) AND (j.status = 'raised') = $2
      AND ($3::bigint IS NULL OR j.id < $3)
    ORDER BY CASE WHEN $2 THEN j.due_on END, j.id DESC LIMIT $4
"""
MOST_OPEN = 500
"""Far more than an agency leaves open: these all have a deadline of days."""


async def open_objections(actor: Actor) -> list[ObjectionRow]:
    """What waits for an answer of the actor's organisation, or did until it went up; the most urgent first."""
    return await fetch(ObjectionRow, LIST, actor.organisation_id, True, None, MOST_OPEN)


async def answered_objections(actor: Actor, before: int | None, limit: int = PAGE) -> list[ObjectionRow]:
    """What was answered or withdrawn, the newest first."""
    return await fetch(ObjectionRow, LIST, actor.organisation_id, False, before, limit)


class WordRow(Struct, frozen=True, kw_only=True):
    """One thing said."""

    id: int
    side: Side
    by_name: str
    words: str
    has_photo: bool
    at: datetime


TALK = """
    SELECT w.id, w.side, k.name AS by_name, w.words, w.photo IS NOT NULL AS has_photo, w.at
    FROM objection_word w JOIN account k ON k.id = w.by WHERE w.objection = $1 ORDER BY w.id
"""


async def talk_of(objection_id: int) -> list[WordRow]:
    """Everything both sides said, in order; the caller has seen the objection."""
    return await fetch(WordRow, TALK, objection_id)


class SealedPhoto(Struct, frozen=True):
    """A photo as stored, and whose word it goes with."""

    by: int
    photo: bytes


async def photo_of(objection_id: int, word_id: int) -> SealedPhoto:
    """The sealed photo of one word; the caller has seen the objection.

    Raises:
        NotFound: when the word has none, or belongs to another objection.
    """
    sql = "SELECT by, photo FROM objection_word WHERE id = $2 AND objection = $1 AND photo IS NOT NULL"
    found = await fetch_one(SealedPhoto, sql, objection_id, word_id)
    if found is None:
        raise NotFound()
    return found


class Contested(Struct, frozen=True, kw_only=True):
    """An attendance of one's own, as far as contesting it goes."""

    id: int
    status: AttendanceStatus
    line: int | None
    served_on: date
    planned_starts: datetime
    planned_ends: datetime
    came: datetime | None
    left: datetime | None
    shift_title: str
    agency_name: str
    agency_name_en: str
    parent_id: int


OWN = f"""
    SELECT a.id, a.status, a.line, a.served_on, a.planned_starts, a.planned_ends,
           coalesce(a.adjusted_in, a.raw_in) AS came, coalesce(a.adjusted_out, a.raw_out) AS left,
           h.title AS shift_title, o.name AS agency_name, o.name_en AS agency_name_en, {PARENT} AS parent_id
    FROM attendance a JOIN shift h ON h.id = a.shift JOIN organisation o ON o.id = a.agency
    WHERE a.id = $1 AND a.account_id = $2
"""


async def own_attendance(actor: Actor, attendance_id: int) -> Contested:
    """One's own attendance.

    Raises:
        NotFound: when it is somebody else's.
    """
    row = await fetch_one(Contested, OWN, attendance_id, actor.account_id)
    if row is None:
        raise NotFound()
    return row
