"""A resident asks for help: one question a page, no account, nothing kept here until it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromPath
from litestar.response import Template

from app.kit import clock
from app.kit.access import PUBLIC
from app.kit.errors import DomainError, NotFound
from app.kit.forms import Bound, blank
from app.kit.i18n import gettext as _
from app.kit.limits import Rate
from app.kit.once import once
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.requests.actions import asking
from app.requests.forms import draft as drafts
from app.requests.forms.draft import Draft
from app.requests.forms.steps import ORDER, STEPS, check
from app.requests.queries import choices
from app.requests.routes.words import asking_words
from app.requests.rules.asking import AskedBy, Channel, Recurs
from app.settings import settings

SENDING = Rate(12, 600)


@get("/help", name="requests.ask", access=PUBLIC, include_in_schema=False)
async def ask(request: AnyRequest) -> Template | Response[None]:
    """The first question."""
    return await _show(request, "who")


@get("/help/{step:str}", name="requests.step", access=PUBLIC, include_in_schema=False)
async def show(request: AnyRequest, step: FromPath[str]) -> Template | Response[None]:
    """One question, with what was answered so far."""
    return await _show(request, step)


@get("/help/check", name="requests.review", access=PUBLIC, include_in_schema=False)
async def review(request: AnyRequest) -> Template | Response[None]:
    """The summary. A route of its own, because the fixed path that takes it hides the one with a step in it."""
    return await _show(request, "check")


@post("/help/again", name="requests.ask_again", access=PUBLIC, include_in_schema=False, status_code=303)
async def again(request: AnyRequest) -> Response[None]:
    """Forget what was typed on this device and begin anew."""
    return _forget(redirect(request, "/help"))


@post("/help/{step:str}", name="requests.answer", access=PUBLIC, include_in_schema=False, status_code=303)
async def answer(request: AnyRequest, step: FromPath[str]) -> Template | Response[None]:
    """Keep an answer and lead on, or back; a wrong answer is shown again with what is wrong."""
    if step not in STEPS:
        raise NotFound
    form = await request.form()
    now = clock.now()
    draft = drafts.read(request.cookies.get(drafts.COOKIE), now)
    if "under" not in form:  # the list of communities stands alone; what was typed beside it stays
        for name in STEPS[step].__struct_fields__:
            typed = [str(given).strip() for given in form.getall(name, [])]
            draft.typed[name] = [given for given in typed if given]
    extra: dict[str, Any] = {}
    if step == "where":
        extra = await _find_community(draft, form.get("under"), "browse" in form)
    if "back" in form:
        return _keep(request, draft, _before(step), now)
    if "leads_to" in extra:
        return _keep(request, draft, step, now)
    bound = check(step, draft.typed, clock.local_day(now))
    _check_beyond_the_form(step, bound, extra)
    if not bound.errors:
        leads_to = "check" if draft.reviewing else ORDER[ORDER.index(step) + 1]
        kept = _keep(request, draft, leads_to, now)
        if kept.status_code == 303:
            return kept
        bound.errors[""] = _("This is too much text for one form. Please shorten it a little.")
    return form_page(request, f"requests/ask/{step}.html", **await _context(step, draft, bound), **extra)


@post("/help/check", name="requests.send", access=PUBLIC, include_in_schema=False, status_code=303, rate=SENDING)
async def send(request: AnyRequest) -> Template | Response[None]:
    """Send the request, once however often the button is pressed, and lead to its private page."""
    now = clock.now()
    draft = drafts.read(request.cookies.get(drafts.COOKIE), now)
    unfinished = _first_unfinished(draft, now)
    if unfinished:
        return redirect(request, url_for(request, "requests.step", step=unfinished))
    token = asking.token_of_draft(draft.key)

    async def act() -> str:
        await asking.receive(None, _ask(draft), Channel.WEB, token=token, now=now)
        return url_for(request, "requests.ask")  # never the link itself: what `once` keeps is not sealed

    try:
        await once(draft.key, act)
    except DomainError as error:
        bound = blank().refuse(error)
        return form_page(request, "requests/ask/check.html", **await _context("check", draft, bound))
    return _forget(redirect(request, url_for(request, "requests.follow", token=token) + "?sent=1"))


async def _show(request: AnyRequest, step: str) -> Template | Response[None]:
    if step not in ORDER:
        raise NotFound
    now = clock.now()
    draft = drafts.read(request.cookies.get(drafts.COOKIE), now)
    earlier = _first_unfinished(draft, now)
    if earlier and ORDER.index(earlier) < ORDER.index(step):
        return redirect(request, url_for(request, "requests.step", step=earlier))
    answer = page(request, f"requests/ask/{step}.html", **await _context(step, draft, Bound(draft.typed)))
    if step == "check" and not draft.reviewing:
        draft.reviewing = True
        answer.set_cookie(_cookie(drafts.write(draft, now) or ""))
    return answer


async def _context(step: str, draft: Draft, bound: Bound[Any]) -> dict[str, Any]:
    context: dict[str, Any] = {
        "step": step,
        "current": ORDER.index(step) + 1,
        "total": len(ORDER),
        "before": _before(step) if step != "who" else "",
        "form": bound,
        "typed": Bound(draft.typed),
        "reviewing": draft.reviewing,
        "started": any(draft.typed.values()),
        "words": asking_words(),
    }
    if step in ("what", "check"):
        context["kinds"] = await choices.kinds(clock.local_day(clock.now()))
    if step in ("reach", "check"):
        context["languages"] = await choices.languages()
    if step == "where":
        context["communities"] = await choices.communities()
        context["under"] = draft.under
        context["places"] = await choices.places(draft.under) if draft.under is not None else []
    return context


async def _find_community(draft: Draft, under: Any, browse: bool) -> dict[str, Any]:
    """Make a code of the community that was typed or picked; say which ones were meant when it is not one."""
    known = await choices.communities()
    if browse:
        draft.under = ""
        return {"leads_to": "where"}
    if under == "type":
        draft.under = None
        return {"leads_to": "where"}
    if under is not None:
        picked = next((community for community in known if community.code == under), None)
        draft.under = None if picked else str(under)
        if picked:
            draft.typed |= {"community": [picked.label], "region": [picked.code]}
        return {"leads_to": "where"}
    typed = (draft.typed.get("community") or [""])[0]
    found = choices.matching(typed, known)
    chosen = [community for community in found if [community.code] == draft.typed.get("region")]
    if len(found) == 1 or chosen:
        community = (chosen or found)[0]
        draft.typed |= {"community": [community.label], "region": [community.code]}
        draft.under = None
        return {}
    draft.typed["region"] = []
    return {"candidates": found[:12]}


def _check_beyond_the_form(step: str, bound: Bound[Any], extra: Mapping[str, Any]) -> None:
    if step == "where" and "candidates" in extra and "community" not in bound.errors:
        bound.errors["community"] = (
            _("There are several communities like this. Choose yours.")
            if extra["candidates"]
            else _("We do not know this community. Check its name, or choose it from the list.")
        )
    if step == "reach" and "phone" not in bound.errors and asking.read_phone(bound.value("phone")) is None:
        bound.errors["phone"] = _(asking.BAD_PHONE.text)


def _first_unfinished(draft: Draft, now: datetime) -> str | None:
    today = clock.local_day(now)
    for step in STEPS:
        bound = check(step, draft.typed, today)
        if step == "where" and not bound.value("region"):
            return step
        if bound.errors:
            return step
    return None


def _ask(draft: Draft) -> asking.Ask:
    read: Bound[Any] = Bound(draft.typed)
    form = {step: check(step, draft.typed, clock.local_day(clock.now())).good for step in STEPS}
    for_self = read.value("asked_by") == "self"
    return asking.Ask(
        region=read.value("region"),
        service_kind=form["what"].service_kind,
        asked_by=AskedBy(form["who"].asked_by),
        name=form["who"].name,
        phone=form["reach"].phone,
        address=form["where"].address,
        language=form["reach"].language,
        needs=form["reach"].needs,
        risks=form["reach"].risks,
        asker_name="" if for_self else form["reach"].asker_name,
        asker_phone="" if for_self else form["reach"].phone,
        details=form["what"].details,
        wanted_on=form["when"].wanted_on if form["when"].soon == "day" else None,
        wanted_times=form["when"].wanted_times,
        recurs=Recurs(form["when"].recurs),
    )


def _before(step: str) -> str:
    return ORDER[max(ORDER.index(step) - 1, 0)]


def _keep(request: AnyRequest, draft: Draft, step: str, now: datetime) -> Response[None]:
    value = drafts.write(draft, now)
    if value is None:
        return Response(None, status_code=422)
    answer = redirect(request, url_for(request, "requests.step", step=step))
    answer.set_cookie(_cookie(value))
    return answer


def _cookie(value: str) -> Cookie:
    return Cookie(
        key=drafts.COOKIE,
        value=value,
        path=drafts.COOKIE_PATH,
        max_age=int(drafts.LASTS.total_seconds()),
        secure=settings().secure_cookies,
        httponly=True,
        samesite="lax",
    )


def _forget(answer: Response[None]) -> Response[None]:
    answer.delete_cookie(drafts.COOKIE, path=drafts.COOKIE_PATH)
    return answer


ROUTES: list[Any] = [ask, review, again, send, show, answer]
