"""The most memory that a benchmark took, which is what a machine must have."""

import resource
import sys

MEGABYTE = 1_000_000
UNIT = 1 if sys.platform == "darwin" else 1_024
"""Bytes in which the system counts."""


def peak() -> float:
    """Megabytes that this process has held at most so far, with the problem itself and all compiled code."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / MEGABYTE
