"""Looks for what is wrong: at night over days of everybody, and at a posting around its attendance."""

from collections import Counter
from datetime import date, datetime, timedelta

import msgspec
from msgspec import Struct

from app.hours.queries.radar.finders import FINDERS
from app.hours.queries.radar.scope import Scope, Suspect
from app.hours.queries.radar.thresholds import ThresholdRow, history
from app.hours.rules.radar import RULES, Code, Spell, month_spells, spells
from app.hours.rules.radar_outcomes import AGENCY, FindingStatus
from app.kit import clock
from app.kit.db import fetch, fetch_one, transaction
from app.kit.outbox import later

NIGHTS_LOOK = timedelta(days=10)
"""How far back each night looks: punches arrive late, and corrections later."""
MONTHS_LOOK = 2
"""How many whole months are looked at: hours of the last days of a month are keyed in the next."""

# The same thing found again is the same finding, whatever has become of it.
KEEP = """
    INSERT INTO radar_finding (rule, key, agency, person_id, account_id, served_on, facts, found_at, status, outcome,
                               held_by)
    SELECT $1, s.key, s.agency, s.person, s.account, s.served_on, s.facts::jsonb, $8, $9, '', $10
    FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::date[], $7::text[])
        AS s(key, agency, person, account, served_on, facts)
    ON CONFLICT (key) DO NOTHING
    RETURNING agency
"""


class _Kept(Struct, frozen=True):
    agency: int


async def watch_lately(*, now: datetime) -> dict[Code, int]:
    """What a night looks at: the last days; on the first of a month all of the month before."""
    today = clock.local_day(now)
    this_month = today.replace(day=1)
    months_from = this_month
    for _ in range(MONTHS_LOOK):
        months_from = (months_from - timedelta(days=1)).replace(day=1)
    days_from = (this_month - timedelta(days=1)).replace(day=1) if today.day == 1 else today - NIGHTS_LOOK
    found = await watch(days_from, today + timedelta(days=1), now=now, monthly=False)
    return found | await watch(months_from, this_month, now=now, monthly=True)


async def watch(from_on: date, before: date, *, now: datetime, monthly: bool | None = None) -> dict[Code, int]:
    """Look at a span of days with every rule, or only with those for whole months, or only with the others.

    The answer is how many findings of each rule are new. Each rule has a transaction of its own.
    """
    found: dict[Code, int] = {}
    for code, rows in (await history()).items():
        if monthly is not None and RULES[code].monthly is not monthly:
            continue
        found[code] = await _look(code, rows, Scope(from_on=from_on, before=before), now=now)
    return found


class _Around(Struct, frozen=True):
    served_on: date
    activity: int
    people: list[int]
    keyers: list[int]


# Everyone at the shift with all their records, so that batches and days are seen whole.
AROUND = """
    WITH roots AS (
        SELECT DISTINCT coalesce(p.merged_into, p.id) AS id
        FROM attendance a JOIN attendance o ON o.shift = a.shift JOIN person p ON p.id = o.person WHERE a.id = $1
    )
    SELECT a.served_on, a.activity, a.recorders AS keyers,
           ARRAY(SELECT id FROM roots UNION SELECT p.id FROM person p JOIN roots r ON p.merged_into = r.id) AS people
    FROM attendance a WHERE a.id = $1
"""


async def watch_attendance(attendance_id: int, *, now: datetime) -> int:
    """Look at what one posted attendance takes part in; the answer is how many findings are new."""
    around = await fetch_one(_Around, AROUND, attendance_id)
    if around is None:
        return 0
    scope = Scope(
        from_on=around.served_on,
        before=around.served_on + timedelta(days=2),  # it may end after midnight
        people=around.people,
        keyers=around.keyers,
        activity=around.activity,
    )
    rules = [(code, rows) for code, rows in (await history()).items() if not RULES[code].monthly]
    return sum([await _look(code, rows, scope, now=now) for code, rows in rules])


async def _look(code: Code, rows: list[ThresholdRow], scope: Scope, *, now: datetime) -> int:
    cut = month_spells if RULES[code].monthly else spells
    kept = 0
    for spell in cut([row.dated for row in rows], scope.from_on, scope.before):
        part = msgspec.structs.replace(scope, from_on=spell.from_on, before=spell.before)
        async with transaction():
            kept += await _keep(code, await FINDERS[code](part, spell.thresholds), spell, now=now)
    return kept


async def _keep(code: Code, suspects: list[Suspect], spell: Spell, *, now: datetime) -> int:
    """Write down what is new, with the limits it passed, and tell the agencies."""
    if not suspects:
        return 0
    limits = {f"limit_{name}": limit for name, limit in msgspec.structs.asdict(spell.thresholds).items()}
    kept = await fetch(
        _Kept,
        KEEP,
        code,
        [one.key for one in suspects],
        [one.agency for one in suspects],
        [one.person for one in suspects],
        [one.account for one in suspects],
        [one.served_on for one in suspects],
        [msgspec.json.encode(msgspec.json.decode(one.facts) | limits).decode() for one in suspects],
        now,
        FindingStatus.OPEN,
        AGENCY,
    )
    for agency, n in Counter(row.agency for row in kept).items():
        await later("radar.found", agency=agency, rule=code, n=n)
    return len(kept)
