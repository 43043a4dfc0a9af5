"""The seal as it is published in JSON: the same shapes for pages' downloads and for the API."""

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor
from app.hours.queries.attendances import attendance_for
from app.hours.queries.leaves import FORMAT
from app.hours.queries.seals import (
    HEADS_A_PAGE,
    PublicKey,
    SealedPosting,
    SealState,
    consistency,
    head_at,
    heads_since,
    newest_head,
    prove,
    public_keys,
    sealed_postings,
)
from app.hours.rules import merkle
from app.hours.rules.heads import Head, HeadJson, KeyJson, head_json, key_json
from app.kit.errors import Conflict, Invalid, NotFound
from app.kit.rules import N_, Refusal

NO_HEAD = Refusal(
    "no_such_head",
    N_("There is no sealed head over this many entries."),
    N_("Take a number from the list of heads."),
    status=404,
)
NOT_LATER = Refusal("not_later", N_("The later head must not cover fewer entries than the earlier one."), status=422)
NOT_A_BEGINNING = Refusal(
    "not_a_beginning",
    N_("There is no proof: the later head does not begin with what was sealed under the earlier one."),
    N_("The ledger was changed. Tell the platform’s administrators, and keep both heads."),
)
NOT_WHAT_WAS_SEALED = Refusal(
    "not_what_was_sealed",
    N_("There is no proof: this entry, as it stands in the database, is not what was sealed."),
    N_("The ledger was changed. Tell the platform’s administrators."),
)
NOT_SEALED_YET = Refusal(
    "not_sealed_yet", N_("This entry is not sealed yet."), N_("Entries are sealed every minute. Try again shortly.")
)


class Heads(Struct, kw_only=True):
    """Some heads, those over fewer entries first."""

    heads: list[HeadJson]
    next_since: int | None
    """Ask again with `since` set to this for the next ones; null when these are the last."""


class Keys(Struct, kw_only=True):
    """Every key that ever signed, the newest first: a JSON Web Key Set."""

    keys: list[KeyJson]


class Alarm(Struct, kw_only=True):
    """Something that was found to be wrong, and what its note says of it."""

    kind: str
    facts: dict[str, int | str]
    found_at: datetime
    settled_at: datetime | None
    note: str


class Seal(Struct, kw_only=True):
    """The state of the seal now."""

    newest: HeadJson | None
    heads: int
    waiting: int
    """Entries that no head covers yet."""
    oldest_waiting: datetime | None
    checked_at: datetime | None
    """When the last self-check ended."""
    checked_leaves: int | None
    wrong: int | None
    """What it found wrong."""
    alarms: list[Alarm]
    detached_months: list[str]
    """Months whose entries are kept in files; their leaves stay in the tree."""


class Consistency(Struct, kw_only=True):
    """What proves that the later head's tree begins with the earlier head's (RFC 9162 section 2.1.4)."""

    old: HeadJson
    new: HeadJson
    proof: list[str]
    """Hashes in hexadecimal."""


class PostingProof(Struct, kw_only=True):
    """What proves that an entry is under a head (RFC 9162 section 2.1.3)."""

    posting_id: int
    attendance_id: int
    leaf_format: str
    leaf_text: str
    """The leaf. Its hash is SHA-256 over a zero byte and this text in UTF-8."""
    leaf_hash: str
    position: int
    """The leaf's place, counted from 0."""
    head: HeadJson
    proof: list[str]
    """Hashes in hexadecimal, from the leaf's neighbour upwards."""
    key: KeyJson
    """The key that signed the head. Compare its fingerprint with the published ones."""


def as_json(key: PublicKey) -> KeyJson:
    """A key as it is published."""
    return key_json(key.name, key.public, key.made_at, key.retired_at)


def seal_json(state: SealState) -> Seal:
    """The state of the seal, published."""
    checked = state.checked
    return Seal(
        newest=head_json(state.head) if state.head else None,
        heads=state.heads,
        waiting=state.waiting,
        oldest_waiting=state.oldest_waiting,
        checked_at=checked.ended_at if checked else None,
        checked_leaves=checked.size if checked else None,
        wrong=checked.wrong if checked else None,
        alarms=[
            Alarm(kind=one.kind, facts=one.said, found_at=one.found_at, settled_at=one.settled_at, note=one.note)
            for one in state.alarms
        ],
        detached_months=[f"{month:%Y-%m}" for month in state.detached],
    )


async def heads_json(since: int) -> Heads:
    """Heads over more than `since` entries."""
    found = await heads_since(since)
    more = found[-1].size if len(found) == HEADS_A_PAGE else None
    return Heads(heads=[head_json(head) for head in found], next_since=more)


async def keys_json() -> Keys:
    """Every key."""
    return Keys(keys=[as_json(key) for key in await public_keys()])


async def consistency_json(old_size: int, new_size: int) -> Consistency:
    """The proof between two heads, tried before it is given.

    Raises:
        Invalid: when there is no such head, or the later one is over fewer entries.
        Conflict: when there is no proof, because history was changed.
    """
    old, new = await head_at(old_size), await head_at(new_size)
    if old is None or new is None:
        raise Invalid(NO_HEAD, **{"from": NO_HEAD.text} if old is None else {"to": NO_HEAD.text})
    if old.size > new.size:
        raise Invalid(NOT_LATER, to=NOT_LATER.text)
    try:
        proof = await consistency(old.size, new.size)
    except merkle.MissingTile:
        raise Conflict(NOT_A_BEGINNING) from None
    if not merkle.check_consistency(old.size, old.root, new.size, new.root, proof):
        raise Conflict(NOT_A_BEGINNING)
    return Consistency(old=head_json(old), new=head_json(new), proof=[step.hex() for step in proof])


async def posting_for(actor: Actor, posting_id: int) -> SealedPosting:
    """A posting with its leaf, if this actor may see its attendance.

    Raises:
        NotFound: otherwise, and while its month is kept in a file.
    """
    found = await sealed_postings([posting_id])
    if not found or await attendance_for(actor, found[0].attendance_id) is None:
        raise NotFound()
    return found[0]


async def proof_of(posting: SealedPosting, size: int | None) -> PostingProof:
    """The proof of a posting under the head over `size` entries, or the newest; tried before it is given.

    Raises:
        Invalid: when there is no such head, or that head does not cover it.
        Conflict: when it is not sealed yet, or is not what was sealed.
    """
    if posting.position is None:
        raise Conflict(NOT_SEALED_YET)
    head = await (newest_head() if size is None else head_at(size))
    if head is None or head.size <= posting.position:
        raise Invalid(NO_HEAD, size=NO_HEAD.text)
    leaf = merkle.leaf_hash(posting.text.encode())
    try:
        [proved] = await prove([(posting.posting_id, posting.text, posting.position)], head.size)
    except merkle.MissingTile:
        raise Conflict(NOT_WHAT_WAS_SEALED) from None
    if not merkle.check_inclusion(leaf, proved.position, head.size, proved.proof, head.root):
        raise Conflict(NOT_WHAT_WAS_SEALED)
    return PostingProof(
        posting_id=posting.posting_id,
        attendance_id=posting.attendance_id,
        leaf_format=FORMAT,
        leaf_text=posting.text,
        leaf_hash=leaf.hex(),
        position=posting.position,
        head=head_json(head),
        proof=[step.hex() for step in proved.proof],
        key=_key_of(head, await public_keys()),
    )


def _key_of(head: Head, keys: Sequence[PublicKey]) -> KeyJson:
    return next(as_json(key) for key in keys if key.name == head.key)
