"""Rounds in words: how far one is, what it found, what is short, and what a weight is."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import get_args

from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext, say
from app.kit.rules import N_, Refusal
from app.kit.wording import number
from app.matching.queries.placements import Standing
from app.matching.queries.round_figures import Bucket, Short
from app.matching.queries.rounds import RoundRow
from app.matching.rules.editing import BARS, DROP_REASONS, bar
from app.matching.rules.rounds import STAGE_NAMES, STATUS_NAMES
from app.matching.rules.teams import Lack
from app.matching.rules.weights import LABELS, WEIGHTS, Weight
from app.shifts.rules import offers, signing_up
from app.shifts.rules.constraints import CONSTRAINTS as SHIFT_CONSTRAINTS

OF_A_TEAM = frozenset(get_args(Lack))

PROVEN_BEST = 0.00001
"""A share this small is less than a point in any plan of ours."""


def state(found: RoundRow) -> tuple[str, str]:
    """The state as a word with its tone."""
    word, tone = STATUS_NAMES[found.status]
    return _(word), tone


def stage(code: str) -> str:
    """What its process does at the moment."""
    return _(STAGE_NAMES.get(code, STAGE_NAMES["exchanges"]))


def gap(share: float | None) -> str:
    """How good a plan is proven to be."""
    if share is None:
        return _("How far it is from the best possible plan is not known.")
    if share < PROVEN_BEST:
        return _("No better plan is possible.")
    # Upward, so that what is said is true.
    percent = ceil(round(share * 1000, 6)) / 10
    return _("At most %(percent)s %% below the best possible plan.") % {"percent": number(percent)}


def finding(placed: int, still_open: int, short: Sequence[Short], names: Mapping[tuple[str, str], str]) -> str:
    """The first line of a plan: what was found, and what is short most."""
    total = placed + still_open
    if not total:
        return _("No place is open in these days.")
    said = ngettext(
        "%(placed)s of %(total)s place is proposed to somebody.",
        "%(placed)s of %(total)s places are proposed to somebody.",
        total,
    ) % {"placed": number(placed), "total": number(total)}
    if not still_open:
        return said
    open_ = ngettext("%(num)s stays open", "%(num)s stay open", still_open) % {"num": number(still_open)}
    known = [each for each in short if each.code]
    if not known:
        return f"{said} {open_}{_('.')}"
    first = known[0]
    if first.heads == still_open:
        reason = short_of(first.code, first.detail, names)
        return f"{said} {_('%(open)s: %(reason)s.') % {'open': open_, 'reason': reason}}"
    why = _("%(heads)s of them: %(reason)s.") % {
        "heads": number(first.heads),
        "reason": short_of(first.code, first.detail, names),
    }
    return f"{said} {open_}{_(', ')}{why}"


def short_of(code: str, detail: str, names: Mapping[tuple[str, str], str]) -> str:
    """What is short, as the end of a sentence."""
    if detail:
        return _("nobody with %(what)s could come") % {"what": names.get((code, detail), detail)}
    return {
        "": _("not looked into"),
        "taken_out": _("somebody was taken out by hand"),
        "left_out": _("who was proposed could no longer come when the plan was saved"),
        "nobody": _("nobody serves here whom it is for"),
        "elsewhere": _("who could come is proposed elsewhere"),
        "team": _("the team could not be complete"),
        "language": _("nobody with the language could come"),
        "skill": _("nobody with the skill could come"),
        "credential": _("nobody with the credential could come"),
        "sex": _("nobody of the sex that is wanted could come"),
        "adults": _("only minors could come"),
        "available": _("nobody is free then"),
        "reach": _("everybody lives too far away"),
        "busy": _("everybody has something else then"),
        "day": _("everybody would pass their hours of the day"),
        "week": _("everybody would pass their hours of the week"),
        "contract": _("the contract line has no hours left"),
        "refused": _("nobody wants to be asked for this kind"),
        "declined": _("everybody was asked before"),
        "barred": _("who could come is not to go there again"),
        "past": _("the shift has begun"),
    }.get(code, _("nobody could come"))


def left_out(code: str) -> str:
    """Why a proposal no longer held when the plan was saved."""
    return say(bar(code))


_OF_OFFERS: dict[str, Refusal] = {
    found.code: found
    for module in (offers, signing_up)
    for found in vars(module).values()
    if isinstance(found, Refusal)
} | {refusal.code: refusal for refusal in SHIFT_CONSTRAINTS.values()}


def edited(said: str, lack: Lack | None) -> str:
    """What was done to a plan by hand, and what it means for the shift's team."""
    return f"{said} {lacks(lack)}" if lack else said


def lacks(lack: Lack) -> str:
    """What a team needs before anybody of it is asked."""
    if lack == "staffed":
        return _("No social worker is with the volunteers of this shift: none of them is asked before one is put in.")
    return _("The team of this shift is not complete: nobody of it is asked before it is.")


def not_asked(code: str, is_known: bool) -> str:
    """Why somebody could not be asked when the offers went out; what is theirs to say, only of people one knows."""
    if code == "forbidden":
        return _("Whoever sent this round may not offer places any more.")
    told = is_known or code in OF_A_TEAM
    found = (_OF_OFFERS.get(code) or BARS.get(code)) if told else None
    # Some refusals carry facts that only the moment knew; without them the reader is told to look.
    if found is None or "%(" in found.text:
        return _("They cannot take this place any more.")
    return _(found.text)


ANSWERS: dict[str, tuple[str, str]] = {
    "waiting": (N_("Waits for their turn"), "neutral"),
    "open": (N_("Asked, no answer yet"), "waiting"),
    "accepted": (N_("Accepted"), "good"),
    "declined": (N_("Declined"), "neutral"),
    "expired": (N_("Did not answer in time"), "neutral"),
    "withdrawn": (N_("Taken back"), "neutral"),
}


def answer(status: str) -> tuple[str, str]:
    """How an offer stands, with its tone."""
    word, tone = ANSWERS[status]
    return _(word), tone


def dropped(code: str) -> str:
    """Why somebody was taken out by hand."""
    return _(DROP_REASONS.get(code, DROP_REASONS["other"]))


def drop_reasons() -> list[tuple[str, str]]:
    """The choices of reasons."""
    return [(code, _(text)) for code, text in DROP_REASONS.items()]


def travel(buckets: Sequence[Bucket]) -> list[tuple[str, int, str]]:
    """How far people live from where they are proposed."""
    labels = [_("up to 1 km"), _("1 to 2 km"), _("2 to 4 km"), _("4 to 8 km"), _("more than 8 km")]
    return _bars(buckets, labels, _("not known"))


def load(buckets: Sequence[Bucket]) -> list[tuple[str, int, str]]:
    """How many hours people are proposed for."""
    return _bars(buckets, [_("up to 2 hours"), _("2 to 4 hours"), _("4 to 8 hours"), _("more than 8 hours")], "")


def _bars(buckets: Sequence[Bucket], labels: Sequence[str], unknown: str) -> list[tuple[str, int, str]]:
    counts = {each.bucket: each.count for each in buckets}
    rows = [(label, counts.get(place, 0)) for place, label in enumerate(labels, start=1)]
    if unknown and counts.get(None):
        rows.append((unknown, counts[None]))
    return [(label, count, number(count)) for label, count in rows]


def answers(standing: Standing) -> str:
    """After sending: how the answers stand."""
    asked = standing.placed - standing.not_asked - standing.to_send
    said = ngettext(
        "%(accepted)s of %(asked)s person asked has accepted.",
        "%(accepted)s of %(asked)s people asked have accepted.",
        asked,
    ) % {"accepted": number(standing.accepted), "asked": number(asked)}
    rest = [
        (standing.unanswered, _("%(num)s have not answered yet")),
        (standing.declined, _("%(num)s have declined")),
        (standing.expired, _("%(num)s did not answer in time")),
        (standing.not_asked, _("%(num)s could not be asked any more")),
        (standing.to_send, _("%(num)s are being asked")),
    ]
    parts = [text % {"num": number(count)} for count, text in rest if count]
    return f"{said} {_('; ').join(parts)}{_('.')}" if parts else said


def weight_label(name: str) -> str:
    """A weight in words."""
    return _(LABELS[name])


def weights() -> tuple[Weight, ...]:
    """Every weight, in the order in which they are read."""
    return WEIGHTS
