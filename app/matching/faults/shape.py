"""Whether the arrays of a problem go together: as many rows as there should be, and positions that exist."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.kit.rules import N_, Refusal
from app.matching.problem import Problem, Words

LENGTH = Refusal(
    "length", N_("The table of %(table)s has %(n)s rows in column %(column)s, and should have %(expected)s.")
)
ORDER = Refusal("order", N_("The rows of %(table)s are not told apart by whom they belong to."))
NOWHERE = Refusal("nowhere", N_("Column %(column)s of %(table)s names row %(row)s, which is not there."))
WORDS = Refusal("too_many_words", N_("There are more than 64 %(what)s; a problem can tell 64 apart."))
BIT = Refusal("no_word", N_("Column %(column)s of %(table)s has a mark for which there is no word."))
DAYS = Refusal("days", N_("The days or weeks do not follow each other."))

MOST_WORDS = 64


def misfits(problem: Problem) -> Iterator[Refusal]:
    """Every array that does not fit the others."""
    yield from _vocabularies(problem.words)
    yield from _lengths(problem)
    lists = list(_lists(problem))
    yield from lists
    if not lists:
        yield from _positions(problem)
    yield from _marks(problem)
    for bounds in (problem.days, problem.weeks):
        if len(bounds) == 0 or (np.diff(bounds) <= 0).any():
            yield DAYS
            break


def _vocabularies(words: Words) -> Iterator[Refusal]:
    for what in words.__struct_fields__:
        if len(getattr(words, what)) > MOST_WORDS:
            yield WORDS.with_params(what=what)


def _lengths(problem: Problem) -> Iterator[Refusal]:
    tables = {
        "people": (problem.people, problem.people_count),
        "shifts": (problem.shifts, problem.shift_count),
        "seats": (problem.seats, problem.seat_count),
        "contracts": (problem.contracts, len(problem.contracts.ids)),
        "spans": (problem.spans, len(problem.spans.starts)),
        "known": (problem.known, len(problem.known.served)),
    }
    for table, (of, expected) in tables.items():
        for column in of.__struct_fields__:
            if column != "first" and len(getattr(of, column)) != expected:
                yield LENGTH.with_params(table=table, column=column, n=len(getattr(of, column)), expected=expected)
    if problem.empty_share is not None and len(problem.empty_share) != len(problem.communities):
        yield LENGTH.with_params(
            table="communities", column="empty_share", n=len(problem.empty_share), expected=len(problem.communities)
        )
    until = problem.people.credential_until
    if until.ndim != 2 or until.shape[1] < len(problem.words.credentials):
        yield LENGTH.with_params(
            table="credentials", column="credential_until", n=until.shape[-1], expected=len(problem.words.credentials)
        )


def _lists(problem: Problem) -> Iterator[Refusal]:
    people, shifts = problem.people_count, problem.shift_count
    for table, first, owners, count in (
        ("spans", problem.spans.first, people, len(problem.spans.starts)),
        ("known", problem.known.first, people, len(problem.known.served)),
        ("declined", problem.declined.first, people, len(problem.declined.shift)),
        ("before", problem.before.first, people, len(problem.before.shift)),
        ("seats", problem.seats.first, shifts, problem.seat_count),
    ):
        if len(first) != owners + 1 or first[0] != 0 or first[-1] != count or (np.diff(first) < 0).any():
            yield ORDER.with_params(table=table)
    seats = problem.seats
    fits = len(seats.first) == shifts + 1 and (np.diff(seats.first) >= 0).all()
    if fits and not np.array_equal(seats.shift, np.repeat(np.arange(shifts), np.diff(seats.first))):
        yield ORDER.with_params(table="seats")


def _positions(problem: Problem) -> Iterator[Refusal]:
    shifts, communities = problem.shift_count, len(problem.communities)
    for table, column, values, low, past in (
        ("shifts", "contract", problem.shifts.contract, -1, len(problem.contracts.ids)),
        ("shifts", "community", problem.shifts.community, -1, communities),
        ("shifts", "kind", problem.shifts.kind, 0, len(problem.words.kinds)),
        ("shifts", "sex", problem.shifts.sex, 0, 3),
        ("people", "sex", problem.people.sex, 0, 3),
        ("people", "community", problem.people.community, -1, communities),
        ("spans", "shift", problem.spans.shift, -1, shifts),
        ("declined", "shift", problem.declined.shift, 0, shifts),
        ("before", "shift", problem.before.shift, 0, shifts),
    ):
        outside = np.flatnonzero((values < low) | (values >= past))
        if len(outside):
            yield NOWHERE.with_params(table=table, column=column, row=int(values[outside[0]]))


def _marks(problem: Problem) -> Iterator[Refusal]:
    """Of seats only: what a seat asks for must have a word, or nobody could be told what it is."""
    seats, words = problem.seats, problem.words
    for column, masks, count in (
        ("skills", seats.skills, len(words.skills)),
        ("languages", seats.languages, len(words.languages)),
        ("credentials", seats.credentials, len(words.credentials)),
    ):
        if _beyond(masks, count):
            yield BIT.with_params(table="seats", column=column)


def _beyond(masks: NDArray[Any], count: int) -> bool:
    return count < MOST_WORDS and bool((masks >> np.uint64(count)).any())
