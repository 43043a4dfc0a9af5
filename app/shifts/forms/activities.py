"""What is accepted about an activity."""

from typing import Annotated

from msgspec import Meta, Struct

from app.kit.rules import N_
from app.shifts.rules.activities import ActivityWanted

LATITUDE = N_("Enter a latitude between -90 and 90, for example 22.5431.")
LONGITUDE = N_("Enter a longitude between -180 and 180, for example 114.0579.")


class ActivityForm(Struct, frozen=True, kw_only=True):
    """An activity as it is typed. What must be there, the rules say: so that all that is wrong is said at once."""

    name: Annotated[str, Meta(max_length=160)] = ""
    kind: Annotated[str, Meta(max_length=40)] = ""
    region: Annotated[str, Meta(max_length=12)] = ""
    line: int | None = None
    summary: Annotated[str, Meta(max_length=2000)] = ""
    place: Annotated[str, Meta(max_length=200)] = ""
    latitude: Annotated[float, Meta(ge=-90, le=90, extra={"error": LATITUDE})] | None = None
    longitude: Annotated[float, Meta(ge=-180, le=180, extra={"error": LONGITUDE})] | None = None
    dangerous: bool = False
    insurance_policy: Annotated[str, Meta(max_length=60)] = ""
    minors_allowed: bool = False
    risk_statement: Annotated[str, Meta(max_length=2000)] = ""

    def wanted(self) -> ActivityWanted:
        """What the form asks for."""
        return ActivityWanted(
            name=self.name,
            line_id=self.line,
            service_kind=self.kind,
            region=self.region,
            summary=self.summary,
            place=self.place,
            latitude=self.latitude,
            longitude=self.longitude,
            dangerous=self.dangerous,
            insurance_policy=self.insurance_policy,
            minors_allowed=self.minors_allowed,
            risk_statement=self.risk_statement,
        )
