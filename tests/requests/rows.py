"""Rows of this package for its tests, and the town they live in."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from app.accounts.actor import actor_of_account
from app.accounts.rules import Actor
from app.requests.actions import asking
from app.requests.actions.asking import Ask
from app.requests.rules.asking import Channel
from tests import factories as make

NAME, PHONE, ADDRESS = "王秀兰", "13800138000", "桂园路12号3栋502"
NEEDS, DETAILS = "膝盖不好走路慢", "想有人每周来聊聊天"
PERSONAL = (NAME, "13800138000", "桂园路12号", "桂园路", NEEDS, DETAILS, "李小红", "1939-02-03")
"""Text that must never be readable in the database or in a log."""


def ask(**other: object) -> Ask:
    """A request by 王秀兰's daughter."""
    given: dict[str, object] = {
        "region": make.COMMUNITY,
        "service_kind": "elder_visit",
        "asked_by": "relative",
        "name": NAME,
        "phone": PHONE,
        "address": ADDRESS,
        "needs": NEEDS,
        "details": DETAILS,
        "asker_name": "李小红",
        "asker_phone": "13900139000",
        "risks": ["stairs", "dog"],
    }
    return Ask(**(given | other))  # type: ignore[arg-type]


async def actor(account_id: int) -> Actor:
    """Whoever has this account, at their first post."""
    found = await actor_of_account(account_id, None)
    assert found
    return found


@dataclass
class Town:
    """One community, one program with an agency, and accounts."""

    worker: int
    stranger: int
    manager: int
    other_manager: int
    volunteer: int
    person: int
    line: int
    activity: int
    program: int


async def town() -> Town:
    """A community whose elder visits an agency is paid for, from now on for a year."""
    funder = await make.organisation("funder", "街道办")
    agency = await make.organisation("agency", "社工机构")
    community = await make.organisation("community", "社区工作站", make.COMMUNITY)
    elsewhere = await make.organisation("community", "别处", make.OTHER_COMMUNITY)
    officer = await make.member(funder, "funder_officer")
    manager = await make.member(agency, "agency_manager")
    program = await make.program(funder, agency, officer)
    contract = await make.contract(program, officer, datetime.now(UTC).date().replace(month=1, day=1))
    await make.execute("UPDATE period SET ends_before = ends_before + 400 WHERE contract = $1 AND starts_on = "
                       "(SELECT max(starts_on) FROM period WHERE contract = $1)", contract)  # fmt: skip
    await make.execute("UPDATE contract SET ends_before = ends_before + 365 WHERE id = $1", contract)
    line = await make.line(contract)
    activity = await make.activity(agency, manager, line)
    volunteer, person = await make.volunteer()
    return Town(
        worker=await make.member(community, "community_worker"),
        stranger=await make.member(elsewhere, "community_worker"),
        manager=manager,
        other_manager=await make.member(await make.organisation("agency", "别的机构"), "agency_manager"),
        volunteer=volunteer,
        person=person,
        line=line,
        activity=activity,
        program=program,
    )


async def received(token: str | None = None, **other: object) -> int:
    """A request that came by the form."""
    return await asking.receive(None, ask(**other), Channel.WEB, token=token, now=datetime.now(UTC))


async def visit_at(
    request_id: int, activity_id: int, planner: int, starts: datetime, *, place: int | None = None
) -> int:
    """A visit of two hours, whenever it is, with one seat; the request counts as planned."""
    shift = await make.shift(activity_id, starts=starts)
    await make.execute("UPDATE shift SET is_visit = true WHERE id = $1", shift)
    await make.seat(shift, needed=2)
    await make.execute("UPDATE request SET status = 'planned', line = (SELECT line FROM activity WHERE id = $2),"
                       " program = (SELECT c.program FROM activity a JOIN line l ON l.id = a.line JOIN contract c"
                       " ON c.id = l.contract WHERE a.id = $2) WHERE id = $1", request_id, activity_id)  # fmt: skip
    return int(
        await make.value(
            "INSERT INTO visit (request, shift, card_number, code_position, planned_by, planned_at)"
            " SELECT $1, $2, CASE WHEN $5::bigint IS NULL THEN NULL ELSE s.card_number END, $5, $3, $4"
            " FROM request r JOIN resident s ON s.id = r.resident WHERE r.id = $1 RETURNING id",
            request_id, shift, planner, starts - timedelta(days=7), place,
        )
    )  # fmt: skip


async def shift_of(visit_id: int) -> int:
    """The shift behind a visit."""
    return int(await make.value("SELECT shift FROM visit WHERE id = $1", visit_id))


async def signed_up(visit_id: int, person_id: int, account_id: int, status: str = "confirmed") -> int:
    """A person on a visit's first seat."""
    seat = await make.value("SELECT id FROM seat WHERE shift = $1 ORDER BY id LIMIT 1", await shift_of(visit_id))
    return await make.signup(seat, person_id, account_id, status)


async def punched(signup_id: int, begins: datetime, by: int) -> None:
    """Came when the visit began, and left two minutes before it ended."""
    for direction, minutes in (("in", 0), ("out", 118)):
        await make.execute(
            "INSERT INTO punch (signup, shift, person, direction, at, received_at, how, keyed_by, nonce)"
            " SELECT id, shift, person, $2, $3, $3, 'code', $4, $2 FROM signup WHERE id = $1",
            signup_id, direction, begins + timedelta(minutes=minutes), by,
        )  # fmt: skip


async def status_of(request_id: int) -> str:
    """Where a request stands."""
    return str(await make.value("SELECT status FROM request WHERE id = $1", request_id))


async def events_of(request_id: int) -> list[str]:
    """Its history, oldest first."""
    return list(
        await make.value("SELECT array_agg(event ORDER BY id) FROM request_event WHERE request = $1", request_id)
    )
