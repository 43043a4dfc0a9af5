"""Takes points off a shift that will be filled anyway, so that people see the others first as well."""

MOST = 300
"""Points off a shift that is as good as full."""


def crowding(needed: int, taken: int, asked: int) -> int:
    """How far a seat drops among one person's suggestions: by the share of its places that are taken or asked for.

    What many are shown fills by itself; shown first to everybody, it hides what stays empty.
    """
    share = min((taken + asked / 2) / needed, 1.0) if needed > 0 else 1.0
    return round(MOST * share)
