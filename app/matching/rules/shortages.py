"""What is short where a place stays open."""

from msgspec import Struct


class Short(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is short for one seat, and how many people that keeps away."""

    code: str = ""
    """The name of a rule, or `nobody`, `elsewhere`, `team`, `taken_out`, `left_out`; empty when nobody looked."""
    detail: str = ""
    """The code of the language, skill or credential."""
    could: int = 0
    """People whom no rule keeps away: they are proposed elsewhere."""
    kept_away: int = 0


class OpenSeat(Struct, frozen=True, kw_only=True):
    """A seat that a plan leaves open."""

    seat: int
    shift: int
    heads: int
    short: Short
