"""The shapes of rule-books as JSON: versions, drafts, previews, re-ratings, and what is sent to make them."""

from datetime import date, datetime
from typing import Annotated

from msgspec import Meta, Struct

from app.hours.rules import CountingRules, Tier


class BookOut(Struct, frozen=True, kw_only=True):
    """A published version. For a contract, else for a funder's contracts, else, with neither, for the city."""

    id: int
    contract_id: int | None
    funder_id: int | None
    version: str
    applies_from: date
    note: str
    published_at: datetime
    published_by: str | None


class SentenceOut(Struct, frozen=True, kw_only=True):
    """One thing it says, in words."""

    section: str
    about: str
    text: str


class WholeBookOut(BookOut, frozen=True, kw_only=True):
    """A version with its rules, as data and in words."""

    rules: CountingRules
    sentences: list[SentenceOut]


class ActivityOut(Struct, frozen=True, kw_only=True):
    """What one activity's attendances come to, now and then."""

    activity_id: int
    attendances: int
    changed: int
    minutes_now: int
    minutes_then: int


class TiersOut(Struct, frozen=True, kw_only=True):
    """Who vouched, who would have, and for how many attendances."""

    now: list[Tier]
    then: list[Tier]
    attendances: int


class ChangeOut(Struct, frozen=True, kw_only=True):
    """One attendance that would count differently, and the steps that make the difference."""

    attendance_id: int
    minutes_now: int
    minutes_then: int
    why: list[str]


class PreviewOut(Struct, frozen=True, kw_only=True):
    """What a version would change on real months."""

    status: str
    """Empty before it was asked for; then `asked`, `made` or `failed`."""
    from_on: date | None
    to_before: date | None
    months: int
    """Months of people to look at."""
    months_done: int
    looked_at: int
    changed: int
    people_changed: int
    minutes_now: int
    minutes_then: int
    left_alone: dict[str, int]
    activities: list[ActivityOut]
    tiers: list[TiersOut]
    changes: list[ChangeOut]
    """At most the first 50."""


class DraftOut(Struct, frozen=True, kw_only=True):
    """A version being prepared."""

    id: int
    contract_id: int | None
    funder_id: int | None
    version: str
    applies_from: date
    note: str
    rules: CountingRules
    preview: PreviewOut
    published_as: int | None


class ReratingOut(Struct, frozen=True, kw_only=True):
    """Old hours counted again, and how far that is: `waiting`, `running`, `done`."""

    id: int
    rule_book_id: int
    from_on: date
    to_before: date
    reason: str
    status: str
    looked_at: int
    changed: int
    minutes_before: int
    minutes_after: int
    left_alone: dict[str, int]
    done_at: datetime | None


class VersionBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a version says. What `rules` leaves out is as in the version a city starts with."""

    version: Annotated[str, Meta(min_length=1, max_length=20)]
    applies_from: date
    rules: CountingRules
    note: Annotated[str, Meta(max_length=2000)] = ""


class DraftBody(VersionBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new version: for a contract, else for all contracts of the key's organisation (the city for the platform)."""

    contract_id: int | None = None


class SpanBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days, the last one not included."""

    from_on: date
    to_before: date


class PublishBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`rerate` and `reason` are needed when it applies from a day in the past."""

    rerate: bool = False
    reason: Annotated[str, Meta(max_length=1000)] = ""


class RerateBody(SpanBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Days to count again, and why."""

    reason: Annotated[str, Meta(min_length=1, max_length=1000)]
