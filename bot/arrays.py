"""The array types of the whole code, by what one element is: one name for each."""

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
SmallFloats = NDArray[np.float32]
Mask = NDArray[np.bool_]
