"""Nobody of the demo is in two places, not even around midnight."""

from datetime import date
from random import Random

from app.demo.months import Days

SATURDAY, SUNDAY, MONDAY = date(2027, 3, 6), date(2027, 3, 7), date(2027, 3, 8)
POOL = [(account, person) for account, person in enumerate(range(100, 104))]


def test_who_is_out_past_midnight_is_busy_on_both_days() -> None:
    days, random = Days(), Random(1)  # noqa: S311 (no secret)
    late = days.take(random, POOL, (SATURDAY, SUNDAY), 2)
    assert len(late) == 2
    for day in (SATURDAY, SUNDAY):
        others = [days.take(random, POOL, (day, day), 1) for _ in range(20)]
        found = [pair for taken in others for pair in taken]
        assert not set(found) & set(late)
        assert len(found) == len(set(found)) == 2
    assert days.take(random, POOL, (MONDAY, MONDAY), 1)
