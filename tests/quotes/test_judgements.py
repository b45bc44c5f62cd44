"""The verdicts on quotes that readers wrote down: complete, and without a word of a transcript."""

from collections import Counter

import pytest

from bot.files import DATA
from bot.strict_yaml import YamlValue, load_yaml, text_of

PATH = DATA / "quote_judgements.yaml"
FIELDS = {"episode", "second", "reader", "verdict", "reason"}


@pytest.fixture(scope="module")
def rows() -> list[dict[str, YamlValue]]:
    read = load_yaml(PATH.read_text(encoding="utf-8"), PATH.name)
    return [row for row in read if isinstance(row, dict)]


def test_each_verdict_says_of_what_by_whom_and_why(rows: list[dict[str, YamlValue]]) -> None:
    assert len(rows) >= 230
    for row in rows:
        assert set(row) == FIELDS
        assert text_of(row, "verdict") in {"post", "edit", "no"}
        assert text_of(row, "reader") in {"1", "2", "3"}
        assert int(text_of(row, "second")) >= 0


def test_no_reader_judges_a_quote_twice(rows: list[dict[str, YamlValue]]) -> None:
    judged = Counter(
        tuple(text_of(row, key) for key in ("reader", "episode", "second")) for row in rows
    )

    assert max(judged.values()) == 1


@pytest.mark.parametrize(("one", "other", "shared"), [("1", "2", 60), ("2", "3", 60)])
def test_readers_judged_the_same_quotes_so_that_they_can_be_compared(
    rows: list[dict[str, YamlValue]], one: str, other: str, shared: int
) -> None:
    places = {
        reader: {
            (text_of(row, "episode"), text_of(row, "second"))
            for row in rows
            if text_of(row, "reader") == reader
        }
        for reader in (one, other)
    }

    assert len(places[one] & places[other]) >= shared


def test_a_reason_is_a_remark_and_not_the_quote(rows: list[dict[str, YamlValue]]) -> None:
    for row in rows:
        assert 1 <= len(text_of(row, "reason").split()) <= 12
        assert '"' not in text_of(row, "reason")
