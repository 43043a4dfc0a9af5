"""What is accepted when people are punched in and out."""

from typing import Annotated

from msgspec import Meta, Struct

from app.kit.rules import N_
from app.shifts.rules.punching import Direction

Nonce = Annotated[str, Meta(min_length=8, max_length=40)]


class PunchForm(Struct, frozen=True, kw_only=True):
    """One tap of the leader."""

    signup: int
    direction: Direction
    nonce: Nonce


class UndoForm(Struct, frozen=True, kw_only=True):
    """One tap that takes the last one back."""

    punch: int
    nonce: Nonce


class EveryoneForm(Struct, frozen=True, kw_only=True):
    """One tap for all who are expected."""

    nonce: Nonce


class CodeForm(Struct, frozen=True, kw_only=True):
    """What a volunteer sends with the shift's code."""

    code: Annotated[str, Meta(max_length=20, extra={"required": N_("Type the six digits, for example 482 913.")})]
    direction: Direction
    nonce: Nonce
