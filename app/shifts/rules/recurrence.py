"""Repeated shifts: simple choices become an RFC 5545 rule, and a rule becomes days."""

from collections.abc import Sequence
from datetime import date, datetime, time
from enum import StrEnum
from itertools import islice

from dateutil.rrule import rrulestr

from app.kit.rules import N_, Refusal

MOST_DATES = 200
"""A longer series is better made in parts: people cannot check more dates than this by eye."""

LONGEST_INTERVAL = 52

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

# A rule that never yields a day would be searched to the year 9999, so only combinations that do are taken.
PARTS_BY_FREQUENCY = {
    "DAILY": {"BYDAY"},
    "WEEKLY": {"BYDAY", "WKST"},
    "MONTHLY": {"BYDAY", "BYMONTHDAY", "BYSETPOS", "WKST"},
}
ALWAYS = {"FREQ", "INTERVAL", "COUNT", "UNTIL"}

BAD_RULE = Refusal(
    "rule_not_understood",
    N_("We cannot read this repeat rule."),
    N_("Use a daily, weekly or monthly RRULE, for example FREQ=WEEKLY;BYDAY=SA;COUNT=8."),
)
TOO_MANY_DATES = Refusal(
    "too_many_dates",
    N_("This rule makes more than 200 dates."),
    N_("Give an earlier last day, or publish it in parts."),
)
NO_DATES = Refusal("no_dates", N_("This rule makes no date at all."), N_("Check the first day and the last day."))


class Repeat(StrEnum):
    """How often, in the words of the form."""

    ONCE = "once"
    WEEKLY = "weekly"
    DAILY = "daily"
    MONTHLY = "monthly"
    RULE = "rule"
    """A pasted RRULE."""


def rule_text(
    repeat: Repeat, first: date, *, weekdays: Sequence[int] = (), until: date | None = None, count: int | None = None
) -> str:
    """The RRULE of a simple choice. Monthly means the weekday of the first date, counted as it is in its month."""
    if repeat == Repeat.WEEKLY:
        days = sorted(set(weekdays)) or [first.weekday()]
        parts = ["FREQ=WEEKLY", "BYDAY=" + ",".join(WEEKDAYS[day] for day in days)]
    elif repeat == Repeat.MONTHLY:
        parts = ["FREQ=MONTHLY", f"BYDAY={nth_of_month(first)}{WEEKDAYS[first.weekday()]}"]
    else:
        parts = ["FREQ=DAILY"]
    if count is not None:
        parts.append(f"COUNT={count}")
    elif until is not None:
        parts.append(f"UNTIL={until:%Y%m%d}T235959")
    return ";".join(parts)


def nth_of_month(day: date) -> int:
    """Which of its weekday in the month a day is; a fifth one counts as the last (-1), which every month has."""
    nth = (day.day - 1) // 7 + 1
    return nth if nth < 5 else -1


def days_of(rule: str, first: date, *, last: date) -> list[date] | Refusal:
    """The days a rule makes from `first` on; a rule without an end stops at `last`."""
    text = rule.strip().upper().removeprefix("RRULE:")
    if not _is_safe(text):
        return BAD_RULE
    try:
        # dateutil compares a naive start with an UNTIL in UTC badly: only the day matters here.
        parsed = rrulestr(_local_until(text), dtstart=datetime.combine(first, time(12)))
        found = list(islice(parsed, MOST_DATES + 1))
    except (ValueError, TypeError, OverflowError):
        return BAD_RULE
    bounded = "COUNT=" in text or "UNTIL=" in text
    days = [moment.date() for moment in found if bounded or moment.date() <= last]
    if len(days) > MOST_DATES:
        return TOO_MANY_DATES
    return days or NO_DATES


def _local_until(text: str) -> str:
    parts = []
    for part in text.split(";"):
        name, _, given = part.partition("=")
        parts.append(f"UNTIL={given[:8]}T235959" if name == "UNTIL" else part)
    return ";".join(parts)


def _is_safe(text: str) -> bool:
    parts = [part.partition("=") for part in text.rstrip(";").split(";")]
    known = {name: given for name, _, given in parts}
    frequency = known.get("FREQ", "")
    if len(known) < len(parts) or frequency not in PARTS_BY_FREQUENCY:
        return False
    if not known.keys() <= ALWAYS | PARTS_BY_FREQUENCY[frequency] or {"COUNT", "UNTIL"} <= known.keys():
        return False
    interval = known.get("INTERVAL", "1")
    if not interval.isdecimal() or not 1 <= int(interval) <= LONGEST_INTERVAL:
        return False
    # Every seventh day is always the same weekday, so another one would never come.
    return not (frequency == "DAILY" and "BYDAY" in known and int(interval) % 7 == 0)
