"""The standing part of the demo city: regions, organisations, accounts, people, programs, contracts, activities."""

import hashlib
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from argon2 import PasswordHasher
from dateutil.relativedelta import relativedelta
from msgspec import Struct, field

from app.demo import names, places, sign_ins, wishes
from app.demo.copying import Copier
from app.kit.sealing import blind_index, seal

MONTHS_PAST = 6
LEAST_COMMUNITIES = 5
LINES = (
    ("elder_visit", "visit", "长者入户探访", 5_000),
    ("after_school", "hour", "四点半课堂", 4_500),
    ("disability_rehab", "session", "康复训练", 8_000),
    ("community_event", "person_time", "社区便民服务", 2_000),
    ("group_work", "session", "小组活动", 12_000),
    ("environment", "hour", "楼道清洁", 3_000),
)
FREE = ((5, 540, 720), (5, 840, 1080), (6, 540, 720), (6, 840, 1080), (2, 1140, 1260))


class Agency(Struct):
    """An agency with the accounts of its people."""

    id: int
    manager: int
    workers: list[tuple[int, int]] = field(default_factory=list)
    """(account, person) of each social worker."""


class Activity(Struct):
    """What months.py needs to make an activity's shifts."""

    id: int
    name: str
    agency: Agency
    line: int
    program: int
    kind: str
    street: str
    community: str
    place: str
    is_visit: bool
    periods: dict[date, int]


class Town(Struct):
    """The city as far as it stands still."""

    today: date
    now: datetime
    first_day: date
    aside: Random
    """A second source of chance: what is drawn from it leaves the rest of the city as it was."""
    streets: dict[str, list[tuple[str, str]]]
    """Street code → its communities (code, name)."""
    agencies: list[Agency] = field(default_factory=list)
    community_workers: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Street code → (organisation, account) of its community office."""
    people: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Street code → (account, person) of volunteers who live there."""
    activities: list[Activity] = field(default_factory=list)
    demo_volunteer: tuple[int, int] = (0, 0)
    programs: dict[str, list[tuple[int, dict[str, int]]]] = field(default_factory=dict)
    """Street code → programs with their lines by kind."""


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A city time (UTC+8, no summer time) as UTC."""
    return datetime.combine(day, time(hour, minute), UTC) - timedelta(hours=8)


def day_of(instant: datetime) -> date:
    """The day of the city on which an instant falls, as `at` counts."""
    return (instant + timedelta(hours=8)).date()


def volunteer_number(number: int) -> str:
    """A public number that says by its letter that nobody stands behind it."""
    return f"D{number:09d}"


async def choose_streets(copier: Copier, random: Random, count: int) -> dict[str, list[tuple[str, str]]]:
    """That many streets of Shenzhen with their real communities."""
    rows = await copier.connection.fetch(
        "SELECT code, name, parent_code FROM region WHERE level = 5 AND code LIKE '4403%'"
        " AND name NOT LIKE '%虚拟%' ORDER BY code"  # statistics also count communities where nobody lives
    )
    streets: dict[str, list[tuple[str, str]]] = {}
    for row in rows:
        streets.setdefault(row["parent_code"], []).append((row["code"], row["name"]))
    chosen = sorted(random.sample([code for code in sorted(streets) if len(streets[code]) >= LEAST_COMMUNITIES], count))
    return {code: streets[code] for code in chosen}


class Builder:
    """Adds the standing rows to a copier, one noun at a time."""

    def __init__(self, copier: Copier, random: Random, town: Town) -> None:
        self.copier, self.random, self.town = copier, random, town
        self.since = at(town.first_day, 9) - timedelta(days=30)
        self.password = PasswordHasher().hash(sign_ins.PASSWORD)
        self.serial = 0

    def account(self, name: str, email: str | None = None) -> int:
        """An account; those without a named address cannot be signed in to, because nobody knows their address."""
        self.serial += 1
        digest = hashlib.sha256(str(self.serial).encode()).hexdigest()[:12]
        address = email or f"{digest}@linli.example"
        return self.copier.add(
            "account", name=name, email=seal(address, "account.email"),
            email_index=blind_index(address, "account.email"), password_hash=self.password, locale="",
            created_at=self.since, is_demo=True,
        )  # fmt: skip

    def organisation(self, kind: str, name: str, name_en: str, region: str) -> int:
        """An organisation whose very name says that it is made up."""
        return self.copier.add(
            "organisation", kind=kind, name=f"{name}（演示）", name_en=f"{name_en} (demo)", region=region,
            created_at=self.since, is_demo=True,
        )  # fmt: skip

    def member(self, organisation: int, role: str, email: str | None = None) -> int:
        """A new account with a role."""
        account = self.account(names.person(self.random), email)
        self.copier.add("membership", account=account, organisation=organisation, role=role, since=self.since)
        return account

    def person(self, account: int | None, name: str, community: str, *, staff_of: int | None = None) -> int:
        """Someone who serves, with skills, languages and free hours."""
        random = self.random
        born = date(random.randint(1952, 2009), random.randint(1, 12), random.randint(1, 28))
        person = self.copier.add(
            "person", volunteer_no=volunteer_number(self.copier.next["person"]), account=account, name=name,
            born=seal((born if staff_of is None else date(1991, 3, 5)).isoformat(), "person.born"), home=community,
            skills=random.sample(SKILLS, random.choice((0, 1, 1, 2))),
            languages=["cmn", *random.sample(("yue", "hak", "nan", "eng"), random.choice((0, 1, 1)))],
            staff_of=staff_of, registered_at=self.since, is_demo=True,
            **wishes.of_person(self.town.aside, community, paid=staff_of is not None),
        )  # fmt: skip
        weekends = random.sample(FREE, 2)
        for weekday, begins, ends in wishes.free_times(self.town.aside, born.year, weekends, paid=staff_of is not None):
            self.copier.add("availability", person=person, weekday=weekday, from_minute=begins, to_minute=ends)
        return person

    def agencies(self, count: int, streets: list[str]) -> None:
        """Agencies with a manager and social workers; the first one holds the demo sign-ins."""
        for number in range(count):
            name, name_en = names.AGENCIES[number % len(names.AGENCIES)]
            suffix = "" if number < len(names.AGENCIES) else f"{number // len(names.AGENCIES) + 1}"
            agency_id = self.organisation("agency", name + suffix, f"{name_en}{suffix and ' ' + suffix}", "4403")
            email = sign_ins.MANAGER if not number else None
            agency = Agency(agency_id, self.member(agency_id, "agency_manager", email))
            for worker in range(5):
                email = sign_ins.SOCIAL_WORKER if not number and not worker else None
                account = self.member(agency_id, "social_worker", email)
                street = streets[(number + worker) % len(streets)]
                community = self.random.choice(self.town.streets[street])[0]
                person = self.person(account, names.person(self.random), community, staff_of=agency_id)
                agency.workers.append((account, person))
            self.town.agencies.append(agency)

    async def volunteers(self, count: int) -> None:
        """People spread over the streets; the first one holds the demo sign-in."""
        streets = list(self.town.streets)
        for number in range(count):
            street = streets[number % len(streets)]
            community = self.random.choice(self.town.streets[street])[0]
            name = names.person(self.random)
            account = self.account(name, sign_ins.VOLUNTEER if not number else None)
            pair = (account, self.person(account, name, community))
            self.town.people.setdefault(street, []).append(pair)
            if not number:
                self.town.demo_volunteer = pair
            await self.copier.flush()

    def program(self, number: int, street: str, funder: int, officer: int, evaluator: int, agency: Agency) -> None:
        """A program with its contract of a year, three lines, monthly periods and two activities a line."""
        town, copier = self.town, self.copier
        kinds = [LINES[(number * 2 + offset) % len(LINES)] for offset in range(3)]
        street_name = town.streets[street][0][1]
        program = copier.add(
            "program", name=f"{street_name}片区社区服务项目{number + 1}期", name_en=f"Community services {number + 1}",
            summary="为片区长者、儿童和残障居民提供社区服务。", funder=funder, agency=agency.id, evaluator=evaluator,
            region=street, status="active", created_by=officer, created_at=self.since,
        )  # fmt: skip
        ends = town.first_day + relativedelta(years=1)
        contract = copier.add(
            "contract", program=program, number=f"DEMO-{town.first_day:%Y}-{number + 1:03d}",
            signed_on=town.first_day - timedelta(days=12), starts_on=town.first_day, ends_before=ends,
            budget_fen=self.random.randint(24, 60) * 1_000_000, currency="CNY", created_by=officer,
            created_at=self.since,
            in_force_at=at(town.first_day, 9) - timedelta(days=10),
        )  # fmt: skip
        periods = self._periods(contract, agency, officer)
        lines: dict[str, int] = {}
        for position, (kind, unit, name, price) in enumerate(kinds):
            hundreds = self.random.randint(8, 20) * (3 if unit == "hour" else 1)  # hours are served by many at once
            line = copier.add(
                "line", contract=contract, code=f"{position + 1:02d}", name=name, service_kind=kind, unit=unit,
                target=hundreds * 100, unit_price_fen=price, capacity="either",
                qualifying_sessions=6 if kind == "group_work" else 0,
                qualifying_people=42 if kind == "group_work" else 0,
            )  # fmt: skip
            lines[kind] = line
            for title, summary in names.ACTIVITIES.get(kind, ()):
                community, community_name = self.random.choice(town.streets[street])
                latitude, longitude = places.community(community)
                activity = copier.add(
                    "activity", agency=agency.id, line=line, name=title, summary=summary, service_kind=kind,
                    latitude=latitude, longitude=longitude,
                    region=community, place=f"{community_name}党群服务中心", minors_allowed=kind != "disability_rehab",
                    risk_statement=names.RISKS.get(kind, names.PLAIN_RISK), status="open", created_by=agency.manager,
                    created_at=self.since,
                )  # fmt: skip
                town.activities.append(
                    Activity(
                        activity, title, agency, line, program, kind, street, community, community_name,
                        title.startswith("周末长者探访"), periods,
                    )
                )  # fmt: skip
        town.programs.setdefault(street, []).append((program, lines))

    def _periods(self, contract: int, agency: Agency, officer: int) -> dict[date, int]:
        periods: dict[date, int] = {}
        this_month = self.town.today.replace(day=1)
        for month in range(12):
            first = self.town.first_day + relativedelta(months=month)
            age = (this_month.year - first.year) * 12 + this_month.month - first.month
            status = "accepted" if age > 1 else "submitted" if age == 1 else "open"
            period = self.copier.add(
                "period", contract=contract, starts_on=first, ends_before=first + relativedelta(months=1), status=status
            )
            periods[first] = period
            moves = (
                ("submit", "open", "submitted", agency.manager, 5),
                ("accept", "submitted", "accepted", officer, 12),
            )
            happened = {"open": 0, "submitted": 1, "accepted": 2}[status]
            for event, before, after, by, day in moves[:happened]:
                self.copier.add(
                    "period_event", period=period, event=event, from_status=before, to_status=after, by=by,
                    at=at(first + relativedelta(months=1, days=day - 1), 15),
                )  # fmt: skip
        return periods


SKILLS: tuple[Any, ...] = (
    "first_aid", "elder_care", "child_care", "tutoring", "haircut", "repair", "driving", "it", "photography", "music",
    "sport", "cooking", "event",
)  # fmt: skip


async def build(copier: Copier, random: Random, aside: Random, now: datetime, today: date, people: int) -> Town:
    """Everything that stands still, for a city of so many volunteers."""
    count = max(2, min(40, people // 1200))
    first_day = today.replace(day=1) - relativedelta(months=MONTHS_PAST - 1)
    town = Town(today, now, first_day, aside, await choose_streets(copier, random, count))
    streets = list(town.streets)
    builder = Builder(copier, random, town)
    evaluator = builder.organisation("evaluator", "公信社会评估中心", "Gongxin Evaluation Centre", "4403")
    builder.member(evaluator, "evaluator", sign_ins.EVALUATOR)
    platform = builder.organisation("platform", "邻里平台", "Linli platform", "4403")
    builder.member(platform, "platform_admin", sign_ins.ADMINISTRATOR)
    builder.agencies(max(3, count // 2 + 2), streets)
    for number, street in enumerate(streets):
        name = f"第{number + 1}街道办事处"
        funder = builder.organisation("funder", name, f"Street Office {number + 1}", street)
        officer = builder.member(funder, "funder_officer", sign_ins.OFFICER if not number else None)
        name = f"第{number + 1}社区服务中心"
        office = builder.organisation("community", name, f"Community Centre {number + 1}", street)
        worker = builder.member(office, "community_worker", sign_ins.COMMUNITY_WORKER if not number else None)
        town.community_workers[street] = (office, worker)
        for offset in range(2):
            agency = town.agencies[(number + offset) % len(town.agencies)]
            builder.program(number * 2 + offset, street, funder, officer, evaluator, agency)
    await builder.volunteers(people)
    return town
