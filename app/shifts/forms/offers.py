"""What is accepted about an offer: the reason of a no, and whether to ask again."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.kit.rules import N_

DeclineCode = Literal["busy", "far", "kind", "ill", "other"]


class Declining(Struct, frozen=True, kw_only=True):
    """A no, as it is typed."""

    reason: Annotated[DeclineCode, Meta(extra={"required": N_("Choose a reason; it helps the agency plan.")})]
    not_again: bool = False
    note: Annotated[str, Meta(max_length=200)] = ""
