"""What anyone sees without signing in."""

import pytest
from playwright.async_api import Browser

from tests.browser.conftest import City, nothing_bars_anyone, open_window

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("path", ["/", "/shifts", "/sign-in", "/sign-up", "/privacy", "/help", "/no-such-page"])
async def test_public_pages_are_open_to_everyone(chromium: Browser, city: City, language: str, path: str) -> None:
    page = await open_window(chromium, city, language, phone=True)
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await page.goto(path)
    assert await page.get_attribute("html", "lang") == language.replace("_", "-")
    assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "scrolls sideways"
    await nothing_bars_anyone(page)
    assert [said for said in complaints if "404" not in said] == []
