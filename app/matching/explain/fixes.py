"""The smallest changes that make a rule hold, as data, and the problem as it would be with them."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from app.matching.problem import ANY_SEX, SLOT_MINUTES, Problem


class Change(StrEnum):
    """What is changed; the first eight are up to the person, the others to a coordinator."""

    RENEW = "renew_credential"
    FREE = "be_free"
    RAISE_DAY = "raise_day_cap"
    RAISE_WEEK = "raise_week_cap"
    WIDEN = "widen_reach"
    LEARN_SKILL = "learn_skill"
    LEARN_LANGUAGE = "learn_language"
    TAKE_KIND = "take_kind"
    ASK_AGAIN = "ask_again"
    RELEASE = "release_commitment"
    WAIVE_SEX = "waive_sex"
    SWITCH_CAPACITY = "switch_capacity"
    OPEN_HEAD = "open_head"
    EXTEND_CONTRACT = "extend_contract"


BY_COORDINATOR = frozenset({Change.WAIVE_SEX, Change.SWITCH_CAPACITY, Change.OPEN_HEAD, Change.EXTEND_CONTRACT})
"""What the person cannot change; all the rest is theirs, or for both to agree on."""


class Fix(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One change; whom and what it is about by identity, and how far it must go."""

    change: Change
    person: int = 0
    seat: int = 0
    shift: int = 0
    contract: int = 0
    code: str = ""
    """Of a credential, skill, language or kind."""
    starts: int = 0
    ends: int = 0
    """Minutes of the problem: what to be free for, which commitment, until when a credential must be valid."""
    minutes: int = 0
    """A cap or a contract must reach this."""
    metres: int = 0

    @property
    def by_coordinator(self) -> bool:
        """Whether the person can do nothing about it."""
        return self.change in BY_COORDINATOR


def applied(problem: Problem, fixes: Iterable[Fix]) -> Problem:
    """The problem as it would be with these changes; the one given stays as it is.

    Raises:
        ValueError: when a fix names somebody or something that is not there.
    """
    for fix in fixes:
        problem = _APPLY[fix.change](problem, fix)
    return problem


def only(problem: Problem, person: int) -> Problem:
    """The problem as if there were nobody but one person."""

    def cut(table: Any) -> Any:
        rows = slice(int(table.first[person]), int(table.first[person + 1]))
        columns = {name: getattr(table, name)[rows] for name in table.__struct_fields__ if name != "first"}
        return replace(table, first=np.array([0, rows.stop - rows.start], dtype=np.int64), **columns)

    people = problem.people
    return replace(
        problem,
        people=replace(people, **{name: getattr(people, name)[[person]] for name in people.__struct_fields__}),
        spans=cut(problem.spans),
        known=cut(problem.known),
        declined=cut(problem.declined),
        before=cut(problem.before),
    )


def row_of(ids: Any, one: int) -> int:
    """Where an identity stands.

    Raises:
        ValueError: when it is not there.
    """
    found = np.flatnonzero(ids == one)
    if not len(found):
        raise ValueError(f"{one} is not there")
    return int(found[0])


def _with_person(problem: Problem, fix: Fix, column: str, change: Callable[[Any], Any]) -> Problem:
    """With one figure of the person changed."""
    row = row_of(problem.people.ids, fix.person)
    values = getattr(problem.people, column).copy()
    values[row] = change(values[row])
    return replace(problem, people=replace(problem.people, **{column: values}))


def _bit(codes: tuple[str, ...], code: str) -> np.uint64:
    return np.uint64(1 << codes.index(code))


def _renew(problem: Problem, fix: Fix) -> Problem:
    column = problem.words.credentials.index(fix.code)

    def renewed(until: Any) -> Any:
        until = until.copy()
        until[column] = max(int(until[column]), fix.ends)
        return until

    return _with_person(problem, fix, "credential_until", renewed)


def _free(problem: Problem, fix: Fix) -> Problem:
    def freed(words: Any) -> Any:
        words = words.copy()
        for slot in range(fix.starts // SLOT_MINUTES, -(-fix.ends // SLOT_MINUTES)):
            words[slot // 64] |= np.uint64(1 << slot % 64)
        return words

    return _with_person(problem, fix, "free", freed)


def _release(problem: Problem, fix: Fix) -> Problem:
    spans, row = problem.spans, row_of(problem.people.ids, fix.person)
    of_person = np.arange(spans.first[row], spans.first[row + 1])
    same = of_person[(spans.starts[of_person] == fix.starts) & (spans.ends[of_person] == fix.ends)]
    if not len(same):
        raise ValueError(f"{fix.person} has no such commitment")
    columns = {name: np.delete(getattr(spans, name), same) for name in spans.__struct_fields__ if name != "first"}
    first = spans.first.copy()
    first[row + 1 :] -= len(same)
    return replace(problem, spans=replace(spans, first=first, **columns))


def _ask_again(problem: Problem, fix: Fix) -> Problem:
    declined, row = problem.declined, row_of(problem.people.ids, fix.person)
    of_person = np.arange(declined.first[row], declined.first[row + 1])
    same = of_person[declined.shift[of_person] == row_of(problem.shifts.ids, fix.shift)]
    first = declined.first.copy()
    first[row + 1 :] -= len(same)
    return replace(problem, declined=replace(declined, first=first, shift=np.delete(declined.shift, same)))


def _with_row(problem: Problem, table: str, column: str, row: int, value: Any) -> Problem:
    """With one figure of a shift, a seat or a contract changed."""
    of = getattr(problem, table)
    values = getattr(of, column).copy()
    values[row] = value
    return replace(problem, **{table: replace(of, **{column: values})})


def _switch(problem: Problem, fix: Fix) -> Problem:
    row = row_of(problem.seats.ids, fix.seat)
    return _with_row(problem, "seats", "staff", row, not problem.seats.staff[row])


def _open(problem: Problem, fix: Fix) -> Problem:
    return _with_row(problem, "seats", "open", row_of(problem.seats.ids, fix.seat), 1)


_APPLY: dict[Change, Callable[[Problem, Fix], Problem]] = {
    Change.RENEW: _renew,
    Change.FREE: _free,
    Change.RAISE_DAY: lambda problem, fix: _with_person(problem, fix, "day_minutes", lambda _: fix.minutes),
    Change.RAISE_WEEK: lambda problem, fix: _with_person(problem, fix, "week_minutes", lambda _: fix.minutes),
    Change.WIDEN: lambda problem, fix: _with_person(problem, fix, "reach", lambda _: fix.metres),
    Change.LEARN_SKILL: lambda problem, fix: _with_person(
        problem, fix, "skills", lambda mask: mask | _bit(problem.words.skills, fix.code)
    ),
    Change.LEARN_LANGUAGE: lambda problem, fix: _with_person(
        problem, fix, "languages", lambda mask: mask | _bit(problem.words.languages, fix.code)
    ),
    Change.TAKE_KIND: lambda problem, fix: _with_person(
        problem, fix, "refuses", lambda mask: mask & ~_bit(problem.words.kinds, fix.code)
    ),
    Change.ASK_AGAIN: _ask_again,
    Change.RELEASE: _release,
    Change.WAIVE_SEX: lambda problem, fix: _with_row(
        problem, "shifts", "sex", row_of(problem.shifts.ids, fix.shift), ANY_SEX
    ),
    Change.SWITCH_CAPACITY: _switch,
    Change.OPEN_HEAD: _open,
    Change.EXTEND_CONTRACT: lambda problem, fix: _with_row(
        problem, "contracts", "minutes_left", row_of(problem.contracts.ids, fix.contract), fix.minutes
    ),
}
