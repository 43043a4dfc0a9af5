"""The approval inbox: what waits for an agency's word, for another's, or for correction; and the parent body's own."""

from datetime import date, datetime
from enum import StrEnum

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.hours.queries.attendances import PAGE, SELECT, AttendanceRow
from app.hours.queries.exceptions import OPEN
from app.hours.queries.facts import PARENT
from app.hours.rules import Flag, Step
from app.hours.rules.clean import is_clean, why_not_vouch
from app.kit.db import fetch, fetch_one, value
from app.kit.rules import Refusal


class Tray(StrEnum):
    """The parts of the inbox."""

    APPROVE = "approve"
    ANOTHER = "another"
    """Waits for a second person or the parent body."""
    UNUSUAL = "unusual"
    """Settled on a page of its own: `app.hours.routes.exceptions`."""
    RETURNED = "returned"
    VOUCHING = "vouching"
    """What agencies below the actor's organisation wait for: a page of its own."""


NEXT_TIER = "coalesce(a.tiers[a.vouched + 1], 'agency')"
UNUSUAL = f"EXISTS (SELECT 1 FROM time_exception x WHERE x.attendance = a.id AND {OPEN})"
WAITS = "a.status IN ('recorded', 'vouched')"

IN_TRAY: dict[Tray, str] = {
    Tray.APPROVE: f"a.agency = $1 AND {WAITS} AND {NEXT_TIER} = 'agency' AND NOT {UNUSUAL}",
    Tray.ANOTHER: f"a.agency = $1 AND {WAITS} AND {NEXT_TIER} <> 'agency' AND NOT {UNUSUAL}",
    Tray.UNUSUAL: f"a.agency = $1 AND a.status NOT IN ('posted', 'no_show') AND {UNUSUAL}",
    Tray.RETURNED: "a.agency = $1 AND a.status = 'returned'",
    Tray.VOUCHING: f"{WAITS} AND {NEXT_TIER} IN ('second', 'parent') AND NOT {UNUSUAL} AND {PARENT} = $1",
}


class Voucher(Struct, frozen=True):
    """Who had which part in an attendance so far: gave their word in this turn, or chose its contract line."""

    attendance_id: int
    account_id: int
    name: str
    allocated: bool


VOUCHERS = """
    SELECT v.attendance AS attendance_id, v.approved_by AS account_id, k.name, false AS allocated
    FROM approval v JOIN attendance a ON a.id = v.attendance AND a.turn = v.turn JOIN account k ON k.id = v.approved_by
    WHERE v.attendance = ANY ($1) AND v.decision = 'approved'
    UNION ALL
    SELECT p.attendance, p.account, k.name, true FROM part p JOIN account k ON k.id = p.account
    WHERE p.attendance = ANY ($1) AND p.part = 'allocator'
"""

UNSETTLED = (
    f"SELECT x.attendance, count(*) AS n FROM time_exception x WHERE x.attendance = ANY ($1) AND {OPEN} GROUP BY 1"
)


class _Unsettled(Struct, frozen=True):
    attendance: int
    n: int


class Waiting(Struct, frozen=True, kw_only=True):
    """One row of the inbox: what to look at, who vouched already, and why this actor may not vouch, if so."""

    row: AttendanceRow
    flags: tuple[Flag, ...]
    reasons: list[Refusal]
    vouchers: list[str]
    clean: bool

    @property
    def tier_steps(self) -> tuple[Step, ...]:
        """Who has to vouch, and why."""
        return msgspec.json.decode(self.row.tier_reasons, type=tuple[Step, ...])


class Inbox(Struct, frozen=True, kw_only=True):
    """One part of the inbox, clean rows first, else oldest first; and how much waits in each."""

    tray: Tray
    rows: list[Waiting]
    counts: dict[Tray, int]
    after: str
    """Where the next page begins; empty when this is the last."""

    @property
    def clean(self) -> list[Waiting]:
        """Those of this page that can be approved without a second look."""
        return [waiting for waiting in self.rows if waiting.clean]

    @property
    def can_choose(self) -> bool:
        """Whether the actor can vouch for any of this page."""
        return any(not waiting.reasons for waiting in self.rows)


async def waiting_for(actor: Actor, rows: list[AttendanceRow], *, parent: bool, now: datetime) -> list[Waiting]:
    """These rows with what the actor has to know before vouching: two questions, however many rows."""
    ids = [row.id for row in rows]
    vouchers = await fetch(Voucher, VOUCHERS, ids)
    unsettled = {each.attendance: each.n for each in await fetch(_Unsettled, UNSETTLED, ids)}
    return [
        _waiting(actor, row, [v for v in vouchers if v.attendance_id == row.id], unsettled.get(row.id, 0), parent, now)
        for row in rows
    ]


def _waiting(
    actor: Actor, row: AttendanceRow, parts: list[Voucher], unsettled: int, parent: bool, now: datetime
) -> Waiting:
    vouched = [each for each in parts if not each.allocated]
    reasons = why_not_vouch(
        row,
        actor.account_id,
        parent=parent,
        vouched_by=[each.account_id for each in vouched],
        allocated_by=[each.account_id for each in parts if each.allocated],
        unsettled=unsettled,
    )
    flags = row.flags(now)
    return Waiting(
        row=row,
        flags=flags,
        reasons=reasons,
        vouchers=[each.name for each in vouched],
        clean=is_clean(reasons, flags, corrected=row.times.adjusted is not None, unsettled=unsettled),
    )


class _Counts(Struct, frozen=True):
    approve: int
    another: int
    unusual: int
    returned: int


OF_AGENCY = [Tray.APPROVE, Tray.ANOTHER, Tray.UNUSUAL, Tray.RETURNED]
COUNTS = (
    "SELECT "
    + ", ".join(f"count(*) FILTER (WHERE {IN_TRAY[tray]}) AS {tray}" for tray in OF_AGENCY)
    # What is posted is the bulk, and never waits.
    + " FROM attendance a WHERE a.agency = $1"
    + " AND a.status IN ('expected', 'present', 'recorded', 'vouched', 'returned')"
)
VOUCHING = f"SELECT count(*) FROM attendance a WHERE {IN_TRAY[Tray.VOUCHING]}"


async def inbox_counts(actor: Actor) -> dict[Tray, int]:
    """How much waits in each part of the agency's inbox, and for its word about other agencies."""
    counted = await fetch_one(_Counts, COUNTS, actor.organisation_id)
    counts = {tray: getattr(counted, tray.value, 0) for tray in OF_AGENCY}
    return counts | {Tray.VOUCHING: int(await value(VOUCHING, actor.organisation_id))}


async def inbox(actor: Actor, tray: Tray, after: tuple[date, int] | None, *, now: datetime) -> Inbox:
    """A page of what waits for the actor's organisation."""
    day, last = after or (date.min, 0)
    rows = await fetch(
        AttendanceRow,
        f"{SELECT} WHERE {IN_TRAY[tray]} AND (a.served_on, a.id) > ($2, $3)"
        f" ORDER BY a.served_on, a.id LIMIT {PAGE + 1}",
        actor.organisation_id,
        day,
        last,
    )
    shown = rows[:PAGE]
    found = await waiting_for(actor, shown, parent=tray is Tray.VOUCHING, now=now)
    if tray is Tray.APPROVE:
        found.sort(key=lambda waiting: not waiting.clean)
    return Inbox(
        tray=tray,
        rows=found,
        counts=await inbox_counts(actor),
        after=f"{shown[-1].served_on}~{shown[-1].id}" if len(rows) > PAGE else "",
    )


async def standing_of(actor: Actor, row: AttendanceRow, *, now: datetime) -> Waiting:
    """One attendance as this actor finds it in the inbox: from the agency's side, else from the parent body's."""
    agency = row.agency_id == actor.organisation_id and actor.may(Permission.ATTENDANCE_APPROVE)
    [found] = await waiting_for(actor, [row], parent=not agency and row.parent_id == actor.organisation_id, now=now)
    return found
