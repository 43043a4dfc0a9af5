"""Which columns a list of people may have, and how its oddities are said."""

from app.kit.importing import Field
from app.kit.rules import N_

FIELDS = (
    Field(
        name="name",
        label=N_("Name of the person"),
        headers=("name", "full name", "姓名", "名字", "志愿者姓名", "义工姓名"),
        required=True,
    ),
    Field(
        name="phone",
        label=N_("Mobile number"),
        headers=("phone", "mobile", "telephone", "手机", "手机号", "手机号码", "电话", "联系电话"),
        hint=N_("For example 138 0013 8000. Knows someone again when the file comes a second time."),
    ),
    Field(
        name="born",
        label=N_("Date of birth"),
        headers=("born", "date of birth", "birth date", "birthday", "出生日期", "生日", "出生年月日"),
        hint=N_("For example 1990-05-04. Stored encrypted and shown to nobody; decides what minors may do."),
    ),
    Field(
        name="home",
        label=N_("Home community"),
        headers=("home", "community", "home community", "社区", "所在社区", "居住社区"),
        hint=N_("Its name, with the street's where two have the same name, or its code of twelve digits."),
    ),
    Field(
        name="skills",
        label=N_("Skills"),
        headers=("skills", "技能", "特长", "专长"),
        hint=N_("Several are separated by commas. You choose in the next step what each word means."),
    ),
    Field(
        name="languages",
        label=N_("Languages"),
        headers=("languages", "语言", "方言"),
        hint=N_("Several are separated by commas."),
    ),
    Field(name="about", label=N_("Remark"), headers=("about", "remark", "notes", "备注", "说明")),
)

NOTES = {
    "name_spaces": N_("Needless spaces in the name: taken out."),
    "no_phone": N_("No mobile number: known again by name and date of birth."),
    "skill_left_out": N_("A skill that is chosen for nothing of ours: left out."),
    "language_left_out": N_("A language that is chosen for nothing of ours: left out."),
    "home_by_name": N_("The home community was found by its name."),
    "under_14": N_("Under 14: a parent or guardian has to agree before the first shift."),
    "has_account": N_("Someone with this number has an account already: not added a second time."),
    "kept_here": N_("Someone with this number is on your list already: not added a second time."),
    "kept_elsewhere": N_("Another agency keeps someone with this number: not added a second time."),
    "account_since": N_("They have an account of their own by now: left as it is."),
}

SKILL_HINTS = {
    "急救": "first_aid",
    "first aid": "first_aid",
    "长者": "elder_care",
    "护理": "elder_care",
    "elder": "elder_care",
    "儿童": "child_care",
    "child": "child_care",
    "辅导": "tutoring",
    "tutor": "tutoring",
    "康复": "rehabilitation",
    "rehab": "rehabilitation",
    "手语": "sign_language",
    "sign": "sign_language",
    "心理": "counselling",
    "counsel": "counselling",
    "理发": "haircut",
    "hair": "haircut",
    "维修": "repair",
    "repair": "repair",
    "驾驶": "driving",
    "driv": "driving",
    "电脑": "it",
    "手机": "it",
    "computer": "it",
    "摄影": "photography",
    "photo": "photography",
    "音乐": "music",
    "music": "music",
    "体育": "sport",
    "sport": "sport",
    "烹饪": "cooking",
    "cook": "cooking",
    "活动": "event",
    "event": "event",
}
LANGUAGE_HINTS = {
    "普通话": "cmn",
    "国语": "cmn",
    "mandarin": "cmn",
    "粤": "yue",
    "广东话": "yue",
    "白话": "yue",
    "cantonese": "yue",
    "客家": "hak",
    "hakka": "hak",
    "潮": "nan",
    "闽南": "nan",
    "teochew": "nan",
    "英": "eng",
    "english": "eng",
    "手语": "csl",
    "sign": "csl",
}


def guess_skill(word: str) -> str:
    """Our skill for a word of theirs; an empty code when none suggests itself."""
    return _guess(word, SKILL_HINTS)


def guess_language(word: str) -> str:
    """Our language for a word of theirs; an empty code when none suggests itself."""
    return _guess(word, LANGUAGE_HINTS)


def _guess(word: str, hints: dict[str, str]) -> str:
    lower = word.lower()
    return next((code for hint, code in hints.items() if hint in lower), "")
