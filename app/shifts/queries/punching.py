"""What a punch needs to know, under the locks it needs."""

from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.shifts.rules.punching import Clocked, PunchGround
from app.shifts.rules.statuses import ShiftStatus, SignupStatus

LEADS = """(
    h.agency = $2 AND $3 OR EXISTS (
        SELECT 1 FROM signup own JOIN seat s ON s.id = own.seat JOIN person q ON q.id = own.person
        WHERE own.shift = h.id AND s.leads AND q.account = $4 AND own.status IN ('confirmed', 'attended')
    )
)"""
"""Whether the asker leads shift `h`: $2 their organisation, $3 whether its role leads shifts, $4 their account."""

STANDING = """
    SELECT p.id, p.direction, p.at FROM punch p
    WHERE p.undoes IS NULL AND NOT EXISTS (SELECT 1 FROM punch u WHERE u.undoes = p.id)
"""
"""Punches that stand: neither undone nor an undoing."""


PUNCH_COLUMNS = """
    id, signup AS signup_id, direction, at, received_at, sent_at, how, undoes,
    latitude, longitude, accuracy_metres, datum
"""


class PunchRow(Struct, frozen=True, kw_only=True):
    """One punch as it was taken: `at` by the clock that took it, `received_at` by ours, `sent_at` by the device's."""

    id: int
    signup_id: int
    direction: str
    at: datetime
    received_at: datetime
    sent_at: datetime | None
    how: str
    undoes: int | None
    latitude: float | None
    longitude: float | None
    accuracy_metres: float | None
    datum: str


class SignupRow(Struct, frozen=True, kw_only=True):
    """A sign-up with its shift and person, as punching needs them."""

    id: int
    shift_id: int
    person_id: int
    account_id: int | None
    name: str
    title: str
    place: str
    role: str
    status: SignupStatus
    shift_status: ShiftStatus
    starts: datetime
    ends: datetime
    code_secret: bytes
    leads: bool
    """Whether the asker leads the shift."""

    def ground(self, standing: list[Clocked]) -> PunchGround:
        """The facts the rules ask for."""
        return PunchGround(
            name=self.name,
            signup_status=self.status,
            shift_status=self.shift_status,
            starts=self.starts,
            ends=self.ends,
            standing=tuple(standing),
        )


SIGNUP = f"""
    SELECT g.id, g.shift AS shift_id, g.person AS person_id, w.account AS account_id, w.name, h.title, h.place, s.role,
           g.status, h.status AS shift_status, g.starts, g.ends, h.code_secret, {LEADS} AS leads
    FROM signup g JOIN shift h ON h.id = g.shift JOIN seat s ON s.id = g.seat JOIN person w ON w.id = g.person
    WHERE g.id = $1
"""


def leading(actor: Actor) -> tuple[int, bool, int]:
    """The arguments $2 to $4 of `LEADS`."""
    return actor.organisation_id, actor.may(Permission.SHIFT_LEAD), actor.account_id


async def signup_for(actor: Actor, signup_id: int) -> SignupRow:
    """A sign-up, for whoever leads its shift or has signed up.

    Raises:
        NotFound: for anyone else.
    """
    row = await fetch_one(SignupRow, SIGNUP, signup_id, *leading(actor))
    if row is None or not (row.leads or row.account_id == actor.account_id):
        raise NotFound
    return row


async def lock_signup(actor: Actor, signup_id: int) -> SignupRow:
    """`signup_for`, holding the shift as it is and the sign-up for this transaction alone.

    The shift comes first, as everywhere: the other order would deadlock with its being cancelled.
    """
    await value("SELECT 1 FROM shift WHERE id = (SELECT shift FROM signup WHERE id = $1) FOR SHARE", signup_id)
    await value("SELECT 1 FROM signup WHERE id = $1 FOR NO KEY UPDATE", signup_id)
    return await signup_for(actor, signup_id)


async def standing_punches(signup_id: int) -> list[Clocked]:
    """The punches of a sign-up that stand, in the order in which they happened."""
    return await fetch(Clocked, STANDING + " AND p.signup = $1 ORDER BY p.at, p.direction, p.id", signup_id)


async def punch_by_nonce(nonce: str) -> PunchRow | None:
    """The punch that was taken with this nonce."""
    return await fetch_one(PunchRow, f"SELECT {PUNCH_COLUMNS} FROM punch WHERE nonce = $1", nonce)


async def punch_signup(punch_id: int) -> int:
    """The sign-up a punch belongs to.

    Raises:
        NotFound: when there is no such punch.
    """
    found: int | None = await value("SELECT signup FROM punch WHERE id = $1", punch_id)
    if found is None:
        raise NotFound
    return found
