"""An agency with an open seat on Saturday, and people who could come to it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.accounts.actor import actor_of_account
from app.accounts.rules import Actor
from app.kit.db import execute
from tests import factories as make


@dataclass
class Scene:
    """Row numbers, and the manager as an actor."""

    agency: int
    manager: int
    activity: int
    shift: int
    seat: int
    actor: Actor


def soon(days: int = 5, hour: int = 2) -> datetime:
    """An hour (UTC) so many days ahead by the real clock: pages read it."""
    return (datetime.now(UTC) + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


async def lay(needed: int = 2, starts: datetime | None = None, **of_seat: object) -> Scene:
    """Commit an agency, its activity, a published shift and a seat."""
    agency = await make.organisation("agency")
    manager = await make.member(agency, "agency_manager")
    activity = await make.activity(agency, manager, None)
    shift = await make.shift(activity, starts=starts or soon())
    seat = await make.seat(shift, needed=needed, **of_seat)  # type: ignore[arg-type]
    actor = await actor_of_account(manager, None)
    assert actor is not None
    return Scene(agency, manager, activity, shift, seat, actor)


async def free(person_id: int, *, weekday: int | None = None, from_minute: int = 0, to_minute: int = 1440) -> None:
    """Somebody is free at these local minutes of a weekday; of every day when none is named."""
    for day in range(7) if weekday is None else (weekday,):
        await execute(
            "INSERT INTO availability (person, weekday, from_minute, to_minute) VALUES ($1, $2, $3, $4)",
            person_id, day, from_minute, to_minute,
        )  # fmt: skip


async def willing(name: str = "王三", **more: object) -> tuple[int, int]:
    """A volunteer who is always free: (account, person)."""
    account, person = await make.volunteer(name, **more)
    await free(person)
    return account, person


async def acting(account_id: int) -> Actor:
    """The actor of an account in its first post."""
    actor = await actor_of_account(account_id, None)
    assert actor is not None
    return actor
