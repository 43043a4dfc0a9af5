"""The whole chain as one journey: contract → request → shift → attendance → posting → report, in both languages."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from argon2 import PasswordHasher
from playwright.async_api import Browser, Page, expect

from app.accounts.regions import ensure_regions
from app.kit.db import close_pool, execute, open_pool
from app.settings import settings
from tests import factories as make
from tests.browser.conftest import City, nothing_bars_anyone, open_window

pytestmark = pytest.mark.browser

PASSWORD = "a journey of many steps"
SHENZHEN = ZoneInfo("Asia/Shanghai")
STREET, COMMUNITY = "440303001", "440303001001"


class Cast:
    """Who takes part, by the number they sign in with."""

    officer = "13800010001"
    manager = "13800010002"
    leader = "13800010003"
    community_worker = "13800010004"


@pytest.fixture(scope="module")
async def cast(city: City) -> AsyncIterator[type[Cast]]:
    """The organisations and their people, as an administrator would have entered them."""
    await open_pool(city.database, "public", settings().app_role, 4)
    await ensure_regions()
    hashed = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    for kind, region, members in (
        ("funder", STREET, ((Cast.officer, "funder_officer"),)),
        ("agency", STREET, ((Cast.manager, "agency_manager"), (Cast.leader, "social_worker"))),
        ("community", COMMUNITY, ((Cast.community_worker, "community_worker"),)),
    ):
        organisation = await make.organisation(
            kind, {"funder": "桂园街道办", "agency": "同行社工", "community": "大塘龙社区"}[kind], region
        )
        for number, role in members:
            account = await make.account("林一", f"+86{number}")
            await execute("UPDATE account SET password_hash = $2 WHERE id = $1", account, hashed)
            await execute(
                "INSERT INTO membership (account, organisation, role, since) VALUES ($1, $2, $3, now())",
                account, organisation, role,
            )  # fmt: skip
    yield Cast
    await close_pool()


async def sign_in(page: Page, number: str) -> None:
    """Through the page, as everyone does."""
    await page.goto("/sign-in")
    await page.fill("[name=identifier]", number)
    await page.fill("[name=password]", PASSWORD)
    await press(page, "main form button.primary")
    await expect(page).not_to_have_url(re.compile("/sign-in"))


async def press(page: Page, selector: str) -> None:
    """Press a button and wait for the page it leads to."""
    async with page.expect_navigation():
        await page.click(selector)


async def choose(page: Page, name: str, containing: str) -> None:
    """Choose the option whose words contain these."""
    option = page.locator(f"select[name='{name}'] option", has_text=containing).first
    await page.select_option(f"select[name='{name}']", await option.get_attribute("value"))


@pytest.mark.parametrize("language", ["zh_CN", "en"])
async def test_one_hour_travels_from_contract_to_report(
    chromium: Browser, city: City, cast: type[Cast], language: str
) -> None:
    journey = Journey(chromium, city, language)
    await journey.officer_buys_a_program()
    await journey.manager_opens_an_activity()


class Journey:
    """The steps, in order; each leaves in `self` what the next ones need."""

    def __init__(self, chromium: Browser, city: City, language: str) -> None:
        self.chromium, self.city, self.language = chromium, city, language
        self.today = city.now().astimezone(SHENZHEN).date()
        self.day = self.today + timedelta(days=3)
        self.program = f"长者探访{language}"

    async def window(self, *, phone: bool) -> Page:
        return await open_window(self.chromium, self.city, self.language, phone=phone)

    def at(self, hour: int, minute: int = 0) -> datetime:
        """That time on the day of service."""
        return datetime.combine(self.day, time(hour, minute), SHENZHEN).astimezone(UTC)

    async def officer_buys_a_program(self) -> None:
        """Step 1: program, contract, lines, periods, in force."""
        page = await self.window(phone=False)
        await sign_in(page, Cast.officer)
        await page.goto("/programs/new")
        await nothing_bars_anyone(page)
        await page.fill("[name=name]", self.program)
        await choose(page, "agency", "同行社工" if self.language == "zh_CN" else "Organisation")
        await page.select_option("select[name=region]", STREET)
        await press(page, "main form button.primary")
        first = self.today.replace(day=1)
        await page.fill("[name=number]", f"HT-{self.language}")
        await page.fill("[name=starts_on]", first.isoformat())
        await page.fill("[name=last_on]", date(first.year + 1, first.month, 1).isoformat())
        await page.fill("[name=budget_fen]", "240000")
        await nothing_bars_anyone(page)
        await press(page, "main form button.primary")
        await page.fill("[name='code-0']", "01")
        await page.fill("[name='name-0']", "入户探访")
        await page.select_option("[name='service_kind-0']", "elder_visit")
        await page.fill("[name='target-0']", "1200")
        await page.fill("[name='unit_price_fen-0']", "50")
        await nothing_bars_anyone(page)
        await press(page, "main form button.primary:not([name])")
        await nothing_bars_anyone(page)
        await press(page, "main form button.primary:not([name])")
        await nothing_bars_anyone(page)
        await press(page, "main form[action$='/in-force'] button")
        page_of_contract = page.locator("main a[href^='/contracts/']").first
        self.contract = int(str(await page_of_contract.get_attribute("href")).rsplit("/", 1)[1])
        await page.context.close()

    async def manager_opens_an_activity(self) -> None:
        """Step 2: an activity under the line, and a shift with seats."""
        page = await self.window(phone=False)
        await sign_in(page, Cast.manager)
        await page.goto(f"/contracts/{self.contract}")
        await nothing_bars_anyone(page)
        await press(page, "main a[href^='/lines/']")
        await nothing_bars_anyone(page)
        await press(page, "main a[href^='/activities/new']")
        await page.fill("[name=name]", f"周末长者探访{self.language}")
        await page.select_option("[name=kind]", "elder_visit")
        await page.select_option("[name=region]", COMMUNITY)
        await page.fill("[name=place]", "大塘龙社区党群服务中心")
        await nothing_bars_anyone(page)
        # A dangerous activity without insurance is refused in words, and nothing typed is lost.
        await page.fill("[name=risk_statement]", "楼梯湿滑，两人同行。")
        await page.check("[name=dangerous]")
        await press(page, "main form button.primary")
        await expect(page.locator("[name=insurance_policy]")).to_have_attribute("aria-invalid", "true")
        await expect(page.locator("[name=name]")).to_have_value(f"周末长者探访{self.language}")
        await nothing_bars_anyone(page)
        await page.uncheck("[name=dangerous]")
        await press(page, "main form button.primary")
        self.activity = int(page.url.rsplit("/", 1)[1])
        await nothing_bars_anyone(page)
        await page.goto(f"/activities/{self.activity}/shifts/new")
        await nothing_bars_anyone(page)
        await page.fill("[name=on]", self.day.isoformat())
        await page.fill("[name=begins]", "14:00")
        await page.fill("[name=ends]", "16:00")
        await page.screenshot(path="/tmp/j2.png", full_page=True)
        await press(page, "main form button[name=step][value=check]")
        await nothing_bars_anyone(page)
        await page.screenshot(path="/tmp/j3.png", full_page=True)
        await press(page, "main form button[name=step][value=publish]")
        await page.screenshot(path="/tmp/j4.png", full_page=True)
        print("URL", page.url)
        await page.context.close()
