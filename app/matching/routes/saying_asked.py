"""What came of asking people, in words."""

from datetime import datetime

from msgspec import Struct

from app.kit.i18n import gettext as _
from app.kit.i18n import ngettext, say
from app.kit.rules import N_
from app.kit.wording import moment
from app.matching import saying
from app.matching.actions.asking import LeftOut, Outcome
from app.matching.queries.candidates import Who
from app.matching.rules.overruling import names

ASKED_WORDS: dict[str, tuple[str, str]] = {
    "waiting": (N_("Waits for their turn"), "neutral"),
    "open": (N_("Asked, no answer yet"), "waiting"),
    "accepted": (N_("Said yes"), "good"),
    "declined": (N_("Said no"), "neutral"),
    "expired": (N_("Did not answer in time"), "neutral"),
    "withdrawn": (N_("Taken back"), "neutral"),
}
"""Each state of an offer, with its tone."""


class NotAsked(Struct, frozen=True, kw_only=True):
    """Somebody who was left out, and why; who the agency does not know keeps the reason to themselves."""

    person_id: int
    name: str
    is_known: bool
    why: list[str]


class Said(Struct, frozen=True, kw_only=True):
    """What came of asking."""

    asking_id: int | None
    sentence: str
    not_asked: list[NotAsked]

    @property
    def in_one_sentence(self) -> str:
        """The same for a flash."""
        left = [f"{each.name}: {'; '.join(each.why)}" for each in self.not_asked]
        return " ".join([self.sentence, *([_("Not asked: %(names)s.") % {"names": " · ".join(left)}] if left else [])])


def outcome_said(outcome: Outcome, known: dict[int, Who], until: datetime | None) -> Said:
    """What happened now, and when an answer comes."""
    if outcome.asking_id is None:
        sentence = _("Nobody was asked: none of those you chose can take this place any more.")
    else:
        said = ngettext("%(num)s person is asked now.", "%(num)s people are asked now.", outcome.opened)
        sentence = said % {"num": outcome.opened}
        if outcome.waiting:
            said = ngettext("%(num)s waits for their turn.", "%(num)s wait for their turn.", outcome.waiting)
            sentence += " " + said % {"num": outcome.waiting}
        if until:
            sentence += " " + _("Whoever is asked now has until %(moment)s.") % {"moment": moment(until)}
    left = [_left_out(each, known[each.person_id]) for each in outcome.left_out if each.person_id in known]
    return Said(asking_id=outcome.asking_id, sentence=sentence, not_asked=left)


def _left_out(each: LeftOut, who: Who) -> NotAsked:
    if not who.is_known:
        why = [_("cannot take this place any more")]
    elif each.refusal:
        why = [say(each.refusal)]
    else:
        why = [saying.against(rule) for rule in names(each.failing)]
    return NotAsked(person_id=each.person_id, name=who.shown, is_known=who.is_known, why=why)
