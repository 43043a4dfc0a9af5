"""What a division is called: the Chinese name as people say it, and an English one made from its sound."""

import re
from collections.abc import Callable
from functools import cache, partial

from app.accounts.region_codes import level_of

SOUNDS = {"长": "cháng", "朝": "cháo", "涌": "chōng", "都": "dū", "漯": "luò", "厦": "shà"}
"""Characters that sound otherwise in the names of places than elsewhere; 厦门 is a phrase the library knows."""

COMMITTEE = re.compile(r"(居民委员会|居委会|居委|村民委员会|村委会)$")

WHOLE_INSIDE = re.compile(r"社区|(?<=..)市(?=..)")
"""A part may carry the name of its whole: 凤凰社区平湖墟, 深圳市宝安国际机场."""

ENGLISH_PROVINCES = {
    "内蒙古自治区": "Inner Mongolia",
    "广西壮族自治区": "Guangxi",
    "西藏自治区": "Xizang",
    "宁夏回族自治区": "Ningxia",
    "新疆维吾尔自治区": "Xinjiang",
    "陕西省": "Shaanxi",
}

ENGLISH_GROUPS = {
    "市辖区": "Urban districts",
    "县": "Counties",
    "省直辖县级行政区划": "Counties under the province",
    "自治区直辖县级行政区划": "Counties under the autonomous region",
    "神农架林区": "Shennongjia Forest District",
}
"""Groups that statistics put in the place of a city, and a district of a kind of its own."""

SUFFIXES = {
    1: {"省": "", "市": ""},
    2: {"自治州": "Prefecture", "地区": "Prefecture", "盟": "League", "市": ""},
    3: {"自治县": "County", "自治旗": "Banner", "开发区": "Development Zone", "新区": "New Area",
        "特区": "Special District", "区": "District", "县": "County", "旗": "Banner", "市": "City"},
    4: {"街道办事处": "Subdistrict", "街道": "Subdistrict",
        "综合保税区": "Free Trade Zone", "保税区": "Free Trade Zone", "合作区": "Cooperation Zone",
        "国际机场": "International Airport", "开发区": "Development Zone",
        "园区": "Park", "镇": "Town", "乡": "Township"},
    5: {"虚拟社区": "Community", "社区": "Community", "村": "Village"},
}  # fmt: skip
"""What the end of a name becomes at each level, the longer endings first."""


def short_name(name: str, code: str) -> str:
    """`大塘龙社区居民委员会` is `大塘龙社区` to those who live there; a village committee's place is a village."""
    if level_of(code) != 5:
        return name
    place = COMMITTEE.sub("", name)
    if place == name or "社区" in place:
        return place
    ending = "村" if "村" in name[len(place) :] else "社区"
    return place if place.endswith(ending) else place + ending


def english_name(name: str, code: str) -> str:
    """`Datanglong Community`, `Guiyuan Subdistrict`, `Luohu District`, `Shenzhen`, `Guangdong`."""
    level = level_of(code)
    known = ENGLISH_PROVINCES.get(name) if level == 1 else ENGLISH_GROUPS.get(name)
    if known:
        return known
    bare, kind = name, ""
    for suffix, english in SUFFIXES[level].items():
        if name.endswith(suffix) and len(name) > len(suffix):
            bare, kind = name.removesuffix(suffix), english
            break
    if level == 5 and name.endswith("虚拟社区"):  # a zone without residents has one community, named after it
        return f"{english_name(bare, code[:9])} {kind}"
    words = list(dict.fromkeys(_spelt(part) for part in WHOLE_INSIDE.split(bare) if part))
    return " ".join([*words, kind]).strip()


@cache
def _reader() -> Callable[[str], list[str]]:
    # Imported when first needed: its tables take 55 MB, and only loading divisions reads them, never a web process.
    from pypinyin import lazy_pinyin, load_single_dict  # noqa: PLC0415

    load_single_dict({ord(character): sound for character, sound in SOUNDS.items()})
    return partial(lazy_pinyin, v_to_u=True)


def _spelt(characters: str) -> str:
    """Pinyin without tones in one capitalised word, with the apostrophe that keeps syllables apart: `Xi'an`."""
    syllables = _reader()(characters)
    word = "".join(
        f"'{syllable}" if place and syllable[:1] in "aoe" else syllable for place, syllable in enumerate(syllables)
    )
    return word[:1].upper() + word[1:]
