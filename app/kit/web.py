"""What routes answer with: pages, fragments, redirects; and what every template can use."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2 import Template as JinjaTemplate
from jinja2.environment import TemplateModule
from jinja2.runtime import Context
from litestar import Litestar, Request, Response
from litestar.connection import ASGIConnection
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup
from msgspec import Struct

from app.kit import clock, i18n, wording, workdays
from app.kit.rules import Refusal
from app.settings import ROOT, settings

AnyRequest = Request[Any, Any, Any]
AnyConnection = ASGIConnection[Any, Any, Any, Any]


class NavItem(Struct, frozen=True):
    """One entry of the main navigation."""

    label: str
    href: str
    current: bool


class Flash(Struct, frozen=True):
    """A sentence shown once on the next page: what happened, and what comes next."""

    kind: str
    text: str


def is_fragment(request: AnyConnection) -> bool:
    """Whether HTMX asks for a part of a page."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"


def page(request: AnyRequest, template: str, *, status: int = 200, **context: Any) -> Template:
    """A rendered page or fragment, in the reader's language."""
    return Template(
        template,
        context=context | frame(request),
        status_code=status,
        headers={"Vary": "HX-Request, Cookie, Accept-Language"},
    )


def form_page(request: AnyRequest, template: str, **context: Any) -> Template:
    """A page shown again because its form has errors: status 422, everything typed kept."""
    return page(request, template, status=422, **context)


def frame(request: AnyConnection) -> dict[str, Any]:
    """What the frame around every page needs."""
    actor = request.scope["state"].get("actor")
    nav: Callable[[Any, str], list[NavItem]] = request.app.state.nav
    return {
        "actor": actor,
        "may": (lambda permission: actor is not None and actor.may(permission)),
        "nav": nav(actor, request.url.path),
        "flashes": _take_flashes(request),
        "path": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        "elder": request.cookies.get("elder") == "1",
        "theme": request.cookies.get("theme", ""),
        "locale": i18n.locale(),
        "html_lang": i18n.locale().replace("_", "-"),
        "now": clock.now(),
        "demo": settings().demo,
    }


def flash(request: AnyRequest, text: str, kind: str = "success") -> None:
    """Say something on the next page this visitor sees."""
    said = [*request.session.get("flashes", []), [kind, text]]
    request.set_session({**request.session, "flashes": said[-4:]})


def _take_flashes(request: AnyConnection) -> list[Flash]:
    waiting = request.session.get("flashes") if "session" in request.scope else None
    if not waiting:
        return []
    request.set_session({name: kept for name, kept in request.session.items() if name != "flashes"})
    return [Flash(kind, text) for kind, text in waiting]


def redirect(request: AnyRequest, path: str, said: str = "", kind: str = "success") -> Response[None]:
    """Go to `path` with GET, saying something there. HTMX is told to load the whole page."""
    if said:
        flash(request, said, kind)
    if is_fragment(request):
        return Response(None, status_code=204, headers={"HX-Redirect": path})
    return Response(None, status_code=303, headers={"Location": path})


def url_for(request: AnyConnection, name: str, **parameters: Any) -> str:
    """The path of a named route."""
    return _path_of(request.app, name, tuple(parameters.items()))


@lru_cache(maxsize=2048)
def _path_of(app: Litestar, name: str, parameters: tuple[tuple[str, Any], ...]) -> str:
    """A page has dozens of links, most of them the same as on the last one."""
    return app.route_reverse(name, **dict(parameters))


def local_path(candidate: str | None, otherwise: str = "/") -> str:
    """A path on this site, or `otherwise`: so that no link can send a visitor elsewhere after signing in."""
    if candidate and candidate.startswith("/") and not candidate.startswith("//") and "\\" not in candidate:
        parts = urlsplit(candidate)
        if not parts.scheme and not parts.netloc:
            return candidate
    return otherwise


@pass_context
def _url(context: Context, name: str, **parameters: Any) -> str:
    request: AnyConnection = context["request"]
    return url_for(request, name, **parameters)


@pass_context
def _csrf_token(context: Context) -> str:
    request: AnyConnection = context["request"]
    token = ScopeState.from_scope(request.scope).csrf_token
    # The page for an unknown address is made before the token is read, but its forms need it too.
    return token if isinstance(token, str) else request.cookies.get("csrftoken", "")


@pass_context
def _csrf(context: Context) -> Markup:
    return Markup('<input type="hidden" name="_csrf_token" value="{}">').format(_csrf_token(context))


def _refusal(refusal: Refusal) -> str:
    return i18n.say(refusal)


class _Template(JinjaTemplate):
    """A file of macros is run once a request, not once for each of the partials that import it, row after row.

    Macros take what they show as arguments, so it does not matter who imports them first.
    """

    def make_module(
        self,
        vars: dict[str, Any] | None = None,  # noqa: A002 (Jinja's names)
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,  # noqa: A002
    ) -> TemplateModule:
        request: AnyConnection | None = (vars or {}).get("request")
        if request is None or not (self.name or "").startswith("_macros/"):
            return super().make_module(vars, shared, locals)
        made: dict[str | None, TemplateModule] = request.scope["state"].setdefault("macros", {})
        if self.name not in made:
            made[self.name] = super().make_module(vars, shared, locals)
        return made[self.name]


def environment() -> Environment:
    """Jinja as every template expects it: escaping on, undefined names are errors, words translated when shown."""
    made = Environment(
        loader=FileSystemLoader(ROOT / "templates"),
        autoescape=True,
        auto_reload=False,  # like code, templates are read once a process; a partial would be looked at row by row
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.template_class = _Template
    made.install_gettext_callables(  # type: ignore[attr-defined]
        i18n.gettext, i18n.ngettext, newstyle=True, pgettext=i18n.pgettext, npgettext=i18n.npgettext
    )
    made.globals |= {
        "url": _url,
        "csrf": _csrf,
        "csrf_token": _csrf_token,
        "say": _refusal,
        "say_fix": i18n.say_fix,
        "by_locale": i18n.by_locale,
    }
    made.tests["assumed"] = workdays.assumed
    made.filters |= {
        "day": wording.day,
        "last_day": wording.last_day,
        "moment": wording.moment,
        "time_of_day": wording.time_of_day,
        "span": wording.span,
        "hours": wording.hours,
        "decimal_hours": wording.decimal_hours,
        "money": wording.money,
        "number": wording.number,
    }
    return made


def template_engine(static: Callable[[str], str]) -> JinjaTemplateEngine:
    """The engine for Litestar. `static` gives a file's hashed address."""
    made = environment()
    made.globals["static"] = static
    return JinjaTemplateEngine.from_environment(made)
