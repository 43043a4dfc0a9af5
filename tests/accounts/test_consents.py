"""Consents: given, read back, withdrawn, and kept."""

from app.accounts import consents
from app.kit import clock
from app.kit.db import value


async def test_the_latest_consent_that_holds_is_the_one_in_force(db: str) -> None:
    now = clock.now()
    for version in ("1", "2"):
        await consents.give("resident", 7, "visits", version, given_by="relative", recorded_by=None, now=now)
    held = await consents.current("resident", 7, "visits")
    assert held
    assert (held.version, held.given_by) == ("2", "relative")
    assert await consents.current("resident", 8, "visits") is None
    assert await consents.withdraw("resident", 7, "visits", now=now)
    assert await consents.current("resident", 7, "visits") is None
    assert not await consents.withdraw("resident", 7, "visits", now=now)
    assert await value("SELECT count(*) FROM consent") == 2
