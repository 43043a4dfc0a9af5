"""What an activity must say before it opens."""

from msgspec import Struct

from app.kit.rules import N_, Refusal
from app.shifts.rules.constraints import DANGER_BARS_MINORS, DANGER_NEEDS_POLICY, OPEN_NEEDS_LINE

INCOMPLETE = Refusal(
    "activity_incomplete",
    N_("This activity cannot be opened yet."),
    N_("Fill in what is missing, or keep it as a draft."),
)
WRONG = Refusal("activity_wrong", N_("Please check what is marked below."))
STATE_RISKS = N_("Say which risks there are and how you meet them. Volunteers must know before they sign up.")
SAY_NAME = N_("Give the activity a name, for example: Saturday visits to elders.")
SAY_PLACE = N_("Say where people meet.")
BOTH_COORDINATES = N_("Give both latitude and longitude, or neither.")
UNKNOWN_LINE = N_("Choose a line of a contract that your agency runs and that is in force.")
UNKNOWN_REGION = N_("Choose a community from the list.")
UNKNOWN_KIND = N_("Choose a kind from the list.")
LINE_FIXED = Refusal(
    "line_fixed",
    N_("Shifts were already published under this activity, so its line no longer changes."),
    N_("Open another activity under the other line."),
)
NOT_SO = Refusal(
    "activity_not_so",
    N_("This does not follow from how the activity stands now."),
    N_("Look at how it stands now and decide again."),
)


class ActivityWanted(Struct, frozen=True, kw_only=True):
    """An activity as the agency wants it."""

    name: str
    line_id: int | None
    service_kind: str
    region: str
    summary: str = ""
    place: str = ""
    latitude: float | None = None
    longitude: float | None = None
    dangerous: bool = False
    insurance_policy: str = ""
    minors_allowed: bool = False
    risk_statement: str = ""


def wrong_fields(wanted: ActivityWanted, *, opening: bool) -> dict[str, str]:
    """What is wrong or missing, field by field. A draft may be incomplete; what contradicts itself is wrong anyway."""
    wrong = {}
    if not wanted.name.strip():
        wrong["name"] = SAY_NAME
    if wanted.dangerous and not wanted.insurance_policy.strip():
        wrong["insurance_policy"] = DANGER_NEEDS_POLICY.text
    if wanted.dangerous and wanted.minors_allowed:
        wrong["minors_allowed"] = DANGER_BARS_MINORS.text
    if (wanted.latitude is None) != (wanted.longitude is None):
        wrong["latitude" if wanted.latitude is None else "longitude"] = BOTH_COORDINATES
    if opening:
        if wanted.line_id is None:
            wrong["line"] = OPEN_NEEDS_LINE.text
        if not wanted.place.strip():
            wrong["place"] = SAY_PLACE
        if not wanted.risk_statement.strip():
            wrong["risk_statement"] = STATE_RISKS
    return wrong
