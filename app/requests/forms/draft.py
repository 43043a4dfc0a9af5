"""What a resident has typed so far: sealed, kept by their own browser, worthless after two hours."""

import base64
import binascii
from datetime import datetime, timedelta

import msgspec
from cryptography.exceptions import InvalidTag
from msgspec import Struct, field

from app.kit.once import token
from app.kit.sealing import seal, unseal

COOKIE = "help"
COOKIE_PATH = "/help"
LASTS = timedelta(hours=2)
MOST_BYTES = 3900
"""A browser drops a cookie of more than 4096 bytes, its name and attributes included."""

_COLUMN = "request.draft"


class Draft(Struct, kw_only=True):
    """Everything typed, whose sending counts once (`key`), and where in the list of communities someone looks."""

    until: datetime
    key: str = field(default_factory=token)
    typed: dict[str, list[str]] = {}
    reviewing: bool = False
    """Whether the summary was reached: a changed step then leads back to it."""
    under: str | None = None


def read(cookie: str | None, now: datetime) -> Draft:
    """The draft in a cookie; a fresh one when there is none, when it is too old, or when it was tampered with."""
    if cookie:
        try:
            draft = msgspec.json.decode(unseal(base64.urlsafe_b64decode(cookie), _COLUMN), type=Draft)
        except (InvalidTag, KeyError, IndexError, ValueError, binascii.Error, msgspec.DecodeError):
            draft = None
        if draft and draft.until > now:
            return draft
    return Draft(until=now + LASTS)


def write(draft: Draft, now: datetime) -> str | None:
    """The draft as a cookie's value, good for two hours from now; None when it is too long for one."""
    draft.until = now + LASTS
    value = base64.urlsafe_b64encode(seal(msgspec.json.encode(draft).decode(), _COLUMN)).decode()
    return value if len(value) <= MOST_BYTES else None
