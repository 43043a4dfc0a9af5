"""The JSON routes of an import: the same deeds and reads as its pages."""

from datetime import datetime
from typing import Any

import msgspec
from litestar import get, post, put
from litestar.params import FromPath, FromQuery, JSONBody
from litestar.response import Stream
from msgspec import Struct

from app.kit import clock
from app.kit.importing import actions, queries
from app.kit.importing.desk import Desk
from app.kit.importing.shapes import Fault, Mapping, Note, Run, Status, Tally
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest


class RunAnswer(Struct, frozen=True, kw_only=True):
    """A file on its way in. `status` goes mapping, checking, preview, writing, done."""

    id: int
    filename: str
    headers: list[str]
    mapping: Mapping
    status: Status
    rows_total: int
    rows_done: int
    tally: Tally
    remarks: list[str]
    started_at: datetime
    finished_at: datetime | None

    @staticmethod
    def of(run: Run) -> "RunAnswer":
        return RunAnswer(
            id=run.id,
            filename=run.filename,
            headers=run.headers,
            mapping=run.mapping,
            status=run.status,
            rows_total=run.rows_total,
            rows_done=run.rows_done,
            tally=run.tally,
            remarks=run.remarks,
            started_at=run.started_at,
            finished_at=run.finished_at,
        )


class RowAnswer(Struct, frozen=True, kw_only=True):
    """One row: what it is to us, the oddities with what was done, and why it fails if it does."""

    number: int
    label: str
    standing: str
    notes: list[Note]
    faults: list[Fault]
    became: int | None


class MappingBody(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Field name → header; field name → their word → our code; the source's name."""

    columns: dict[str, str]
    choices: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    source: str = ""


def api(desk: Desk) -> list[Any]:
    """The JSON routes of one import, under the desk's path."""
    tags = ["Imports"]

    def asker(request: AnyRequest) -> tuple[int, int]:
        actor: Any = request.scope["state"]["actor"]
        return actor.organisation_id, actor.account_id

    async def answer(request: AnyRequest, run_id: int) -> RunAnswer:
        return RunAnswer.of(await queries.run_for(desk, asker(request)[0], run_id))

    @post(
        desk.path,
        name=f"api.{desk.name}.send",
        access=desk.access,
        tags=tags,
        responses=CHANGES,
        summary="Send a file",
        description="The body is the CSV or XLSX file itself. Its columns are as chosen last time, or guessed.",
    )
    async def send(request: AnyRequest, filename: FromQuery[str] = "import.csv") -> RunAnswer:
        content = await request.body()
        run_id = await actions.open_file(desk, *asker(request), content, filename, now=clock.now())
        return await answer(request, run_id)

    @get(
        f"{desk.path}/{{run_id:int}}",
        name=f"api.{desk.name}.run",
        access=desk.access,
        tags=tags,
        responses=READS,
        summary="Read how far a file is",
    )
    async def show(request: AnyRequest, run_id: FromPath[int]) -> RunAnswer:
        return await answer(request, run_id)

    @put(
        f"{desk.path}/{{run_id:int}}/mapping",
        name=f"api.{desk.name}.map",
        access=desk.access,
        tags=tags,
        responses=CHANGES,
        summary="Choose the columns and have every row judged",
        description="Remembered for files with the same headers. The worker judges; read the run until `preview`.",
    )
    async def choose(request: AnyRequest, run_id: FromPath[int], data: JSONBody[MappingBody]) -> RunAnswer:
        mapping = Mapping(columns=data.columns, choices=data.choices, source=data.source[:60])
        await actions.choose(desk, *asker(request), run_id, mapping, now=clock.now())
        return await answer(request, run_id)

    @post(
        f"{desk.path}/{{run_id:int}}/confirmation",
        name=f"api.{desk.name}.confirm",
        access=desk.access,
        tags=tags,
        status_code=200,
        responses=CHANGES,
        summary="Confirm the preview",
        description="Rows that are new or changed are written; the others are left as they are.",
    )
    async def confirm(request: AnyRequest, run_id: FromPath[int]) -> RunAnswer:
        await actions.confirm(desk, asker(request)[0], run_id)
        return await answer(request, run_id)

    @get(
        f"{desk.path}/{{run_id:int}}/rows",
        name=f"api.{desk.name}.rows",
        access=desk.access,
        tags=tags,
        responses=READS,
        summary="Read a file's rows",
        description="A hundred at a time after the row number `after`; `standing` and `code` choose among them.",
    )
    async def rows(
        request: AnyRequest,
        run_id: FromPath[int],
        after: FromQuery[int] = 0,
        standing: FromQuery[str] = "",
        code: FromQuery[str] = "",
    ) -> list[RowAnswer]:
        run = await queries.run_for(desk, asker(request)[0], run_id)
        return [
            RowAnswer(
                number=row.number,
                label=row.outcome.label if row.outcome else "",
                standing=row.standing,
                notes=row.outcome.notes if row.outcome else [],
                faults=row.outcome.faults if row.outcome else [],
                became=row.target_id,
            )
            for row in await queries.rows_of(run, after=after, standing=standing, code=code)
        ]

    @get(
        f"{desk.path}/{{run_id:int}}/failed.csv",
        name=f"api.{desk.name}.failed",
        access=desk.access,
        tags=tags,
        responses=READS,
        summary="Take the failed rows back",
        description="As they came, with one more column that says why. Put right, they can be sent again.",
    )
    async def failed(request: AnyRequest, run_id: FromPath[int]) -> Stream:
        run = await queries.run_for(desk, asker(request)[0], run_id)
        return Stream(queries.failed_rows_as_csv(run), media_type="text/csv; charset=utf-8")

    return [send, show, choose, confirm, rows, failed]
