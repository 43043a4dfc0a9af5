"""Requests as JSON: take, list, read, decide, hand over."""

from typing import Any

from litestar import get, post
from litestar.params import FromPath, FromQuery, JSONBody

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.kit import clock
from app.kit.problems import CHANGES, READS
from app.kit.web import AnyRequest, url_for
from app.requests.actions import asking, looking, triage
from app.requests.api.shapes import (
    AlikeAnswer,
    DeclineBody,
    DetailsAnswer,
    GiveBackBody,
    LineAnswer,
    LineBody,
    LookBody,
    MergeBody,
    NewRequest,
    NoteBody,
    Received,
    RequestAnswer,
    RequestPage,
)
from app.requests.queries import choices, residents, seen
from app.requests.rules.asking import Channel
from app.requests.rules.statuses import Group

TAGS = ["Requests"]
P = Permission


@get(
    "/requests",
    name="api.requests.list",
    access=P.REQUEST_SEE,
    tags=TAGS,
    responses=READS,
    summary="List requests",
    description="A community sees those of its region, an agency those handed to its programs; late ones first.",
)
async def listed(
    request: AnyRequest,
    pile: FromQuery[Group | None] = None,
    kind: FromQuery[str] = "",
    page: FromQuery[int] = 1,
) -> RequestPage:
    """List requests."""
    found = await seen.pile(
        signed_in(request), pile, clock.now(), kind=kind or None, page=min(max(page, 1), seen.MOST_PAGES)
    )
    return RequestPage(
        requests=[RequestAnswer.of(row) for row in found.rows], next=found.page + 1 if found.has_more else None
    )


@post(
    "/requests",
    name="api.requests.create",
    access=P.REQUEST_TAKE,
    tags=TAGS,
    responses=CHANGES,
    summary="Take a request",
    description="Starts the clock. The answer holds the private page's path, which is shown only here.",
)
async def create(request: AnyRequest, data: JSONBody[NewRequest]) -> Received:
    """Take a request."""
    actor, now, token = signed_in(request), clock.now(), asking.new_token()
    made = await asking.receive(actor, data.ask(), Channel(data.channel), token=token, now=now)
    return Received(
        request=RequestAnswer.of(await seen.request_for(actor, made, now)),
        private_path=url_for(request, "requests.follow", token=token),
    )


@get(
    "/requests/{request_id:int}",
    name="api.requests.show",
    access=P.REQUEST_SEE,
    tags=TAGS,
    responses=READS,
    summary="Read a request",
)
async def show(request: AnyRequest, request_id: FromPath[int]) -> RequestAnswer:
    """Read a request; its resident's name is shortened."""
    return await _answer(request, request_id)


@post(
    "/requests/{request_id:int}/details",
    name="api.requests.details",
    access=P.RESIDENT_LOOK,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Open the resident's details",
    description="Name, telephone, address and needs in the clear. Each look is logged with its purpose.",
)
async def details(request: AnyRequest, request_id: FromPath[int], data: JSONBody[LookBody]) -> DetailsAnswer:
    """Open the resident's details."""
    return DetailsAnswer.of(await looking.open_details(signed_in(request), request_id, data.purpose, now=clock.now()))


@get(
    "/requests/{request_id:int}/duplicates",
    name="api.requests.duplicates",
    access=P.REQUEST_TAKE,
    tags=TAGS,
    responses=READS,
    summary="Who may be the same person",
)
async def duplicates(request: AnyRequest, request_id: FromPath[int]) -> list[AlikeAnswer]:
    """Residents of your area with the same name, telephone or address."""
    actor = signed_in(request)
    row = await seen.request_for(actor, request_id, clock.now())
    found = await residents.alike(actor, await residents.fingerprint_of(row.resident_id))
    return [AlikeAnswer.of(other) for other in found]


@get(
    "/requests/{request_id:int}/lines",
    name="api.requests.lines",
    access=P.REQUEST_TAKE,
    tags=TAGS,
    responses=READS,
    summary="Contract lines that could take a request",
)
async def lines(request: AnyRequest, request_id: FromPath[int]) -> list[LineAnswer]:
    """Lines of active programs that cover the community and buy this kind of help today."""
    now = clock.now()
    row = await seen.request_for(signed_in(request), request_id, now)
    return [
        LineAnswer(line=line.id, code=line.code, program=line.program_zh, ends_before=line.ends_before)
        for line in await choices.fitting_lines(row.region, row.service_kind, clock.local_day(now))
    ]


@post(
    "/requests/{request_id:int}/accept",
    name="api.requests.accept",
    access=P.REQUEST_TAKE,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Accept a request",
)
async def accept(request: AnyRequest, request_id: FromPath[int], data: JSONBody[NoteBody]) -> RequestAnswer:
    """Say yes."""
    await triage.accept(signed_in(request), request_id, note=data.note, now=clock.now())
    return await _answer(request, request_id)


@post(
    "/requests/{request_id:int}/decline",
    name="api.requests.decline",
    access=P.REQUEST_TAKE,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Decline a request",
    description="It is kept with its reason: that is the need that was not met.",
)
async def decline(request: AnyRequest, request_id: FromPath[int], data: JSONBody[DeclineBody]) -> RequestAnswer:
    """Say no, with the reason."""
    await triage.decline(signed_in(request), request_id, data.reason, note=data.note, now=clock.now())
    return await _answer(request, request_id)


@post(
    "/requests/{request_id:int}/hand-over",
    name="api.requests.hand_over",
    access=P.REQUEST_TAKE,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Hand a request to a program",
)
async def hand_over(request: AnyRequest, request_id: FromPath[int], data: JSONBody[LineBody]) -> RequestAnswer:
    """Give it to the agency of a program's line."""
    await triage.hand_over(signed_in(request), request_id, data.line, now=clock.now())
    return await _answer(request, request_id)


@post(
    "/requests/{request_id:int}/give-back",
    name="api.requests.give_back",
    access=P.REQUEST_PLAN,
    tags=TAGS,
    responses=CHANGES,
    status_code=204,
    summary="Give a request back to the community",
    description="Your agency no longer sees it afterwards.",
)
async def give_back(request: AnyRequest, request_id: FromPath[int], data: JSONBody[GiveBackBody]) -> None:
    """An agency cannot take it."""
    await triage.give_back(signed_in(request), request_id, note=data.note, now=clock.now())


@post(
    "/requests/{request_id:int}/close",
    name="api.requests.close",
    access=P.REQUEST_TAKE,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Close a request",
)
async def close(request: AnyRequest, request_id: FromPath[int], data: JSONBody[NoteBody]) -> RequestAnswer:
    """Nothing more is to be done."""
    await triage.close(signed_in(request), request_id, note=data.note, now=clock.now())
    return await _answer(request, request_id)


@post(
    "/requests/{request_id:int}/reopen",
    name="api.requests.reopen",
    access=P.REQUEST_TAKE,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="Open a declined or closed request again",
)
async def reopen(request: AnyRequest, request_id: FromPath[int], data: JSONBody[NoteBody]) -> RequestAnswer:
    """Decide again."""
    await triage.reopen(signed_in(request), request_id, note=data.note, now=clock.now())
    return await _answer(request, request_id)


@post(
    "/requests/{request_id:int}/merge",
    name="api.requests.merge",
    access=P.REQUEST_TAKE,
    tags=TAGS,
    responses=CHANGES,
    status_code=200,
    summary="File a request under a resident already known",
)
async def merge(request: AnyRequest, request_id: FromPath[int], data: JSONBody[MergeBody]) -> RequestAnswer:
    """It is the same person."""
    await triage.merge(signed_in(request), request_id, data.resident, take_details=data.take_details, now=clock.now())
    return await _answer(request, request_id)


async def _answer(request: AnyRequest, request_id: int) -> RequestAnswer:
    return RequestAnswer.of(await seen.request_for(signed_in(request), request_id, clock.now()))


ROUTES: list[Any] = [
    listed,
    create,
    show,
    details,
    duplicates,
    lines,
    accept,
    decline,
    hand_over,
    give_back,
    close,
    reopen,
    merge,
]
