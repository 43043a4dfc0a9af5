"""One's own profile: short, kept as typed, and careful with birth dates."""

from collections.abc import Callable
from datetime import date
from typing import Any

from msgspec import Struct

from app.kit import clock
from app.kit.db import fetch, value
from app.volunteers.queries.profile import own_profile
from app.volunteers.rules.numbers import is_volunteer_no
from tests import factories as make
from tests.visitor import Visitor

TODAY = clock.local_day(clock.now())
WHOLE: dict[str, Any] = {
    "name": "陈一",
    "born": "1990-05-04",
    "home": make.COMMUNITY,
    "skills": ["first_aid", "music"],
    "languages": ["cmn", "yue"],
    "likes": ["elder_visit"],
    "free": ["5-morning", "5-afternoon"],
    "exact_day": ["6", ""],
    "exact_from": ["19:30", ""],
    "exact_to": ["21:00", ""],
    "about": "I can lift a wheelchair.",
}


def aged(years: int) -> str:
    """A birth date that makes someone this old today."""
    return date(TODAY.year - years, 1, 1).isoformat()


class _Span(Struct, frozen=True):
    weekday: int
    from_minute: int
    to_minute: int


async def test_a_whole_profile_is_kept_and_shown_again(visit: Callable[[], Visitor]) -> None:
    await make.regions()
    account = await make.account("陈一")
    visitor = await visit().signs_in_as(account)
    first = await visitor.get("/me/profile")
    assert 'value="陈一"' in first.text
    saved = await visitor.post("/me/profile", WHOLE)
    assert saved.status_code == 303
    assert saved.headers["location"] == "/me/profile"
    profile = await own_profile(account)
    assert profile
    assert is_volunteer_no(profile.volunteer_no)
    assert profile.skills == ["first_aid", "music"]
    free = await fetch(_Span, "SELECT weekday, from_minute, to_minute FROM availability ORDER BY weekday")
    assert free == [_Span(5, 480, 1080), _Span(6, 1170, 1260)]
    shown = (await visitor.get("/me/profile")).text
    for piece in ('value="5-morning" checked', 'value="19:30"', 'value="1990-05-04"', profile.volunteer_no):
        assert piece in shown
    assert 'value="4-morning" checked' not in shown


async def test_the_birth_date_is_sealed(visit: Callable[[], Visitor]) -> None:
    await make.regions()
    account = await make.account()
    visitor = await visit().signs_in_as(account)
    await visitor.post("/me/profile", WHOLE)
    sealed = await value("SELECT born FROM person WHERE account = $1", account)
    assert b"1990" not in sealed


async def test_only_the_name_is_needed(visit: Callable[[], Visitor]) -> None:
    account = await make.account("陈一")
    visitor = await visit().signs_in_as(account)
    nameless = await visitor.post("/me/profile", {"name": " ", "about": "kept"})
    assert nameless.status_code == 422
    assert "Enter your name" in nameless.text
    assert "kept" in nameless.text
    assert await value("SELECT count(*) FROM person") == 0
    assert (await visitor.post("/me/profile", {"name": "陈一一"})).status_code == 303
    assert await value("SELECT name FROM person WHERE account = $1", account) == "陈一一"
    assert await value("SELECT name FROM account WHERE id = $1", account) == "陈一"


async def test_saving_leads_back_to_the_shift_it_was_asked_for(visit: Callable[[], Visitor]) -> None:
    visitor = await visit().signs_in_as(await make.account())
    assert 'name="next" value="/shifts/7"' in (await visitor.get("/me/profile?next=/shifts/7")).text
    back = await visitor.post("/me/profile", {"name": "陈一", "next": "/shifts/7"})
    assert back.headers["location"] == "/shifts/7"
    away = await visitor.post("/me/profile", {"name": "陈一", "next": "//elsewhere.example"})
    assert away.headers["location"] == "/me/profile"


async def test_a_child_needs_a_guardians_consent_which_can_be_taken_back(visit: Callable[[], Visitor]) -> None:
    account = await make.account()
    visitor = await visit().signs_in_as(account)
    alone = await visitor.post("/me/profile", {"name": "小明", "born": aged(12)})
    assert alone.status_code == 422
    assert "a parent or guardian has to agree first" in alone.text
    assert await value("SELECT count(*) FROM person") == 0
    agreed = await visitor.post("/me/profile", {"name": "小明", "born": aged(12), "guardian_agrees": "1"})
    assert agreed.status_code == 303
    profile = await own_profile(account)
    assert profile
    assert profile.guardian_agreed
    assert await value("SELECT given_by FROM consent WHERE subject_kind = 'person'") == "guardian"
    again = await visitor.post("/me/profile", {"name": "小明", "born": aged(15), "guardian_agrees": "1"})
    assert again.status_code == 303
    assert await value("SELECT count(*) FROM consent WHERE subject_kind = 'person'") == 1
    await visitor.post("/me/profile", {"name": "小明", "born": aged(15)})
    profile = await own_profile(account)
    assert profile
    assert not profile.guardian_agreed
    assert await value("SELECT count(*) FROM consent WHERE withdrawn_at IS NOT NULL") == 1


async def test_an_adult_gives_no_guardians_consent(visit: Callable[[], Visitor]) -> None:
    account = await make.account()
    visitor = await visit().signs_in_as(account)
    await visitor.post("/me/profile", {"name": "陈一", "born": aged(40), "guardian_agrees": "1"})
    assert await value("SELECT count(*) FROM consent WHERE subject_kind = 'person'") == 0
    assert "guardian_agrees" not in (await visitor.get("/me/profile")).text


async def test_what_is_not_in_the_lists_is_refused_where_it_stands(visit: Callable[[], Visitor]) -> None:
    visitor = await visit().signs_in_as(await make.account())
    for field, typed in (("home", "999"), ("skills", "flying"), ("languages", "elvish"), ("likes", "war")):
        refused = await visitor.post("/me/profile", {"name": "陈一", field: typed})
        assert refused.status_code == 422, field
        assert f'href="#{field}"' in refused.text
    for born, sentence in (("1690-01-01", "Check the year"), ("soon", "Enter the date of birth")):
        refused = await visitor.post("/me/profile", {"name": "陈一", "born": born})
        assert sentence in refused.text
    half = await visitor.post(
        "/me/profile", {"name": "陈一", "exact_day": ["5"], "exact_from": ["09:00"], "exact_to": [""]}
    )
    assert half.status_code == 422
    assert "Choose the day and both times" in half.text
    assert 'value="09:00"' in half.text
    assert await value("SELECT count(*) FROM person") == 0


WISHES: dict[str, Any] = {
    "refuses": ["after_school"], "sex": "female", "latitude": "22.54321", "longitude": "114.05789", "reach_km": "3.5",
    "day_hours": "3", "week_hours": "6:30",
}  # fmt: skip


async def test_wishes_are_kept_and_a_place_only_roughly(visit: Callable[[], Visitor]) -> None:
    await make.regions()
    account = await make.account()
    visitor = await visit().signs_in_as(account)
    assert (await visitor.post("/me/profile", WHOLE | WISHES)).status_code == 303
    profile = await own_profile(account)
    assert profile
    assert profile.place == (22.545, 114.06)
    assert (profile.reach_metres, profile.day_minutes, profile.week_minutes) == (3500, 180, 390)
    assert (profile.sex, profile.refuses) == ("female", ["after_school"])
    shown = (await visitor.get("/me/profile")).text
    for piece in ('value="3.5"', 'value="6.5"', 'value="22.545"', 'value="female" checked'):
        assert piece in shown
    await visitor.post("/me/profile", WHOLE | WISHES | {"forget_place": "1", "sex": "", "reach_km": "", "refuses": []})
    profile = await own_profile(account)
    assert profile
    assert (profile.place, profile.sex, profile.reach_metres, profile.refuses) == (None, "", None, [])


async def test_what_cannot_be_is_said_and_nothing_typed_is_lost(visit: Callable[[], Visitor]) -> None:
    await make.regions()
    visitor = await visit().signs_in_as(await make.account())
    both = await visitor.post("/me/profile", WHOLE | WISHES | {"refuses": ["elder_visit"]})
    assert both.status_code == 422
    assert "You ticked the same kind" in both.text
    wrong = await visitor.post("/me/profile", WHOLE | WISHES | {"day_hours": "25", "reach_km": "far"})
    assert wrong.status_code == 422
    for piece in ("Enter hours from 0.25 to 24", "Enter kilometres", 'value="far"', 'value="6:30"'):
        assert piece in wrong.text
