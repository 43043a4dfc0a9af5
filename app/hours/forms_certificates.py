"""What forms about certificates and stars accept."""

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.kit.rules import N_


class Draw(Struct, frozen=True, kw_only=True):
    """What a certificate is to be about."""

    from_on: date
    last_on: date
    agency: int | None = None
    notice_days: Literal[0, 7, 10, 15] = 0


class Ask(Struct, frozen=True, kw_only=True):
    """A certificate's number, and the code that shows that one holds it."""

    number: Annotated[
        str, Meta(max_length=40, extra={"required": N_("Enter the number, for example 20261122-7K4MQ2.")})
    ]
    code: Annotated[str, Meta(max_length=20, extra={"required": N_("Enter the six characters of the code.")})]


class Stars(Struct, frozen=True, kw_only=True):
    """A table of stars for a place, or for everywhere."""

    region: Annotated[str, Meta(max_length=12)] = ""
    applies_from: date
    hours: Annotated[str, Meta(max_length=60)]
