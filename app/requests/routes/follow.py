"""The private page of a request: where it stands, who comes when, and whether the visit took place."""

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Template

from app.kit import clock
from app.kit.access import PUBLIC
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.limits import ASKING
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.requests.actions import confirming
from app.requests.actions.asking import link_digest
from app.requests.forms.desk import Happened
from app.requests.queries import seen, visits
from app.requests.routes.words import asking_words
from app.requests.rules.statuses import EVENT_TO_RESIDENT, PUBLIC_NOTES
from app.requests.rules.visits import ALREADY_CONFIRMED, BEST_RATING, link_refusal

PRIVATE = {"X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}


@get("/help/follow/{token:str}", name="requests.follow", access=PUBLIC, include_in_schema=False, rate=ASKING)
async def follow(request: AnyRequest, token: FromPath[str]) -> Template:
    """Where the request stands. An unknown link is the same page as any that does not exist."""
    return _private(page(request, "requests/follow.html", **await _context(request, token, blank())))


@post(
    "/help/follow/{token:str}/visits/{visit_id:int}",
    name="requests.follow_confirm",
    access=PUBLIC,
    include_in_schema=False,
    status_code=303,
    rate=ASKING,
)
async def confirm(request: AnyRequest, token: FromPath[str], visit_id: FromPath[int]) -> Template | Response[None]:
    """Say whether a visit took place; sent twice, it counts once."""
    bound: Bound[Any] = bind(Happened, await request.form())
    if not bound.errors:
        form = bound.good
        try:
            await confirming.confirm_by_link(
                token, visit_id, form.happened == "yes", rating=form.rating, words=form.words, now=clock.now()
            )
        except DomainError as error:
            if error.first.status == 404:
                raise
            if error.first.code != ALREADY_CONFIRMED.code:
                bound.refuse(error)
    if bound.errors:
        return _private(form_page(request, "requests/follow.html", **await _context(request, token, bound)))
    return redirect(request, url_for(request, "requests.follow", token=token) + f"?told={visit_id}")


async def _context(request: AnyRequest, token: str, bound: Bound[Any]) -> dict[str, Any]:
    now = clock.now()
    row = await visits.followed(link_digest(token))
    planned = await visits.visits_of(row.id)
    unanswered = [v for v in planned if v.happened is None and link_refusal(v.ends, v.cancelled, now) is None]
    return {
        "row": row,
        "token": token,
        "link": f"{str(request.base_url).rstrip('/')}{url_for(request, 'requests.follow', token=token)}",
        "sent": request.query_params.get("sent") == "1",
        "told": next(
            (v for v in planned if str(v.id) == request.query_params.get("told") and v.happened is not None), None
        ),
        "ahead": [visit for visit in reversed(planned) if not visit.cancelled and visit.ends > now],
        "asks": unanswered[-1] if unanswered else None,
        "steps_taken": [
            (step, step.note if step.event in PUBLIC_NOTES else "")
            for step in await seen.history(row.id)
            if step.event in EVENT_TO_RESIDENT
        ],
        "form": bound,
        "ratings": range(1, BEST_RATING + 1),
        "words": asking_words(),
    }


def _private(answer: Template) -> Template:
    answer.headers.update(PRIVATE)
    return answer


ROUTES: list[Any] = [follow, confirm]
