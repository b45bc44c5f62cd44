"""The array types used throughout, one name for each element type, and ranges."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
SmallFloats = NDArray[np.float32]
SmallInts = NDArray[np.int8]
Mask = NDArray[np.bool_]


def ranges(firsts: NDArray[np.integer], lengths: NDArray[np.integer]) -> Longs:
    """List the numbers of ranges, one after the other: `lengths[n]` of them from `firsts[n]` on."""
    before = np.cumsum(lengths) - lengths
    numbers: Longs = np.arange(lengths.sum()) + np.repeat(firsts - before, lengths)
    return numbers
