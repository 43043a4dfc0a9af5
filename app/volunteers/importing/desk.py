"""The import of people: judged row by row, known again by telephone number, written as persons the agency keeps."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct

from app.accounts import consents
from app.accounts.identifiers import Identifier, Kind
from app.accounts.queries.regions import named
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.db import fetch, value
from app.kit.i18n import gettext as _
from app.kit.importing import Desk, Given, Note, Outcome, Ready, Run, WordChoice, Written
from app.kit.rules import N_
from app.kit.sealing import blind_index, seal_optional
from app.volunteers.actions.people import new_volunteer_no
from app.volunteers.importing.fields import FIELDS, NOTES, guess_language, guess_skill
from app.volunteers.importing.judging import Codes, Homes, homes_of, judge
from app.volunteers.queries.choices import profile_choices

ON_THE_LIST, ON_THE_LIST_VERSION = "agency_list", "2026-11"
"""The consent that whoever confirms an import vouches for."""

REGIONS = """
    SELECT code, name, name_en, level FROM region
    WHERE level >= 4 AND starts_with(code, (SELECT left(region, 4) FROM organisation WHERE id = $1))
"""
KNOWN = """
    SELECT p.phone_index AS of_person, a.phone_index AS of_account, p.kept_by,
           s.target_id IS NOT NULL AS imported
    FROM person p
    LEFT JOIN account a ON a.id = p.account
    LEFT JOIN import_seen s ON s.kind = $3 AND s.organisation_id = $4 AND s.target_id = p.id
    WHERE p.phone_index = ANY ($1::bytea[]) OR a.phone_index = ANY ($2::bytea[])
"""
TAKE = """
    INSERT INTO person (volunteer_no, name, phone, phone_index, born, home, skills, languages, likes, about, kept_by,
                        source_ref, registered_at, is_demo)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '{}', $9, $10, $11, $12, false)
    ON CONFLICT (kept_by, source_ref) WHERE source_ref IS NOT NULL
    DO UPDATE SET name = excluded.name, phone = excluded.phone, phone_index = excluded.phone_index,
                  born = excluded.born, home = excluded.home, skills = excluded.skills,
                  languages = excluded.languages, about = excluded.about
    WHERE person.account IS NULL
    RETURNING id
"""
THERE = "SELECT id FROM person WHERE kept_by = $1 AND source_ref = $2"


class _Region(Struct, frozen=True):
    code: str
    name: str
    name_en: str
    level: int


class _Known(Struct, frozen=True):
    of_person: bytes | None
    of_account: bytes | None
    kept_by: int | None
    imported: bool


async def _skills() -> list[tuple[str, str]]:
    return (await profile_choices()).skills


async def _languages() -> list[tuple[str, str]]:
    return (await profile_choices()).languages


SKILLS = WordChoice(
    field="skills",
    title=N_("What the skills mean"),
    hint=N_("Look the guesses over; a word without a choice is left out."),
    options=_skills,
    blank=N_("Leave out"),
    guess=guess_skill,
)
LANGUAGES = WordChoice(
    field="languages",
    title=N_("What the languages mean"),
    hint=N_("Look the guesses over; a word without a choice is left out."),
    options=_languages,
    blank=N_("Leave out"),
    guess=guess_language,
)


async def _homes(organisation_id: int) -> Homes:
    found = await fetch(_Region, REGIONS, organisation_id)
    return homes_of([(each.code, each.name, each.name_en, each.level) for each in found])


async def _check(run: Run, rows: Sequence[Given]) -> list[Outcome]:
    choices = await profile_choices()
    skills, languages = dict(choices.skills), dict(choices.languages)

    def skill(word: str) -> str:
        code = SKILLS.code_for(word, run.mapping)
        return code if code in skills else ""

    def language(word: str) -> str:
        code = LANGUAGES.code_for(word, run.mapping)
        return code if code in languages else ""

    homes, today = await _homes(run.organisation_id), clock.local_day(clock.now())
    outcomes = [judge(row.values, Codes(skill, language), homes, today) for row in rows]
    return await _recognised(run, outcomes)


def _phone(number: str) -> Identifier:
    return Identifier(Kind.PHONE, number)


def _of_person(number: str) -> bytes:
    return blind_index(number, "person.phone")


async def _recognised(run: Run, outcomes: list[Outcome]) -> list[Outcome]:
    """Mark those whose number someone here has already: an account, this agency's list or another's."""
    numbers = {each.accepted["phone"] for each in outcomes if each.accepted.get("phone")}
    known: dict[bytes, _Known] = {}
    indexes = [_of_person(number) for number in numbers], [_phone(number).index for number in numbers]
    for found in await fetch(_Known, KNOWN, *indexes, run.kind, run.organisation_id):
        known |= {index: found for index in (found.of_person, found.of_account) if index}
    return [_recognise(run, outcome, known) for outcome in outcomes]


def _recognise(run: Run, outcome: Outcome, known: dict[bytes, _Known]) -> Outcome:
    number = outcome.accepted.get("phone")
    found = known.get(_phone(number).index) or known.get(_of_person(number)) if number else None
    if found is None or (found.imported and found.kept_by == run.organisation_id and found.of_account is None):
        return outcome
    kept = "kept_here" if found.kept_by == run.organisation_id else "kept_elsewhere"
    code = "has_account" if found.of_account else kept
    return msgspec.structs.replace(outcome, known=True, notes=[*outcome.notes, Note(code=code)])


async def _write(run: Run, rows: Sequence[Ready]) -> list[Written]:
    return [await _take(run, row) for row in rows]


async def _take(run: Run, row: Ready) -> Written:
    given, now = row.accepted, clock.now()
    number = given["phone"]
    ref = blind_index(number or f"{given['name']}\0{given['born']}", "person.source_ref").hex()
    taken = await value(
        TAKE, new_volunteer_no(), given["name"], seal_optional(number, "person.phone"),
        _of_person(number) if number else None, seal_optional(given["born"], "person.born"), given["home"] or None,
        given["skills"], given["languages"], given["about"], run.organisation_id, ref, now,
    )  # fmt: skip
    if taken is None:
        there = await value(THERE, run.organisation_id, ref)
        return Written(number=row.number, target_id=there, left=Note(code="account_since"))
    if row.target_id is None:
        await consents.give(
            "person", taken, ON_THE_LIST, ON_THE_LIST_VERSION, given_by="self", recorded_by=run.account_id, now=now
        )
    return Written(number=row.number, target_id=taken)


async def _show(rows: Sequence[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    choices = await profile_choices()
    names = dict(choices.skills) | dict(choices.languages)
    homes = await named([row["home"] for row in rows if row["home"]])
    names |= {code: region.label for code, region in homes.items()}
    return [_shown(row, names) for row in rows]


def _shown(accepted: dict[str, Any], names: dict[str, str]) -> list[tuple[str, str]]:
    number = accepted["phone"].removeprefix("+86")
    shown = [
        (_("Mobile number"), f"{number[:3]}****{number[-4:]}" if number else ""),
        (_("Date of birth"), _("known, stored encrypted") if accepted["born"] else ""),
        (_("Home community"), names.get(accepted["home"], accepted["home"])),
        (_("Skills"), _(", ").join(names[code] for code in accepted["skills"])),
        (_("Languages"), _(", ").join(names[code] for code in accepted["languages"])),
        (_("Remark"), accepted["about"]),
    ]
    return [(label, text) for label, text in shown if text]


DESK = Desk(
    kind="people",
    path="/imports/people",
    name="volunteers.imports",
    access=Permission.PERSON_IMPORT,
    title=N_("Import people"),
    lede=N_("A list of volunteers, as CSV or Excel, becomes your list here. You see every row first."),
    taken=N_("By importing you confirm that each of them agreed to be on your list; that consent is recorded."),
    done_href="/people",
    done_label=N_("See your people"),
    fields=FIELDS,
    asks_source=False,
    choices=(SKILLS, LANGUAGES),
    notes=NOTES,
    check=_check,
    write=_write,
    show=_show,
)
