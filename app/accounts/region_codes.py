"""What a statistical code says by itself: its level, and the divisions it lies in."""

LEVEL_BY_LENGTH = {2: 1, 4: 2, 6: 3, 9: 4, 12: 5}
_PARENT_LENGTH = {4: 2, 6: 4, 9: 6, 12: 9}


def level_of(code: str) -> int:
    """1 province, 2 city, 3 district, 4 street, 5 community.

    Raises:
        KeyError: if no division has a code of this length.
    """
    return LEVEL_BY_LENGTH[len(code)]


def parent_of(code: str) -> str | None:
    """The code of the division above; None for a province."""
    length = _PARENT_LENGTH.get(len(code))
    return code[:length] if length else None


def ancestry_of(code: str) -> list[str]:
    """The codes from province down to this one."""
    return [code[:length] for length in LEVEL_BY_LENGTH if length <= len(code)]
