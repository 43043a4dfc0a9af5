"""The times of one attendance side by side: planned, punched, corrected."""

from datetime import datetime

from msgspec import Struct

from app.hours.rules.counting import Stretch


class Times(Struct, frozen=True, kw_only=True):
    """What is known. The punches stay as they were when a correction stands beside them."""

    planned: Stretch
    raw_in: datetime | None
    raw_out: datetime | None
    raw_minutes: int | None
    adjusted: Stretch | None

    @property
    def punched(self) -> bool:
        """Whether there is any punch at all."""
        return self.raw_in is not None or self.raw_out is not None

    @property
    def punched_both(self) -> bool:
        """Whether arriving and leaving are both punched."""
        return self.raw_in is not None and self.raw_out is not None

    @property
    def complete(self) -> bool:
        """Whether the times can be counted."""
        return self.adjusted is not None or self.punched_both

    @property
    def came(self) -> datetime | None:
        """When the person came, as far as is known."""
        return self.adjusted.starts if self.adjusted else self.raw_in

    @property
    def left(self) -> datetime | None:
        """When the person left, as far as is known."""
        return self.adjusted.ends if self.adjusted else self.raw_out

    @property
    def worked(self) -> int | None:
        """The minutes between, before any rule is applied."""
        return self.adjusted.minutes if self.adjusted else self.raw_minutes
