"""Keys for the JSON API."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actions import keys as actions
from app.accounts.actor import signed_in
from app.accounts.forms import NewKey
from app.accounts.queries.keys import keys_of
from app.accounts.rules import ROLE_NAMES, Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import once, token
from app.kit.web import AnyRequest, form_page, page, redirect, url_for


async def _list(request: AnyRequest, bound: Bound[Any], made: str = "") -> Template:
    actor = signed_in(request)
    roles = actions.roles_for_keys(actor)
    show = form_page if bound.errors else page
    return show(
        request,
        "accounts/keys.html",
        form=bound,
        keys=await keys_of(actor.organisation_id),
        made=made,
        roles=[(str(role), _(ROLE_NAMES[role])) for role in roles],
        role_names=ROLE_NAMES,
        once=token(),
    )


@get("/keys", name="accounts.keys", access=Permission.KEY_MANAGE, include_in_schema=False)
async def key_list(request: AnyRequest) -> Template:
    """This organisation's keys, and the form for another."""
    return await _list(request, blank(role=signed_in(request).role))


@post("/keys", access=Permission.KEY_MANAGE, include_in_schema=False, status_code=200)
async def make_key(request: AnyRequest) -> Response[None] | Template:
    """Make a key and show it, this once."""
    typed = await request.form()
    bound = bind(NewKey, typed)
    if bound.errors:
        return await _list(request, bound)
    made: list[str] = []

    async def act() -> str:
        made.append(await actions.make_key(signed_in(request), bound.good, now=clock.now()))
        return url_for(request, "accounts.keys")

    try:
        location = await once(str(typed.get("_once", "")), act)
    except DomainError as error:
        return await _list(request, bound.refuse(error))
    if not made:
        return redirect(
            request,
            location,
            _("The key was made already and cannot be shown again. Revoke it and make another."),
            "info",
        )
    return await _list(request, blank(role=signed_in(request).role), made[0])


@post(
    "/keys/{key_id:int}/revoke",
    name="accounts.key_revoke",
    access=Permission.KEY_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def revoke_key(request: AnyRequest, key_id: FromPath[int]) -> Response[None]:
    """End a key at once."""
    await actions.revoke_key(signed_in(request), key_id, now=clock.now())
    return redirect(request, url_for(request, "accounts.keys"), _("The key opens nothing any more."))


ROUTES: list[Any] = [key_list, make_key, revoke_key]
