"""What the clock asks of the seal: sealing every minute, checking every night."""

import structlog

from app.hours.actions.checking import self_check
from app.hours.actions.sealing import seal_all
from app.kit import clock

log = structlog.get_logger()


async def seal_ledger() -> None:
    """Seal the postings that wait."""
    if sealed := await seal_all(now=clock.now()):
        log.info("ledger_sealed", postings=sealed)


async def check_ledger() -> None:
    """Compare the ledger with its seal."""
    checked = await self_check(now=clock.now())
    say = log.error if checked.wrong else log.info
    say("ledger_checked", leaves=checked.size, wrong=checked.wrong, counts=checked.counts)
