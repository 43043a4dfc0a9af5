"""The demo city's next week is matched, offers go out, one is declined, and the next best is asked."""

import asyncio
import os
import re
from collections.abc import AsyncIterator

import pytest
from msgspec import Struct
from playwright.async_api import Browser, Page, expect

from app.demo.loading import load
from app.demo.sign_ins import MANAGER, PASSWORD
from app.kit.db import close_pool, fetch, fetch_one, open_pool, value
from app.kit.embedded import EmbeddedPostgres, EmbeddedValkey
from app.kit.sealing import unseal
from app.settings import settings
from tests.browser.conftest import City, nothing_bars_anyone, open_window, served_city
from tests.browser.journey import tick

pytestmark = pytest.mark.browser

PEOPLE = 300
LONGEST = 300_000
"""Milliseconds for a round of a few seconds, on a machine that compiles the kernels meanwhile."""


class Asked(Struct):
    """An offer, and how whoever got it signs in."""

    id: int
    asking: int
    person: int
    kind: str
    email: bytes

    @property
    def identifier(self) -> str:
        return unseal(self.email, "account.email")


FIRST = """
    SELECT o.id, o.asking, o.person, h.service_kind AS kind, a.email
    FROM offer o JOIN shift h ON h.id = o.shift JOIN person p ON p.id = o.person JOIN account a ON a.id = p.account
    WHERE o.status = 'open' AND EXISTS (SELECT FROM offer w WHERE w.asking = o.asking AND w.status = 'waiting')
    ORDER BY o.id LIMIT 1
"""

OPEN_OF = """
    SELECT o.id, o.asking, o.person, h.service_kind AS kind, a.email
    FROM offer o JOIN shift h ON h.id = o.shift JOIN person p ON p.id = o.person JOIN account a ON a.id = p.account
    WHERE o.asking = $1 AND o.status = 'open' AND o.turn > (SELECT turn FROM offer WHERE id = $2) ORDER BY o.turn
"""


@pytest.fixture
async def demo_city(
    template: str, postgres: EmbeddedPostgres, valkey: EmbeddedValkey, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[City]:
    """The demo city, served with its worker and its matcher."""
    async with served_city(template, postgres, f"matching_{os.getpid()}", "worker", "matcher") as city:
        monkeypatch.setitem(os.environ, "DATABASE_URL", city.database)  # the loader opens a connection of its own
        settings.cache_clear()
        await open_pool(city.database, "public", settings().app_role, 4)
        try:
            await load(PEOPLE)
            yield city
        finally:
            await close_pool()
            monkeypatch.undo()
            settings.cache_clear()


async def signed_in(chromium: Browser, city: City, identifier: str, language: str, *, phone: bool) -> Page:
    page = await open_window(chromium, city, language, phone=phone)
    await page.goto("/sign-in")
    await page.fill("main [name=identifier]", identifier)
    await page.fill("main [name=password]", PASSWORD)
    await page.click("main form button.primary")
    await expect(page).not_to_have_url(re.compile("/sign-in"))
    return page


async def test_a_week_is_matched_and_a_declined_place_goes_to_the_next_best(chromium: Browser, demo_city: City) -> None:
    manager = await signed_in(chromium, demo_city, MANAGER, "en", phone=False)
    await manager.goto("/matching")
    await nothing_bars_anyone(manager)
    await manager.click("main a[href='/rounds/new']")
    await manager.select_option("main [name=seconds]", index=0)
    await manager.click("main form[action='/rounds'] button")
    await expect(manager).to_have_url(re.compile(r"/rounds/\d+$"))
    send = manager.locator("main details.confirm summary.primary")
    await expect(send).to_be_visible(timeout=LONGEST)
    round_id = int(manager.url.rsplit("/", 1)[-1])
    await expect(manager.locator("main")).to_contain_text(
        re.compile("No better plan is possible|below the best possible plan")
    )
    await nothing_bars_anyone(manager)
    assert await value("SELECT count(*) FROM placement WHERE round = $1", round_id) > 0
    assert await value("SELECT count(*) FROM offer WHERE status IN ('open', 'waiting')") == 0  # a plan asks nobody
    taken = await value("SELECT sum(taken) FROM seat")

    await send.click()
    await manager.click("main details.confirm form button.primary")
    first = await _soon(FIRST)
    assert await value("SELECT sum(taken) FROM seat") > taken  # places are held for those who are asked

    invited = await signed_in(chromium, demo_city, first.identifier, "zh_CN", phone=True)
    await invited.goto("/me/offers")
    await nothing_bars_anyone(invited)
    await invited.click(f"main a.button[href='/offers/{first.id}']")
    await nothing_bars_anyone(invited)
    await invited.click(f"main a[href='/offers/{first.id}/decline']")
    await tick(invited, "reason", "kind")
    await tick(invited, "not_again", "1")
    await invited.click("main form button.primary")
    await expect(invited.locator("main")).to_contain_text("婉拒")
    assert await value("SELECT status FROM offer WHERE id = $1", first.id) == "declined"
    assert await value("SELECT $2 = ANY (refuses) FROM person WHERE id = $1", first.person, first.kind)

    (heir, *_) = await fetch(Asked, OPEN_OF, first.asking, first.id)
    best = await value(
        "SELECT person FROM offer WHERE asking = $1 AND status <> 'declined'"
        " AND turn > (SELECT turn FROM offer WHERE id = $2) ORDER BY points DESC, turn LIMIT 1",
        first.asking, first.id,
    )  # fmt: skip
    assert heir.person == best
    next_one = await signed_in(chromium, demo_city, heir.identifier, "en", phone=True)
    await next_one.goto(f"/offers/{heir.id}")
    await next_one.click(f"main form[action='/offers/{heir.id}/accept'] button")
    await expect(next_one.locator("main")).to_contain_text("You have a place")
    held = "SELECT u.status FROM signup u JOIN offer o ON o.signup = u.id WHERE o.id = $1 AND u.person = $2"
    assert await value(held, heir.id, heir.person) == "confirmed"

    await manager.goto(f"/rounds/{round_id}")
    await expect(manager.locator("main")).to_contain_text("accepted")
    await nothing_bars_anyone(manager)


async def _soon(sql: str) -> Asked:
    """The row, as soon as the worker has made it."""
    async with asyncio.timeout(60):
        while True:
            if found := await fetch_one(Asked, sql):
                return found
            await asyncio.sleep(0.2)
