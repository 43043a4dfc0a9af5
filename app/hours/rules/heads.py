"""The signed head of the ledger: the text that is signed, signing it, and checking the signature.

Pure, and all that an offline verifier needs of heads and keys; the JSON shapes are the published ones.
"""

import base64
import binascii
import hashlib
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from app.hours.rules.merkle import HASH

FORMAT = "linli-ledger-head/1"
"""The first line of what is signed. Another shape of the text is another number."""

PUBLIC_KEY_BYTES = 32


class Head(Struct, frozen=True, kw_only=True):
    """So many leaves, this root, at this time, said by this key."""

    size: int
    root: bytes
    sealed_at: datetime
    key: str
    signature: bytes = b""


class HeadJson(Struct, frozen=True, kw_only=True):
    """A head as it is published."""

    format: str
    size: int
    root: str
    """64 hexadecimal digits."""
    sealed_at: str
    """In UTC, with six digits after the second."""
    key: str
    """The `kid` of the key among the published ones."""
    signature: str
    """Base64 of 64 bytes: Ed25519 over the head's text."""


class KeyJson(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A public key as it is published: a JSON Web Key (RFC 8037), with what people ask about it beside."""

    kid: str
    x: str
    """Base64url of 32 bytes, without padding."""
    fingerprint: str
    made_at: str
    retired_at: str | None = None
    """From then on it no longer signs; what it signed stays good."""
    kty: str = ""
    crv: str = ""
    alg: str = ""
    use: str = ""


def instant_text(at: datetime) -> str:
    """An instant as it stands in what is signed: UTC, always six digits after the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def head_text(head: Head) -> bytes:
    """What a head's signature is made over: five lines, each ended by a line feed."""
    lines = (
        FORMAT,
        f"size {head.size}",
        f"root {head.root.hex()}",
        f"sealed_at {instant_text(head.sealed_at)}",
        f"key {head.key}",
    )
    return "".join(f"{line}\n" for line in lines).encode()


def sign(size: int, root: bytes, sealed_at: datetime, key: str, private: bytes) -> Head:
    """A head signed with the 32 private bytes of `key`."""
    bare = Head(size=size, root=root, sealed_at=sealed_at, key=key)
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(head_text(bare))
    return Head(size=size, root=root, sealed_at=sealed_at, key=key, signature=signature)


def verify_head(head: Head, public: bytes) -> bool:
    """Whether the key of these 32 public bytes signed this head as it is."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(head.signature, head_text(head))
    except (InvalidSignature, ValueError):
        return False
    return True


def new_private_key() -> tuple[bytes, bytes]:
    """A new key: 32 private bytes and their 32 public ones."""
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def fingerprint(public: bytes) -> str:
    """What two people compare to know that they mean the same key: SHA-256 of the public bytes, in hexadecimal."""
    return hashlib.sha256(public).hexdigest()


# As JSON, and back.


def head_json(head: Head) -> HeadJson:
    """A head as it is published."""
    return HeadJson(
        format=FORMAT,
        size=head.size,
        root=head.root.hex(),
        sealed_at=instant_text(head.sealed_at),
        key=head.key,
        signature=base64.b64encode(head.signature).decode(),
    )


def head_from_json(published: HeadJson) -> Head:
    """A published head, for checking.

    Raises:
        ValueError: when a field does not hold what it must; the message names it.
    """
    if published.format != FORMAT:
        raise ValueError(f"format: {published.format!r} is not {FORMAT!r}")
    return Head(
        size=published.size,
        root=hash_from_hex(published.root, "root"),
        sealed_at=_instant(published.sealed_at),
        key=published.key,
        signature=_bytes(published.signature, "signature"),
    )


def key_json(name: str, public: bytes, made_at: datetime, retired_at: datetime | None) -> KeyJson:
    """A public key as it is published."""
    return KeyJson(
        kid=name,
        x=base64.urlsafe_b64encode(public).decode().rstrip("="),
        fingerprint=fingerprint(public),
        made_at=instant_text(made_at),
        retired_at=instant_text(retired_at) if retired_at else None,
        kty="OKP",
        crv="Ed25519",
        alg="EdDSA",
        use="sig",
    )


def public_from_json(key: KeyJson) -> bytes:
    """The 32 public bytes of a published key.

    Raises:
        ValueError: when it holds no Ed25519 key, or its fingerprint is another key's.
    """
    try:
        public = base64.urlsafe_b64decode(key.x + "=" * (-len(key.x) % 4))
    except (binascii.Error, ValueError):
        public = b""
    if len(public) != PUBLIC_KEY_BYTES:
        raise ValueError(f"x: key {key.kid!r} is not an Ed25519 key")
    if key.fingerprint != fingerprint(public):
        raise ValueError(f"fingerprint: that of key {key.kid!r} is another key's")
    return public


def hash_from_hex(text: str, name: str = "hash") -> bytes:
    """The 32 bytes of a published hash.

    Raises:
        ValueError: when it is none; the message begins with `name`.
    """
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != HASH or text != found.hex():
        raise ValueError(f"{name}: {text[:80]!r} is not a hash of 64 lower-case hexadecimal digits")
    return found


def _bytes(text: str, name: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"{name}: not base64") from None


def _instant(text: str) -> datetime:
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)
    except ValueError:
        at = None
    if at is None or instant_text(at) != text:
        raise ValueError(f"sealed_at: {text[:40]!r} is not an instant such as 2026-11-22T08:02:00.000000Z")
    return at
