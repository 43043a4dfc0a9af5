"""Certificates as files that prove themselves: signing and checking a PDF or a credential with nothing but keys.

Pure, and all that an offline verifier needs. A PDF carries a comment line before `startxref`, so that it stays a valid
PDF/A; the signature in it is over every other byte of the file.
"""

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from msgspec import Struct

from app.kit.rules import N_

MARK = b"%linli-proof"
ALGORITHM = "EdDSA"
"""RFC 9864 would rather say `Ed25519`; verifiers in the field know the older name."""
KEYS_PATH = "/.well-known/jwks.json"

_END = re.compile(rb"\n(startxref\n\d+\n%%EOF)\n?\Z")
_PROOF = re.compile(
    rb"\n%linli-proof 1 ed25519 (?P<key>[!-~]{1,60}) (?P<number>[0-9A-Z-]{1,40}) (?P<signature>[0-9a-f]{128})"
    rb"\nstartxref\n\d+\n%%EOF\Z"
)


class FileKind(StrEnum):
    """What was checked."""

    PDF = "pdf"
    CREDENTIAL = "credential"


class Flaw(StrEnum):
    """What is wrong with a file."""

    NOT_A_PDF = "not_a_pdf"
    NO_PROOF = "no_proof"
    PROOF_DAMAGED = "proof_damaged"
    UNKNOWN_KEY = "unknown_key"
    ALTERED = "altered"
    NOT_A_CREDENTIAL = "not_a_credential"
    OTHER_ALGORITHM = "other_algorithm"
    CLAIMS_DISAGREE = "claims_disagree"


FLAWS: dict[Flaw, str] = {
    Flaw.NOT_A_PDF: N_("This is no PDF file."),
    Flaw.NO_PROOF: N_("This PDF carries no proof: it was not made here, or the proof was cut off."),
    Flaw.PROOF_DAMAGED: N_("The proof in this PDF is damaged."),
    Flaw.UNKNOWN_KEY: N_("It names a key that is not among the published ones."),
    Flaw.ALTERED: N_("It was changed after it was made: the signature does not fit."),
    Flaw.NOT_A_CREDENTIAL: N_("This is no credential: three parts in base64url, joined by dots."),
    Flaw.OTHER_ALGORITHM: N_("It is signed in a way that is not used here."),
    Flaw.CLAIMS_DISAGREE: N_("Its claims contradict each other."),
}


class Checked(Struct, frozen=True, kw_only=True):
    """What a check found. Without flaws the file is as it was made; whether it still stands is asked online."""

    kind: FileKind
    number: str = ""
    """The certificate's number, as far as the file says one."""
    key: str = ""
    claims: dict[str, Any] = {}
    """A credential's content, once its signature fits."""
    flaws: tuple[Flaw, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not self.flaws


Keys = Mapping[str, bytes]
"""The 32 public bytes of every published key, by its name."""


def sign_pdf(content: bytes, number: str, key: str, private: bytes) -> bytes:
    """The PDF with its proof.

    Raises:
        ValueError: when it does not end as a PDF does.
    """
    end = _END.search(content)
    if end is None:
        raise ValueError("a PDF ends with startxref, a number and %%EOF")
    before = content[: end.start()] + b"\n%s 1 ed25519 %s %s " % (MARK, key.encode(), number.encode())
    after = b"\n" + end[1]
    signature = Ed25519PrivateKey.from_private_bytes(private).sign(before + after)
    return before + signature.hex().encode() + after


def verify_pdf(content: bytes, keys: Keys) -> Checked:
    """Check a PDF certificate."""
    if not content.startswith(b"%PDF-"):
        return Checked(kind=FileKind.PDF, flaws=(Flaw.NOT_A_PDF,))
    proof = _PROOF.search(content)
    if proof is None:
        flaw = Flaw.PROOF_DAMAGED if MARK in content[-1000:] else Flaw.NO_PROOF
        return Checked(kind=FileKind.PDF, flaws=(flaw,))
    signed = content[: proof.start("signature")] + content[proof.end("signature") :]
    key, number = proof["key"].decode(), proof["number"].decode()
    flaw_or_none = _signature_flaw(keys.get(key), bytes.fromhex(proof["signature"].decode()), signed)
    return Checked(kind=FileKind.PDF, number=number, key=key, flaws=(flaw_or_none,) if flaw_or_none else ())


def sign_credential(claims: dict[str, Any], key: str, private: bytes) -> str:
    """The claims as a JWT; its `kid` leads to the published keys."""
    header = {"alg": ALGORITHM, "kid": f"{claims['iss']}{KEYS_PATH}#{key}", "typ": "JWT"}
    body = ".".join(_encode(msgspec.json.encode(part)) for part in (header, claims))
    return f"{body}.{_encode(Ed25519PrivateKey.from_private_bytes(private).sign(body.encode()))}"


class _Header(Struct, frozen=True, forbid_unknown_fields=True):
    alg: str
    kid: str
    typ: str = "JWT"


def verify_credential(jwt: str, keys: Keys) -> Checked:
    """Check a credential."""
    parts = jwt.strip().split(".")
    try:
        head, body, signature = (_decode(part) for part in parts)
        header = msgspec.json.decode(head, type=_Header)
    except (ValueError, msgspec.DecodeError):
        return Checked(kind=FileKind.CREDENTIAL, flaws=(Flaw.NOT_A_CREDENTIAL,))
    if header.alg != ALGORITHM or header.typ != "JWT":
        return Checked(kind=FileKind.CREDENTIAL, flaws=(Flaw.OTHER_ALGORITHM,))
    key = header.kid.rpartition("#")[2]
    flaw = _signature_flaw(keys.get(key), signature, f"{parts[0]}.{parts[1]}".encode())
    if flaw:
        return Checked(kind=FileKind.CREDENTIAL, key=key, flaws=(flaw,))
    return _read_claims(body, key)


def _read_claims(body: bytes, key: str) -> Checked:
    """The claims of a credential whose signature fits."""
    try:
        claims = msgspec.json.decode(body, type=dict[str, Any])
        subject = claims["credentialSubject"]
        valid_from = datetime.strptime(claims["validFrom"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        agree = (
            claims["iss"] == claims["issuer"]["id"]
            and claims["jti"] == claims["id"]
            and claims["sub"] == subject["id"]
            and claims["nbf"] == valid_from.timestamp()
        )
        number = str(subject["licenseNumber"])
    except (msgspec.DecodeError, LookupError, TypeError, ValueError):
        return Checked(kind=FileKind.CREDENTIAL, key=key, flaws=(Flaw.CLAIMS_DISAGREE,))
    flaws = () if agree else (Flaw.CLAIMS_DISAGREE,)
    return Checked(kind=FileKind.CREDENTIAL, number=number, key=key, claims=claims, flaws=flaws)


def _signature_flaw(public: bytes | None, signature: bytes, signed: bytes) -> Flaw | None:
    if public is None:
        return Flaw.UNKNOWN_KEY
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return Flaw.ALTERED
    return None


def _encode(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _decode(part: str) -> bytes:
    """Strict: two spellings of the same bytes would let a character change unnoticed.

    Raises:
        ValueError: when it is not base64url as it is written here.
    """
    try:
        content = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None
    if _encode(content) != part:
        raise ValueError("not base64url")
    return content
