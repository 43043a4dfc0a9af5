"""The ground histories are played on."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.kit.embedded import EmbeddedPostgres, EmbeddedValkey
from app.settings import settings
from tests.hours.history.ground import Ground


@pytest.fixture
def ground(
    template: str,
    postgres: EmbeddedPostgres,
    valkey: EmbeddedValkey,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Ground]:
    """Servers and a state directory; what the sealing process remembers outside the database begins anew each time."""
    monkeypatch.setenv("LINLI_STATE_DIR", str(tmp_path))
    settings.cache_clear()
    yield Ground(template, postgres, valkey, Path(os.environ["LINLI_STATE_DIR"]))
    monkeypatch.undo()
    settings.cache_clear()
