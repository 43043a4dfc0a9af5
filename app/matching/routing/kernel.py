"""How the inner loops of the search are compiled."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

Kernel = TypeVar("Kernel", bound=Callable[..., object])


def kernel(function: Kernel) -> Kernel:
    """Compile a function that allocates nothing and works on arrays that its caller holds.

    So it need not count who holds them: counting at every call takes ten times as long as the work itself.
    """
    return cast(Kernel, njit(cache=True, nogil=True, _nrt=False)(function))  # type: ignore[call-overload]
