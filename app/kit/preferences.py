"""Language, larger type and theme, chosen without signing in."""

from typing import Any

from litestar import Response, post
from litestar.datastructures import Cookie

from app.kit.access import PUBLIC
from app.kit.i18n import COOKIE, LOCALES
from app.kit.web import AnyRequest, local_path
from app.settings import settings

YEAR = 365 * 24 * 3600


async def _choose(request: AnyRequest, cookie: str, allowed: tuple[str, ...], field: str) -> Response[None]:
    form = await request.form()
    chosen = str(form.get(field, ""))
    answer = Response(None, status_code=303, headers={"Location": local_path(str(form.get("back", "/")))})
    if chosen in allowed:
        answer.set_cookie(
            Cookie(
                key=cookie, value=chosen, max_age=YEAR, samesite="lax", secure=settings().secure_cookies, httponly=True
            )
        )
    return answer


@post("/language", name="kit.language", access=PUBLIC, include_in_schema=False, status_code=303)
async def language(request: AnyRequest) -> Response[None]:
    """Speak the chosen language from now on."""
    return await _choose(request, COOKIE, LOCALES, "to")


@post("/elder", name="kit.elder", access=PUBLIC, include_in_schema=False, status_code=303)
async def elder(request: AnyRequest) -> Response[None]:
    """Larger type and fewer choices, or back to normal."""
    return await _choose(request, "elder", ("0", "1"), "on")


@post("/theme", name="kit.theme", access=PUBLIC, include_in_schema=False, status_code=303)
async def theme(request: AnyRequest) -> Response[None]:
    """Light, dark, or as the device has it."""
    return await _choose(request, "theme", ("light", "dark", "auto"), "to")


ROUTES: list[Any] = [language, elder, theme]
