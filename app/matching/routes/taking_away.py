"""A round's problem and plan as one file."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from litestar import Response

from app.kit.errors import NotFound
from app.matching.files import save
from app.matching.packing import unpack
from app.matching.problem import Plan, Problem
from app.matching.queries.rounds import RoundRow, Stored


async def plan_file(found: RoundRow, held: Stored) -> Response[bytes]:
    """The file as a download.

    Raises:
        NotFound: when the round has no plan.
    """
    if held.snapshot is None or held.incumbent is None:
        raise NotFound
    content = await asyncio.to_thread(_written, held.snapshot, held.incumbent)
    headers = {"Content-Disposition": f'attachment; filename="round-{found.id}.json.gz"'}
    return Response(content, media_type="application/gzip", headers=headers)


def _written(snapshot: bytes, incumbent: bytes) -> bytes:
    with TemporaryDirectory() as directory:
        path = Path(directory) / "plan.json.gz"
        save(path, unpack(Problem, snapshot), unpack(Plan, incumbent))
        return path.read_bytes()
