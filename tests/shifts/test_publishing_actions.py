"""Publishing shifts: single, in series, and what is refused."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.accounts.rules import Actor
from app.kit.db import fetch, value
from app.kit.errors import Conflict, NotFound
from app.shifts.actions.publishing import SeatWanted, publish, publish_series
from tests import factories as make
from tests.factories import WHEN
from tests.shifts.ground import NOW, lay

SEATS = [SeatWanted(role="组长", needed=1, leads=True), SeatWanted(role="探访义工", needed=3)]


async def ground() -> tuple[Actor, int]:
    """A manager and an open activity of hers."""
    laid = await lay()
    return laid.actor, laid.activity


async def test_a_published_shift_takes_place_region_and_line_from_its_activity(db: str) -> None:
    actor, activity = await ground()
    shift = await publish(actor, activity, WHEN, WHEN + timedelta(hours=2), SEATS, now=NOW)
    assert await value("SELECT status FROM shift WHERE id = $1", shift) == "published"
    assert await value("SELECT line IS NOT NULL AND place = '社区党群服务中心' FROM shift WHERE id = $1", shift)
    assert await value("SELECT octet_length(code_secret) FROM shift WHERE id = $1", shift) == 20
    assert await value("SELECT array_agg(role ORDER BY id) FROM seat WHERE shift = $1", shift) == ["组长", "探访义工"]


async def test_every_reason_is_said_at_once(db: str) -> None:
    actor, activity = await ground()
    with pytest.raises(Conflict) as refused:
        await publish(actor, activity, NOW - timedelta(days=400), NOW - timedelta(days=401), [], now=NOW)
    assert [refusal.code for refusal in refused.value.refusals] == [
        "shift_ends_before_start",
        "shift_in_the_past",
        "outside_contract",
        "no_seats",
    ]
    assert await value("SELECT count(*) FROM shift") == 0


async def test_another_agencys_activity_is_not_there(db: str) -> None:
    _, activity = await ground()
    stranger, _ = await ground()
    with pytest.raises(NotFound):
        await publish(stranger, activity, WHEN, WHEN + timedelta(hours=2), SEATS, now=NOW)


async def test_a_day_whose_period_was_handed_in_or_is_missing_is_refused(db: str) -> None:
    actor, activity = await ground()
    await make.execute("UPDATE period SET status = 'submitted' WHERE starts_on = '2026-11-01'")
    await make.execute("DELETE FROM period WHERE starts_on = '2026-12-01'")
    for starts, code in ((WHEN, "period_locked"), (WHEN + timedelta(days=10), "no_period")):
        with pytest.raises(Conflict) as refused:
            await publish(actor, activity, starts, starts + timedelta(hours=1), SEATS, now=NOW)
        assert refused.value.first.code == code


async def test_a_series_is_one_shift_a_chosen_day_with_all_its_seats(db: str) -> None:
    actor, activity = await ground()
    days = [date(2026, 11, 28), date(2026, 12, 5), date(2026, 12, 19)]
    made = await publish_series(
        actor, activity, "FREQ=WEEKLY;BYDAY=SA;COUNT=4", days, time(14), time(16), SEATS, now=NOW
    )
    assert len(made) == 3
    starts = await value("SELECT array_agg(starts ORDER BY starts) FROM shift WHERE series IS NOT NULL")
    assert [moment.astimezone(ZoneInfo("Asia/Shanghai")).strftime("%m-%d %H") for moment in starts] == [
        "11-28 14",
        "12-05 14",
        "12-19 14",
    ]
    assert await value("SELECT count(*) FROM seat") == 6
    assert await value("SELECT minutes FROM series") == 120


async def test_a_series_with_a_day_that_cannot_be_makes_nothing(db: str) -> None:
    actor, activity = await ground()
    with pytest.raises(Conflict) as refused:
        await publish_series(
            actor, activity, "FREQ=DAILY", [date(2026, 12, 31), date(2027, 1, 1)], time(14), time(16), SEATS, now=NOW
        )
    assert [refusal.code for refusal in refused.value.refusals] == ["outside_contract"]
    assert await fetch(dict, "SELECT 1 AS one FROM series") == []
