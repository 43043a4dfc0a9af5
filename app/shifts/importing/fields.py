"""Which columns an opportunity may have, and how its oddities are said."""

from app.kit.importing import Field
from app.kit.rules import N_

FIELDS = (
    Field(
        name="ref",
        label=N_("Number of the opportunity"),
        headers=("opportunity id", "id", "编号", "项目编号", "reference"),
        hint=N_("Knows a row again when the file comes a second time. Without it, the whole row does."),
    ),
    Field(
        name="title",
        label=N_("Title of the opportunity"),
        headers=("title", "name", "名称", "标题", "活动名称", "岗位"),
        required=True,
    ),
    Field(
        name="summary",
        label=N_("Description"),
        headers=("summary", "description", "简介", "内容", "说明"),
    ),
    Field(
        name="organiser",
        label=N_("Organiser"),
        headers=("org title", "organisation", "organization", "单位", "主办方", "机构"),
        hint=N_("Kept at the end of the description."),
    ),
    Field(
        name="category",
        label=N_("Category"),
        headers=("category desc", "category", "类别", "类型", "分类"),
        hint=N_("You choose in the next step which kind of service each word means."),
    ),
    Field(
        name="wanted",
        label=N_("People wanted"),
        headers=("vol requests", "wanted", "volunteers needed", "places", "人数", "招募人数"),
        hint=N_("A whole number. 0 and 9999 are taken as unknown."),
    ),
    Field(
        name="starts",
        label=N_("First day"),
        headers=("start date date", "start date", "starts", "开始日期", "开始时间"),
        hint=N_("For example 2026-11-28 or November 28 2026."),
    ),
    Field(
        name="ends",
        label=N_("Last day"),
        headers=("end date date", "end date", "ends", "结束日期", "结束时间"),
    ),
    Field(
        name="recurrence",
        label=N_("Recurrence"),
        headers=("recurrence type", "recurrence", "频率", "周期"),
        hint=N_("Kept at the end of the description."),
    ),
    Field(
        name="place",
        label=N_("Address"),
        headers=("locality", "address", "place", "location", "地址", "地点"),
        hint=N_("Several lines are joined; coordinates in brackets are taken out of it."),
    ),
    Field(name="area", label=N_("Borough or district"), headers=("borough", "district", "区域", "行政区")),
    Field(
        name="postcode",
        label=N_("Postcode"),
        headers=("postcode", "zip", "邮编"),
        hint=N_("Only used where there is no address."),
    ),
    Field(name="latitude", label=N_("Latitude"), headers=("latitude", "lat", "纬度")),
    Field(name="longitude", label=N_("Longitude"), headers=("longitude", "lng", "lon", "经度")),
    Field(
        name="hours",
        label=N_("Hours"),
        headers=("hours", "时长", "时数"),
        hint=N_("Never taken: hours come from punches, not from a plan."),
    ),
)

NOTES = {
    "no_ref": N_("No number: the row is known again by everything that stands in it."),
    "title_spaces": N_("Needless spaces in the title: taken out."),
    "title_cut": N_("The title is longer than 160 letters: the rest begins the description."),
    "wanted_unknown": N_("The number of people stands for “unknown”: left open."),
    "wanted_odd": N_("The number of people cannot be read: left open."),
    "wanted_many": N_("99 or 999 people often means “as many as come”: kept, please check."),
    "wanted_year": N_("The number of people is the year of its dates: kept, please check."),
    "category_blank": N_("No category: taken as “Other”."),
    "category_unknown": N_("A category that is chosen for nothing of ours: taken as “Other”."),
    "starts_odd": N_("The first day cannot be read: left open."),
    "ends_odd": N_("The last day cannot be read: left open."),
    "day_spelt": N_("Dates with the month as a word: read as such."),
    "day_ambiguous": N_("A date could be day/month or month/day: read as month/day."),
    "ends_first": N_("The last day is before the first day: only the first day is kept."),
    "over": N_("The dates are over: it comes in all the same, as a draft."),
    "place_lines": N_("The address has several lines: joined into one."),
    "place_coordinates": N_("Coordinates stand in the address: taken out and kept as its position."),
    "place_cut": N_("The address is longer than 200 letters: cut off."),
    "place_from_postcode": N_("No address: the postcode stands in for it."),
    "place_missing": N_("Neither address nor postcode: the place is left open."),
    "postcode_odd": N_("The postcode has not the usual five or six digits: not used."),
    "area_padded": N_("The district is filled up with spaces or cut off: trimmed."),
    "position_differs": N_("Address and columns give positions more than 500 m apart: the address's is kept."),
    "position_odd": N_("The position is not on the map: left open."),
    "hours_ignored": N_("Hours are ignored, because only punches make hours."),
    "opened": N_("It is open or closed here already: left as it is."),
}
"""Every oddity with what was done about it."""

WORDS = {
    "elder": "elder_visit",
    "senior": "elder_visit",
    "长者": "elder_visit",
    "老人": "elder_visit",
    "educat": "after_school",
    "school": "after_school",
    "tutor": "after_school",
    "托管": "after_school",
    "学": "after_school",
    "disab": "disability_rehab",
    "残": "disability_rehab",
    "康复": "disability_rehab",
    "陪": "companionship",
    "escort": "companionship",
    "family": "family_counselling",
    "家庭": "family_counselling",
    "小组": "group_work",
    "emergen": "emergency",
    "应急": "emergency",
    "environ": "environment",
    "环": "environment",
    "health": "health_promotion",
    "健康": "health_promotion",
    "sport": "culture_sport",
    "cultur": "culture_sport",
    "arts": "culture_sport",
    "文": "culture_sport",
    "neighbor": "home_help",
    "neighbour": "home_help",
    "帮扶": "home_help",
    "communit": "community_event",
    "社区": "community_event",
}
"""Beginnings of words that hint at a kind of service; the first that fits."""


def guess_kind(word: str) -> str:
    """Our kind of service for a category of theirs; an empty code when none suggests itself."""
    lower = word.lower()
    return next((kind for hint, kind in WORDS.items() if hint in lower), "")
