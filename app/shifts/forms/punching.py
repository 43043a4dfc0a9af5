"""What is accepted when people are punched in and out."""

from typing import Annotated

from msgspec import Meta, Struct

from app.kit.places import Fix
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
    """What a volunteer sends with the shift's code; where they are only if they chose to say so."""

    code: Annotated[str, Meta(max_length=20, extra={"required": N_("Type the six digits, for example 482 913.")})]
    direction: Direction
    nonce: Nonce
    latitude: Annotated[float, Meta(ge=-90, le=90)] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180)] | None = None
    accuracy: Annotated[float, Meta(ge=0, le=100_000)] | None = None

    @property
    def fix(self) -> Fix | None:
        """Where they are, in what browsers speak: WGS 84."""
        if self.latitude is None or self.longitude is None:
            return None
        return Fix(latitude=self.latitude, longitude=self.longitude, accuracy_metres=self.accuracy)
