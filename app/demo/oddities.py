"""A handful of histories that the integrity radar finds, so that its pages have something to show."""

from collections import Counter
from datetime import date, datetime, timedelta

from app.demo.months import Maker
from app.demo.town import Activity, at
from app.kit import clock

WEEKS = 9
GROUP = 4


def plant(maker: Maker) -> None:
    """One agency keys the same group in the same minutes every week; one person is at two agencies at once."""
    first = maker.town.activities[0]
    other = next(each for each in maker.town.activities if each.agency.id != first.agency.id)
    yesterday = maker.town.today - timedelta(days=1)
    weeks = [yesterday - timedelta(weeks=back) for back in range(WEEKS)]
    group = _free(maker, first, weeks, GROUP)
    for day in weeks:
        starts = at(day, 18, 30)
        came, left = starts + timedelta(minutes=3), starts + timedelta(minutes=92)
        _serve(maker, first, group, starts, 90, (came, left))
    twofold = _free(maker, first, [yesterday], 1)
    morning, noon = at(yesterday, 9), at(yesterday, 11, 30)
    _serve(maker, first, twofold, morning, 150, (morning - timedelta(minutes=4), noon + timedelta(minutes=5)))
    _serve(maker, other, twofold, noon, 120, (noon - timedelta(minutes=50), noon + timedelta(minutes=121)))


def _free(maker: Maker, activity: Activity, days: list[date], wanted: int) -> list[tuple[int, int]]:
    """People of the activity's street who are nowhere else on these days, and seldom on others; they are taken now.

    Whoever often comes at other minutes as well would not stand out, on whichever day of the week this is done.
    """
    busy = set().union(*(maker.days.busy.get(day, set()) for day in days))
    often = Counter(person for people in maker.days.busy.values() for person in people)
    # Not the first, whose sign-in is printed.
    free = [pair for pair in maker.town.people[activity.street][1:] if pair[1] not in busy]
    free = sorted(free, key=lambda pair: often[pair[1]])[:wanted]
    for day in days:
        maker.days.busy.setdefault(day, set()).update(person for _account, person in free)
    return free


def _serve(
    maker: Maker, activity: Activity, people: list[tuple[int, int]], starts: datetime, minutes: int,
    times: tuple[datetime, datetime],
) -> None:  # fmt: skip
    """One shift that is over, with exactly these people at exactly these times, keyed by one social worker."""
    span = (starts, starts + timedelta(minutes=minutes))
    shift = maker.open(activity, span, "done")
    seat = maker.copier.add(
        "seat", shift=shift, role="义工", capacity="volunteer", leads=False, needed=len(people) + 1, taken=len(people)
    )
    keyer = activity.agency.workers[-1][0]
    day = clock.local_day(starts)
    for pair in people:
        maker.serve(activity, shift, seat, pair, "volunteer", span, day, keyer, confirmed=False, times=times)
