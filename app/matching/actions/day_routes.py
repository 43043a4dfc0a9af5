"""Having the routes of a day planned, and taking them over: visits are planned and people asked, one item at a time."""

from datetime import date, datetime, timedelta

import msgspec
from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import BUSY, Conflict, DomainError, Forbidden, Invalid, NotFound, refuse_if
from app.kit.outbox import later
from app.kit.rules import Refusal
from app.matching.actions.asking import ask_people
from app.matching.actions.in_post import in_post
from app.matching.queries.day_routes.loading import midnight
from app.matching.queries.day_routes.plans import PlanRow, locked_plan, plan_for
from app.matching.rules import day_routes as rules
from app.matching.rules.day_routes import CONSTRAINTS, Item, PlanStatus, Problem, Taken
from app.matching.rules.editing import bar
from app.requests.actions import planning
from app.requests.rules.statuses import Status
from app.shifts.rules.offers import Mode

ASK = """
    INSERT INTO route_plan (organisation, on_day, status, seed, seconds, tries, calm, result, outcomes, error, asked_by,
                            asked_at)
    VALUES ($1, $2, 'waiting', $3, $4, 0, 0, '{}', '{}', '', $5, $6) RETURNING id
"""
SEND = "UPDATE route_plan SET status = 'sent', sent_at = $2, sent_by = $3 WHERE id = $1 AND status = 'ready'"
KEEP = "UPDATE route_plan SET outcomes = outcomes || $2::jsonb WHERE id = $1"
REQUEST = "SELECT status FROM request WHERE id = $1 FOR NO KEY UPDATE"
SEAT = "SELECT e.id, e.shift FROM visit v JOIN seat e ON e.shift = v.shift WHERE v.id = $1 AND e.capacity = 'staff'"
NEEDED = Permission.MATCH_RUN, Permission.OFFER_MAKE, Permission.REQUEST_PLAN


class _Seat(Struct, frozen=True):
    id: int
    shift: int


async def ask_plan(actor: Actor, day: date, *, seconds: int = rules.SECONDS, seed: int = 1, now: datetime) -> int:
    """Have the routes of the agency's social workers planned for a day; the answer is the plan's number.

    Raises:
        Forbidden: when the actor may not have plans made.
        Invalid: when the time to look makes no sense.
        Conflict: when the day is over or too far, or being planned already.
    """
    if not actor.may(Permission.MATCH_RUN):
        raise Forbidden()
    refuse_if(rules.day_refusal(day, clock.local_day(now)))
    if not 1 <= seconds <= 300:
        raise Invalid(rules.NOT_THAT_LONG, seconds=rules.NOT_THAT_LONG.text)
    async with transaction(CONSTRAINTS):
        return int(await value(ASK, actor.organisation_id, day, seed, seconds, actor.account_id, now))


async def take_over(actor: Actor, plan_id: int, *, now: datetime) -> None:
    """Plan the visits of a plan and ask the people named. Asked again, nothing more happens.

    Raises:
        Forbidden: when the actor may not plan visits and offer places.
        NotFound: when there is no such plan of theirs.
        Conflict: when it is not ready, its day is over, or nobody is to be asked.
    """
    if not all(actor.may(each) for each in NEEDED):
        raise Forbidden()
    await plan_for(actor, plan_id)
    async with transaction():
        found = await locked_plan(plan_id)
        if found.status == PlanStatus.SENT:
            return
        ends = midnight(found.on_day + timedelta(days=1))
        refuse_if(rules.send_refusal(found.status, found.plan, ends, now))
        if not await execute(SEND, plan_id, now, actor.account_id):
            raise Conflict()
        await later("route_plan.sent", plan_id=plan_id)


async def take_next(plan_id: int, *, now: datetime) -> bool:
    """Take the next item over, in one transaction with what came of it; the answer is whether there may be more.

    What can no longer be done is written down in a sentence. Done again, nothing is planned and nobody asked twice.

    Raises:
        Conflict: when so much is happening at once that it has to be tried again.
    """
    async with transaction():
        found = await locked_plan(plan_id)
        if found.status != PlanStatus.SENT or not found.to_take:
            return False
        number = found.to_take[0]
        actor = await in_post(found.sender, found.organisation, *NEEDED)
        taken = await _take(actor, found, number, now=now) if actor else _nothing(rules.FORBIDDEN_NOW)
        await execute(KEEP, plan_id, msgspec.json.encode({str(number): taken}).decode())
        return True


async def _take(actor: Actor, found: PlanRow, number: int, *, now: datetime) -> Taken:
    item = found.plan.items[number]
    people = found.plan.made[number]
    if item.kind == "visit":
        return await _ask(actor, item.shift, [(item.seats[place], person) for person, place in people], now=now)
    try:
        async with transaction():
            seat = await _planned(actor, found, item, found.plan.begins(number), now=now)
    except DomainError as error:
        return _nothing(_passable(error))
    return await _ask(actor, seat.shift, [(seat.id, person) for person, _ in people], now=now)


async def _planned(actor: Actor, found: PlanRow, item: Item, begins: int, *, now: datetime) -> _Seat:
    """The place for staff of a visit that was planned just now."""
    if await value(REQUEST, item.request) != Status.ACCEPTED:
        raise Conflict(rules.REQUEST_MOVED_ON)
    local = clock.local(found.instant(begins))
    wanted = planning.Wanted(
        activity_id=item.activity,
        day=local.date(),
        begins=local.time(),
        minutes=item.minutes,
        volunteers=0,
        staff=item.heads,
    )
    [visit] = await planning.plan_visits(actor, item.request, wanted, now=now)
    [seat] = await fetch(_Seat, SEAT, visit)
    return seat


async def _ask(actor: Actor, shift: int, pairs: list[tuple[int, int]], *, now: datetime) -> Taken:
    """Offer these seats to these people, each by itself: one who cannot come keeps nobody else away."""
    asked: list[int] = []
    problems: list[Problem] = []
    for seat, person in pairs:
        try:
            async with transaction():
                outcome = await ask_people(actor, seat, [person], Mode.ONE, now=now)
        except DomainError as error:
            problems.append(_problem(_passable(error), person))
            continue
        if outcome.asking_id is not None:
            asked.append(person)
        for out in outcome.left_out:
            why = out.refusal or bar(next(rule.code for rule in type(out.failing) if rule & out.failing))
            problems.append(_problem(why, out.person_id))
    return Taken(shift=shift, asked=tuple(asked), problems=tuple(problems))


def _passable(error: DomainError) -> Refusal:
    """Why something could not be done; too much at once is no reason, and is tried again."""
    if error.first.code == BUSY.code:
        raise error
    if isinstance(error, NotFound):
        return rules.REQUEST_MOVED_ON
    return error.refusals[-1]


def _problem(refusal: Refusal, person: int = 0) -> Problem:
    params = {name: each if isinstance(each, int) else str(each) for name, each in refusal.params.items()}
    return Problem(text=refusal.text, params=params, person=person)


def _nothing(refusal: Refusal) -> Taken:
    return Taken(problems=(_problem(refusal),))
