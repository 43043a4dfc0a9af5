"""Six months of shifts, sign-ups, punches, attendances, approvals and postings, and the weeks ahead."""

import secrets
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

import msgspec
from msgspec import Struct

from app.demo.copying import Copier
from app.demo.town import Activity, Town, at, day_of
from app.hours.rules import CountingRules, Stretch, count

WEEKS_AHEAD = 3
SIGNUPS_A_PERSON = 4
# Weekday, hour, minute, and how many minutes long.
SLOTS: dict[str, tuple[tuple[int, int, int, int], ...]] = {
    "after_school": tuple((weekday, 16, 30, 90) for weekday in range(5)),
    "disability_rehab": ((1, 9, 30, 120), (3, 9, 30, 120), (5, 14, 0, 120)),
    "group_work": ((2, 14, 30, 90), (4, 14, 30, 90)),
}
SKILL_OF = {
    "elder_visit": "elder_care", "after_school": "tutoring", "disability_rehab": "first_aid",
    "community_event": "event", "group_work": "it", "environment": "repair",
}  # fmt: skip
STARTS_WITH_TWO = frozenset({"after_school", "disability_rehab"})
"""Kinds of service that do not take place with a single volunteer."""
WEEKEND = ((5, 9, 0, 150), (5, 14, 0, 120), (6, 9, 0, 150), (6, 14, 0, 120), (2, 19, 0, 90))


class VisitShift(Struct):
    """A visit's shift, for asking.py to tie to a request."""

    id: int
    street: str
    community: str
    starts: datetime
    ends: datetime
    manager: int
    program: int
    line: int
    attended: bool
    confirmed: bool


class Days:
    """Who is busy on which day: nobody is in two places, here by being in one place a day."""

    def __init__(self) -> None:
        self.busy: dict[date, set[int]] = {}

    def take(
        self, random: Random, pool: list[tuple[int, int]], days: tuple[date, date], wanted: int
    ) -> list[tuple[int, int]]:
        """Up to so many people of the pool who are free on the day on which something begins and on that on which it
        ends; they are busy now. Around midnight, what runs when the demo is loaded lies on two days."""
        busy = set().union(*(self.busy.setdefault(day, set()) for day in days))
        found: list[tuple[int, int]] = []
        for _ in range(wanted * 4):
            if len(found) == wanted or not pool:
                break
            pair = pool[int(random.random() ** 1.6 * len(pool))]  # some people come far more often than others
            if pair[1] not in busy:
                busy.add(pair[1])
                found.append(pair)
        for day in days:
            self.busy[day].update(person for _account, person in found)
        return found


class Served(Struct):
    """A volunteer who was there."""

    seat: int
    shift: int
    signup: int
    person: int
    street: str
    starts: datetime
    asked_by: int


class Maker:
    """Makes shifts with all that follows from them."""

    def __init__(self, copier: Copier, random: Random, town: Town, rule_book: int, rules: CountingRules) -> None:
        self.copier, self.random, self.town = copier, random, town
        self.rule_book, self.rules = rule_book, rules
        self.days = Days()
        self.visits: list[VisitShift] = []
        self.served: list[Served] = []
        self.with_children: set[int] = set()
        """People who do or did after-school care."""

    def open(
        self, activity: Activity, span: tuple[datetime, datetime], status: str, *, women: bool = False
    ) -> int:  # fmt: skip
        """A shift without its seats; of visits that `women` may be asked for, some ask for women only."""
        return self.copier.add(
            "shift", activity=activity.id, agency=activity.agency.id, line=activity.line, service_kind=activity.kind,
            region=activity.community, title=activity.name, is_visit=activity.is_visit,
            place=activity.place if activity.is_visit else f"{activity.place}党群服务中心", starts=span[0],
            ends=span[1], zone="Asia/Shanghai", status=status, code_secret=secrets.token_bytes(20),
            created_by=activity.agency.manager, published_at=span[0] - timedelta(days=20),
            priority=self._priority(activity, span[0]),
            sex_wanted="female" if women and activity.is_visit and self.town.aside.random() < 0.3 else "",
        )  # fmt: skip

    def _priority(self, activity: Activity, starts: datetime) -> int:
        """Most shifts can be filled in their turn; of those to come some cannot wait."""
        if starts <= self.town.now:
            return 3
        return self.town.aside.choice((3, 3, 4, 5) if activity.is_visit else (2, 3, 3, 3, 4))

    def _dialect_seat(self, shift: int) -> None:
        """Of some shifts to come, a place for somebody who speaks as the people served do."""
        if self.town.aside.random() < 0.12:
            self.copier.add(
                "seat", shift=shift, role="方言义工", capacity="volunteer", leads=False, needed=1, taken=0,
                language=self.town.aside.choice(("yue", "hak", "nan")),
            )  # fmt: skip

    def _asks(self, activity: Activity) -> dict[str, Any]:
        """What a place asks for that nobody has taken yet."""
        chance = self.town.aside
        return {
            "skill": SKILL_OF.get(activity.kind) if chance.random() < 0.4 else None,
            "credentials": ["health_check"] if activity.is_visit and chance.random() < 0.3 else [],
        }

    def shift(self, activity: Activity, starts: datetime, minutes: int, fill: float) -> None:
        """One shift with its seats, and as many people as `fill` says."""
        random, copier, now = self.random, self.copier, self.town.now
        ends = starts + timedelta(minutes=minutes)
        past = ends <= now
        status = "done" if past else "running" if starts <= now else "published"
        needed = 2 if activity.is_visit else random.choice((3, 4, 5, 6, 8))
        day = day_of(starts)
        manager = activity.agency.manager
        days = (day, day_of(ends))
        leader = self.days.take(random, activity.agency.workers, days, 1)
        people = self.days.take(random, self.town.people[activity.street], days, round(needed * fill))
        if (past or starts <= now) and not people:
            people = self.days.take(random, self.town.people[activity.street], days, 1)
        coming = status == "published"
        shift = self.open(activity, (starts, ends), status, women=coming and not people)
        staff_seat = copier.add(
            "seat", shift=shift, role="带队社工", capacity="staff", leads=True, needed=1, taken=len(leader)
        )
        seat = copier.add(
            "seat",
            shift=shift,
            role="义工",
            capacity="volunteer",
            leads=False,
            needed=needed,
            taken=len(people),
            least=2 if coming and activity.kind in STARTS_WITH_TWO else 0,
            **(self._asks(activity) if coming and not people else {}),
        )
        if coming:
            self._dialect_seat(shift)
        keyed_by = leader[0][0] if leader else activity.agency.workers[0][0]
        confirmed = activity.is_visit and random.random() < 0.55
        came = False
        for pair, in_seat, capacity in [
            *((pair, staff_seat, "staff") for pair in leader),
            *((pair, seat, "volunteer") for pair in people),
        ]:
            came |= self.serve(
                activity, shift, in_seat, pair, capacity, (starts, ends), day, keyed_by, confirmed=confirmed
            )
        if activity.is_visit:
            self.visits.append(
                VisitShift(
                    shift, activity.street, activity.community, starts, ends, manager, activity.program, activity.line,
                    came and past, confirmed and came and past,
                )
            )  # fmt: skip

    def serve(
        self, activity: Activity, shift: int, seat: int, pair: tuple[int, int], capacity: str,
        span: tuple[datetime, datetime], day: date, keyed_by: int, *, confirmed: bool,
        times: tuple[datetime, datetime] | None = None,
    ) -> bool:  # fmt: skip
        """One person at one shift, at these times if any are given; the answer is whether they came."""
        random, copier, now = self.random, self.copier, self.town.now
        starts, ends = span
        account, person = pair
        if activity.kind == "after_school":
            self.with_children.add(person)
        began = starts <= now
        ended = ends <= now
        absent = not times and ended and random.random() < 0.05
        decided = (now - ends).days > 3  # a recent absence still waits for the agency's word
        signup = copier.add(
            "signup", seat=seat, shift=shift, person=person, capacity=capacity, starts=starts, ends=ends,
            status="no_show" if absent and decided else "attended" if began and not absent else "confirmed",
            created_by=account,
            created_at=starts - timedelta(days=random.randint(1, 14), minutes=random.randint(0, 600)),
        )  # fmt: skip
        if absent:
            gone = "no_show" if decided else "expected"
            self._attendance(activity, signup, shift, pair, capacity, span, day, (None, None), [], gone)
        if not began or absent:
            return False
        if capacity == "volunteer":
            manager = activity.agency.manager
            self.served.append(Served(seat, shift, signup, person, activity.street, starts, manager))
        came = starts + timedelta(minutes=random.randint(-9, 12))
        left = ends + timedelta(minutes=random.randint(-12, 15))
        came, left = times or (came, left)
        forgot = not times and ended and not decided and random.random() < 0.05
        by = account if not times and random.random() < 0.25 else keyed_by
        self._punch(signup, shift, person, "in", came, by, account)
        if not ended or forgot:
            self._attendance(activity, signup, shift, pair, capacity, span, day, (came, None), [by], "present")
            return True
        self._punch(signup, shift, person, "out", left, by, account)
        counted, trace = self._count(came, left)
        approver = activity.agency.manager
        old = (now - ends).days
        posted = approver not in (by, account) and (old > 9 or (old > 2 and random.random() < 0.5))
        attendance = self._attendance(
            activity, signup, shift, pair, capacity, span, day, (came, left), [by],
            "posted" if posted else "recorded", counted=counted, trace=trace, grade="A" if confirmed else "B",
        )  # fmt: skip
        if posted:
            self._post(activity, attendance, shift, pair, capacity, day, (came, left), counted, trace, confirmed)
        return True

    def _count(self, came: datetime, left: datetime) -> tuple[int, str]:
        counted = count([Stretch(came, left)], self.rules)
        return counted.minutes, msgspec.json.encode(counted.trace).decode()

    def _punch(self, signup: int, shift: int, person: int, way: str, when: datetime, by: int, own: int) -> None:
        self.copier.add(
            "punch", signup=signup, shift=shift, person=person, direction=way, at=when,
            received_at=when + timedelta(seconds=1), how="code" if by == own else "leader", keyed_by=by,
            nonce=f"demo-{self.copier.next['punch']}",
        )  # fmt: skip

    def _attendance(
        self, activity: Activity, signup: int, shift: int, pair: tuple[int, int], capacity: str,
        span: tuple[datetime, datetime], day: date, raw: tuple[datetime | None, datetime | None], recorders: list[int],
        status: str, *, counted: int | None = None, trace: str = "[]", grade: str = "",
    ) -> int:  # fmt: skip
        return self.copier.add(
            "attendance", signup=signup, shift=shift, person=pair[1], account_id=pair[0], agency=activity.agency.id,
            activity=activity.id, line=activity.line, service_kind=activity.kind, region=activity.community,
            capacity=capacity, served_on=day, planned_starts=span[0], planned_ends=span[1], raw_in=raw[0],
            raw_out=raw[1], raw_minutes=Stretch(raw[0], raw[1]).minutes if raw[0] and raw[1] else None,
            adjusted_reason="", counted_minutes=counted, counted_trace=trace,
            rule_book=self.rule_book if counted is not None else None, grade=grade,
            confirmed_at=span[1] + timedelta(minutes=5) if grade == "A" else None, recorders=recorders, status=status,
            tiers=["agency"] if counted is not None else [], tier_reasons="[]", vouched=int(status == "posted"),
        )  # fmt: skip

    def _post(
        self, activity: Activity, attendance: int, shift: int, pair: tuple[int, int], capacity: str, day: date,
        span: tuple[datetime, datetime], minutes: int, trace: str, confirmed: bool,
    ) -> None:  # fmt: skip
        copier, approver = self.copier, activity.agency.manager
        approved_at = min(at(day + timedelta(days=7 - day.weekday()), 10), self.town.now - timedelta(hours=1))
        approval = copier.add(
            "approval", attendance=attendance, decision="approved", approved_by=approver, part="verifier",
            at=approved_at,
        )  # fmt: skip
        posting = copier.add(
            "posting", served_on=day, attendance_id=attendance, entry=1, person=pair[1], agency=activity.agency.id,
            activity=activity.id, shift_id=shift, region=activity.community, service_kind=activity.kind,
            capacity=capacity, minutes=minutes, grade="A" if confirmed else "B", starts=span[0], ends=span[1],
            rule_book=self.rule_book, trace=trace, approval_id=approval, verified_by=approver, posted_at=approved_at,
        )  # fmt: skip
        copier.add(
            "allocation", served_on=day, posting_id=posting, attendance_id=attendance, line=activity.line,
            period=activity.periods[day.replace(day=1)], minutes=minutes, verified_by=approver, at=approved_at,
        )  # fmt: skip


async def make(copier: Copier, random: Random, town: Town, people: int) -> Maker:
    """All shifts of all activities, six months back and three weeks ahead."""
    row = await copier.connection.fetchrow("SELECT id, rules::text FROM rule_book WHERE contract IS NULL LIMIT 1")
    maker = Maker(copier, random, town, row["id"], msgspec.json.decode(row["rules"], type=CountingRules))
    last = town.today + timedelta(weeks=WEEKS_AHEAD)
    weeks = (town.today - town.first_day).days / 7
    a_week = max(1.0, people * SIGNUPS_A_PERSON / 4.0 / weeks / len(town.activities))
    for activity in town.activities:
        slots = SLOTS.get(activity.kind, WEEKEND)
        pace = a_week * random.uniform(0.7, 1.3)
        day = town.first_day
        while day <= last:
            today_slots = [slot for slot in slots if slot[0] == day.weekday()]
            # A wave over the months gives the charts a shape: quiet in the holidays, busy towards the year's end.
            wave = 0.75 + 0.5 * ((day - town.first_day).days / max(1, (last - town.first_day).days))
            expected = pace * wave * len(today_slots) / len(slots)
            for _ in range(int(expected) + (random.random() < expected % 1)):
                _, hour, minute, minutes = random.choice(today_slots)
                ahead = (day - town.today).days
                full = 1.0 if ahead <= 0 else max(0.25, 1 - ahead / 25)
                fill = random.uniform(0.55 if ahead <= 0 else 0.0, 1.0) * full
                community, place = random.choice(town.streets[activity.street])
                here = msgspec.structs.replace(activity, community=community, place=place)
                maker.shift(here, at(day, hour, minute), minutes, fill)
            await copier.flush()
            day += timedelta(days=1)
    first = town.activities[0]
    for minutes_from_now, length in ((-50, 120), (25, 90)):  # so that the demo leader has a board to run at any hour
        moment = town.now.replace(second=0, microsecond=0) + timedelta(minutes=minutes_from_now)
        maker.shift(msgspec.structs.replace(first, is_visit=False), moment, length, 1.0)
    return maker
