"""Two records that are one human become one: what moves, what stays as it was written, and what refuses."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from msgspec import Struct

from app.accounts.actor import actor_of_account
from app.hours import actions
from app.hours.actions.merging import merge
from app.hours.queries.merging import preview_merge
from app.kit.db import execute, fetch, value
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.sealing import seal
from tests import factories as make
from tests.hours import scene
from tests.hours.scene import AFTER, STARTS, Scene
from tests.visitor import Visitor

WHY = "同一手机号，本人确认"


class Two(Struct):
    """A record the agency entered, and the one of the same person's account."""

    duplicate: int
    kept: int
    account: int


async def two(here: Scene) -> Two:
    """Both known to the agency: one is kept by it, the other signed up for one of its shifts some day."""
    duplicate = await make.person("王三")
    await execute("UPDATE person SET kept_by = $2 WHERE id = $1", duplicate, here.agency)
    account, kept = await make.volunteer("王三")
    old = await here.shift(starts=STARTS - timedelta(days=200))
    await make.signup(await make.seat(old), kept, account)
    return Two(duplicate, kept, account)


async def number(person: int) -> str:
    """A volunteer number."""
    return str(await value("SELECT volunteer_no FROM person WHERE id = $1", person))


async def merged(here: Scene, pair: Two, by: int = 0, reason: str = WHY) -> None:
    """The agency's manager merges them."""
    actor = await scene.acting(by or here.manager)
    await merge(actor, await number(pair.duplicate), await number(pair.kept), reason, now=AFTER)


async def posted(here: Scene, person: int, starts: object = STARTS) -> int:
    """Two hours of a person, approved."""
    shift = await here.shift(starts=starts)
    signup = await here.signup(shift, person)
    begins, ends = await scene.span(shift)
    await scene.punch(signup, "in", begins, here.worker)
    await scene.punch(signup, "out", ends, here.worker)
    attendance = await scene.recorded(signup)
    await actions.approve(await scene.acting(here.colleague), attendance, now=AFTER + timedelta(days=1))
    return attendance


async def test_hours_sign_ups_and_what_is_known_go_on_in_one_record(db: str) -> None:
    here = await scene.build()
    pair = await two(here)
    attendance = await posted(here, pair.duplicate)
    ahead = await here.signup(await here.shift(starts=STARTS + timedelta(days=9)), pair.duplicate)
    past = await here.signup(await here.shift(starts=STARTS - timedelta(days=9)), pair.duplicate)
    await execute("UPDATE person SET skills = '{first_aid}' WHERE id = $1", pair.duplicate)
    await merged(here, pair)
    assert await value("SELECT merged_into FROM person WHERE id = $1", pair.duplicate) == pair.kept
    assert await value("SELECT skills FROM person WHERE id = $1", pair.kept) == ["first_aid"]
    assert await value("SELECT person FROM held_time WHERE attendance = $1", attendance) == pair.kept
    assert await value("SELECT account_id FROM attendance WHERE id = $1", attendance) == pair.account
    assert await value("SELECT person FROM signup WHERE id = $1", ahead) == pair.kept
    assert await value("SELECT person FROM signup WHERE id = $1", past) == pair.duplicate, "what is over stays"
    assert await value("SELECT person FROM posting WHERE attendance_id = $1", attendance) == pair.duplicate
    assert await value("SELECT count(*) FROM punch WHERE person = $1", pair.kept) == 0
    assert await value("SELECT reason FROM person_merge WHERE duplicate = $1", pair.duplicate) == WHY


async def test_the_time_of_both_is_one_persons_from_then_on(db: str) -> None:
    here = await scene.build()
    pair = await two(here)
    await posted(here, pair.duplicate)
    shift = await here.shift(starts=STARTS + timedelta(minutes=30))
    signup = await here.signup(shift, pair.kept)
    begins, ends = await scene.span(shift)
    await scene.punch(signup, "in", begins, here.worker)
    await scene.punch(signup, "out", ends, here.worker)
    other = await scene.recorded(signup)
    await execute("UPDATE signup SET ends = starts + interval '1 minute' WHERE person = $1", pair.duplicate)
    await merged(here, pair)
    with pytest.raises(Conflict):
        await actions.approve(await scene.acting(here.colleague), other, now=AFTER + timedelta(days=1))
    assert await value("SELECT count(*) FROM posting") == 1


async def test_hours_that_count_for_the_same_time_refuse_and_are_both_named(db: str) -> None:
    here = await scene.build()
    pair = await two(here)
    first, second = await posted(here, pair.duplicate), await posted(here, pair.kept)
    await execute("UPDATE activity SET name = '早市清扫' WHERE id = $1", here.activity)
    with pytest.raises(Conflict) as refused:
        await merged(here, pair)
    found = refused.value.first
    assert found.code == "served_twice"
    assert found.params == {"first": "早市清扫", "second": "早市清扫", "when": "2026-11-28 14:00"}
    assert await value("SELECT merged_into FROM person WHERE id = $1", pair.duplicate) is None
    holders = "SELECT array_agg(person ORDER BY attendance) FROM held_time WHERE attendance = ANY ($1)"
    assert await value(holders, sorted([first, second])) == [pair.duplicate, pair.kept]


async def test_two_sign_ups_at_one_time_refuse_before_anything_moves(db: str) -> None:
    here = await scene.build()
    pair = await two(here)
    soon = STARTS + timedelta(days=5)
    await here.signup(await here.shift(starts=soon), pair.duplicate)
    await here.signup(await here.shift(starts=soon + timedelta(minutes=60)), pair.kept)
    with pytest.raises(Conflict) as refused:
        await merged(here, pair)
    assert refused.value.first.code == "signed_up_twice"
    assert await value("SELECT count(*) FROM person_merge") == 0


async def test_an_account_moves_when_only_the_duplicate_has_one(db: str) -> None:
    here = await scene.build()
    pair = await two(here)
    admin = await make.member(await make.organisation("platform"), "platform_admin")
    await merged(here, Two(duplicate=pair.kept, kept=pair.duplicate, account=pair.account), by=admin)
    assert await value("SELECT account FROM person WHERE id = $1", pair.duplicate) == pair.account
    assert await value("SELECT account FROM person WHERE id = $1", pair.kept) is None


async def test_two_accounts_and_two_dates_of_birth_refuse(db: str) -> None:
    here = await scene.build()
    pair = await two(here)
    await execute("UPDATE person SET account = $2 WHERE id = $1", pair.duplicate, await make.account())
    await execute("UPDATE person SET born = $2 WHERE id = $1", pair.kept, seal("1991-05-04", "person.born"))
    with pytest.raises(Conflict) as refused:
        await merged(here, pair)
    assert [each.code for each in refused.value.refusals] == ["two_accounts", "born_differs"]


async def test_of_two_accounts_the_administrator_closes_one_unless_it_works_for_somebody(db: str) -> None:
    here = await scene.build()
    pair = await two(here)
    admin = await make.member(await make.organisation("platform"), "platform_admin")
    second = await make.member(here.agency, "social_worker")
    await execute("UPDATE person SET account = $2 WHERE id = $1", pair.duplicate, second)
    with pytest.raises(Conflict) as refused:
        await merged(here, pair, by=admin)
    assert refused.value.first.code == "account_at_work"
    await execute("UPDATE membership SET until = now() WHERE account = $1", second)
    await merged(here, pair, by=admin)
    assert await actor_of_account(second, None) is None
    assert await actor_of_account(pair.account, None) is not None


async def test_who_approved_the_others_hours_cannot_become_them(db: str) -> None:
    here = await scene.build()
    pair = await two(here)
    await posted(here, pair.duplicate)
    await execute("UPDATE person SET account = $2 WHERE id = $1", pair.kept, here.colleague)
    with pytest.raises(Conflict) as refused:
        await merged(here, pair)
    assert refused.value.first.code == "vouched_for_self"


async def test_an_agency_merges_whom_it_entered_and_nobody_else(db: str) -> None:
    here, other = await scene.build(), await scene.build()
    pair = await two(here)
    with pytest.raises(NotFound):
        await merged(here, pair, by=other.manager)
    with pytest.raises(NotFound):
        await merged(here, pair, by=here.worker)
    with pytest.raises(NotFound):  # the record of an account is not the agency's to end
        await merged(here, Two(duplicate=pair.kept, kept=pair.duplicate, account=pair.account))
    with pytest.raises(Invalid):
        await merged(here, pair, reason=" ")
    assert await value("SELECT count(*) FROM person WHERE merged_into IS NOT NULL") == 0


async def test_a_record_is_merged_once_and_what_was_merged_into_it_follows(db: str) -> None:
    here = await scene.build()
    pair = await two(here)
    admin = await make.member(await make.organisation("platform"), "platform_admin")
    await merged(here, pair, by=admin)
    with pytest.raises(Conflict) as refused:
        await merged(here, pair, by=admin)
    assert refused.value.first.code == "merged_before"
    third = await make.person("王三")
    await execute("UPDATE person SET born = (SELECT born FROM person WHERE id = $2) WHERE id = $1", third, pair.kept)
    await merged(here, Two(duplicate=pair.kept, kept=third, account=pair.account), by=admin)
    assert await fetch(_Into, "SELECT merged_into FROM person WHERE id = ANY ($1)", [pair.duplicate, pair.kept]) == [
        _Into(third), _Into(third),
    ]  # fmt: skip


class _Into(Struct):
    merged_into: int


async def test_the_preview_changes_nothing_and_the_page_shows_it(visit: Callable[[], Visitor]) -> None:
    here = await scene.build()
    pair = await two(here)
    await posted(here, pair.duplicate)
    numbers = (await number(pair.duplicate), await number(pair.kept))
    found = await preview_merge(await scene.acting(here.manager), *numbers, now=AFTER)
    assert (found.duplicate.minutes, found.kept.minutes, found.same_birth, found.reasons) == (120, 0, True, [])
    manager = await visit().signs_in_as(here.manager)
    form = await manager.get("/people/merge")
    assert "Look at both" in form.text
    shown = await manager.get(f"/people/merge?duplicate={numbers[0]}&kept={numbers[1]}")
    assert "Both have the same date of birth." in shown.text
    assert "2 h" in shown.text
    unknown = await manager.get(f"/people/merge?duplicate={numbers[0]}&kept=V1")
    assert unknown.status_code == 422
    empty = await manager.post("/people/merge", {"duplicate": numbers[0], "kept": numbers[1]})
    assert "Say how you know" in empty.text
    assert await value("SELECT count(*) FROM person_merge") == 0
    done = await manager.post("/people/merge", {"duplicate": numbers[0], "kept": numbers[1], "reason": WHY})
    assert done.status_code == 303
    gone = await manager.get(f"/people/{pair.duplicate}")
    assert "goes on as" in gone.text
    listed = await manager.get("/people")
    assert numbers[1] in listed.text
    assert numbers[0] not in listed.text
