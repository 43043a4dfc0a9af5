"""What is in the database, and the demonstration city for one that is empty."""

from msgspec import Struct

from app.kit import db
from app.settings import Settings


class Organisations(Struct, frozen=True):
    """How many organisations there are, and how many of them are of the demonstration city."""

    total: int
    demo: int

    @property
    def only_demo(self) -> bool:
        """Whether everything there is belongs to the demonstration city."""
        return 0 < self.total == self.demo


class NotEmpty(Exception):
    """The demonstration city was asked for where organisations are already: real ones, or its own."""


async def organisations(settings: Settings) -> Organisations:
    """Count them, in a database that has been migrated."""
    await _open(settings)
    try:
        counts = "SELECT count(*) AS total, count(*) FILTER (WHERE is_demo) AS demo FROM organisation"
        return (await db.fetch(Organisations, counts))[0]
    finally:
        await db.close_pool()


async def load_demo(settings: Settings, *, people: int, seed: int) -> None:
    """Fill the database with the demonstration city.

    Raises:
        NotEmpty: if organisations are there.
    """
    found = await organisations(settings)
    if found.only_demo:
        raise NotEmpty("The demonstration city is in this database already.")
    if found.total:
        raise NotEmpty(f"{found.total - found.demo} real organisations are in this database; no demo is loaded there.")
    # The whole application comes with it, which a start without a demonstration does without.
    from app.demo import load  # noqa: PLC0415

    await _open(settings)
    try:
        await load(people=people, seed=seed)
    finally:
        await db.close_pool()


def sign_ins() -> list[tuple[str, str, str]]:
    """Role, sign-in and password of the people of the demonstration city to try."""
    from app.demo.sign_ins import SIGN_INS  # noqa: PLC0415 (as above)

    return SIGN_INS


async def _open(settings: Settings) -> None:
    if not settings.database_url:
        raise RuntimeError("the database's address is not known yet")
    await db.open_pool(settings.database_url, settings.schema, settings.app_role, settings.pool_size)
