"""The array types used throughout, one name for each element type."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
SmallFloats = NDArray[np.float32]
SmallInts = NDArray[np.int8]
Mask = NDArray[np.bool_]
