"""What planning the routes of a day sends."""

from datetime import date

from msgspec import Struct


class DayForm(Struct, frozen=True, kw_only=True):
    """Which day."""

    day: date


class OnForm(Struct, frozen=True, kw_only=True):
    """Which day of one's own is looked at; today unless said."""

    on: date | None = None
