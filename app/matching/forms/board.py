"""What the board is narrowed to, and what asking people sends."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.kit.rules import N_
from app.shifts.forms.browsing import Cursor, Digits
from app.shifts.rules.browsing import When

MOST_AT_ONCE = 50


class Narrow(Struct, frozen=True, kw_only=True):
    """When, where, what, whose time; and where a page begins."""

    when: When = When.ANY
    region: Digits = ""
    kind: Annotated[str, Meta(max_length=40)] = ""
    capacity: Literal["", "volunteer", "staff"] = ""
    after: Cursor = ""


class Ask(Struct, frozen=True, kw_only=True):
    """Whom to ask, and how."""

    chosen: Annotated[list[int], Meta(max_length=200)] = []
    only: int | None = None
    """The one person whose own button was pressed."""
    take: Literal["chosen", "best"] = "chosen"
    best: Annotated[int, Meta(ge=1, le=MOST_AT_ONCE, extra={"error": N_("Enter a whole number from 1 to 50.")})] = 3
    mode: Literal["in_turn", "at_once"] = "in_turn"
    overrule: Annotated[list[str], Meta(max_length=20)] = []


class Search(Struct, frozen=True, kw_only=True):
    """A part of a name, or a volunteer number; or one person by number."""

    q: Annotated[str, Meta(max_length=60)] = ""
    person: int | None = None
