"""Offers as their readers say them: how they stand, and why somebody was asked."""

from collections.abc import Mapping

from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext, pgettext
from app.kit.wording import number
from app.shifts.queries.askings import AskingPage, OfferRow
from app.shifts.rules.offers import DECLINE_REASONS, PASSED_OVER, Mode, OfferStatus, Outcome

NEAR = 1000
MOST_REASONS = 3
SPEAKS = 30
"""Points against somebody from which on it is worth a word."""


def own_standing(status: OfferStatus) -> tuple[str, str]:
    """An offer's state, as it is told to the person who is asked: (word, tone)."""
    return {
        OfferStatus.WAITING: (_("Not your turn yet"), "neutral"),
        OfferStatus.OPEN: (_("Waits for your answer"), "waiting"),
        OfferStatus.ACCEPTED: (_("You said yes"), "good"),
        OfferStatus.DECLINED: (_("You said no"), "neutral"),
        OfferStatus.EXPIRED: (_("Time ran out"), "neutral"),
        OfferStatus.WITHDRAWN: (_("No longer needed"), "neutral"),
    }[status]


def standing(row: OfferRow) -> tuple[str, str]:
    """The same, as it is told to the agency."""
    if row.status == OfferStatus.WITHDRAWN and row.opened_at is None:
        return _("Was not asked"), "neutral"
    return {
        OfferStatus.WAITING: (_("Waits for their turn"), "neutral"),
        OfferStatus.OPEN: (_("Asked, no answer yet"), "waiting"),
        OfferStatus.ACCEPTED: (pgettext("offer", "Accepted"), "good"),
        OfferStatus.DECLINED: (pgettext("offer", "Declined"), "neutral"),
        OfferStatus.EXPIRED: (_("Did not answer in time"), "neutral"),
        OfferStatus.WITHDRAWN: (pgettext("offer", "Taken back"), "neutral"),
    }[row.status]


def mode_words(mode: Mode) -> str:
    """How people are asked."""
    return {
        Mode.ONE: _("One person alone; the place is held for them"),
        Mode.IN_TURN: _("One after the other; the place is held for whoever is asked"),
        Mode.AT_ONCE: _("All at the same time; the first to accept gets the place"),
    }[mode]


def asking_standing(asking: AskingPage) -> tuple[str, str]:
    """How an asking stands."""
    if not asking.outcome:
        return _("Being asked"), "waiting"
    return {
        Outcome.FILLED: (pgettext("asking", "Filled"), "good"),
        Outcome.NOBODY_LEFT: (_("Nobody left to ask"), "bad"),
        Outcome.STOPPED: (pgettext("asking", "Stopped"), "neutral"),
        Outcome.SHIFT_BEGAN: (_("The shift began"), "neutral"),
        Outcome.SHIFT_CANCELLED: (_("The shift was cancelled"), "neutral"),
    }[Outcome(asking.outcome)]


def asking_sentence(asking: AskingPage) -> str:
    """What whoever asked wants to know first."""
    said = ngettext(
        "%(accepted)s of %(num)s place accepted", "%(accepted)s of %(num)s places accepted", asking.places
    ) % {"accepted": asking.accepted, "num": asking.places}
    if asking.outcome:
        return _("%(said)s.") % {"said": said}
    return _("%(said)s; %(open)s to answer, %(waiting)s to be asked after them.") % {
        "said": said,
        "open": asking.open,
        "waiting": asking.waiting,
    }


def decline_reason(code: str) -> str:
    """Why somebody said no."""
    return _(DECLINE_REASONS[code]) if code in DECLINE_REASONS else ""


def passed_over(code: str) -> str:
    """Why somebody was not asked when their turn came."""
    return _(PASSED_OVER.get(code, "")) if code in PASSED_OVER else _("could no longer come")


def distance(metres: float) -> str:
    """`640 m` or `1.2 km`."""
    return f"{round(metres, -1):.0f} m" if metres < NEAR else f"{number(round(metres / 1000, 1))} km"


def why_you(parts: Mapping[str, int], metres: float | None) -> list[str]:
    """Why this person was asked, told to them: what speaks most for them first."""
    words = {
        "continuity": _("You know the people served."),
        "preference": _("You like this kind of service."),
        "urgent": _("It is urgent."),
        "community": _("Places often stay empty in this community."),
        "opportunity": _("You have not been asked for a while."),
        "reliability": _("When you say you come, you come."),
        "keep": _("You were in the plan before."),
    }
    said = _ordered(parts, words)[:MOST_REASONS]
    if metres is not None:
        said.insert(1, _("It is %(distance)s from where you start.") % {"distance": distance(metres)})
    return said or [_("Help is needed, and you can give it.")]


def why_them(parts: Mapping[str, int]) -> list[str]:
    """The same, told to the agency."""
    words = {
        "continuity": _("knows the people served"),
        "preference": _("likes this kind of service"),
        "urgent": _("the place is urgent"),
        "community": _("places often stay empty in this community"),
        "opportunity": _("was not asked for a while"),
        "reliability": _("keeps their word"),
        "keep": _("was in the plan before"),
    }
    said = _ordered(parts, words)
    if parts.get("load", 0) <= -SPEAKS:
        said.append(_("has served many hours already"))
    if parts.get("travel", 0) <= -SPEAKS:
        said.append(_("has a long way to go"))
    return said


def _ordered(parts: Mapping[str, int], words: Mapping[str, str]) -> list[str]:
    speaking = sorted((-points, key) for key, points in parts.items() if points > 0 and key in words)
    return [words[key] for _points, key in speaking]
