"""Who gets which answer at the routes of offers."""

from datetime import UTC, datetime, timedelta

from app.shifts.actions.offering import Candidate, ask
from app.shifts.rules.offers import Mode
from tests import factories as make
from tests.house.cases import EVERYONE, Case, only
from tests.house.world import World
from tests.shifts.ground import acting

ASKS = only("agency_manager", "social_worker")
NEITHER = dict.fromkeys(EVERYONE - ASKS - {"volunteer"}, 404)
# The agency is led from the offer to its asking.
LED = NEITHER | dict.fromkeys(ASKS, 303)
# Volunteers have no keys.
BY_KEY = dict.fromkeys(EVERYONE - ASKS, 404)

CASES: dict[str, Case] = {
    "shifts.my_offers": Case("GET", "/me/offers", roles=EVERYONE, stranger=200),
    "shifts.offer": Case("GET", "/offers/{offer}", roles=EVERYONE, per_role=LED),
    "shifts.accept_offer": Case("POST", "/offers/{taken_offer}/accept", ok=303, roles=EVERYONE, per_role=NEITHER),
    "GET shifts.decline_offer": Case("GET", "/offers/{offer}/decline", roles=EVERYONE, per_role=NEITHER),
    "POST shifts.decline_offer": Case("POST", "/offers/{offer}/decline", ok=422, roles=EVERYONE, per_role=NEITHER),
    "shifts.withdraw_offer": Case("POST", "/offers/{withdrawn_offer}/withdraw", ok=303, roles=ASKS),
    "shifts.asking": Case("GET", "/askings/{asking}", roles=ASKS),
    "shifts.askings": Case("GET", "/shifts/{offered_shift}/askings", roles=ASKS),
    "shifts.stop_asking": Case("POST", "/askings/{stopped_asking}/stop", ok=303, roles=ASKS),
    "api.shifts.my_offers": Case("GET", "/api/v1/me/offers", roles=EVERYONE, stranger=200),
    "api.shifts.accept_offer": Case(
        "POST", "/api/v1/offers/{taken_offer}/accept", ok=200, roles=EVERYONE, per_role=BY_KEY
    ),
    "api.shifts.decline_offer": Case(
        "POST", "/api/v1/offers/{declined_offer}/decline", ok=200, roles=EVERYONE, per_role=BY_KEY,
        form={"reason": "busy"},
    ),
    "api.shifts.ask": Case(
        "POST", "/api/v1/seats/{offered_seat}/askings", ok=409, roles=ASKS,
        form={"mode": "one", "people": [{"person": 0}]},
    ),
    "api.shifts.askings": Case("GET", "/api/v1/shifts/{offered_shift}/askings", roles=ASKS),
    "api.shifts.asking": Case("GET", "/api/v1/askings/{asking}", roles=ASKS),
    "api.shifts.stop_asking": Case("POST", "/api/v1/askings/{stopped_asking}/stop", ok=200, roles=ASKS),
    "api.shifts.withdraw_offer": Case("POST", "/api/v1/offers/{withdrawn_offer}/withdraw", ok=200, roles=ASKS),
}  # fmt: skip


async def rows(world: World) -> None:
    """A shift of the agency with places that are offered to the volunteer and to others."""
    now = datetime.now(UTC)
    manager = await acting(world.accounts["agency_manager"])
    shift = await make.shift(int(world.rows["activity"]), starts=now + timedelta(days=20))
    seat = await make.seat(shift, needed=9)
    asked = await ask(manager, seat, [Candidate(person_id=int(world.rows["person"]))], Mode.ONE, now=now)
    world.rows |= {"offered_shift": shift, "offered_seat": seat, "asking": asked.asking_id}
    world.rows["offer"] = await make.value("SELECT id FROM offer WHERE asking = $1", asked.asking_id)
    for name in ("withdrawn", "declined", "stopped", "taken"):
        other = shift
        person = await make.person()
        if name == "taken":
            other = await make.shift(int(world.rows["activity"]), starts=now + timedelta(days=21))
            person = int(world.rows["person"])
        place = await make.seat(other, needed=1, role=name)
        asking = await ask(manager, place, [Candidate(person_id=person)], Mode.ONE, now=now)
        world.rows[f"{name}_asking"] = asking.asking_id
        world.rows[f"{name}_offer"] = await make.value("SELECT id FROM offer WHERE asking = $1", asking.asking_id)
