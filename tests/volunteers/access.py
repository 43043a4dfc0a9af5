"""Who gets which answer at the routes of app.volunteers."""

from tests import factories as make
from tests import imports
from tests.house.cases import EVERYONE, Case, only
from tests.house.world import World

AGENCY = only("agency_manager", "social_worker")

PROOF = {"kind": "none", "issued_on": "2026-01-05"}
BACKWARDS = {"starts": "2026-11-29T06:00:00Z", "ends": "2026-11-28T06:00:00Z"}

CASES: dict[str, Case] = {
    "GET volunteers.profile": Case("GET", "/me/profile", roles=EVERYONE, stranger=200),
    "POST volunteers.profile": Case("POST", "/me/profile", ok=422, roles=EVERYONE, stranger=422),
    "volunteers.people": Case("GET", "/people", roles=AGENCY, stranger=200),
    "volunteers.person": Case("GET", "/people/{person}", roles=AGENCY),
    "volunteers.contact": Case("POST", "/people/{person}/contact", roles=AGENCY),
    "volunteers.staff": Case(
        "POST", "/people/staff", ok=409, roles=only("agency_manager"), stranger=409, form={"account": "0"}
    ),
    "volunteers.staff_end": Case("POST", "/people/{staff_person}/staff/end", ok=303, roles=only("agency_manager")),
    "volunteers.credentials": Case("GET", "/me/credentials", roles=EVERYONE, stranger=200),
    "volunteers.credential_enter": Case("POST", "/me/credentials", ok=422, roles=EVERYONE, stranger=422),
    "volunteers.credential_withdraw": Case("POST", "/me/credentials/{credential}/withdraw", ok=404, roles=EVERYONE),
    "volunteers.person_credentials": Case("GET", "/people/{person}/credentials", roles=AGENCY),
    "volunteers.person_credential_enter": Case("POST", "/people/{person}/credentials", ok=422, roles=AGENCY),
    "volunteers.credential_verify": Case(
        "POST", "/credentials/{credential}/verify", ok=303, roles=only("agency_manager")
    ),
    "volunteers.credential_revoke": Case("GET", "/credentials/{credential}/revoke", roles=only("agency_manager")),
    "volunteers.credential_revoke_take": Case(
        "POST", "/credentials/{credential}/revoke", ok=422, roles=only("agency_manager")
    ),
    "volunteers.credential_number": Case("POST", "/credentials/{credential}/number", roles=AGENCY),
    "volunteers.credentials_due": Case("GET", "/credentials", roles=only("agency_manager"), stranger=200),
    "volunteers.absences": Case("GET", "/me/absences", roles=EVERYONE, stranger=200),
    "volunteers.absence_add": Case("POST", "/me/absences", ok=422, roles=EVERYONE, stranger=422),
    "volunteers.person_absences": Case("GET", "/people/{person}/absences", roles=AGENCY),
    "volunteers.person_absence_add": Case("POST", "/people/{person}/absences", ok=422, roles=AGENCY),
    "volunteers.absence_withdraw": Case(
        "POST", "/absences/{absence}/withdraw", ok=303, roles=EVERYONE, per_role=dict.fromkeys(EVERYONE - AGENCY, 404)
    ),
    "api.volunteers.credentials": Case("GET", "/api/v1/me/credentials", roles=EVERYONE, stranger=200),
    "api.volunteers.credential_enter": Case(
        "POST", "/api/v1/me/credentials", ok=422, roles=EVERYONE, stranger=422, form=PROOF
    ),
    "api.volunteers.person_credentials": Case("GET", "/api/v1/people/{person}/credentials", roles=AGENCY),
    "api.volunteers.person_credential_enter": Case(
        "POST", "/api/v1/people/{person}/credentials", ok=422, roles=AGENCY, form=PROOF
    ),
    "api.volunteers.credentials_due": Case("GET", "/api/v1/credentials", roles=only("agency_manager"), stranger=200),
    "api.volunteers.credential_verify": Case(
        "POST", "/api/v1/credentials/{credential}/verify", roles=only("agency_manager")
    ),
    "api.volunteers.credential_revoke": Case(
        "POST", "/api/v1/credentials/{credential}/revoke", roles=only("agency_manager"), form={"reason": "?"}
    ),
    "api.volunteers.absences": Case("GET", "/api/v1/me/absences", roles=EVERYONE, stranger=200),
    "api.volunteers.absence_add": Case(
        "POST", "/api/v1/me/absences", ok=409, roles=EVERYONE, stranger=409, form=BACKWARDS
    ),
    "api.volunteers.person_absences": Case("GET", "/api/v1/people/{person}/absences", roles=AGENCY),
    "api.volunteers.person_absence_add": Case(
        "POST", "/api/v1/people/{person}/absences", ok=409, roles=AGENCY, form=BACKWARDS
    ),
    "api.volunteers.absence_withdraw": Case(
        "POST", "/api/v1/absences/{absence}/withdraw", roles=EVERYONE, per_role=dict.fromkeys(EVERYONE - AGENCY, 404)
    ),
    "api.volunteers.save_profile": Case(
        "PUT", "/api/v1/me/profile", roles=EVERYONE, stranger=200, form={"name": "陈一"}
    ),
    "api.volunteers.profile": Case("GET", "/api/v1/me/profile", roles=EVERYONE, stranger=200),
    "api.volunteers.people": Case("GET", "/api/v1/people", roles=AGENCY, stranger=200),
    "api.volunteers.person": Case("GET", "/api/v1/people/{person}", roles=AGENCY),
    **imports.cases("volunteers.imports", "/imports/people", "people_run"),
}


async def rows(world: World) -> None:
    """Two on the agency's staff list, of whom one is taken off it and one has a proof and an absence."""
    staff = await make.person("赵五", staff_of=int(world.rows["agency"]))
    manager = world.accounts["agency_manager"]
    world.rows["staff_person"] = await make.person("刘四", staff_of=int(world.rows["agency"]))
    world.rows["credential"] = await make.credential(staff, manager, seen=False)
    world.rows["absence"] = await make.absence(staff, manager)
    world.rows["people_run"] = await imports.waiting_run(
        "people", int(world.rows["agency"]), world.accounts["agency_manager"]
    )
