"""Rule-books on the real database: what applies to what, publishing, previews, and counting old hours again."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest

from app.accounts.rules import Actor
from app.hours import actions
from app.hours.actions import rerating, rule_books
from app.hours.queries import rule_books as queries
from app.hours.queries.facts import rule_book_for
from app.hours.queries.rating import START
from app.hours.rules import CountingRules, TierRule
from app.hours.rules.previewing import Preview
from app.hours.rules.rule_book import GroupRule, Tier
from app.kit.db import execute, value
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from tests import factories as make
from tests.hours import scene
from tests.hours.scene import AFTER, Scene
from tests.settle import settle

SERVED = date(2026, 11, 28)
NEXT_DAY = AFTER + timedelta(days=1)
HALF_HOURS = CountingRules(least_minutes=30, round_to_minutes=30, most_minutes_a_day=480)
NOVEMBER = (date(2026, 11, 1), date(2026, 12, 1))


async def keep(rules: CountingRules, since: date, contract: int | None = None, funder: int | None = None) -> int:
    """A published version, as a migration or an earlier act left it."""
    return int(
        await value(
            "INSERT INTO rule_book (contract, funder, version, applies_from, rules, note, published_at)"
            " VALUES ($1, $2, $3, $4, $5::jsonb, '', $6) RETURNING id",
            contract, funder, f"{since}", since, msgspec.json.encode(rules).decode(), datetime.now(UTC),
        )
    )  # fmt: skip


async def drafted(actor: Actor, rules: CountingRules, since: date, contract: int | None = None) -> int:
    owner = await queries.owner_to_manage(actor, contract)
    terms = rule_books.Terms(version="2026-2", applies_from=since, rules=rules, note="每半小时计一次")
    return await rule_books.begin_draft(actor, owner, terms, now=AFTER)


async def posted(ground: Scene, minutes: int = 110, person: int | None = None, shift: int | None = None) -> int:
    """An approved attendance of a volunteer who stayed for so long."""
    shift = shift or await ground.shift()
    signup = await ground.signup(shift, person)
    starts, _ = await scene.span(shift)
    await scene.punch(signup, "in", starts, ground.worker)
    await scene.punch(signup, "out", starts + timedelta(minutes=minutes), ground.worker)
    attendance = await scene.recorded(signup)
    await actions.approve(await scene.acting(ground.manager), attendance, now=AFTER)
    return attendance


async def previewed(actor: Actor, draft: int, span: tuple[date, date] = NOVEMBER) -> Preview:
    await rule_books.ask_preview(actor, draft, *span)
    await settle()
    found = await queries.draft_for(actor, draft)
    assert found.preview_status == "made"
    return found.previewed


async def ledger(attendance: int) -> list[tuple[int, str]]:
    return [(entry.minutes, entry.reason) for entry in await scene.entries(attendance)]


class TestWhichApplies:
    async def test_the_contracts_own_goes_first_then_its_funders_then_the_citys(self, db: str) -> None:
        ground = await scene.build()
        city = await rule_book_for(ground.line, SERVED)
        assert city is not None
        funders = await keep(HALF_HOURS, date(2026, 3, 1), funder=ground.funder)
        assert (await rule_book_for(ground.line, SERVED)).id == funders  # type: ignore[union-attr]
        own = await keep(HALF_HOURS, date(2026, 6, 1), contract=ground.contract)
        later = await keep(HALF_HOURS, date(2026, 12, 1), contract=ground.contract)
        for day, book in (
            (date(2026, 2, 28), city.id), (date(2026, 3, 1), funders), (date(2026, 5, 31), funders),
            (date(2026, 6, 1), own), (date(2026, 11, 30), own), (date(2026, 12, 1), later),
        ):  # fmt: skip
            found = await rule_book_for(ground.line, day)
            assert found is not None
            assert found.id == book, day

    async def test_another_funders_does_not(self, db: str) -> None:
        ground = await scene.build()
        await keep(HALF_HOURS, date(2026, 3, 1), funder=await make.organisation("funder", "另一街道办"))
        found = await rule_book_for(ground.line, SERVED)
        assert found is not None
        assert found.rules.least_minutes == 15
        without_line = await rule_book_for(None, SERVED)
        assert without_line is not None
        assert without_line.id == found.id

    async def test_nothing_applies_before_the_first(self, db: str) -> None:
        assert await rule_book_for(None, date(2019, 12, 31)) is None


class TestPublishing:
    async def test_it_takes_a_preview_and_then_never_changes(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        draft = await drafted(officer, HALF_HOURS, date(2026, 12, 1), ground.contract)
        with pytest.raises(Conflict) as refused:
            await rule_books.publish(officer, draft, rerate=False, now=AFTER)
        assert refused.value.first.code == "not_previewed"
        await previewed(officer, draft)
        book = await rule_books.publish(officer, draft, rerate=False, now=AFTER)
        assert (await rule_book_for(ground.line, date(2026, 12, 1))).id == book  # type: ignore[union-attr]
        assert (await rule_book_for(ground.line, date(2026, 11, 30))).id != book  # type: ignore[union-attr]
        for statement in ("UPDATE rule_book SET note = 'x'", "DELETE FROM rule_book"):
            with pytest.raises(Exception, match="permission denied"):
                await execute(statement)
        for deed in (
            rule_books.publish(officer, draft, rerate=False, now=AFTER),
            rule_books.discard_draft(officer, draft),
            rule_books.change_draft(
                officer, draft, rule_books.Terms(version="x", applies_from=SERVED, rules=HALF_HOURS)
            ),
        ):
            with pytest.raises(Conflict) as refused:
                await deed
            assert refused.value.first.code == "published_already"
        assert await value("SELECT count(*) FROM rule_book WHERE contract = $1", ground.contract) == 1

    async def test_an_edited_draft_has_to_be_previewed_anew(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        draft = await drafted(officer, HALF_HOURS, date(2026, 12, 1))
        await previewed(officer, draft)
        terms = rule_books.Terms(version="2026-3", applies_from=date(2026, 12, 1), rules=HALF_HOURS)
        await rule_books.change_draft(officer, draft, terms)
        with pytest.raises(Conflict) as refused:
            await rule_books.publish(officer, draft, rerate=False, now=AFTER)
        assert refused.value.first.code == "not_previewed"

    async def test_a_contradiction_is_not_published(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        wrong = msgspec.structs.replace(HALF_HOURS, least_minutes=600)
        draft = await drafted(officer, wrong, date(2026, 12, 1))
        await previewed(officer, draft)
        with pytest.raises(Conflict) as refused:
            await rule_books.publish(officer, draft, rerate=False, now=AFTER)
        assert refused.value.first.code == "contradicts_itself"

    async def test_two_versions_never_apply_from_one_day(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        await keep(HALF_HOURS, date(2026, 12, 1), funder=ground.funder)
        draft = await drafted(officer, HALF_HOURS, date(2026, 12, 1))
        await previewed(officer, draft)
        with pytest.raises(Conflict) as refused:
            await rule_books.publish(officer, draft, rerate=False, now=AFTER)
        assert refused.value.first.code == "day_taken"

    async def test_a_day_in_the_past_means_counting_again_with_a_reason(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        attendance = await posted(ground)
        draft = await drafted(officer, HALF_HOURS, SERVED)
        await previewed(officer, draft)
        with pytest.raises(Conflict) as refused:
            await rule_books.publish(officer, draft, rerate=False, now=NEXT_DAY)
        assert refused.value.first.code == "past_needs_rerating"
        with pytest.raises(Invalid):
            await rule_books.publish(officer, draft, rerate=True, reason=" ", now=NEXT_DAY)
        assert await ledger(attendance) == [(110, "")]
        await rule_books.publish(officer, draft, rerate=True, reason="合同约定每半小时计一次", now=NEXT_DAY)
        await settle()
        assert await ledger(attendance) == [(110, ""), (-110, "re_rated"), (90, "re_rated")]

    async def test_what_waits_is_counted_by_the_new_version_before_anyone_vouches(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        attendance = await ground.attended()
        await keep(HALF_HOURS, date(2026, 1, 1), funder=ground.funder)
        draft = await drafted(officer, msgspec.structs.replace(HALF_HOURS, most_minutes_a_day=60), SERVED)
        await previewed(officer, draft)
        await rule_books.publish(officer, draft, rerate=True, reason="每日上限", now=NEXT_DAY)
        await settle()
        assert (await scene.attendance(attendance)).counted_minutes == 60
        assert not await scene.entries(attendance)


class TestDoors:
    async def test_a_funder_makes_its_own_the_platform_the_citys_and_nobody_anothers(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        platform = await make.organisation("platform", "市平台")
        admin = await scene.acting(await make.member(platform, "platform_admin"))
        other = await scene.acting(await make.member(await make.organisation("funder", "别处"), "funder_officer"))
        manager = await scene.acting(ground.manager)
        assert (await queries.owner_to_manage(officer, None)).level == "funder"
        assert (await queries.owner_to_manage(officer, ground.contract)).level == "contract"
        assert (await queries.owner_to_manage(admin, None)).level == "city"
        for actor, contract in ((other, ground.contract), (manager, ground.contract), (admin, ground.contract)):
            with pytest.raises(NotFound):
                await queries.owner_to_manage(actor, contract)
        draft = await drafted(officer, HALF_HOURS, date(2026, 12, 1), ground.contract)
        for actor in (other, manager, admin):
            with pytest.raises(NotFound):
                await queries.draft_for(actor, draft)
            with pytest.raises(NotFound):
                await rule_books.publish(actor, draft, rerate=False, now=AFTER)
        funders = await keep(HALF_HOURS, date(2026, 3, 1), funder=ground.funder)
        assert (await queries.book_for(manager, funders)).id == funders
        with pytest.raises(NotFound):
            await queries.book_for(other, funders)
        with pytest.raises(Forbidden):
            await rerating.rerate(manager, funders, *NOVEMBER, "x", now=AFTER)


class TestCountingAgain:
    async def test_a_preview_says_exactly_what_counting_again_then_does(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        _, someone = await make.volunteer()
        morning = await ground.shift()
        evening = await make.shift(ground.activity, starts=make.WHEN + timedelta(hours=4))
        changed = [await posted(ground, 110, someone, morning), await posted(ground, 100, someone, evening)]
        same = await posted(ground, 90)
        draft = await drafted(officer, HALF_HOURS, date(2026, 11, 1))
        preview = await previewed(officer, draft)
        assert (preview.looked_at, preview.changed, preview.people_changed) == (3, 2, 1)
        assert (preview.before, preview.after, preview.difference) == (300, 270, -30)
        assert [(one.attendance, one.before, one.after) for one in preview.changes] == [
            (changed[0], 110, 90),
            (changed[1], 100, 90),
        ]
        assert [step.code for step in preview.changes[0].why] == ["rounded"]
        assert [(each.changed, each.before, each.after) for each in preview.activities] == [(2, 300, 270)]
        assert await value("SELECT count(*) FROM posting") == 3, "a preview changes nothing"
        book = await rule_books.publish(officer, draft, rerate=True, reason="按合同", now=NEXT_DAY)
        await settle()
        [act] = await queries.reratings_of(book)
        assert (act.status, act.looked_at, act.changed) == ("done", preview.looked_at, preview.changed)
        assert (act.minutes_before, act.minutes_after) == (preview.before, preview.after)
        for attendance, minutes in zip(changed, (90, 90), strict=True):
            assert (await ledger(attendance))[-1] == (minutes, "re_rated")
            assert (await scene.attendance(attendance)).counted_minutes == minutes
        assert await ledger(same) == [(90, "")]

    async def test_tiers_that_would_be_asked_are_shown(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        await posted(ground)
        careful = msgspec.structs.replace(HALF_HOURS, tiers=(TierRule(over_minutes=60, ask=(Tier.PARENT,)),))
        preview = await previewed(officer, await drafted(officer, careful, date(2026, 12, 1)))
        assert [(each.before, each.after, each.attendances) for each in preview.tiers] == [
            ((Tier.AGENCY,), (Tier.PARENT,), 1)
        ]

    async def test_people_who_serve_together_are_counted_the_same_both_times(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        shift = await ground.shift()
        together = [await posted(ground, 100, shift=shift) for _ in range(2)]
        grouped = msgspec.structs.replace(
            HALF_HOURS, round_to_minutes=1, groups=(GroupRule(people_from=2, permille=500),)
        )
        draft = await drafted(officer, grouped, date(2026, 11, 1))
        assert (await previewed(officer, draft)).after == 100
        await rule_books.publish(officer, draft, rerate=True, reason="两人以上减半", now=NEXT_DAY)
        await settle()
        assert [(await ledger(each))[-1] for each in together] == [(50, "re_rated")] * 2

    async def test_a_lower_cap_takes_from_who_was_posted_last(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        _, someone = await make.volunteer()
        evening = await make.shift(ground.activity, starts=make.WHEN + timedelta(hours=4))
        first = await posted(ground, 100, someone, evening)
        second = await posted(ground, 100, someone)
        capped = msgspec.structs.replace(HALF_HOURS, round_to_minutes=1, most_minutes_a_day=120)
        draft = await drafted(officer, capped, date(2026, 11, 1))
        await previewed(officer, draft)
        await rule_books.publish(officer, draft, rerate=True, reason="每日上限", now=NEXT_DAY)
        await settle()
        assert [entry[0] for entry in await ledger(first)] == [100]
        assert [entry[0] for entry in await ledger(second)] == [100, -100, 20]
        again = await queries.previews_of(await value("SELECT max(id) FROM rule_book"))
        assert again is not None
        assert (await previewed(officer, again.id)).changed == 0, "a second time there is nothing to change"

    async def test_closed_periods_and_detached_months_are_left_alone_and_counted(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        closed = await posted(ground)
        await scene.close_periods(ground.contract)
        await execute("UPDATE attendance SET status = 'posted' WHERE id = $1", closed)
        draft = await drafted(officer, HALF_HOURS, date(2026, 11, 1))
        preview = await previewed(officer, draft)
        assert (preview.looked_at, preview.changed, preview.left_alone) == (0, 0, {"period_locked": 1})
        book = await rule_books.publish(officer, draft, rerate=True, reason="按合同", now=NEXT_DAY)
        await settle()
        [act] = await queries.reratings_of(book)
        assert (act.status, act.changed, act.left) == ("done", 0, {"period_locked": 1})
        assert await ledger(closed) == [(110, "")]

    async def test_killed_in_the_middle_it_goes_on_and_posts_once(
        self, db: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        attendances = [await posted(ground) for _ in range(5)]
        draft = await drafted(officer, HALF_HOURS, date(2026, 11, 1))
        await previewed(officer, draft)
        book = await rule_books.publish(officer, draft, rerate=True, reason="按合同", now=NEXT_DAY)
        [act] = await queries.reratings_of(book)
        monkeypatch.setattr(rerating, "MONTHS_AT_ONCE", 2)
        await rerating.rerate_further(act.id, START, now=NEXT_DAY)
        real, calls = rerating.correct, 0

        async def dies(*arguments: object, **more: object) -> None:
            nonlocal calls
            calls += 1
            await real(*arguments, **more)  # type: ignore[arg-type]
            if calls == 2:
                raise KeyboardInterrupt  # what a kill looks like to the transaction: nothing of this step is kept

        monkeypatch.setattr(rerating, "correct", dies)
        done = await value("SELECT count(*) FROM posting WHERE reverses")
        with pytest.raises(KeyboardInterrupt):
            await settle()
        assert await value("SELECT count(*) FROM posting WHERE reverses") == done == 2
        monkeypatch.setattr(rerating, "correct", real)
        await settle()
        assert (await queries.reratings_of(book))[0].status == "done"
        for attendance in attendances:
            assert await ledger(attendance) == [(110, ""), (-110, "re_rated"), (90, "re_rated")]

    async def test_asked_for_by_itself_it_needs_the_preview_of_the_very_days(self, db: str) -> None:
        ground = await scene.build()
        officer = await scene.acting(ground.officer)
        attendance = await posted(ground)
        book = await keep(HALF_HOURS, date(2026, 11, 1), funder=ground.funder)
        for span, code in (
            ((date(2026, 10, 1), date(2026, 12, 1)), "before_it_applies"),
            (NOVEMBER, "not_previewed_span"),
        ):
            with pytest.raises(Conflict) as refused:
                await rerating.rerate(officer, book, *span, "按合同", now=NEXT_DAY)
            assert refused.value.first.code == code
        row = await queries.book_for(officer, book)
        terms = rule_books.Terms(version=row.version, applies_from=row.applies_from, rules=row.figures)
        held = await rule_books.begin_draft(officer, row.owner, terms, now=AFTER, published_as=book)
        await previewed(officer, held)
        await rerating.rerate(officer, book, *NOVEMBER, "按合同", now=NEXT_DAY)
        with pytest.raises(Conflict) as refused:
            await rerating.rerate(officer, book, *NOVEMBER, "再来一次", now=NEXT_DAY)
        assert refused.value.first.code == "rerating_running"
        await settle()
        assert [entry[0] for entry in await ledger(attendance)] == [110, -110, 90]
