"""Reasons for and against a person and a seat, as their readers say them."""

from collections.abc import Mapping
from datetime import datetime

from app.kit import clock
from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext
from app.kit.wording import hours, number, time_of_day
from app.matching.openings import Change
from app.matching.queries.candidates import Who
from app.matching.questions import Pair, Ranking

NEAR_METRES = 1000
OFTEN_EMPTY = 100
"""Points of a community whose seats often stay empty, from which on it is worth a word."""


def distance(metres: int) -> str:
    """`640 m` or `1.2 km`."""
    return f"{round(metres, -1) or 10} m" if metres < NEAR_METRES else f"{number(round(metres / 1000, 1))} km"


def for_coordinator(pair: Pair, who: Who, now: datetime) -> list[str]:
    """Why this person, in words and figures, what counts most first."""
    said = []
    if pair.parts.get("continuity"):
        said.append(_("has served here before") if pair.of_activity else _("knows the person served"))
    if pair.parts.get("keep"):
        said.append(_("was here in the last plan"))
    if pair.metres is not None:
        said.append(_("%(distance)s from home") % {"distance": distance(pair.metres)})
    if pair.parts.get("preference"):
        said.append(_("likes this"))
    if pair.free_from and pair.free_until:
        said.append(_("free %(from)s–%(to)s") % _free(pair.free_from, pair.free_until))
    said.append(last_asked(who.asked_at, now))
    said.append(promises(who))
    if pair.served_minutes:
        said.append(_("%(hours)s served in three months") % {"hours": hours(pair.served_minutes)})
    return said


def for_person(pair: Pair) -> list[str]:
    """Why this shift, as it is told to the person."""
    said = []
    if pair.parts.get("continuity"):
        said.append(_("you have been there before"))
    if pair.metres is not None:
        said.append(_("%(distance)s from home") % {"distance": distance(pair.metres)})
    if pair.parts.get("preference"):
        said.append(_("you like this"))
    if pair.free_from and pair.free_until:
        said.append(_("you are free %(from)s–%(to)s") % _free(pair.free_from, pair.free_until))
    if pair.parts.get("urgent"):
        said.append(_("needed soon"))
    if pair.parts.get("community", 0) >= OFTEN_EMPTY:
        said.append(_("places often stay empty there"))
    return said


def _free(starts: datetime, ends: datetime) -> dict[str, str]:
    until = time_of_day(ends)
    return {"from": time_of_day(starts), "to": "24:00" if until == "00:00" else until}


def last_asked(asked_at: datetime | None, now: datetime) -> str:
    """When somebody was last offered a place."""
    if asked_at is None:
        return _("never asked yet")
    days = (clock.local_day(now) - clock.local_day(asked_at)).days
    if days <= 0:
        return _("asked today")
    return ngettext("last asked %(num)s day ago", "last asked %(num)s days ago", days) % {"num": days}


def promises(who: Who) -> str:
    """How somebody kept their word of late."""
    if not who.promises:
        return _("no shift in three months")
    said = ngettext("kept %(kept)s of %(num)s promise", "kept %(kept)s of %(num)s promises", who.promises)
    return said % {"kept": who.kept, "num": who.promises}


def against(rule: str) -> str:
    """What keeps people away, as it heads their number."""
    return {
        "capacity": _("Places of the other kind: paid or volunteer"),
        "adults": _("Minors, or age not known"),
        "sex": _("Somebody of the other sex is wanted"),
        "skill": _("Do not have the skill"),
        "language": _("Do not speak the language"),
        "credential": _("No valid credential"),
        "refused": _("Do not want to be asked for this kind"),
        "barred": _("Somebody else is wanted here"),
        "declined": _("Asked for this shift already"),
        "available": _("Not free then"),
        "reach": _("Too far from home"),
        "busy": _("On another shift, on the way, or away"),
        "day": _("Would pass their hours for that day"),
        "week": _("Would pass their hours for that week"),
        "contract": _("The contract has too few hours left"),
        "full": _("No place is free"),
        "past": _("The shift has begun"),
    }[rule]


def against_you(rule: str) -> str:
    """The same, as it is told to the person."""
    return {
        "adults": _("For adults only"),
        "sex": _("For women only or men only, or we do not know your sex"),
        "skill": _("A skill is asked that is not in your profile"),
        "language": _("A language is asked that is not in your profile"),
        "credential": _("A credential is asked that you do not have, or that ends before"),
        "refused": _("Kinds for which you asked not to be asked"),
        "barred": _("Somebody else is wanted there"),
        "declined": _("You were asked already"),
        "available": _("Not in the hours in which you are free"),
        "reach": _("Farther from home than you go"),
        "busy": _("You are on another shift, or away"),
        "day": _("More hours than you serve in a day"),
        "week": _("More hours than you serve in a week"),
    }.get(rule, _("Not open to you"))


def shortage(ranking: Ranking) -> str:
    """In one sentence: how many could come, and what keeps most of the others away."""
    said = {"everyone": number(ranking.everyone), "could": number(ranking.could)}
    if not ranking.everyone:
        return _("Nobody serves in this city yet whom this place is for.")
    if ranking.could:
        text = ngettext(
            "Of %(everyone)s people %(could)s could come.",
            "Of %(everyone)s people %(could)s could come.",
            ranking.could,
        )
        return text % said
    if ranking.failing.get("contract") == ranking.everyone:
        return _("Nobody can be asked: the contract pays for too few hours more.")
    most = most_first(ranking.alone) or most_first(ranking.failing)
    if not most:
        return _("Of %(everyone)s people nobody could come.") % said
    rule, many = most[0]
    return _("Of %(everyone)s people nobody could come. What is short most: %(reason)s (%(many)s people).") % (
        said | {"reason": against(rule), "many": number(many)}
    )


def most_first(counted: Mapping[str, int]) -> list[tuple[str, int]]:
    """Rules with their numbers, the largest first."""
    return sorted(counted.items(), key=lambda each: (-each[1], each[0]))


def weekday(day: int) -> str:
    """Every such weekday."""
    return (
        _("Mondays"),
        _("Tuesdays"),
        _("Wednesdays"),
        _("Thursdays"),
        _("Fridays"),
        _("Saturdays"),
        _("Sundays"),
    )[day]


def change(found: Change, name: str) -> str:
    """What would open places, as advice; `name` is the skill's, language's, credential's or kind's."""
    text, said = _advice(found, name)
    return text % said


def _advice(found: Change, name: str) -> tuple[str, dict[str, str]]:
    match found.rule:
        case "available":
            times = {"from": _clock(found.from_minute), "to": _clock(found.to_minute)}
            return _("Be free on %(day)s, %(from)s–%(to)s."), {"day": weekday(found.weekday)} | times
        case "reach":
            return _("Go as far as %(km)s km from home."), {"km": number(found.amount // 1000)}
        case "day":
            return _("Serve up to %(hours)s in one day."), {"hours": hours(found.amount)}
        case "week":
            return _("Serve up to %(hours)s in one week."), {"hours": hours(found.amount)}
        case "skill":
            return _("Add the skill, if you have it: %(name)s."), {"name": name}
        case "language":
            return _("Add the language, if you speak it: %(name)s."), {"name": name}
        case "credential":
            return _("Get or renew this credential: %(name)s."), {"name": name}
        case _:
            return _("Let yourself be asked for this again: %(name)s."), {"name": name}


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
