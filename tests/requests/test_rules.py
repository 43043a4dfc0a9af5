"""What is allowed, without a database."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.requests.rules import asking, people, visits
from app.requests.rules.asking import AskedBy
from app.requests.rules.statuses import (
    AGENCY_GROUPS,
    EVENT_WORDS,
    MOVES,
    STATUS_TO_RESIDENT,
    STATUS_WORDS,
    Event,
    Group,
    Status,
    after,
    group_of,
)

START = datetime(2026, 11, 28, 6, tzinfo=UTC)
END = START + timedelta(hours=2)


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("王秀兰", "王**"),
        ("欧阳修", "欧**"),
        ("Wong Mei", "W."),
        ("mrs wong", "Mrs W."),
        ("Mrs. Wong", "Mrs W."),
        ("Ｗｏｎｇ", "W."),
        ("  ", "**"),
        ("Élodie", "É."),
    ],
)
def test_a_name_is_shortened_so_that_nobody_can_be_found_by_it(name: str, short: str) -> None:
    assert people.short_name(name) == short


@given(st.text(max_size=80))
def test_any_name_can_be_shortened_and_the_short_name_fits(name: str) -> None:
    assert 0 < len(people.short_name(name)) <= people.LONGEST_SHORT_NAME


def test_width_case_spaces_and_punctuation_do_not_make_people_different() -> None:
    assert people.comparable("桂园路 12号，3栋-502") == people.comparable("桂园路１２号3栋502")
    assert people.comparable("WONG, Mei") == people.comparable("wong mei")
    assert people.comparable("王秀兰") != people.comparable("王秀蘭")


def test_a_request_is_numbered_by_its_year_and_found_by_number_or_digits() -> None:
    assert asking.number(START, 123) == "R-2026-000123"
    assert asking.id_in_number("R-2026-000123") == 123
    assert asking.id_in_number(" 123 ") == 123
    assert asking.id_in_number("R-2026-") is None
    assert asking.id_in_number("一二") is None


def test_an_answer_may_take_two_working_days() -> None:
    assert asking.answer_workdays(START.date()) == 2
    assert asking.answer_workdays(date(1999, 1, 1)) == 2


def test_a_child_cannot_agree_and_a_parent_can() -> None:
    today, child, teenager = date(2026, 11, 28), date(2013, 11, 29), date(2012, 11, 28)
    assert asking.consent_refusal(AskedBy.SELF, child, today) is asking.NEEDS_GUARDIAN
    assert asking.consent_refusal(AskedBy.RELATIVE, child, today) is None
    assert asking.consent_refusal(AskedBy.SELF, teenager, today) is None
    assert asking.consent_giver(AskedBy.RELATIVE, child, today) == "guardian"
    assert asking.consent_giver(AskedBy.RELATIVE, None, today) == "relative"
    assert asking.consent_giver(AskedBy.SELF, None, today) == "self"


def test_every_state_has_its_words_and_its_pile() -> None:
    for status in Status:
        assert STATUS_WORDS[status][0]
        assert STATUS_TO_RESIDENT[status]
        assert group_of(status, True) in Group
    for event in Event:
        assert EVENT_WORDS[event]
    assert set(AGENCY_GROUPS) < set(Group)


def test_a_declined_or_closed_request_only_comes_back_by_being_opened_again() -> None:
    for status in (Status.DECLINED, Status.CLOSED):
        assert {event for known, event in MOVES if known == status} == {Event.REOPEN}


def test_a_request_stays_planned_while_another_visit_lies_ahead() -> None:
    assert after(Status.IN_SERVICE, Event.SERVE) == Status.SERVED
    assert after(Status.IN_SERVICE, Event.SERVE, more_ahead=True) == Status.PLANNED
    assert after(Status.PLANNED, Event.CONFIRM, more_ahead=True) == Status.PLANNED
    assert after(Status.PLANNED, Event.DENY, more_ahead=True) == Status.RETURNED
    assert after(Status.RECEIVED, Event.PLAN) is None


def test_the_address_opens_a_day_before_and_closes_twelve_hours_after() -> None:
    assert not visits.address_is_open(START, END, START - timedelta(hours=24, seconds=1))
    assert visits.address_is_open(START, END, START - timedelta(hours=24))
    assert visits.address_is_open(START, END, END + timedelta(hours=11, minutes=59))
    assert not visits.address_is_open(START, END, END + timedelta(hours=12))


def test_a_code_is_worth_nothing_before_the_visit_and_nothing_long_after() -> None:
    assert visits.code_refusal(START, END, False, START - timedelta(seconds=1)) is visits.NOT_YET
    assert visits.code_refusal(START, END, False, START) is None
    assert visits.code_refusal(START, END, False, END + timedelta(hours=12)) is visits.TOO_LATE
    assert visits.code_refusal(START, END, True, START) is visits.CANCELLED


def test_the_link_confirms_what_is_over_and_not_long_ago() -> None:
    assert visits.link_refusal(END, False, END - timedelta(seconds=1)) is visits.NOT_OVER
    assert visits.link_refusal(END, False, END) is None
    assert visits.link_refusal(END, False, END + timedelta(days=30)) is visits.TOO_LATE


def test_a_card_runs_out_after_twelve_codes() -> None:
    assert visits.positions(3, used=10) == [11, 12, None]


@given(st.binary(min_size=32, max_size=32))
def test_a_code_is_always_six_digits(secret: bytes) -> None:
    code = visits.digits(secret)
    assert len(code) == 6
    assert code.isdecimal()
