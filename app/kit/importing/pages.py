"""The pages of an import: send a file, choose its columns, look the rows over, confirm, take failed rows back."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.datastructures import FormMultiDict, UploadFile
from litestar.params import FromPath, FromQuery
from litestar.response import Stream, Template

from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import Bound, blank
from app.kit.i18n import gettext as _
from app.kit.importing import actions, queries
from app.kit.importing.desk import Desk
from app.kit.importing.reading import REMARKS
from app.kit.importing.shapes import Mapping, Run, Standing, Status
from app.kit.importing.work import TWICE
from app.kit.rules import N_
from app.kit.web import AnyRequest, form_page, is_fragment, page, redirect

CHOOSE_FILE = N_("Choose a CSV file or an Excel workbook.")
STATES = {
    Status.MAPPING: (N_("Columns to choose"), "waiting"),
    Status.CHECKING: (N_("Being looked over"), "active"),
    Status.PREVIEW: (N_("To be confirmed"), "waiting"),
    Status.WRITING: (N_("Being imported"), "active"),
    Status.DONE: (N_("Imported"), "good"),
}
NOTES = {TWICE: N_("Stands in this file twice, word for word: taken once.")}
SAMPLES = 3
SHOWN_WORDS = 60


def pages(desk: Desk) -> list[Any]:
    """The routes of one import. `access` is the desk's; every query is the asking organisation's own."""
    return [*_sending(desk), *_choosing(desk), *_looking(desk)]


def _sending(desk: Desk) -> list[Any]:
    @get(desk.path, name=f"{desk.name}.start", access=desk.access, include_in_schema=False)
    async def start(request: AnyRequest) -> Template:
        return page(request, "imports/start.html", **await _start(request))

    async def _start(request: AnyRequest) -> dict[str, Any]:
        runs = await queries.runs_of(desk, _asker(request)[0])
        return {"desk": desk, "form": blank(), "runs": runs, "run_standing": _standing}

    @post(desk.path, name=f"{desk.name}.send", access=desk.access, include_in_schema=False, status_code=303)
    async def send(request: AnyRequest) -> Template | Response[None]:
        organisation, account = _asker(request)
        file = (await request.form()).get("file")
        bound: Bound[Any] = Bound({})
        if not isinstance(file, UploadFile) or not file.filename:
            bound.errors["file"] = _(CHOOSE_FILE)
        else:
            try:
                content, name = await file.read(), file.filename
                run_id = await actions.open_file(desk, organisation, account, content, name, now=clock.now())
                return redirect(request, f"{desk.path}/{run_id}")
            except DomainError as error:
                bound.refuse(error)
        return form_page(request, "imports/start.html", **await _start(request) | {"form": bound})

    return [start, send]


def _choosing(desk: Desk) -> list[Any]:
    @get(f"{desk.path}/{{run_id:int}}", name=f"{desk.name}.run", access=desk.access, include_in_schema=False)
    async def show(request: AnyRequest, run_id: FromPath[int], columns: FromQuery[bool] = False) -> Template:
        run = await queries.run_for(desk, _asker(request)[0], run_id)
        if run.status is Status.MAPPING or (columns and run.status is Status.PREVIEW):
            return page(request, "imports/columns.html", **await _columns_page(desk, run, _typed_columns(run)))
        if run.status.at_work:
            return page(request, "imports/progress.html", desk=desk, run=run)
        return page(request, "imports/result.html", **await _result(desk, run))

    @get(
        f"{desk.path}/{{run_id:int}}/progress",
        name=f"{desk.name}.progress",
        access=desk.access,
        include_in_schema=False,
    )
    async def progress(request: AnyRequest, run_id: FromPath[int]) -> Template | Response[None]:
        run = await queries.run_for(desk, _asker(request)[0], run_id)
        if not run.status.at_work or not is_fragment(request):
            return redirect(request, f"{desk.path}/{run_id}")
        return page(request, "imports/_progress.html", desk=desk, run=run)

    @post(
        f"{desk.path}/{{run_id:int}}/columns",
        name=f"{desk.name}.columns",
        access=desk.access,
        include_in_schema=False,
        status_code=303,
    )
    async def columns(request: AnyRequest, run_id: FromPath[int]) -> Template | Response[None]:
        organisation, account = _asker(request)
        run = await queries.run_for(desk, organisation, run_id)
        bound = _bound(await request.form())
        chosen = Mapping(
            columns={field.name: bound.value(f"column-{field.name}") for field in desk.fields},
            choices=run.mapping.choices,
            source=bound.value("source")[:60],
        )
        try:
            await actions.choose(desk, organisation, account, run_id, chosen, now=clock.now())
        except DomainError as error:
            return form_page(request, "imports/columns.html", **await _columns_page(desk, run, bound.refuse(error)))
        return redirect(request, f"{desk.path}/{run_id}")

    @post(
        f"{desk.path}/{{run_id:int}}/words",
        name=f"{desk.name}.words",
        access=desk.access,
        include_in_schema=False,
        status_code=303,
    )
    async def words(request: AnyRequest, run_id: FromPath[int]) -> Response[None]:
        organisation, account = _asker(request)
        run = await queries.run_for(desk, organisation, run_id)
        choices = _chosen_words(desk, run, _bound(await request.form()))
        mapping = msgspec.structs.replace(run.mapping, choices=choices)
        await actions.choose(desk, organisation, account, run_id, mapping, now=clock.now())
        return redirect(request, f"{desk.path}/{run_id}")

    @post(
        f"{desk.path}/{{run_id:int}}/confirm",
        name=f"{desk.name}.confirm",
        access=desk.access,
        include_in_schema=False,
        status_code=303,
    )
    async def confirm(request: AnyRequest, run_id: FromPath[int]) -> Response[None]:
        await actions.confirm(desk, _asker(request)[0], run_id)
        return redirect(request, f"{desk.path}/{run_id}")

    return [show, progress, columns, words, confirm]


def _looking(desk: Desk) -> list[Any]:
    @get(f"{desk.path}/{{run_id:int}}/rows", name=f"{desk.name}.rows", access=desk.access, include_in_schema=False)
    async def rows(
        request: AnyRequest,
        run_id: FromPath[int],
        standing: FromQuery[str] = "",
        code: FromQuery[str] = "",
        after: FromQuery[int] = 0,
    ) -> Template:
        run = await queries.run_for(desk, _asker(request)[0], run_id)
        shown = standing if standing in set(Standing) else ""
        found = await queries.rows_of(run, after=after, standing=shown, code=code)
        return page(
            request,
            "imports/rows.html",
            desk=desk,
            run=run,
            rows=found,
            standing=shown,
            code=code,
            said=_said(desk, code),
            note_text=lambda note: _(desk.notes.get(note.code) or NOTES[note.code]),
            field_label=_labels(desk),
            after=after,
            older=found[-1].number if len(found) == queries.PAGE else 0,
        )

    @get(
        f"{desk.path}/{{run_id:int}}/failed.csv",
        name=f"{desk.name}.failed",
        access=desk.access,
        include_in_schema=False,
    )
    async def failed(request: AnyRequest, run_id: FromPath[int]) -> Stream:
        run = await queries.run_for(desk, _asker(request)[0], run_id)
        name = f"failed-{desk.kind}-{run_id}.csv"
        return Stream(
            queries.failed_rows_as_csv(run),
            media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    return [rows, failed]


def _standing(run: Run) -> tuple[str, str]:
    word, tone = STATES[run.status]
    return _(word), tone


def _asker(request: AnyRequest) -> tuple[int, int]:
    """The asking organisation's and account's numbers; the guard has let only members through."""
    actor: Any = request.scope["state"]["actor"]
    return actor.organisation_id, actor.account_id


def _bound(form: FormMultiDict) -> Bound[Any]:
    raw: dict[str, list[str]] = {}
    for name, given in form.multi_items():
        if not isinstance(given, UploadFile):
            raw.setdefault(name, []).append(str(given).strip())
    return Bound(raw)


def _typed_columns(run: Run) -> Bound[Any]:
    typed = {f"column-{name}": [header] for name, header in run.mapping.columns.items()}
    return Bound(typed | {"source": [run.mapping.source]})


async def _columns_page(desk: Desk, run: Run, form: Bound[Any]) -> dict[str, Any]:
    samples = await queries.rows_of(run, limit=SAMPLES)
    options = []
    for place, header in enumerate(run.headers):
        shown = next((" ".join(row.cells[place].split()) for row in samples if row.cells[place].strip()), "")
        options.append((header, f"{header} — {shown[:40]}" if shown else header))
    return {"desk": desk, "run": run, "form": form, "options": options, "remarks": _remarks(run)}


def _remarks(run: Run) -> list[str]:
    return [_(REMARKS[code]) for code in run.remarks if code in REMARKS]


def _words_of(run: Run, field: str) -> list[tuple[str, int]]:
    """Their words in a field, the most used first."""
    counts = run.tally.words.get(field, {})
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:SHOWN_WORDS]


def _chosen_words(desk: Desk, run: Run, bound: Bound[Any]) -> dict[str, dict[str, str]]:
    """What was chosen before, with what is chosen now."""
    choices = {name: dict(chosen) for name, chosen in run.mapping.choices.items()}
    for choice in desk.choices:
        for place, (word, _count) in enumerate(_words_of(run, choice.field)):
            if chosen := bound.values(f"word-{choice.field}-{place}"):
                choices.setdefault(choice.field, {})[word] = chosen[0]
    return choices


async def _result(desk: Desk, run: Run) -> dict[str, Any]:
    rows = f"{desk.path}/{run.id}/rows"
    notes = {**desk.notes, **NOTES}
    labels = _labels(desk)
    words = []
    for choice in desk.choices:
        found = [
            (place, word, count, choice.code_for(word, run.mapping))
            for place, (word, count) in enumerate(_words_of(run, choice.field))
        ]
        if found:
            words.append({"choice": choice, "options": await choice.options(), "found": found})
    return {
        "desk": desk,
        "run": run,
        "run_standing": _standing,
        "remarks": _remarks(run),
        "oddities": [
            (_(notes[code]), count, f"{rows}?code={code}")
            for code, count in sorted(run.tally.notes.items(), key=lambda pair: pair[1])
            if code in notes
        ],
        "faults": [
            (labels(name), count, f"{rows}?code=fault:{name}") for name, count in sorted(run.tally.faults.items())
        ],
        "sample": await _sample(desk, run) if run.status is Status.PREVIEW else [],
        "words": words,
    }


async def _sample(desk: Desk, run: Run) -> list[tuple[str, list[tuple[str, str]]]]:
    """The first new rows as they will be: what each is called, and its values."""
    found = await queries.rows_of(run, standing=Standing.NEW, limit=SAMPLES)
    outcomes = [row.outcome for row in found if row.outcome]
    shown = await desk.show([outcome.accepted for outcome in outcomes])
    return [(outcome.label, values) for outcome, values in zip(outcomes, shown, strict=True)]


def _labels(desk: Desk) -> Any:
    by_name = {field.name: field.label for field in desk.fields}
    return lambda name: _(by_name[name]) if name in by_name else _("The whole row")


def _said(desk: Desk, code: str) -> str:
    """What a list of rows with one oddity or fault is headed by."""
    if code.startswith("fault:"):
        return str(_labels(desk)(code.removeprefix("fault:")))
    sentence = {**desk.notes, **NOTES}.get(code)
    return _(sentence) if sentence else ""
