"""Where this package is on the web, as pages."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actor import signed_in
from app.kit import clock
from app.kit.access import SIGNED_IN
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, local_path, page, redirect, url_for
from app.notices import actions, queries


@get("/me/notices", name="notices.list", access=SIGNED_IN, include_in_schema=False)
async def notice_list(request: AnyRequest) -> Template:
    """What I was told, newest first."""
    account_id = signed_in(request).account_id
    before = request.query_params.get("before", "")
    rows, more = await queries.notices_of(account_id, int(before) if before.isdecimal() and len(before) < 19 else None)
    here = url_for(request, "notices.list")
    return page(
        request,
        "notices/list.html",
        notices=rows,
        unread=await queries.unread(account_id),
        pager={"newer_href": here if before else "", "older_href": f"{here}?before={rows[-1].id}" if more else ""},
    )


@get("/me/notices/unread", name="notices.unread", access=SIGNED_IN, include_in_schema=False)
async def unread(request: AnyRequest) -> Template:
    """How many I have not read, for the head of every page; nothing when there are none."""
    return page(request, "notices/_unread.html", unread=await queries.unread(signed_in(request).account_id))


@get("/me/notices/{notice_id:int}", name="notices.open", access=SIGNED_IN, include_in_schema=False)
async def open_notice(request: AnyRequest, notice_id: FromPath[int]) -> Response[None]:
    """Lead to what a notice is about; it is read then."""
    account_id = signed_in(request).account_id
    notice = await queries.notice_for(account_id, notice_id)
    await actions.mark_read(account_id, notice_id=notice_id, now=clock.now())
    return redirect(request, local_path(notice.link, url_for(request, "notices.list")))


@post("/me/notices/read", name="notices.read", access=SIGNED_IN, include_in_schema=False, status_code=303)
async def read_all(request: AnyRequest) -> Response[None]:
    """All of it is read."""
    await actions.mark_read(signed_in(request).account_id, now=clock.now())
    return redirect(request, url_for(request, "notices.list"), _("All notices are marked as read."))


ROUTES: list[Any] = [notice_list, unread, open_notice, read_all]
