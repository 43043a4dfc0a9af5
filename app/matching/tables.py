"""Rounds of the matcher with what they proposed, the routes of days, and the weights a city gave."""

from piccolo.columns import Bytea
from piccolo.table import Table

from app.accounts.tables import Account, Organisation, Region
from app.kit.columns import (
    day,
    flag,
    identity,
    instant,
    may_refer,
    optional_instant,
    optional_whole,
    prose,
    record,
    refers,
    text,
    text_or_blank,
    whole_or,
)
from app.shifts.tables import Offer, Seat, Shift
from app.volunteers.tables import Person


class Weighting(Table):
    """What the city values from a day on: `app.matching.problem.Weights` as an object. Append-only."""

    append_only = True

    id = identity()
    applies_from = day()
    weights = record()
    decided_by = may_refer(Account)
    decided_at = instant()
    reason = prose()


class Round(Table):
    """One run of the matcher over the open seats of a region and a stretch of time."""

    id = identity()
    organisation = refers(Organisation)
    """Whose seats: an agency's."""
    region = refers(Region)
    starts = instant()
    ends = instant()
    zone = text(40)
    status = text(20)
    """`waiting`, `running`, `ready`, `sent`, `failed` or `dropped`: `app.matching.rules.rounds`."""
    seed = whole_or(1)
    seconds = whole_or(30)
    """How long it may look for something better."""
    weighting = may_refer(Weighting)
    based_on = may_refer("self")
    """The round before, near which this one is to stay."""
    part_of = may_refer("self")
    """The city's round of which this is one district."""
    stop_asked = flag()
    progress = record()
    """`app.matching.rules.rounds.Progress` as last seen."""
    incumbent = Bytea(null=True, default=None)
    """The best plan so far with its prices, packed: from here a killed run goes on."""
    snapshot = Bytea(null=True, default=None)
    """The problem as it was loaded, packed: what the plan can be checked against."""
    value = optional_whole()
    bound = optional_whole()
    seats_open = optional_whole()
    heads_open = optional_whole()
    heads_filled = optional_whole()
    error = prose()
    asked_by = refers(Account)
    asked_at = instant()
    beat_at = optional_instant()
    """When the worker last said that it lives."""
    finished_at = optional_instant()
    sent_at = optional_instant()
    sent_by = may_refer(Account)


class Placement(Table):
    """A person whom a round proposes for a seat, with the score's parts; a coordinator may drop it or add another."""

    id = identity()
    round = refers(Round)
    seat = refers(Seat)
    shift = refers(Shift)
    person = refers(Person)
    points = optional_whole()
    why = record()
    kept = flag()
    """Whether the round before proposed the same."""
    by = may_refer(Account)
    """Who put it in by hand; empty for the matcher's own."""
    dropped_at = optional_instant()
    dropped_by = may_refer(Account)
    dropped_reason = text_or_blank(40)
    offer = may_refer(Offer)
    problem = prose()
    """Why no offer could be made when the round was sent, as a refusal's code."""


class Gap(Table):
    """A seat that a round left open, and what is short."""

    id = identity()
    round = refers(Round)
    seat = refers(Seat)
    shift = refers(Shift)
    heads = whole_or(1)
    reasons = record()


class RoutePlan(Table):
    """One planning of the routes of an agency's social workers on one day."""

    id = identity()
    organisation = refers(Organisation)
    on_day = day()
    status = text(20)
    """`waiting`, `running`, `ready`, `sent` or `failed`: `app.matching.rules.day_routes`."""
    seed = whole_or(1)
    seconds = whole_or(10)
    """How long it may look for something better."""
    tries = whole_or(0)
    """How many processes took it. Who took it as number n may write to it only as long as n stands here."""
    calm = whole_or(0)
    """How many of them were told to end, and did so in good order."""
    result = record()
    """`app.matching.rules.day_routes.DayPlan`."""
    outcomes = record()
    """What came of taking it over, by item: `app.matching.rules.day_routes.Taken`."""
    error = prose()
    asked_by = refers(Account)
    asked_at = instant()
    taken_at = optional_instant()
    beat_at = optional_instant()
    """When the process at work last said that it lives."""
    finished_at = optional_instant()
    sent_at = optional_instant()
    sent_by = may_refer(Account)
