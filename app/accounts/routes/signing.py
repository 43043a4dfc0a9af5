"""Signing up, in and out."""

from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.response import Template

from app.accounts.actions import signing
from app.accounts.actor import actor_in
from app.accounts.forms import FirstPassword, SignIn, SignUp
from app.accounts.passwords import mark_of
from app.accounts.queries.accounts import Credential
from app.accounts.rules import ROLE_NAMES
from app.kit import clock
from app.kit.access import PUBLIC
from app.kit.errors import DomainError, NotFound
from app.kit.forms import bind, blank
from app.kit.i18n import COOKIE
from app.kit.i18n import gettext as _
from app.kit.limits import ASKING
from app.kit.preferences import YEAR
from app.kit.sessions import rotate
from app.kit.web import AnyRequest, form_page, local_path, page, redirect, url_for
from app.settings import settings

AFTER_SIGN_UP = "/me/profile"


def _demo(request: AnyRequest) -> dict[str, Any]:
    """Role, identifier and password of the demonstration's people; nobody's where real people are served."""
    sign_ins = getattr(request.app.state, "demo_sign_ins", []) if settings().demo else []
    return {"demo_sign_ins": sign_ins, "role_names": ROLE_NAMES}


async def begin_session(request: AnyRequest, account: Credential) -> None:
    """Begin a session of this account under a new id, so that nobody can know it beforehand."""
    await rotate(request)
    request.set_session({"account_id": account.account_id, "mark": mark_of(account.password_hash)})


def _in_own_language(request: AnyRequest, answer: Response[None], account: Credential) -> Response[None]:
    """Speak the language this person chose for the account, unless this browser was told another."""
    if account.locale and COOKIE not in request.cookies:
        answer.set_cookie(
            Cookie(
                key=COOKIE, value=account.locale, max_age=YEAR, samesite="lax", secure=settings().secure_cookies,
                httponly=True,
            )
        )  # fmt: skip
    return answer


@get("/sign-in", name="accounts.sign_in", access=PUBLIC, include_in_schema=False)
async def sign_in_page(request: AnyRequest) -> Response[None] | Template:
    """The form; whoever is signed in already goes on."""
    onward = local_path(request.query_params.get("next"))
    if actor_in(request):
        return redirect(request, onward)
    return page(request, "accounts/sign_in.html", form=blank(next=onward), **_demo(request))


@post("/sign-in", access=PUBLIC, rate=ASKING, include_in_schema=False, status_code=303)
async def sign_in(request: AnyRequest) -> Response[None] | Template:
    """Prove who it is, and begin a session."""
    bound = bind(SignIn, await request.form())
    if not bound.errors:
        try:
            account = await signing.prove(bound.good.identifier, bound.good.password, now=clock.now())
        except DomainError as error:
            bound.refuse(error)
        else:
            if account.one_time_until:
                await rotate(request)
                request.set_session({"choosing": account.account_id})
                return redirect(request, url_for(request, "accounts.first_password"))
            await begin_session(request, account)
            return _in_own_language(request, redirect(request, local_path(bound.good.next)), account)
    return form_page(request, "accounts/sign_in.html", form=bound, **_demo(request))


@get("/sign-in/password", name="accounts.first_password", access=PUBLIC, include_in_schema=False)
async def first_password_page(request: AnyRequest) -> Template:
    """Where somebody who came with a given password chooses their own."""
    if "choosing" not in request.session:
        raise NotFound()
    return page(request, "accounts/first_password.html", form=blank())


@post("/sign-in/password", access=PUBLIC, rate=ASKING, include_in_schema=False, status_code=303)
async def choose_first_password(request: AnyRequest) -> Response[None] | Template:
    """Take one's own password and begin the first session."""
    if "choosing" not in request.session:
        raise NotFound()
    bound = bind(FirstPassword, await request.form())
    if not bound.errors:
        try:
            account = await signing.choose_first_password(request.session["choosing"], bound.good.new, now=clock.now())
        except DomainError as error:
            bound.refuse(error)
        else:
            await begin_session(request, account)
            return redirect(request, url_for(request, "home"), _("Welcome, %(name)s.") % {"name": account.name})
    return form_page(request, "accounts/first_password.html", form=bound)


@get("/sign-up", name="accounts.sign_up", access=PUBLIC, include_in_schema=False)
async def sign_up_page(request: AnyRequest) -> Response[None] | Template:
    """The form; whoever is signed in already goes on."""
    onward = local_path(request.query_params.get("next"), AFTER_SIGN_UP)
    if actor_in(request):
        return redirect(request, onward)
    return page(request, "accounts/sign_up.html", form=blank(next=onward))


@post("/sign-up", access=PUBLIC, rate=ASKING, include_in_schema=False, status_code=303)
async def sign_up(request: AnyRequest) -> Response[None] | Template:
    """Make the account and begin its first session."""
    bound = bind(SignUp, await request.form())
    if not bound.errors:
        wanted = bound.good
        try:
            account = await signing.sign_up(wanted.name, wanted.identifier, wanted.password, now=clock.now())
        except DomainError as error:
            bound.refuse(error)
        else:
            await begin_session(request, account)
            return redirect(
                request, local_path(wanted.next, AFTER_SIGN_UP), _("Welcome, %(name)s.") % {"name": wanted.name}
            )
    return form_page(request, "accounts/sign_up.html", form=bound)


@post("/sign-out", name="accounts.sign_out", access=PUBLIC, include_in_schema=False, status_code=303)
async def sign_out(request: AnyRequest) -> Response[None]:
    """End the session and forget its id."""
    await rotate(request)
    request.set_session({})
    answer = redirect(request, url_for(request, "home"))
    answer.delete_cookie("linli")
    return answer


ROUTES: list[Any] = [
    sign_in_page,
    sign_in,
    first_password_page,
    choose_first_password,
    sign_up_page,
    sign_up,
    sign_out,
]
