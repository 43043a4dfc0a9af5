"""What a row of people becomes, and what is wrong with it in words. Pure but for the reading of telephone numbers."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from app.accounts.identifiers import Kind, read_identifier
from app.kit.importing import Fault, Note, Outcome
from app.kit.importing.dates import read_day
from app.kit.rules import N_
from app.volunteers.rules import ages

LONGEST_NAME, LONGEST_ABOUT = 80, 2000
MOST_WORDS = 20

NO_NAME = N_("The name is empty. Write it as on the identity card, for example 王小明.")
LONG_NAME = N_("This name is longer than 80 letters. Write the name alone.")
BAD_PHONE = N_("This is no mobile number. Write it like 138 0013 8000, or with a country code like +852 5123 4567.")
BAD_BIRTH = N_("This is no date. Write it like 1990-05-04.")
UNSURE_BIRTH = N_("Day and month could be the other way round. Write it like 1990-05-04.")
NOT_KNOWN_AGAIN = N_(
    "Give a mobile number or a date of birth: the name alone does not tell two people of the same name apart."
)
NO_SUCH_HOME = N_("We know no such community. Write its name like 大塘龙社区, or its code like 440303001001.")
TWO_SUCH_HOMES = N_("Several communities have this name. Put the street before it, like 桂园街道大塘龙社区.")

SEPARATORS = re.compile(r"[,，、;；/|\n]+")


class Homes(Struct, frozen=True):
    """Streets and communities of the agency's city by what people may call them."""

    by_code: frozenset[str]
    by_name: dict[str, tuple[str, ...]]

    def find(self, typed: str) -> tuple[str, str | None]:
        """A code, or an empty one with the marked sentence that says why not."""
        plain = "".join(typed.split())
        if plain in self.by_code:
            return plain, None
        codes = self.by_name.get(plain.lower(), ())
        if len(codes) == 1:
            return codes[0], None
        return "", TWO_SUCH_HOMES if codes else NO_SUCH_HOME


def homes_of(regions: Sequence[tuple[str, str, str, int]]) -> Homes:
    """From (code, Chinese name, English name, level): each by its name, its short name, and behind its street's."""
    names: dict[str, set[str]] = {}
    streets = {code: name for code, name, _, level in regions if level == 4}

    def call(name: str, code: str) -> None:
        if name:
            names.setdefault("".join(name.split()).lower(), set()).add(code)

    for code, name, name_en, level in regions:
        short = name.removesuffix("居委会").removesuffix("社区") if level == 5 else name.removesuffix("街道")
        for each in {name, short, name_en}:
            call(each, code)
        if level == 5 and (street := streets.get(code[:9])):
            for each in {name, short}:
                call(street + each, code)
                call(street.removesuffix("街道") + each, code)
    return Homes(frozenset(code for code, *_ in regions), {name: tuple(sorted(codes)) for name, codes in names.items()})


class Codes(Struct, frozen=True):
    """What their words for skills and languages mean here; an empty code for nothing."""

    skill: Callable[[str], str]
    language: Callable[[str], str]


def judge(given: Mapping[str, str], codes: Codes, homes: Homes, today: date) -> Outcome:
    """Everything one row says of a person, with every fault at once."""
    values = {name: cell.strip() for name, cell in given.items()}
    notes: list[Note] = []
    faults: list[Fault] = []
    name = _name(given.get("name", ""), notes, faults)
    phone = _phone(values.get("phone", ""), faults)
    born = _born(values.get("born", ""), today, notes, faults)
    home = _home(values.get("home", ""), homes, notes, faults)
    if not faults and not phone:
        if born:
            notes.append(Note(code="no_phone"))
        else:
            faults.append(Fault(field="phone", text=NOT_KNOWN_AGAIN))
    skills, languages = _words(values.get("skills", "")), _words(values.get("languages", ""))
    accepted: dict[str, Any] = {
        "name": name,
        "phone": phone,
        "born": born.isoformat() if born else "",
        "home": home,
        "skills": _coded(skills, codes.skill, "skill_left_out", notes),
        "languages": _coded(languages, codes.language, "language_left_out", notes),
        "about": values.get("about", "")[:LONGEST_ABOUT],
    }
    said = {"skills": skills, "languages": languages}
    words = {field: each for field, each in said.items() if each}
    if faults:
        return Outcome(label=name or values.get("name", "")[:LONGEST_NAME], notes=notes, faults=faults, words=words)
    key = phone or f"{name}\0{born}"
    return Outcome(label=name, key=key, accepted=accepted, notes=notes, words=words)


def _name(typed: str, notes: list[Note], faults: list[Fault]) -> str:
    name = " ".join(typed.split())
    if not name:
        faults.append(Fault(field="name", text=NO_NAME))
    elif len(name) > LONGEST_NAME:
        faults.append(Fault(field="name", text=LONG_NAME, was=name[:40]))
    elif name != typed:
        notes.append(Note(code="name_spaces", was=typed))
    return name[:LONGEST_NAME]


def _phone(typed: str, faults: list[Fault]) -> str:
    """The number in its one canonical form, or nothing."""
    if not typed:
        return ""
    read = read_identifier(typed)
    if read is None or read.kind is not Kind.PHONE:
        faults.append(Fault(field="phone", text=BAD_PHONE, was=typed[:40]))
        return ""
    return read.value


def _born(typed: str, today: date, notes: list[Note], faults: list[Fault]) -> date | None:
    if not typed:
        return None
    read = read_day(typed)
    wrong = BAD_BIRTH if read is None else UNSURE_BIRTH if read.ambiguous else ages.born_fault(read.day, today)
    if read is None or wrong:
        faults.append(Fault(field="born", text=wrong or BAD_BIRTH, was=typed[:40]))
        return None
    if ages.needs_guardian(read.day, today):
        notes.append(Note(code="under_14"))
    return read.day


def _home(typed: str, homes: Homes, notes: list[Note], faults: list[Fault]) -> str:
    if not typed:
        return ""
    code, wrong = homes.find(typed)
    if wrong:
        faults.append(Fault(field="home", text=wrong, was=typed[:40]))
    elif code != typed:
        notes.append(Note(code="home_by_name", was=typed, now=code))
    return code


def _words(typed: str) -> list[str]:
    words = (" ".join(word.split()) for word in SEPARATORS.split(typed))
    return list(dict.fromkeys(word[:60] for word in words if word))[:MOST_WORDS]


def _coded(words: list[str], code_of: Callable[[str], str], left_out: str, notes: list[Note]) -> list[str]:
    codes = {word: code_of(word) for word in words}
    notes += [Note(code=left_out, was=word) for word, code in codes.items() if not code]
    return sorted({code for code in codes.values() if code})
