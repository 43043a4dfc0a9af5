"""Activities, series, shifts, seats, sign-ups, punches. The named constraints are in the migrations."""

from typing import Any

from piccolo.columns import Bytea, ForeignKey, OnDelete, OnUpdate
from piccolo.table import Table

from app.accounts.tables import Account, Organisation, Region
from app.kit.columns import (
    day,
    flag,
    identity,
    instant,
    may_refer,
    optional_day,
    optional_instant,
    optional_real,
    optional_text,
    optional_whole,
    prose,
    record,
    refers,
    text,
    text_or,
    text_or_blank,
    whole_or,
    words,
)
from app.programs.tables import Line, ServiceKind
from app.volunteers.tables import Language, Person, Skill


class Activity(Table):
    """A kind of work inside a program that has shifts."""

    id = identity()
    agency = refers(Organisation)
    line = may_refer(Line)
    """The contract line its hours count for; empty only for imported activities not yet bound."""
    name = text(160)
    summary = prose()
    service_kind = refers(ServiceKind)
    region = refers(Region)
    time_kind = text_or("service", 20)
    """What its time is: service, or training, supervision …: `app.hours.rules.kinds`."""
    place = text_or_blank(200)
    latitude = optional_real()
    longitude = optional_real()
    """Of the place, in WGS 84."""
    dangerous = flag()
    insurance_policy = text_or_blank(60)
    minors_allowed = flag()
    risk_statement = prose()
    status = text(20)
    """`draft`, `open` or `closed`."""
    wanted = optional_whole()
    """How many people an imported opportunity asked for, before it has shifts."""
    from_on = optional_day()
    to_before = optional_day()
    source = text_or_blank(60)
    source_ref = optional_text(120)
    created_by = refers(Account)
    created_at = instant()


class Series(Table):
    """The rule (RFC 5545 RRULE) from which repeated shifts were made, in local time of `zone`."""

    id = identity()
    activity = refers(Activity)
    rrule = text(400)
    first_starts = instant()
    minutes = whole_or(0)
    zone = text(40)
    created_by = refers(Account)
    created_at = instant()


class Shift(Table):
    """One dated block of work. Kind, region, agency and line are the activity's at the time of publishing."""

    id = identity()
    activity = refers(Activity)
    series = may_refer(Series)
    agency = refers(Organisation)
    line = may_refer(Line)
    service_kind = refers(ServiceKind)
    region = refers(Region)
    title = text(160)
    place = text_or_blank(200)
    """What anyone may see; for a visit the community's name, never the resident's address."""
    is_visit = flag()
    starts = instant()
    ends = instant()
    zone = text(40)
    priority = whole_or(3)
    """1 (can wait) to 5 (urgent)."""
    sex_wanted = text_or_blank(10)
    """`female` or `male` where only people of that sex may come."""
    status = text(20)
    code_secret = Bytea(null=False, default=None)
    """The rotating check-in code is derived from this."""
    created_by = refers(Account)
    published_at = optional_instant()
    cancelled_reason = prose()


class Seat(Table):
    """A role in a shift with a head count. `taken` never passes `needed`: constraint `seat_not_overfilled`."""

    id = identity()
    shift = refers(Shift)
    role = text(60)
    capacity = text(20)
    """`volunteer` or `staff`: paid time is never volunteer time."""
    leads = flag()
    skill = may_refer(Skill)
    language = may_refer(Language)
    credentials = words()
    """Kinds of credential it asks for, besides what the safeguarding matrix asks for its kind of service."""
    least = whole_or(0)
    """With fewer heads than this the shift does not take place."""
    needed = whole_or(1)
    taken = whole_or(0)


class Signup(Table):
    """One person's claim on a seat. Nobody is in two places: constraint `signup_one_place_at_a_time`."""

    id = identity()
    seat = refers(Seat)
    shift = refers(Shift)
    person = refers(Person)
    capacity = text(20)
    starts = instant()
    ends = instant()
    status = text(20)
    created_by = refers(Account)
    created_at = instant()
    ended_at = optional_instant()
    reason = prose()


class Safeguard(Table):
    """What one kind of service asks of everybody who does it, from a day on: the city's safeguarding matrix.

    A change is a new row; the latest row whose day has come holds. Append-only.
    """

    append_only = True

    id = identity()
    service_kind = refers(ServiceKind)
    applies_from = day()
    credentials = words()
    adults_only = flag()
    two_people = flag()
    """Nobody goes alone."""
    staff_present = flag()
    """Volunteers only together with a social worker."""
    same_sex = flag()
    """Only people of the same sex as the person served."""
    decided_by = may_refer(Account)
    decided_at = instant()
    reason = prose()


class Asking(Table):
    """One seat being offered to people: to one, to several in turn, or to the best few at once."""

    id = identity()
    seat = refers(Seat)
    shift = refers(Shift)
    mode = text(10)
    """`one`, `in_turn` or `at_once`."""
    places = whole_or(1)
    """How many places this asking is to fill."""
    asked_by = refers(Account)
    asked_at = instant()
    closed_at = optional_instant()
    """When it was filled, ran out of people or was stopped: `outcome` says which."""
    outcome = text_or_blank(20)


class Offer(Table):
    """A place offered to one person until a moment; taken or declined, never forced."""

    id = identity()
    asking = refers(Asking)
    seat = refers(Seat)
    shift = refers(Shift)
    person = refers(Person)
    turn = whole_or(1)
    """The order in which people are asked."""
    status = text(20)
    """`waiting`, `open`, `accepted`, `declined`, `expired`, `withdrawn`."""
    signup = may_refer(Signup)
    """What holds the place meanwhile, and what it became; none while several are asked at once."""
    opened_at = optional_instant()
    answer_by = optional_instant()
    answered_at = optional_instant()
    answered_by = may_refer(Account)
    """Who keyed the answer: the person, or the coordinator they told on the telephone."""
    decline_reason = text_or_blank(20)
    not_again = flag()
    """Whether the person asked not to be asked for this kind of service again."""
    note = prose()
    points = optional_whole()
    why = record()
    """The score's parts, as they were when the offer was made."""


class OfferDeadline(Table):
    """How long people have to answer an offer, by how far away the shift is. A change is new rows of a later day.

    Append-only.
    """

    append_only = True

    id = identity()
    applies_from = day()
    hours_before = whole_or(0)
    """Holds for shifts that begin in at least so many hours, unless a row with more hours fits as well."""
    minutes_to_answer = whole_or(15)


class Punch(Table):
    """One immutable clock event. An undo is another punch that names the one it undoes. Append-only."""

    append_only = True

    id = identity()
    signup = refers(Signup)
    shift = refers(Shift)
    person = refers(Person)
    direction = text(3)
    """`in` or `out`."""
    at = instant()
    """When it happened, by the device that took it."""
    received_at = instant()
    """When the server took it."""
    how = text(20)
    """`leader`, `code` or `link`."""
    keyed_by = refers(Account)
    nonce = text(64)
    """Made by the sender, so that the same event sent twice is one punch."""
    undoes: "ForeignKey[Any]" = ForeignKey(
        references="self", null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=False
    )
    latitude = optional_real()
    longitude = optional_real()
    accuracy_metres = optional_real()
    datum = text_or_blank(10)
    """`wgs84`, `gcj02` or `bd09`: maps in China shift coordinates by hundreds of metres. Blank when there is no fix."""
    sent_at = optional_instant()
    """The device's clock when it sent this: against `received_at` it shows how wrong that clock is."""
