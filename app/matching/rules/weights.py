"""The city's weights: what each one means, and what is refused."""

from collections.abc import Mapping
from datetime import date

from msgspec import Struct

from app.kit.rules import N_, Refusal

MOST = 1_000_000


class Weight(Struct, frozen=True):
    """One weight in words."""

    name: str
    label: str
    unit: str
    meaning: str


POINTS, KILOMETRES, HOURS, DAYS = N_("points"), N_("km"), N_("hours"), N_("days")

WEIGHTS: tuple[Weight, ...] = (
    Weight(
        "fill",
        N_("A place filled"),
        POINTS,
        N_("For each step of the shift’s priority, 1 to 5: an urgent place counts as much as five that can wait."),
    ),
    Weight(
        "urgent",
        N_("A deadline within the round"),
        POINTS,
        N_("More for a place whose deadline falls into these days, so that it is not left for later."),
    ),
    Weight(
        "continuity",
        N_("A visitor who is known"),
        POINTS,
        N_("For somebody whom the person served knows. At 300, with 100 a km, they may live 3 km farther away."),
    ),
    Weight(
        "preference",
        N_("What a person likes to do"),
        POINTS,
        N_("For a kind of service that the person chose as one they like."),
    ),
    Weight(
        "travel",
        N_("The way from home"),
        POINTS,
        N_("Taken off for each kilometre between home and the place, in a straight line."),
    ),
    Weight(
        "unknown_kilometres",
        N_("A home or place that is not known"),
        KILOMETRES,
        N_("So far apart they count then, so that nobody gains or loses much by not saying where they live."),
    ),
    Weight(
        "reliability",
        N_("Promises kept"),
        POINTS,
        N_("All of it for somebody who always came, nothing for somebody who never did, half of it for a beginner."),
    ),
    Weight(
        "load",
        N_("Hours served lately"),
        POINTS,
        N_("Taken off for each hour of the last 90 days: who did much is spared."),
    ),
    Weight(
        "load_hours",
        N_("Hours served lately, at most"),
        HOURS,
        N_("More hours than this take nothing more off."),
    ),
    Weight(
        "opportunity",
        N_("Days since somebody was last asked"),
        POINTS,
        N_("For each day: who is forgotten is remembered."),
    ),
    Weight(
        "opportunity_days",
        N_("Days since somebody was last asked, at most"),
        DAYS,
        N_("More days than this add nothing more."),
    ),
    Weight(
        "community",
        N_("A community that is often left out"),
        POINTS,
        N_("Times the share of its places that stayed empty lately. At 300, a community with half empty gets 150."),
    ),
    Weight(
        "keep",
        N_("Leaving people where they are"),
        POINTS,
        N_("For each person who stays where the round before had them. At 0 every round begins afresh."),
    ),
)
LABELS: Mapping[str, str] = {weight.name: weight.label for weight in WEIGHTS}

NEGATIVE = N_("A weight cannot be negative. 0 means that it does not matter.")
TOO_MUCH = N_("A weight is 1,000,000 at most.")
NOT_BACKDATED = N_("Weights apply from today or later: plans already made keep theirs.")
SAY_WHY = N_("Say in a sentence why the city weighs this anew.")
REFUSED = Refusal("weights_refused", N_("These weights cannot be taken."), status=422)
ONE_A_DAY = Refusal(
    "weighting_one_a_day", N_("New weights already apply from this day."), N_("Choose the day after, or another day.")
)

CONSTRAINTS: dict[str, Refusal] = {"weighting_one_a_day": ONE_A_DAY}


def fault(amount: int) -> str | None:
    """What is wrong with one weight, as a marked sentence."""
    if amount < 0:
        return NEGATIVE
    return TOO_MUCH if amount > MOST else None


def faults(weights: Mapping[str, int], applies_from: date, reason: str, today: date) -> dict[str, str]:
    """What is wrong with a new row, field by field; empty when nothing is."""
    wrong = {name: sentence for name, amount in weights.items() if (sentence := fault(amount))}
    if applies_from < today:
        wrong["applies_from"] = NOT_BACKDATED
    if not reason.strip():
        wrong["reason"] = SAY_WHY
    return wrong
