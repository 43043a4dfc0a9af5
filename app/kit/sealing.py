"""Encrypted columns and blind indexes for personal data.

AES-256-GCM with the column's name as associated data, so a value copied into another column does not open there.
A stored value is `key name length, key name, nonce, ciphertext`, so keys rotate while old rows still open.
"""

import base64
import hmac
import os
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from msgspec import Struct
from piccolo.columns import Bytea

from app.settings import settings

NONCE_BYTES = 12


class Encrypted(Bytea):
    """A column of bytes made by `seal` and opened by `unseal`; `linli rotate-keys` finds columns by this class."""


class Keyring(Struct, frozen=True):
    """Data keys by name, and which of them seals new values."""

    newest: str
    keys: dict[str, bytes]


@cache
def keyring() -> Keyring:
    """The keys of this process.

    Raises:
        RuntimeError: when LINLI_DATA_KEYS is missing or a key is not 32 bytes.
    """
    pairs = [part.split(":", 1) for part in settings().data_keys.split(",") if part]
    keys = {name.strip(): base64.b64decode(key) for name, key in pairs}
    if not keys or any(len(key) != 32 for key in keys.values()):
        raise RuntimeError("LINLI_DATA_KEYS must hold name:base64 of 32 bytes, newest first")
    return Keyring(next(iter(keys)), keys)


def seal(plain: str, column: str) -> bytes:
    """Encrypt text for `column` (written `table.column`)."""
    ring = keyring()
    name = ring.newest.encode()
    nonce = os.urandom(NONCE_BYTES)
    body = AESGCM(ring.keys[ring.newest]).encrypt(nonce, plain.encode(), column.encode())
    return bytes([len(name)]) + name + nonce + body


def seal_optional(plain: str | None, column: str) -> bytes | None:
    """`seal`, where nothing (None or blank) stays nothing."""
    return seal(plain, column) if plain and plain.strip() else None


def unseal(sealed: bytes | None, column: str) -> str:
    """The text that was sealed for `column`; an empty string for None.

    Raises:
        KeyError: when the key that sealed it is no longer in LINLI_DATA_KEYS.
        cryptography.exceptions.InvalidTag: when the bytes were changed or belong to another column.
    """
    if sealed is None:
        return ""
    end = 1 + sealed[0]
    key = keyring().keys[sealed[1:end].decode()]
    return AESGCM(key).decrypt(sealed[end : end + NONCE_BYTES], sealed[end + NONCE_BYTES :], column.encode()).decode()


def sealed_with_newest(sealed: bytes) -> bool:
    """Whether rotation may leave this value alone."""
    return sealed[1 : 1 + sealed[0]].decode() == keyring().newest


def blind_index(plain: str, column: str) -> bytes:
    """Sixteen bytes that are equal for equal text in one column and tell nothing else: for equality search."""
    key = base64.b64decode(settings().index_key)
    if len(key) != 32:
        raise RuntimeError("LINLI_INDEX_KEY must be base64 of 32 bytes")
    return hmac.digest(key, f"{column}\0{plain}".encode(), "sha256")[:16]


def keyed_digest(purpose: str, text: str) -> bytes:
    """32 bytes from the app's secret: for signing links and deriving door-card codes."""
    return hmac.digest(settings().secret.encode(), f"{purpose}\0{text}".encode(), "sha256")
