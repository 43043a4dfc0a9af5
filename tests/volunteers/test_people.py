"""The people an agency knows, its staff list, and contact that is looked at on the record."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import Struct

from app.accounts.actor import actor_of_account
from app.accounts.rules import Actor
from app.kit import clock
from app.kit.db import execute, fetch, value
from app.kit.errors import Conflict, NotFound
from app.volunteers.actions.people import ensure_person, ensure_staff_person, take_off_staff
from app.volunteers.queries.people import people, people_count, person
from app.volunteers.rules.numbers import is_volunteer_no
from tests import factories as make
from tests.counting import listening
from tests.shifts.places import Place, open_shift
from tests.visitor import Visitor

SOON = datetime.now(UTC) + timedelta(days=3)


async def manager_of(place: Place) -> Actor:
    """The manager of a shift's agency."""
    actor = await actor_of_account(place.manager, None)
    assert actor
    return actor


async def someone(place: Place, name: str) -> int:
    """A person with a place in the shift."""
    account, known = await make.volunteer(name)
    await execute("UPDATE seat SET needed = needed + 1 WHERE id = $1", place.seat)
    await make.signup(place.seat, known, account)
    return known


async def test_an_agency_knows_its_volunteers_its_staff_and_those_it_keeps(db: str) -> None:
    place = await open_shift(SOON)
    volunteer = await someone(place, "安一")
    staff = await make.person("白二", staff_of=place.agency)
    kept = await make.person("陈三")
    await execute("UPDATE person SET kept_by = $2 WHERE id = $1", kept, place.agency)
    stranger = await someone(await open_shift(SOON), "丁四")
    manager = await manager_of(place)
    found = await people(manager)
    assert {row.id for row in found.rows} == {volunteer, staff, kept}
    assert await people_count(manager) == 3
    assert [row.is_staff for row in sorted(found.rows, key=lambda row: row.id)] == [False, True, False]
    with pytest.raises(NotFound):
        await person(manager, stranger)
    assert [row.id for row in (await people(manager, "白")).rows] == [staff]
    number = await value("SELECT volunteer_no FROM person WHERE id = $1", kept)
    assert [row.id for row in (await people(manager, f" {number.lower()} ")).rows] == [kept]
    assert (await people(manager, "%")).rows == []


async def test_people_are_listed_page_by_page(db: str) -> None:
    place = await open_shift(SOON)
    for number in range(7):
        await someone(place, f"同名{number // 3}")
    manager = await manager_of(place)
    seen: list[int] = []
    after = ("", 0)
    while True:
        found = await people(manager, after=after, limit=2)
        seen += [row.id for row in found.rows]
        if found.next is None:
            break
        after = found.next
    assert len(seen) == len(set(seen)) == 7


async def test_the_list_costs_the_same_whoever_is_on_it(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON)
    await someone(place, "安一")
    visitor = await visit().signs_in_as(place.manager)
    await visitor.get("/people")
    async with listening() as few:
        await visitor.get("/people")
    for number in range(30):
        await someone(place, f"人{number}")
    async with listening() as many:
        shown = await visitor.get("/people")
    assert "31 people serve with you." in shown.text
    assert len(few) == len(many) <= 6


class _Look(Struct, frozen=True):
    account: int
    organisation: int
    subject_id: int
    fields: list[str]


async def test_contact_is_shut_until_it_is_opened_and_the_look_is_written_down(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON)
    account = await make.account("安一", phone="+8613800138000")
    known = await make.person("安一", account)
    await make.signup(place.seat, known, account)
    visitor = await visit().signs_in_as(place.manager)
    assert "13800138000" not in (await visitor.get(f"/people/{known}")).text
    assert await value("SELECT count(*) FROM look") == 0
    opened = await visitor.post(f"/people/{known}/contact")
    assert "+8613800138000" in opened.text
    part = await visitor.post(f"/people/{known}/contact", headers={"hx-request": "true"})
    assert "+8613800138000" in part.text
    assert "<html" not in part.text
    looks = await fetch(_Look, "SELECT account, organisation, subject_id, fields FROM look")
    assert looks == [_Look(place.manager, place.agency, known, ["phone", "email"])] * 2
    stranger = await visit().signs_in_as((await open_shift(SOON)).manager)
    assert (await stranger.post(f"/people/{known}/contact")).status_code == 404
    assert await value("SELECT count(*) FROM look") == 2


async def test_a_social_worker_is_put_on_the_staff_list_and_taken_off(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON)
    worker = await make.member(place.agency, "social_worker", "李工")
    visitor = await visit().signs_in_as(place.manager)
    assert "李工" in (await visitor.get("/people")).text
    added = await visitor.post("/people/staff", {"account": worker})
    assert added.status_code == 303
    known = await value("SELECT id FROM person WHERE account = $1", worker)
    assert added.headers["location"] == f"/people/{known}"
    page = (await visitor.get(f"/people/{known}")).text
    assert "Staff of your agency." in page
    assert "Social workers not on the staff list" not in (await visitor.get("/people")).text
    assert (await visitor.post(f"/people/{known}/staff/end")).status_code == 303
    assert await value("SELECT staff_of FROM person WHERE id = $1", known) is None
    assert (await visitor.post(f"/people/{known}/staff/end")).status_code == 404


async def test_only_ones_own_social_workers_become_staff(db: str) -> None:
    place, other = await open_shift(SOON), await open_shift(SOON)
    manager, theirs = await manager_of(place), await manager_of(other)
    volunteer, _ = await make.volunteer()
    with pytest.raises(Conflict) as refused:
        await ensure_staff_person(manager, volunteer, now=clock.now())
    assert refused.value.first.code == "not_a_social_worker"
    worker = await make.member(place.agency, "social_worker")
    known = await ensure_staff_person(manager, worker, now=clock.now())
    assert await ensure_staff_person(manager, worker, now=clock.now()) == known
    await execute(
        "INSERT INTO membership (account, organisation, role, since) VALUES ($1, $2, 'social_worker', now())",
        worker,
        other.agency,
    )
    with pytest.raises(Conflict) as elsewhere:
        await ensure_staff_person(theirs, worker, now=clock.now())
    assert elsewhere.value.first.code == "staff_elsewhere"
    with pytest.raises(NotFound):
        await take_off_staff(theirs, known)


async def test_one_account_is_one_person_however_often_it_asks(db: str) -> None:
    account = await make.account("陈一")
    made = await asyncio.gather(*(ensure_person(account, now=clock.now()) for _ in range(10)))
    assert len(set(made)) == 1
    assert await value("SELECT count(*) FROM person") == 1
    assert is_volunteer_no(await value("SELECT volunteer_no FROM person"))
    with pytest.raises(NotFound):
        await ensure_person(10**9, now=clock.now())
