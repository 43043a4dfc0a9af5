"""The ledger's Merkle tree as RFC 6962 and RFC 9162 hash it: growing it, proving with it, and checking proofs.

Pure: whoever has leaves and proofs can check them with this file alone. The tree is kept as *tiles*, rows of up to
256 hashes side by side. Level 0 holds the leaf hashes, level 1 the roots of full tiles of level 0, and so on; so any
proof from any number of leaves needs a handful of tiles.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence

HASH = 32
"""Bytes of one hash."""
WIDTH = 256
"""Hashes in a full tile."""
BITS = 8
"""A full tile is a tree of this height."""

EMPTY_ROOT = hashlib.sha256(b"").digest()

TileKey = tuple[int, int]
"""The level of a tile and its place in it, both counted from 0."""
Tiles = Mapping[TileKey, bytes]
"""The hashes of tiles, end to end."""
Range = tuple[int, int]
"""Leaves from the first up to but without the second, where the first is a place at which such a subtree begins."""


class MissingTile(LookupError):
    """The tiles at hand do not hold a hash that the tree of this size must have. `key` names the tile."""

    def __init__(self, key: TileKey) -> None:
        super().__init__(f"tile {key[0]}/{key[1]} lacks a hash")
        self.key = key


def leaf_hash(text: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(b"\x00" + text).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees side by side."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(hashes: bytes) -> list[bytes]:
    """The hashes of a tile, one by one."""
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


def perfect_root(hashes: Sequence[bytes]) -> bytes:
    """The root over 1, 2, 4, 8 … hashes."""
    sha256, row = hashlib.sha256, list(hashes)
    while len(row) > 1:
        row = [sha256(b"\x01" + row[at] + row[at + 1]).digest() for at in range(0, len(row), 2)]
    return row[0]


def fold(peaks: Iterable[bytes]) -> bytes:
    """The root over perfect subtrees of shrinking height, given from left to right."""
    row = list(peaks)
    if not row:
        return EMPTY_ROOT
    root = row.pop()
    while row:
        root = node_hash(row.pop(), root)
    return root


# Growing.


def extend(edge: Tiles, size: int, hashes: Iterable[bytes]) -> dict[TileKey, bytes]:
    """Append leaf hashes to a tree of `size` leaves; the answer is every tile that is new or longer now.

    `edge` must hold the last tile of every level that is not full: `edge_keys(size)`.

    Raises:
        MissingTile: when a tile of the edge is missing or too short.
    """
    changed: dict[TileKey, bytes] = {}
    level, before, row = 0, size, list(hashes)
    while row:
        place, held = divmod(before, WIDTH)
        tile = _edge_tile(edge, (level, place), held) + row if held else row
        full: list[bytes] = []
        for at in range(0, len(tile), WIDTH):
            part = tile[at : at + WIDTH]
            changed[level, place + at // WIDTH] = b"".join(part)
            if len(part) == WIDTH:
                full.append(perfect_root(part))
        level, before, row = level + 1, before // WIDTH, full
    return changed


def edge_keys(size: int) -> list[TileKey]:
    """The tiles that are not full in a tree of so many leaves."""
    keys, level = [], 0
    while size:
        if size % WIDTH:
            keys.append((level, size // WIDTH))
        level, size = level + 1, size // WIDTH
    return keys


def _edge_tile(edge: Tiles, key: TileKey, held: int) -> list[bytes]:
    hashes = split(edge.get(key, b""))
    if len(hashes) < held:
        raise MissingTile(key)
    return hashes[:held]


# Reading the tree from tiles.


def root(tiles: Tiles, size: int) -> bytes:
    """The root over the first `size` leaves."""
    return range_hash(tiles, (0, size))


def range_hash(tiles: Tiles, leaves: Range) -> bytes:
    """The root of one subtree."""
    return fold(_subtree(tiles, height, index) for height, index in _perfect(leaves))


def inclusion_proof(tiles: Tiles, position: int, size: int) -> list[bytes]:
    """RFC 9162 §2.1.3.1: what proves the leaf at `position` (from 0) to whoever knows the root over `size` leaves.

    Raises:
        ValueError: when the tree has no such leaf.
        MissingTile: when `tiles` lacks one of `keys_of(inclusion_ranges(position, size))`.
    """
    return [range_hash(tiles, leaves) for leaves in inclusion_ranges(position, size)]


def consistency_proof(tiles: Tiles, old: int, new: int) -> list[bytes]:
    """RFC 9162 §2.1.4.1: what proves that the first `old` of `new` leaves are what they were. Empty when equal.

    Raises:
        ValueError: unless 0 < old <= new.
        MissingTile: when `tiles` lacks one of `keys_of(consistency_ranges(old, new))`.
    """
    return [range_hash(tiles, leaves) for leaves in consistency_ranges(old, new)]


def inclusion_ranges(position: int, size: int) -> list[Range]:
    """The subtrees whose roots are the inclusion proof, in order."""
    if not 0 <= position < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {position}")
    found: list[Range] = []
    first, past = 0, size
    while past - first > 1:
        middle = first + _split_at(past - first)
        if position < middle:
            found.append((middle, past))
            past = middle
        else:
            found.append((first, middle))
            first = middle
    return found[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The subtrees whose roots are the consistency proof, in order."""
    if not 0 < old <= new:
        raise ValueError(f"no proof leads from {old} leaves to {new}")
    found: list[Range] = []
    first, past, whole = 0, new, True
    while past > old:
        middle = first + _split_at(past - first)
        if old <= middle:
            found.append((middle, past))
            past = middle
        else:
            found.append((first, middle))
            first, whole = middle, False
    if not whole:
        found.append((first, past))
    return found[::-1]


def keys_of(ranges: Iterable[Range]) -> set[TileKey]:
    """The tiles that the hashes of these subtrees are computed from."""
    return {_where(height, index)[0] for leaves in ranges for height, index in _perfect(leaves)}


def _split_at(count: int) -> int:
    """The greatest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _perfect(leaves: Range) -> list[tuple[int, int]]:
    """A range as perfect subtrees from left to right: each its height, and its index among those of its height."""
    first, past = leaves
    found = []
    while first < past:
        height = (past - first).bit_length() - 1
        found.append((height, first >> height))
        first += 1 << height
    return found


def _where(height: int, index: int) -> tuple[TileKey, int, int]:
    """The tile, and the first and how many of its hashes, that a perfect subtree is computed from."""
    level, above = divmod(height, BITS)
    place, start = divmod(index << above, WIDTH)
    return (level, place), start, 1 << above


def _subtree(tiles: Tiles, height: int, index: int) -> bytes:
    key, start, count = _where(height, index)
    hashes = tiles.get(key, b"")[start * HASH : (start + count) * HASH]
    if len(hashes) < count * HASH:
        raise MissingTile(key)
    return perfect_root(split(hashes))


# Checking proofs.


def check_inclusion(leaf: bytes, position: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """RFC 9162 §2.1.3.2: whether `proof` shows a leaf of this hash at `position` of the tree of `size` with `root`."""
    if not 0 <= position < size:
        return False
    place, last, reached = position, size - 1, leaf
    for step in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            reached = node_hash(step, reached)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            reached = node_hash(reached, step)
        place, last = place >> 1, last >> 1
    return last == 0 and reached == root


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """RFC 9162 §2.1.4.2: whether `proof` shows that the tree of `new` leaves begins with the tree of `old` leaves."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    steps = list(proof)
    if old & (old - 1) == 0:
        steps.insert(0, old_root)
    if not steps:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    of_old = of_new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            of_old, of_new = node_hash(step, of_old), node_hash(step, of_new)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            of_new = node_hash(of_new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and of_old == old_root and of_new == new_root
