"""What an account was told, in its reader's language."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct

from app.kit import wording
from app.kit.db import fetch, fetch_one, value
from app.kit.errors import NotFound
from app.kit.i18n import by_locale, gettext
from app.notices.rules import NEWS, SENTENCES

PAGE = 30


class NoticeRow(Struct, frozen=True, kw_only=True):
    """One notice."""

    id: int
    event: str
    facts: str
    link: str
    created_at: datetime
    read_at: datetime | None

    @property
    def sentence(self) -> str:
        """What happened."""
        return sentence(self.event, msgspec.json.decode(self.facts))

    @property
    def reason(self) -> str:
        """Why, in the words of whoever did it; often empty."""
        return str(msgspec.json.decode(self.facts).get("reason", ""))


LIST = f"""
    SELECT id, event, facts::text, link, created_at, read_at FROM notice
    WHERE account = $1 AND ($2::bigint IS NULL OR id < $2)
    ORDER BY id DESC LIMIT {PAGE + 1}
"""


class _Facts(dict[str, str]):
    """A fact that is missing leaves its place empty, so that an old notice can always be read."""

    def __missing__(self, name: str) -> str:
        return ""


def sentence(event: str, facts: Mapping[str, Any]) -> str:
    """An event as a sentence in the reader's language."""
    words = _Facts({name: str(fact) for name, fact in facts.items()})
    for name in facts:
        if name.endswith("_en"):
            bare = name.removesuffix("_en")
            words[bare] = by_locale(words.get(f"{bare}_zh", words[bare]), words[name])
    if "starts" in facts and "ends" in facts:
        words["when"] = wording.span(datetime.fromisoformat(facts["starts"]), datetime.fromisoformat(facts["ends"]))
    if "answer_by" in facts:
        words["answer_by"] = wording.moment(datetime.fromisoformat(facts["answer_by"]))
    if "starts_on" in facts and "last_on" in facts:
        first, last = (date.fromisoformat(facts[name]) for name in ("starts_on", "last_on"))
        words["period"] = f"{wording.day(first, weekday=False)}–{wording.day(last, weekday=False)}"
    if "due_on" in facts:
        words["due"] = wording.day(date.fromisoformat(facts["due_on"]))
    if "minutes" in facts:
        words["hours"] = wording.hours(int(facts["minutes"]))
    return gettext(SENTENCES.get(event, NEWS)) % words


async def notices_of(account_id: int, before: int | None = None) -> tuple[list[NoticeRow], bool]:
    """A page of what an account was told, newest first, and whether there is more."""
    rows = await fetch(NoticeRow, LIST, account_id, before)
    return rows[:PAGE], len(rows) > PAGE


async def unread(account_id: int) -> int:
    """How much an account has not read."""
    count: int = await value("SELECT count(*) FROM notice WHERE account = $1 AND read_at IS NULL", account_id)
    return count


async def notice_for(account_id: int, notice_id: int) -> NoticeRow:
    """One's own notice.

    Raises:
        NotFound: if it is absent, or somebody else's.
    """
    found = await fetch_one(
        NoticeRow,
        "SELECT id, event, facts::text, link, created_at, read_at FROM notice WHERE account = $1 AND id = $2",
        account_id,
        notice_id,
    )
    if found is None:
        raise NotFound()
    return found
