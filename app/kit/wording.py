"""Numbers, money, dates and durations as people say them in the reader's language."""

from datetime import date, datetime, timedelta

from app.kit import clock
from app.kit.i18n import locale

WEEKDAYS = {
    "zh_CN": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date | datetime, weekday: bool = True) -> str:
    """`周六 11月28日` or `Sat 28 Nov`, with the year when it is not this one."""
    on = clock.local(value).date() if isinstance(value, datetime) else value
    this_year = clock.local_day(clock.now()).year
    if locale() == "en":
        text = f"{on.day} {MONTHS_EN[on.month - 1]}" + (f" {on.year}" if on.year != this_year else "")
    else:
        text = (f"{on.year}年" if on.year != this_year else "") + f"{on.month}月{on.day}日"
    return f"{WEEKDAYS[locale()][on.weekday()]} {text}" if weekday else text


def last_day(before: date) -> str:
    """The last day of a half-open span, as people name it."""
    return day(before - timedelta(days=1), weekday=False)


def time_of_day(value: datetime) -> str:
    """`14:00`, by the city's clocks."""
    return f"{clock.local(value):%H:%M}"


def moment(value: datetime) -> str:
    """`周六 11月28日 14:00` or `Sat 28 Nov, 14:00`."""
    joint = ", " if locale() == "en" else " "
    return f"{day(value)}{joint}{time_of_day(value)}"


def span(starts: datetime, ends: datetime) -> str:
    """`周六 11月28日 14:00–16:00`; the second day is named when the span passes midnight."""
    if clock.local_day(starts) == clock.local_day(ends):
        return f"{moment(starts)}–{time_of_day(ends)}"
    return f"{moment(starts)} – {moment(ends)}"


def hours(minutes: int) -> str:
    """`3 h 30 min` or `3 小时 30 分`."""
    sign = "−" if minutes < 0 else ""
    whole, rest = divmod(abs(minutes), 60)
    parts = []
    hour, minute = ("h", "min") if locale() == "en" else ("小时", "分")
    if whole:
        parts.append(f"{number(whole)} {hour}")
    if rest or not whole:
        parts.append(f"{rest} {minute}")
    return sign + " ".join(parts)


def decimal_hours(minutes: int) -> str:
    """Hours with two decimals, for exports and dense tables."""
    return f"{minutes / 60:,.2f}"


def money(fen: int, currency: str = "CNY") -> str:
    """`¥12,000.50`; fen are shown only when there are some."""
    sign = "¥" if currency == "CNY" else f"{currency} "
    yuan, rest = divmod(abs(fen), 100)
    return ("−" if fen < 0 else "") + f"{sign}{yuan:,}" + (f".{rest:02d}" if rest else "")


def number(value: int | float) -> str:
    """With thousands separators."""
    return f"{value:,}"
