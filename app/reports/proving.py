"""Writes the proof file of an hour report in bounded memory; its form is `app.hours.rules.proof_file`."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from app.hours.actions.keys import signing_key
from app.hours.queries.seals import public_keys, tiles_at
from app.hours.rules import merkle
from app.hours.rules.heads import Head, KeyJson, key_json
from app.hours.rules.proof_file import Contract, Filter, Writer, header
from app.reports.copying import own_connection
from app.reports.queries.contracts import Scope
from app.reports.queries.proving import SealedRow, left_out, sealed_entries, sealed_figures, sealed_head

Advance = Callable[[int, int], Awaitable[None]]
"""Told how many of how many entries are written."""

MOST_KEPT = 200_000
"""Hashes kept from batch to batch: neighbours in the tree share most of theirs."""


class Prover:
    """Inclusion proofs of many leaves under one head. What neighbours share is computed once."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._kept: dict[merkle.Range, bytes] = {}

    async def prove(self, rows: Sequence[SealedRow]) -> list[list[bytes]]:
        """The proofs of these leaves."""
        ranges = [merkle.inclusion_ranges(row.position, self.size) for row in rows]
        lacking = {leaves for each in ranges for leaves in each} - self._kept.keys()
        tiles = await tiles_at(merkle.keys_of(lacking))
        if len(self._kept) > MOST_KEPT:
            self._kept = {leaves: self._kept[leaves] for each in ranges for leaves in each if leaves in self._kept}
        await asyncio.to_thread(self._compute, tiles, lacking)
        return [[self._kept[leaves] for leaves in each] for each in ranges]

    def _compute(self, tiles: merkle.Tiles, lacking: set[merkle.Range]) -> None:
        for leaves in lacking:
            self._kept[leaves] = merkle.range_hash(tiles, leaves)


async def write_proof(path: Path, scope: Scope, advance: Advance, *, now: datetime) -> None:
    """Write the figures and entries of a report as far as they are sealed, each with its proof, and sign them.

    Everything is read from one snapshot, so that figures and entries cannot differ.
    """
    key = await signing_key(now=now)
    async with own_connection() as reading, reading.transaction(isolation="repeatable_read", readonly=True):
        head = await sealed_head(reading)
        figures = await sealed_figures(reading, scope, head.size)
        entries, rest = await left_out(reading, scope, head.size)
        await advance(0, entries)
        writer = Writer()
        with path.open("wb") as file:
            first = header(
                contract=_contract(scope),
                wanted=_filter(scope),
                made_at=now,
                entries=entries,
                left_out=rest,
                head=head,
                keys=await _keys(head, key.name),
                signed_by=key.name,
            )
            file.write(writer.line(first))
            file.writelines(writer.line(figure) for figure in figures)
            await _write_entries(file, writer, reading, scope, head, advance, entries)
            file.write(writer.signature(key.name, key.private))


async def _write_entries(
    file: BinaryIO, writer: Writer, reading: Any, scope: Scope, head: Head, advance: Advance, total: int
) -> None:
    prover, done = Prover(head.size), 0
    async for rows in sealed_entries(reading, scope, head.size):
        proofs = await prover.prove(rows)
        await asyncio.to_thread(
            file.writelines,
            [writer.entry(row.position, row.text, proof) for row, proof in zip(rows, proofs, strict=True)],
        )
        done += len(rows)
        await advance(done, total)


async def _keys(head: Head, signed_by: str) -> list[KeyJson]:
    return [
        key_json(key.name, key.public, key.made_at, key.retired_at)
        for key in await public_keys()
        if key.name in (head.key, signed_by)
    ]


def _contract(scope: Scope) -> Contract:
    about = scope.contract
    return Contract(
        id=about.id,
        number=about.number,
        program=about.program_name,
        agency=about.agency_name,
        funder=about.funder_name,
    )


def _filter(scope: Scope) -> Filter:
    starts_on, ends_before = scope.span
    asked = scope.filter
    return Filter(
        starts_on=starts_on,
        ends_before=ends_before,
        lines=scope.line_ids,
        period=asked.period,
        activity=asked.activity,
        region=asked.region,
        capacity=asked.capacity,
        grade=asked.grade,
    )
