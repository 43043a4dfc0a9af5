"""How an error reaches its reader: as a page, as a fragment, or as problem+json (RFC 9457)."""

import secrets
from typing import Any
from urllib.parse import quote

import structlog
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.exceptions import HTTPException, PermissionDeniedException
from litestar.types import ExceptionHandlersMap

from app.kit.errors import FORBIDDEN, NOT_FOUND, PAGE_EXPIRED, DomainError, Invalid
from app.kit.headers import HEADERS
from app.kit.i18n import choose_for, gettext, say, say_fix
from app.kit.rules import N_, Refusal
from app.kit.web import AnyRequest, frame, is_fragment, local_path, url_for

log = structlog.get_logger()

BROKEN = Refusal(
    "broken",
    N_("Something broke on our side. What you sent was not saved."),
    N_("Please try again. If it happens again, tell your administrator this reference: %(reference)s"),
    status=500,
)
NOT_UNDERSTOOD = Refusal(
    "not_understood", N_("We could not read this request."), N_("Go back and try again."), status=400
)
NO_SUCH_METHOD = Refusal("method_not_allowed", N_("This address cannot be used this way."), status=405)
TOO_LARGE = Refusal("too_large", N_("This file is too large."), N_("Send a smaller one, or split it."), status=413)

TEMPLATES = {401: "forbidden", 403: "forbidden", 404: "not_found", 429: "too_many", 500: "broken", 503: "broken"}


def wants_json(request: AnyRequest) -> bool:
    """Whether the asker is a program."""
    return request.url.path.startswith("/api/") or "application/json" in request.headers.get("accept", "")


def answer(request: AnyRequest, *refusals: Refusal, fields: dict[str, str] | None = None) -> Response[Any]:
    """One or more refusals, in the form the asker reads."""
    first = refusals[0]
    headers = HEADERS | {"Cache-Control": "no-store"}  # an unknown address is refused before any middleware runs
    if first.status == 429:
        headers["Retry-After"] = str(first.params.get("seconds", 60))
    if wants_json(request):
        problem = {
            "type": f"/problems/{first.code}",
            "title": say(first),
            "status": first.status,
            "code": first.code,
            "fix": say_fix(first),
            "reasons": [{"code": each.code, "text": say(each), "fix": say_fix(each)} for each in refusals],
            "fields": {name: gettext(sentence) for name, sentence in (fields or {}).items()},
        }
        return Response(problem, status_code=first.status, media_type="application/problem+json", headers=headers)
    if first.status == 401 and not is_fragment(request):
        query = f"?{request.url.query}" if request.url.query else ""
        back = request.url.path + query if request.method == "GET" else "/"
        headers["Location"] = url_for(request, "accounts.sign_in") + f"?next={quote(local_path(back))}"
        return Response(None, status_code=303, headers=headers)
    name = "expired" if first.code == PAGE_EXPIRED.code else TEMPLATES.get(first.status, "refused")
    template = request.app.template_engine.get_template(f"errors/{name}.html")  # type: ignore[union-attr]
    body = template.render(
        **frame(request),
        request=request,
        title=say(first),
        text=" ".join(say(each) for each in refusals[1:]),
        fix=say_fix(first),
        reference=first.params.get("reference", ""),
        refusals=refusals,
        fragment=is_fragment(request),
    )
    return Response(body, status_code=first.status, media_type=MediaType.HTML, headers=headers)


def on_domain_error(request: Request[Any, Any, Any], error: DomainError) -> Response[Any]:
    """An expected refusal."""
    return answer(request, *error.refusals, fields=error.fields if isinstance(error, Invalid) else None)


def on_http_error(request: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    """What the framework refuses before a route is reached. No session, actor or language may be known yet."""
    request.scope["state"].setdefault("actor", None)
    choose_for(request)
    if isinstance(error, PermissionDeniedException) and "CSRF" in error.detail:
        refused = answer(request, PAGE_EXPIRED)
        refused.delete_cookie("csrftoken")  # a token signed with an older secret would refuse for ever
        return refused
    known = {403: FORBIDDEN, 404: NOT_FOUND, 405: NO_SUCH_METHOD, 413: TOO_LARGE}
    if error.status_code >= 500:
        return on_failure(request, error)
    return answer(request, known.get(error.status_code, NOT_UNDERSTOOD))


def on_failure(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """A mistake of ours: logged with its trace under a reference the reader can quote."""
    reference = secrets.token_hex(4)
    log.error("request_failed", reference=reference, path=request.url.path, exc_info=error)
    request.scope["state"].setdefault("actor", None)
    choose_for(request)
    return answer(request, BROKEN.with_params(reference=reference))


HANDLERS: ExceptionHandlersMap = {
    DomainError: on_domain_error,
    HTTPException: on_http_error,
    Exception: on_failure,
}
