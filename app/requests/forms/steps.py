"""The steps of a resident's form, one Struct a page."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from app.kit.forms import Bound, bind
from app.kit.i18n import gettext
from app.kit.rules import N_
from app.requests.rules.asking import Recurs, Risk, TimeOfDay

NAME_LENGTH = 40
ADDRESS_LENGTH = 100
WORDS_LENGTH = 250
"""So that a whole draft fits into one cookie, in Chinese too."""

NEEDS_ASKER = N_("Enter your own name, so that we know whom to call.")
NEEDS_DAY = N_("Choose a day, or choose “As soon as possible”.")
NEEDS_CONSENT = N_("Tick the box if you agree. Without it we may not pass your request on.")

Name = Annotated[str, Meta(max_length=NAME_LENGTH, extra={"required": N_("Enter a name, for example Wang Xiulan.")})]
Words = Annotated[str, Meta(max_length=WORDS_LENGTH, extra={"error": N_("Please say it in 250 characters or fewer.")})]


class Who(Struct, frozen=True):
    """Who needs help."""

    asked_by: Annotated[
        Literal["self", "relative", "neighbour"],
        Meta(extra={"required": N_("Choose who needs help."), "error": N_("Choose who needs help.")}),
    ]
    name: Name


class What(Struct, frozen=True):
    """What help."""

    service_kind: Annotated[str, Meta(max_length=40, extra={"required": N_("Choose the kind of help.")})]
    details: Words = ""


class Where(Struct, frozen=True):
    """Where help is needed. `region` is the community's code once it is known."""

    community: Annotated[
        str, Meta(max_length=120, extra={"required": N_("Enter the community, or choose it from the list.")})
    ]
    address: Annotated[
        str,
        Meta(max_length=ADDRESS_LENGTH, extra={"required": N_("Enter the address, for example Block 3, room 502.")}),
    ]
    region: str = ""


class When(Struct, frozen=True):
    """When help is wanted."""

    soon: Annotated[Literal["soon", "day"], Meta(extra={"required": N_("Choose when.")})]
    wanted_on: date | None = None
    wanted_times: list[TimeOfDay] = []
    recurs: Recurs = Recurs.ONCE


class Reach(Struct, frozen=True):
    """How to reach whoever asks, what visitors must know, and the agreement."""

    phone: Annotated[str, Meta(max_length=40, extra={"required": N_("Enter a telephone number we can call.")})]
    consent: bool
    asker_name: Annotated[str, Meta(max_length=NAME_LENGTH)] = ""
    language: Annotated[str, Meta(max_length=20)] = ""
    needs: Words = ""
    risks: list[Risk] = []


STEPS: Mapping[str, type[Struct]] = {"who": Who, "what": What, "where": Where, "when": When, "reach": Reach}
ORDER = (*STEPS, "check")


def check(step: str, typed: Mapping[str, list[str]], today: date) -> Bound[Any]:
    """Read one step out of all that was typed, with the sentences that need more than one field."""
    bound: Bound[Any] = bind(STEPS[step], typed)
    if step == "when" and bound.value("soon") == "day" and "wanted_on" not in bound.errors:
        wanted = bound.form.wanted_on if bound.form else None
        if wanted is None:
            bound.errors["wanted_on"] = gettext(NEEDS_DAY)
        elif wanted < today:
            bound.errors["wanted_on"] = gettext(N_("Choose today or a later day."))
    if step == "reach":
        if bound.value("consent") != "1":
            bound.errors["consent"] = gettext(NEEDS_CONSENT)
        if typed.get("asked_by", ["self"])[0] != "self" and not bound.value("asker_name"):
            bound.errors["asker_name"] = gettext(NEEDS_ASKER)
    return bound
