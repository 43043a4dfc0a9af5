"""Offers answered, stopped, run out and cancelled at the same moment: one outcome each, and no place leaks."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from app.kit.db import transaction, value
from app.kit.errors import Conflict
from app.shifts.actions.advancing import expire_offers
from app.shifts.actions.answering import accept, decline
from app.shifts.actions.changing import cancel_shift
from app.shifts.actions.offering import Candidate, ask, stop
from app.shifts.actions.signing_up import cancel_signup, sign_up
from app.shifts.rules.offers import Mode
from tests import factories as make
from tests.settle import settle
from tests.shifts.offered import NOW, SOON, lay_offering, leaks, outcome, run_out, statuses

pytestmark = pytest.mark.usefixtures("db")

ROUNDS = 8
"""Each race is run so often: the order differs."""


async def together(*deeds: Awaitable[Any]) -> list[Any]:
    """Do all of these at the same moment; a refusal is an answer, anything else is raised."""
    answers: Sequence[Any] = await asyncio.gather(*deeds, return_exceptions=True)
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Conflict):
            raise answer
    return [answer.first.code if isinstance(answer, Conflict) else "done" for answer in answers]


async def taken(seat: int) -> int:
    return int(await value("SELECT taken FROM seat WHERE id = $1", seat))


async def hold(offer: int, held: asyncio.Event, let_go: asyncio.Event) -> None:
    """Keep an offer locked, so that whoever moves it waits."""
    async with transaction():
        await value("SELECT id FROM offer WHERE id = $1 FOR UPDATE", offer)
        held.set()
        await let_go.wait()


async def test_twenty_accept_the_last_place_at_once_and_one_gets_it() -> None:
    laid = await lay_offering(20)
    asked = await laid.ask(Mode.AT_ONCE)
    actors = [await laid.actor(number) for number in range(20)]
    offers = [await laid.offer(number) for number in range(20)]
    answers = await together(*(accept(actor, offer, now=NOW) for actor, offer in zip(actors, offers, strict=True)))
    assert sorted(answers) == ["done"] + ["offer_withdrawn"] * 19
    assert (await taken(laid.seat), await outcome(asked.asking_id)) == (1, "filled")
    assert await value("SELECT count(*) FROM outbox WHERE event = 'signup.confirmed'") == 1
    assert await leaks() == []


async def test_those_who_are_asked_and_those_who_sign_up_share_the_places() -> None:
    laid = await lay_offering(12, needed=4)
    asked = await laid.ask(Mode.AT_ONCE, *range(6), places=4)
    answering = [accept(await laid.actor(number), await laid.offer(number), now=NOW) for number in range(6)]
    coming = [sign_up(await laid.actor(number), laid.shift, laid.seat, now=NOW) for number in range(6, 12)]
    answers = await together(*(deed for pair in zip(answering, coming, strict=True) for deed in pair))
    assert answers.count("done") == 4
    await expire_offers(now=NOW)
    assert (await taken(laid.seat), await outcome(asked.asking_id)) == (4, "filled")
    assert await leaks() == []


@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_accepting_against_running_out(turn: int) -> None:
    laid = await lay_offering(2)
    asked = await laid.ask(Mode.IN_TURN)
    offer, first = await laid.offer(0), await laid.actor(0)
    until = NOW + timedelta(days=2)
    just, over = until - timedelta(minutes=1), until + timedelta(days=1)
    deeds = [accept(first, offer, now=just), expire_offers(now=over)]
    answers = await together(*(deeds if turn % 2 else reversed(deeds)))
    found = await statuses(asked.asking_id)
    if found[0] == "accepted":
        assert found == ["accepted", "withdrawn"]
        assert "offer_expired" not in answers
    else:
        assert found == ["expired", "open"]
        assert "offer_expired" in answers
    assert await taken(laid.seat) == 1
    assert await leaks() == []


@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_accepting_against_the_cancelling_of_the_shift(turn: int) -> None:
    laid = await lay_offering(2)
    asked = await laid.ask(Mode.AT_ONCE if turn % 2 else Mode.IN_TURN)
    deeds = [
        accept(await laid.actor(0), await laid.offer(0), now=NOW),
        cancel_shift(laid.manager, laid.shift, "台风", now=NOW),
    ]
    answers = await together(*(deeds if turn % 4 < 2 else reversed(deeds)))
    assert "done" in answers
    await settle()
    assert await value("SELECT count(*) FROM signup WHERE status IN ('offered', 'confirmed')") == 0
    assert await taken(laid.seat) == 0
    assert await outcome(asked.asking_id) in ("shift_cancelled", "filled")
    assert await leaks() == []


@pytest.mark.parametrize("turn", range(ROUNDS))
async def test_declining_against_stopping(turn: int) -> None:
    laid = await lay_offering(3)
    asked = await laid.ask(Mode.IN_TURN)
    deeds = [
        decline(await laid.actor(0), await laid.offer(0), "busy", now=NOW),
        stop(laid.manager, asked.asking_id, now=NOW),
    ]
    answers = await together(*(deeds if turn % 2 else reversed(deeds)))
    assert set(answers) <= {"done", "offer_withdrawn"}
    found = await statuses(asked.asking_id)
    assert found in (["declined", "withdrawn", "withdrawn"], ["withdrawn", "withdrawn", "withdrawn"])
    assert (await taken(laid.seat), await outcome(asked.asking_id)) == (0, "stopped")
    assert await leaks() == []


async def test_accepting_and_declining_the_same_offer() -> None:
    laid = await lay_offering(2)
    asked = await laid.ask(Mode.IN_TURN)
    person, offer = await laid.actor(0), await laid.offer(0)
    await together(
        accept(person, offer, now=NOW), decline(person, offer, "busy", now=NOW), accept(laid.manager, offer, now=NOW)
    )
    assert await statuses(asked.asking_id) in (["accepted", "withdrawn"], ["declined", "open"])
    assert await leaks() == []


async def test_the_same_person_is_asked_for_overlapping_shifts_once() -> None:
    laid = await lay_offering(1)
    shifts = [await make.shift(laid.ground.activity, starts=SOON + timedelta(minutes=later)) for later in range(1, 8)]
    seats = [laid.seat, *[await make.seat(shift) for shift in shifts]]
    people = [Candidate(person_id=laid.people[0][1])]
    answers = await together(*(ask(laid.manager, seat, people, Mode.ONE, now=NOW) for seat in seats))
    assert sorted(answers) == ["done"] + ["offer_nobody"] * 7
    assert await value("SELECT count(*) FROM signup") == 1
    assert await leaks() == []


async def test_the_button_pressed_five_times_at_once_is_one_asking() -> None:
    laid = await lay_offering(3)
    asked = await asyncio.gather(*(laid.ask(Mode.IN_TURN) for _ in range(5)))
    assert len({each.asking_id for each in asked}) == 1
    assert await value("SELECT count(*) FROM offer") == 3
    assert await leaks() == []


async def test_many_sweeps_at_once_ask_the_next_once() -> None:
    laid = await lay_offering(3, needed=2)
    asked = await laid.ask(Mode.IN_TURN)
    await run_out(await laid.offer(0))
    await asyncio.gather(*(expire_offers(now=NOW) for _ in range(6)))
    assert await statuses(asked.asking_id) == ["expired", "open", "waiting"]
    assert await value("SELECT count(*) FROM outbox WHERE event = 'offer.opened'") == 2
    assert await leaks() == []


async def test_a_sweep_killed_in_the_middle_is_taken_up_by_the_next() -> None:
    laid = await lay_offering(4, needed=4)
    askings = [(await laid.ask(Mode.ONE, number)).asking_id for number in range(4)]
    for number in range(4):
        await run_out(await laid.offer(number))
    held, let_go = asyncio.Event(), asyncio.Event()
    holding = asyncio.create_task(hold(await laid.offer(3), held, let_go))
    await held.wait()
    sweeping = asyncio.create_task(expire_offers(now=NOW))
    while await value("SELECT count(*) FROM asking WHERE closed_at IS NOT NULL") < 3:  # noqa: ASYNC110 (the database)
        await asyncio.sleep(0)
    sweeping.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sweeping
    let_go.set()
    await holding
    assert await outcome(askings[3]) != "nobody_left"
    assert await leaks() == [], "what was done is whole"
    await expire_offers(now=NOW)
    assert [await outcome(asking) for asking in askings] == ["nobody_left"] * 4
    assert await taken(laid.seat) == 0
    assert await value("SELECT count(*) FROM outbox WHERE event = 'offer.answered'") == 4
    assert await leaks() == []


async def test_a_storm_of_everything_leaves_every_seat_true() -> None:
    laid = await lay_offering(24, needed=6)
    askings = [
        (await laid.ask(Mode.IN_TURN, *range(8), places=3)).asking_id,
        (await laid.ask(Mode.AT_ONCE, *range(8, 16), places=3)).asking_id,
    ]
    deeds: list[Awaitable[Any]] = []
    for number in range(16):
        actor, offer = await laid.actor(number), await laid.offer(number)
        if 3 <= number < 8:
            continue  # not asked yet
        deeds.append(accept(actor, offer, now=NOW) if number % 2 else decline(actor, offer, "busy", now=NOW))
    deeds += [sign_up(await laid.actor(number), laid.shift, laid.seat, now=NOW) for number in range(16, 24)]
    deeds += [expire_offers(now=NOW + timedelta(hours=1)) for _ in range(3)]
    await together(*deeds)
    assert await leaks() == []
    held = [
        int(each)
        for each in str(await value("SELECT string_agg(id::text, ',') FROM signup WHERE status = 'confirmed'")).split(
            ","
        )
    ]
    owners = {
        row: await value("SELECT p.account FROM signup g JOIN person p ON p.id = g.person WHERE g.id = $1", row)
        for row in held
    }
    number_of = {account: number for number, (account, _person) in enumerate(laid.people)}
    leaving = [
        cancel_signup(await laid.actor(number_of[account]), row, "ill", now=NOW) for row, account in owners.items()
    ]
    await together(*leaving, *(stop(laid.manager, asking, now=NOW) for asking in askings))
    await settle()
    assert await leaks() == []
    assert await taken(laid.seat) == 0
