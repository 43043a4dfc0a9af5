"""Who must vouch by the rule-book, why, and what a rule-book may not say because it contradicts itself."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.hours import saying
from app.hours.rules import TIER_STEPS, CountingRules, Tier, TierFacts, TierRule, faults, tiers_for
from app.hours.rules.kinds import Capacity, Kind
from app.hours.rules.rule_book import ORDER, BreakRule, Conversion, GroupRule, KindRule, QualifyingRule, Rounding
from app.kit.i18n import speaking

FIRST = CountingRules(least_minutes=15, round_to_minutes=1, most_minutes_a_day=480)
USUAL = TierFacts(minutes=120, day_minutes=120, grade="B")
A, S, P = Tier.AGENCY, Tier.SECOND, Tier.PARENT


def but(**more: object) -> TierFacts:
    return msgspec.structs.replace(USUAL, **more)


def having(**more: object) -> CountingRules:
    return msgspec.structs.replace(FIRST, **more)


@pytest.mark.parametrize(
    ("facts", "asked", "code"),
    [
        (USUAL, [A], "tier_otherwise"),
        (but(day_minutes=720), [A], "tier_otherwise"),
        (but(day_minutes=721), [A, P], "tier_long_day"),
        (but(late_workdays=10), [A], "tier_otherwise"),
        (but(late_workdays=11), [A, S], "tier_late"),
        (but(grade="D", claimed=True), [A, S], "tier_grade"),
        (but(grade="E"), [A, S], "tier_grade"),
        (but(batch_size=9), [A], "tier_otherwise"),
        (but(batch_size=10), [A, S], "tier_batch"),
        (but(grade="E", keyed_share=301), [A, S, P], "tier_grade"),
        (but(grade="B", keyed_share=999), [A], "tier_otherwise"),
    ],
)
def test_what_a_rule_book_asks_that_says_nothing_of_its_own(facts: TierFacts, asked: list[Tier], code: str) -> None:
    tiers, steps = tiers_for(facts, FIRST)
    assert tiers == asked
    assert steps[0].code == code


def test_up_to_eight_hours_take_effect_at_check_out_when_the_rule_book_says_so() -> None:
    rules = having(
        tiers=(TierRule(over_day_minutes=480, ask=(A,)), TierRule(over_day_minutes=720, ask=(P,))), otherwise=()
    )
    assert [tiers_for(but(day_minutes=day), rules)[0] for day in (480, 481, 721)] == [[], [A], [A, P]]
    assert [step.code for step in tiers_for(but(day_minutes=480), rules)[1]] == ["tier_nobody"]


def test_everything_a_row_states_has_to_hold() -> None:
    rule = TierRule(kinds=(Kind.TRAVEL,), capacities=(Capacity.STAFF,), over_minutes=60, exceptions_from=2, ask=(P,))
    rules = having(tiers=(rule,))
    fits = but(kind="travel", capacity="staff", minutes=61, exceptions=2)
    assert tiers_for(fits, rules)[0] == [P]
    for miss in ({"kind": "service"}, {"capacity": "volunteer"}, {"minutes": 60}, {"exceptions": 1}):
        assert tiers_for(msgspec.structs.replace(fits, **miss), rules)[0] == [A]


def test_a_second_person_comes_after_a_first() -> None:
    assert tiers_for(USUAL, having(otherwise=(S,)))[0] == [A, S]


def test_why_is_said_in_words() -> None:
    _, steps = tiers_for(but(day_minutes=800), FIRST)
    with speaking("en"):
        assert saying.trace(steps) == ["More than 12 h in one day: the agency, the parent body."]


any_facts = st.builds(
    TierFacts,
    minutes=st.integers(0, 1440),
    day_minutes=st.integers(0, 1440),
    late_workdays=st.integers(0, 30),
    batch_size=st.integers(1, 30),
    grade=st.sampled_from(["A", "B", "C", "D", "E"]),
    kind=st.sampled_from([each.value for each in Kind]),
    capacity=st.sampled_from([each.value for each in Capacity]),
    claimed=st.booleans(),
    exceptions=st.integers(0, 5),
    keyed_share=st.integers(0, 1000),
)
asks = st.lists(st.sampled_from(ORDER), max_size=3, unique=True).map(tuple)
any_tiers = st.lists(
    st.builds(
        TierRule,
        over_minutes=st.none() | st.integers(0, 1440),
        late=st.booleans(),
        grades=st.lists(st.sampled_from("ABCDE"), max_size=2).map(tuple),
        claimed=st.booleans(),
        batch_from=st.none() | st.integers(1, 30),
        ask=asks,
    ),
    max_size=4,
).map(tuple)


@settings(deadline=None)
@given(any_facts, any_tiers, asks)
def test_tiers_come_in_their_order_once_and_each_answer_says_why(
    facts: TierFacts, tiers: tuple[TierRule, ...], otherwise: tuple[Tier, ...]
) -> None:
    asked, steps = tiers_for(facts, having(tiers=tiers, otherwise=otherwise))
    assert asked == [tier for tier in ORDER if tier in asked]
    assert steps
    assert all(step.code in TIER_STEPS for step in steps)
    assert all(saying.step(step) for step in steps)


@settings(deadline=None)
@given(any_facts, any_tiers, any_tiers)
def test_a_further_row_never_takes_anyone_away(
    facts: TierFacts, tiers: tuple[TierRule, ...], more: tuple[TierRule, ...]
) -> None:
    few, many = having(tiers=tiers, otherwise=()), having(tiers=tiers + more, otherwise=())
    assert set(tiers_for(facts, few)[0]) <= set(tiers_for(facts, many)[0])


def test_the_row_a_city_starts_with_has_no_contradiction() -> None:
    assert faults(FIRST) == []


@pytest.mark.parametrize(
    ("rules", "field", "code"),
    [
        (having(least_minutes=481), "least_minutes", "least_over_most"),
        (having(round_to_minutes=500), "round_to_minutes", "step_over_most"),
        (having(round_to_minutes=30), "round_to_minutes", "step_over_least"),
        (having(most_minutes_an_activity=481), "most_minutes_an_activity", "activity_over_day"),
        (having(most_minutes_an_activity=10), "most_minutes_an_activity", "activity_under_least"),
        (having(most_keyed_minutes_a_month=10), "most_keyed_minutes_a_month", "keyed_under_least"),
        (having(breaks=(BreakRule(after_minutes=30, off_minutes=60),)), "breaks-0", "break_over_work"),
        (having(breaks=(BreakRule(after_minutes=30, off_minutes=0),)), "breaks-0", "break_of_nothing"),
        (
            having(breaks=(BreakRule(after_minutes=360, off_minutes=30), BreakRule(after_minutes=540, off_minutes=30))),
            "breaks-1",
            "break_out_of_order",
        ),
        (having(kinds=(KindRule(kind=Kind.SERVICE, permille=0),)), "kinds-0", "service_counts_nothing"),
        (having(kinds=(KindRule(kind=Kind.TRAVEL, permille=0, most_minutes_a_day=60),)), "kinds-0", "out_yet_capped"),
        (having(kinds=(KindRule(kind=Kind.TRAVEL, most_minutes_a_day=600),)), "kinds-0", "kind_over_day"),
        (having(kinds=(KindRule(kind=Kind.TRAVEL, most_minutes_a_day=5),)), "kinds-0", "kind_under_least"),
        (having(kinds=(KindRule(kind=Kind.TRAVEL), KindRule(kind=Kind.TRAVEL))), "kinds-1", "said_twice"),
        (having(groups=(GroupRule(people_from=2, permille=0),)), "groups-0", "group_of_nothing"),
        (
            having(conversions=(Conversion(unit="次", minutes=60), Conversion(unit="次", minutes=90))),
            "conversions-1",
            "said_twice",
        ),
        (having(qualifying=(QualifyingRule(service_kind="group_work"),)), "qualifying-0", "qualifies_always"),
        (having(otherwise=(Tier.RULE,)), "otherwise", "rule_is_nobody"),
        (having(tiers=(TierRule(late=True, ask=()),)), "tiers-0", "asks_nobody"),
        (having(tiers=(TierRule(over_day_minutes=1440),)), "tiers-0", "never_so_long"),
        (having(tiers=(TierRule(grades=("F",)),)), "tiers-0", "unknown_grade"),
        (having(tiers=(TierRule(claimed=True, grades=("E",)),)), "tiers-0", "claim_is_keyed"),
        (
            having(tiers=(TierRule(kinds=(Kind.TRAVEL,), capacities=(Capacity.VOLUNTEER,)),)),
            "tiers-0",
            "kind_out",
        ),
        (
            having(tiers=(TierRule(kinds=(Kind.SERVICE,), capacities=(Capacity.TRAINING,)),)),
            "tiers-0",
            "training_apart",
        ),
        (having(tiers=(TierRule(ask=(A, P)), TierRule(late=True, ask=(P,)))), "tiers-1", "asks_no_more"),
    ],
)
def test_each_contradiction_has_its_place_and_sentence(rules: CountingRules, field: str, code: str) -> None:
    assert (field, code) in [(fault.field, fault.refusal.code) for fault in faults(rules)]


def test_rounding_up_in_long_steps_is_no_contradiction() -> None:
    assert faults(having(round_to_minutes=30, rounding=Rounding.UP)) == []


@pytest.mark.parametrize("figure", ["-1", "10001"])
def test_a_share_below_nothing_or_beyond_sense_is_not_even_read(figure: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(f'{{"kind": "travel", "permille": {figure}}}', type=KindRule)
