"""The districts of a round that was made district by district, with what each proposes."""

from msgspec import Struct

from app.kit.db import fetch
from app.matching.packing import unpack
from app.matching.problem import Plan, Problem

PARTS = """
    SELECT snapshot, incumbent FROM round
    WHERE part_of = $1 AND status = 'ready' AND snapshot IS NOT NULL AND incumbent IS NOT NULL ORDER BY id
"""


class Part(Struct, frozen=True):
    """One district's problem and plan."""

    problem: Problem
    plan: Plan


class _Packed(Struct, frozen=True):
    snapshot: bytes
    incumbent: bytes


async def parts_of(round_id: int) -> list[Part]:
    """The plans of the districts that were made; one that failed is simply planned with the whole."""
    rows = await fetch(_Packed, PARTS, round_id)
    return [Part(unpack(Problem, row.snapshot), unpack(Plan, row.incumbent)) for row in rows]
