"""A head's text, its signature, and the JSON it is published as."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from app.hours.rules import heads

AT = datetime(2026, 11, 22, 8, 2, 0, 120, UTC)
ROOT = bytes(range(32))


def signed() -> tuple[heads.Head, bytes]:
    """A head and the public half of its key."""
    private, public = heads.new_private_key()
    return heads.sign(12, ROOT, AT, "2026-11-22-ab", private), public


def test_the_signed_text_is_what_the_documentation_says() -> None:
    head, _public = signed()
    assert heads.head_text(head).decode() == (
        "linli-ledger-head/1\n"
        "size 12\n"
        "root 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n"
        "sealed_at 2026-11-22T08:02:00.000120Z\n"
        "key 2026-11-22-ab\n"
    )


def test_an_instant_is_said_in_utc_whatever_its_zone() -> None:
    shenzhen = AT.astimezone(timezone(timedelta(hours=8)))
    assert heads.instant_text(shenzhen) == heads.instant_text(AT)


@pytest.mark.parametrize(
    "change",
    [
        {"size": 13},
        {"root": bytes(32)},
        {"sealed_at": AT + timedelta(microseconds=1)},
        {"key": "2026-11-22-ac"},
        {"signature": bytes(64)},
        {"signature": b""},
    ],
)
def test_a_head_that_was_changed_is_not_what_was_signed(change: dict[str, object]) -> None:
    head, public = signed()
    assert heads.verify_head(head, public)
    assert not heads.verify_head(msgspec.structs.replace(head, **change), public)
    assert not heads.verify_head(head, heads.new_private_key()[1])


def test_a_published_head_says_the_same_when_it_is_read_back() -> None:
    head, public = signed()
    sent = msgspec.json.encode(heads.head_json(head))
    back = heads.head_from_json(msgspec.json.decode(sent, type=heads.HeadJson))
    assert back == head
    assert heads.verify_head(back, public)


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("format", "linli-ledger-head/2"),
        ("root", "00"),
        ("root", "zz" * 32),
        ("root", "AB" * 32),
        ("sealed_at", "2026-11-22T08:02:00Z"),
        ("sealed_at", "yesterday"),
        ("signature", "?"),
    ],
)
def test_a_published_head_that_makes_no_sense_names_its_field(field: str, wrong: str) -> None:
    published = msgspec.structs.replace(heads.head_json(signed()[0]), **{field: wrong})
    with pytest.raises(ValueError, match=f"^{field}"):
        heads.head_from_json(published)


def test_a_published_key_is_a_json_web_key_with_its_fingerprint() -> None:
    _private, public = heads.new_private_key()
    key = heads.key_json("2026-11-22-ab", public, AT, None)
    sent = msgspec.json.decode(msgspec.json.encode(key))
    assert (sent["kty"], sent["crv"], sent["alg"], sent["use"]) == ("OKP", "Ed25519", "EdDSA", "sig")
    assert "retired_at" not in sent
    assert heads.public_from_json(key) == public
    with pytest.raises(ValueError, match=r"^fingerprint"):
        heads.public_from_json(msgspec.structs.replace(key, fingerprint="00"))
    with pytest.raises(ValueError, match=r"^x"):
        heads.public_from_json(msgspec.structs.replace(key, x="AAAA"))
