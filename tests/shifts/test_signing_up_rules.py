"""Who may take which place: every reason at once, and each fix makes its own reason vanish."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.shifts.rules import signing_up as rules
from app.shifts.rules.browsing import When, days_of
from app.shifts.rules.signing_up import Engagement, PersonFacts, SeatFacts, ShiftFacts, refusals
from app.shifts.rules.statuses import ShiftStatus, SignupStatus
from app.volunteers.rules.credentials import Asked, Held

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
STARTS = datetime(2026, 11, 28, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
AGENCY = 7

SHIFT = ShiftFacts(
    id=1,
    agency=AGENCY,
    starts=STARTS,
    ends=STARTS + 2 * HOUR,
    zone="Asia/Shanghai",
    status=ShiftStatus.PUBLISHED,
    minors_allowed=True,
    sex_wanted="",
)
SEAT = SeatFacts(
    id=1,
    role="探访义工",
    capacity="volunteer",
    leads=False,
    skill=None,
    skill_name="",
    language=None,
    language_name="",
    credentials=(),
    needed=2,
    taken=0,
)
PERSON = PersonFacts(
    born=date(1990, 5, 4),
    guardian_agreed=False,
    sex="",
    skills=frozenset(),
    languages=frozenset(),
    credentials=(),
    employers=frozenset(),
    engagements=(),
)
CHECK = Asked("no_offences", "Check of criminal records")
CHECKED = Held(kind="no_offences", issued_on=date(2026, 1, 5), ends_before=date(2027, 1, 5), verified=True)
ELSEWHERE = Engagement(signup_id=9, shift_id=2, title="送餐", starts=STARTS + HOUR, ends=STARTS + 3 * HOUR)

Facts = tuple[ShiftFacts, SeatFacts, PersonFacts | None, datetime]


def codes(facts: Facts) -> list[str]:
    return [refusal.code for refusal in refusals(*facts)]


def test_nothing_stands_against_a_grown_person_and_a_free_place() -> None:
    assert codes((SHIFT, SEAT, PERSON, NOW)) == []


def test_every_reason_is_given_at_once() -> None:
    shift = msgspec.structs.replace(SHIFT, minors_allowed=False)
    seat = msgspec.structs.replace(
        SEAT,
        taken=2,
        skill="first_aid",
        skill_name="First aid",
        language="yue",
        language_name="Cantonese",
        credentials=(CHECK,),
    )
    shift = msgspec.structs.replace(shift, sex_wanted="female")
    person = msgspec.structs.replace(
        PERSON, born=date(2013, 1, 1), employers=frozenset({AGENCY}), engagements=(ELSEWHERE,)
    )
    found = refusals(shift, seat, person, NOW)
    assert [refusal.code for refusal in found] == [
        "adults_only",
        "guardian_first",
        "women_only",
        "in_two_places",
        "seat_full",
        "skill_needed",
        "language_needed",
        "credential_needed",
        "paid_here",
    ]
    assert found[0].params == {"age": 13}
    assert found[3].params["when"] == "11-28 15:00–17:00"
    assert all(refusal.fix for refusal in found)


@pytest.mark.parametrize(
    ("born", "barred"),
    [(date(2008, 11, 28), False), (date(2008, 11, 29), True)],
)
def test_an_adult_is_whoever_is_eighteen_on_the_day_of_the_shift(born: date, barred: bool) -> None:
    shift = msgspec.structs.replace(SHIFT, minors_allowed=False)
    person = msgspec.structs.replace(PERSON, born=born)
    assert ("adults_only" in codes((shift, SEAT, person, NOW))) is barred


def test_the_day_of_the_shift_is_the_citys_day() -> None:
    late = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)  # 28 November, 01:00 in Shenzhen
    shift = msgspec.structs.replace(SHIFT, minors_allowed=False, starts=late, ends=late + HOUR)
    person = msgspec.structs.replace(PERSON, born=date(2008, 11, 28))
    assert codes((shift, SEAT, person, NOW)) == []


@pytest.mark.parametrize(
    ("held", "code"),
    [
        (CHECKED, None),
        (msgspec.structs.replace(CHECKED, ends_before=None), None),
        (msgspec.structs.replace(CHECKED, ends_before=date(2026, 11, 29)), None),
        (msgspec.structs.replace(CHECKED, ends_before=date(2026, 11, 28)), "credential_ends_too_soon"),
        (msgspec.structs.replace(CHECKED, issued_on=date(2026, 11, 29)), "credential_not_yet"),
        (msgspec.structs.replace(CHECKED, verified=False), "credential_not_verified"),
        (msgspec.structs.replace(CHECKED, kind="health_check"), "credential_needed"),
    ],
)
def test_a_credential_holds_for_the_whole_shift_or_the_reason_says_what_is_short(held: Held, code: str | None) -> None:
    seat = msgspec.structs.replace(SEAT, credentials=(CHECK,))
    person = msgspec.structs.replace(PERSON, credentials=(held,))
    assert codes((SHIFT, seat, person, NOW)) == ([code] if code else [])


def test_over_midnight_a_credential_holds_on_both_days() -> None:
    night = msgspec.structs.replace(SHIFT, starts=STARTS + 8 * HOUR, ends=STARTS + 14 * HOUR)  # 22:00 to 04:00
    until_midnight = msgspec.structs.replace(CHECKED, ends_before=date(2026, 11, 29))
    seat = msgspec.structs.replace(SEAT, credentials=(CHECK,))
    person = msgspec.structs.replace(PERSON, credentials=(until_midnight,))
    assert codes((night, seat, person, NOW)) == ["credential_ends_too_soon"]
    at_midnight = msgspec.structs.replace(night, ends=STARTS + 10 * HOUR)
    assert codes((at_midnight, seat, person, NOW)) == []


def test_an_old_credential_does_not_spoil_a_new_one() -> None:
    old = msgspec.structs.replace(CHECKED, issued_on=date(2025, 1, 5), ends_before=date(2026, 1, 5))
    person = msgspec.structs.replace(PERSON, credentials=(old, CHECKED))
    assert codes((SHIFT, msgspec.structs.replace(SEAT, credentials=(CHECK,)), person, NOW)) == []


def test_shifts_that_touch_do_not_clash() -> None:
    before = msgspec.structs.replace(ELSEWHERE, starts=STARTS - HOUR, ends=STARTS)
    behind = msgspec.structs.replace(ELSEWHERE, starts=SHIFT.ends, ends=SHIFT.ends + HOUR)
    person = msgspec.structs.replace(PERSON, engagements=(before, behind))
    assert codes((SHIFT, SEAT, person, NOW)) == []


def test_a_stranger_is_asked_to_sign_in_and_told_when_it_is_no_use() -> None:
    assert codes((SHIFT, SEAT, None, NOW)) == ["sign_in_first"]
    full = msgspec.structs.replace(SEAT, taken=2)
    assert codes((SHIFT, full, None, NOW)) == ["sign_in_first", "seat_full"]


def test_of_a_shift_that_is_over_nothing_else_is_said() -> None:
    full = msgspec.structs.replace(SEAT, taken=2)
    assert codes((SHIFT, full, PERSON, STARTS)) == ["sign_up_closed"]
    gone = msgspec.structs.replace(SHIFT, status=ShiftStatus.CANCELLED)
    assert codes((gone, full, PERSON, NOW)) == ["shift_cancelled"]


def _replace(which: int, **change: Any) -> Callable[[Facts], Facts]:
    def fix(facts: Facts) -> Facts:
        changed = list(facts)
        changed[which] = msgspec.structs.replace(facts[which] or PERSON, **change)
        return tuple(changed)  # type: ignore[return-value]

    return fix


def _add_skill(facts: Facts) -> Facts:
    shift, seat, person, now = facts
    assert person
    assert seat.skill
    return shift, seat, msgspec.structs.replace(person, skills=person.skills | {seat.skill}), now


def _bring_language(facts: Facts) -> Facts:
    shift, seat, person, now = facts
    assert person
    assert seat.language
    return shift, seat, msgspec.structs.replace(person, languages=person.languages | {seat.language}), now


def _bring_credentials(facts: Facts) -> Facts:
    shift, seat, person, now = facts
    assert person
    proofs = tuple(msgspec.structs.replace(CHECKED, kind=each.code) for each in seat.credentials)
    return shift, seat, msgspec.structs.replace(person, credentials=(*person.credentials, *proofs)), now


FIXES: dict[str, Callable[[Facts], Facts]] = {
    "shift_cancelled": _replace(0, status=ShiftStatus.PUBLISHED),
    "sign_up_closed": lambda facts: (
        msgspec.structs.replace(facts[0], status=ShiftStatus.PUBLISHED),
        facts[1],
        facts[2],
        STARTS - HOUR,
    ),
    "sign_in_first": lambda facts: (facts[0], facts[1], PERSON, facts[3]),
    "seat_full": _replace(1, taken=0),
    "in_two_places": _replace(2, engagements=()),
    "birth_date_missing": _replace(2, born=date(1990, 5, 4)),
    "adults_only": _replace(0, minors_allowed=True),
    "guardian_first": _replace(2, guardian_agreed=True),
    "skill_needed": _add_skill,
    "language_needed": _bring_language,
    "credential_needed": _bring_credentials,
    "credential_not_verified": _bring_credentials,
    "credential_ends_too_soon": _bring_credentials,
    "credential_not_yet": _bring_credentials,
    "women_only": _replace(2, sex="female"),
    "men_only": _replace(2, sex="male"),
    "staff_only": _replace(1, capacity="volunteer"),
    "paid_here": _replace(1, capacity="staff"),
}

shifts = st.builds(
    ShiftFacts,
    id=st.just(1),
    agency=st.just(AGENCY),
    starts=st.just(STARTS),
    ends=st.just(STARTS + 2 * HOUR),
    zone=st.just("Asia/Shanghai"),
    status=st.sampled_from(ShiftStatus),
    minors_allowed=st.booleans(),
    sex_wanted=st.sampled_from(["", "female", "male"]),
)
seats = st.builds(
    SeatFacts,
    id=st.just(1),
    role=st.just("探访义工"),
    capacity=st.sampled_from(["volunteer", "staff"]),
    leads=st.booleans(),
    skill=st.sampled_from([None, "first_aid", "sign_language"]),
    skill_name=st.just("First aid"),
    language=st.sampled_from([None, "yue"]),
    language_name=st.just("Cantonese"),
    credentials=st.sampled_from([(), (CHECK,), (CHECK, Asked("health_check", "Health check"))]),
    needed=st.just(2),
    taken=st.integers(0, 2),
)
people = st.none() | st.builds(
    PersonFacts,
    born=st.none() | st.dates(date(1930, 1, 1), date(2022, 1, 1)),
    guardian_agreed=st.booleans(),
    sex=st.sampled_from(["", "female", "male"]),
    skills=st.frozensets(st.sampled_from(["first_aid", "music"])),
    languages=st.frozensets(st.sampled_from(["cmn", "yue"])),
    credentials=st.lists(
        st.builds(
            Held,
            kind=st.sampled_from(["no_offences", "health_check"]),
            issued_on=st.sampled_from([date(2025, 12, 1), date(2026, 12, 1)]),
            ends_before=st.sampled_from([None, date(2026, 11, 28), date(2027, 12, 2)]),
            verified=st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
    employers=st.frozensets(st.sampled_from([AGENCY, 8])),
    engagements=st.lists(
        st.builds(
            lambda shift_id, at, minutes: Engagement(
                signup_id=9,
                shift_id=shift_id,
                title="送餐",
                starts=STARTS + timedelta(minutes=at),
                ends=STARTS + timedelta(minutes=at + minutes),
            ),
            st.integers(1, 3),
            st.integers(-300, 300),
            st.integers(15, 240),
        ),
        max_size=3,
    ).map(tuple),
)
moments = st.sampled_from([NOW, STARTS - HOUR, STARTS, STARTS + HOUR])


@given(shifts, seats, people, moments)
def test_applying_a_fix_makes_its_reason_vanish_and_the_rest_go_in_turn(
    shift: ShiftFacts, seat: SeatFacts, person: PersonFacts | None, now: datetime
) -> None:
    facts: Facts = (shift, seat, person, now)
    for reason in codes(facts):
        assert reason not in codes(FIXES[reason](facts))
    for _step in range(20):
        against = codes(facts)
        if not against:
            break
        # Staff and paid-here mend each other's place; everything else is mended once.
        facts = FIXES[against[0]](facts)
    assert codes(facts) == []


@given(shifts, seats, people, moments)
def test_reasons_depend_on_nothing_but_the_facts(
    shift: ShiftFacts, seat: SeatFacts, person: PersonFacts | None, now: datetime
) -> None:
    assert refusals(shift, seat, person, now) == refusals(shift, seat, person, now)


def test_every_reason_has_words_with_all_their_places_filled() -> None:
    for refusal in (rules.CLASH, rules.ADULTS_ONLY, rules.SKILL):
        filled = {"title": "t", "when": "w", "age": 1, "skill": "s"}
        assert "%" not in refusal.text % filled
        assert "%" not in refusal.fix % filled


@pytest.mark.parametrize("status", list(SignupStatus))
def test_only_a_place_that_is_still_to_come_can_be_given_back(status: SignupStatus) -> None:
    early, late = (rules.cancel_refusal(status, STARTS, now) for now in (NOW, STARTS))
    if status in (SignupStatus.CONFIRMED, SignupStatus.WAITLISTED):
        assert early is None
        assert late == rules.BEGUN
    elif status == SignupStatus.OFFERED:
        assert early == late == rules.ONLY_OFFERED
    else:
        assert early == late == rules.NOT_CANCELLABLE


def test_each_state_has_words_for_everybody() -> None:
    assert set(rules.SIGNUP_WORDS) == set(rules.STATUS_WORDS) == set(SignupStatus)


WEDNESDAY, SATURDAY, SUNDAY = date(2026, 11, 25), date(2026, 11, 28), date(2026, 11, 29)
MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("when", "today", "span"),
    [
        (When.ANY, WEDNESDAY, (None, None)),
        (When.TODAY, WEDNESDAY, (WEDNESDAY, date(2026, 11, 26))),
        (When.TOMORROW, WEDNESDAY, (date(2026, 11, 26), date(2026, 11, 27))),
        (When.WEEK, WEDNESDAY, (WEDNESDAY, date(2026, 12, 2))),
        (When.WEEKEND, WEDNESDAY, (SATURDAY, MONDAY)),
        (When.WEEKEND, SATURDAY, (SATURDAY, MONDAY)),
        (When.WEEKEND, SUNDAY, (SUNDAY, MONDAY)),
        (When.WEEKEND, MONDAY, (date(2026, 12, 5), date(2026, 12, 7))),
    ],
)
def test_words_for_days_mean_what_people_mean(when: When, today: date, span: tuple[date | None, date | None]) -> None:
    assert days_of(when, None, None, today) == span


def test_days_that_are_typed_win_and_may_be_swapped() -> None:
    assert days_of(When.TODAY, SATURDAY, SUNDAY, WEDNESDAY) == (SATURDAY, MONDAY)
    assert days_of(When.ANY, SUNDAY, SATURDAY, WEDNESDAY) == (SATURDAY, MONDAY)
    assert days_of(When.ANY, None, SUNDAY, WEDNESDAY) == (None, MONDAY)
