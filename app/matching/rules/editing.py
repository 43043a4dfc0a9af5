"""Changing a plan by hand: why somebody may not be put in, in words, and why somebody was taken out."""

from collections.abc import Mapping

from app.kit.rules import N_, Refusal

DROP_REASONS: Mapping[str, str] = {
    "knows_better": N_("Somebody else suits better"),
    "said_no": N_("They said they cannot come"),
    "not_together": N_("Not together with the others"),
    "other": N_("Something else"),
}

_ADD = N_("If they have it, add it to their profile.")
_OUT_THERE = N_("Take them out there first.")
_ASK = N_("Ask them; if they are, they can say so in their profile.")
_LACKS = N_("A credential that is needed here is missing, or ends before the shift does.")
_ON_THE_WAY = N_("This plan has them elsewhere just before or after, and the way is too long.")

BARS: Mapping[str, Refusal] = {
    code: Refusal(f"round_{code}", text, fix)
    for code, text, fix in (
        ("capacity", N_("This place is for the agency’s own staff, or for volunteers, and they are not."), ""),
        ("adults", N_("This shift is for adults only."), ""),
        ("sex", N_("Somebody of the other sex is wanted here."), ""),
        ("skill", N_("They lack the skill that this place needs."), _ADD),
        ("language", N_("They do not speak the language that this place needs."), _ADD),
        ("credential", _LACKS, N_("Verify a new one first.")),
        ("refused", N_("They asked not to be asked for this kind of service."), ""),
        ("barred", N_("They are not to go to this person served again."), ""),
        ("declined", N_("They were asked for this shift before, and did not take it."), ""),
        ("available", N_("They do not say that they are free then."), _ASK),
        ("reach", N_("It is farther from their home than they go."), ""),
        ("busy", N_("They have another commitment then, or could not get here in time."), ""),
        ("day", N_("They would serve more that day than they want to."), ""),
        ("week", N_("They would serve more that week than they want to."), ""),
        ("contract", N_("The contract line has no hours left for it."), ""),
        ("full", N_("Nobody more is wanted here."), N_("Take somebody out first.")),
        ("past", N_("This shift has begun."), ""),
        ("overlap", N_("This plan has them elsewhere at that time."), _OUT_THERE),
        ("travel", _ON_THE_WAY, _OUT_THERE),
        ("gone", N_("The shift was cancelled or filled, or the person left."), ""),
        ("team", N_("The team can no longer be complete."), ""),
        ("staffed", N_("No social worker is left to go with the volunteers."), ""),
    )
}

UNKNOWN = Refusal(
    "round_cannot_come",
    N_("They cannot take this place."),
    N_("Why is theirs to say: your agency does not know them yet."),
)


def bar(code: str) -> Refusal:
    """What a rule's code means."""
    return BARS.get(code) or BARS["gone"]
