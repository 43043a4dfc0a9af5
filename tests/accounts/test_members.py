"""Organisations, their members, and what leaving means."""

from collections.abc import Callable

import pytest

from app.accounts.actions import members, organisations
from app.accounts.actor import actor_of_account
from app.accounts.forms import NewMember, NewOrganisation
from app.accounts.rules import Actor, OrganisationKind, Role
from app.kit import clock
from app.kit.db import value
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from tests import factories as make
from tests.visitor import Visitor

Visit = Callable[[], Visitor]


async def acting(account_id: int) -> Actor:
    actor = await actor_of_account(account_id, None)
    assert actor
    return actor


async def admin() -> Actor:
    return await acting(await make.member(await make.organisation("platform", "平台"), "platform_admin"))


async def membership_of(account_id: int) -> int:
    return int(await value("SELECT id FROM membership WHERE account = $1 AND until IS NULL", account_id))


async def test_an_organisation_is_recorded_with_a_place_that_exists_and_a_code_that_fits(db: str) -> None:
    actor, now = await admin(), clock.now()
    good = NewOrganisation(
        name="和风社工", region=make.STREET, kind=OrganisationKind.AGENCY, credit_code="9135 0100 m000 100y 43"
    )
    made = await organisations.create(actor, good, now=now)
    assert await value("SELECT credit_code FROM organisation WHERE id = $1", made) == "91350100M000100Y43"
    with pytest.raises(Conflict):
        await organisations.create(actor, good, now=now)
    bad = NewOrganisation(name="某", region="99", kind=OrganisationKind.AGENCY)
    with pytest.raises(Invalid) as no_place:
        await organisations.create(actor, bad, now=now)
    assert "region" in no_place.value.fields
    slip = NewOrganisation(name="某", region=make.CITY, kind=OrganisationKind.AGENCY, credit_code="91350100M000100Y44")
    with pytest.raises(Invalid) as wrong_code:
        await organisations.create(actor, slip, now=now)
    assert "credit_code" in wrong_code.value.fields
    manager = await acting(await make.member(made, "agency_manager"))
    with pytest.raises(Forbidden):
        await organisations.create(manager, good, now=now)


async def test_a_member_is_added_by_number_and_a_new_one_gets_a_password_shown_once(visit: Visit) -> None:
    agency = await make.organisation()
    manager = await make.member(agency, "agency_manager")
    visitor = await visit().signs_in_as(manager)
    path = f"/organisations/{agency}/members/new"
    nameless = await visitor.post(path, {"identifier": "13700137000", "role": "social_worker"})
    assert nameless.status_code == 422
    assert "Nobody has an account with this yet." in nameless.text
    assert await value("SELECT count(*) FROM account") == 1
    form = {"identifier": "13700137000", "role": "social_worker", "name": "林新", "_once": "t1"}
    shown = await visitor.post(path, form)
    assert shown.status_code == 200
    password = shown.text.split('id="password" value="')[1].split('"')[0]
    assert shown.headers["cache-control"] == "no-store"
    again = await visitor.post(path, form)
    assert again.status_code == 303
    assert password not in (await visitor.get(f"/organisations/{agency}")).text
    assert await value("SELECT count(*) FROM membership WHERE organisation = $1", agency) == 2
    newcomer = visit()
    led = await newcomer.post("/sign-in", {"identifier": "137 0013 7000", "password": password})
    assert led.headers["location"] == "/sign-in/password"


async def test_roles_are_those_of_the_kind_and_nobody_has_one_twice(db: str) -> None:
    agency, now = await make.organisation(), clock.now()
    manager = await acting(await make.member(agency, "agency_manager"))
    await make.account("陈一", "+8613800138000")
    wanted = NewMember(identifier="13800138000", role=Role.SOCIAL_WORKER)
    added = await members.add_member(manager, agency, wanted, now=now)
    assert (added.name, added.password) == ("陈一", None)
    with pytest.raises(Conflict):
        await members.add_member(manager, agency, wanted, now=now)
    for role in (Role.FUNDER_OFFICER, Role.PLATFORM_ADMIN, Role.VOLUNTEER):
        with pytest.raises(Invalid):
            await members.add_member(manager, agency, NewMember(identifier="13800138000", role=role), now=now)


async def test_a_manager_looks_after_no_other_organisation(db: str) -> None:
    mine, theirs, now = await make.organisation(), await make.organisation(), clock.now()
    manager = await acting(await make.member(mine, "agency_manager"))
    stranger = await make.member(theirs, "social_worker")
    wanted = NewMember(identifier="13800138000", role=Role.SOCIAL_WORKER, name="某")
    with pytest.raises(NotFound):
        await members.add_member(manager, theirs, wanted, now=now)
    with pytest.raises(NotFound):
        await members.end_membership(manager, await membership_of(stranger), now=now)
    with pytest.raises(NotFound):
        await members.renew_member_password(manager, await membership_of(stranger), now=now)
    assert await value("SELECT count(*) FROM membership WHERE until IS NOT NULL") == 0


async def test_the_last_who_manages_members_is_told_so_instead_of_being_locked_out(visit: Visit) -> None:
    agency = await make.organisation()
    manager = await make.member(agency, "agency_manager")
    own = await membership_of(manager)
    visitor = await visit().signs_in_as(manager)
    refused = await visitor.post(f"/memberships/{own}/end")
    assert refused.status_code == 409
    assert "This is the last person here who can manage members." in refused.text
    await make.member(agency, "agency_manager")
    assert (await visitor.post(f"/memberships/{own}/end")).headers["location"] == "/"
    assert (await visitor.get(f"/organisations/{agency}")).status_code == 403


async def test_a_manager_renews_passwords_only_of_people_who_work_nowhere_else_and_it_is_logged(db: str) -> None:
    agency, other, now = await make.organisation(), await make.organisation("funder", "街道办"), clock.now()
    manager = await acting(await make.member(agency, "agency_manager"))
    worker = await make.member(agency, "social_worker")
    added = await members.renew_member_password(manager, await membership_of(worker), now=now)
    assert added.password
    assert await value("SELECT subject_id FROM look WHERE subject_kind = 'account'") == worker
    here = await membership_of(worker)
    await make.execute(
        "INSERT INTO membership (account, organisation, role, since) VALUES ($1, $2, 'funder_officer', now())",
        worker, other,
    )  # fmt: skip
    with pytest.raises(Forbidden):
        await members.renew_member_password(manager, here, now=now)
    assert (await members.renew_member_password(await admin(), here, now=now)).password


async def test_the_list_of_organisations_filters_and_pages_without_more_queries(visit: Visit) -> None:
    actor = await admin()
    for _ in range(55):
        await make.organisation()
    await make.organisation("funder", "桂园街道办")
    visitor = await visit().signs_in_as(actor.account_id)
    first = await visitor.get("/organisations")
    assert first.text.count("data-row") == 50
    assert 'rel="next"' in first.text
    only = await visitor.get("/organisations?words=桂园街道办&kind=funder")
    assert only.text.count("data-row") == 1
    assert "No organisation fits" in (await visitor.get("/organisations?words=zzz")).text
