"""The seal over the ledger, for anyone: its state, heads, keys, proofs; and settling an alarm about it."""

from typing import Annotated, Any

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Template

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours import published, saying_seals
from app.hours.actions import alarming
from app.hours.forms import SettleAlarm
from app.hours.published import Heads, Keys, PostingProof
from app.hours.queries import seals
from app.kit import clock
from app.kit.access import PUBLIC, SIGNED_IN
from app.kit.errors import DomainError
from app.kit.forms import bind, blank
from app.kit.i18n import gettext as _
from app.kit.web import AnyRequest, form_page, page, redirect, url_for

Since = Annotated[int, QueryParameter(ge=0, description="Only heads over more than this many entries")]


@get("/seals", name="hours.seals", access=PUBLIC, include_in_schema=False)
async def show(request: AnyRequest) -> Template:
    """Is the ledger what it was? And how anyone can find out."""
    state = await seals.seal_state()
    return page(
        request,
        "hours/seals.html",
        state=state,
        newest_heads=await seals.last_heads(),
        now_at=clock.now(),
        saying=saying_seals,
        form=blank(to=state.head.size if state.head else ""),
    )


@get("/seals/heads.json", name="hours.seal_heads", access=PUBLIC, include_in_schema=False)
async def heads(since: Since = 0) -> Heads:
    """Signed heads, a thousand at a time."""
    return await published.heads_json(since)


@get("/seals/keys.json", name="hours.seal_keys", access=PUBLIC, include_in_schema=False)
async def keys() -> Keys:
    """Every key that ever signed one."""
    return await published.keys_json()


@get("/seals/consistency", name="hours.seal_consistency", access=PUBLIC, include_in_schema=False)
async def consistency(
    request: AnyRequest,
    old: Annotated[str, QueryParameter(name="from")] = "",
    new: Annotated[str, QueryParameter(name="to")] = "",
) -> Template:
    """That nothing under an earlier head was changed by a later one."""
    form, proof = blank(**{"from": old, "to": new}), None
    for name, typed in (("from", old), ("to", new)):
        if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
            form.errors[name] = _("Enter a whole number, for example 12.")
    if not form.errors:
        try:
            proof = await published.consistency_json(int(old), int(new))
        except DomainError as error:
            form.refuse(error)
    answer = page if proof else form_page
    return answer(request, "hours/seal_consistency.html", form=form, proof=proof, saying=saying_seals)


@get("/seals/alarms/{alarm_id:int}", name="hours.seal_alarm", access=PUBLIC, include_in_schema=False)
async def alarm(request: AnyRequest, alarm_id: FromPath[int]) -> Template:
    """One alarm: what was found, and what somebody says of it."""
    row = await seals.alarm(alarm_id)
    checked = await seals.last_faults() if row.kind == "rows_differ" and row.settled_at is None else []
    return page(request, "hours/seal_alarm.html", alarm=row, faults=checked, form=blank(), saying=saying_seals)


@post(
    "/seals/alarms/{alarm_id:int}",
    name="hours.seal_settle",
    access=Permission.ORGANISATION_MANAGE,
    include_in_schema=False,
    status_code=303,
)
async def settle(request: AnyRequest, alarm_id: FromPath[int]) -> Template | Response[None]:
    """Say what an alarm was about."""
    row = await seals.alarm(alarm_id)
    bound = bind(SettleAlarm, await request.form())
    if not bound.errors:
        try:
            await alarming.settle(signed_in(request), alarm_id, bound.good.note, now=clock.now())
            said = _("Settled. The alarm and your note stay published, and sealing goes on.")
            return redirect(request, url_for(request, "hours.seals"), said=said)
        except DomainError as error:
            bound.refuse(error)
    return form_page(request, "hours/seal_alarm.html", alarm=row, faults=[], form=bound, saying=saying_seals)


@get("/postings/{posting_id:int}/proof", name="hours.posting_proof", access=SIGNED_IN, include_in_schema=False)
async def posting_proof(request: AnyRequest, posting_id: FromPath[int], size: FromQuery[int | None] = None) -> Template:
    """One entry's place under a signed head."""
    posting = await published.posting_for(signed_in(request), posting_id)
    sealed = posting.position is not None
    proof = await published.proof_of(posting, size) if sealed else None
    return page(request, "hours/posting_proof.html", posting=posting, proof=proof, size=size, saying=saying_seals)


@get(
    "/postings/{posting_id:int}/proof.json",
    name="hours.posting_proof_file",
    access=SIGNED_IN,
    include_in_schema=False,
)
async def posting_proof_file(
    request: AnyRequest, posting_id: FromPath[int], size: FromQuery[int | None] = None
) -> Response[PostingProof]:
    """The same to take away."""
    proof = await published.proof_of(await published.posting_for(signed_in(request), posting_id), size)
    name = f"linli-posting-{posting_id}-{proof.head.size}.json"
    return Response(proof, headers={"Content-Disposition": f'attachment; filename="{name}"'})


ROUTES: list[Any] = [show, heads, keys, consistency, alarm, settle, posting_proof, posting_proof_file]
