"""Giving and ending roles, and helping somebody who cannot sign in."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.accounts.actions import members as actions
from app.accounts.actor import signed_in
from app.accounts.forms import Helped, NewMember
from app.accounts.queries.organisations import managed_organisation
from app.accounts.rules import ONE_TIME_DAYS, ROLE_NAMES, ROLES_OF, Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.limits import ASKING
from app.kit.once import once, token
from app.kit.web import AnyRequest, form_page, page, redirect, url_for


async def _form(request: AnyRequest, organisation_id: int, bound: Bound[Any]) -> Template:
    organisation = await managed_organisation(signed_in(request), organisation_id)
    show = form_page if bound.errors else page
    return show(
        request,
        "accounts/member_form.html",
        form=bound,
        organisation=organisation,
        roles=[(str(role), _(ROLE_NAMES[role])) for role in ROLES_OF[organisation.kind]],
        once=token(),
    )


def _password_page(request: AnyRequest, added: actions.Added, back: str) -> Template:
    """The one time that a given password is shown: in the answer itself, kept nowhere."""
    return page(request, "accounts/one_time.html", added=added, back=back, days=ONE_TIME_DAYS)


@get(
    "/organisations/{organisation_id:int}/members/new",
    name="accounts.member_new",
    access=Permission.MEMBER_MANAGE,
    include_in_schema=False,
)
async def member_new(request: AnyRequest, organisation_id: FromPath[int]) -> Template:
    """The form for a new member."""
    return await _form(request, organisation_id, blank())


@post(
    "/organisations/{organisation_id:int}/members/new",
    access=Permission.MEMBER_MANAGE,
    rate=ASKING,
    include_in_schema=False,
    status_code=303,
)
async def add_member(request: AnyRequest, organisation_id: FromPath[int]) -> Response[None] | Template:
    """Give somebody a role here."""
    await managed_organisation(signed_in(request), organisation_id)
    typed = await request.form()
    bound = bind(NewMember, typed)
    if bound.errors:
        return await _form(request, organisation_id, bound)
    back = url_for(request, "accounts.organisation", organisation_id=organisation_id)
    new: list[actions.Added] = []

    async def act() -> str:
        new.append(await actions.add_member(signed_in(request), organisation_id, bound.good, now=clock.now()))
        return back

    try:
        location = await once(str(typed.get("_once", "")), act)
    except DomainError as error:
        return await _form(request, organisation_id, bound.refuse(error))
    if new and new[0].password:
        return _password_page(request, new[0], back)
    return redirect(request, location, _("%(name)s is a member now.") % {"name": new[0].name} if new else "")


@post(
    "/memberships/{membership_id:int}/end",
    name="accounts.member_end",
    access=Permission.MEMBER_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def end_membership(request: AnyRequest, membership_id: FromPath[int]) -> Response[None]:
    """End somebody's role here; whoever ends their own goes home."""
    actor = signed_in(request)
    organisation_id = await actions.end_membership(actor, membership_id, now=clock.now())
    own = actor.post is not None and actor.post.membership_id == membership_id
    back = url_for(request, "accounts.organisation", organisation_id=organisation_id)
    return redirect(request, url_for(request, "home") if own else back, _("The role is ended."))


@post(
    "/memberships/{membership_id:int}/password",
    name="accounts.member_password",
    access=Permission.MEMBER_MANAGE,
    include_in_schema=False,
    status_code=200,
)
async def renew_member_password(request: AnyRequest, membership_id: FromPath[int]) -> Template:
    """Give a member a password to be exchanged at the next sign-in."""
    actor = signed_in(request)
    added = await actions.renew_member_password(actor, membership_id, now=clock.now())
    return _password_page(request, added, url_for(request, "accounts.account"))


@get(
    "/accounts/password",
    name="accounts.help_sign_in",
    access=Permission.ORGANISATION_MANAGE,
    include_in_schema=False,
)
async def help_page(request: AnyRequest) -> Template:
    """The form for somebody who cannot sign in."""
    return page(request, "accounts/help_sign_in.html", form=blank())


@post(
    "/accounts/password",
    access=Permission.ORGANISATION_MANAGE,
    rate=ASKING,
    include_in_schema=False,
    status_code=200,
)
async def renew_password(request: AnyRequest) -> Template:
    """Give anybody a password to be exchanged at the next sign-in."""
    bound = bind(Helped, await request.form())
    if not bound.errors:
        try:
            added = await actions.renew_password(signed_in(request), bound.good.identifier, now=clock.now())
        except DomainError as error:
            bound.refuse(error)
        else:
            return _password_page(request, added, url_for(request, "accounts.organisations"))
    return form_page(request, "accounts/help_sign_in.html", form=bound)


ROUTES: list[Any] = [
    member_new,
    add_member,
    end_membership,
    renew_member_password,
    help_page,
    renew_password,
]
