"""Why a resident's details may be opened. The reason is written into the look-log."""

from collections.abc import Mapping
from enum import StrEnum

from app.kit.rules import N_


class Purpose(StrEnum):
    """Why someone opens a resident's details."""

    TRIAGE = "triage"
    CALL = "call"
    PLAN = "plan_visit"
    CORRECT = "correct"
    COMPLAINT = "complaint"


PURPOSE_WORDS: Mapping[Purpose, str] = {
    Purpose.TRIAGE: N_("To decide about the request"),
    Purpose.CALL: N_("To call the person"),
    Purpose.PLAN: N_("To plan a visit"),
    Purpose.CORRECT: N_("To correct the record"),
    Purpose.COMPLAINT: N_("To look into a complaint"),
}
