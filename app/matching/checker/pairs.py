"""The hard rules of one person with one seat, each read off the arrays for many pairs at a time."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from app.kit.rules import N_
from app.matching.checker.lookups import Lookups, Positions, Yes, distance
from app.matching.problem import ANY_SEX

Broken = Callable[[Lookups, Positions, Positions], Yes]
Facts = Callable[[Lookups, int, int], dict[str, Any]]


class PairRule(NamedTuple):
    """A rule that a pair keeps or breaks, whatever else is planned."""

    code: str
    sentence: str
    broken: Broken
    facts: Facts


def _capacity(look: Lookups, person: Positions, seat: Positions) -> Yes:
    problem = look.problem
    own = problem.people.staff_of[person] == problem.shifts.agency[look.shift_of[seat]]
    return np.asarray(problem.seats.staff[seat] != own)


def _adults(look: Lookups, person: Positions, seat: Positions) -> Yes:
    return np.asarray(look.problem.shifts.adults_only[look.shift_of[seat]] & look.problem.people.minor[person])


def _sex(look: Lookups, person: Positions, seat: Positions) -> Yes:
    wanted = look.problem.shifts.sex[look.shift_of[seat]]
    return np.asarray((wanted != ANY_SEX) & (look.problem.people.sex[person] != wanted))


def _skill(look: Lookups, person: Positions, seat: Positions) -> Yes:
    return np.asarray((look.problem.seats.skills[seat] & ~look.problem.people.skills[person]) != 0)


def _language(look: Lookups, person: Positions, seat: Positions) -> Yes:
    wanted = look.problem.seats.languages[seat]
    return np.asarray((wanted != 0) & ((wanted & look.problem.people.languages[person]) == 0))


def _credential(look: Lookups, person: Positions, seat: Positions) -> Yes:
    until, wanted = look.problem.people.credential_until, look.problem.seats.credentials[seat]
    ends = look.problem.shifts.ends[look.shift_of[seat]]
    broken = np.zeros(len(seat), dtype=np.bool_)
    for bit in range(len(look.problem.words.credentials)):
        asked = (wanted >> np.uint64(bit)) & np.uint64(1) == 1
        broken |= asked & (until[person, bit] < ends)
    return broken


def _refused(look: Lookups, person: Positions, seat: Positions) -> Yes:
    kind = look.problem.shifts.kind[look.shift_of[seat]].astype(np.uint64)
    return np.asarray((look.problem.people.refuses[person] >> kind) & np.uint64(1) == 1)


def _barred(look: Lookups, person: Positions, seat: Positions) -> Yes:
    served = look.problem.shifts.served[look.shift_of[seat]]
    return np.asarray((served != 0) & look.barred.has(person, served))


def _declined(look: Lookups, person: Positions, seat: Positions) -> Yes:
    return np.asarray(look.declined.has(person, look.shift_of[seat]))


def _available(look: Lookups, person: Positions, seat: Positions) -> Yes:
    broken = np.zeros(len(seat), dtype=np.bool_)
    shift = look.shift_of[seat]
    order = np.argsort(shift, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(shift[order])) + 1):
        if len(rows):
            broken[rows] = ~look.free(person[rows], int(shift[rows[0]]))
    return broken


def _reach(look: Lookups, person: Positions, seat: Positions) -> Yes:
    # A distance that is not known is not greater.
    return np.asarray(metres(look, person, seat) > look.problem.people.reach[person])


def _past(look: Lookups, _person: Positions, seat: Positions) -> Yes:
    return np.asarray(look.problem.shifts.starts[look.shift_of[seat]] < 0)


def metres(look: Lookups, person: Positions, seat: Positions) -> Any:
    """From home to place; NaN where either is unknown."""
    people, shifts, shift = look.problem.people, look.problem.shifts, look.shift_of[seat]
    return distance(people.x[person], people.y[person], shifts.x[shift], shifts.y[shift])


# What a sentence needs besides the identities of person, seat and shift.


def _nothing(_look: Lookups, _person: int, _seat: int) -> dict[str, Any]:
    return {}


def _missing_skills(look: Lookups, person: int, seat: int) -> dict[str, Any]:
    missing = int(look.problem.seats.skills[seat]) & ~int(look.problem.people.skills[person])
    return {"skills": named(look.problem.words.skills, missing)}


def _wanted_languages(look: Lookups, _person: int, seat: int) -> dict[str, Any]:
    return {"languages": named(look.problem.words.languages, int(look.problem.seats.languages[seat]))}


def _lacking_credentials(look: Lookups, person: int, seat: int) -> dict[str, Any]:
    ends = look.problem.shifts.ends[look.shift_of[seat]]
    late = sum(1 << bit for bit, until in enumerate(look.problem.people.credential_until[person]) if until < ends)
    lacking = int(look.problem.seats.credentials[seat]) & late
    return {"credentials": named(look.problem.words.credentials, lacking)}


def _kind(look: Lookups, _person: int, seat: int) -> dict[str, Any]:
    return {"kind": named(look.problem.words.kinds, 1 << int(look.problem.shifts.kind[look.shift_of[seat]]))}


def _how_far(look: Lookups, person: int, seat: int) -> dict[str, Any]:
    away = metres(look, np.array([person]), np.array([seat]))[0]
    return {"metres": int(np.ceil(away)), "reach": int(look.problem.people.reach[person])}


def named(codes: tuple[str, ...], mask: int) -> str:
    """The codes of a mask's bits."""
    return ", ".join(code for bit, code in enumerate(codes) if mask >> bit & 1)


PAIR_RULES = (  # last those that take longest to ask
    PairRule(
        "capacity",
        N_("Person %(person)s has seat %(seat)s of shift %(shift)s, but not the capacity that this seat is for."),
        _capacity,
        _nothing,
    ),
    PairRule("adults", N_("Person %(person)s is a minor, but shift %(shift)s is for adults only."), _adults, _nothing),
    PairRule("sex", N_("Shift %(shift)s asks for somebody of the other sex than person %(person)s."), _sex, _nothing),
    PairRule("skill", N_("Person %(person)s lacks %(skills)s, which seat %(seat)s needs."), _skill, _missing_skills),
    PairRule(
        "language",
        N_("Person %(person)s speaks none of %(languages)s, of which seat %(seat)s needs one."),
        _language,
        _wanted_languages,
    ),
    PairRule(
        "credential",
        N_("Person %(person)s has no %(credentials)s valid until the end of shift %(shift)s."),
        _credential,
        _lacking_credentials,
    ),
    PairRule("refused", N_("Person %(person)s asked not to do %(kind)s, as in shift %(shift)s."), _refused, _kind),
    PairRule("available", N_("Person %(person)s is not free for the whole of shift %(shift)s."), _available, _nothing),
    PairRule(
        "reach",
        N_("Shift %(shift)s is %(metres)s m from the home of person %(person)s, who goes %(reach)s m at most."),
        _reach,
        _how_far,
    ),
    PairRule("past", N_("Shift %(shift)s has begun already."), _past, _nothing),
    PairRule("barred", N_("Person %(person)s must not meet the person visited in shift %(shift)s."), _barred, _nothing),
    PairRule("declined", N_("Person %(person)s declined shift %(shift)s before."), _declined, _nothing),
)
