"""A small world for the access table: one program with everybody in it, and their namesakes elsewhere."""

from dataclasses import dataclass, field

from tests import factories as make


@dataclass
class World:
    """Row numbers by the names used in paths, accounts by role, and the strangers' accounts."""

    rows: dict[str, int | str] = field(default_factory=dict)
    accounts: dict[str, int] = field(default_factory=dict)
    strangers: dict[str, int] = field(default_factory=dict)


async def build() -> World:
    """Commit the world; packages add their own rows in `tests/<package>/access.py` through `async def rows(world)`."""
    world = World()
    funder = await make.organisation("funder", "街道办")
    agency = await make.organisation("agency", "社工机构")
    community = await make.organisation("community", "社区工作站", make.COMMUNITY)
    evaluator = await make.organisation("evaluator", "评估机构")
    platform = await make.organisation("platform", "平台")
    world.accounts = {
        "agency_manager": await make.member(agency, "agency_manager"),
        "social_worker": await make.member(agency, "social_worker"),
        "community_worker": await make.member(community, "community_worker"),
        "funder_officer": await make.member(funder, "funder_officer"),
        "evaluator": await make.member(evaluator, "evaluator"),
        "platform_admin": await make.member(platform, "platform_admin"),
    }
    world.accounts["volunteer"], person = await make.volunteer()
    officer, manager = world.accounts["funder_officer"], world.accounts["agency_manager"]
    program = await make.program(funder, agency, officer)
    await make.execute("UPDATE program SET evaluator = $2 WHERE id = $1", program, evaluator)
    contract = await make.contract(program, officer)
    line = await make.line(contract)
    activity = await make.activity(agency, manager, line)
    shift = await make.shift(activity)
    seat = await make.seat(shift, needed=5)
    signup = await make.signup(seat, person, world.accounts["volunteer"])
    period = await make.value("SELECT id FROM period WHERE contract = $1 ORDER BY starts_on DESC LIMIT 1", contract)
    world.rows = {
        "funder": funder, "agency": agency, "community": community, "program": program, "contract": contract,
        "line": line, "period": period, "activity": activity, "shift": shift, "seat": seat, "signup": signup,
        "person": person, "platform": platform,
    }  # fmt: skip
    for role, kind in (("agency_manager", "agency"), ("funder_officer", "funder"), ("community_worker", "community")):
        # The other community is elsewhere: a community worker sees the requests of her own region.
        elsewhere = make.OTHER_COMMUNITY if kind == "community" else make.STREET
        world.strangers[role] = await make.member(await make.organisation(kind, "别处", elsewhere), role)
    return world
