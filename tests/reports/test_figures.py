"""Every figure equals a slow, obvious sum over the ledger, whatever its history."""

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from msgspec import Struct

from app.hours import actions
from app.hours.actions.posting import regrade
from app.kit.db import execute, fetch, transaction, value
from app.kit.errors import NotFound
from app.kit.i18n import speaking
from app.reports import saying
from app.reports.queries.contracts import scope_for
from app.reports.queries.figures import hour_figures
from app.reports.queries.rows import entries, totals
from app.reports.rules import HourFilter
from tests import factories as make
from tests.hours import scene as set_up
from tests.hours.scene import Scene, acting, punch, recorded

Deed = tuple[int, int, str, bool, bool, int]


def drawn(seed: int, length: int) -> list[Deed]:
    """A history: month, minutes, capacity, whether confirmed, whether approved, which of two activities."""
    dice = random.Random(seed)  # noqa: S311 (nothing secret; the same seed is the same history)
    return [
        (
            dice.randint(1, 11),
            dice.randint(5, 200),
            dice.choice(["volunteer", "staff"]),
            dice.random() < 0.5,
            dice.random() < 0.8,
            dice.randint(0, 1),
        )
        for _ in range(length)
    ]


class Raw(Struct):
    """One entry as the ledger has it."""

    line: int
    period: int
    activity: int
    region: str
    served_on: date
    capacity: str
    grade: str
    minutes: int
    entry: int


async def ledger() -> list[Raw]:
    return await fetch(
        Raw,
        "SELECT al.line, al.period, p.activity, p.region, p.served_on, p.capacity, p.grade, p.minutes, p.entry"
        " FROM posting p JOIN allocation al ON al.posting_id = p.id",
    )


async def history(scene: Scene, deeds: list[Deed]) -> None:
    """Live through it: attended, approved, perhaps confirmed before or after."""
    second = await make.line(scene.contract, unit="visit", target=10)
    elsewhere = await make.activity(scene.agency, scene.manager, second)
    await execute("UPDATE activity SET region = $2 WHERE id = $1", elsewhere, make.OTHER_COMMUNITY)
    manager = await acting(scene.manager)
    for number, (month, minutes, capacity, confirmed, approved, where) in enumerate(deeds):
        starts = make.datetime(2026, month, 1 + number % 27, 6, 0, tzinfo=make.UTC)
        shift = await make.shift(elsewhere if where else scene.activity, starts=starts, minutes=minutes)
        signup = await scene.signup(shift, capacity=capacity)
        await punch(signup, "in", starts, scene.worker)
        await punch(signup, "out", starts + timedelta(minutes=minutes), scene.worker)
        here = await recorded(signup)
        if not approved:
            continue
        if confirmed and number % 2:
            await actions.resident_confirmed(shift, now=starts + timedelta(hours=5))
        await actions.approve(manager, here, now=starts + timedelta(hours=6))
        if confirmed:
            await actions.resident_confirmed(shift, now=starts + timedelta(hours=7))
        if number % 3 == 0:
            async with transaction():
                await regrade(here, "C", "re_rated", now=starts + timedelta(hours=8))


def minutes(rows: list[Raw]) -> int:
    return sum(row.minutes for row in rows)


def attendances(rows: list[Raw]) -> int:
    return sum(-1 if row.entry % 2 == 0 else 1 for row in rows)


async def check(reader: int, wanted: HourFilter, rows: list[Raw]) -> None:
    """Compare every figure, and the rows behind it, with the sum."""
    report = await hour_figures(await scope_for(reader, wanted))
    assert (report.minutes, report.attendances) == (minutes(rows), attendances(rows))
    known: dict[str, Callable[[Raw], str]] = {
        "activities": lambda row: str(row.activity),
        "regions": lambda row: row.region,
        "months": lambda row: f"{row.served_on:%Y-%m}",
        "capacities": lambda row: row.capacity,
        "grades": lambda row: row.grade,
    }
    for name, key in known.items():
        figures = getattr(report, name)
        assert {figure.key for figure in figures} >= {key(row) for row in rows}, name
        for figure in figures:
            mine = [row for row in rows if key(row) == figure.key]
            assert (figure.minutes, figure.attendances) == (minutes(mine), attendances(mine)), (name, figure.key)
            narrowed = await scope_for(reader, figure.filter)
            behind = await totals(narrowed)
            assert (behind.rows, behind.minutes) == (len(mine), minutes(mine)), (name, figure.key)
    for line in report.lines:
        mine = [row for row in rows if row.line == line.line.id]
        assert (line.minutes, line.attendances) == (minutes(mine), attendances(mine))


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_every_figure_equals_the_slow_sum(db: str, seed: int) -> None:
    scene = await set_up.build()
    await history(scene, drawn(seed, 25))
    rows = await ledger()
    assert any(row.minutes < 0 for row in rows), "the history has corrections in it"
    await check(scene.funder, HourFilter(contract=scene.contract), rows)
    period = rows[0].period
    of_period = [row for row in rows if row.period == period]
    await check(scene.agency, HourFilter(contract=scene.contract, period=period), of_period)


async def test_months_and_lines_with_nothing_are_zero(db: str) -> None:
    scene = await set_up.build()
    report = await hour_figures(await scope_for(scene.funder, HourFilter(contract=scene.contract)))
    assert [figure.key for figure in report.months] == [f"2026-{month:02d}" for month in range(1, 13)]
    assert {figure.minutes for figure in report.months} == {0}
    assert [(line.delivered, line.minutes) for line in report.lines] == [(0, 0)]
    assert [figure.key for figure in report.grades] == ["A", "B", "C", "D", "E"]


async def test_a_line_counts_in_its_own_unit_what_reached_its_minimum(db: str) -> None:
    scene = await set_up.build()
    await execute("UPDATE line SET unit = 'visit', qualifying_minutes = 60, capacity = 'volunteer'")
    manager = await acting(scene.manager)
    for day, length, capacity in ((1, 90, "volunteer"), (2, 30, "volunteer"), (3, 90, "staff")):
        starts = make.datetime(2026, 3, day, 6, 0, tzinfo=make.UTC)
        signup = await scene.signup(await make.shift(scene.activity, starts=starts, minutes=length), capacity=capacity)
        await punch(signup, "in", starts, scene.worker)
        await punch(signup, "out", starts + timedelta(minutes=length), scene.worker)
        await actions.approve(manager, await recorded(signup), now=starts + timedelta(hours=9))
    [line] = (await hour_figures(await scope_for(scene.funder, HourFilter(contract=scene.contract)))).lines
    assert line.delivered == 1, "one was too short, one was served by paid staff"
    assert line.minutes == 210, "their hours are in the report all the same"


async def test_the_rows_come_in_pages_without_gaps(db: str) -> None:
    scene = await set_up.build()
    await history(scene, drawn(4, 12))
    scope = await scope_for(scene.funder, HourFilter(contract=scene.contract))
    seen: list[int] = []
    after = None
    while page := await entries(scope, after, 5):
        seen += [row.posting_id for row in page]
        after = (page[-1].served_on, page[-1].posting_id)
    assert len(seen) == len(set(seen)) == await value("SELECT count(*) FROM posting")


@pytest.mark.parametrize("column", ["funder", "agency", "evaluator"])
async def test_funder_agency_and_evaluator_read_the_report_and_nobody_else(db: str, column: str) -> None:
    scene, elsewhere = await set_up.build(), await set_up.build()
    await execute(
        "UPDATE program SET evaluator = $2 WHERE id = $1",
        scene.program,
        await make.organisation("evaluator", "评估机构"),
    )
    reader = await value(f"SELECT {column} FROM program WHERE id = $1", scene.program)
    assert (await scope_for(reader, HourFilter(contract=scene.contract))).contract.id == scene.contract
    stranger = await value(f"SELECT coalesce({column}, funder) FROM program WHERE id = $1", elsewhere.program)
    with pytest.raises(NotFound):
        await scope_for(stranger, HourFilter(contract=scene.contract))
    with pytest.raises(NotFound):
        await scope_for(reader, HourFilter(contract=scene.contract, line=elsewhere.line))


async def _group(scene: Scene, sessions: int, people: int, month: int = 3) -> None:
    """Sessions of an hour with so many people each, on the first days of a month."""
    manager = await acting(scene.manager)
    for day in range(1, sessions + 1):
        starts = make.datetime(2026, month, day, 6, 0, tzinfo=make.UTC)
        shift = await make.shift(scene.activity, starts=starts, minutes=60)
        for _ in range(people):
            signup = await scene.signup(shift)
            await punch(signup, "in", starts, scene.worker)
            await punch(signup, "out", starts + timedelta(minutes=60), scene.worker)
            await actions.approve(manager, await recorded(signup), now=starts + timedelta(hours=9))


async def _rules(more: str) -> None:
    rules = '{"least_minutes": 0, "round_to_minutes": 1, "most_minutes_a_day": 480, ' + more + "}"
    await execute(
        "INSERT INTO rule_book (version, applies_from, rules, note, published_at)"
        " VALUES ('T', '2026-01-01', $1::jsonb, '', now())",
        rules,
    )


async def test_a_group_counts_only_from_its_sessions_and_person_times_on(db: str) -> None:
    scene = await set_up.build()
    await execute("UPDATE line SET unit = 'session'")
    await _rules('"qualifying": [{"service_kind": "elder_visit", "sessions": 3, "person_times": 6}]')
    await _group(scene, sessions=2, people=2)
    asked = HourFilter(contract=scene.contract)
    [line] = (await hour_figures(await scope_for(scene.funder, asked))).lines
    assert line.delivered == 0
    [waiting] = line.not_yet
    assert (waiting.series.sessions, waiting.series.person_times) == (2, 4)
    with speaking("en"):
        assert saying.not_yet(waiting).endswith("does not count yet: 2 of 3 sessions, 4 of 6 person-times.")
    await _group(scene, sessions=1, people=2, month=4)
    [line] = (await hour_figures(await scope_for(scene.funder, asked))).lines
    assert (line.delivered, line.not_yet) == (3, ())
    [march] = (
        await hour_figures(await scope_for(scene.funder, HourFilter(contract=scene.contract, month="2026-03")))
    ).lines
    assert (march.delivered, len(march.not_yet)) == (0, 1), "at the end of March it did not count yet"
    [april] = (
        await hour_figures(await scope_for(scene.funder, HourFilter(contract=scene.contract, month="2026-04")))
    ).lines
    assert april.delivered == 1, "what was done before helps it over the threshold"


async def test_a_session_needs_the_lines_least_people(db: str) -> None:
    scene = await set_up.build()
    await execute("UPDATE line SET unit = 'person_time', qualifying_people = 2")
    await _group(scene, sessions=1, people=2)
    await _group(scene, sessions=1, people=1, month=4)
    [line] = (await hour_figures(await scope_for(scene.funder, HourFilter(contract=scene.contract)))).lines
    assert line.delivered == 2
    assert line.attendances == 3


async def test_a_conversion_makes_units_of_minutes(db: str) -> None:
    scene = await set_up.build()
    await execute("UPDATE line SET unit = 'visit'")
    await _rules('"conversions": [{"unit": "visit", "minutes": 90}]')
    await _group(scene, sessions=3, people=1)
    [line] = (await hour_figures(await scope_for(scene.funder, HourFilter(contract=scene.contract)))).lines
    assert line.delivered == 2
