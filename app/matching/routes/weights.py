"""What the city values: read by everybody who matches, set by the platform's administrator."""

from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.errors import DomainError
from app.kit.forms import Bound, bind, blank
from app.kit.i18n import gettext as _
from app.kit.once import once
from app.kit.once import token as once_token
from app.kit.web import AnyRequest, form_page, page, redirect, url_for
from app.kit.wording import number
from app.matching import saying_rounds as words
from app.matching.actions.weights import set_weights
from app.matching.forms.weights import WeightsForm
from app.matching.problem import Weights
from app.matching.queries.weights import WeightingRow, weightings


@get("/matching/weights", name="matching.weights", access=Permission.MATCH_SEE, include_in_schema=False)
async def show(request: AnyRequest) -> Template:
    """Every weight in words, and who decided what when."""
    rows = await weightings()
    figures = _today(rows)
    form = blank(**figures, applies_from=clock.local_day(clock.now()))
    return page(request, "matching/weights.html", **_shown(rows, form))


def _today(rows: list[WeightingRow]) -> dict[str, int]:
    today = clock.local_day(clock.now())
    now = next((row.figures for row in rows if row.applies_from <= today), Weights())
    return msgspec.structs.asdict(now)


def _shown(rows: list[WeightingRow], form: Bound[Any]) -> dict[str, Any]:
    return {
        "rows": rows,
        "figures": _today(rows),
        "changes": _changes(rows),
        "form": form,
        "words": words,
        "once": once_token(),
    }


def _changes(rows: list[WeightingRow]) -> dict[int, list[str]]:
    """What each decision changed against the one before it, in words."""
    changed: dict[int, list[str]] = {}
    earlier = msgspec.structs.asdict(Weights())
    for row in reversed(rows):
        figures = msgspec.structs.asdict(row.figures)
        changed[row.id] = [
            _("%(what)s: %(before)s → %(after)s")
            % {"what": words.weight_label(name), "before": number(earlier[name]), "after": number(amount)}
            for name, amount in figures.items()
            if amount != earlier[name]
        ]
        earlier = figures
    return changed


@post(
    "/matching/weights", name="matching.weights_set", access=Permission.MATCH_SET, include_in_schema=False,
    status_code=303,
)  # fmt: skip
async def decide(request: AnyRequest) -> Template | Response[None]:
    """Weigh anew from a day on."""
    actor = signed_in(request)
    typed = await request.form()
    bound = bind(WeightsForm, typed)

    async def act() -> str:
        form = bound.good
        await set_weights(actor, form.amounts, form.applies_from, form.reason, now=clock.now())
        return url_for(request, "matching.weights")

    if not bound.errors:
        try:
            return redirect(request, await once(str(typed.get("_once", "")), act), said=_("The new weights are set."))
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "matching/weights.html", **_shown(await weightings(), bound))


ROUTES: list[Any] = [show, decide]
