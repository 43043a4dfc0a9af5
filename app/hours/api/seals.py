"""The seal over the ledger, as JSON: state, heads and keys for anyone, proofs of entries for who may see them."""

from typing import Annotated, Any

from litestar import Request, get
from litestar.params import FromPath, QueryParameter

from app.accounts.actor import signed_in
from app.accounts.rules import Permission
from app.hours import published
from app.hours.published import Consistency, Heads, Keys, PostingProof, Seal
from app.hours.queries.seals import seal_state
from app.kit.access import PUBLIC
from app.kit.problems import READS, refusal

AnyRequest = Request[Any, Any, Any]
NOT_PROVED = {
    404: refusal("No such head."),
    409: refusal("History was changed."),
    422: refusal("The heads are the wrong way round."),
}


@get(
    "/seals",
    name="api.hours.seals",
    access=PUBLIC,
    tags=["seals"],
    summary="The state of the seal",
    description="The newest signed head, what waits for the next, the last self-check, and every alarm there was.",
)
async def show() -> Seal:
    """The state."""
    return published.seal_json(await seal_state())


@get(
    "/seals/heads",
    name="api.hours.seal_heads",
    access=PUBLIC,
    tags=["seals"],
    summary="Signed tree heads",
    description="Those over fewer entries first. The signature is Ed25519 over five lines, each ended by a line feed: "
    "the format, `size N`, `root HEX`, `sealed_at INSTANT`, `key KID`.",
)
async def heads(
    since: Annotated[int, QueryParameter(ge=0, description="Only heads over more than this many entries")] = 0,
) -> Heads:
    """Heads."""
    return await published.heads_json(since)


@get(
    "/seals/keys",
    name="api.hours.seal_keys",
    access=PUBLIC,
    tags=["seals"],
    summary="The keys that signed them",
    description="A JSON Web Key Set. Retired keys stay in it: what they signed stays good.",
)
async def keys() -> Keys:
    """Keys."""
    return await published.keys_json()


@get(
    "/seals/consistency",
    name="api.hours.seal_consistency",
    access=PUBLIC,
    tags=["seals"],
    summary="That a later head begins with an earlier one",
    description="A consistency proof by RFC 9162 between two published heads.",
    responses=NOT_PROVED,
)
async def consistency(
    old: Annotated[int, QueryParameter(name="from", description="Entries under the earlier head")],
    new: Annotated[int, QueryParameter(name="to", description="Entries under the later head")],
) -> Consistency:
    """The proof."""
    return await published.consistency_json(old, new)


@get(
    "/postings/{posting_id:int}/proof",
    name="api.hours.posting_proof",
    access=Permission.ATTENDANCE_SEE,
    tags=["seals", "hours"],
    summary="That an entry is under a head",
    description="The entry's leaf, and an inclusion proof by RFC 9162. 409 while the entry is not sealed yet, and when "
    "it is not what was sealed.",
    responses=READS | {409: refusal("Not sealed yet, or not what was sealed.")},
)
async def posting_proof(
    request: AnyRequest,
    posting_id: FromPath[int],
    size: Annotated[int | None, QueryParameter(description="Entries under the head; left out: the newest")] = None,
) -> PostingProof:
    """The proof."""
    return await published.proof_of(await published.posting_for(signed_in(request), posting_id), size)


ROUTES: list[Any] = [show, heads, keys, consistency, posting_proof]
