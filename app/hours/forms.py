"""What forms about hours accept."""

from datetime import date, time
from typing import Annotated

from msgspec import Meta, Struct

from app.hours.rules import Reason
from app.hours.rules.exceptions import Why
from app.hours.rules.objecting import Claim
from app.hours.rules.radar_outcomes import FindingStatus
from app.kit.rules import N_

Note = Annotated[str, Meta(max_length=1000)]


class Correct(Struct, frozen=True, kw_only=True):
    """Corrected times by the city's clocks, with their reason."""

    came_on: date
    came_at: time
    left_on: date
    left_at: time
    reason: Annotated[
        Reason, Meta(extra={"required": N_("A correction needs its reason."), "error": N_("Choose a reason.")})
    ]
    note: Note = ""


class Return(Struct, frozen=True, kw_only=True):
    """What has to be put right."""

    note: Annotated[str, Meta(max_length=1000, extra={"required": N_("Say in a few words what has to be put right.")})]


class Choose(Struct, frozen=True, kw_only=True):
    """Which attendances to approve: those ticked, or the one whose own button was pressed."""

    chosen: list[int] = []
    only: int | None = None


class KeepChosen(Struct, frozen=True, kw_only=True):
    """Which times stay as they are, and why.

    A row is `attendance:exception-exception`: what it showed is settled, and nothing that came up since.
    """

    chosen: list[Annotated[str, Meta(pattern=r"^\d{1,18}(:\d{1,18})(-\d{1,18})*$")]] = []
    kind: str = ""
    reason: Annotated[
        Why, Meta(extra={"required": N_("Say why the times are right."), "error": N_("Choose a reason.")})
    ]
    note: Note = ""


class Explain(Struct, frozen=True, kw_only=True):
    """How a finding of the radar came about."""

    words: Annotated[str, Meta(max_length=2000, extra={"required": N_("Say in a few words how this came about.")})]


class Settle(Struct, frozen=True, kw_only=True):
    """What came of looking into a finding."""

    outcome: Annotated[FindingStatus, Meta(extra={"required": N_("Choose what came of it.")})]
    words: Annotated[
        str, Meta(max_length=2000, extra={"required": N_("Say in a few words what came of looking into it.")})
    ]


class ThresholdsFrom(Struct, frozen=True, kw_only=True):
    """From when a rule of the radar has its thresholds, and how much a finding weighs."""

    applies_from: date
    weight: Annotated[int, Meta(ge=0, le=100, extra={"error": N_("Enter a whole number from 0 to 100.")})]
    enabled: bool


class OptionalTimes(Struct, frozen=True, kw_only=True):
    """When someone came and left, by the city's clocks, where that is known."""

    came_on: date | None = None
    came_at: time | None = None
    left_on: date | None = None
    left_at: time | None = None


class Contest(OptionalTimes, frozen=True, kw_only=True):
    """What is wrong with an attendance, in the person's words."""

    claim: Annotated[Claim, Meta(extra={"required": N_("Choose what is wrong."), "error": N_("Choose what is wrong.")})]
    words: Annotated[str, Meta(max_length=4000, extra={"required": N_("Say in a few words what happened.")})]


class Answer(OptionalTimes, frozen=True, kw_only=True):
    """The answer to an objection: with the right times when it is upheld."""

    answer: Annotated[
        str, Meta(max_length=4000, extra={"required": N_("Say why, so that the person can understand it.")})
    ]


class Words(Struct, frozen=True, kw_only=True):
    """One more thing said; a photo may come with it or instead."""

    words: Annotated[str, Meta(max_length=4000)] = ""


class Merge(Struct, frozen=True, kw_only=True):
    """Which record goes on in which, and how it is known that they are one person."""

    duplicate: Annotated[str, Meta(max_length=20)]
    kept: Annotated[str, Meta(max_length=20)]
    reason: Annotated[str, Meta(max_length=1000, extra={"required": N_("Say how you know that this is one person.")})]


class SettleAlarm(Struct, frozen=True, kw_only=True):
    """What an alarm about the ledger was about."""

    note: Annotated[
        str, Meta(max_length=2000, extra={"required": N_("Say what happened: everyone can read it beside the alarm.")})
    ]
