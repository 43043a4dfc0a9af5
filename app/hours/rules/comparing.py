"""Goes through the tree from the first leaf to the last and says where rows, tiles and heads do not agree. Pure.

A leaf's hash is there three times: in its posting, in its tile, and inside the roots above it. Two that agree tell
which of them was changed, and so the fault is named after what is wrong and not after what was looked at.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct

from app.hours.rules import merkle
from app.hours.rules.heads import Head, verify_head
from app.hours.rules.merkle import HASH, WIDTH, TileKey

MISSING = bytes(HASH)
"""Stands for the hash of a posting that is not there."""
AWAY = b"\xff" * HASH
"""Stands for the hash of a posting whose month is kept in a file: the tile is believed."""

FIRST_FEW = 100
"""How many faults are kept with their names; the others are counted."""


class Fault(Struct, frozen=True):
    """One thing that is wrong, and the numbers that name it."""

    kind: str
    named: dict[str, int]


class Findings:
    """Faults as they are found: all counted, the first few kept."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.first: list[Fault] = []

    def add(self, kind: str, *, times: int = 1, **named: int) -> None:
        """Note a fault, or one of many that `times` counts."""
        self.counts[kind] = self.counts.get(kind, 0) + times
        if len(self.first) < FIRST_FEW:
            self.first.append(Fault(kind, named))

    @property
    def wrong(self) -> int:
        return sum(self.counts.values())


class Stretch(Struct, frozen=True, kw_only=True):
    """Some leaves in a row, beginning with a tile, as the rows of the database say them."""

    first: int
    hashes: bytes
    """Computed from the postings: `MISSING` and `AWAY` where there is none."""
    postings: Sequence[int]
    """The posting of each leaf; 0 where there is no such leaf."""
    tiles: Mapping[TileKey, bytes]
    """The stored tiles of level 0 under these leaves."""
    heads: Sequence[Head]
    """The heads over more than `first` leaves and no more than these, the smallest first."""


class Walk:
    """One walk over a tree of `size` leaves. `upper` are its stored tiles of all levels but 0."""

    def __init__(
        self, size: int, newest: bytes, upper: Mapping[TileKey, bytes], keys: Mapping[str, bytes], found: Findings
    ) -> None:
        self.size = size
        self.newest = newest
        self.upper = upper
        self.keys = keys
        self.found = found
        self._peaks: list[tuple[int, bytes]] = []
        self._tile_roots: list[bytes] = []

    def over(self, stretch: Stretch) -> None:
        """Compare the next leaves."""
        self._in_order(stretch)
        heads = iter(stretch.heads)
        head = next(heads, None)
        for at in range(0, len(stretch.hashes), WIDTH * HASH):
            first = stretch.first + at // HASH
            hashes = self._agreed(stretch, first, stretch.hashes[at : at + WIDTH * HASH])
            while head is not None and head.size <= first + len(hashes):
                self._check(head, hashes[: head.size - first])
                head = next(heads, None)
            if len(hashes) == WIDTH:
                self._push(merkle.perfect_root(hashes))

    def end(self) -> None:
        """Compare the tiles above level 0 with what the leaves make of them."""
        expected = merkle.extend({}, 0, self._tile_roots)
        for (level, place), hashes in expected.items():
            if self.upper.get((level + 1, place)) != hashes:
                self.found.add("tile_differs", level=level + 1, place=place)
        for level, place in sorted(self.upper.keys() - {(level + 1, place) for level, place in expected}):
            self.found.add("tile_unknown", level=level, place=place)

    def _in_order(self, stretch: Stretch) -> None:
        begins = {head.size for head in stretch.heads}
        for at, (one, other) in enumerate(pairwise(stretch.postings), stretch.first + 1):
            if one >= other and at not in begins and one and other:
                self.found.add("leaf_out_of_order", position=at, posting=other)

    def _agreed(self, stretch: Stretch, first: int, computed: bytes) -> list[bytes]:
        """The hashes of one tile that are believed; where rows and tile differ, the fault is named."""
        place = first // WIDTH
        stored = stretch.tiles.get((0, place), b"")
        if stored == computed:
            return merkle.split(stored)
        if len(stored) != len(computed):
            self.found.add("tile_differs", level=0, place=place)
        tile = merkle.split(stored[: len(computed)])
        rows = [
            tile[at] if hash_ == AWAY and at < len(tile) else hash_ for at, hash_ in enumerate(merkle.split(computed))
        ]
        if rows == tile or len(stored) < len(computed):
            return rows
        by_tile, by_rows = self._supports(place, tile), self._supports(place, rows)
        if by_rows or not by_tile:
            self.found.add("tile_differs", level=0, place=place)
        if not by_rows:
            for at, (row, hash_) in enumerate(zip(rows, tile, strict=True), first):
                if row != hash_:
                    posting = stretch.postings[at - stretch.first]
                    kind = "posting_missing" if row == MISSING else "posting_differs"
                    self.found.add(kind if posting else "leaf_missing", posting=posting, position=at)
        return rows if by_rows else tile

    def _supports(self, place: int, hashes: list[bytes]) -> bool:
        """Whether what stands above this tile says that it holds these hashes."""
        if len(hashes) == WIDTH:
            above = self.upper.get((1, place // WIDTH), b"")
            at = place % WIDTH * HASH
            return merkle.perfect_root(hashes) == above[at : at + HASH]
        return self._root(hashes) == self.newest

    def _check(self, head: Head, hashes: list[bytes]) -> None:
        if self._root(hashes) != head.root:
            self.found.add("head_differs", size=head.size)
        if head.key not in self.keys:
            self.found.add("head_by_unknown_key", size=head.size)
        elif not verify_head(head, self.keys[head.key]):
            self.found.add("head_not_signed", size=head.size)

    def _root(self, hashes: list[bytes]) -> bytes:
        """The root over everything before this tile and these of its hashes."""
        return merkle.fold([*(peak for _, peak in self._peaks), *_peaks(hashes)])

    def _push(self, root: bytes) -> None:
        self._tile_roots.append(root)
        height = 0
        while self._peaks and self._peaks[-1][0] == height:
            root = merkle.node_hash(self._peaks.pop()[1], root)
            height += 1
        self._peaks.append((height, root))


def _peaks(hashes: list[bytes]) -> Iterator[bytes]:
    at = 0
    while at < len(hashes):
        width = 1 << (len(hashes) - at).bit_length() - 1
        yield merkle.perfect_root(hashes[at : at + width])
        at += width
