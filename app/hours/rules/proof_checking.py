"""Checks a proof file with nothing but the file, and the published heads and keys of whoever has them.

Pure, line by line, in memory that does not grow with the file but for one bit for each number of a posting.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, BinaryIO, TypeVar

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from msgspec import Struct, field

from app.hours.rules.heads import Head, fingerprint, hash_from_hex, head_from_json, public_from_json, verify_head
from app.hours.rules.merkle import check_inclusion, leaf_hash
from app.hours.rules.proof_file import (
    FORMAT,
    Entry,
    Figure,
    Filter,
    Header,
    Leaf,
    Signature,
    Sums,
    leaf_of,
    signed_text,
)
from app.kit.rules import N_

LONGEST_LINE = 4 * 1024 * 1024
MOST_FINDINGS = 20
"""More of what is wrong is counted, not kept."""
HIGHEST_PROOF = 64
"""Hashes of a proof in a tree of 2⁶⁴ leaves."""


class Fault(StrEnum):
    """What can be wrong with a proof file."""

    NOT_A_PROOF = "not_a_proof"
    UNREADABLE = "unreadable"
    CUT_OFF = "cut_off"
    ADDED = "added"
    SIGNATURE = "signature"
    KEY_MISSING = "key_missing"
    KEY_DAMAGED = "key_damaged"
    KEY_UNKNOWN = "key_unknown"
    KEY_DIFFERS = "key_differs"
    HEAD_DAMAGED = "head_damaged"
    HEAD_SIGNATURE = "head_signature"
    HEAD_UNKNOWN = "head_unknown"
    HEAD_DIFFERS = "head_differs"
    NOT_SEALED_SO = "not_sealed_so"
    OTHER_LEAF = "other_leaf"
    OUTSIDE = "outside"
    TWICE = "twice"
    OUT_OF_ORDER = "out_of_order"
    COUNT = "count"
    FIGURE = "figure"
    FIGURE_TWICE = "figure_twice"
    FIGURE_MISSING = "figure_missing"


FAULTS: dict[Fault, str] = {
    Fault.NOT_A_PROOF: N_("This is no proof file of Linli, or its first line was changed beyond reading."),
    Fault.UNREADABLE: N_("Line %(line)s cannot be read, or does not belong where it stands: it was changed."),
    Fault.CUT_OFF: N_("The file ends after line %(line)s without its signature: its end was cut off or changed."),
    Fault.ADDED: N_("Something was added after the signature, from line %(line)s on."),
    Fault.SIGNATURE: N_("The file's signature does not fit: something in the file was changed after it was made."),
    Fault.KEY_MISSING: N_("The file names the key %(key)s and does not hold it."),
    Fault.KEY_DAMAGED: N_("The key %(key)s in the file is damaged."),
    Fault.KEY_UNKNOWN: N_("The key %(key)s is not among the published keys: somebody else signed this."),
    Fault.KEY_DIFFERS: N_(
        "The key %(key)s in the file is not the published key of that name: somebody else signed this."
    ),
    Fault.HEAD_DAMAGED: N_("The head of the ledger in the file is damaged: “%(what)s”."),
    Fault.HEAD_SIGNATURE: N_("The head over %(size)s entries is not signed by the key %(key)s: it was changed."),
    Fault.HEAD_UNKNOWN: N_(
        "No head over %(size)s entries is among the published ones: fetch a newer list, and ask why."
    ),
    Fault.HEAD_DIFFERS: N_(
        "The published head over %(size)s entries is another one: the file rests on a ledger that was never published."
    ),
    Fault.NOT_SEALED_SO: N_(
        "Line %(line)s: entry %(posting)s is not what was sealed at place %(position)s: its text, place or proof"
        " was changed."
    ),
    Fault.OTHER_LEAF: N_("Line %(line)s holds an entry in a shape that this program does not know."),
    Fault.OUTSIDE: N_("Line %(line)s: entry %(posting)s does not belong in this report: its %(field)s is “%(found)s”."),
    Fault.TWICE: N_("Line %(line)s: entry %(posting)s is in the file for the second time."),
    Fault.OUT_OF_ORDER: N_(
        "Line %(line)s: place %(position)s does not come after place %(before)s: a row was doubled or moved."
    ),
    Fault.COUNT: N_("The file should have %(said)s entries and has %(found)s: rows are missing or were added."),
    Fault.FIGURE: N_(
        "The figure “%(figure)s %(of)s” says %(said_minutes)s minutes from %(said)s attendances; its entries come to"
        " %(minutes)s minutes from %(found)s."
    ),
    Fault.FIGURE_TWICE: N_("Line %(line)s: the figure “%(figure)s %(of)s” is in the file for the second time."),
    Fault.FIGURE_MISSING: N_(
        "There are entries of “%(figure)s %(of)s”, %(minutes)s minutes from %(found)s attendances, and no figure says"
        " so."
    ),
}


NAMES: dict[str, str] = {
    "total": N_("total"),
    "line": N_("line"),
    "activity": N_("activity"),
    "region": N_("place"),
    "month": N_("month"),
    "capacity": N_("capacity"),
    "grade": N_("grade"),
    "period": N_("period"),
    "served_on": N_("day"),
    "allocation": N_("share of minutes that counts for a contract"),
}
"""Of the figures and fields that findings name."""


class Finding(Struct, frozen=True):
    """One thing that is wrong; `params` fill the sentence."""

    fault: Fault
    params: dict[str, Any]


class Trust(Struct, frozen=True, kw_only=True):
    """What the reader got from where the platform publishes it. None: then the file's own is taken."""

    keys: Mapping[str, bytes] | None = None
    heads: Mapping[int, bytes] | None = None
    """The root by the number of leaves."""


class Checked(Struct, kw_only=True):
    """What a check found."""

    header: Header | None = None
    head: Head | None = None
    entries: int = 0
    minutes: int = 0
    fingerprints: dict[str, str] = field(default_factory=dict)
    """Of the file's keys, by name: what to compare with the published ones."""
    findings: list[Finding] = field(default_factory=list)
    more: int = 0
    """What else is wrong, beyond `findings`."""

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings

    def wrong(self, fault: Fault, **params: Any) -> None:
        """One more thing that is wrong."""
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(Finding(fault, params))
        else:
            self.more += 1


def check(file: BinaryIO, trust: Trust) -> Checked:
    """Read a proof file to its end and say everything that is wrong with it."""
    found = Checked()
    reading = _Reading(file, trust, found)
    reading.run()
    return found


T = TypeVar("T")


def _decode(line: bytes, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(line, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


class _Reading:
    """One pass through a file."""

    def __init__(self, file: BinaryIO, trust: Trust, found: Checked) -> None:
        self.file, self.trust, self.found = file, trust, found
        self.line = 0
        self.digest, self.length = hashlib.sha256(), 0
        self.keys: dict[str, bytes] = {}
        self.figures: dict[tuple[str, str], Figure] = {}
        self.sums = Sums()
        self.seen = Seen()
        self.last_position = -1
        self.before: list[bytes] = []

    def run(self) -> None:
        first = self._read()
        header = _decode(first, Header)
        if header is None or header.format != FORMAT or not first.endswith(b"\n"):
            self.found.wrong(Fault.NOT_A_PROOF)
            return
        self.found.header = header
        self._take(first)
        self._keys(header)
        self._head(header)
        signature = self._body(header)
        if signature is not None:
            self._signature(header, signature)
            if self._read():
                self.found.wrong(Fault.ADDED, line=self.line)
        self._compare(header)

    def _read(self) -> bytes:
        self.line += 1
        return self.file.readline(LONGEST_LINE)

    def _take(self, line: bytes) -> None:
        self.digest.update(line)
        self.length += len(line)

    def _body(self, header: Header) -> Signature | None:
        """Figures and entries; the answer is the last line, None when the file ends before it."""
        while line := self._read():
            if not line.endswith(b"\n"):
                break
            if line.startswith(b'{"signature"'):
                signature = _decode(line, Signature)
                if signature is not None:
                    return signature
            self._take(line)
            if not self.found.entries and (figure := _decode(line, Figure)):
                self._figure(figure)
            elif entry := _decode(line, Entry):
                self._entry(header.filter, entry)
            else:
                self.found.wrong(Fault.UNREADABLE, line=self.line)
        self.found.wrong(Fault.CUT_OFF, line=self.line - 1)
        return None

    # Keys, head and signature.

    def _keys(self, header: Header) -> None:
        for key in header.keys:
            try:
                self.keys[key.kid] = public_from_json(key)
            except ValueError:
                self.found.wrong(Fault.KEY_DAMAGED, key=key.kid)
        self.found.fingerprints = {name: fingerprint(public) for name, public in self.keys.items()}
        for name in dict.fromkeys((header.head.key, header.signed_by)):
            published = self.trust.keys
            if name not in self.keys:
                self.found.wrong(Fault.KEY_MISSING, key=name)
            elif published is not None and name not in published:
                self.found.wrong(Fault.KEY_UNKNOWN, key=name)
            elif published is not None and published[name] != self.keys[name]:
                self.found.wrong(Fault.KEY_DIFFERS, key=name)

    def _head(self, header: Header) -> None:
        try:
            head = self.found.head = head_from_json(header.head)
        except ValueError as error:
            self.found.wrong(Fault.HEAD_DAMAGED, what=str(error).partition(":")[0])
            return
        public = self.keys.get(head.key)
        spelt = base64.b64encode(head.signature).decode() == header.head.signature
        if public is not None and not (spelt and verify_head(head, public)):
            self.found.wrong(Fault.HEAD_SIGNATURE, size=head.size, key=head.key)
        if self.trust.heads is not None:
            published = self.trust.heads.get(head.size)
            if published is None:
                self.found.wrong(Fault.HEAD_UNKNOWN, size=head.size)
            elif published != head.root:
                self.found.wrong(Fault.HEAD_DIFFERS, size=head.size)

    def _signature(self, header: Header, line: Signature) -> None:
        public = self.keys.get(header.signed_by)
        if public is None:
            return  # said already
        text = signed_text(self.digest.digest(), self.length, header.signed_by)
        try:
            signature = base64.b64decode(line.signature, validate=True)
            if base64.b64encode(signature).decode() != line.signature:
                raise ValueError("another spelling of the same bytes")
            Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
        except (binascii.Error, ValueError, InvalidSignature):
            self.found.wrong(Fault.SIGNATURE)

    # Entries.

    def _entry(self, wanted: Filter, entry: Entry) -> None:
        self.found.entries += 1
        if entry.position <= self.last_position:
            self.found.wrong(Fault.OUT_OF_ORDER, line=self.line, position=entry.position, before=self.last_position)
        self.last_position = max(entry.position, self.last_position)
        sealed = self._is_sealed(entry)
        try:
            leaf = leaf_of(entry.leaf)
        except ValueError:
            self.found.wrong(Fault.OTHER_LEAF, line=self.line)
            return
        if not sealed:
            self.found.wrong(Fault.NOT_SEALED_SO, line=self.line, posting=leaf.id, position=entry.position)
        elif not self.seen.first_time(leaf.id):
            self.found.wrong(Fault.TWICE, line=self.line, posting=leaf.id)
        if outside := _outside(leaf, wanted):
            name, value = outside
            self.found.wrong(Fault.OUTSIDE, line=self.line, posting=leaf.id, field=name, found=value)
        self.sums.add(leaf)
        self.found.minutes += leaf.minutes

    def _is_sealed(self, entry: Entry) -> bool:
        shared = self.before[len(self.before) - entry.same :] if 0 < entry.same <= len(self.before) else []
        try:
            proof = [hash_from_hex(text) for text in entry.proof[:HIGHEST_PROOF]] + shared
        except ValueError:
            proof = []
        self.before = proof or self.before
        head = self.found.head
        if head is None:
            return True  # said already
        leaf = leaf_hash(entry.leaf.encode())
        whole = len(shared) == entry.same
        return whole and check_inclusion(leaf, entry.position, head.size, proof, head.root)

    # Figures.

    def _figure(self, figure: Figure) -> None:
        key = (figure.figure, figure.key)
        if key in self.figures:
            self.found.wrong(Fault.FIGURE_TWICE, line=self.line, figure=figure.figure, of=figure.name or figure.key)
        self.figures[key] = figure

    def _compare(self, header: Header) -> None:
        if self.found.entries != header.entries:
            self.found.wrong(Fault.COUNT, said=header.entries, found=self.found.entries)
        for key, figure in self.figures.items():
            minutes, attendances = self.sums.totals.pop(key, (0, 0))
            if (minutes, attendances) != (figure.minutes, figure.attendances):
                self.found.wrong(
                    Fault.FIGURE,
                    figure=figure.figure,
                    of=figure.name or figure.key,
                    said_minutes=figure.minutes,
                    said=figure.attendances,
                    minutes=minutes,
                    found=attendances,
                )
        for (kind, key_), (minutes, attendances) in self.sums.totals.items():
            self.found.wrong(Fault.FIGURE_MISSING, figure=kind, of=key_, minutes=minutes, found=attendances)


def _outside(leaf: Leaf, wanted: Filter) -> tuple[str, object] | None:
    """The first field in which an entry does not fit what the report is of."""
    counts_for = leaf.allocation
    if counts_for is None or counts_for.posting_id != leaf.id or counts_for.minutes != leaf.minutes:
        return "allocation", counts_for.minutes if counts_for else 0
    if counts_for.line not in wanted.lines:
        return "line", counts_for.line
    if not wanted.starts_on <= leaf.served_on < wanted.ends_before:
        return "served_on", leaf.served_on
    compared = (
        ("period", wanted.period, counts_for.period),
        ("activity", wanted.activity, leaf.activity),
        ("region", wanted.region, leaf.region),
        ("capacity", wanted.capacity, leaf.capacity),
        ("grade", wanted.grade, leaf.grade),
    )
    return next(((name, has) for name, asked, has in compared if asked is not None and asked != has), None)


class Seen:
    """Numbers that were seen before, a bit each, in pages that are made where numbers are."""

    PAGE = 32_768

    def __init__(self) -> None:
        self.pages: dict[int, bytearray] = {}

    def first_time(self, number: int) -> bool:
        """Whether this number was not seen before; now it was."""
        page, place = divmod(number, self.PAGE)
        bits = self.pages.setdefault(page, bytearray(self.PAGE // 8))
        byte, bit = place >> 3, 1 << (place & 7)
        if bits[byte] & bit:
            return False
        bits[byte] |= bit
        return True
