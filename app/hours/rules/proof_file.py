"""The proof file of a report: every figure with the entries it is made of, each as it was sealed, in lines of JSON.

Pure, and all that writing one needs. Line by line, so that a file of any size is written and checked in little memory:

1. the header: what the report is of, the signed head of the ledger it rests on, and the keys;
2. the figures;
3. the entries in the order of their places in the ledger's tree, each with the exact text of its leaf and the proof
   that the head covers it;
4. an Ed25519 signature over all bytes before its line.
"""

import base64
import hashlib
from collections.abc import Sequence
from datetime import date, datetime

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec import Struct

from app.hours.rules.heads import Head, HeadJson, KeyJson, head_json, instant_text

FORMAT = "linli-hours-proof/1"
"""Another shape of the file is another number."""

LEAF_FORMAT = "linli-posting/1"
"""The shape of leaves that this program can read."""


class Contract(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was bought, from whom, by whom: the names as they were when the file was made."""

    id: int
    number: str
    program: str
    agency: str
    funder: str


class Filter(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which entries are meant; every one in the file must fit."""

    starts_on: date
    ends_before: date
    lines: list[int]
    period: int | None = None
    activity: int | None = None
    region: str | None = None
    capacity: str | None = None
    grade: str | None = None


class LeftOut(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the report has and no head covers yet: it can be proved in a few minutes, in another file."""

    entries: int
    minutes: int


class Header(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line."""

    format: str
    report: str
    contract: Contract
    filter: Filter
    made_at: str
    entries: int
    """How many lines of entries there are."""
    left_out: LeftOut
    head: HeadJson
    keys: list[KeyJson]
    """That of the head and that of the file, which may be one."""
    signed_by: str
    """The key of the file's signature."""


class Figure(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One figure of the report."""

    figure: str
    """`total`, `line`, `activity`, `region`, `month`, `capacity` or `grade`."""
    key: str
    name: str
    minutes: int
    attendances: int
    """Entries less reversals."""


class Entry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One ledger entry."""

    position: int
    leaf: str
    """Byte by byte what was sealed."""
    proof: list[str]
    """RFC 9162's inclusion proof in hexadecimal, without its last hashes where they are those of the entry before."""
    same: int
    """How many of the last hashes are those of the entry before."""


class Signature(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The last line: base64 of an Ed25519 signature over `signed_text` of all bytes before this line."""

    signature: str


class Allocated(Struct, frozen=True, kw_only=True):
    """What a leaf says about what it counts for."""

    line: int
    period: int
    posting_id: int
    minutes: int


class Leaf(Struct, frozen=True, kw_only=True):
    """What is read of a leaf to add it up."""

    format: str
    id: int
    served_on: date
    attendance_id: int
    reverses: bool
    activity: int
    region: str
    capacity: str
    minutes: int
    grade: str
    corrects_id: int | None
    allocation: Allocated | None


def leaf_of(text: str) -> Leaf:
    """A leaf's content.

    Raises:
        ValueError: when it has another shape.
    """
    try:
        leaf = msgspec.json.decode(text, type=Leaf)
    except msgspec.DecodeError as error:  # its subclass ValidationError too
        raise ValueError(str(error)) from None
    if leaf.format != LEAF_FORMAT:
        raise ValueError(leaf.format)
    return leaf


Key = tuple[str, str]
"""The kind of a figure and its key."""


def keys_of(leaf: Leaf) -> tuple[Key, ...]:
    """The figures that an entry counts in."""
    return (
        ("total", ""),
        ("line", str(leaf.allocation.line if leaf.allocation else 0)),
        ("activity", str(leaf.activity)),
        ("region", leaf.region),
        ("month", f"{leaf.served_on:%Y-%m}"),
        ("capacity", leaf.capacity),
        ("grade", leaf.grade),
    )


class Sums:
    """Adds entries up to figures."""

    def __init__(self) -> None:
        self.totals: dict[Key, tuple[int, int]] = {}

    def add(self, leaf: Leaf) -> None:
        """One more entry."""
        attendances = -1 if leaf.reverses else 1
        for key in keys_of(leaf):
            minutes, count = self.totals.get(key, (0, 0))
            self.totals[key] = (minutes + leaf.minutes, count + attendances)


def signed_text(digest: bytes, length: int, key: str) -> bytes:
    """What the signature is made over. A digest stands for the file, because Ed25519 reads what it signs twice."""
    lines = (FORMAT, f"bytes {length}", f"sha256 {digest.hex()}", f"key {key}")
    return "".join(f"{line}\n" for line in lines).encode()


class Writer:
    """Makes the lines of a proof file, and its signature in the end."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()
        self._length = 0
        self._before: list[str] = []

    def line(self, content: Header | Figure) -> bytes:
        """The header, then each figure."""
        return self._add(msgspec.json.encode(content) + b"\n")

    def entry(self, position: int, leaf: str, proof: Sequence[bytes]) -> bytes:
        """One entry; their positions must rise."""
        hashes = [step.hex() for step in proof]
        same = _same_end(hashes, self._before)
        self._before = hashes
        written = Entry(position=position, leaf=leaf, proof=hashes[: len(hashes) - same], same=same)
        return self._add(msgspec.json.encode(written) + b"\n")

    def signature(self, key: str, private: bytes) -> bytes:
        """The last line."""
        text = signed_text(self._digest.digest(), self._length, key)
        signature = Ed25519PrivateKey.from_private_bytes(private).sign(text)
        return msgspec.json.encode(Signature(signature=base64.b64encode(signature).decode())) + b"\n"

    def _add(self, line: bytes) -> bytes:
        self._digest.update(line)
        self._length += len(line)
        return line


def header(
    *,
    contract: Contract,
    wanted: Filter,
    made_at: datetime,
    entries: int,
    left_out: LeftOut,
    head: Head,
    keys: list[KeyJson],
    signed_by: str,
) -> Header:
    """The first line of an hour report's proof."""
    return Header(
        format=FORMAT,
        report="hours",
        contract=contract,
        filter=wanted,
        made_at=instant_text(made_at),
        entries=entries,
        left_out=left_out,
        head=head_json(head),
        keys=keys,
        signed_by=signed_by,
    )


def _same_end(hashes: list[str], before: list[str]) -> int:
    same = 0
    while same < min(len(hashes), len(before)) and hashes[-1 - same] == before[-1 - same]:
        same += 1
    return same
