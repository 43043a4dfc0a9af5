"""An agency's activities."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Template
from msgspec import structs

from app.accounts.actor import signed_in
from app.accounts.rules import Actor, Permission
from app.kit import clock
from app.kit.errors import DomainError, NotFound
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.shifts.actions import activities as actions
from app.shifts.forms.activities import ActivityForm
from app.shifts.queries import activities as queries
from app.shifts.queries.activities import ActivityShown
from app.shifts.rules.statuses import ActivityStatus
from app.shifts.words import activity_standing, shift_standing


@get("/activities", name="shifts.activities", access=Permission.ACTIVITY_SEE, include_in_schema=False)
async def activities(
    request: AnyRequest,
    status: FromQuery[str | None] = None,
    line: FromQuery[int | None] = None,
    before: FromQuery[int | None] = None,
) -> Template:
    """The activities one may see, with their next shifts."""
    viewer = signed_in(request)
    chosen = ActivityStatus(status) if status in set(ActivityStatus) else ActivityStatus.OPEN
    found = await queries.activities(viewer, chosen, line_id=line, before=before, now=clock.now())
    return page(
        request,
        "shifts/activities.html",
        found=found,
        chosen=chosen,
        line=line,
        states=[(state, activity_standing(state)[0]) for state in ActivityStatus],
        opens=viewer.may(Permission.ACTIVITY_OPEN),
    )


@get("/activities/new", name="shifts.activity_new", access=Permission.ACTIVITY_OPEN, include_in_schema=False)
async def new_activity(request: AnyRequest, line: FromQuery[int | None] = None) -> Template:
    """First the line, then the form that takes its kind and region from the line."""
    opener = signed_in(request)
    today = clock.local_day(clock.now())
    if line is None:
        lines = await queries.open_lines(opener, today=today)
        return page(request, "shifts/activity_line.html", lines=lines)
    chosen = await queries.open_line(opener, line, today=today)
    if chosen is None:
        raise NotFound
    form = blank(line=chosen.id, kind=chosen.service_kind)
    return page(request, "shifts/activity_form.html", form=form, **await _choices(opener, form))


@post(
    "/activities/new", name="shifts.activity_create", access=Permission.ACTIVITY_OPEN, include_in_schema=False,
    status_code=303,
)  # fmt: skip
async def create_activity(request: AnyRequest) -> Template | Response[None]:
    """Open it, or keep it as a draft."""
    opener = signed_in(request)
    typed = await request.form()
    bound = bind(ActivityForm, typed)
    opening = typed.get("then") != "draft"

    async def act() -> str:
        made = await actions.create_activity(opener, bound.good.wanted(), opening=opening, now=clock.now())
        return url_for(request, "shifts.activity", activity_id=made)

    if not bound.errors:
        try:
            location = await once(str(typed.get("_once", "")), act)
            said = _("The activity is open. Publish its first shift now.") if opening else _("The draft is kept.")
            return redirect(request, location, said)
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "shifts/activity_form.html", form=bound, **await _choices(opener, bound))


@get("/activities/{activity_id:int}", name="shifts.activity", access=Permission.ACTIVITY_SEE, include_in_schema=False)
async def activity(request: AnyRequest, activity_id: FromPath[int]) -> Template:
    """One activity with its shifts."""
    viewer = signed_in(request)
    found = await queries.activity_for(viewer, activity_id)
    now = clock.now()
    return page(
        request,
        "shifts/activity.html",
        activity=found,
        standing=activity_standing(found.status),
        coming=await queries.coming_shifts(activity_id, now=now),
        gone=await queries.gone_shifts(activity_id, now=now),
        shift_standing=shift_standing,
        opens=found.own and viewer.may(Permission.ACTIVITY_OPEN),
        publishes=found.own and viewer.may(Permission.SHIFT_PUBLISH),
        leads=found.own and viewer.may(Permission.SHIFT_LEAD),
    )


@get(
    "/activities/{activity_id:int}/edit", name="shifts.activity_edit", access=Permission.ACTIVITY_OPEN,
    include_in_schema=False,
)  # fmt: skip
async def edit_activity(request: AnyRequest, activity_id: FromPath[int]) -> Template:
    """The activity as it stands, to be changed."""
    opener = signed_in(request)
    found = await queries.own_activity(opener, activity_id)
    form = blank(**structs.asdict(found) | {"line": found.line_id, "kind": found.service_kind})
    return page(request, "shifts/activity_form.html", form=form, **await _choices(opener, form, found))


@post(
    "/activities/{activity_id:int}/edit", name="shifts.activity_change", access=Permission.ACTIVITY_OPEN,
    include_in_schema=False, status_code=303,
)  # fmt: skip
async def change_activity(request: AnyRequest, activity_id: FromPath[int]) -> Template | Response[None]:
    """Take the change."""
    opener = signed_in(request)
    found = await queries.own_activity(opener, activity_id)
    bound = bind(ActivityForm, await request.form())
    if not bound.errors:
        try:
            await actions.change_activity(opener, activity_id, bound.good.wanted(), now=clock.now())
            return redirect(request, _path(request, activity_id), _("The activity is changed."))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "shifts/activity_form.html", form=bound, **await _choices(opener, bound, found))


@post(
    "/activities/{activity_id:int}/open", name="shifts.activity_open", access=Permission.ACTIVITY_OPEN,
    include_in_schema=False, status_code=303,
)  # fmt: skip
async def open_activity(request: AnyRequest, activity_id: FromPath[int]) -> Template | Response[None]:
    """Open a draft, or a closed one again; what is still missing is asked for in the form."""
    opener = signed_in(request)
    try:
        await actions.open_activity(opener, activity_id, now=clock.now())
    except DomainError as error:
        found = await queries.own_activity(opener, activity_id)
        form = blank(**structs.asdict(found) | {"line": found.line_id, "kind": found.service_kind}).refuse(error)
        return form_page(request, "shifts/activity_form.html", form=form, **await _choices(opener, form, found))
    return redirect(request, _path(request, activity_id), _("The activity is open."))


@post(
    "/activities/{activity_id:int}/close", name="shifts.activity_close", access=Permission.ACTIVITY_OPEN,
    include_in_schema=False, status_code=303,
)  # fmt: skip
async def close_activity(request: AnyRequest, activity_id: FromPath[int]) -> Response[None]:
    """Publish nothing more under it."""
    await actions.close_activity(signed_in(request), activity_id)
    return redirect(request, _path(request, activity_id), _("The activity is closed. Shifts already published stay."))


def _path(request: AnyRequest, activity_id: int) -> str:
    return url_for(request, "shifts.activity", activity_id=activity_id)


async def _choices(opener: Actor, form: Bound[Any], found: ActivityShown | None = None) -> dict[str, Any]:
    today = clock.local_day(clock.now())
    lines = await queries.open_lines(opener, today=today)
    chosen = next((line for line in lines if str(line.id) == form.value("line")), None)
    return {
        "activity": found,
        "lines": lines,
        "line": chosen,
        "communities": await queries.community_choices(chosen.region if chosen else opener.region[:4]),
        "kinds": await queries.kind_choices(today=today),
        "once": once_token(),
    }


ROUTES: list[Any] = [
    activities, new_activity, create_activity, activity, edit_activity, change_activity, open_activity, close_activity,
]  # fmt: skip
