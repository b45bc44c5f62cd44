"""Arrays: pairs are numbered in four bytes where that is enough, and runs are found."""

import numpy as np
import pytest

from bot.arrays import distinct, distinct_by_run, pair_up, run_starts


@pytest.mark.parametrize(
    ("kinds", "size", "kind"),
    [(3, 5, np.uint32), (2**16, 2**16 - 1, np.uint32), (2**16, 2**16, np.uint64)],
)
def test_pairs_take_four_bytes_unless_the_largest_needs_more(
    kinds: int, size: int, kind: type[np.generic]
) -> None:
    ones, others = np.array([0, kinds - 1]), np.array([1, size - 1], dtype=np.int32)

    pairs = pair_up(ones, others, kinds, size)
    assert pairs.dtype == kind
    assert pairs.tolist() == [1, kinds * size - 1]


def test_runs_begin_where_numbers_change() -> None:
    assert run_starts(np.array([2, 2, 3, 7, 7, 7])).tolist() == [0, 2, 3]
    assert run_starts(np.array([], dtype=np.int64)).tolist() == []
    assert distinct(np.array([7, 2, 7, 3])).tolist() == [2, 3, 7]


def test_each_run_lists_its_numbers_once() -> None:
    numbers, lengths = np.array([4, 1, 4, 0, 2], dtype=np.int32), np.array([3, 0, 2])

    assert distinct_by_run(numbers, lengths, 5)[0].tolist() == [1, 4, 0, 2]
    assert distinct_by_run(numbers, lengths, 5)[1] == [0, 2, 2, 4]
    nothing = np.array([], dtype=np.int32)
    assert distinct_by_run(nothing, nothing, 0)[1] == [0]
