"""How numbers and long texts are worded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text import truncate


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("green tea", 9, "green tea"),
        ("green tea", 8, "green…"),
        ("green tea", 6, "green…"),
        ("green tea", 5, "gree…"),
        ("green, tea", 9, "green…"),
        ("green – tea", 10, "green…"),
        ("greentea", 4, "gre…"),
        (" greentea", 4, " gr…"),
        ("green tea", 1, "…"),
        ("green tea", 0, ""),
        ("", 0, ""),
    ],
)
def test_a_text_is_cut_between_words(text: str, limit: int, short: str) -> None:
    assert truncate(text, limit) == short


@given(st.text(), st.integers(-1, 50))
def test_a_text_is_never_longer_than_it_may_be(text: str, limit: int) -> None:
    short = truncate(text, limit)

    assert len(short) <= max(limit, 0)
    assert short == text or not short or short.endswith("…")
