"""The import of opportunities: judged row by row, written as activities in draft."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from app.accounts.rules import Permission
from app.kit import clock
from app.kit.db import value
from app.kit.i18n import gettext as _
from app.kit.importing import Desk, Given, Note, Outcome, Ready, Run, WordChoice, Written
from app.kit.rules import N_
from app.kit.wording import day, number
from app.programs.queries.choices import service_kinds
from app.shifts.importing.fields import FIELDS, NOTES, guess_kind
from app.shifts.importing.judging import judge

REGION = "SELECT region FROM organisation WHERE id = $1"
KINDS = "SELECT array_agg(code) FROM service_kind"
TAKE = """
    INSERT INTO activity (agency, name, summary, service_kind, region, place, latitude, longitude, dangerous,
                          insurance_policy, minors_allowed, risk_statement, status, wanted, from_on, to_before, source,
                          source_ref, created_by, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, false, '', false, '', 'draft', $9, $10, $11, $12, $13, $14, $15)
    ON CONFLICT (agency, source, source_ref) WHERE source_ref IS NOT NULL
    DO UPDATE SET name = excluded.name, summary = excluded.summary, service_kind = excluded.service_kind,
                  place = excluded.place, latitude = excluded.latitude, longitude = excluded.longitude,
                  wanted = excluded.wanted, from_on = excluded.from_on, to_before = excluded.to_before
    WHERE activity.status = 'draft'
    RETURNING id
"""
"""Nobody under age is let in until someone has looked the activity over."""
THERE = "SELECT id FROM activity WHERE agency = $1 AND source = $2 AND source_ref = $3"


async def _kinds() -> list[tuple[str, str]]:
    return await service_kinds(clock.local_day(clock.now()))


CATEGORY = WordChoice(
    field="category",
    title=N_("What the categories mean"),
    hint=N_("Look the guesses over; a category without a choice becomes “Other”."),
    options=_kinds,
    blank=N_("Other"),
    guess=guess_kind,
)


async def _check(run: Run, rows: Sequence[Given]) -> list[Outcome]:
    known = set(await value(KINDS))
    today = clock.local_day(clock.now())

    def kind_of(word: str) -> str:
        code = CATEGORY.code_for(word, run.mapping)
        return code if code in known else ""

    return [judge(row.values, kind_of, today) for row in rows]


async def _write(run: Run, rows: Sequence[Ready]) -> list[Written]:
    region = await value(REGION, run.organisation_id)
    return [await _take(run, row, region) for row in rows]


async def _take(run: Run, row: Ready, region: str) -> Written:
    given = row.accepted
    taken = await value(
        TAKE, run.organisation_id, given["name"], given["summary"], given["service_kind"], region, given["place"],
        given["latitude"], given["longitude"], given["wanted"], _date(given["from_on"]), _date(given["to_before"]),
        run.mapping.source, given["source_ref"], run.account_id, clock.now(),
    )  # fmt: skip
    if taken is not None:
        return Written(number=row.number, target_id=taken)
    there = await value(THERE, run.organisation_id, run.mapping.source, given["source_ref"])
    return Written(number=row.number, target_id=there, left=Note(code="opened"))


def _date(iso: str | None) -> date | None:
    return date.fromisoformat(iso) if iso else None


async def _show(rows: Sequence[dict[str, Any]]) -> list[list[tuple[str, str]]]:
    kinds = dict(await _kinds())
    return [_shown(row, kinds) for row in rows]


def _shown(accepted: dict[str, Any], kinds: dict[str, str]) -> list[tuple[str, str]]:
    first, before = _date(accepted["from_on"]), _date(accepted["to_before"])
    last = before - timedelta(days=1) if before else None
    days = " – ".join(day(each, weekday=False) for each in (first, last) if each)
    position = f"{accepted['latitude']:.5f}, {accepted['longitude']:.5f}" if accepted["latitude"] is not None else ""
    shown = [
        (_("Description"), accepted["summary"]),
        (_("Kind of service"), kinds.get(accepted["service_kind"], "")),
        (_("People wanted"), number(accepted["wanted"]) if accepted["wanted"] is not None else _("Not known")),
        (_("Days"), days or _("Not known")),
        (_("Place"), accepted["place"] or _("Not known")),
        (_("Position"), position),
    ]
    return [(label, text) for label, text in shown if text]


DESK = Desk(
    kind="opportunities",
    path="/imports/opportunities",
    name="shifts.imports",
    access=Permission.OPPORTUNITY_IMPORT,
    title=N_("Import opportunities"),
    lede=N_("A table of opportunities from another platform becomes activities in draft. You see every row first."),
    taken=N_("They become drafts in your organisation's region; bind each to a contract line and give it shifts."),
    done_href="/activities?status=draft",
    done_label=N_("See the drafts"),
    fields=FIELDS,
    asks_source=True,
    choices=(CATEGORY,),
    notes=NOTES,
    check=_check,
    write=_write,
    show=_show,
)
