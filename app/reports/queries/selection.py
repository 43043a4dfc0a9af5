"""The one FROM and WHERE behind every figure, list and download, so that they can never differ."""

from typing import Any

from app.reports.queries.contracts import Scope

ENTRIES = """
    FROM allocation al
    JOIN posting po ON po.id = al.posting_id AND po.served_on = al.served_on
"""


def where(scope: Scope) -> tuple[str, list[Any]]:
    """The condition of a filter, with its arguments from $1 on. Only what is asked for is in it."""
    starts, ends = scope.span
    asked = scope.filter
    conditions = [
        ("al.line = any({})", scope.line_ids),
        # Both tables are partitioned by it, so both are told.
        ("al.served_on >= {0} AND po.served_on >= {0}", starts),
        ("al.served_on < {0} AND po.served_on < {0}", ends),
    ]
    optional = [
        ("al.period = {}", asked.period),
        ("po.activity = {}", asked.activity),
        ("po.region = {}", asked.region),
        ("po.capacity = {}", asked.capacity),
        ("po.grade = {}", asked.grade),
    ]
    conditions += [(text, given) for text, given in optional if given is not None]
    text = " AND ".join(text.format(f"${place}") for place, (text, _) in enumerate(conditions, 1))
    return f"WHERE {text}", [given for _, given in conditions]
