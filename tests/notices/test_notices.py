"""What people are told: in sentences of their language, once, to them alone."""

from collections.abc import Callable

import pytest

from app.kit import clock
from app.kit.db import value
from app.kit.i18n import speaking
from app.notices import actions, queries
from app.notices.queries import sentence
from app.notices.rules import NEWS, SENTENCES
from tests import factories as make
from tests.visitor import Visitor

FACTS = {
    "title": "长者探访",
    "starts": "2026-11-28T06:00:00+00:00",
    "ends": "2026-11-28T08:00:00+00:00",
    "minutes": 120,
    "kind_zh": "长者探访",
    "kind_en": "Elder visit",
    "program": "幸福家园",
    "program_en": "Happy Homes",
    "starts_on": "2026-10-01",
    "last_on": "2026-10-31",
    "reason": "台风",
}


@pytest.mark.parametrize("event", [*SENTENCES, "something.new"])
@pytest.mark.parametrize("locale", ["zh_CN", "en"])
def test_every_event_can_be_said_even_when_facts_are_missing(event: str, locale: str) -> None:
    with speaking(locale):
        assert "%(" not in sentence(event, FACTS)
        assert sentence(event, {})


def test_a_notice_speaks_the_readers_language_and_clock() -> None:
    with speaking("en"):
        assert "2 h of yours count for 长者探访, Sat 28 Nov" in sentence("attendance.posted", FACTS)
        assert "Elder visit" in sentence("request.received", FACTS)
        assert sentence("period.accepted", FACTS) == "Happy Homes: the funder accepted the period 1 Oct–31 Oct."
        assert sentence("something.new", {}) == NEWS
    with speaking("zh_CN"):
        assert "幸福家园" in sentence("period.accepted", FACTS)
        assert "14:00–16:00" in sentence("shift.cancelled", FACTS)


async def test_a_notice_is_read_once_and_by_its_account_alone(visit: Callable[[], Visitor]) -> None:
    mine, theirs = await make.account(), await make.account()
    for number in range(32):
        await actions.tell(mine, "shift.cancelled", FACTS, f"/shifts/{number}", now=clock.now())
    visitor = await visit().signs_in_as(mine)
    listed = await visitor.get("/me/notices")
    assert listed.text.count("data-row") == 30
    assert "台风" in listed.text
    assert 'aria-hidden="true">32<' in (await visitor.get("/me/notices/unread")).text
    newest = await value("SELECT max(id) FROM notice")
    stranger = await visit().signs_in_as(theirs)
    assert (await stranger.get(f"/me/notices/{newest}")).status_code == 404
    assert (await visitor.get(f"/me/notices/{newest}")).headers["location"] == "/shifts/31"
    assert await queries.unread(mine) == 31
    await stranger.post("/me/notices/read")
    assert await queries.unread(mine) == 31
    await visitor.post("/me/notices/read")
    assert (await visitor.get("/me/notices/unread")).text.strip() == ""


async def test_an_account_that_is_gone_is_not_told(db: str) -> None:
    await actions.tell(4711, "shift.soon", {}, "/shifts", now=clock.now())
    assert await value("SELECT count(*) FROM notice") == 0
