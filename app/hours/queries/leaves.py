"""The one place that says how a posting becomes a leaf of the tree: its text, and the hash of that text, in SQL.

The text is a JSON object with every column of the posting and of its allocation. PostgreSQL orders the keys of `jsonb`
by itself, and instants and days are written out by a fixed pattern, so no setting of a session can change a byte.
Both expressions expect a posting `p`, LEFT JOINed to its allocation `al`.
"""

from app.hours.rules.merkle import HASH

FORMAT = "linli-posting/1"
"""Inside every leaf. Another shape of the text is another number, and holds for postings from then on."""


def _instant(column: str) -> str:
    return f"""to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


def _day(column: str) -> str:
    return f"to_char({column}, 'YYYY-MM-DD')"


def _object(columns: dict[str, str]) -> str:
    pairs = (f"'{name}', {expression}" for name, expression in columns.items())
    return f"jsonb_build_object({', '.join(pairs)})"


POSTING_COLUMNS = {
    "id": "p.id",
    "served_on": _day("p.served_on"),
    "attendance_id": "p.attendance_id",
    "entry": "p.entry",
    "reverses": "p.reverses",
    "person": "p.person",
    "agency": "p.agency",
    "activity": "p.activity",
    "shift_id": "p.shift_id",
    "region": "p.region",
    "service_kind": "p.service_kind",
    "kind": "p.kind",
    "capacity": "p.capacity",
    "minutes": "p.minutes",
    "grade": "p.grade",
    "starts": _instant("p.starts"),
    "ends": _instant("p.ends"),
    "rule_book": "p.rule_book",
    "trace": "p.trace",
    "approval_id": "p.approval_id",
    "verified_by": "p.verified_by",
    "posted_at": _instant("p.posted_at"),
    "corrects_id": "p.corrects_id",
    "corrects_on": _day("p.corrects_on"),
    "reason": "p.reason",
}

ALLOCATION_COLUMNS = {
    "id": "al.id",
    "served_on": _day("al.served_on"),
    "posting_id": "al.posting_id",
    "line": "al.line",
    "period": "al.period",
    "minutes": "al.minutes",
    "verified_by": "al.verified_by",
    "allocated_by": "al.allocated_by",
    "attendance_id": "al.attendance_id",
    "part": "al.part",
    "at": _instant("al.at"),
}

_ALLOCATION = f"CASE WHEN al.id IS NOT NULL THEN {_object(ALLOCATION_COLUMNS)} END"

LEAF_TEXT = _object({"format": f"'{FORMAT}'", **POSTING_COLUMNS, "allocation": _ALLOCATION}) + "::text"
"""What a leaf says."""

LEAF_HASH = f"sha256(decode('00', 'hex') || convert_to({LEAF_TEXT}, 'UTF8'))"
"""RFC 6962's hash of it."""

WITH_ALLOCATION = "LEFT JOIN allocation al ON al.posting_id = p.id AND al.served_on = p.served_on"

NO_HASH = f"decode(repeat('00', {HASH}), 'hex')"
"""Stands where a posting is missing: no leaf has this hash."""
