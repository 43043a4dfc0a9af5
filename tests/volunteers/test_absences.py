"""Being away: nothing is cancelled silently, and both sides hear of it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.accounts.actor import actor_of_account
from app.kit import clock
from app.kit.db import value
from app.kit.errors import Conflict
from app.volunteers.actions import absences as actions
from app.volunteers.actions.absences import Away
from app.volunteers.rules import absences as rules
from app.volunteers.rules.absences import Reason, span_of
from tests import factories as make
from tests.settle import settle
from tests.shifts.places import open_shift
from tests.visitor import Visitor

NOW = datetime.now(UTC)
TODAY = clock.local_day(NOW)
SOON = NOW.replace(minute=0, second=0, microsecond=0) + timedelta(days=3)


def test_without_times_whole_days_are_meant() -> None:
    zone = ZoneInfo("Asia/Shanghai")
    starts, ends = span_of(date(2026, 11, 28), date(2026, 11, 28), zone)
    assert ends - starts == timedelta(days=1)
    _, noon = span_of(date(2026, 11, 28), date(2026, 11, 28), zone, until_at=time(12))
    assert noon - starts == timedelta(hours=12)
    assert rules.refusal(ends, starts, now=starts) == rules.ENDS_BEFORE_START
    assert rules.refusal(starts, ends, now=ends) == rules.OVER_ALREADY
    assert rules.refusal(starts, starts + timedelta(days=400), now=starts) == rules.TOO_LONG


async def test_a_place_in_that_time_stays_and_both_are_told(visit: Callable[[], Visitor]) -> None:
    place, later = await open_shift(SOON), await open_shift(SOON + timedelta(days=9))
    account, person = await make.volunteer("王三")
    signup = await make.signup(place.seat, person, account)
    await make.signup(later.seat, person, account)
    visitor = await visit().signs_in_as(account)
    day = clock.local_day(SOON)
    typed = {"from_on": day.isoformat(), "until_on": (day + timedelta(days=2)).isoformat(), "reason": "ill"}
    wrong = await visitor.post("/me/absences", typed | {"until_on": (day - timedelta(days=1)).isoformat()})
    assert wrong.status_code == 422
    assert f'value="{day.isoformat()}"' in wrong.text
    assert (await visitor.post("/me/absences", typed)).status_code == 303
    await settle()
    assert await value("SELECT status FROM signup WHERE id = $1", signup) == "confirmed"
    links = "SELECT array_agg(link) FROM notice WHERE account = $1"
    assert await value(links, account) == [f"/signups/{signup}/cancel"]
    assert await value(links, place.manager) == [f"/shifts/{place.shift}/manage"]
    assert await value(links, later.manager) is None
    absence = await value("SELECT id FROM absence")
    assert (await visitor.post(f"/absences/{absence}/withdraw", {})).status_code == 303
    assert "No absence is known" in (await visitor.get("/me/absences")).text


async def test_a_manager_writes_down_absences_of_staff_only(visit: Callable[[], Visitor]) -> None:
    place = await open_shift(SOON)
    account, volunteer = await make.volunteer("王三")
    await make.signup(place.seat, volunteer, account)
    staff = await make.person("刘四", staff_of=place.agency)
    manager = await visit().signs_in_as(place.manager)
    typed = {"from_on": TODAY.isoformat(), "until_on": (TODAY + timedelta(days=2)).isoformat()}
    assert (await manager.post(f"/people/{staff}/absences", typed)).status_code == 303
    refused = await manager.post(f"/people/{volunteer}/absences", typed)
    assert refused.status_code == 422
    assert "its own staff only" in refused.text
    assert await value("SELECT array_agg(person) FROM absence") == [staff]
    absence = await value("SELECT id FROM absence")
    stranger = await visit().signs_in_as(account)
    assert (await stranger.post(f"/absences/{absence}/withdraw", {})).status_code == 404


async def test_what_is_over_cannot_be_entered(db: str) -> None:
    account = await make.account()
    actor = await actor_of_account(account, None)
    assert actor
    away = Away(starts=NOW - timedelta(days=3), ends=NOW - timedelta(days=1), reason=Reason.UNSAID)
    with pytest.raises(Conflict, match="absence_over_already"):
        await actions.add_own(actor, away, now=NOW)
