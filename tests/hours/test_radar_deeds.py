"""What people do about findings, who may see them, the score, thresholds, and the look at posting and at night."""

from datetime import datetime, timedelta

import pytest

from app.hours import radar_jobs
from app.hours.actions.findings import explain, set_thresholds, settle
from app.hours.actions.watching import watch_attendance, watch_lately
from app.hours.queries.radar.findings import Wanted, finding_for, findings_for, rows_behind, words_about
from app.hours.queries.radar.scores import scores_for
from app.hours.rules.radar import Code, LongDay
from app.hours.rules.radar_outcomes import FindingStatus
from app.kit.db import execute, transaction, value
from app.kit.errors import Conflict, Forbidden, Invalid, NotFound
from app.kit.outbox import later
from tests import factories as make
from tests.hours import scene
from tests.hours.radar_scene import NOW, Found, elsewhere, finding, found, look, people, present
from tests.hours.scene import acting, local
from tests.settle import settle as work_off

TODAY = NOW.date()


async def only() -> Found:
    [one] = await found()
    return one


async def told(account: int) -> list[str]:
    rows = await value("SELECT array_agg(event ORDER BY id) FROM notice WHERE account = $1", account)
    return list(rows or [])


async def test_the_agency_explains_and_its_funder_settles_once(db: str) -> None:
    here = await scene.build()
    number = await finding(here.agency)
    manager, officer = await acting(here.manager), await acting(here.officer)
    await explain(manager, number, " 一人值守两班。 ", now=NOW)
    assert (await only()).held_by == "funder"
    await settle(officer, number, FindingStatus.EXPLAINED, "查过排班表。", now=NOW)
    settled = await finding_for(officer, number)
    assert (settled.status, settled.outcome, settled.held_by) == (FindingStatus.EXPLAINED, "查过排班表。", "")
    assert (settled.settled_by_name, settled.settled_at) == (officer.name, NOW)
    assert [(word.side, word.words) for word in await words_about(number)] == [
        ("agency", "一人值守两班。"),
        ("funder", "查过排班表。"),
    ]
    for deed in (
        explain(manager, number, "再说一次", now=NOW),
        settle(officer, number, FindingStatus.MISUSE, "改主意", now=NOW),
    ):
        with pytest.raises(Conflict):
            await deed
    assert (await only()).status == "explained"


async def test_what_is_settled_is_found_again_as_the_same_finding_and_stays_settled(db: str) -> None:
    here = await scene.build()
    [person] = await people(1)
    await present(here, person, local(8, 0, 20), local(8, 0, 20) + timedelta(minutes=955))
    await present(here, person, local(8, 0, 21) - timedelta(minutes=10), local(8, 0, 21))
    await present(here, person, local(8, 1, 20), local(8, 8, 20))
    assert (await look())[Code.LONG_DAY] == 1
    [one] = await found("long_day")
    await settle(await acting(here.officer), one.id, FindingStatus.MISUSE, "重复申报。", now=NOW)
    assert Code.LONG_DAY not in await look()
    assert [(again.id, again.status) for again in await found("long_day")] == [(one.id, "misuse")]


async def test_nobody_settles_without_words_or_an_outcome(db: str) -> None:
    here = await scene.build()
    number = await finding(here.agency)
    officer, manager = await acting(here.officer), await acting(here.manager)
    with pytest.raises(Invalid):
        await settle(officer, number, FindingStatus.EXPLAINED, "  ", now=NOW)
    with pytest.raises(Invalid):
        await settle(officer, number, FindingStatus.OPEN, "开着", now=NOW)
    with pytest.raises(Invalid):
        await explain(manager, number, " ", now=NOW)
    assert (await only()).status == "open"
    assert await words_about(number) == []


async def test_whoever_a_finding_is_about_does_not_settle_it(db: str) -> None:
    here = await scene.build()
    own_record = await make.person("李二", here.officer)
    officer = await acting(here.officer)
    for number in (
        await finding(here.agency, person=own_record),
        await finding(here.agency, account=here.officer),
    ):
        with pytest.raises(Forbidden):
            await settle(officer, number, FindingStatus.EXPLAINED, "是我", now=NOW)
    other = await finding(here.agency)
    await execute(
        "INSERT INTO membership (account, organisation, role, since) VALUES ($1, $2, 'agency_manager', $3)",
        here.officer, here.agency, NOW,
    )  # fmt: skip
    with pytest.raises(Forbidden):
        await settle(officer, other, FindingStatus.EXPLAINED, "也是我们", now=NOW)
    assert {one.status for one in await found()} == {"open"}


async def test_each_sees_what_is_theirs_and_nobody_elses(db: str) -> None:
    here, there = await scene.build(), await elsewhere()
    ours, theirs = await finding(here.agency), await finding(there.agency)
    platform = await make.member(await make.organisation("platform"), "platform_admin")
    evaluating = await make.organisation("evaluator")
    evaluator = await make.member(evaluating, "evaluator")
    await execute("UPDATE program SET evaluator = $2 WHERE id = $1", here.program, evaluating)
    for account, seen in (
        (here.manager, [ours]),
        (here.officer, [ours]),
        (evaluator, [ours]),
        (there.manager, [theirs]),
        (platform, [theirs, ours]),
    ):
        assert [row.id for row in await findings_for(await acting(account), Wanted())] == seen
    for stranger in (there.manager, there.officer):
        with pytest.raises(NotFound):
            await finding_for(await acting(stranger), ours)
        with pytest.raises(NotFound):
            await settle(await acting(stranger), ours, FindingStatus.MISUSE, "不是我的", now=NOW)
    with pytest.raises(Forbidden):
        await explain(await acting(here.officer), ours, "替机构说", now=NOW)
    # Whoever only plans to buy from an agency does not see into it yet.
    await execute("UPDATE program SET status = 'draft' WHERE id = $1", there.program)
    assert await findings_for(await acting(there.officer), Wanted()) == []


async def test_the_rows_behind_say_which_of_them_the_reader_may_open(db: str) -> None:
    here, there = await scene.build(), await elsewhere()
    [person] = await people(1)
    one = await present(here, person, local(9, 0), local(11, 0))
    other = await present(there, person, local(9, 30), local(12, 0))
    await look()
    mine = next(each for each in await found() if each.agency == here.agency)
    rows = await rows_behind(await acting(here.manager), mine.id)
    assert [(row.id, row.open) for row in rows] == [(one, True), (other, False)]
    assert [row.id for row in await rows_behind(await acting(here.manager), mine.id, skip=1)] == [other]


async def test_the_score_weighs_open_findings_and_misuse_of_twelve_months(db: str) -> None:
    here = await scene.build()
    officer, manager = await acting(here.officer), await acting(here.manager)
    assert [row.score for row in await scores_for(officer, TODAY)] == [None]
    await execute(
        "INSERT INTO rollup_split (reach, number, month, dimension, key, capacity, minutes, entries)"
        " VALUES ('city', 0, '2026-11-01', 'agency', $1, 'volunteer', 120000, 900)",
        str(here.agency),
    )  # fmt: skip
    assert [row.score for row in await scores_for(manager, TODAY)] == [100]
    first, second, third = [await finding(here.agency, on=f"2026-11-0{day}") for day in (1, 2, 3)]
    await finding(here.agency, on="2025-11-30")  # longer ago than the hours
    [row] = await scores_for(officer, TODAY)
    assert (row.open, row.weight, row.score, row.minutes) == (3, 9, 95, 120_000)  # 9 points for 2,000 hours
    await settle(officer, first, FindingStatus.EXPLAINED, "属实", now=NOW)
    await settle(officer, second, FindingStatus.CORRECTED, "已改", now=NOW)
    await settle(officer, third, FindingStatus.MISUSE, "虚报", now=NOW)
    [row] = await scores_for(officer, TODAY)
    assert (row.open, row.misuse, row.settled, row.weight) == (0, 1, 2, 3)
    assert row.score == 98
    assert [one.agency_id for one in await scores_for(officer, TODAY, program=here.program)] == [here.agency]


async def test_thresholds_are_new_rows_from_today_on(db: str) -> None:
    here = await scene.build()
    officer = await acting(here.officer)
    limits = LongDay(minutes=600)
    with pytest.raises(Invalid):
        await set_thresholds(officer, Code.LONG_DAY, limits, TODAY - timedelta(days=1), weight=3, enabled=True, now=NOW)
    await set_thresholds(officer, Code.LONG_DAY, limits, TODAY, weight=3, enabled=True, now=NOW)
    with pytest.raises(Conflict):
        await set_thresholds(officer, Code.LONG_DAY, limits, TODAY, weight=4, enabled=True, now=NOW)
    kept = await value("SELECT array_agg(weight ORDER BY id) FROM radar_rule WHERE code = 'long_day'")
    assert kept == [3, 3]
    [person] = await people(1)
    came = datetime.combine(TODAY, datetime.min.time(), NOW.tzinfo)
    await present(here, person, came - timedelta(days=1), came - timedelta(days=1) + timedelta(minutes=900))
    await present(here, person, came, came + timedelta(minutes=601))
    assert await look("2026-11-25", "2026-12-05") == {Code.LONG_DAY: 1}
    assert (await only()).served_on == TODAY


async def test_a_posting_is_looked_at_at_once_and_only_around_it(db: str) -> None:
    here, there = await scene.build(), await elsewhere()
    one, other = await people(2)
    await present(there, one, local(14, 0), local(16, 0))
    await present(there, other, local(14, 0), local(16, 0))
    await present(here, other, local(14, 0), local(16, 0))  # as odd, but nothing of it is posted now
    attendance = await present(here, one, local(14, 0), local(16, 0))
    async with transaction():
        await later("attendance.posted", attendance_id=attendance)
    await work_off()
    assert {finding.person_id for finding in await found("overlap")} == {one}
    assert await watch_attendance(attendance, now=NOW) == 0
    assert await watch_attendance(0, now=NOW) == 0
    assert [event for event in await told(here.manager) if event.startswith("radar")] == ["radar.found"]


async def test_a_night_looks_at_the_last_days_and_at_whole_months(db: str) -> None:
    here, there = await scene.build(), await elsewhere()
    [old, fresh] = await people(2)
    for person, day in ((old, 2), (fresh, 24)):
        await present(here, person, local(9, 0, day), local(11, 0, day))
        await present(there, person, local(9, 30, day), local(12, 0, day))
    await execute("UPDATE attendance SET grade = 'E', counted_minutes = 4000")
    night = datetime.fromisoformat("2026-11-26T18:20:00+00:00")
    new = await watch_lately(now=night)
    assert (new[Code.OVERLAP], new[Code.LOW_GRADES]) == (2, 0)
    assert {finding.person_id for finding in await found("overlap")} == {fresh}
    first_of_month = datetime.fromisoformat("2026-11-30T18:20:00+00:00")  # already December by the city's clocks
    new = await watch_lately(now=first_of_month)
    assert (new[Code.OVERLAP], new[Code.LOW_GRADES]) == (2, 2)
    assert {finding.person_id for finding in await found("overlap")} == {old, fresh}
    await radar_jobs.watch_nightly()


async def test_both_sides_hear_of_each_other(db: str) -> None:
    here = await scene.build()
    number = await finding(here.agency)
    await explain(await acting(here.manager), number, "加班。", now=NOW)
    await work_off()
    assert await told(here.officer) == ["radar.explained"]
    await settle(await acting(here.officer), number, FindingStatus.CORRECTED, "已冲销。", now=NOW)
    await work_off()
    assert await told(here.manager) == ["radar.settled"]
    assert await told(here.worker) == []
