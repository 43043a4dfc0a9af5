"""When a version may be published, and old hours counted again under it."""

from collections.abc import Sequence
from datetime import date

from app.hours.rules.rule_book import Fault
from app.kit.rules import N_, Refusal

PUBLISHED_ALREADY = Refusal(
    "published_already",
    N_("This draft is published already, and a published version never changes."),
    N_("Begin another version."),
)
CONTRADICTS_ITSELF = Refusal(
    "contradicts_itself",
    N_("The rules contradict themselves."),
    N_("Edit the draft and put right what is marked."),
)
NOT_PREVIEWED = Refusal(
    "not_previewed",
    N_("Nobody has seen yet what this version would change."),
    N_("Have a preview made on real months first."),
)
PAST_NEEDS_RERATING = Refusal(
    "past_needs_rerating",
    N_("A version that applies from a day in the past changes hours that count already."),
    N_("Choose today or a later day, or have the hours since then counted again, with a reason."),
)
SAY_WHY = Refusal("say_why", N_("Say in a few words why old hours are counted again."), status=422)
BEFORE_IT_APPLIES = Refusal(
    "before_it_applies",
    N_("This version does not apply yet on the first of these days."),
    N_("Begin on the day it applies from, or later."),
)
NOTHING_BETWEEN = Refusal("nothing_between", N_("The last day is before the first."), N_("Check both days."))
NOT_PREVIEWED_SPAN = Refusal(
    "not_previewed_span",
    N_("Nobody has seen yet what counting these days again would change."),
    N_("Have a preview made of exactly these days first."),
)
RUNNING_ALREADY = Refusal(
    "rerating_running",
    N_("Hours are being counted again under this version at this moment."),
    N_("Wait until that is done."),
)
VERSION_TAKEN = Refusal(
    "version_taken", N_("There is already a version of this name."), N_("Give the new one another name.")
)
DAY_TAKEN = Refusal(
    "day_taken",
    N_("Another version applies from this very day."),
    N_("Choose the next day: a published version never changes."),
)

CONSTRAINTS: dict[str, Refusal] = {
    "rule_book_version_once": VERSION_TAKEN,
    "rule_book_one_a_day": DAY_TAKEN,
    "rerating_span_in_order": NOTHING_BETWEEN,
}


def why_not_publish(
    faults: Sequence[Fault], *, published: bool, previewed: bool, applies_from: date, today: date, rerates: bool
) -> list[Refusal]:
    """Every reason why this draft may not become a version."""
    if published:
        return [PUBLISHED_ALREADY]
    found = [CONTRADICTS_ITSELF] if faults else []
    if not previewed:
        found.append(NOT_PREVIEWED)
    if applies_from < today and not rerates:
        found.append(PAST_NEEDS_RERATING)
    return found


def why_not_rerate(applies_from: date, from_on: date, to_before: date) -> list[Refusal]:
    """Every reason why these days may not be counted again under a version."""
    found = [BEFORE_IT_APPLIES] if from_on < applies_from else []
    return [*found, NOTHING_BETWEEN] if to_before <= from_on else found
