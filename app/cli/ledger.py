"""Commands about the seal over the hour ledger: sealing, checking, signing keys, months taken out and brought back."""

import re
from argparse import Namespace
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Any

from app.cli.upkeep import LedgerFault, pool
from app.hours.actions import checking, keys, months, sealing
from app.kit import clock
from app.settings import Settings


async def seal(settings: Settings, _options: Namespace) -> str:
    """Seal what waits now instead of within the minute."""
    async with pool(settings, settings.app_role):
        return f"{await sealing.seal_all(now=clock.now())} postings are sealed now."


async def self_check(settings: Settings, _options: Namespace) -> str:
    """Compare the database with its seal now instead of at night.

    Raises:
        LedgerFault: when something is wrong, naming it.
    """
    async with pool(settings, settings.app_role):
        checked = await checking.self_check(now=clock.now())
    if not checked.wrong:
        return f"Everything under {checked.size} leaves is as it was sealed."
    lines = [f"{checked.wrong} things are not as they were sealed, under {checked.size} leaves:"]
    lines += [f"  {count:8} {kind}" for kind, count in sorted(checked.counts.items())]
    lines += ["The first of them:"]
    for fault in checked.faults:
        lines.append(f"  {fault.kind}: " + ", ".join(f"{name} {number}" for name, number in fault.named.items()))
    raise LedgerFault("\n".join(lines))


async def rotate_signing_key(settings: Settings, _options: Namespace) -> str:
    """Let a new key sign heads from now on."""
    async with pool(settings, settings.app_role):
        return f"{await keys.rotate(now=clock.now())} signs from now on. The keys before it stay published."


async def detach_month(settings: Settings, options: Namespace) -> str:
    """Take a month of the ledger out into a file.

    Raises:
        LedgerFault: when it is no month, or must stay.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", options.month):
        raise LedgerFault(f"{options.month} is not a month such as 2026-05.")
    try:
        async with pool(settings, role=None):
            file = await months.detach(date.fromisoformat(f"{options.month}-01"), options.to, now=clock.now())
    except months.CannotMove as error:
        raise LedgerFault(str(error)) from None
    return f"The month is in {file}. Keep it: the database has only its seal now."


async def restore_month(settings: Settings, options: Namespace) -> str:
    """Bring a month back from its file.

    Raises:
        LedgerFault: when the file is not what was sealed.
    """
    try:
        async with pool(settings, role=None):
            count = await months.restore(options.file, now=clock.now())
    except months.CannotMove as error:
        raise LedgerFault(str(error)) from None
    return f"{count} postings are back, each as it was sealed."


DEEDS: dict[str, Callable[[Settings, Namespace], Coroutine[Any, Any, str]]] = {
    "seal": seal,
    "self-check": self_check,
    "rotate-signing-key": rotate_signing_key,
    "months detach": detach_month,
    "months restore": restore_month,
}
"""What is done by which command; the answer is the sentence to print."""
