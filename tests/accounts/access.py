"""Who gets which answer at the routes of app.accounts."""

from tests import factories as make
from tests.house.cases import EVERYONE, PUBLIC, Case, only
from tests.house.world import World

ADMIN = only("platform_admin")
MANAGERS = only("agency_manager", "community_worker", "funder_officer")
THEIRS = {"agency_manager": 200, "community_worker": 404, "funder_officer": 404, "platform_admin": 200}
"""The agency's own page: other organisations' managers do not learn that it exists."""
OWN = {"roles": EVERYONE, "stranger": 200}
FORM = {"roles": EVERYONE, "stranger": 422, "ok": 422}
VISITORS = {"roles": EVERYONE, "anonymous": 422, "stranger": 422, "ok": 422}
ON = {"roles": EVERYONE, "anonymous": 200, "stranger": 303, "ok": 303}

CASES: dict[str, Case] = {
    "home": Case("GET", "/", **PUBLIC),
    "accounts.privacy": Case("GET", "/privacy", **PUBLIC),
    "accounts.sign_in": Case("GET", "/sign-in", **ON),
    "POST accounts.sign_in": Case("POST", "/sign-in", **VISITORS),
    "accounts.first_password": Case("GET", "/sign-in/password", roles=EVERYONE, anonymous=404, stranger=404, ok=404),
    "POST accounts.first_password": Case(
        "POST", "/sign-in/password", roles=EVERYONE, anonymous=404, stranger=404, ok=404
    ),
    "accounts.sign_up": Case("GET", "/sign-up", **ON),
    "POST accounts.sign_up": Case("POST", "/sign-up", **VISITORS),
    "accounts.account": Case("GET", "/account", **OWN),
    "POST accounts.account": Case("POST", "/account", **FORM),
    "accounts.password": Case("GET", "/account/password", **OWN),
    "POST accounts.password": Case("POST", "/account/password", **FORM),
    "accounts.act": Case("POST", "/acting", roles=EVERYONE, ok=404, stranger=404),
    "accounts.region_choices": Case("GET", "/regions/children?under=440303", **PUBLIC),
    "accounts.organisations": Case("GET", "/organisations", roles=ADMIN),
    "accounts.organisation_new": Case("GET", "/organisations/new", roles=ADMIN),
    "POST accounts.organisation_new": Case("POST", "/organisations/new", roles=ADMIN, ok=422),
    "accounts.organisation": Case("GET", "/organisations/{agency}", roles=MANAGERS | ADMIN, per_role=THEIRS),
    "accounts.organisation_edit": Case("GET", "/organisations/{agency}/edit", roles=ADMIN),
    "POST accounts.organisation_edit": Case("POST", "/organisations/{agency}/edit", roles=ADMIN, ok=422),
    "accounts.member_new": Case("GET", "/organisations/{agency}/members/new", roles=MANAGERS | ADMIN, per_role=THEIRS),
    "POST accounts.member_new": Case(
        "POST",
        "/organisations/{agency}/members/new",
        roles=MANAGERS | ADMIN,
        per_role={**THEIRS, "agency_manager": 422, "platform_admin": 422},
    ),
    "accounts.member_password": Case(
        "POST",
        "/memberships/{agency_social_membership}/password",
        roles=MANAGERS | ADMIN,
        per_role=THEIRS,
    ),
    # The first who may end it does; for whoever comes after, it is gone.
    "accounts.member_end": Case(
        "POST",
        "/memberships/{agency_leaving_membership}/end",
        roles=MANAGERS | ADMIN,
        per_role={**THEIRS, "agency_manager": 303, "platform_admin": 404},
    ),
    "accounts.help_sign_in": Case("GET", "/accounts/password", roles=ADMIN),
    "POST accounts.help_sign_in": Case("POST", "/accounts/password", roles=ADMIN, ok=422),
    "accounts.keys": Case("GET", "/keys", roles=MANAGERS, stranger=200),
    "POST accounts.keys": Case("POST", "/keys", roles=MANAGERS, stranger=422, ok=422),
    "accounts.key_revoke": Case(
        "POST",
        "/keys/{agency_key}/revoke",
        roles=MANAGERS,
        per_role={"agency_manager": 303, "community_worker": 404, "funder_officer": 404},
    ),
    "accounts.looks": Case("GET", "/looks", roles=MANAGERS | ADMIN, stranger=200),
    "api.me": Case("GET", "/api/v1/me", **OWN),
    "api.regions": Case("GET", "/api/v1/regions", **OWN),
    "api.organisations": Case("GET", "/api/v1/organisations", **OWN),
    "api.members": Case("GET", "/api/v1/members", roles=MANAGERS | ADMIN, stranger=200),
    # Last: whoever signs out here signs in anew for the next case.
    "accounts.sign_out": Case("POST", "/sign-out", roles=EVERYONE, anonymous=303, stranger=303, ok=303),
}


async def rows(world: World) -> None:
    """Two more social workers of the agency, one of them about to leave, and a key of its manager."""
    agency = int(world.rows["agency"])
    for name in ("agency_social_membership", "agency_leaving_membership"):
        account = await make.member(agency, "social_worker")
        world.rows[name] = await make.value("SELECT id FROM membership WHERE account = $1", account)
    world.rows["agency_key"] = await make.value(
        "INSERT INTO api_key (organisation, role, name, prefix, key_digest, made_by, created_at)"
        " VALUES ($1, 'agency_manager', 'Payroll', 'lk_abcdef', '\\x01', $2, now()) RETURNING id",
        agency,
        world.accounts["agency_manager"],
    )
