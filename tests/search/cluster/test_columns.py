"""Columns of numbers as text."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.search.cluster.columns import pack_columns, pack_steps, unpack_columns, unpack_steps

NUMBERS = st.lists(st.integers(0, 2**31 - 1), max_size=20)


@given(st.lists(NUMBERS, max_size=5))
def test_columns_come_back_as_they_were(columns: list[list[int]]) -> None:
    packed = pack_columns([np.array(each, dtype=np.int32) for each in columns])

    assert [each.tolist() for each in unpack_columns(packed)] == columns


@given(NUMBERS)
def test_ascending_numbers_come_back_from_their_steps(numbers: list[int]) -> None:
    ascending = np.array(sorted(numbers), dtype=np.int32)

    assert unpack_steps(pack_steps(ascending)).tolist() == sorted(numbers)


def test_truths_become_numbers() -> None:
    (column,) = unpack_columns(pack_columns([np.array([True, False])]))

    assert column.tolist() == [1, 0]


def test_near_places_take_a_fraction_of_their_bytes() -> None:
    places = np.arange(0, 40_000, 40, dtype=np.int32)

    assert len(pack_columns([pack_steps(places)])) < places.nbytes / 10
