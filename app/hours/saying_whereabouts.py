"""Says where hours are, who holds them and how long they may: for their owner and for those who answer objections."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from app.hours import saying
from app.hours.queries.mine import Name, OwnRow, Standing
from app.hours.queries.objecting import ObjectionRow
from app.hours.rules import Step
from app.hours.rules.objecting import CLAIM_HINTS, CLAIMS, STATUSES, Claim, Side, Status
from app.hours.rules.whereabouts import STAGES, Holder, Stage, Whereabouts
from app.kit.i18n import by_locale, gettext, ngettext
from app.kit.rules import N_
from app.kit.wording import hours
from app.kit.workdays import workdays_between

HELD: dict[tuple[Stage, Holder], str] = {
    (Stage.AHEAD, Holder.NOBODY): N_("At %(agency)s."),
    (Stage.HERE, Holder.NOBODY): N_("At %(agency)s."),
    (Stage.PUNCH_MISSING, Holder.AGENCY): N_("%(agency)s has to key the times."),
    (Stage.APPROVING, Holder.AGENCY): N_("%(agency)s has to approve it."),
    (Stage.APPROVING, Holder.SECOND): N_("A second person at %(agency)s has to approve it."),
    (Stage.APPROVING, Holder.PARENT): N_("%(parent)s has to approve it."),
    (Stage.APPROVING, Holder.RULE_BOOK): N_("Takes effect by itself: the rule-book asks nobody to approve it."),
    (Stage.TO_CORRECT, Holder.AGENCY): N_("%(agency)s has to correct it: %(note)s"),
    (Stage.CONTESTED, Holder.AGENCY): N_("%(agency)s has to answer you."),
    (Stage.CONTESTED, Holder.PARENT): N_("%(parent)s has to answer you."),
    (Stage.COUNTED, Holder.NOBODY): N_("Approved by %(name)s."),
    (Stage.NOT_COME, Holder.NOBODY): N_("%(agency)s says that you did not come."),
}
SUMMED: dict[tuple[Stage, Holder], str] = {
    (Stage.PUNCH_MISSING, Holder.AGENCY): N_("A punch is missing"),
    (Stage.APPROVING, Holder.AGENCY): N_("The agency has to approve"),
    (Stage.APPROVING, Holder.SECOND): N_("A second person has to approve"),
    (Stage.APPROVING, Holder.PARENT): N_("The body above the agency has to approve"),
    (Stage.APPROVING, Holder.RULE_BOOK): N_("Takes effect by itself"),
    (Stage.TO_CORRECT, Holder.AGENCY): N_("The agency has to correct it"),
    (Stage.CONTESTED, Holder.AGENCY): N_("Contested; the agency has to answer"),
    (Stage.CONTESTED, Holder.PARENT): N_("Contested; the body above has to answer"),
}
SIDES: dict[Side, str] = {
    Side.PERSON: N_("the person"),
    Side.AGENCY: N_("the agency"),
    Side.PARENT: N_("the body above"),
}
ANSWERS: dict[Status, str] = {
    Status.UPHELD: N_("You contested it and were right."),
    Status.REFUSED: N_("You contested it; that was refused."),
}
ORDINARY = frozenset({"tier_otherwise", "tier_nobody"})
"""Steps that say why somebody is asked, and are not worth a line."""


def stage(where: Whereabouts) -> tuple[str, str]:
    """The word and its tone."""
    word, tone = STAGES[where.stage]
    return gettext(word), tone


def held(own: OwnRow) -> str:
    """Who has to do something next, by name."""
    row = own.row
    sentence = HELD[own.where.stage, own.where.holder]
    return gettext(sentence) % {
        "agency": by_locale(row.agency_name, row.agency_name_en),
        "parent": _named(own.parent),
        "name": row.approved_by or gettext(N_("the rule-book")),
        "note": row.returned_note or "",
    }


def _named(parent: Name | None) -> str:
    return by_locale(parent.name, parent.name_en) if parent else gettext(N_("the body above the agency"))


def summed(one: Standing) -> tuple[str, str]:
    """One line of the summary: what waits for whom, and how much."""
    shifts = ngettext("%(n)s shift", "%(n)s shifts", one.attendances) % {"n": one.attendances}
    figure = f"{hours(one.minutes)} · {shifts}" if one.minutes else shifts
    return gettext(SUMMED[one.where.stage, one.where.holder]), figure


def all_summed(standing: Iterable[Standing]) -> list[tuple[str, str]]:
    """The whole summary."""
    return [summed(one) for one in standing]


def why(own: OwnRow) -> Iterator[str]:
    """Why it stands as it does, or counts as it does."""
    if own.where.stage is Stage.APPROVING:
        steps = msgspec.json.decode(own.row.tier_reasons, type=list[Step])
        yield from (saying.step(step) for step in steps if step.code not in ORDINARY)
    if own.posted_minutes and own.where.stage is not Stage.COUNTED:
        yield gettext("Until then %(hours)s count.") % {"hours": hours(own.posted_minutes)}
    if less := saying.why_less(own.row):
        yield less
    if own.objection and own.objection.status in ANSWERS:
        yield gettext(ANSWERS[own.objection.status])


def days_left(due_on: date, today: date) -> str:
    """How many working days somebody still has, or how late they are."""
    left = workdays_between(today, due_on)
    if due_on == today or (left == 0 and due_on > today):
        return gettext("due today") if due_on == today else gettext("due on the next working day")
    if due_on < today:
        late = max(-left, 1)
        return ngettext("%(n)s working day late", "%(n)s working days late", late) % {"n": late}
    return ngettext("%(n)s working day left", "%(n)s working days left", left) % {"n": left}


def claim(code: Claim) -> str:
    """What is contested."""
    return gettext(CLAIMS[code])


def claim_choices(claims: list[Claim]) -> list[tuple[str, str, str]]:
    """The choices of a form."""
    return [(each.value, gettext(CLAIMS[each]), gettext(CLAIM_HINTS[each])) for each in claims]


def objection_status(objection: ObjectionRow) -> tuple[str, str]:
    """The word and its tone; an open one that went up says so."""
    word, tone = STATUSES[objection.status]
    up = objection.status is Status.RAISED and objection.held_by is Side.PARENT
    return gettext(N_("With the body above") if up else word), tone


def holder(objection: ObjectionRow) -> str:
    """The organisation that has to answer, by name."""
    if objection.held_by is Side.PARENT and objection.parent_name:
        return by_locale(objection.parent_name, objection.parent_name_en or "")
    return by_locale(objection.agency_name, objection.agency_name_en)


def above(objection: ObjectionRow) -> str:
    """The body above the agency, by name; empty for none."""
    return by_locale(objection.parent_name, objection.parent_name_en or "") if objection.parent_name else ""


def side(code: Side) -> str:
    """Who speaks."""
    return gettext(SIDES[code])
