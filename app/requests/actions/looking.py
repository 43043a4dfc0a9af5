"""The one door to a resident's sealed record: every opening is written down before it is shown."""

from datetime import datetime

from app.accounts import looks
from app.accounts.rules import Actor
from app.kit.db import transaction
from app.requests.queries.residents import Opened, opened
from app.requests.queries.seen import request_for
from app.requests.queries.visits import VisitorsView, visit_for_visitor
from app.requests.rules.looking import Purpose
from app.requests.rules.visits import address_is_open

ALL_FIELDS = ("name", "phone", "address", "born", "needs", "details", "risks", "asker", "words")
VISITORS_FIELDS = ("name", "phone", "address", "needs", "details", "risks")


async def open_details(actor: Actor, request_id: int, purpose: Purpose, *, now: datetime) -> Opened:
    """The resident's details and the request in full, for someone who may see the request; the look is logged."""
    async with transaction():
        row = await request_for(actor, request_id, now)
        await looks.record(actor, "resident", row.resident_id, ALL_FIELDS, str(purpose), now)
        return await opened(row.resident_id, row.id)


async def open_for_visit(actor: Actor, visit_id: int, *, now: datetime) -> tuple[VisitorsView, Opened | None]:
    """The visit, and while it is near enough the address and needs; that look is logged.

    Raises:
        NotFound: for anyone who is not signed up for this visit.
    """
    async with transaction():
        visit = await visit_for_visitor(actor, visit_id)
        if visit.cancelled or not address_is_open(visit.starts, visit.ends, now):
            return visit, None
        await looks.record(actor, "resident", visit.resident_id, VISITORS_FIELDS, "visit", now)
        return visit, await opened(visit.resident_id, visit.request_id)
