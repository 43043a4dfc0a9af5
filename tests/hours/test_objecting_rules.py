"""What may be contested, who answers, who decides, and where hours are: without a database."""

from dataclasses import dataclass, field
from itertools import product

import pytest

from app.hours.rules import Status as Standing
from app.hours.rules import Tier
from app.hours.rules.objecting import (
    CLAIM_HINTS,
    CLAIMS,
    MOVES,
    STATUSES,
    Claim,
    Event,
    Side,
    Status,
    after,
    claims_for,
    first_holder,
    why_not_decide,
    why_not_object,
)
from app.hours.rules.whereabouts import HAS_TO_ACT, STAGES, Holder, Stage, whereabouts
from app.hours.saying_whereabouts import HELD, SUMMED


@dataclass
class Objection:
    """As much of an objection as the rules look at."""

    status: Status = Status.RAISED
    held_by: Side = Side.AGENCY
    raised_by: int = 7
    account_id: int = 7
    recorders: list[int] = field(default_factory=lambda: [3])


def test_only_an_open_objection_moves_and_it_goes_up_once() -> None:
    assert {status for status, _, _ in MOVES} == {Status.RAISED}
    assert after(Status.RAISED, Side.AGENCY, Event.ESCALATE) == (Status.RAISED, Side.PARENT)
    assert after(Status.RAISED, Side.PARENT, Event.ESCALATE) is None
    for status, event in product(set(Status) - {Status.RAISED}, Event):
        assert after(status, Side.AGENCY, event) is None
    for event in (Event.UPHOLD, Event.REFUSE, Event.WITHDRAW):
        for side in (Side.AGENCY, Side.PARENT):
            moved = after(Status.RAISED, side, event)
            assert moved is not None
            assert moved[1] is side, "whoever holds it when it is answered keeps it"
        assert after(Status.RAISED, Side.PERSON, event) is None


def test_everything_has_words() -> None:
    assert set(CLAIMS) == set(CLAIM_HINTS) == set(Claim)
    assert set(STATUSES) == set(Status)
    assert set(STAGES) == set(Stage)


@pytest.mark.parametrize(
    ("status", "claims"),
    [
        (Standing.EXPECTED, {Claim.MISSING}),
        (Standing.PRESENT, {Claim.MISSING, Claim.WRONG_TIMES, Claim.NOT_MINE}),
        (Standing.NO_SHOW, {Claim.NOT_COME}),
        (Standing.POSTED, {Claim.WRONG_TIMES, Claim.TOO_LITTLE, Claim.NOT_MINE}),
        (Standing.RETURNED, {Claim.WRONG_TIMES, Claim.TOO_LITTLE, Claim.NOT_MINE}),
    ],
)
def test_a_claim_fits_how_it_stands(status: Standing, claims: set[Claim]) -> None:
    assert set(claims_for(status)) == claims


def test_whatever_the_status_something_can_be_claimed() -> None:
    assert all(claims_for(status) for status in Standing)


def test_nobody_contests_before_the_end_twice_at_once_or_after_the_last_word() -> None:
    assert [why.code for why in why_not_object(False, [])] == ["objection_too_early"]
    assert not why_not_object(True, [])
    assert [why.code for why in why_not_object(True, [Objection()])] == ["objection_open_already"]
    final = Objection(Status.REFUSED, Side.PARENT)
    assert [why.code for why in why_not_object(True, [final])] == ["objection_decided_for_good"]
    for earlier in (
        Objection(Status.REFUSED, Side.AGENCY),
        Objection(Status.UPHELD, Side.PARENT),
        Objection(Status.WITHDRAWN, Side.PARENT),
    ):
        assert not why_not_object(True, [earlier])


def test_the_agency_answers_first_and_after_its_refusal_the_body_above() -> None:
    refused = Objection(Status.REFUSED, Side.AGENCY)
    assert first_holder([], has_parent=True) is Side.AGENCY
    assert first_holder([refused], has_parent=True) is Side.PARENT
    assert first_holder([refused], has_parent=False) is Side.AGENCY
    assert first_holder([Objection(Status.UPHELD)], has_parent=True) is Side.AGENCY
    assert first_holder([Objection(Status.WITHDRAWN)], has_parent=True) is Side.AGENCY


@pytest.mark.parametrize(
    ("objection", "account", "side", "codes"),
    [
        (Objection(), 5, Side.AGENCY, []),
        (Objection(), 7, Side.AGENCY, ["own_objection"]),
        (Objection(raised_by=1), 7, Side.PARENT, ["own_objection"]),
        (Objection(), 3, Side.AGENCY, ["recorded_by_decider"]),
        (Objection(held_by=Side.PARENT), 5, Side.AGENCY, ["not_with_you"]),
        (Objection(held_by=Side.PARENT), 3, Side.AGENCY, ["recorded_by_decider", "not_with_you"]),
        (Objection(held_by=Side.PARENT), 5, Side.PARENT, []),
        (Objection(Status.REFUSED), 3, Side.AGENCY, ["objection_answered"]),
    ],
)  # fmt: skip
def test_who_may_not_decide_is_told_every_reason(
    objection: Objection, account: int, side: Side, codes: list[str]
) -> None:
    assert [why.code for why in why_not_decide(objection, account, side)] == codes


@pytest.mark.parametrize(
    ("status", "over", "asked", "tier", "stage", "holder"),
    [
        (Standing.EXPECTED, False, False, Tier.AGENCY, Stage.AHEAD, Holder.NOBODY),
        (Standing.PRESENT, False, False, Tier.AGENCY, Stage.HERE, Holder.NOBODY),
        (Standing.EXPECTED, True, False, Tier.AGENCY, Stage.PUNCH_MISSING, Holder.AGENCY),
        (Standing.PRESENT, True, False, Tier.AGENCY, Stage.PUNCH_MISSING, Holder.AGENCY),
        (Standing.RECORDED, True, True, Tier.AGENCY, Stage.APPROVING, Holder.AGENCY),
        (Standing.RECORDED, True, False, Tier.AGENCY, Stage.APPROVING, Holder.RULE_BOOK),
        (Standing.VOUCHED, True, True, Tier.SECOND, Stage.APPROVING, Holder.SECOND),
        (Standing.VOUCHED, True, True, Tier.PARENT, Stage.APPROVING, Holder.PARENT),
        (Standing.RETURNED, True, True, Tier.AGENCY, Stage.TO_CORRECT, Holder.AGENCY),
        (Standing.POSTED, True, True, Tier.AGENCY, Stage.COUNTED, Holder.NOBODY),
        (Standing.NO_SHOW, True, False, Tier.AGENCY, Stage.NOT_COME, Holder.NOBODY),
    ],
)
def test_where_hours_are_and_who_holds_them(
    status: Standing, over: bool, asked: bool, tier: Tier, stage: Stage, holder: Holder
) -> None:
    where = whereabouts(status, over=over, asked=asked, next_tier=tier, contested_at=None)
    assert (where.stage, where.holder) == (stage, holder)


def test_an_open_objection_comes_before_everything_else() -> None:
    for status in Standing:
        here = whereabouts(status, over=True, asked=True, next_tier=Tier.AGENCY, contested_at=Side.AGENCY)
        up = whereabouts(status, over=True, asked=True, next_tier=Tier.AGENCY, contested_at=Side.PARENT)
        assert (here.stage, here.holder) == (Stage.CONTESTED, Holder.AGENCY)
        assert (up.stage, up.holder) == (Stage.CONTESTED, Holder.PARENT)


def test_every_place_hours_can_be_has_a_sentence() -> None:
    for status, over, asked, tier, side in product(
        Standing, (True, False), (True, False), Tier, (None, Side.AGENCY, Side.PARENT)
    ):
        where = whereabouts(status, over=over, asked=asked, next_tier=tier, contested_at=side)
        assert (where.stage, where.holder) in HELD
        if where.stage in HAS_TO_ACT:
            assert (where.stage, where.holder) in SUMMED
