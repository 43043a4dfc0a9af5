"""The demo city: believable, whole, and the same for a seed."""

import os

import asyncpg
import pytest
from msgspec import Struct

from app import demo
from app.kit.db import fetch, value
from app.settings import settings


class _Total(Struct):
    grade: str
    capacity: str
    minutes: int
    rows: int


class _OpenHeads(Struct):
    agency: int
    heads: int
    urgent: int


class _Reference(Struct):
    name: str
    definition: str
    checked: bool


REFERENCES = """
    SELECT conrelid::regclass || '.' || conname AS name, pg_get_constraintdef(oid) AS definition,
           convalidated AS checked
    FROM pg_constraint WHERE contype = 'f' AND conparentid = 0 ORDER BY 1
"""
OPEN_NEXT_WEEK = """
    SELECT s.agency, sum(e.needed - e.taken)::bigint AS heads, count(*) FILTER (WHERE s.priority > 3) AS urgent
    FROM shift s JOIN seat e ON e.shift = s.id
    WHERE s.status = 'published' AND s.starts < now() + interval '7 days' AND e.taken < e.needed GROUP BY s.agency
"""
TOTALS = """
    SELECT grade, capacity, sum(minutes)::bigint AS minutes, count(*) AS rows FROM posting GROUP BY 1, 2 ORDER BY 1, 2
"""


@pytest.fixture
def loading_into(db: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the loader find this test's database."""
    monkeypatch.setitem(os.environ, "DATABASE_URL", db)
    settings.cache_clear()
    return db


async def test_every_posting_is_allocated_to_its_line_and_period(loading_into: str) -> None:
    await demo.load(people=300, seed=7)
    assert await value("SELECT count(*) FROM posting") > 500
    assert await value("SELECT count(*) FROM posting_other") == 0
    strays = await value(
        """
        SELECT count(*) FROM posting p
        LEFT JOIN allocation a ON a.posting_id = p.id AND a.served_on = p.served_on
        LEFT JOIN period d ON d.id = a.period AND p.served_on >= d.starts_on AND p.served_on < d.ends_before
        WHERE a.id IS NULL OR d.id IS NULL OR a.minutes <> p.minutes
        """
    )
    assert strays == 0
    for status in ("done", "published"):
        assert await value("SELECT count(*) FROM shift WHERE status = $1", status) > 0
    for role, identifier, _ in demo.SIGN_INS:
        assert identifier.endswith(".example"), role
    assert await value("SELECT count(*) FROM organisation WHERE NOT is_demo") == 0


async def test_the_radar_has_found_what_was_planted(loading_into: str) -> None:
    await demo.load(people=300, seed=7)
    rules = await value("SELECT array_agg(DISTINCT rule ORDER BY rule) FROM radar_finding")
    assert {"overlap", "same_minute", "twins"} <= set(rules)


async def test_the_same_seed_makes_the_same_hours(loading_into: str) -> None:
    await demo.load(people=200, seed=3)
    first = await fetch(_Total, TOTALS)
    owner = await asyncpg.connect(loading_into)
    await owner.execute("CREATE TEMPORARY TABLE kept AS TABLE rule_book")
    await owner.execute("TRUNCATE organisation, account CASCADE; INSERT INTO rule_book TABLE kept")
    await owner.close()
    await demo.load(people=200, seed=3)
    assert await fetch(_Total, TOTALS) == first


async def test_a_round_over_the_week_to_come_has_something_to_do(loading_into: str) -> None:
    await demo.load(people=300, seed=7)
    unchecked = await value(
        """
        SELECT count(*) FROM signup u JOIN shift h ON h.id = u.shift
        WHERE h.service_kind = 'after_school' AND NOT EXISTS (
            SELECT FROM credential c WHERE c.person = u.person AND c.kind_code = 'no_offences'
              AND c.verified_at IS NOT NULL AND c.issued_on <= u.starts::date AND c.ends_before > u.ends::date)
        """
    )
    assert unchecked == 0
    agencies = await fetch(_OpenHeads, OPEN_NEXT_WEEK)
    assert len(agencies) >= 3
    assert sum(each.heads for each in agencies) > 60
    assert all(each.urgent for each in agencies)
    assert await value("SELECT count(*) FROM person WHERE sex = ''") > 50
    assert await value("SELECT count(*) FROM person WHERE latitude IS NULL") > 0
    free = await value("SELECT count(DISTINCT person) FROM availability WHERE weekday < 5 AND from_minute < 1000")
    assert free > 60
    assert await value("SELECT count(*) FROM credential WHERE verified_at IS NULL") > 0
    assert await value("SELECT count(*) FROM absence WHERE ends > now()") > 0
    assert await value("SELECT count(*) FROM safeguard WHERE service_kind = 'elder_visit' AND two_people") == 1


async def test_references_are_all_back_when_it_is_loaded(loading_into: str) -> None:
    before = await fetch(_Reference, REFERENCES)
    await demo.load(people=100, seed=3)
    assert await fetch(_Reference, REFERENCES) == before
