"""Writes a workbook of entries with a data dictionary as its second sheet, row by row in bounded memory."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Future
from itertools import islice
from pathlib import Path
from typing import Any

from rustpy_xlsxwriter import Format, write_worksheets

from app.kit.i18n import gettext as _
from app.reports.queries.columns import COLUMNS
from app.reports.rules import SHEET_ROWS, sheets_for

Batch = Callable[[], Awaitable[list[tuple[Any, ...]]]]
"""The next rows, or none when there are no more."""

WIDTHS = {"posting": 12, "served_on": 12, "starts": 18, "ends": 18, "posted_at": 18, "activity": 26, "line_name": 22}
OTHER_WIDTH = 14
MOMENT = "yyyy-mm-dd hh:mm"
FORMATS = {"served_on": "yyyy-mm-dd", "starts": MOMENT, "ends": MOMENT, "posted_at": MOMENT, "hours": "0.00"}


DICTIONARY_WIDTHS = [18.0, 16.0, 100.0, 30.0, 20.0]


def dictionary() -> list[dict[str, str]]:
    """What each column means, in the reader's language."""
    return [
        {
            _("Column"): _(column.heading),
            _("Name in JSON"): column.code,
            _("Meaning"): _(column.meaning),
            _("Unit"): _(column.unit),
            _("Source"): _(column.source),
        }
        for column in COLUMNS
    ]


async def write_workbook(path: Path, rows_total: int, batch: Batch) -> None:
    """Write `rows_total` entries, on as many sheets as they need. Blocks a thread, not the loop."""
    loop = asyncio.get_running_loop()
    heads = [_(column.heading) for column in COLUMNS]

    def rows() -> Iterator[dict[str, Any]]:
        while True:
            waiting: Future[list[tuple[Any, ...]]] = asyncio.run_coroutine_threadsafe(_as_coroutine(batch), loop)
            found = waiting.result()
            if not found:
                return
            for row in found:
                yield dict(zip(heads, row, strict=True))

    everything = rows()
    # Without a row the writer would leave out the header too.
    first: Any = islice(everything, SHEET_ROWS) if rows_total else [dict.fromkeys(heads, "")]
    dictionary_name = _("Data dictionary")
    sheets = [(_("Hours"), first), (dictionary_name, dictionary())]
    sheets += [(f"{_('Hours')} {n}", islice(everything, SHEET_ROWS)) for n in range(2, sheets_for(rows_total) + 1)]
    widths = {_(column.heading): float(WIDTHS.get(column.code, OTHER_WIDTH)) for column in COLUMNS}
    formats = {_(column.heading): _format(column.code) for column in COLUMNS if column.code in FORMATS}
    names = [name for name, _rows in sheets if name != dictionary_name]
    await asyncio.to_thread(
        write_worksheets,
        sheets,
        str(path),
        freeze_panes={"general": {"row": 1, "col": 0}},
        bold_headers=True,
        column_widths={**dict.fromkeys(names, widths), dictionary_name: DICTIONARY_WIDTHS},
        column_formats=dict.fromkeys(names, formats),
    )


def _format(code: str) -> Format:
    return Format().set_num_format(FORMATS[code])


async def _as_coroutine(batch: Batch) -> list[tuple[Any, ...]]:
    return await batch()
