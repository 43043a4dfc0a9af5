"""Offers of the last weeks: some who served were asked, and of those asked some said no or nothing."""

from datetime import timedelta

from app.demo.copying import Copier
from app.demo.months import Maker, Served

ASKED_SHARE = 0.15
LATELY = timedelta(days=80)
OTHERS = (("declined", "busy"), ("declined", "far"), ("expired", ""))


def make(copier: Copier, maker: Maker) -> None:
    """For a part of those who served lately, the asking that brought them, with who was asked before them."""
    town = maker.town
    for served in maker.served:
        if town.now - served.starts < LATELY and town.aside.random() < ASKED_SHARE:
            _asking(copier, maker, served)


def _asking(copier: Copier, maker: Maker, served: Served) -> None:
    town = maker.town
    asked_at = served.starts - timedelta(days=town.aside.randint(3, 9), minutes=town.aside.randint(0, 400))
    others = town.aside.choice((0, 0, 0, 1, 1, 2))
    asking = copier.add(
        "asking", seat=served.seat, shift=served.shift, mode="in_turn", places=1, asked_by=served.asked_by,
        asked_at=asked_at, closed_at=asked_at + timedelta(hours=20 * (others + 1)), outcome="filled",
    )  # fmt: skip
    street = [person for _account, person in town.people[served.street]]
    before = [person for person in town.aside.sample(street, min(others, len(street))) if person != served.person]
    for turn, person in enumerate([*before, served.person], start=1):
        last = person == served.person
        status, reason = ("accepted", "") if last else town.aside.choice(OTHERS)
        opened = asked_at + timedelta(hours=20 * (turn - 1))
        answered = opened + timedelta(minutes=town.aside.randint(4, 900))
        copier.add(
            "offer", asking=asking, seat=served.seat, shift=served.shift, person=person, turn=turn, status=status,
            signup=served.signup if last else None, opened_at=opened, answer_by=opened + timedelta(hours=20),
            answered_at=None if status == "expired" else answered, decline_reason=reason,
        )  # fmt: skip
