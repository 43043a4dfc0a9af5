"""The ground the agency's tests stand on: an agency with a manager, a contract line, an open activity."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.accounts.actor import actor_of_account
from app.accounts.rules import Actor
from tests import factories as make

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
"""Eight days before `factories.WHEN`."""


@dataclass
class Ground:
    """Row numbers, and the manager as an actor."""

    agency: int
    funder: int
    manager: int
    officer: int
    contract: int
    line: int
    activity: int
    actor: Actor


async def acting(account_id: int) -> Actor:
    """The actor of an account in its first post."""
    actor = await actor_of_account(account_id, None)
    assert actor is not None
    return actor


async def lay() -> Ground:
    """Commit one agency's ground."""
    agency, funder = await make.organisation("agency"), await make.organisation("funder")
    manager, officer = await make.member(agency, "agency_manager"), await make.member(funder, "funder_officer")
    contract = await make.contract(await make.program(funder, agency, officer), officer)
    line = await make.line(contract)
    activity = await make.activity(agency, manager, line)
    return Ground(agency, funder, manager, officer, contract, line, activity, await acting(manager))


async def running_shift(ground: Ground, people: int = 2, *, since: timedelta = timedelta(minutes=30)) -> "Day":
    """A shift that began a while ago by the real clock, with a leader and so many volunteers signed up."""
    starts = datetime.now(UTC) - since
    shift = await make.shift(ground.activity, starts=starts, status="running")
    leading = await make.seat(shift, needed=1, role="组长", leads=True)
    serving = await make.seat(shift, needed=max(people, 1))
    leader, leader_person = await make.volunteer("组长")
    day = Day(shift, starts, leader, await make.signup(leading, leader_person, leader), [], [])
    for number in range(people):
        account, person = await make.volunteer(f"义工{number}")
        day.accounts.append(account)
        day.signups.append(await make.signup(serving, person, account))
    return day


@dataclass
class Day:
    """A shift of today with its people."""

    shift: int
    starts: datetime
    leader: int
    leader_signup: int
    accounts: list[int]
    signups: list[int]
