"""A served city and a Chromium to walk through it: web and worker as real processes, nothing replaced."""

import asyncio
import os
import shutil
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx
import pytest
from playwright.async_api import Browser, Page, async_playwright

from app.kit.embedded import EmbeddedPostgres, EmbeddedValkey, scratch_directory
from tests.conftest import TEMPLATE

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
SERIOUS = ("serious", "critical")


@dataclass
class City:
    """Where the app is served, and its database for what a test has to put there first."""

    address: str
    database: str
    clock: Path

    def now(self) -> datetime:
        """The time that the city's clock shows."""
        return datetime.now(UTC) + timedelta(seconds=float(self.clock.read_text()))

    def move_to(self, instant: datetime) -> None:
        """Let it be that instant in the city."""
        self.clock.write_text(str((instant - datetime.now(UTC)).total_seconds()))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def served_city(template: str, postgres: EmbeddedPostgres, name: str, *programs: str) -> AsyncIterator[City]:
    """The web and these programs as processes of their own, over a fresh database of that name."""
    admin = await asyncpg.connect(template)
    await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE} STRATEGY FILE_COPY")
    port = _free_port()
    with scratch_directory() as state, EmbeddedValkey(state, durable=False) as own_valkey:
        environment = os.environ | {
            "DATABASE_URL": postgres.url_of(name),
            "REDIS_URL": own_valkey.url,
            "LINLI_BASE_URL": f"http://127.0.0.1:{port}",
            "LINLI_STATE_DIR": str(state),
        }
        clock = state / "clock"
        clock.write_text("0")
        environment["JOURNEY_CLOCK"] = str(clock)
        processes = [
            await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.browser.served", program, str(port), env=environment,
                stdout=asyncio.subprocess.DEVNULL,
            )
            for program in ("web", *programs)
        ]  # fmt: skip
        try:
            await _wait_until_ready(f"http://127.0.0.1:{port}/readyz", processes[0])
            yield City(f"http://127.0.0.1:{port}", postgres.url_of(name), clock)
        finally:
            for process in processes:
                if process.returncode is None:
                    process.terminate()
            for process in processes:
                await asyncio.wait_for(process.wait(), 20)
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await admin.close()


@pytest.fixture(scope="session")
async def city(template: str, postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> AsyncIterator[City]:
    """The app on a port of its own, with a fresh database."""
    async with served_city(template, postgres, f"browser_{os.getpid()}", "worker") as served:
        yield served


async def _wait_until_ready(url: str, process: asyncio.subprocess.Process) -> None:
    async with httpx.AsyncClient() as asker, asyncio.timeout(60):
        while True:
            try:
                if (await asker.get(url)).status_code == 200:
                    return
            except httpx.TransportError:
                assert process.returncode is None, "the web process ended; its message stands above"
                await asyncio.sleep(0.1)


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The system's Chromium; scripts/test installs it where it may."""
    named = os.environ.get("LINLI_CHROMIUM", "")
    found = next(filter(None, map(shutil.which, (named, "chromium", "chromium-browser", "google-chrome"))), None)
    if found is None:
        pytest.fail("no Chromium found: install the package chromium, or set LINLI_NO_BROWSER=1 to leave these out")
    return found


@pytest.fixture(scope="session")
async def chromium(chromium_path: str) -> AsyncIterator[Browser]:
    """One headless browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium_path,
            args=["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
        )
        yield browser
        await browser.close()


async def open_window(chromium: Browser, city: City, language: str, *, phone: bool) -> Page:
    """A window of its own, as one person's device. axe needs to get past the content policy, nothing else does."""
    context = await chromium.new_context(
        base_url=city.address,
        locale="zh-CN" if language == "zh_CN" else "en-GB",
        timezone_id="Asia/Shanghai",
        viewport={"width": 390, "height": 844} if phone else {"width": 1280, "height": 900},
        has_touch=phone,
        bypass_csp=True,
    )
    context.set_default_timeout(15_000)
    return await context.new_page()


async def nothing_bars_anyone(page: Page) -> None:
    """axe finds no serious fault on the page that is open.

    Raises:
        AssertionError: naming each fault and where it is.
    """
    await page.evaluate(AXE)
    found = await page.evaluate("async () => (await axe.run()).violations")
    faults = [
        f"{fault['id']}: {fault['help']} at {fault['nodes'][0]['target']}"
        for fault in found
        if fault["impact"] in SERIOUS
    ]
    assert not faults, f"{page.url}: {faults}"
