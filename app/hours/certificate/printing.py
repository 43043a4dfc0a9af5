"""Prints a certificate: hands its sheet to a typesetting process and waits without holding up anybody."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from typing import Any

import msgspec

from app.kit.errors import DomainError
from app.kit.limits import Rate
from app.kit.rules import N_, Refusal
from app.settings import ROOT

MODULE = "app.hours.certificate.typeset"
AT_ONCE = 2
"""More sheets than this wait their turn, so that printing never takes a machine over."""
SECONDS = 60
PRINTING = Rate(30, 60)
"""How often one asker may have sheets set."""

NOT_PRINTED = Refusal(
    "not_printed",
    N_("The PDF could not be made just now."),
    N_("Please try again in a minute. The certificate itself is kept."),
    status=503,
)

_turns = asyncio.Semaphore(AT_ONCE)


class TypesettingFailed(Exception):
    """The typesetter ended with an error; the message is its own."""


async def print_sheet(sheet: dict[str, Any], credential: str) -> bytes:
    """The PDF of a sheet with its credential attached.

    Raises:
        DomainError: 503 when it takes too long.
        TypesettingFailed: when the typesetter cannot set it.
    """
    job = msgspec.json.encode({"sheet": sheet, "credential": credential})
    async with _turns:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", MODULE, stdin=PIPE, stdout=PIPE, stderr=PIPE, cwd=ROOT
        )
        try:
            pdf, said = await asyncio.wait_for(child.communicate(job), SECONDS)
        except (TimeoutError, asyncio.CancelledError) as error:
            child.kill()
            await child.wait()
            if isinstance(error, asyncio.CancelledError):
                raise
            raise DomainError(NOT_PRINTED) from error
    if child.returncode or not pdf.startswith(b"%PDF-"):
        raise TypesettingFailed(said.decode(errors="replace")[-2000:])
    return pdf
