"""The ground the tests of offers stand on: a seat to be offered, and volunteers to be asked."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from app.accounts.rules import Actor
from app.kit.db import execute, fetch, value
from app.shifts.actions.offering import Asked, Candidate, ask
from app.shifts.rules.offers import Mode
from tests import factories as make
from tests.shifts.ground import Ground, acting, lay

SOON = datetime.now(UTC).replace(hour=4, minute=0, second=0, microsecond=0) + timedelta(days=9)
"""Noon in the city, nine days from now: far enough for two days to answer."""
NOW = SOON - timedelta(days=8)


class Offering(Struct):
    """A shift with one role, its agency, and people: (account, person) each."""

    ground: Ground
    shift: int
    seat: int
    people: list[tuple[int, int]]

    @property
    def manager(self) -> Actor:
        return self.ground.actor

    async def ask(self, mode: Mode, *chosen: int, places: int = 1, now: datetime = NOW) -> Asked:
        """Ask the people with these places in the list; all of them when none is named."""
        people = [self.people[number][1] for number in chosen] if chosen else [person for _, person in self.people]
        candidates = [Candidate(person_id=person, points=100, why={"continuity": 40}) for person in people]
        return await ask(self.manager, self.seat, candidates, mode, places, now=now)

    async def actor(self, number: int) -> Actor:
        """One of the people, as they sign in."""
        return await acting(self.people[number][0])

    async def offer(self, number: int) -> int:
        """The latest offer to one of the people."""
        return int(
            await value("SELECT id FROM offer WHERE person = $1 ORDER BY id DESC LIMIT 1", self.people[number][1])
        )


class _Row(Struct, frozen=True):
    status: str


async def lay_offering(people: int = 3, *, needed: int = 1, starts: datetime = SOON) -> Offering:
    """A published shift and so many volunteers."""
    ground = await lay()
    shift = await make.shift(ground.activity, starts=starts)
    seat = await make.seat(shift, needed=needed)
    return Offering(ground, shift, seat, [await make.volunteer(f"义工{number}") for number in range(people)])


async def statuses(asking_id: int) -> list[str]:
    """How the offers of an asking stand, in the order of asking."""
    rows = await fetch(_Row, "SELECT status FROM offer WHERE asking = $1 ORDER BY turn", asking_id)
    return [row.status for row in rows]


async def outcome(asking_id: int) -> str:
    """Why the asking is over; blank while it is not."""
    return str(await value("SELECT outcome FROM asking WHERE id = $1", asking_id))


async def leaks() -> Sequence[int]:
    """Seats whose count is not the number of sign-ups that hold a place, and holds that no open offer stands behind."""

    class _Seat(Struct, frozen=True):
        id: int

    rows = await fetch(
        _Seat,
        """
        SELECT e.id FROM seat e WHERE e.taken <> (
            SELECT count(*) FROM signup g WHERE g.seat = e.id AND g.status IN ('offered', 'confirmed', 'attended'))
        UNION ALL SELECT g.seat FROM signup g WHERE g.status = 'offered' AND NOT EXISTS (
            SELECT FROM offer o WHERE o.signup = g.id AND o.status = 'open')
        """,
    )
    return [row.id for row in rows]


async def run_out(number_of_offer: int) -> None:
    """Let an offer's time be over."""
    await execute("UPDATE offer SET answer_by = $2 WHERE id = $1", number_of_offer, NOW - timedelta(minutes=1))
