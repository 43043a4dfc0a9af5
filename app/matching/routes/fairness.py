"""Fairness and reach: who is asked, who never is, and which communities go without."""

import csv
import io
from typing import Any

from litestar import get
from litestar.params import FromQuery
from litestar.response import Response, Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.forms import blank
from app.kit.i18n import by_locale, pgettext
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, page
from app.matching.queries.fairness import Fairness, fairness
from app.matching.rules.fairness import DAYS, GROUP_NAMES, KEY_NAMES, Group, Reached

DEFAULT_DAYS = 90
BOM = "\ufeff"
"""So that spreadsheets read the file as UTF-8."""


def _days(asked: int | None) -> int:
    return asked if asked in DAYS else DEFAULT_DAYS


def name_of(row: Reached) -> str:
    """A group's name in the reader's language."""
    return by_locale(row.name, row.name_en) or _(KEY_NAMES.get(row.key, KEY_NAMES[""]))


@get("/matching/fairness", name="matching.fairness", access=Permission.MATCH_SEE, include_in_schema=False)
async def report(request: AnyRequest, days: FromQuery[int | None] = None) -> Template:
    """The report over the last days that were chosen."""
    chosen = _days(days)
    found = await fairness(signed_in(request), chosen, now=clock.now())
    return page(
        request,
        "matching/fairness.html",
        report=found,
        form=blank(days=str(chosen)),
        days=DAYS,
        groups=[(group, GROUP_NAMES[group]) for group in Group if group in found.groups],
        name_of=name_of,
    )


@get("/matching/fairness.csv", name="matching.fairness_csv", access=Permission.MATCH_SEE, include_in_schema=False)
async def download(request: AnyRequest, days: FromQuery[int | None] = None) -> Response[str]:
    """The same figures, one row a group."""
    found = await fairness(signed_in(request), _days(days), now=clock.now())
    return Response(
        _csv(found),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="fairness-{found.until:%Y-%m-%d}.csv"'},
    )


def _csv(found: Fairness) -> str:
    file = io.StringIO()
    file.write(BOM)
    out = csv.writer(file)
    out.writerow(
        [_("Group"), pgettext("fairness", "Who"), _("Volunteers"), _("Said when they are free"),
         pgettext("fairness", "Asked"), pgettext("fairness", "Offers"), pgettext("fairness", "Accepted"),
         pgettext("fairness", "Declined"), _("No answer"), _("People who served"), _("Minutes")]
    )  # fmt: skip
    out.writerow([_("All"), "", *_figures(found.all)])
    for group in Group:
        for row in found.groups.get(group, []):
            out.writerow([_(GROUP_NAMES[group]), name_of(row), *_figures(row)])
    return file.getvalue()


def _figures(row: Reached) -> list[int]:
    return [
        row.people,
        row.free,
        row.asked,
        row.offers,
        row.accepted,
        row.declined,
        row.expired,
        row.served,
        row.minutes,
    ]


ROUTES: list[Any] = [report, download]
