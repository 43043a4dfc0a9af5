"""What a new decision on the weights sends."""

from datetime import date
from typing import Annotated

from msgspec import Meta, Struct

from app.kit.rules import N_

Amount = Annotated[
    int, Meta(extra={"error": N_("Enter a whole number, for example 300. 0 means that it does not matter.")})
]


class WeightsForm(Struct, frozen=True, kw_only=True):
    """Every weight, from which day on, and why. What may not be is said by the rules, field by field."""

    fill: Amount
    urgent: Amount
    continuity: Amount
    preference: Amount
    travel: Amount
    unknown_kilometres: Amount
    reliability: Amount
    load: Amount
    load_hours: Amount
    opportunity: Amount
    opportunity_days: Amount
    community: Amount
    keep: Amount
    applies_from: date
    reason: Annotated[str, Meta(max_length=400)] = ""

    @property
    def amounts(self) -> dict[str, int]:
        """The weights alone."""
        return {name: getattr(self, name) for name in self.__struct_fields__ if name not in ("applies_from", "reason")}
