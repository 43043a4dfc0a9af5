"""An installation of its own to kill."""

from collections.abc import Iterator

import pytest

from app.kit.embedded import scratch_directory
from tests.installation import Installation


@pytest.fixture
def installation() -> Iterator[Installation]:
    """`linli serve` in a scratch directory, started; stopped when the test ends."""
    with scratch_directory() as directory:
        made = Installation(directory)
        made.start()
        try:
            yield made
        finally:
            made.stop()
