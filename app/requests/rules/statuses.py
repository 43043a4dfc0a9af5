"""The states of a request and the moves between them, as one table."""

from collections.abc import Mapping
from enum import StrEnum

from app.kit.rules import N_


class Status(StrEnum):
    """Where a request stands."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    PLANNED = "planned"
    IN_SERVICE = "in_service"
    SERVED = "served"
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    RETURNED = "returned"


class Event(StrEnum):
    """What can happen to a request. Some events leave the state as it is and are kept for the history."""

    RECEIVE = "receive"
    ACCEPT = "accept"
    DECLINE = "decline"
    HAND_OVER = "hand_over"
    GIVE_BACK = "give_back"
    PLAN = "plan"
    UNPLAN = "unplan"
    BEGIN = "begin"
    SERVE = "serve"
    MISS = "miss"
    CONFIRM = "confirm"
    DENY = "deny"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"


S, E = Status, Event

MOVES: Mapping[tuple[Status, Event], Status] = {
    (S.RECEIVED, E.ACCEPT): S.ACCEPTED,
    (S.RETURNED, E.ACCEPT): S.ACCEPTED,
    (S.RECEIVED, E.DECLINE): S.DECLINED,
    (S.RETURNED, E.DECLINE): S.DECLINED,
    (S.ACCEPTED, E.DECLINE): S.DECLINED,
    (S.ACCEPTED, E.HAND_OVER): S.ACCEPTED,
    (S.ACCEPTED, E.GIVE_BACK): S.RETURNED,
    (S.ACCEPTED, E.PLAN): S.PLANNED,
    (S.PLANNED, E.PLAN): S.PLANNED,
    (S.IN_SERVICE, E.PLAN): S.IN_SERVICE,
    (S.SERVED, E.PLAN): S.PLANNED,
    (S.CONFIRMED, E.PLAN): S.PLANNED,
    (S.PLANNED, E.UNPLAN): S.ACCEPTED,
    (S.PLANNED, E.BEGIN): S.IN_SERVICE,
    (S.PLANNED, E.SERVE): S.SERVED,
    (S.IN_SERVICE, E.SERVE): S.SERVED,
    (S.PLANNED, E.MISS): S.ACCEPTED,
    (S.IN_SERVICE, E.MISS): S.ACCEPTED,
    (S.PLANNED, E.CONFIRM): S.CONFIRMED,
    (S.IN_SERVICE, E.CONFIRM): S.CONFIRMED,
    (S.SERVED, E.CONFIRM): S.CONFIRMED,
    (S.ACCEPTED, E.CONFIRM): S.CONFIRMED,
    (S.ACCEPTED, E.DENY): S.RETURNED,
    (S.PLANNED, E.DENY): S.RETURNED,
    (S.IN_SERVICE, E.DENY): S.RETURNED,
    (S.SERVED, E.DENY): S.RETURNED,
    (S.SERVED, E.CLOSE): S.CLOSED,
    (S.CONFIRMED, E.CLOSE): S.CLOSED,
    (S.RETURNED, E.CLOSE): S.CLOSED,
    (S.ACCEPTED, E.CLOSE): S.CLOSED,
    (S.DECLINED, E.REOPEN): S.RETURNED,
    (S.CLOSED, E.REOPEN): S.RETURNED,
}

RESTS = frozenset({S.ACCEPTED, S.SERVED, S.CONFIRMED})
"""Where one visit's end leads; while another visit lies ahead, the request stays planned instead."""

OF_ONE_VISIT = frozenset({E.UNPLAN, E.SERVE, E.MISS, E.CONFIRM})

UNDECIDED = frozenset({S.RECEIVED, S.RETURNED})
"""The community owes an answer: these have a clock."""

CLEARS_PROGRAM = frozenset({E.GIVE_BACK, E.DECLINE})
"""After these no agency is concerned any more."""

IS_ANSWER = frozenset({E.ACCEPT, E.DECLINE})
"""These are the community's own word to whoever asked, so their note is shown to them."""

PUBLIC_NOTES = IS_ANSWER | {E.CLOSE}


def after(status: Status, event: Event, *, more_ahead: bool = False) -> Status | None:
    """The state an event leads to, or None when it may not happen now.

    `more_ahead`: another visit of the request is still to come.
    """
    reached = MOVES.get((status, event))
    if reached in RESTS and event in OF_ONE_VISIT and more_ahead:
        return Status.PLANNED
    return reached


STATUS_WORDS: Mapping[Status, tuple[str, str]] = {
    S.RECEIVED: (N_("Waiting for an answer"), "waiting"),
    S.ACCEPTED: (N_("Accepted"), "active"),
    S.DECLINED: (N_("Declined"), "bad"),
    S.PLANNED: (N_("Visit planned"), "active"),
    S.IN_SERVICE: (N_("Visit under way"), "active"),
    S.SERVED: (N_("Visited, to be confirmed"), "waiting"),
    S.CONFIRMED: (N_("Confirmed"), "good"),
    S.CLOSED: (N_("Closed"), "neutral"),
    S.RETURNED: (N_("Needs a new answer"), "bad"),
}
"""A state as the people who work with it say it, and its tone."""

STATUS_TO_RESIDENT: Mapping[Status, str] = {
    S.RECEIVED: N_("We have your request. A community worker will read it and answer."),
    S.ACCEPTED: N_("Your request is accepted. We are looking for the right people to come."),
    S.DECLINED: N_("We are sorry: this request could not be taken."),
    S.PLANNED: N_("A visit is planned."),
    S.IN_SERVICE: N_("The visitors are with you."),
    S.SERVED: N_("The visit has taken place. Please tell us how it was."),
    S.CONFIRMED: N_("Thank you. You told us that the visit took place."),
    S.CLOSED: N_("This request is closed."),
    S.RETURNED: N_("We are looking at your request again and will get back to you."),
}
"""The same to the person who asked."""

EVENT_WORDS: Mapping[Event, str] = {
    E.RECEIVE: N_("Request received"),
    E.ACCEPT: N_("Accepted"),
    E.DECLINE: N_("Declined"),
    E.HAND_OVER: N_("Handed to a program"),
    E.GIVE_BACK: N_("Given back by the agency"),
    E.PLAN: N_("Visit planned"),
    E.UNPLAN: N_("Visit cancelled"),
    E.BEGIN: N_("Visit begun"),
    E.SERVE: N_("Visit has taken place"),
    E.MISS: N_("Nobody came to the visit"),
    E.CONFIRM: N_("Visit confirmed by the person served"),
    E.DENY: N_("The person served says the visit did not happen"),
    E.CLOSE: N_("Closed"),
    E.REOPEN: N_("Opened again"),
    E.MERGE: N_("Filed under a resident already known"),
}

EVENT_TO_RESIDENT: Mapping[Event, str] = {
    E.RECEIVE: N_("We received your request"),
    E.ACCEPT: N_("Your request was accepted"),
    E.DECLINE: N_("Your request was declined"),
    E.HAND_OVER: N_("An organisation was asked to help you"),
    E.PLAN: N_("A visit was planned"),
    E.UNPLAN: N_("A visit was cancelled"),
    E.BEGIN: N_("The visitors arrived"),
    E.SERVE: N_("The visit was over"),
    E.MISS: N_("The visit did not take place"),
    E.CONFIRM: N_("You confirmed the visit"),
    E.DENY: N_("You told us that the visit did not happen"),
    E.CLOSE: N_("Your request was closed"),
    E.REOPEN: N_("We are looking at your request again"),
}
"""What the person who asked is shown; events that are not here are the desks' own."""


class Group(StrEnum):
    """The piles a desk works through."""

    DECIDE = "decide"
    PLACE = "place"
    PLAN = "plan"
    VISITS = "visits"
    CONFIRM = "confirm"
    DONE = "done"
    DECLINED = "declined"


GROUP_WORDS: Mapping[Group, str] = {
    Group.DECIDE: N_("To answer"),
    Group.PLACE: N_("Need a program"),
    Group.PLAN: N_("Need a visit"),
    Group.VISITS: N_("Visit planned"),
    Group.CONFIRM: N_("To be confirmed"),
    Group.DONE: N_("Done"),
    Group.DECLINED: N_("Declined"),
}

COMMUNITY_GROUPS = tuple(Group)
AGENCY_GROUPS = (Group.PLAN, Group.VISITS, Group.CONFIRM, Group.DECIDE, Group.DONE)


def group_of(status: Status, has_program: bool) -> Group:
    """The pile a request lies on."""
    if status in UNDECIDED:
        return Group.DECIDE
    if status == S.ACCEPTED:
        return Group.PLAN if has_program else Group.PLACE
    if status in (S.PLANNED, S.IN_SERVICE):
        return Group.VISITS
    if status == S.SERVED:
        return Group.CONFIRM
    return Group.DECLINED if status == S.DECLINED else Group.DONE
