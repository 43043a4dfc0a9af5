"""An installation of its own to kill."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from app.kit.embedded import scratch_directory
from tests.installation import Installation


@contextmanager
def served() -> Iterator[Installation]:
    """`linli serve` in a scratch directory, started; stopped at the end."""
    with scratch_directory() as directory:
        made = Installation(directory)
        made.start()
        try:
            yield made
        finally:
            made.stop()


@pytest.fixture
def installation() -> Iterator[Installation]:
    """One for this test alone."""
    with served() as made:
        yield made
