"""PostgreSQL and Valkey of our own, from wheels: for a fresh machine, for tests, and for a small town's only server."""

from app.kit.embedded.claim import AlreadyRunning, Claim, Running, running_there
from app.kit.embedded.daemon import EmbeddedError
from app.kit.embedded.home import NoHome, scratch_directory
from app.kit.embedded.postgres import EmbeddedPostgres
from app.kit.embedded.valkey import EmbeddedValkey

__all__ = [
    "AlreadyRunning",
    "Claim",
    "EmbeddedError",
    "EmbeddedPostgres",
    "EmbeddedValkey",
    "NoHome",
    "Running",
    "running_there",
    "scratch_directory",
]
