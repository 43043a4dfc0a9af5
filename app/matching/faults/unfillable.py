"""Seats that nobody could ever take, whatever the time: what they ask for does not exist together in anyone."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.kit.rules import N_, Refusal
from app.matching.problem import ANY_SEX, Problem

Yes = NDArray[np.bool_]

TOGETHER = Refusal(
    "unfillable", N_("Nobody has everything that %(n)s seats ask for together; seat %(id)s is the first.")
)
BY_DEMAND: dict[str, Refusal] = {
    "capacity": Refusal(
        "unfillable_capacity",
        N_(
            "There is nobody in the capacity that %(n)s seats are for: an agency's social workers, or volunteers; "
            "seat %(id)s is the first."
        ),
    ),
    "adults": Refusal("unfillable_adults", N_("There is no adult for %(n)s seats; seat %(id)s is the first.")),
    "sex": Refusal(
        "unfillable_sex", N_("There is nobody of the sex that %(n)s seats ask for; seat %(id)s is the first.")
    ),
    "skills": Refusal(
        "unfillable_skills", N_("Nobody has the skills that %(n)s seats ask for; seat %(id)s is the first.")
    ),
    "languages": Refusal(
        "unfillable_languages", N_("Nobody speaks a language that %(n)s seats ask for; seat %(id)s is the first.")
    ),
    "credentials": Refusal(
        "unfillable_credentials",
        N_("Nobody has the credentials that %(n)s seats ask for; seat %(id)s is the first."),
    ),
}


def unfillable(problem: Problem) -> Iterator[Refusal]:
    """The seats, by the first demand that nobody meets, or by all of them together."""
    seats, shifts = problem.seats, problem.shifts
    shift = seats.shift
    wanted = np.flatnonzero(seats.open > 0)
    columns = (
        seats.staff.astype(np.int64),
        shifts.agency[shift],
        shifts.adults_only[shift].astype(np.int64),
        shifts.sex[shift].astype(np.int64),
        seats.skills.view(np.int64),
        seats.languages.view(np.int64),
        seats.credentials.view(np.int64),
    )
    demands, which = np.unique(np.stack([column[wanted] for column in columns], axis=1), axis=0, return_inverse=True)
    seats_of: dict[str, list[int]] = {}
    for number, demand in enumerate(demands):
        meets = _who_meets(problem, demand)
        if np.logical_and.reduce(list(meets.values())).any():
            continue
        why = next((name for name, able in meets.items() if not able.any()), "together")
        seats_of.setdefault(why, []).extend(wanted[which.ravel() == number].tolist())
    for why, rows in seats_of.items():
        yield BY_DEMAND.get(why, TOGETHER).with_params(n=len(rows), id=int(seats.ids[min(rows)]))


def _who_meets(problem: Problem, demand: NDArray[np.int64]) -> dict[str, Yes]:
    """Who meets each part of a demand. A credential counts if it was ever there: it can be renewed."""
    people = problem.people
    staff, agency, adults, sex = (int(part) for part in demand[:4])
    skills, languages, credentials = (part.view(np.uint64) for part in demand[4:])
    held = np.ones(problem.people_count, dtype=np.bool_)
    for bit in range(len(problem.words.credentials)):
        if int(credentials) >> bit & 1:
            held &= people.credential_until[:, bit] >= 0
    return {
        "capacity": np.asarray((people.staff_of == agency) == bool(staff)),
        "adults": np.asarray(~people.minor | (not adults)),
        "sex": np.asarray((people.sex == sex) | (sex == ANY_SEX)),
        "skills": np.asarray((people.skills & skills) == skills),
        "languages": np.asarray(((people.languages & languages) != 0) | (int(languages) == 0)),
        "credentials": held,
    }
