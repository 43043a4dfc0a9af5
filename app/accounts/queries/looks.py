"""The look-log, as each organisation may read it."""

from datetime import datetime

from msgspec import Struct

from app.accounts.rules import Actor, Permission
from app.kit.db import fetch
from app.kit.i18n import by_locale

PAGE = 50


class LookRow(Struct, frozen=True, kw_only=True):
    """One opening of personal data."""

    id: int
    at: datetime
    who: str | None
    organisation: str | None
    organisation_en: str | None
    subject_kind: str
    subject_id: int
    fields: list[str]
    purpose: str

    @property
    def for_whom(self) -> str:
        """The organisation that looked, in the reader's language."""
        return by_locale(self.organisation or "", self.organisation_en or "")


LOOKS = f"""
    SELECT l.id, l.at, a.name AS who, o.name AS organisation, o.name_en AS organisation_en,
           l.subject_kind, l.subject_id, l.fields, l.purpose
    FROM look l LEFT JOIN account a ON a.id = l.account LEFT JOIN organisation o ON o.id = l.organisation
    WHERE ($1 OR l.organisation = $2
           OR (l.subject_kind = 'account' AND l.subject_id IN
               (SELECT m.account FROM membership m WHERE m.organisation = $2 AND m.until IS NULL)))
      AND ($3 = '' OR l.subject_kind = $3) AND ($4::bigint IS NULL OR l.subject_id = $4)
      AND ($5::bigint IS NULL OR l.id < $5)
    ORDER BY l.id DESC LIMIT {PAGE + 1}
"""


async def looks(
    actor: Actor, *, subject_kind: str = "", subject_id: int | None = None, before: int | None = None
) -> tuple[list[LookRow], bool]:
    """A page of looks by one's own organisation or at its members, newest first, and whether there are older ones.

    The platform's administrator reads them all.
    """
    rows = await fetch(
        LookRow,
        LOOKS,
        actor.may(Permission.ORGANISATION_MANAGE),
        actor.organisation_id,
        subject_kind,
        subject_id,
        before,
    )
    return rows[:PAGE], len(rows) > PAGE
