"""A deliverable line on its own page: what counts for it, and where its hours are."""

from typing import Any

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit.web import AnyRequest, page
from app.programs import queries


@get("/lines/{line_id:int}", name="programs.line", access=Permission.PROGRAM_SEE, include_in_schema=False)
async def line(request: AnyRequest, line_id: FromPath[int]) -> Template:
    """One deliverable line."""
    viewer = signed_in(request)
    found = await queries.line_for(viewer, line_id)
    return page(
        request,
        "programs/line.html",
        line=found,
        opens=found.agency_id == viewer.organisation_id
        and viewer.may(Permission.ACTIVITY_OPEN)
        and found.program_status == "active",
        reads=viewer.may(Permission.REPORT_READ),
    )


ROUTES: list[Any] = [line]
