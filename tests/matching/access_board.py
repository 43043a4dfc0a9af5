"""Who gets which answer at the board and at the suggestions."""

from datetime import UTC, datetime, timedelta

from tests import factories as make
from tests.house.cases import EVERYONE, Case, only
from tests.house.world import World

ASKS = only("agency_manager", "social_worker")
SEAT = "/matching/seats/{begun_seat}"

CASES: dict[str, Case] = {
    "matching.board": Case("GET", "/matching", roles=ASKS, stranger=200),
    "matching.seat": Case("GET", SEAT, roles=ASKS),
    "matching.ask": Case("POST", f"{SEAT}/ask", ok=422, roles=ASKS),
    "matching.why": Case("GET", f"{SEAT}/why", roles=ASKS),
    "matching.suggestions": Case("GET", "/me/suggestions", roles=EVERYONE, stranger=200),
    "matching.unasked": Case("GET", "/me/suggestions/why", roles=EVERYONE, stranger=200),
    "api.matching.candidates": Case("GET", "/api/v1/seats/{begun_seat}/candidates", ok=409, roles=ASKS),
    "api.matching.suggestions": Case("GET", "/api/v1/me/suggestions", roles=EVERYONE, stranger=200),
}


async def rows(world: World) -> None:
    """A seat of a shift that has begun: nobody waits there for the matcher, which is not running."""
    starts = datetime.now(UTC) - timedelta(minutes=10)
    shift = await make.shift(int(world.rows["activity"]), starts=starts, status="running")
    world.rows["begun_seat"] = await make.seat(shift)
