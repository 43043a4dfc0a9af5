"""States of activities, shifts and people on the board, as their readers say them: (word, tone) for the status mark."""

from app.kit.i18n import gettext, pgettext
from app.shifts.rules.publishing import PRIORITY_WORDS, Capacity
from app.shifts.rules.punching import Standing
from app.shifts.rules.recurrence import Repeat
from app.shifts.rules.statuses import ActivityStatus, ShiftStatus


def activity_standing(status: ActivityStatus) -> tuple[str, str]:
    """An activity's state."""
    return {
        ActivityStatus.DRAFT: (pgettext("activity", "Draft"), "neutral"),
        ActivityStatus.OPEN: (pgettext("activity", "Open"), "active"),
        ActivityStatus.CLOSED: (pgettext("activity", "Closed"), "neutral"),
    }[status]


def shift_standing(status: ShiftStatus) -> tuple[str, str]:
    """A shift's state."""
    return {
        ShiftStatus.PLANNED: (pgettext("shift", "Planned"), "neutral"),
        ShiftStatus.PUBLISHED: (pgettext("shift", "Published"), "active"),
        ShiftStatus.RUNNING: (pgettext("shift", "Running now"), "active"),
        ShiftStatus.DONE: (pgettext("shift", "Over"), "good"),
        ShiftStatus.CANCELLED: (pgettext("shift", "Cancelled"), "bad"),
    }[status]


def board_standing(standing: Standing) -> tuple[str, str]:
    """How someone stands on the board."""
    return {
        Standing.EXPECTED: (gettext("Expected"), "neutral"),
        Standing.LATE: (gettext("Late"), "bad"),
        Standing.HERE: (gettext("Here"), "active"),
        Standing.LEFT: (gettext("Left"), "good"),
        Standing.ABSENT: (gettext("Did not come"), "bad"),
    }[standing]


def capacities() -> list[tuple[str, str]]:
    """Whose time a seat is for."""
    return [(Capacity.VOLUNTEER, gettext("Volunteers")), (Capacity.STAFF, gettext("Social workers (paid)"))]


def priorities() -> list[tuple[int, str]]:
    """How urgent a shift is, the most urgent first."""
    return [(step, gettext(word)) for step, word in PRIORITY_WORDS.items()]


def sexes() -> list[tuple[str, str]]:
    """Whom a shift may ask for alone."""
    return [("female", gettext("Women only")), ("male", gettext("Men only"))]


def asked_words() -> list[tuple[str, str]]:
    """What a kind of service may ask besides credentials."""
    return [
        ("adults_only", gettext("Adults only")),
        ("two_people", gettext("Nobody alone")),
        ("staff_present", gettext("Volunteers with a social worker")),
        ("same_sex", gettext("Same sex as the person served")),
    ]


def repeats() -> list[tuple[str, ...]]:
    """How often a shift comes, with a hint where the word alone does not say it."""
    return [
        (Repeat.ONCE, gettext("Once")),
        (
            Repeat.WEEKLY,
            gettext("Every week"),
            gettext("On the weekdays ticked below; else on that of the first date."),
        ),
        (Repeat.DAILY, gettext("Every day")),
        (
            Repeat.MONTHLY,
            gettext("Every month"),
            gettext("On the same weekday as the first date, for example each second Saturday."),
        ),
        (Repeat.RULE, gettext("By an RRULE"), gettext("For what the choices above cannot say.")),
    ]


def weekdays() -> list[tuple[int, str]]:
    """Monday to Sunday, numbered from 0."""
    names = (
        gettext("Monday"),
        gettext("Tuesday"),
        gettext("Wednesday"),
        gettext("Thursday"),
        gettext("Friday"),
        gettext("Saturday"),
        gettext("Sunday"),
    )
    return list(enumerate(names))
