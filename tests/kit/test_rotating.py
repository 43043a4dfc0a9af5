"""Changing keys: everything stays readable, and the old key can go."""

import base64
from collections.abc import Iterator

import pytest
from cryptography.exceptions import InvalidTag

from app.kit import sealing
from app.kit.db import value
from app.kit.rotating import rotate_keys
from app.settings import settings
from tests import factories as make

OLD = base64.b64encode(bytes(range(32))).decode()
NEW = base64.b64encode(bytes(range(100, 132))).decode()


def use_keys(monkeypatch: pytest.MonkeyPatch, keys: str) -> None:
    monkeypatch.setenv("LINLI_DATA_KEYS", keys)
    settings.cache_clear()
    sealing.keyring.cache_clear()


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Keys that this test may change."""
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()
    sealing.keyring.cache_clear()


def test_the_same_text_is_sealed_to_other_bytes_each_time_and_opens_only_in_its_column() -> None:
    one, other = sealing.seal("13800138000", "account.phone"), sealing.seal("13800138000", "account.phone")
    assert one != other
    assert sealing.unseal(one, "account.phone") == sealing.unseal(other, "account.phone") == "13800138000"
    with pytest.raises(InvalidTag):
        sealing.unseal(one, "resident.phone")


def test_a_blind_index_is_equal_for_equal_text_in_one_column_only() -> None:
    assert sealing.blind_index("a", "account.phone") == sealing.blind_index("a", "account.phone")
    assert sealing.blind_index("a", "account.phone") != sealing.blind_index("b", "account.phone")
    assert sealing.blind_index("a", "account.phone") != sealing.blind_index("a", "resident.phone")


async def test_after_rotation_all_is_readable_without_the_old_key_and_found_as_before(
    db: str, keys: pytest.MonkeyPatch
) -> None:
    use_keys(keys, f"k1:{OLD}")
    account = await make.account("陈一", "+8613800138000")
    for _ in range(3):
        await make.person(account_id=await make.account())
    index = await value("SELECT phone_index FROM account WHERE id = $1", account)

    use_keys(keys, f"k2:{NEW},k1:{OLD}")
    counts = await rotate_keys()
    assert (counts["account.phone"], counts["person.born"], counts["account.email"]) == (4, 3, 0)
    assert sum((await rotate_keys()).values()) == 0

    use_keys(keys, f"k2:{NEW}")
    sealed = await value("SELECT phone FROM account WHERE id = $1", account)
    assert sealing.unseal(sealed, "account.phone") == "+8613800138000"
    assert await value("SELECT id FROM account WHERE phone_index = $1", index) == account
