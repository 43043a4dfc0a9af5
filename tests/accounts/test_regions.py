"""Divisions: loaded once and quickly, named as people name them, picked level by level."""

import asyncio
from collections.abc import Callable

import pytest

from app.accounts.queries import regions
from app.accounts.region_names import english_name, short_name
from app.accounts.regions import CannotImport, ensure_regions, import_city
from app.kit.db import value
from tests import factories as make
from tests.visitor import Visitor


@pytest.mark.parametrize(
    ("written", "code", "said", "english"),
    [
        ("大塘龙社区居民委员会", "440303001001", "大塘龙社区", "Datanglong Community"),
        ("黄麻布社区居委", "440306001001", "黄麻布社区", "Huangmabu Community"),
        ("凤凰社区平湖墟居民委员会", "440307003012", "凤凰社区平湖墟", "Fenghuang Pinghuxu"),
        ("下沙村民委员会", "440100000001", "下沙村", "Xiasha Village"),
        ("福田保税区虚拟社区", "440304400498", "福田保税区虚拟社区", "Futian Free Trade Zone Community"),
        ("桂园街道", "440303001", "桂园街道", "Guiyuan Subdistrict"),
        ("罗湖区", "440303", "罗湖区", "Luohu District"),
        ("长治市", "1404", "长治市", "Changzhi"),
        ("陕西省", "61", "陕西省", "Shaanxi"),
        ("西安市", "6101", "西安市", "Xi'an"),
    ],
)
def test_divisions_are_named_as_people_name_them(written: str, code: str, said: str, english: str) -> None:
    assert short_name(written, code) == said
    assert english_name(said, code) == english


async def test_the_shipped_divisions_are_loaded_once_even_by_two_at_the_same_time(db: str) -> None:
    await make.regions()
    loaded = await asyncio.gather(ensure_regions(), ensure_regions())
    assert sorted(loaded) == [0, 3351 + 867 - 6]
    assert await value("SELECT count(*) FROM region WHERE level = 5") == 788
    assert await value("SELECT count(*) FROM region WHERE level > 1 AND parent_code IS NULL") == 0


async def test_a_city_code_that_is_none_is_refused_before_anything_is_fetched(db: str) -> None:
    with pytest.raises(CannotImport, match="four digits"):
        await import_city("44; rm")


async def test_a_picker_opens_level_by_level_and_answers_only_when_deep_enough(db: str) -> None:
    await make.regions()
    empty = await regions.picker()
    assert (empty.code, [choice.level for choice in empty.choices]) == ("", [3])
    street = await regions.picker(make.STREET)
    assert (street.code, [choice.level for choice in street.choices]) == ("", [3, 4, 5])
    done = await regions.picker(make.COMMUNITY)
    assert (done.code, done.choices[-1].chosen) == (make.COMMUNITY, make.COMMUNITY)
    any_level = await regions.picker(make.DISTRICT, highest=2)
    assert any_level.code == make.DISTRICT
    assert (await regions.picker("'; --")).code == ""


async def test_divisions_below_one_are_options_a_picker_or_json(visit: Callable[[], Visitor]) -> None:
    await make.regions()
    visitor = visit()
    options = await visitor.get(f"/regions/children?under={make.STREET}")
    assert options.text.count("<option") == 3
    asked = f"/regions/children?under={make.STREET}&name=home&top={make.CITY}"
    assert f'<option value="{make.COMMUNITY}">' in (await visitor.get(asked)).text
    listed = await visitor.get(f"/regions/children?under={make.STREET}", headers={"accept": "application/json"})
    assert [region["code"] for region in listed.json()] == [make.COMMUNITY, make.OTHER_COMMUNITY]
    assert (await visitor.get("/regions/children?under=nowhere")).status_code == 200
    assert "csrftoken" in visitor.browser.cookies
    assert "linli" not in visitor.browser.cookies
