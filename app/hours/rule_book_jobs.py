"""What happens later to rule-books: previews and re-ratings go on step by step, and what waits is counted anew."""

from typing import Any

from app.hours.actions.recording import bring_up_to_date
from app.hours.actions.rerating import rerate_further
from app.hours.actions.rule_books import place, preview_further, waiting_under
from app.kit import clock
from app.kit.outbox import Job, later


async def preview(payload: dict[str, Any]) -> None:
    """Some more months of a preview."""
    after = place(int(payload["person"]), str(payload["month"]))
    await preview_further(int(payload["draft_id"]), str(payload["run"]), after, now=clock.now())


async def rerating(payload: dict[str, Any]) -> None:
    """Some more months of a re-rating."""
    after = place(int(payload["person"]), str(payload["month"]))
    await rerate_further(int(payload["rerating_id"]), after, now=clock.now())


async def published(payload: dict[str, Any]) -> None:
    """What waits for approval is counted by the version that applies now, a hundred at a time."""
    book, after = int(payload["rule_book_id"]), int(payload["after"])
    waiting = await waiting_under(book, after)
    for attendance in waiting:
        await bring_up_to_date(attendance.signup, now=clock.now())
    if waiting:
        await later("rule_book.published", rule_book_id=book, after=waiting[-1].id)


RULE_BOOK_JOBS: dict[str, list[Job]] = {
    "rule_book.preview": [preview],
    "rule_book.published": [published],
    "rerating.step": [rerating],
}
