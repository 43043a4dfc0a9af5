"""The ledger's tree against published vectors and against an independent implementation, at random sizes."""

import hashlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree, verify_consistency

from app.hours.rules import merkle

LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
"""The vectors that Certificate Transparency's own implementations are tried with."""

BIGGEST = 70_000
"""Past 256 × 256 leaves, so that there is a third level of tiles."""


def grown(hashes: list[bytes], steps: list[int]) -> dict[merkle.TileKey, bytes]:
    """The tiles of a tree that was grown in these steps."""
    tiles: dict[merkle.TileKey, bytes] = {}
    at = 0
    for past in [*sorted(steps), len(hashes)]:
        edge = {key: tiles[key] for key in merkle.edge_keys(at)}
        tiles |= merkle.extend(edge, at, hashes[at:past])
        at = past
    return tiles


def leaf_texts(count: int) -> list[bytes]:
    """So many different leaves."""
    return [number.to_bytes(8, "big") for number in range(count)]


def hashed(count: int) -> list[bytes]:
    """Their hashes."""
    return [merkle.leaf_hash(text) for text in leaf_texts(count)]


def needed(tiles: dict[merkle.TileKey, bytes], ranges: list[merkle.Range]) -> dict[merkle.TileKey, bytes]:
    """No more tiles than the proof says it needs."""
    return {key: tiles[key] for key in merkle.keys_of(ranges)}


def independent(count: int) -> InmemoryTree:
    """The same leaves in somebody else's tree."""
    tree = InmemoryTree(algorithm="sha256")
    for text in leaf_texts(count):
        tree.append_entry(text)
    return tree


def test_the_published_vectors_come_out() -> None:
    tiles = grown([merkle.leaf_hash(leaf) for leaf in LEAVES], [])
    assert merkle.root({}, 0) == hashlib.sha256(b"").digest()
    for size, root in enumerate(ROOTS, 1):
        assert merkle.root(tiles, size).hex() == root
    assert [step.hex() for step in merkle.inclusion_proof(tiles, 0, 8)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_every_small_tree_agrees_with_an_independent_one_in_every_proof() -> None:
    size = 20
    tiles, other = grown(hashed(size), [3, 4, 11]), independent(size)
    for new in range(1, size + 1):
        assert merkle.root(tiles, new) == other.get_root(new)
        for position in range(new):
            _agree_on_inclusion(tiles, other, position, new)
        for old in range(1, new + 1):
            _agree_on_consistency(tiles, other, old, new)


@pytest.fixture(scope="module")
def big() -> tuple[list[bytes], InmemoryTree]:
    """One tree past a second and third level of tiles, as hashes and in somebody else's hands."""
    return hashed(BIGGEST), independent(BIGGEST)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32))
def test_random_trees_grown_in_random_steps_agree_with_an_independent_one(
    big: tuple[list[bytes], InmemoryTree], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 (a test)
    hashes, other = big
    size = chance.choice([chance.randint(1, 3000), chance.randint(60_000, BIGGEST)])
    tiles = grown(hashes[:size], [chance.randint(0, size) for _ in range(chance.randint(0, 12))])
    assert merkle.root(tiles, size) == other.get_root(size)
    for _ in range(6):
        new = chance.randint(1, size)
        _agree_on_inclusion(tiles, other, chance.randrange(new), new)
        _agree_on_consistency(tiles, other, chance.randint(1, new), new)


def test_tiles_do_not_depend_on_the_steps_in_which_the_tree_grew() -> None:
    hashes = hashed(1000)
    at_once = grown(hashes, [])
    assert grown(hashes, [1, 2, 255, 256, 257, 511, 512, 513, 999]) == at_once
    assert grown(hashes, list(range(1000))) == at_once
    assert {key: len(held) // merkle.HASH for key, held in at_once.items()} == {
        (0, 0): 256, (0, 1): 256, (0, 2): 256, (0, 3): 232, (1, 0): 3,
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(size=st.integers(2, 600), seed=st.integers(0, 2**32))
def test_a_proof_of_something_else_is_refused(size: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    hashes = hashed(size)
    tiles = grown(hashes, [])
    root, position = merkle.root(tiles, size), chance.randrange(size)
    proof, leaf = merkle.inclusion_proof(tiles, position, size), hashes[position]
    assert merkle.check_inclusion(leaf, position, size, proof, root)
    another = (position + 1 + chance.randrange(size - 1)) % size
    assert not merkle.check_inclusion(hashes[another], position, size, proof, root)
    assert not merkle.check_inclusion(leaf, another, size, proof, root)
    assert not merkle.check_inclusion(leaf, position, size, proof, _flipped(root, chance))
    assert not merkle.check_inclusion(_flipped(leaf, chance), position, size, proof, root)
    assert not merkle.check_inclusion(leaf, position, size, [*proof, root], root)
    assert not merkle.check_inclusion(leaf, position, size, proof[:-1], root)
    assert not merkle.check_inclusion(leaf, size, size, proof, root)
    assert not merkle.check_inclusion(leaf, -1, size, proof, root)
    changed = chance.randrange(len(proof))
    bent = [_flipped(step, chance) if at == changed else step for at, step in enumerate(proof)]
    assert not merkle.check_inclusion(leaf, position, size, bent, root)


@settings(max_examples=60, deadline=None)
@given(size=st.integers(2, 600), seed=st.integers(0, 2**32))
def test_a_history_that_was_changed_has_no_consistency_proof(size: int, seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    old = chance.randint(1, size - 1)
    hashes = hashed(size)
    tiles = grown(hashes, [])
    roots = merkle.root(tiles, old), merkle.root(tiles, size)
    proof = merkle.consistency_proof(tiles, old, size)
    assert merkle.check_consistency(old, roots[0], size, roots[1], proof)
    assert not merkle.check_consistency(old, _flipped(roots[0], chance), size, roots[1], proof)
    assert not merkle.check_consistency(old, roots[0], size, _flipped(roots[1], chance), proof)
    assert not merkle.check_consistency(old, roots[0], size, roots[1], [*proof, roots[0]])
    assert not merkle.check_consistency(old, roots[0], size, roots[1], proof[:-1])
    assert not merkle.check_consistency(size, roots[1], old, roots[0], proof)
    assert not merkle.check_consistency(0, merkle.EMPTY_ROOT, size, roots[1], [])
    rewritten = list(hashes)
    rewritten[chance.randrange(old)] = merkle.leaf_hash(b"something else")
    other = grown(rewritten, [])
    assert not merkle.check_consistency(
        old, roots[0], size, merkle.root(other, size), merkle.consistency_proof(other, old, size)
    )


def test_a_tree_is_consistent_with_itself_and_with_nothing_else_of_its_size() -> None:
    root = merkle.root(grown(hashed(7), []), 7)
    assert merkle.consistency_proof({}, 7, 7) == []
    assert merkle.check_consistency(7, root, 7, root, [])
    assert not merkle.check_consistency(7, root, 7, merkle.EMPTY_ROOT, [])
    assert not merkle.check_consistency(7, root, 7, root, [root])


def test_what_a_tree_does_not_hold_is_said() -> None:
    tiles = grown(hashed(300), [])
    with pytest.raises(ValueError, match="no leaf 300"):
        merkle.inclusion_proof(tiles, 300, 300)
    with pytest.raises(ValueError, match="from 0 leaves"):
        merkle.consistency_proof(tiles, 0, 300)
    del tiles[0, 1]
    with pytest.raises(merkle.MissingTile) as missing:
        merkle.root(tiles, 300)
    assert missing.value.key == (0, 1)
    with pytest.raises(merkle.MissingTile):
        merkle.extend(tiles, 300, [merkle.EMPTY_ROOT])


def _agree_on_inclusion(tiles: dict[merkle.TileKey, bytes], other: InmemoryTree, position: int, size: int) -> None:
    ranges = merkle.inclusion_ranges(position, size)
    proof = merkle.inclusion_proof(needed(tiles, ranges), position, size)
    theirs = other.prove_inclusion(position + 1, size)  # they count from 1, and begin with the leaf itself
    assert proof == [bytes.fromhex(step) for step in theirs.serialize()["path"]][1:]
    leaf = merkle.leaf_hash(leaf_texts(position + 1)[position])
    assert merkle.check_inclusion(leaf, position, size, proof, other.get_root(size))


def _agree_on_consistency(tiles: dict[merkle.TileKey, bytes], other: InmemoryTree, old: int, new: int) -> None:
    ranges = merkle.consistency_ranges(old, new)
    proof = merkle.consistency_proof(needed(tiles, ranges), old, new)
    assert merkle.check_consistency(old, other.get_root(old), new, other.get_root(new), proof)
    # Their own consistency proofs have another form, so it is the RFC's recursion over their subtrees that must agree.
    assert proof == _subproof(other, old, 0, new, whole=True)
    verify_consistency(other.get_root(old), other.get_root(new), other.prove_consistency(old, new))


def _subproof(other: InmemoryTree, old: int, first: int, past: int, whole: bool) -> list[bytes]:
    """RFC 9162 §2.1.4.1, word by word."""
    if old == past - first:
        return [] if whole else [other._get_root(first, past)]
    left = 1
    while left * 2 < past - first:
        left *= 2
    middle = first + left
    if old <= left:
        return [*_subproof(other, old, first, middle, whole), other._get_root(middle, past)]
    return [*_subproof(other, old - left, middle, past, whole=False), other._get_root(first, middle)]


def _flipped(given_bytes: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(given_bytes))
    return given_bytes[:at] + bytes([given_bytes[at] ^ 1 << chance.randrange(8)]) + given_bytes[at + 1 :]
