"""The plain way to find who may take a seat: every rule and every point over all people at once, in NumPy."""

import numpy as np

from app.matching.arrays import Arrays, slots
from app.matching.candidates import Index
from app.matching.eligibility import allowed, shut
from app.matching.problem import ANY_SEX, Flags, Longs
from app.matching.score import bond


def full_scan(index: Index, seat: int, count: int) -> list[tuple[int, int]]:
    """The best so many people for a seat as (points, person), by looking at everybody.

    Rules that need more than a person's own row (commitments, acquaintances, refusals) are asked only for who is left,
    best first.
    """
    a = index.arrays
    if shut(a, seat):
        return []
    person = np.flatnonzero(_suits(a, seat))
    points = _points(a, seat, person)
    for friend in index.grid.friend[index.grid.friends_of == a.seat[seat]["served"]].tolist():
        points[person == friend] += bond(a, friend, seat)
    found = []
    for row in np.lexsort((index.grid.place[person], -points)).tolist():
        if allowed(a, person[row], seat):
            found.append((int(points[row]), int(person[row])))
        if len(found) == count:
            break
    return found


def _suits(a: Arrays, seat: int) -> Flags:
    s, p = a.seat[seat], a.person
    may = (p["staff_of"] == s["agency"]) == bool(s["staff"])
    may &= (p["skills"] & s["skills"]) == s["skills"]
    may &= (p["refuses"] >> s["kind"]) & np.uint64(1) == 0
    may &= ~(_away(a, seat) > p["reach"])
    if s["languages"]:
        may &= (p["languages"] & s["languages"]) != 0
    if s["sex"] != ANY_SEX:
        may &= p["sex"] == s["sex"]
    if s["adults_only"]:
        may &= p["minor"] == 0
    for bit in range(a.credential_until.shape[1]):
        if int(s["credentials"]) >> bit & 1:
            may &= a.credential_until[:, bit] >= s["ends"]
    for slot in slots(int(s["starts"]), int(s["ends"])):
        may &= (a.free[:, slot // 64] >> np.uint64(slot % 64)) & np.uint64(1) == 1
    return np.asarray(may)


def _away(a: Arrays, seat: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    east = a.person["x"].astype(np.float64) - a.seat[seat]["x"]
    north = a.person["y"].astype(np.float64) - a.seat[seat]["y"]
    return np.asarray(np.sqrt(east * east + north * north))


def _points(a: Arrays, seat: int, person: Longs) -> Longs:
    s, p, city = a.seat[seat], a.person[person], a.city
    away = _away(a, seat)[person]
    cost = np.where(
        np.isnan(away), city.travel * city.unknown_kilometres, _rounded(city.travel * (np.nan_to_num(away) / 1000))
    )
    points = city.fill * int(s["priority"]) + city.urgent * int(s["deadline"] <= city.minutes) - cost
    points += np.where((p["likes"] >> s["kind"]) & np.uint64(1) == 1, city.preference, 0)
    points += _rounded(city.reliability * p["reliability"].astype(np.float64))
    points -= _rounded(city.load * np.minimum(p["served_minutes"] / 60, city.load_hours))
    points += city.opportunity * np.minimum(p["days_unasked"], city.opportunity_days)
    points += int(_rounded(city.community * np.float64(a.empty_share[s["community"]])))
    return np.asarray(points, dtype=np.int64)


def _rounded(points: np.ndarray[tuple[int], np.dtype[np.float64]] | np.float64) -> Longs:
    return np.asarray(np.floor(points + 0.5), dtype=np.int64)
