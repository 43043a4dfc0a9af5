"""Which contract lines could take the hours of an attendance, and which one has them."""

from msgspec import Struct

from app.kit.db import fetch, fetch_one


class Choice(Struct, frozen=True, kw_only=True):
    """A line that could take them."""

    id: int
    code: str
    name: str
    contract_number: str


LINES = """
    SELECT l.id, l.code, l.name, c.number AS contract_number
    FROM attendance a
    JOIN line l ON l.service_kind = a.service_kind AND l.capacity IN ('either', a.capacity)
    JOIN contract c ON c.id = l.contract AND c.in_force_at IS NOT NULL
                   AND c.starts_on <= a.served_on AND c.ends_before > a.served_on
    JOIN program g ON g.id = c.program AND g.agency = a.agency
    WHERE a.id = $1 AND a.agency = $2
    ORDER BY c.number, l.code
"""


async def lines_for(attendance_id: int, agency_id: int) -> list[Choice]:
    """Lines of the agency's contracts in force on that day, for the same kind of service and the same capacity."""
    return await fetch(Choice, LINES, attendance_id, agency_id)


class Claim(Struct, frozen=True):
    """The line and contract that hours count for."""

    line: str
    contract: str


async def claim_of(line_id: int) -> Claim | None:
    """What a line is called."""
    sql = """
        SELECT l.code || ' ' || l.name AS line, c.number AS contract
        FROM line l JOIN contract c ON c.id = l.contract WHERE l.id = $1
    """
    return await fetch_one(Claim, sql, line_id)
