"""What is accepted about safeguards."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.kit.rules import N_
from app.shifts.rules.safeguards import Asks

Asked = Literal["adults_only", "two_people", "staff_present", "same_sex"]


class SafeguardForm(Struct, frozen=True, kw_only=True):
    """A change of the matrix: one kind of service, from a day on."""

    kind: Annotated[str, Meta(max_length=40, extra={"required": N_("Choose the kind of service.")})]
    applies_from: Annotated[date, Meta(extra={"error": N_("Enter the first day, for example 2026-12-01.")})]
    credentials: list[Annotated[str, Meta(max_length=40)]] = []
    asked: list[Asked] = []
    reason: Annotated[
        str, Meta(max_length=400, extra={"required": N_("Say why, for example: decision of the bureau of 3 May.")})
    ]

    def asks(self) -> Asks:
        """What the kind of service is to ask."""
        return Asks(
            credentials=self.credentials,
            adults_only="adults_only" in self.asked,
            two_people="two_people" in self.asked,
            staff_present="staff_present" in self.asked,
            same_sex="same_sex" in self.asked,
        )
