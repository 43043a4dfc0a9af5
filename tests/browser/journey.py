"""The steps of the chain as people do them: phone for residents and volunteers, desktop for the rest."""

import re
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from zoneinfo import ZoneInfo

import openpyxl
from argon2 import PasswordHasher
from playwright.async_api import Browser, Page, expect
from playwright.async_api import TimeoutError as TookTooLong

from app.accounts.regions import ensure_regions
from app.kit.db import close_pool, execute, open_pool, value
from app.settings import settings
from tests import factories as make
from tests.browser.conftest import City, nothing_bars_anyone, open_window

PASSWORD = "a journey of many steps"
SHENZHEN = ZoneInfo("Asia/Shanghai")
STREET, COMMUNITY = "440303001", "440303001001"


async def sign_in(page: Page, number: str) -> None:
    """Through the page, as everyone does."""
    await page.goto("/sign-in")
    await page.fill("main [name=identifier]", number)
    await page.fill("main [name=password]", PASSWORD)
    await press(page, "main form button.primary")
    await expect(page).not_to_have_url(re.compile("/sign-in"))


async def press(page: Page, selector: str) -> None:
    """Press a button and wait for the page it leads to; failing, say what the page shows instead."""
    try:
        async with page.expect_navigation():
            await page.click(selector)
    except TookTooLong as error:
        shown = await page.locator("body").inner_text()
        raise AssertionError(f"{page.url}: {selector} leads nowhere from: {shown[:1500]}") from error


async def tick(page: Page, name: str, answer: str) -> None:
    """Choose a radio button or box by pressing its words, as people do."""
    number = await page.locator(f"main [name='{name}'][value='{answer}']").get_attribute("id")
    await page.click(f"main label[for='{number}']")


class Journey:
    """The steps, in order; each leaves in `self` what the next ones need."""

    def __init__(self, chromium: Browser, city: City, language: str) -> None:
        self.chromium, self.city, self.language = chromium, city, language
        self.today = city.now().astimezone(SHENZHEN).date()
        self.day = self.today + timedelta(days=3)
        self.program = f"长者探访{language}"
        last = "1" if language == "en" else "0"
        self.officer, self.manager, self.leader, self.community_worker, self.volunteer, self.caller = (
            f"1380001{last}00{number}" for number in range(6)
        )

    async def cast(self) -> None:
        """The organisations and their people, as an administrator would have entered them."""
        await open_pool(self.city.database, "public", settings().app_role, 4)
        await ensure_regions()
        hashed = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
        for kind, region, members in (
            ("funder", STREET, ((self.officer, "funder_officer"),)),
            ("agency", STREET, ((self.manager, "agency_manager"), (self.leader, "social_worker"))),
            ("community", COMMUNITY, ((self.community_worker, "community_worker"),)),
        ):
            organisation = await make.organisation(kind, f"机构{self.language}", region)
            if kind == "agency":
                self.agency = organisation
            for number, role in members:
                account = await make.account("林一", f"+86{number}")
                await execute("UPDATE account SET password_hash = $2 WHERE id = $1", account, hashed)
                await execute(
                    "INSERT INTO membership (account, organisation, role, since) VALUES ($1, $2, $3, now())",
                    account, organisation, role,
                )  # fmt: skip

    async def end(self) -> None:
        """Let the database go."""
        await close_pool()

    async def window(self, *, phone: bool) -> Page:
        return await open_window(self.chromium, self.city, self.language, phone=phone)

    def at(self, hour: int, minute: int = 0) -> datetime:
        """That time on the day of service."""
        return datetime.combine(self.day, time(hour, minute), SHENZHEN).astimezone(UTC)

    async def officer_buys_a_program(self) -> None:
        """Step 1: program, contract, lines, periods, in force."""
        page = await self.window(phone=False)
        await sign_in(page, self.officer)
        await page.goto("/programs/new")
        await nothing_bars_anyone(page)
        await page.fill("main [name=name]", self.program)
        await page.select_option("main select[name=agency]", str(self.agency))
        await page.select_option("select[name=region]", STREET)
        await press(page, "main form button.primary")
        first = self.today.replace(day=1)
        await page.fill("main [name=number]", f"HT-{self.language}")
        await page.fill("main [name=starts_on]", first.isoformat())
        await page.fill("main [name=last_on]", date(first.year + 1, first.month, 1).isoformat())
        await page.fill("main [name=budget_fen]", "240000")
        await nothing_bars_anyone(page)
        await press(page, "main form button.primary")
        await page.fill("main [name='code-0']", "01")
        await page.fill("main [name='name-0']", "入户探访")
        await page.select_option("main [name='service_kind-0']", "elder_visit")
        await page.fill("main [name='target-0']", "1200")
        await page.fill("main [name='unit_price_fen-0']", "50")
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
        await sign_in(page, self.manager)
        await page.goto(f"/contracts/{self.contract}")
        await nothing_bars_anyone(page)
        await press(page, "main a[href^='/lines/']")
        await nothing_bars_anyone(page)
        await press(page, "main a[href^='/activities/new']")
        await page.fill("main [name=name]", f"周末长者探访{self.language}")
        await page.select_option("main [name=kind]", "elder_visit")
        await page.select_option("main [name=region]", COMMUNITY)
        await page.fill("main [name=place]", "大塘龙社区党群服务中心")
        await nothing_bars_anyone(page)
        # A dangerous activity without insurance is refused in words, and nothing typed is lost.
        await page.fill("main [name=risk_statement]", "楼梯湿滑，两人同行。")
        await page.click("label[for=dangerous]")
        await press(page, "main form button.primary")
        await expect(page.locator("main [name=insurance_policy]")).to_have_attribute("aria-invalid", "true")
        await expect(page.locator("main [name=name]")).to_have_value(f"周末长者探访{self.language}")
        await nothing_bars_anyone(page)
        await page.click("label[for=dangerous]")
        await press(page, "main form button.primary")
        self.activity = int(page.url.rsplit("/", 1)[1])
        await nothing_bars_anyone(page)
        self.group = await self.publish(page, "14:00", "16:00", leads=True)
        self.rival = await self.publish(page, "15:00", "17:00", leads=False)
        await page.context.close()

    async def publish(self, page: Page, begins: str, ends: str, *, leads: bool) -> int:
        """One shift on the day of service; the answer is its number."""
        await page.goto(f"/activities/{self.activity}/shifts/new")
        await page.fill("main [name=on]", self.day.isoformat())
        await page.fill("main [name=begins]", begins)
        await page.fill("main [name=ends]", ends)
        await page.fill("main [name=role-0]", "探访义工")
        await page.fill("main [name=needed-0]", "3")
        await nothing_bars_anyone(page)
        await press(page, "main form button[name=step][value=check]")
        await nothing_bars_anyone(page)
        await press(page, "main form button[name=step][value=publish]")
        newest = await value("SELECT max(id) FROM shift WHERE activity = $1", self.activity)
        await page.goto(f"/shifts/{newest}/manage")
        await nothing_bars_anyone(page)
        return int(newest)

    async def daughter_asks_for_her_mother(self) -> None:
        """Step 3, on a phone and without an account."""
        page = await self.window(phone=True)
        await page.goto("/")
        await nothing_bars_anyone(page)
        await press(page, "main a[href='/help']")
        if await page.locator("main a.primary").count():
            await press(page, "main a.primary")
        await tick(page, "asked_by", "relative")
        await page.fill("main [name=name]", f"王秀兰{self.language}")
        await self.go_on(page)
        await tick(page, "service_kind", "elder_visit")
        await page.fill("main [name=details]", "母亲独居，希望每周有人上门看看。")
        await self.go_on(page)
        label = await page.locator("#communities option").first.get_attribute("value")
        assert label
        await page.fill("main [name=community]", label)
        await page.fill("main [name=address]", "红宝路1号2栋301")
        await self.go_on(page)
        await tick(page, "soon", "soon")
        await self.go_on(page)
        await page.fill("main [name=asker_name]", "李敏")
        await page.fill("main [name=phone]", self.caller)
        await page.click("main label[for=consent]")
        await self.go_on(page)
        await self.go_on(page)
        self.link = page.url.split("?")[0]
        assert "/help/follow/" in self.link
        await nothing_bars_anyone(page)
        await expect(page.locator("main")).to_contain_text(re.compile(r"\d{4}-0*\d+"))
        await page.context.close()

    async def go_on(self, page: Page) -> None:
        """The one primary button of a step."""
        await nothing_bars_anyone(page)
        await press(page, "main form button.primary")

    async def community_worker_accepts_and_hands_over(self) -> None:
        """Steps 3 and 4: duplicates shown at the window, then accepted and handed to the program."""
        page = await self.window(phone=False)
        await sign_in(page, self.community_worker)
        await page.goto("/requests/new")
        await nothing_bars_anyone(page)
        await page.fill("main [name=name]", f"王秀兰{self.language}")
        await page.type("main [name=phone]", self.caller)
        await page.press("main [name=phone]", "Tab")
        await expect(page.locator("main", has_text="王")).to_contain_text("王**")
        self.request = int(await value("SELECT max(id) FROM request"))
        await page.goto("/requests")
        await nothing_bars_anyone(page)
        await press(page, f"main a[href^='/requests/{self.request}']")
        await expect(page.locator("main")).not_to_contain_text("红宝路1号")
        await nothing_bars_anyone(page)
        await press(page, f"main form[action='/requests/{self.request}/accept'] button")
        await page.locator(
            f"main form[action='/requests/{self.request}/hand-over'] label", has_text=self.program
        ).click()
        await press(page, f"main form[action='/requests/{self.request}/hand-over'] button")
        await nothing_bars_anyone(page)
        resident = int(await value("SELECT resident FROM request WHERE id = $1", self.request))
        await page.goto(f"/residents/{resident}/door-card")
        await nothing_bars_anyone(page)
        await press(page, f"main form[action='/residents/{resident}/door-card'] button")
        await expect(page.locator(".door-card .digits")).to_have_count(12)
        self.codes = [text.replace(" ", "") for text in await page.locator(".door-card .digits").all_inner_texts()]
        assert len(set(self.codes)) == 12
        await nothing_bars_anyone(page)
        await page.context.close()

    async def manager_plans_the_visit(self) -> None:
        """Step 4: the agency turns the request into a visit shift."""
        page = await self.window(phone=False)
        await sign_in(page, self.manager)
        await page.goto(f"/requests/{self.request}/visits/new")
        await nothing_bars_anyone(page)
        await page.fill("main [name=day]", self.day.isoformat())
        await page.fill("main [name=begins]", "10:00")
        await page.fill("main [name=minutes]", "90")
        await page.fill("main [name=volunteers]", "1")
        await page.fill("main [name=staff]", "0")
        await press(page, "main form button.primary")
        await nothing_bars_anyone(page)
        self.visit, self.visit_shift = await self.newest_visit()
        await page.context.close()

    async def newest_visit(self) -> tuple[int, int]:
        """The visit planned last, and its shift."""
        visit = int(await value("SELECT max(id) FROM visit"))
        return visit, int(await value("SELECT shift FROM visit WHERE id = $1", visit))

    async def volunteer_signs_up_and_is_told_why_not(self) -> None:
        """Step 5, on a phone: look first, then an account, then three taps; barred with reason and fix; cancel."""
        page = self.phone = await self.window(phone=True)
        await page.goto("/shifts?when=&kind=elder_visit&places=open")
        await nothing_bars_anyone(page)
        await press(page, f"main a[href='/shifts/{self.group}']")
        await nothing_bars_anyone(page)
        await press(page, "main a.primary[href^='/sign-up']")
        await page.fill("main [name=name]", "陈晓")
        await page.fill("main [name=identifier]", self.volunteer)
        await page.fill("main [name=password]", PASSWORD)
        await page.click("main label[for=consent]")
        await nothing_bars_anyone(page)
        await press(page, "main form button.primary")
        if "/shifts/" not in page.url:
            await page.goto(f"/shifts/{self.group}")
        await self.take_a_place(page)
        await page.goto(f"/shifts/{self.rival}")
        await nothing_bars_anyone(page)
        assert await page.locator(f"main form[action='/shifts/{self.rival}/sign-up'] button.primary").count() == 0
        await expect(page.locator("main")).to_contain_text("14:00")
        group = int(await value("SELECT max(id) FROM signup WHERE shift = $1", self.group))
        await page.goto(f"/signups/{group}/cancel")
        await nothing_bars_anyone(page)
        await page.locator("main label", has=page.locator("xpath=self::*")).nth(0).click()
        await press(page, "main form button.danger")
        assert await value("SELECT status FROM signup WHERE id = $1", group) == "cancelled"
        await page.goto(f"/shifts/{self.group}")
        await self.take_a_place(page)
        await page.goto(f"/shifts/{self.visit_shift}")
        await self.take_a_place(page)
        await page.goto("/me/shifts")
        await nothing_bars_anyone(page)
        await page.goto("/me/profile")
        await nothing_bars_anyone(page)

    async def take_a_place(self, page: Page) -> None:
        """Press sign up; when the shift must know an age, say it once."""
        if await page.locator("main [name=born]").count():
            await page.fill("main [name=born]", "1990-05-04")
        await press(page, "main form[action$='/sign-up'] button.primary")
        await nothing_bars_anyone(page)

    async def the_visit_takes_place(self) -> None:
        """Step 6: in and out of the visit with the shift's rotating code."""
        self.city.move_to(self.at(9, 57))
        screen = await self.window(phone=False)
        await sign_in(screen, self.leader)
        signup = int(await value("SELECT max(id) FROM signup WHERE shift = $1", self.visit_shift))
        for moment in (self.at(9, 58), self.at(11, 31)):
            self.city.move_to(moment)
            await screen.goto(f"/shifts/{self.visit_shift}/code")
            await nothing_bars_anyone(screen)
            code = re.search(r"\b(\d{3})\s?(\d{3})\b", await screen.locator("#code").inner_text())
            assert code
            await self.phone.goto(f"/signups/{signup}/punch")
            await nothing_bars_anyone(self.phone)
            await self.phone.fill("main [name=code]", code.group(1) + code.group(2))
            await press(self.phone, "main form button.primary")
        ways = await value("SELECT string_agg(direction, ' ' ORDER BY id) FROM punch WHERE signup = $1", signup)
        assert ways == "in out"
        await screen.context.close()

    async def leader_runs_the_board(self) -> None:
        """Step 6: expected, here, left, with an undo."""
        page = await self.window(phone=False)
        self.city.move_to(self.at(13, 56))
        await sign_in(page, self.leader)
        await page.goto("/board")
        await nothing_bars_anyone(page)
        await press(page, f"main a[href='/shifts/{self.group}/board']")
        await nothing_bars_anyone(page)
        row = page.locator("[data-row]").first
        await row.locator("button[id^=tap-]").click()
        await row.locator("button[id^=undo-]").click()
        await expect(row.locator("button[id^=undo-]")).to_have_count(0)
        await row.locator("button[id^=tap-]").click()
        await expect(row.locator("button[id^=undo-]")).to_have_count(1)
        self.city.move_to(self.at(16, 2))
        await page.reload()
        await page.locator("[data-row] button[id^=tap-]").first.click()
        await expect(page.locator("[data-row]").first).to_contain_text("16:02")
        await nothing_bars_anyone(page)
        await page.context.close()

    async def resident_confirms_by_door_card(self) -> None:
        """Step 7: the visitor asks for the code with this visit's number."""
        position = int(await value("SELECT code_position FROM visit WHERE id = $1", self.visit))
        await self.phone.goto(f"/visits/{self.visit}/confirm")
        await nothing_bars_anyone(self.phone)
        await self.phone.fill("main [name=code]", "000000" if self.codes[position - 1] != "000000" else "111111")
        await press(self.phone, "main form button.primary")
        await expect(self.phone.locator("main .error-summary")).to_be_visible()
        await self.phone.fill("main [name=code]", self.codes[position - 1])
        await press(self.phone, "main form button.primary")
        assert await value("SELECT how FROM confirmation WHERE visit = $1", self.visit) == "card"

    async def manager_approves(self) -> None:
        """Step 7: both attendances in the inbox, approved in one go."""
        self.city.move_to(self.at(18))
        page = await self.window(phone=False)
        await sign_in(page, self.manager)
        await page.goto("/approvals")
        for _ in range(60):  # the worker reads the punches meanwhile
            if await page.locator("input[name=chosen]").count() == 2:
                break
            await page.wait_for_timeout(500)
            await page.reload()
        else:
            stand = await value("SELECT string_agg(shift || ' ' || status || ' ' || grade, ', ') FROM attendance")
            faults = await value("SELECT string_agg(event || ' ' || error, ', ') FROM outbox WHERE done_at IS NULL")
            raise AssertionError(f"not two to approve: {stand}; waiting: {faults}")
        await nothing_bars_anyone(page)
        for box in await page.locator("input[name=chosen]").all():
            await box.check()
        await page.click("button.primary[form=approving]")
        await expect(page.locator("input[name=chosen]")).to_have_count(0)
        rows = await value("SELECT count(*) FROM posting p JOIN allocation a ON a.posting_id = p.id")
        assert rows >= 2
        await page.context.close()

    async def resident_confirms_by_private_link(self) -> None:
        """Step 7, after the approval: the grade rises by a reversal and a new posting."""
        page = await self.window(phone=True)
        await page.goto(self.link)
        await nothing_bars_anyone(page)
        await tick(page, "happened", "yes")
        await press(page, "main form button.primary")
        await nothing_bars_anyone(page)
        grades = await value(
            "SELECT string_agg(grade || ' ' || minutes, ', ' ORDER BY entry) FROM posting WHERE shift_id = $1",
            self.visit_shift,
        )
        assert grades == "B 93, B -93, A 93"
        await page.context.close()

    async def officer_follows_the_hours_to_their_proof(self) -> None:
        """Step 8: figures, rows, one visit's punches, and the files."""
        page = await self.window(phone=False)
        await sign_in(page, self.officer)
        await page.goto("/reports")
        await nothing_bars_anyone(page)
        await page.goto(f"/reports/hours?contract={self.contract}")
        await nothing_bars_anyone(page)
        await expect(page.locator("main")).to_contain_text("3 小时 39 分" if self.language == "zh_CN" else "3 h 39 min")
        await press(page, "main a[href^='/reports/hours/rows']")
        await nothing_bars_anyone(page)
        await press(page, "main a[href^='/attendances/']")
        await nothing_bars_anyone(page)
        address = f"/reports/hours.csv?contract={self.contract}"
        csv = await (await page.request.get(address)).body()
        assert csv.startswith(b"\xef\xbb\xbf")
        assert csv.count(b"\n") == (3 if self.language == "zh_CN" else 5)
        rows = await (await page.request.get(address.replace(".csv", ".json"))).json()
        assert sum(row["minutes"] for row in rows) == 219
        await page.goto(f"/reports/hours?contract={self.contract}")
        await press(page, "main form[action='/reports/hours/workbook'] button")
        await nothing_bars_anyone(page)
        file = page.locator("main a[download], main a[href$='/file']").first
        await expect(file).to_be_visible(timeout=60_000)
        async with page.expect_download() as waiting:
            await file.click()
        workbook = openpyxl.load_workbook(BytesIO((await (await waiting.value).path()).read_bytes()))
        assert len(workbook.sheetnames) == 2
        await page.context.close()
