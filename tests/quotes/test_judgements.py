"""The verdicts on quotes that readers wrote down: complete, and without a word of a transcript."""

import re
from collections import Counter

import pytest

from bot.quotes.ranker import OPINIONS, UNSEEN_READER, Opinion, read_opinions


@pytest.fixture(scope="module")
def opinions() -> list[Opinion]:
    return list(read_opinions(OPINIONS))


def test_each_verdict_says_of_what_by_whom_and_why(opinions: list[Opinion]) -> None:
    assert len(opinions) >= 5000
    for each in opinions:
        assert re.fullmatch(r"[0-9a-f]{16}", each.id)
        assert each.episode
        assert each.second >= 0
        assert each.reader in {"4", "5", "6", "7", "8"}


def test_no_reader_judges_a_quote_twice(opinions: list[Opinion]) -> None:
    judged = Counter((each.reader, each.id) for each in opinions)

    assert max(judged.values()) == 1


def test_two_readers_judged_over_a_thousand_quotes_so_that_they_can_be_compared(
    opinions: list[Opinion],
) -> None:
    read = {
        reader: {each.id for each in opinions if each.reader == reader} for reader in ("4", "5")
    }

    assert len(read["4"] & read["5"]) >= 1000


def test_a_third_reader_is_kept_unseen(opinions: list[Opinion]) -> None:
    """How those verdicts are kept from the ranker is tested with it."""
    assert sum(each.reader == UNSEEN_READER for each in opinions) >= 140


def test_a_reason_is_a_remark_and_not_the_quote(opinions: list[Opinion]) -> None:
    for each in opinions:
        assert 1 <= len(each.reason.split()) <= 12
