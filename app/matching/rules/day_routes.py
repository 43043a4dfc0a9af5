"""The routes of a day: their states, what a plan holds, when visits may begin and breaks be taken, what is refused."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from app.kit.rules import N_, Refusal
from app.requests.rules.asking import TimeOfDay
from app.volunteers.rules.availability import PARTS


class PlanStatus(StrEnum):
    """Where the plan of a day stands between being asked for and offers going out."""

    WAITING = "waiting"
    RUNNING = "running"
    READY = "ready"
    SENT = "sent"
    FAILED = "failed"


S = PlanStatus

PLAN_MOVES: Mapping[tuple[PlanStatus, str], PlanStatus] = {
    (S.WAITING, "take"): S.RUNNING,
    (S.RUNNING, "take"): S.RUNNING,  # by another process, when the one before fell silent
    (S.RUNNING, "hand_back"): S.WAITING,
    (S.RUNNING, "finish"): S.READY,
    (S.RUNNING, "fail"): S.FAILED,
    (S.WAITING, "fail"): S.FAILED,
    (S.READY, "send"): S.SENT,
}

AT_WORK = frozenset({S.WAITING, S.RUNNING})
FINISHED = frozenset({S.READY, S.SENT})
"""These have routes to show."""

PLAN_STATUS_NAMES: Mapping[PlanStatus, tuple[str, str]] = {
    S.WAITING: (N_("Waiting"), "waiting"),
    S.RUNNING: (N_("Looking"), "active"),
    S.READY: (N_("Proposed"), "good"),
    S.SENT: (N_("Offers sent"), "good"),
    S.FAILED: (N_("Failed"), "bad"),
}

STEP = 5
"""Minutes. Routes are planned in steps of this length: ways are rounded up to it, and visits begin on it."""
SECONDS = 10
MOST_TRIES = 3
SILENT_AFTER = timedelta(seconds=30)
"""Whoever plans says so every second; after this silence another process takes the day over."""
DAYS_AHEAD = 28
NOTICE_MINUTES = 60
"""Of the time left until a new visit today: nobody can be asked for one that begins at once."""

REST_OPENS, REST_ENDS, REST_MINUTES = 11 * 60 + 30, 13 * 60 + 30, 45
"""Who works across midday has a break between these two."""

EVENING_ENDS = 21 * 60
"""Nobody is visited later, though some are free longer."""
WINDOWS: Mapping[str, tuple[int, int]] = {
    TimeOfDay.MORNING: PARTS["morning"],
    TimeOfDay.AFTERNOON: PARTS["afternoon"],
    TimeOfDay.EVENING: (PARTS["evening"][0], EVENING_ENDS),
}
DAYTIME = (PARTS["morning"][0], PARTS["afternoon"][1])
"""For whoever does not say when they are at home."""


def window(times: Iterable[str]) -> tuple[int, int]:
    """From when to when somebody is at home, in local minutes: the first stretch, if there are several apart."""
    spans = sorted(WINDOWS[each] for each in set(times) if each in WINDOWS)
    if not spans:
        return DAYTIME
    first, past = spans[0]
    for opens, closes in spans[1:]:
        if opens <= past:
            past = max(past, closes)
    return first, past


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that is done that day, or was to be."""

    kind: Literal["visit", "request", "own", "off"]
    """A published visit with open places, a request to be planned, what somebody is signed up for, or time off."""
    shift: int = 0
    seats: tuple[int, ...] = ()
    """Of a published visit: the seat of each visitor."""
    request: int = 0
    activity: int = 0
    heads: int = 1
    minutes: int = 0
    asked: bool = False
    """Of what is somebody's own: they have not answered yet."""


class Stop(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One item of somebody's day. Times are minutes after the local midnight; `way` is what it takes to get there."""

    item: int
    begins: int
    ends: int
    way: int = 0
    arrives: int = 0
    place: int = 0
    """0 for the first visitor, 1 for the second."""
    tight: bool = False
    """They cannot be there in time: what they had signed up for lies too close together."""

    @property
    def waits(self) -> int:
        return 0 if self.tight else max(0, self.begins - self.arrives)


class Break(Struct, frozen=True, kw_only=True):
    """When somebody rests."""

    begins: int
    ends: int


class Route(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The day of one social worker."""

    person: int
    leaves: int
    returns: int
    home_way: int = 0
    travel: int = 0
    stops: tuple[Stop, ...] = ()
    rest: Break | None = None


class Left(Struct, frozen=True, kw_only=True):
    """An item that nobody does, and the code of the reason."""

    item: int
    code: str


class DayPlan(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What came of planning a day."""

    items: tuple[Item, ...] = ()
    routes: tuple[Route, ...] = ()
    left: tuple[Left, ...] = ()
    staff: int = 0
    """How many people the agency pays; who is not on the road is not free that day."""

    @property
    def travel(self) -> int:
        return sum(route.travel for route in self.routes)

    @property
    def made(self) -> dict[int, list[tuple[int, int]]]:
        """Who makes what is to be planned: (person, place) by item, in the order of the items."""
        found: dict[int, list[tuple[int, int]]] = {}
        for route in self.routes:
            for stop in route.stops:
                if self.items[stop.item].kind in ("visit", "request"):
                    found.setdefault(stop.item, []).append((route.person, stop.place))
        return {item: sorted(found[item], key=lambda pair: pair[1]) for item in sorted(found)}

    def begins(self, item: int) -> int:
        """When an item begins that somebody does."""
        return next(stop.begins for route in self.routes for stop in route.stops if stop.item == item)


class Problem(Struct, frozen=True, kw_only=True):
    """What kept a visit from being planned, or somebody from being asked."""

    text: str
    params: dict[str, str | int] = {}
    person: int = 0
    """0 where it is about the visit itself."""


class Taken(Struct, frozen=True, kw_only=True):
    """What came of taking an item over: its visit, who was asked, and what no longer went."""

    shift: int = 0
    asked: tuple[int, ...] = ()
    problems: tuple[Problem, ...] = ()


Outcomes = dict[str, Taken]
"""By the number of the item, as text: JSON has no other keys."""


ONE_AT_A_TIME = Refusal(
    "route_plan_one_at_a_time",
    N_("The routes of this day are being planned already."),
    N_("Wait a few seconds until they are ready."),
)
NOT_THAT_LONG = Refusal(
    "route_plan_seconds_sensible", N_("Routes are looked for during 1 to 300 seconds."), N_("10 seconds are enough.")
)
NOT_THAT_DAY = Refusal(
    "route_plan_day",
    N_("Routes are planned for today or one of the next 28 days."),
    N_("Choose one of these days."),
    status=422,
)
NOT_READY = Refusal(
    "route_plan_not_ready",
    N_("Only routes that are ready and not taken over yet can be taken over."),
    N_("Look at how they stand now, or plan the day again."),
)
NOTHING_TO_SEND = Refusal(
    "route_plan_nothing_to_send", N_("These routes hold no visit for which somebody is to be asked.")
)
DAY_IS_OVER = Refusal("route_plan_day_over", N_("This day is over."), N_("Plan the routes of another day."))
REQUEST_MOVED_ON = Refusal(
    "route_request_moved_on", N_("This request was planned, given back or closed in the meantime.")
)
FORBIDDEN_NOW = Refusal(
    "route_forbidden", N_("Whoever took these routes over may not plan visits and offer places any more.")
)
NO_ACTIVITY = Refusal(
    "route_no_activity",
    N_("The contract line that this request was handed to has no open activity."),
    N_("Open an activity for that line."),
)
SEX_UNKNOWN = Refusal(
    "route_sex_unknown",
    N_("This kind of service is done by people of the same sex, and that of the person served is not written down."),
    N_("Plan this visit by hand, and choose women or men."),
)
ONE_PLACE_ONLY = Refusal(
    "route_one_place_only",
    N_("Nobody does this kind of service alone, and this visit has a place for one only."),
    N_("Add a place to the visit."),
)
TOO_LATE = Refusal(
    "route_too_late",
    N_("The time of day that was wished for is over, or too near."),
    N_("Plan it for another day."),
)
OVER_HOURS = Refusal(
    "route_over_hours",
    N_("Whoever could make this visit would work more hours that day than they may."),
    N_("Have one more person work that day."),
)
KEPT_DYING = N_("The process that looked for routes ended three times. Tell the administrator.")
WENT_WRONG = N_(
    "Something went wrong while looking for routes. Ask again; if it happens again, tell the administrator."
)
BROKEN_PLAN = N_("The routes broke a rule when they were checked, so they were not kept. Tell the administrator.")

CONSTRAINTS: dict[str, Refusal] = {
    "route_plan_one_at_a_time": ONE_AT_A_TIME,
    "route_plan_seconds_sensible": NOT_THAT_LONG,
}


def day_refusal(day: date, today: date) -> Refusal | None:
    """Why the routes of this day cannot be planned."""
    return None if today <= day <= today + timedelta(days=DAYS_AHEAD) else NOT_THAT_DAY


def send_refusal(status: PlanStatus, plan: DayPlan, ends: datetime, now: datetime) -> Refusal | None:
    """Why routes cannot be taken over."""
    if status != S.READY:
        return NOT_READY
    if ends <= now:
        return DAY_IS_OVER
    return None if plan.made else NOTHING_TO_SEND


def days_ahead(today: date, marked: Sequence[date]) -> date:
    """The day that is meant unless somebody says otherwise: the next one with something to plan, else tomorrow."""
    tomorrow = today + timedelta(days=1)
    return min((day for day in marked if day >= tomorrow), default=tomorrow)
