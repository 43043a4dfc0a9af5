"""Credentials, absences and what the demo city asks for each kind of service."""

from collections.abc import Sequence
from datetime import date, timedelta

from app.demo.copying import Copier
from app.demo.months import Maker
from app.demo.town import Town, at
from app.kit.sealing import seal

REASON = "演示城市的规定，供试用。"
YEAR = timedelta(days=365)

SAFEGUARDS: dict[str, tuple[Sequence[str], tuple[str, ...]]] = {
    "after_school": (("no_offences",), ("staff_present",)),
    "disability_rehab": ((), ("adults_only", "staff_present")),
    "elder_visit": ((), ("two_people",)),
}
"""Credentials and rules of a kind of service."""


def make(copier: Copier, maker: Maker) -> None:
    """Everybody who is with children has a check in force; the rest is as mixed as in life."""
    town = maker.town
    _safeguards(copier, town)
    staff = [pair for agency in town.agencies for pair in agency.workers]
    keeper = town.agencies[0].manager
    for pair in staff:
        _proof(copier, town, pair, "no_offences", town.aside.randint(190, 330), keeper)
        _proof(copier, town, pair, "social_work", town.aside.randint(400, 1500), keeper, lasts=None)
    for pair in (pair for street in town.people.values() for pair in street):
        _proofs_of(copier, town, pair, maker.with_children, keeper)
    own = town.demo_volunteer
    _proof(copier, town, own, "no_offences", 365 - 22, keeper)
    _proof(copier, town, own, "first_aid", 12, None, lasts=2 * YEAR, number="JJ-演示-0001")
    _absences(copier, town, staff)


def _proofs_of(copier: Copier, town: Town, pair: tuple[int, int], with_children: set[int], keeper: int) -> None:
    chance = town.aside
    if pair == town.demo_volunteer:
        return
    if pair[1] in with_children:
        # Issued before the first of the six months, and good for a while yet.
        _proof(copier, town, pair, "no_offences", chance.randint(190, 330), keeper)
    elif chance.random() < 0.12:
        # Some end within the month, some ended, some nobody has looked at.
        seen = keeper if chance.random() < 0.8 else None
        _proof(copier, town, pair, "no_offences", chance.choice((60, 150, 250, 340, 350, 380)), seen)
    if chance.random() < 0.15:
        _proof(copier, town, pair, "health_check", chance.choice((30, 90, 200, 345, 400)), keeper)
    if chance.random() < 0.08:
        _proof(copier, town, pair, chance.choice(("first_aid", "teaching", "nursing")), 300, keeper, lasts=3 * YEAR)


def _proof(
    copier: Copier, town: Town, pair: tuple[int, int], kind: str, days_ago: int, seen_by: int | None,
    *, lasts: timedelta | None = YEAR, number: str = "",
) -> None:  # fmt: skip
    issued: date = town.today - timedelta(days=days_ago)
    entered = min(at(issued + timedelta(days=6), 10), town.now - timedelta(days=1))
    copier.add(
        "credential", person=pair[1], kind_code=kind, issued_on=issued, ends_before=issued + lasts if lasts else None,
        number=seal(number, "credential.number") if number else None, entered_by=pair[0], entered_at=entered,
        verified_by=seen_by, verified_at=entered + timedelta(hours=20) if seen_by else None,
    )  # fmt: skip


def _safeguards(copier: Copier, town: Town) -> None:
    for kind, (credentials, rules) in SAFEGUARDS.items():
        copier.add(
            "safeguard", service_kind=kind, applies_from=town.first_day, credentials=list(credentials),
            decided_at=at(town.first_day, 9), reason=REASON, **dict.fromkeys(rules, True),
        )  # fmt: skip


def _absences(copier: Copier, town: Town, staff: list[tuple[int, int]]) -> None:
    """A few people are away for some days of the week to come; one is ill."""
    volunteers = [pair for street in town.people.values() for pair in street[1:]]
    away = [*town.aside.sample(volunteers, max(2, len(volunteers) // 100)), staff[-1]]
    for number, (account, person) in enumerate(away):
        first = town.today + timedelta(days=town.aside.randint(1, 5))
        copier.add(
            "absence", person=person, starts=at(first, 0), ends=at(first + timedelta(days=1 + number % 3), 0),
            reason="away" if number % 4 else "ill", entered_by=account, entered_at=town.now - timedelta(hours=6),
        )  # fmt: skip
