"""Asking one, several in turn, or several at once: places are held or not, and nobody is asked who cannot come."""

from datetime import timedelta

import pytest

from app.kit.db import execute, value
from app.kit.errors import Conflict, Forbidden, NotFound
from app.shifts.actions.advancing import expire_offers
from app.shifts.actions.answering import accept, decline
from app.shifts.actions.changing import cancel_shift
from app.shifts.actions.offering import Candidate, ask, stop, withdraw
from app.shifts.actions.signing_up import cancel_signup, sign_up
from app.shifts.rules.offers import Mode
from tests import factories as make
from tests.settle import settle
from tests.shifts.ground import acting
from tests.shifts.offered import NOW, SOON, lay_offering, leaks, outcome, run_out, statuses

pytestmark = pytest.mark.usefixtures("db")


async def taken(seat: int) -> int:
    return int(await value("SELECT taken FROM seat WHERE id = $1", seat))


async def test_an_offer_to_one_holds_the_place_until_they_accept() -> None:
    laid = await lay_offering(1)
    asked = await laid.ask(Mode.ONE)
    assert asked.opened == [laid.people[0][1]]
    assert await taken(laid.seat) == 1
    assert await value("SELECT status FROM signup") == "offered"
    assert await value("SELECT count(*) FROM outbox WHERE event = 'signup.confirmed'") == 0

    done = await accept(await laid.actor(0), await laid.offer(0), now=NOW)
    assert done.is_own
    assert await value("SELECT status FROM signup") == "confirmed"
    assert await value("SELECT answered_by FROM offer") == laid.people[0][0]
    assert await value("SELECT count(*) FROM outbox WHERE event = 'signup.confirmed'") == 1
    assert await value("SELECT count(*) FROM outbox WHERE event = 'shift.soon'") == 1
    assert (await taken(laid.seat), await outcome(asked.asking_id)) == (1, "filled")
    assert await leaks() == []


async def test_accepting_twice_is_one_place() -> None:
    laid = await lay_offering(1)
    await laid.ask(Mode.ONE)
    for _ in range(2):
        await accept(await laid.actor(0), await laid.offer(0), now=NOW)
    assert await value("SELECT count(*) FROM signup") == 1
    assert await value("SELECT count(*) FROM outbox WHERE event = 'signup.confirmed'") == 1


async def test_in_turn_the_next_is_asked_when_one_says_no() -> None:
    laid = await lay_offering(3)
    asked = await laid.ask(Mode.IN_TURN)
    assert await statuses(asked.asking_id) == ["open", "waiting", "waiting"]
    await decline(await laid.actor(0), await laid.offer(0), "busy", now=NOW)
    assert await statuses(asked.asking_id) == ["declined", "open", "waiting"]
    assert await value("SELECT count(*) FROM signup") == 1, "a no leaves no trace among the sign-ups"
    assert await leaks() == []
    await accept(await laid.actor(1), await laid.offer(1), now=NOW)
    assert await statuses(asked.asking_id) == ["declined", "accepted", "withdrawn"]
    await settle()
    assert await value("SELECT count(*) FROM notice WHERE account = $1", laid.people[2][0]) == 0, "never asked"


async def test_in_turn_for_two_places_two_are_asked_at_a_time() -> None:
    laid = await lay_offering(4, needed=3)
    asked = await laid.ask(Mode.IN_TURN, places=2)
    assert await statuses(asked.asking_id) == ["open", "open", "waiting", "waiting"]
    assert await taken(laid.seat) == 2
    await accept(await laid.actor(1), await laid.offer(1), now=NOW)
    assert await statuses(asked.asking_id) == ["open", "accepted", "waiting", "waiting"]
    await decline(await laid.actor(0), await laid.offer(0), "far", now=NOW)
    assert await statuses(asked.asking_id) == ["declined", "accepted", "open", "waiting"]
    assert await leaks() == []


async def test_at_once_the_first_to_accept_gets_it_and_the_others_are_thanked() -> None:
    laid = await lay_offering(3)
    asked = await laid.ask(Mode.AT_ONCE)
    assert await statuses(asked.asking_id) == ["open"] * 3
    assert await taken(laid.seat) == 0
    await accept(await laid.actor(1), await laid.offer(1), now=NOW)
    assert await statuses(asked.asking_id) == ["withdrawn", "accepted", "withdrawn"]
    with pytest.raises(Conflict) as refused:
        await accept(await laid.actor(0), await laid.offer(0), now=NOW)
    assert refused.value.first.code == "offer_withdrawn"
    assert await outcome(asked.asking_id) == "filled"
    await settle()
    told = "SELECT count(*) FROM notice WHERE event = 'offer.withdrawn' AND account = $1"
    assert [await value(told, account) for account, _ in laid.people] == [1, 0, 1]
    assert await leaks() == []


async def test_nobody_left_is_told_to_whoever_asked() -> None:
    laid = await lay_offering(1)
    asked = await laid.ask(Mode.IN_TURN)
    await decline(await laid.actor(0), await laid.offer(0), "busy", now=NOW)
    assert await outcome(asked.asking_id) == "nobody_left"
    await settle()
    told = "SELECT event FROM notice WHERE account = $1 AND event LIKE $2"
    assert await value(told, laid.ground.manager, "asking.%") == "asking.nobody_left"
    assert await value(told, laid.ground.manager, "offer.%") == "offer.declined"


async def test_people_who_cannot_come_are_skipped_with_the_reason() -> None:
    laid = await lay_offering(7, needed=5)
    people = [person for _, person in laid.people]
    elsewhere = await make.shift(laid.ground.activity, starts=SOON + timedelta(hours=1))
    await make.signup(await make.seat(elsewhere), people[1], laid.people[1][0])
    await make.signup(laid.seat, people[2], laid.people[2][0])
    await execute("UPDATE person SET refuses = '{elder_visit}' WHERE id = $1", people[3])
    await execute(
        "INSERT INTO absence (person, starts, ends, reason, entered_by, entered_at) VALUES ($1, $2, $3, 'ill', $4, $5)",
        people[4], SOON - timedelta(days=1), SOON + timedelta(days=1), laid.people[4][0], NOW,
    )  # fmt: skip
    await execute("UPDATE person SET staff_of = $2 WHERE id = $1", people[5], laid.ground.agency)
    await laid.ask(Mode.ONE, 6)
    await decline(await laid.actor(6), await laid.offer(6), "busy", now=NOW)

    asked = await laid.ask(Mode.IN_TURN)
    assert asked.opened == [people[0]]
    assert [(people.index(person), refusal.code) for person, refusal in asked.skipped] == [
        (1, "in_two_places"),
        (2, "offer_already_on"),
        (3, "offer_refused_kind"),
        (4, "offer_away"),
        (5, "paid_here"),
        (6, "offer_said_no"),
    ]
    assert all("you" not in refusal.text.lower().split() for _, refusal in asked.skipped)


async def test_when_nobody_can_be_asked_nothing_is_asked() -> None:
    laid = await lay_offering(1)
    await execute("UPDATE person SET refuses = '{elder_visit}'")
    with pytest.raises(Conflict) as refused:
        await laid.ask(Mode.ONE)
    assert [refusal.code for refusal in refused.value.refusals] == ["offer_nobody", "offer_refused_kind"]
    assert await value("SELECT count(*) FROM asking") == 0


async def test_the_button_pressed_twice_is_one_asking() -> None:
    laid = await lay_offering(2)
    first, second = await laid.ask(Mode.IN_TURN), await laid.ask(Mode.IN_TURN)
    assert first.asking_id == second.asking_id
    assert await value("SELECT count(*) FROM offer") == 2


async def test_only_the_agency_asks_and_only_who_may() -> None:
    laid = await lay_offering(1)
    other = await acting(await make.member(await make.organisation(), "agency_manager"))
    people = [Candidate(person_id=laid.people[0][1])]
    with pytest.raises(NotFound):
        await ask(other, laid.seat, people, Mode.ONE, now=NOW)
    with pytest.raises(Forbidden):
        await ask(await laid.actor(0), laid.seat, people, Mode.ONE, now=NOW)
    asked = await laid.ask(Mode.ONE)
    offer = await laid.offer(0)
    for refused in (stop(other, asked.asking_id, now=NOW), withdraw(other, offer, now=NOW)):
        with pytest.raises(NotFound):
            await refused
    for refused_too in (accept(other, offer, now=NOW), decline(other, offer, "busy", now=NOW)):
        with pytest.raises(NotFound):
            await refused_too


async def test_a_full_seat_is_not_offered() -> None:
    laid = await lay_offering(2)
    await laid.ask(Mode.ONE, 0)
    with pytest.raises(Conflict) as refused:
        await laid.ask(Mode.ONE, 1)
    assert refused.value.first.code == "offer_no_place"


async def test_stopping_gives_the_held_place_back_and_is_told_once() -> None:
    laid = await lay_offering(2)
    asked = await laid.ask(Mode.IN_TURN)
    for _ in range(2):
        await stop(laid.manager, asked.asking_id, now=NOW)
    assert await statuses(asked.asking_id) == ["withdrawn", "withdrawn"]
    assert (await taken(laid.seat), await outcome(asked.asking_id)) == (0, "stopped")
    await settle()
    assert await value("SELECT count(*) FROM notice WHERE event = 'offer.withdrawn'") == 1


async def test_an_offer_taken_back_goes_to_the_next() -> None:
    laid = await lay_offering(2)
    asked = await laid.ask(Mode.IN_TURN)
    await withdraw(laid.manager, await laid.offer(0), now=NOW)
    assert await statuses(asked.asking_id) == ["withdrawn", "open"]
    await withdraw(laid.manager, await laid.offer(1), now=NOW)
    assert await outcome(asked.asking_id) == "stopped"
    assert await leaks() == []


async def test_an_offer_runs_out_and_the_next_is_asked() -> None:
    laid = await lay_offering(2)
    asked = await laid.ask(Mode.IN_TURN)
    assert await expire_offers(now=NOW) == 0
    await run_out(await laid.offer(0))
    assert await expire_offers(now=NOW) == 1
    assert await statuses(asked.asking_id) == ["expired", "open"]
    assert await expire_offers(now=NOW) == 0
    with pytest.raises(Conflict) as refused:
        await accept(await laid.actor(0), await laid.offer(0), now=NOW)
    assert refused.value.first.code == "offer_expired"
    assert await leaks() == []


async def test_before_the_start_everything_runs_out() -> None:
    laid = await lay_offering(2)
    asked = await laid.ask(Mode.IN_TURN)
    await expire_offers(now=SOON - timedelta(minutes=5))
    assert await statuses(asked.asking_id) == ["expired", "withdrawn"]
    assert (await outcome(asked.asking_id), await taken(laid.seat)) == ("shift_began", 0)


async def test_with_the_shift_every_offer_is_cancelled() -> None:
    laid = await lay_offering(2, needed=2)
    asked = await laid.ask(Mode.IN_TURN)
    await cancel_shift(laid.manager, laid.shift, "台风", now=NOW)
    with pytest.raises(Conflict) as refused:
        await accept(await laid.actor(0), await laid.offer(0), now=NOW)
    assert refused.value.first.code == "shift_cancelled"
    await settle()
    assert await outcome(asked.asking_id) == "shift_cancelled"
    assert await statuses(asked.asking_id) == ["withdrawn", "withdrawn"]
    told = "SELECT array_agg(event::text) FROM notice WHERE account = $1 AND event <> 'offer.opened'"
    assert await value(told, laid.people[0][0]) == ["shift.cancelled"], "told once"
    assert await leaks() == []


async def test_someone_who_took_another_shift_meanwhile_is_passed_over() -> None:
    laid = await lay_offering(3)
    asked = await laid.ask(Mode.IN_TURN)
    elsewhere = await make.shift(laid.ground.activity, starts=SOON)
    await make.seat(elsewhere)
    await sign_up(await laid.actor(1), elsewhere, None, now=NOW)
    await decline(await laid.actor(0), await laid.offer(0), "busy", now=NOW)
    assert await statuses(asked.asking_id) == ["declined", "withdrawn", "open"]
    assert await value("SELECT note FROM offer WHERE id = $1", await laid.offer(1)) == "in_two_places"


async def test_a_seat_that_others_filled_ends_the_asking() -> None:
    laid = await lay_offering(3, needed=1)
    asked = await laid.ask(Mode.AT_ONCE, 0, 1)
    await sign_up(await laid.actor(2), laid.shift, laid.seat, now=NOW)
    with pytest.raises(Conflict) as refused:
        await accept(await laid.actor(0), await laid.offer(0), now=NOW)
    assert refused.value.first.code == "seat_full"
    await expire_offers(now=NOW)
    assert await outcome(asked.asking_id) == "filled"
    assert await leaks() == []


async def test_who_waits_for_a_held_place_is_asked_when_it_comes_back() -> None:
    laid = await lay_offering(3, needed=2)
    first = await laid.ask(Mode.ONE, 0)
    second = await laid.ask(Mode.IN_TURN, 1, 2)
    assert await taken(laid.seat) == 2
    await decline(await laid.actor(1), await laid.offer(1), "busy", now=NOW)
    assert await statuses(second.asking_id) == ["declined", "open"]
    assert await statuses(first.asking_id) == ["open"]
    assert await leaks() == []


async def test_a_held_place_is_not_given_back_but_declined_and_not_taken_twice() -> None:
    laid = await lay_offering(1, needed=2)
    await laid.ask(Mode.ONE)
    person = await laid.actor(0)
    held = await value("SELECT id FROM signup")
    with pytest.raises(Conflict) as refused:
        await cancel_signup(person, held, "ill", now=NOW)
    assert refused.value.first.code == "signup_only_offered"
    with pytest.raises(Conflict) as twice:
        await sign_up(person, laid.shift, laid.seat, now=NOW)
    assert twice.value.first.code == "offered_to_you"


async def test_nobody_is_asked_for_two_places_at_the_same_time() -> None:
    laid = await lay_offering(1)
    await laid.ask(Mode.ONE)
    other = await make.seat(await make.shift(laid.ground.activity, starts=SOON + timedelta(minutes=30)))
    with pytest.raises(Conflict) as refused:
        await ask(laid.manager, other, [Candidate(person_id=laid.people[0][1])], Mode.ONE, now=NOW)
    assert refused.value.refusals[1].code == "offered_then"


async def test_the_coordinator_answers_for_someone_who_said_so_by_phone() -> None:
    laid = await lay_offering(1, needed=2)
    laid.people.append((0, await make.person("无号人")))
    await laid.ask(Mode.IN_TURN, 0, 1, places=2)
    worker = await acting(await make.member(laid.ground.agency, "social_worker"))
    assert not (await accept(worker, await laid.offer(1), now=NOW)).is_own
    await decline(worker, await laid.offer(0), "ill", now=NOW)
    assert await value("SELECT array_agg(answered_by) FROM offer") == [worker.account_id] * 2
    assert await value("SELECT status FROM signup") == "confirmed"
    await settle()
    assert await leaks() == []


async def test_not_again_is_remembered_and_can_be_undone() -> None:
    laid = await lay_offering(1)
    await execute("UPDATE person SET likes = '{elder_visit,other}'")
    await laid.ask(Mode.ONE)
    await decline(await laid.actor(0), await laid.offer(0), "kind", True, now=NOW)
    assert await value("SELECT refuses FROM person") == ["elder_visit"]
    assert await value("SELECT likes FROM person") == ["other"]
    later = await make.seat(await make.shift(laid.ground.activity, starts=SOON + timedelta(days=1)))
    with pytest.raises(Conflict) as refused:
        await ask(laid.manager, later, [Candidate(person_id=laid.people[0][1])], Mode.ONE, now=NOW)
    assert refused.value.refusals[1].code == "offer_refused_kind"


async def test_someone_else_can_neither_see_nor_answer_an_offer() -> None:
    laid = await lay_offering(2)
    await laid.ask(Mode.IN_TURN)
    for number, offer in ((1, 0), (1, 1)):  # another's, and one's own before one's turn
        with pytest.raises(NotFound):
            await accept(await laid.actor(number), await laid.offer(offer), now=NOW)


async def test_when_whoever_asked_has_left_the_managers_are_told() -> None:
    laid = await lay_offering(1)
    worker = await make.member(laid.ground.agency, "social_worker")
    await ask(await acting(worker), laid.seat, [Candidate(person_id=laid.people[0][1])], Mode.ONE, now=NOW)
    await execute("UPDATE membership SET until = now() WHERE account = $1", worker)
    await accept(await laid.actor(0), await laid.offer(0), now=NOW)
    await settle()
    told = "SELECT count(*) FROM notice WHERE event = 'offer.accepted' AND account = $1"
    assert await value(told, laid.ground.manager) == 1
    assert await value(told, worker) == 0


async def test_an_offer_follows_someone_whose_records_became_one() -> None:
    laid = await lay_offering(2)
    await laid.ask(Mode.ONE, 0)
    (_, duplicate), (account, kept) = laid.people
    await execute("UPDATE person SET merged_into = $2, account = NULL WHERE id = $1", duplicate, kept)
    await execute("UPDATE signup SET person = $2 WHERE person = $1", duplicate, kept)
    assert (await accept(await acting(account), await laid.offer(0), now=NOW)).is_own
    assert await value("SELECT person FROM signup WHERE status = 'confirmed'") == kept
    assert await leaks() == []
