"""The array types used throughout, one name for each element type, and their helpers."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Floats = NDArray[np.float64]
SmallFloats = NDArray[np.float32]
SmallInts = NDArray[np.int8]
Mask = NDArray[np.bool_]

_Number = TypeVar("_Number", bound=np.integer[Any])

# So many numbers are worked on at once where copies of all would take too much memory.
_AT_ONCE = 1 << 20


def distinct(numbers: NDArray[_Number]) -> NDArray[_Number]:
    """List the distinct ones of some numbers, ascending.

    `np.unique` hashes the numbers first, which takes several times as long.
    """
    ordered = np.sort(numbers)
    return ordered[run_starts(ordered)]


def run_starts(ordered: NDArray[np.integer]) -> NDArray[np.intp]:
    """Find where each run of equal numbers begins among ordered ones."""
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return np.flatnonzero(first)


def pair_up(
    ones: NDArray[np.integer], others: NDArray[np.integer], kinds: int, size: int
) -> NDArray[np.unsignedinteger]:
    """Make a number of each one (below `kinds`) and its other (below `size`): one * size + other.

    They take four bytes if that is enough, which are sorted in half the time of eight.
    """
    kind = np.result_type(np.uint32, np.min_scalar_type(kinds * size))
    pairs: NDArray[np.unsignedinteger] = ones.astype(kind)
    pairs *= kind.type(size)
    pairs += others.astype(kind, copy=False)
    return pairs


def ranges(firsts: NDArray[np.integer], lengths: NDArray[np.integer]) -> Longs:
    """List the numbers of ranges, one after the other: `lengths[n]` of them from `firsts[n]` on."""
    before = np.cumsum(lengths) - lengths
    numbers: Longs = np.arange(lengths.sum()) + np.repeat(firsts - before, lengths)
    return numbers


def code_points(text: str) -> NDArray[np.unsignedinteger]:
    """List the code points of a text, a byte for each where that is enough."""
    if text.isascii():
        return np.frombuffer(text.encode("ascii"), np.uint8)
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")


def mark_code_points(codes: NDArray[np.unsignedinteger], test: Callable[[str], bool]) -> Mask:
    """Say which code points pass a test of characters; each different one is tested once."""
    kinds = np.bincount(codes)
    seen = np.flatnonzero(kinds)
    passed: Mask = np.zeros(len(kinds), dtype=np.bool_)
    passed[seen] = [test(chr(code)) for code in seen.tolist()]
    marked: Mask = passed[codes]
    return marked


def counts_before(mask: Mask) -> Ints:
    """Count how many are set among the first 0, 1, … of a mask."""
    counts: Ints = np.zeros(len(mask) + 1, dtype=np.int32)
    np.cumsum(mask, out=counts[1:])
    return counts


def count_each(numbers: NDArray[np.integer], size: int) -> Longs:
    """Count how often each number below `size` occurs.

    `np.bincount` does so too, but first copies all numbers as larger ones.
    """
    counts = np.zeros(size, dtype=np.int64)
    for some in stretches(len(numbers)):
        counts += np.bincount(numbers[some], minlength=size)
    return counts


def stretches(count: int) -> Iterator[slice]:
    """Yield slices of so many numbers, each as long as is worked on at once."""
    return (slice(first, first + _AT_ONCE) for first in range(0, count, _AT_ONCE))


def batches(starts: NDArray[np.integer]) -> Iterator[tuple[int, int]]:
    """Yield batches of runs as (first, past the last), each with about a stretch of entries.

    The entries of run `n` begin at `starts[n]` and end before `starts[n + 1]`.
    """
    first, count = 0, len(starts) - 1
    while first < count:
        most = int(starts[first]) + _AT_ONCE
        past = max(first + 1, int(np.searchsorted(starts, most, side="right")) - 1)
        yield first, past
        first = past


def smallest(numbers: NDArray[np.integer]) -> NDArray[np.unsignedinteger]:
    """Store numbers, none below 0, in as few bytes as the largest takes."""
    return numbers.astype(np.min_scalar_type(int(numbers.max(initial=0))))


def take_slots(keys: NDArray[np.integer], free: Longs) -> Longs:
    """Return the next free slot for each of some ascending keys, `free[key]`, and move that on."""
    counts = np.bincount(keys, minlength=len(free))
    slots: Longs = np.repeat(free - (np.cumsum(counts) - counts), counts) + np.arange(len(keys))
    free += counts
    return slots


def distinct_by_run(
    numbers: Ints, lengths: NDArray[np.integer], size: int
) -> tuple[Longs, list[int]]:
    """List the distinct numbers (below `size`) of each run, and where those of each begin and end.

    The first run is the first `lengths[0]` numbers, and so on.
    """
    count = len(lengths)
    pairs = distinct(pair_up(np.repeat(np.arange(count), lengths), numbers, count, size))
    firsts = pair_up(np.arange(count + 1), np.zeros(1, dtype=np.int64), count, size)
    bounds: list[int] = pairs.searchsorted(firsts).tolist()
    return (pairs % max(size, 1)).astype(np.int64), bounds
