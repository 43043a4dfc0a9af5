"""What social workers have to do at people's homes in the days to come: requests handed over, and visits by day."""

from datetime import date, datetime, timedelta

import msgspec

from app.demo.asking import request_of, resident_of
from app.demo.copying import Copier
from app.demo.months import Maker
from app.demo.town import Activity, at

DAYS = 4
SUNDAY = 6
NAMES = {"elder_visit": "长者入户探访", "disability_rehab": "居家康复指导"}
"""Kinds of service that are done at home, and what such a visit is called. Elders are visited by two: see
`safeguarding`."""
HANDED_OVER = (("elder_visit", "morning"), ("disability_rehab", "afternoon"), ("disability_rehab", ""))
PUBLISHED = (("disability_rehab", 9, 30), ("elder_visit", 14, 30))
SETTLED = (("disability_rehab", 10, 0), ("disability_rehab", 15, 0))
MINUTES = 90
FIRST_NUMBER = 50_000_000
"""Of residents and requests: beyond those of the rest of the city."""


def make(copier: Copier, maker: Maker) -> None:
    """For every agency that serves at home, some days of it; its first social worker has said yes to two already."""
    town = maker.town
    days = [day for ahead in range(1, DAYS + 3) if (day := town.today + timedelta(days=ahead)).weekday() != SUNDAY]
    number = FIRST_NUMBER
    for agency in town.agencies:
        by_kind: dict[str, Activity] = {}
        for each in town.activities:
            if each.agency.id == agency.id and each.kind in NAMES:
                by_kind.setdefault(each.kind, each)
        for day in days[:DAYS]:
            for kind, times in HANDED_OVER:
                if kind in by_kind:
                    number += 1
                    _request(copier, maker, by_kind[kind], number, day, times)
            for kind, hour, minute in PUBLISHED:
                if kind in by_kind:
                    number += 1
                    _visit(copier, maker, by_kind[kind], number, at(day, hour, minute))
        worker = agency.workers[0]
        free = next((day for day in days if worker[1] not in maker.days.busy.get(day, ())), None)
        for kind, hour, minute in SETTLED:
            if free and kind in by_kind:
                number += 1
                _visit(copier, maker, by_kind[kind], number, at(free, hour, minute), worker)


def _request(
    copier: Copier,
    maker: Maker,
    activity: Activity,
    number: int,
    day: date | None,
    times: str,
    status: str = "accepted",
) -> tuple[int, str, str]:
    """A request of somebody in the activity's street, handed to its agency: with the community where they live."""
    town = maker.town
    community, name = town.aside.choice(town.streets[activity.street])
    resident = resident_of(copier, town.aside, town, community, number)
    request = request_of(
        copier, town.aside, town, resident, activity.street, community, activity.kind, status, number,
        days_ago=town.aside.randint(1, 5), program=activity.program, line=activity.line, wanted_on=day,
        wanted_times=times,
    )  # fmt: skip
    return request, community, name


def _visit(
    copier: Copier, maker: Maker, activity: Activity, number: int, starts: datetime,
    worker: tuple[int, int] | None = None,
) -> None:  # fmt: skip
    """A visit on a working day that only staff make; nobody has taken it yet, unless somebody is said."""
    ends = starts + timedelta(minutes=MINUTES)
    request, community, place = _request(copier, maker, activity, number, None, "", "planned")
    named = msgspec.structs.replace(
        activity, is_visit=True, name=NAMES[activity.kind], community=community, place=place
    )
    shift = maker.open(named, (starts, ends), "published")
    seat = copier.add(
        "seat", shift=shift, role="社工", capacity="staff", leads=True,
        needed=2 if activity.kind == "elder_visit" else 1, taken=1 if worker else 0,
    )  # fmt: skip
    copier.add(
        "visit", request=request, shift=shift, card_number=1, code_position=1, planned_by=activity.agency.manager,
        planned_at=maker.town.now - timedelta(hours=20),
    )  # fmt: skip
    if worker:
        account, person = worker
        copier.add(
            "signup", seat=seat, shift=shift, person=person, capacity="staff", starts=starts, ends=ends,
            status="confirmed", created_by=account, created_at=maker.town.now - timedelta(hours=6),
        )  # fmt: skip
