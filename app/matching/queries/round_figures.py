"""A plan in figures: filled by kind and by community, travel, spread of load, and what is short."""

from msgspec import Struct

from app.kit.db import fetch
from app.kit.i18n import by_locale

SHARES = """
    WITH heads AS (
        SELECT shift, count(*) AS placed, 0::bigint AS open FROM placement
        WHERE round = $1 AND dropped_at IS NULL GROUP BY shift
        UNION ALL SELECT shift, 0, sum(heads)::bigint FROM gap WHERE round = $1 GROUP BY shift
    )
"""
BY_KIND = f"""
    {SHARES} SELECT k.code, k.name_zh, k.name_en, sum(x.placed)::bigint AS placed, sum(x.open)::bigint AS open
    FROM heads x JOIN shift h ON h.id = x.shift JOIN service_kind k ON k.code = h.service_kind
    GROUP BY k.code, k.name_zh, k.name_en ORDER BY sum(x.placed) + sum(x.open) DESC, k.code
"""
BY_COMMUNITY = f"""
    {SHARES} SELECT g.code, g.name AS name_zh, g.name_en, sum(x.placed)::bigint AS placed, sum(x.open)::bigint AS open
    FROM heads x JOIN shift h ON h.id = x.shift JOIN region g ON g.code = h.region
    GROUP BY g.code, g.name, g.name_en ORDER BY sum(x.open) DESC, sum(x.placed) DESC, g.code LIMIT $2
"""
TRAVEL = """
    SELECT width_bucket((why ->> 'metres')::bigint, ARRAY[0, 1000, 2000, 4000, 8000]::bigint[]) AS bucket,
           count(*) AS count
    FROM placement WHERE round = $1 AND dropped_at IS NULL GROUP BY 1 ORDER BY 1
"""
LOAD = """
    WITH served AS (
        SELECT l.person, sum(extract(epoch FROM h.ends - h.starts) / 60)::bigint AS minutes
        FROM placement l JOIN shift h ON h.id = l.shift WHERE l.round = $1 AND l.dropped_at IS NULL GROUP BY l.person
    )
    SELECT width_bucket(minutes, ARRAY[0, 121, 241, 481]::bigint[]) AS bucket, count(*) AS count
    FROM served GROUP BY 1 ORDER BY 1
"""
SHORT = """
    SELECT coalesce(reasons ->> 'code', '') AS code, coalesce(reasons ->> 'detail', '') AS detail,
           sum(heads)::bigint AS heads
    FROM gap WHERE round = $1 GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
"""
MOST_COMMUNITIES = 12


class Filled(Struct, frozen=True, kw_only=True):
    """How much of a kind, or in a community, is proposed and stays open."""

    code: str
    name_zh: str
    name_en: str
    placed: int
    open: int

    @property
    def name(self) -> str:
        return by_locale(self.name_zh, self.name_en)

    @property
    def wanted(self) -> int:
        return self.placed + self.open


class Bucket(Struct, frozen=True):
    """How many fall between two marks; no bucket means not known."""

    bucket: int | None
    count: int


class Short(Struct, frozen=True):
    """What is short for how many places."""

    code: str
    detail: str
    heads: int


class Figures(Struct, frozen=True, kw_only=True):
    """A plan in figures."""

    kinds: list[Filled]
    communities: list[Filled]
    travel: list[Bucket]
    load: list[Bucket]
    short: list[Short]


async def figures_of(round_id: int) -> Figures:
    """The figures of a plan, in five questions."""
    return Figures(
        kinds=await fetch(Filled, BY_KIND, round_id),
        communities=await fetch(Filled, BY_COMMUNITY, round_id, MOST_COMMUNITIES),
        travel=await fetch(Bucket, TRAVEL, round_id),
        load=await fetch(Bucket, LOAD, round_id),
        short=await fetch(Short, SHORT, round_id),
    )
