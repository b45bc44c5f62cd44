"""The array types used throughout, one name for each element type, and their helpers."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
SmallFloats = NDArray[np.float32]
SmallInts = NDArray[np.int8]
Mask = NDArray[np.bool_]


def distinct(numbers: Longs) -> Longs:
    """List the distinct ones of some numbers, ascending.

    `np.unique` hashes the numbers first, which takes several times as long.
    """
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def ranges(firsts: NDArray[np.integer], lengths: NDArray[np.integer]) -> Longs:
    """List the numbers of ranges, one after the other: `lengths[n]` of them from `firsts[n]` on."""
    before = np.cumsum(lengths) - lengths
    numbers: Longs = np.arange(lengths.sum()) + np.repeat(firsts - before, lengths)
    return numbers


def counts_before(mask: Mask) -> Ints:
    """Count how many are set among the first 0, 1, … of a mask."""
    counts: Ints = np.zeros(len(mask) + 1, dtype=np.int32)
    np.cumsum(mask, out=counts[1:])
    return counts


def distinct_by_run(
    numbers: Ints, lengths: NDArray[np.integer], size: int
) -> tuple[Longs, list[int]]:
    """List the distinct numbers (below `size`) of each run, and where those of each begin and end.

    The first run is the first `lengths[0]` numbers, and so on.
    """
    count = len(lengths)
    pairs = distinct(np.repeat(np.arange(count), lengths) * size + numbers)
    bounds: list[int] = pairs.searchsorted(np.arange(count + 1) * size).tolist()
    return pairs % max(size, 1), bounds
