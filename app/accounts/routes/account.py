"""One's own account, and the post one acts in."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.response import Template

from app.accounts import consents
from app.accounts.actions import signing
from app.accounts.actor import signed_in
from app.accounts.forms import Acting, OwnAccount, PasswordChange
from app.accounts.passwords import mark_of
from app.accounts.queries.accounts import own_account
from app.accounts.rules import ROLE_NAMES
from app.kit.access import SIGNED_IN
from app.kit.errors import DomainError, NotFound
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import COOKIE, LOCALES
from app.kit.i18n import gettext as _
from app.kit.limits import ASKING
from app.kit.preferences import YEAR
from app.kit.sessions import rotate
from app.kit.web import AnyRequest, form_page, local_path, page, redirect, url_for
from app.settings import settings


async def _account_page(request: AnyRequest, form: Bound[Any] | None = None) -> Template:
    actor = signed_in(request)
    account = await own_account(actor.account_id)
    show = form_page if form and form.errors else page
    return show(
        request,
        "accounts/account.html",
        account=account,
        consent=await consents.current("account", actor.account_id, consents.PRIVACY_NOTICE),
        role_names=ROLE_NAMES,
        form=form or blank(name=account.name, locale=account.locale),
    )


@get("/account", name="accounts.account", access=SIGNED_IN, include_in_schema=False)
async def account_page(request: AnyRequest) -> Template:
    """Name, number, language, password, posts."""
    return await _account_page(request)


@post("/account", access=SIGNED_IN, include_in_schema=False, status_code=303)
async def change_account(request: AnyRequest) -> Response[None] | Template:
    """Change one's own name and language."""
    bound = bind(OwnAccount, await request.form())
    if bound.errors:
        return await _account_page(request, bound)
    await signing.change_own(signed_in(request), bound.good.name, bound.good.locale)
    answer = redirect(request, url_for(request, "accounts.account"), _("Your account is changed."))
    if bound.good.locale in LOCALES:
        answer.set_cookie(
            Cookie(
                key=COOKIE, value=bound.good.locale, max_age=YEAR, samesite="lax", secure=settings().secure_cookies,
                httponly=True,
            )
        )  # fmt: skip
    return answer


@get("/account/password", name="accounts.password", access=SIGNED_IN, include_in_schema=False)
async def password_page(request: AnyRequest) -> Template:
    """The form for a new password."""
    return page(request, "accounts/password.html", form=blank())


@post("/account/password", access=SIGNED_IN, rate=ASKING, include_in_schema=False, status_code=303)
async def change_password(request: AnyRequest) -> Response[None] | Template:
    """Replace the password; this session goes on under a new id."""
    bound = bind(PasswordChange, await request.form())
    if not bound.errors:
        try:
            account = await signing.change_password(signed_in(request), bound.good.present, bound.good.new)
        except DomainError as error:
            bound.refuse(error)
        else:
            kept = {**request.session, "mark": mark_of(account.password_hash)}
            await rotate(request)
            request.set_session(kept)
            return redirect(
                request,
                url_for(request, "accounts.account"),
                _("Your password is changed. On other devices you have to sign in again."),
            )
    return form_page(request, "accounts/password.html", form=bound)


@post("/acting", name="accounts.act", access=SIGNED_IN, include_in_schema=False, status_code=303)
async def act(request: AnyRequest) -> Response[None]:
    """Act in another of one's posts from now on, under a new session id."""
    bound = bind(Acting, await request.form())
    posts = {post.membership_id for post in signed_in(request).posts}
    if bound.errors or bound.good.membership not in posts:
        raise NotFound()
    kept = {**request.session, "acting": bound.good.membership}
    await rotate(request)
    request.set_session(kept)
    return redirect(request, local_path(bound.good.next))


ROUTES: list[Any] = [account_page, change_account, password_page, change_password, act]
