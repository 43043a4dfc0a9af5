"""How the matcher's loops are compiled, and where their machine code is kept: in a folder for each version.

Numba keeps what it compiled until the file of the outermost function changes. It does not see that a function called
from there has changed in another file, and would go on with the old one after an upgrade.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import numba
from numba import types

Loop = TypeVar("Loop", bound=Callable[..., Any])

HERE = Path(__file__).parent
WITHOUT_LOOPS = {"actions", "api", "forms", "migrations", "queries", "routes", "rules"}


def version() -> str:
    """A digest of every file in which a compiled function may stand."""
    files = sorted(file for file in HERE.rglob("*.py") if not WITHOUT_LOOPS & set(file.relative_to(HERE).parts))
    digest = hashlib.sha256(numba.__version__.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def folder() -> Path:
    """Beside the code where that may be written to, else among the temporary files of this user."""
    beside = HERE / "__pycache__"
    with suppress(OSError):
        beside.mkdir(exist_ok=True)
    if os.access(beside, os.W_OK):
        return beside / f"compiled-{version()}"
    return Path(tempfile.gettempdir()) / f"linli-compiled-{os.getuid()}-{version()}"


numba.config.CACHE_DIR = str(folder())  # type: ignore[attr-defined]  # before anything is compiled


def compiled(function: Loop) -> Loop:
    """The function compiled; threads run it side by side."""
    made: Loop = _once_for_all_widths(numba.njit(cache=True, nogil=True)(function))
    return made


def kernel(function: Loop) -> Loop:
    """The function compiled, so that it neither makes arrays nor counts who refers to them.

    Counting costs ten times the work itself where a function of many arrays is called for every pair, and more where
    threads count together.
    """
    options: dict[str, Any] = {"cache": True, "nogil": True, "_nrt": False}
    made: Loop = _once_for_all_widths(numba.njit(**options)(function))
    return made


def _once_for_all_widths(loop: Any) -> Any:
    """Let other loops call it with whole numbers of any width, or with constants, and still compile it only once.

    Numba would compile it anew for each combination, which makes an empty machine wait half as long again.
    """
    template = loop.get_call_template

    def wide(argument: Any) -> Any:
        whole = argument in types.signed_domain or isinstance(argument, types.IntegerLiteral)
        return types.int64 if whole else argument

    loop.get_call_template = lambda given, named: template(tuple(map(wide, given)), named)
    return loop
