"""Divisions for pickers: as options, as a picker with the next level open, or as JSON."""

from typing import Any

import msgspec
from litestar import Response, get
from litestar.enums import MediaType
from litestar.response import Template

from app.accounts.queries import regions
from app.kit.access import PUBLIC
from app.kit.answers import wants_json
from app.kit.web import AnyRequest, page


def _level(typed: str | None) -> int:
    return int(typed) if typed in ("2", "3", "4", "5") else regions.COMMUNITY


@get("/regions/children", name="accounts.region_choices", access=PUBLIC, include_in_schema=False)
async def region_choices(request: AnyRequest) -> Response[bytes] | Template:
    """What is right below `under`. With `name`, the picker of that field with `under` chosen."""
    query = request.query_params
    under = query.get("under", "")
    if wants_json(request):
        return Response(msgspec.json.encode(await regions.children(under)), media_type=MediaType.JSON)
    name = query.get("name")
    if not name or not name.isidentifier():
        return page(request, "accounts/_region_options.html", regions=await regions.children(under))
    picked = await regions.picker(
        under, top=query.get("top", ""), highest=_level(query.get("highest")), deepest=_level(query.get("deepest"))
    )
    return page(request, "accounts/_region_choices.html", name=name, picker=picked)


ROUTES: list[Any] = [region_choices]
