"""What forms about vouching, taking back, call-backs and contract lines accept."""

from typing import Annotated

from msgspec import Meta, Struct

from app.hours.rules.sampling import Heard
from app.kit.rules import N_

Note = Annotated[str, Meta(max_length=1000)]


class Choose(Struct, frozen=True, kw_only=True):
    """Which attendances to vouch for: those ticked, or the one whose own button was pressed."""

    chosen: list[int] = []
    only: int | None = None
    tray: str = ""


class Undo(Struct, frozen=True, kw_only=True):
    """Why what was posted is taken back."""

    reason: Annotated[str, Meta(max_length=40, extra={"required": N_("Choose why it is taken back.")})]
    """A key of `app.hours.rules.UNDOING`."""
    note: Note = ""


class UndoChosen(Undo, frozen=True, kw_only=True):
    """The same for several at once, which were posted just before."""

    posted: list[int]
    tray: str = ""


class Allocate(Struct, frozen=True, kw_only=True):
    """Which contract line posted hours count for."""

    line: Annotated[int, Meta(extra={"required": N_("Choose a line."), "error": N_("Choose a line.")})]


class Answered(Struct, frozen=True, kw_only=True):
    """What a call-back heard."""

    heard: Annotated[
        Heard, Meta(extra={"required": N_("Say what you heard."), "error": N_("Choose one of the answers.")})
    ]
    words: Note = ""
