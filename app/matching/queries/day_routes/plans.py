"""Plans of days as their agency sees them, with what they name: visits, requests, and who was asked."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from functools import cached_property

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.kit.i18n import by_locale
from app.matching.queries.day_routes.loading import midnight
from app.matching.rules.day_routes import AT_WORK, FINISHED, DayPlan, Outcomes, PlanStatus
from app.requests.rules import asking

PAGE = 30

COLUMNS = """
    SELECT r.id, r.organisation, r.on_day, r.status, r.seed, r.seconds, r.tries, r.calm, r.result::text AS result,
           r.outcomes::text AS outcomes, r.error, a.name AS asked_by, r.asked_at, r.taken_at, r.finished_at, r.sent_at,
           s.name AS sent_by, r.sent_by AS sender
    FROM route_plan r JOIN account a ON a.id = r.asked_by LEFT JOIN account s ON s.id = r.sent_by
"""
LISTED = f"{COLUMNS} WHERE r.organisation = $1 AND r.id < $2 ORDER BY r.id DESC LIMIT {PAGE + 1}"
ONE = f"{COLUMNS} WHERE r.organisation = $1 AND r.id = $2"
ANY = f"{COLUMNS} WHERE r.id = $1"
LOCK = "SELECT id FROM route_plan WHERE id = $1 FOR NO KEY UPDATE"

SHIFTS = """
    SELECT h.id, h.title, h.starts, h.ends, h.status = 'cancelled' AS cancelled, h.is_visit, g.name AS region_zh,
           g.name_en AS region_en
    FROM shift h JOIN region g ON g.code = h.region WHERE h.id = ANY ($1) AND h.agency = $2
"""
REQUESTS = """
    SELECT r.id, r.received_at, r.wanted_on, r.wanted_times, s.short_name, k.name_zh AS kind_zh, k.name_en AS kind_en,
           g.name AS region_zh, g.name_en AS region_en
    FROM request r JOIN program p ON p.id = r.program JOIN resident s ON s.id = r.resident
    JOIN service_kind k ON k.code = r.service_kind JOIN region g ON g.code = r.region
    WHERE r.id = ANY ($1) AND p.agency = $2
"""
ANSWERS = """
    SELECT DISTINCT ON (o.shift, o.person) o.shift, o.person, o.asking, o.status, o.answer_by
    FROM offer o JOIN asking k ON k.id = o.asking
    WHERE o.shift = ANY ($1) AND k.asked_at >= $2 ORDER BY o.shift, o.person, o.id DESC
"""


class PlanRow(Struct, frozen=True, kw_only=True, dict=True):
    """A planning of a day."""

    id: int
    organisation: int
    on_day: date
    status: PlanStatus
    seed: int
    seconds: int
    tries: int
    calm: int
    result: str
    outcomes: str
    error: str
    asked_by: str
    asked_at: datetime
    taken_at: datetime | None
    finished_at: datetime | None
    sent_at: datetime | None
    sent_by: str | None
    sender: int | None

    @property
    def at_work(self) -> bool:
        return self.status in AT_WORK

    @property
    def finished(self) -> bool:
        """Whether there are routes to show."""
        return self.status in FINISHED

    @cached_property
    def plan(self) -> DayPlan:
        """What came of it."""
        return msgspec.json.decode(self.result, type=DayPlan)

    @cached_property
    def taken(self) -> Outcomes:
        """What came of taking it over."""
        return msgspec.json.decode(self.outcomes, type=Outcomes)

    @property
    def to_take(self) -> list[int]:
        """Items that are still to be taken over."""
        return [item for item in self.plan.made if str(item) not in self.taken]

    def spent(self, now: datetime) -> int:
        """Seconds for which it has been looked for routes."""
        return min(self.seconds, int((now - self.taken_at).total_seconds())) if self.taken_at else 0

    def instant(self, minute: int) -> datetime:
        """A minute of its day."""
        return midnight(self.on_day) + timedelta(minutes=minute)


class ShiftShown(Struct, frozen=True, kw_only=True):
    """A shift of the agency that a plan names."""

    id: int
    title: str
    starts: datetime
    ends: datetime
    cancelled: bool
    is_visit: bool
    region_zh: str
    region_en: str

    @property
    def where(self) -> str:
        return by_locale(self.region_zh, self.region_en)


class RequestShown(Struct, frozen=True, kw_only=True):
    """A request that a plan names."""

    id: int
    received_at: datetime
    wanted_on: date | None
    wanted_times: str
    short_name: str
    kind_zh: str
    kind_en: str
    region_zh: str
    region_en: str

    @property
    def number(self) -> str:
        return asking.number(clock.local(self.received_at), self.id)

    @property
    def kind(self) -> str:
        return by_locale(self.kind_zh, self.kind_en)

    @property
    def where(self) -> str:
        return by_locale(self.region_zh, self.region_en)


class Answer(Struct, frozen=True, kw_only=True):
    """How an offer stands."""

    shift: int
    person: int
    asking: int
    status: str
    answer_by: datetime | None


class Named(Struct, frozen=True, kw_only=True):
    """What a plan names, by number."""

    shifts: dict[int, ShiftShown]
    requests: dict[int, RequestShown]
    answers: dict[tuple[int, int], Answer]
    """By shift and person."""


async def plans_of(actor: Actor, before: int | None = None) -> list[PlanRow]:
    """The agency's plans, newest first: a page and one more, if there is more."""
    return await fetch(PlanRow, LISTED, actor.organisation_id, before or 2**62)


async def plan_for(actor: Actor, plan_id: int) -> PlanRow:
    """A plan of the actor's own agency.

    Raises:
        NotFound: when there is none, or it is another agency's.
    """
    found = await fetch_one(PlanRow, ONE, actor.organisation_id, plan_id)
    if found is None:
        raise NotFound
    return found


async def locked_plan(plan_id: int) -> PlanRow:
    """A plan that nobody else changes until the transaction ends.

    Raises:
        NotFound: when there is none.
    """
    await value(LOCK, plan_id)
    found = await fetch_one(PlanRow, ANY, plan_id)
    if found is None:
        raise NotFound
    return found


async def named_in(actor: Actor, found: PlanRow) -> Named:
    """What a plan names, in three questions. Ask for the plan first."""
    plan = found.plan
    shifts = _some([*(item.shift for item in plan.items), *(taken.shift for taken in found.taken.values())])
    requests = _some(item.request for item in plan.items)
    sent = found.sent_at or found.asked_at
    return Named(
        shifts={row.id: row for row in await fetch(ShiftShown, SHIFTS, shifts, actor.organisation_id)},
        requests={row.id: row for row in await fetch(RequestShown, REQUESTS, requests, actor.organisation_id)},
        answers={(row.shift, row.person): row for row in await fetch(Answer, ANSWERS, shifts, sent)},
    )


def _some(numbers: Iterable[int]) -> list[int]:
    return sorted({number for number in numbers if number})
