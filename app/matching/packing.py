"""A problem or a plan as few bytes: its arrays as they are, compressed. For the database, not for people."""

import zlib
from typing import Any, TypeVar, get_origin

import msgspec
import numpy as np

Packed = TypeVar("Packed")

QUICK = 1
"""The lowest level: masks of free time shrink tenfold with it already, and a city's are packed in a second."""


def pack(value: Any) -> bytes:
    """The bytes of a Struct with arrays."""
    return zlib.compress(msgspec.msgpack.encode(value, enc_hook=_plain), QUICK)


def unpack(kind: type[Packed], packed: bytes) -> Packed:
    """The Struct that was packed."""
    return msgspec.msgpack.decode(zlib.decompress(packed), type=kind, dec_hook=_array)


def _plain(value: Any) -> Any:
    if not isinstance(value, np.ndarray):
        raise NotImplementedError(type(value))
    return value.dtype.str, value.shape, np.ascontiguousarray(value).tobytes()


def _array(kind: Any, stored: Any) -> Any:
    if (get_origin(kind) or kind) is not np.ndarray:
        raise NotImplementedError(kind)
    dtype, shape, content = stored
    return np.frombuffer(content, dtype=dtype).reshape(shape).copy()
