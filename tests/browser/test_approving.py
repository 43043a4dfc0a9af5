"""A coordinator approves forty clean rows in one screen with at most three clicks and no reload, on desk and phone."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from argon2 import PasswordHasher
from playwright.async_api import Browser, Page, expect

from app.accounts.regions import ensure_regions
from app.hours import actions
from app.kit.db import close_pool, execute, open_pool, value
from app.settings import settings
from tests import factories as make
from tests.browser.conftest import City, nothing_bars_anyone, open_window
from tests.browser.journey import PASSWORD, sign_in
from tests.hours import scene

pytestmark = pytest.mark.browser

CLEAN = 40
MINUTES = 120
_numbers = count(100)


@dataclass
class Inbox:
    """An agency whose manager finds forty clean rows, one's own, and one that came late."""

    manager: str = ""
    clean: list[int] = field(default_factory=list)
    own: int = 0
    late: int = 0

    async def posted(self) -> int:
        """How many entries of the ledger these attendances have."""
        return int(await value("SELECT count(*) FROM posting WHERE attendance_id = ANY ($1)", self.all))

    async def minutes(self) -> int:
        """What they come to in the ledger."""
        sql = "SELECT coalesce(sum(minutes), 0)::bigint FROM posting WHERE attendance_id = ANY ($1)"
        return int(await value(sql, self.all))

    @property
    def all(self) -> list[int]:
        return [*self.clean, self.own, self.late]


@asynccontextmanager
async def full_inbox(city: City) -> AsyncIterator[Inbox]:
    """Yesterday's shift, punched in and out by the social worker."""
    await open_pool(city.database, "public", settings().app_role, 4)
    try:
        await ensure_regions()
        yield await _cast(city.now())
    finally:
        await close_pool()


async def _cast(now: datetime) -> Inbox:
    funder, agency = await make.organisation("funder", "街道办"), await make.organisation("agency", "社工机构")
    officer, worker = await make.member(funder, "funder_officer"), await make.member(agency, "social_worker")
    made = Inbox(manager=f"13900{next(_numbers):06d}")
    manager = await make.account("林一", f"+86{made.manager}")
    hashed = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    await execute("UPDATE account SET password_hash = $2 WHERE id = $1", manager, hashed)
    await execute(
        "INSERT INTO membership (account, organisation, role, since) VALUES ($1, $2, 'agency_manager', now())",
        manager,
        agency,
    )
    starts = (now - timedelta(days=1)).astimezone(UTC).replace(hour=6, minute=0, second=0, microsecond=0)
    contract = await make.contract(await make.program(funder, agency, officer), officer, date(starts.year, 1, 1))
    activity = await make.activity(agency, manager, await make.line(contract))
    shift = await make.shift(activity, starts=starts, minutes=MINUTES, status="done")
    seat = await make.seat(shift, needed=CLEAN + 2)

    async def attended(person: int, came: datetime) -> int:
        signup = await make.signup(seat, person, manager, "attended")
        await scene.punch(signup, "in", came, worker)
        await scene.punch(signup, "out", starts + timedelta(minutes=MINUTES), worker)
        await actions.bring_up_to_date(signup, now=now)
        return int(await value("SELECT id FROM attendance WHERE signup = $1", signup))

    made.clean = [await attended((await make.volunteer(f"王{number}"))[1], starts) for number in range(CLEAN)]
    made.own = await attended(await make.person("林一", manager), starts)
    made.late = await attended((await make.volunteer("迟到"))[1], starts + timedelta(minutes=40))
    return made


@dataclass
class Watched:
    """A page whose trusted clicks and whole page loads are counted from now on."""

    page: Page
    loads: int = 0

    async def begin(self) -> None:
        await self.page.evaluate(
            "() => { window.clicks = 0; addEventListener('click', (e) => { window.clicks += e.isTrusted; }, true); }"
        )
        self.page.on("framenavigated", self._loaded)

    def _loaded(self, _frame: object) -> None:
        self.loads += 1

    async def clicks(self) -> int:
        return int(await self.page.evaluate("window.clicks"))

    async def never_reloaded(self) -> bool:
        """The script's own counter is still there, and the browser knows of one navigation only."""
        once = "performance.getEntriesByType('navigation').length === 1"
        alive = await self.page.evaluate(f"{once} && 'clicks' in window")
        return bool(alive) and self.loads == 0


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "desk"])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_forty_clean_rows_are_approved_with_three_clicks_and_no_reload(
    chromium: Browser, city: City, language: str, phone: bool
) -> None:
    async with full_inbox(city) as inbox:
        page = await open_window(chromium, city, language, phone=phone)
        await sign_in(page, inbox.manager)
        await page.goto("/approvals")
        await expect(page.locator("tr[data-row]")).to_have_count(CLEAN + 2)
        await expect(page.locator("input[name=chosen]")).to_have_count(CLEAN + 1)  # all but one's own
        assert await page.locator(f"#pick-{inbox.own}").count() == 0
        await nothing_bars_anyone(page)
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"

        watched = Watched(page)
        await watched.begin()
        await page.click(".together form button")
        await expect(page.locator("input[name=chosen]:checked")).to_have_count(CLEAN)
        await expect(page.locator("button.primary[form=approving]")).to_be_focused()
        await page.click("button.primary[form=approving]")
        outcome = page.locator("#inbox .outcome")
        await expect(outcome).to_contain_text(f"{CLEAN}")
        await expect(outcome).to_contain_text("80 小时" if language == "zh_CN" else "80 h")
        await expect(outcome).to_be_focused()
        assert await watched.clicks() <= 3
        assert await watched.never_reloaded()
        assert (await inbox.posted(), await inbox.minutes()) == (CLEAN, CLEAN * MINUTES)
        posted = "SELECT count(DISTINCT attendance_id) FROM posting WHERE attendance_id = ANY ($1)"
        assert await value(posted, inbox.clean) == CLEAN
        assert await value(posted, [inbox.own, inbox.late]) == 0
        await expect(page.locator("tr[data-row]")).to_have_count(2)
        await nothing_bars_anyone(page)

        await page.click(".outcome summary")
        await page.select_option("#undo-reason", "by_mistake")
        await nothing_bars_anyone(page)
        await page.click(".outcome form button")
        await expect(page.locator("tr[data-row]")).to_have_count(CLEAN + 2)
        assert await watched.never_reloaded()
        assert (await inbox.posted(), await inbox.minutes()) == (2 * CLEAN, 0)
        await page.context.close()


async def test_the_same_works_where_no_script_runs(chromium: Browser, city: City) -> None:
    async with full_inbox(city) as inbox:
        context = await chromium.new_context(base_url=city.address, locale="en-GB", java_script_enabled=False)
        page = await context.new_page()
        await sign_in(page, inbox.manager)
        await page.goto("/approvals")
        await page.click(".together form button")
        await expect(page).to_have_url(re.compile("choose=clean"))
        await page.click("button.primary[form=approving]")
        await expect(page.locator("#flashes")).to_contain_text(f"{CLEAN} attendances approved: 80 h count.")
        assert (await inbox.posted(), await inbox.minutes()) == (CLEAN, CLEAN * MINUTES)
        await page.click(".outcome summary")
        await page.select_option("#undo-reason", "by_mistake")
        await page.click(".outcome form button")
        await expect(page.locator("#flashes")).to_contain_text(f"{CLEAN} attendances were taken back")
        assert await inbox.minutes() == 0
        await context.close()
