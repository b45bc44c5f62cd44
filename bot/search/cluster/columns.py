"""Columns of numbers as text, small enough to be stored with a document."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

# What a column begins with: its type, and how many numbers it has.
_HEAD = np.dtype([("type", "S2"), ("count", "<u4")])
_FAST = 1

Numbers = NDArray[Any]


def pack_columns(columns: Sequence[Numbers]) -> str:
    """Pack columns of numbers, none of them negative."""
    parts = []
    for column in columns:
        small = column.astype(np.min_scalar_type(int(column.max(initial=0))))
        head = np.array((small.dtype.str[1:].encode(), len(small)), dtype=_HEAD)
        parts += [head.tobytes(), small.tobytes()]
    return b64encode(zlib.compress(b"".join(parts), _FAST)).decode()


def unpack_columns(packed: str) -> list[Numbers]:
    """Reverse `pack_columns`."""
    content = zlib.decompress(b64decode(packed))
    at, columns = 0, []
    while at < len(content):
        (head,) = np.frombuffer(content, _HEAD, 1, at)
        dtype, count = np.dtype(head["type"].decode()), int(head["count"])
        columns.append(np.frombuffer(content, dtype, count, at + _HEAD.itemsize))
        at += _HEAD.itemsize + count * dtype.itemsize
    return columns


def pack_steps(ascending: Numbers) -> Numbers:
    """Turn ascending numbers into the steps between them, which are small."""
    return np.diff(ascending, prepend=0)


def unpack_steps(steps: Numbers) -> Numbers:
    """Reverse `pack_steps`."""
    return np.cumsum(steps, dtype=np.int64).astype(np.int32)
