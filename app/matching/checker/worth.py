"""What a pair is worth in points, by the published formula and no code of the score's."""

import numpy as np

from app.matching.checker.lookups import Lookups, Positions, Reals
from app.matching.checker.pairs import metres


def points(look: Lookups, person: Positions, seat: Positions) -> Positions:
    """The points of each pair, each part rounded by itself."""
    weights, shifts = look.problem.weights, look.problem.shifts
    people, shift = look.problem.people, look.shift_of[seat]
    away = metres(look, person, seat)
    kilometres = np.where(np.isnan(away), weights.unknown_kilometres, away / 1000)
    served, kind = shifts.served[shift], shifts.kind[shift].astype(np.uint64)
    likes = (people.likes[person] >> kind) & np.uint64(1) == 1
    hours = np.minimum(people.served_minutes[person] / 60, weights.load_hours)
    return np.asarray(
        weights.fill * shifts.priority[shift].astype(np.int64)
        + weights.urgent * (shifts.deadline[shift] <= look.problem.minutes)
        + weights.continuity * ((served != 0) & look.met.has(person, served) & ~look.barred.has(person, served))
        + weights.preference * likes
        - rounded(weights.travel * kilometres)
        + rounded(weights.reliability * people.reliability[person].astype(np.float64))
        - rounded(weights.load * hours)
        + weights.opportunity * np.minimum(people.days_unasked[person], weights.opportunity_days).astype(np.int64)
        + rounded(weights.community * _empty(look, shift))
        + weights.keep * look.before.has(person, shift),
        dtype=np.int64,
    )


def _empty(look: Lookups, shift: Positions) -> Reals:
    shares, community = look.problem.empty_share, look.problem.shifts.community[shift]
    if shares is None or not len(shares):
        return np.zeros(len(shift))
    return np.where(community >= 0, shares[np.maximum(community, 0)].astype(np.float64), 0.0)


def rounded(points: Reals) -> Positions:
    """To whole points, halves upward."""
    return np.floor(points + 0.5).astype(np.int64)
