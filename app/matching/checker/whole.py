"""The hard rules of a plan as a whole: of a person's time, of a shift's team, of a contract's minutes."""

from collections.abc import Iterator

import numpy as np

from app.kit.rules import N_, Refusal
from app.matching.checker.lookups import Lookups, Positions, Yes, within

TWICE = Refusal("twice", N_("Person %(person)s has seat %(seat)s of shift %(shift)s twice."))
OVERLAP = Refusal("overlap", N_("Person %(person)s has shift %(shift)s and shift %(other)s at the same time."))
TRAVEL = Refusal(
    "travel",
    N_("Person %(person)s has %(gap)s min between shift %(other)s and shift %(shift)s, and the way takes %(needed)s."),
)
BUSY = Refusal(
    "busy",
    N_("Person %(person)s has a commitment from minute %(starts)s to %(ends)s, too close to shift %(shift)s."),
)
DAY = Refusal("day", N_("Person %(person)s would serve %(minutes)s min on day %(day)s, and %(cap)s are the most."))
WEEK = Refusal("week", N_("Person %(person)s would serve %(minutes)s min in week %(week)s, and %(cap)s are the most."))
FULL = Refusal("full", N_("Seat %(seat)s of shift %(shift)s gets %(heads)s people, and %(open)s are wanted."))
TEAM = Refusal("team", N_("Shift %(shift)s gets half a team: seat %(seat)s gets %(heads)s people and needs %(least)s."))
STAFFED = Refusal("staffed", N_("Shift %(shift)s gets volunteers and no social worker with them."))
CONTRACT = Refusal("contract", N_("Contract %(contract)s is planned for %(minutes)s min, and %(left)s are left of it."))


def of_people(look: Lookups, person: Positions, seat: Positions) -> Iterator[Refusal]:
    """What is wrong with each person's time; pairs in any order, none twice."""
    shift = look.shift_of[seat]
    order = np.lexsort((shift, look.problem.shifts.starts[shift], person))
    person, shift = person[order], shift[order]
    yield from _together(look, person, shift)
    yield from _with_commitments(look, person, shift)
    yield from _caps(look, person, shift)


def _together(look: Lookups, person: Positions, shift: Positions) -> Iterator[Refusal]:
    """Every two shifts of one person: unknown places break the triangle, so neighbours alone would not do."""
    shifts, ids = look.problem.shifts, look.problem.shifts.ids
    for apart in range(1, len(person)):
        same = np.flatnonzero(person[apart:] == person[:-apart])
        if not len(same):
            return
        early, late = shift[same], shift[same + apart]
        gap = shifts.starts[late].astype(np.int64) - shifts.ends[early]
        needed = look.travel_minutes(shifts.x[early], shifts.y[early], shifts.x[late], shifts.y[late])
        for row in np.flatnonzero(gap < needed):
            about = {
                "person": int(look.problem.people.ids[person[same[row]]]),
                "other": int(ids[early[row]]),
                "shift": int(ids[late[row]]),
            }
            if gap[row] < 0:
                yield OVERLAP.with_params(**about)
            else:
                yield TRAVEL.with_params(**about, gap=int(gap[row]), needed=int(needed[row]))


def _with_commitments(look: Lookups, person: Positions, shift: Positions) -> Iterator[Refusal]:
    spans = look.problem.spans
    row, span = within(spans.first, person)
    for one in np.flatnonzero(clashes(look, shift[row], span)):
        yield BUSY.with_params(
            person=int(look.problem.people.ids[person[row[one]]]),
            shift=int(look.problem.shifts.ids[shift[row[one]]]),
            starts=int(spans.starts[span[one]]),
            ends=int(spans.ends[span[one]]),
        )


def clashes(look: Lookups, shift: Positions, span: Positions) -> Yes:
    """For each shift with its commitment: whether nobody can do both."""
    shifts, spans = look.problem.shifts, look.problem.spans
    way = look.travel_minutes(shifts.x[shift], shifts.y[shift], spans.x[span], spans.y[span])
    before = shifts.ends[shift] + way <= spans.starts[span]
    after = spans.ends[span] + way <= shifts.starts[shift]
    return ~(before | after)


def _caps(look: Lookups, person: Positions, shift: Positions) -> Iterator[Refusal]:
    people = look.problem.people
    planned = look.length[shift]
    for rule, name, part, used, most in (
        (DAY, "day", look.shift_day[shift], look.day_used, people.day_minutes),
        (WEEK, "week", look.shift_week[shift], look.week_used, people.week_minutes),
    ):
        within = part >= 0
        if not within.any():
            continue
        width = used.shape[1]
        key, where = np.unique(person[within] * width + part[within], return_inverse=True)
        minutes = np.bincount(where, weights=planned[within]).astype(np.int64)
        who, when = key // width, key % width
        minutes = minutes + used[who, when]
        for one in np.flatnonzero(minutes > most[who]):
            about = {"person": int(people.ids[who[one]]), name: int(when[one]) + 1}
            yield rule.with_params(**about, minutes=int(minutes[one]), cap=int(most[who[one]]))


def of_shifts(look: Lookups, seat: Positions) -> Iterator[Refusal]:
    """What is wrong with heads and teams; pairs in any order, none twice."""
    problem = look.problem
    seats, shift_ids = problem.seats, problem.shifts.ids
    heads = np.bincount(seat, minlength=problem.seat_count)
    touched = np.zeros(problem.shift_count, dtype=np.bool_)
    touched[look.shift_of[seat]] = True
    for one in np.flatnonzero(heads > seats.open):
        yield FULL.with_params(
            seat=int(seats.ids[one]),
            shift=int(shift_ids[look.shift_of[one]]),
            heads=int(heads[one]),
            open=int(seats.open[one]),
        )
    for one in np.flatnonzero(touched[look.shift_of] & (heads < seats.least)):
        yield TEAM.with_params(
            seat=int(seats.ids[one]),
            shift=int(shift_ids[look.shift_of[one]]),
            heads=int(heads[one]),
            least=int(seats.least[one]),
        )
    staff = np.bincount(look.shift_of, weights=heads * seats.staff, minlength=problem.shift_count)
    new = np.bincount(look.shift_of, weights=heads, minlength=problem.shift_count)
    volunteers = new - staff + problem.shifts.volunteers_there
    alone = problem.shifts.staffed & touched & (volunteers > 0) & (staff + problem.shifts.staff_there == 0)
    for one in np.flatnonzero(alone):
        yield STAFFED.with_params(shift=int(shift_ids[one]))


def of_contracts(look: Lookups, seat: Positions) -> Iterator[Refusal]:
    """What is planned beyond the minutes left of a contract."""
    shift = look.shift_of[seat]
    contract = look.problem.shifts.contract[shift]
    within = contract >= 0
    left = look.problem.contracts.minutes_left
    planned = np.bincount(contract[within], weights=look.length[shift][within], minlength=len(left)).astype(np.int64)
    for one in np.flatnonzero((planned > left) & (planned > 0)):
        yield CONTRACT.with_params(
            contract=int(look.problem.contracts.ids[one]), minutes=int(planned[one]), left=int(left[one])
        )
