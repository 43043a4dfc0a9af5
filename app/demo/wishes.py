"""What people of the demo city say of themselves: when they are free, how far they go, what they like and do not."""

from random import Random
from typing import Any

from app.demo import places

KINDS = ("elder_visit", "after_school", "disability_rehab", "community_event", "group_work", "environment")
LAST_BORN_RETIRED = 1966
WORK_DAY = (510, 1080)
MORNING, AFTERNOON, AFTER_WORK = (530, 720), (850, 1090), (950, 1110)

Free = tuple[int, int, int]
"""Weekday, from minute, to minute."""


def of_person(chance: Random, community: str, *, paid: bool) -> dict[str, Any]:
    """Columns of a person. Half say nothing of their sex, and most leave how far and how long to the city's usual."""
    latitude, longitude = places.home(community, chance)
    told = chance.random() < 0.85
    likes = chance.sample(KINDS, chance.choice((0, 1, 1, 2, 3)))
    refuses = [chance.choice(KINDS)] if not paid and chance.random() < 0.1 else []
    return {
        "sex": chance.choice(("", "", "female", "female", "male")) if not paid else chance.choice(("female", "male")),
        "latitude": latitude if told else None,
        "longitude": longitude if told else None,
        "likes": likes,
        "refuses": [kind for kind in refuses if kind not in likes],
        "reach_metres": chance.choice((2000, 3000, 5000, 8000, 15000)) if chance.random() < 0.4 else None,
        "day_minutes": chance.choice((120, 180, 240)) if not paid and chance.random() < 0.2 else None,
        "week_minutes": chance.choice((180, 240, 360, 600)) if not paid and chance.random() < 0.25 else None,
    }


def free_times(chance: Random, born: int, weekends: list[Free], *, paid: bool) -> list[Free]:
    """Staff while they are paid, half of them on Saturdays too; others at weekends, and some on working days."""
    if paid:
        days = 6 if chance.random() < 0.5 else 5
        return [(weekday, *WORK_DAY) for weekday in range(days)]
    if born <= LAST_BORN_RETIRED:
        spans = [chance.choice((MORNING, AFTERNOON)) for _ in range(3)]
        return weekends + [(day, *span) for day, span in zip(sorted(chance.sample(range(5), 3)), spans, strict=True)]
    if chance.random() < 0.3:
        return weekends + [(day, *AFTER_WORK) for day in sorted(chance.sample(range(5), 2))]
    return weekends
