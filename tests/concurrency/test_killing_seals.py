"""Killed in the middle of sealing, first the sealer and then everything: a seal is whole or nothing, and goes on."""

import asyncio
import subprocess
import sys
from random import Random

from app.settings import ROOT
from tests.hours.ledger import fill, owner
from tests.installation import Installation

POSTINGS, BATCHES = 30_000, 3

STANDING = """
    SELECT (SELECT count(*) FROM leaf) AS leaves, (SELECT count(*) FROM unsealed) AS waiting,
           (SELECT coalesce(max(size), 0) FROM tree_head) AS size,
           (SELECT coalesce(sum(entries), 0)::bigint FROM rollup_month) AS entries,
           (SELECT coalesce(sum(minutes), 0)::bigint FROM rollup_month) AS minutes,
           (SELECT coalesce(sum(p.minutes), 0)::bigint FROM posting p JOIN leaf l ON l.posting_id = p.id) AS sealed
"""


def linli(installation: Installation, *words: str) -> subprocess.Popen[str]:
    """One of `linli`'s commands, beside the running installation."""
    command = [sys.executable, "-m", "app.cli", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=installation.environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


async def whole(installation: Installation) -> int:
    """How many postings are sealed.

    Raises:
        AssertionError: when a seal is half there.
    """
    async with owner(installation.database_url) as connection:
        row = await connection.fetchrow(STANDING)
    assert row["leaves"] + row["waiting"] == POSTINGS
    assert row["leaves"] == row["size"] == row["entries"]
    assert row["minutes"] == row["sealed"]
    return int(row["leaves"])


async def test_killed_while_it_seals_nothing_is_half_and_the_next_run_goes_on(installation: Installation) -> None:
    for batch in range(BATCHES):
        await fill(installation.database_url, POSTINGS // BATCHES, first=1 + batch * (POSTINGS // BATCHES))
    dice = Random(3)  # noqa: S311 (moments, not secrets)
    for turn in range(4):
        sealing = linli(installation, "seal")
        await asyncio.sleep(dice.uniform(0.7, 2.5))
        if turn == 3:
            installation.kill_family()
        sealing.kill()
        sealing.communicate()
        if turn == 3:
            installation.start()
        await whole(installation)
    for words in (("seal",), ("self-check",)):
        finishing = linli(installation, *words)
        said, _ = finishing.communicate(timeout=120)
        assert finishing.returncode == 0, said
    assert await whole(installation) == POSTINGS
