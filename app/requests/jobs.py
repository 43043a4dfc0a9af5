"""What happens later: visits begin, end and fall through; desks are told. Each job may run twice."""

from datetime import datetime
from typing import Any

from msgspec import Struct

from app.kit import clock
from app.kit.db import fetch, fetch_one
from app.kit.outbox import Job
from app.notices.actions import tell
from app.requests.actions.moving import move_for_visit
from app.requests.rules.asking import number
from app.requests.rules.statuses import Event, Status, after

VISIT_OF_SHIFT = """
    SELECT v.id, v.request AS request_id, v.shift AS shift_id, r.status, h.status AS shift_status,
           EXISTS (SELECT 1 FROM signup WHERE shift = h.id AND status = 'attended') AS attended
    FROM visit v JOIN request r ON r.id = v.request JOIN shift h ON h.id = v.shift
    WHERE h.id = $1
"""
SHIFT_OF_SIGNUP = "SELECT shift AS id FROM signup WHERE id = $1"
FACTS = """
    SELECT r.id, r.received_at, s.short_name, k.name_zh AS kind_zh, k.name_en AS kind_en, g.name AS region_zh,
           g.name_en AS region_en, r.community AS desk_id, p.agency AS agency_id
    FROM request r JOIN resident s ON s.id = r.resident JOIN service_kind k ON k.code = r.service_kind
    JOIN region g ON g.code = r.region LEFT JOIN program p ON p.id = r.program
    WHERE r.id = $1
"""
MEMBERS = """
    SELECT DISTINCT account AS id FROM membership
    WHERE organisation = $1 AND role = ANY ($2) AND until IS NULL ORDER BY 1
"""
REQUEST_OF_VISIT = "SELECT request AS id FROM visit WHERE id = $1"


class _Id(Struct, frozen=True):
    id: int


class _Visit(Struct, frozen=True):
    id: int
    request_id: int
    shift_id: int
    status: Status
    shift_status: str
    attended: bool


class _Facts(Struct, frozen=True):
    id: int
    received_at: datetime
    short_name: str
    kind_zh: str
    kind_en: str
    region_zh: str
    region_en: str
    desk_id: int | None
    agency_id: int | None


async def _visit(shift_id: int) -> _Visit | None:
    return await fetch_one(_Visit, VISIT_OF_SHIFT, shift_id)


async def _turn(visit: _Visit, event: Event) -> None:
    if after(visit.status, event) is not None:
        await move_for_visit(visit.request_id, visit.shift_id, event, by=None, now=clock.now())


async def begin(payload: dict[str, Any]) -> None:
    """The first punch of a visit: it is under way."""
    signup = await fetch_one(_Id, SHIFT_OF_SIGNUP, payload["signup_id"])
    visit = await _visit(signup.id) if signup else None
    if visit and visit.attended and visit.shift_status in ("published", "running"):
        await _turn(visit, Event.BEGIN)


async def end(payload: dict[str, Any]) -> None:
    """A visit's shift is over: somebody came, or nobody did."""
    visit = await _visit(payload["shift_id"])
    if visit:
        await _turn(visit, Event.SERVE if visit.attended else Event.MISS)
        if not visit.attended:
            await _tell(visit.request_id, "visit.missed", to_agency=True, to_desk=True)


async def fall_through(payload: dict[str, Any]) -> None:
    """A visit's shift was cancelled: the request needs another."""
    visit = await _visit(payload["shift_id"])
    if visit:
        await _turn(visit, Event.UNPLAN)


async def tell_desk(payload: dict[str, Any]) -> None:
    """A new request: the community is told."""
    await _tell(payload["request_id"], "request.received", to_desk=True)


async def tell_desk_of_return(payload: dict[str, Any]) -> None:
    """An agency gave a request back: the community is told."""
    await _tell(payload["request_id"], "request.returned", to_desk=True)


async def tell_agency(payload: dict[str, Any]) -> None:
    """A request was handed over: the agency is told."""
    await _tell(payload["request_id"], "request.handed_over", to_agency=True)


async def raise_alarm(payload: dict[str, Any]) -> None:
    """The person served says a visit did not happen: community and agency are told."""
    request = await fetch_one(_Id, REQUEST_OF_VISIT, payload["visit_id"])
    if request:
        await _tell(request.id, "visit.denied", to_agency=True, to_desk=True)


async def _tell(request_id: int, event: str, *, to_agency: bool = False, to_desk: bool = False) -> None:
    facts = await fetch_one(_Facts, FACTS, request_id)
    if facts is None:
        return
    told = {
        "number": number(clock.local(facts.received_at), facts.id),
        "who": facts.short_name,
        "kind_zh": facts.kind_zh,
        "kind_en": facts.kind_en,
        "place_zh": facts.region_zh,
        "place_en": facts.region_en,
    }
    accounts: list[_Id] = []
    if to_desk and facts.desk_id:
        accounts += await fetch(_Id, MEMBERS, facts.desk_id, ["community_worker"])
    if to_agency and facts.agency_id:
        accounts += await fetch(_Id, MEMBERS, facts.agency_id, ["agency_manager"])
    for account in accounts:
        await tell(account.id, event, told, f"/requests/{facts.id}")


JOBS: dict[str, list[Job]] = {
    "request.received": [tell_desk],
    "request.returned": [tell_desk_of_return],
    "request.handed_over": [tell_agency],
    "visit.denied": [raise_alarm],
    "punch.recorded": [begin],
    "shift.ended": [end],
    "shift.cancelled": [fall_through],
}
