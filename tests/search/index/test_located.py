import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.index.analysis import locate_words
from bot.search.index.located import locate_all

TEXTS = st.text(alphabet=" \n\u00a0aBé'’l-+#_9漢字かカ\u0301\U0001f600", max_size=30)


@given(st.lists(TEXTS, max_size=5))
def test_words_are_where_each_text_has_them(texts: list[str]) -> None:
    found = locate_all(texts)

    spans = [locate_words(text) for text in texts]
    words = [text[a:z] for text, of in zip(texts, spans, strict=True) for a, z in of]
    assert [found.distinct[number] for number in found.numbers] == words
    assert found.starts.tolist() == [first for of in spans for first, _ in of]
    assert found.counts.tolist() == [len(of) for of in spans]


def test_words_are_in_the_order_in_which_they_appear() -> None:
    found = locate_all(["Bread and rye.", "and salt, “and” bread"])

    assert found.distinct == ["Bread", "and", "rye", "salt", "bread"]


@pytest.mark.parametrize("texts", [[], [""], ["", " \n"], ["…", "?!"]])
def test_texts_without_words_have_none(texts: list[str]) -> None:
    found = locate_all(texts)

    assert found.distinct == []
    assert found.counts.tolist() == [0] * len(texts)
    assert len(found.numbers) == len(found.starts) == 0
