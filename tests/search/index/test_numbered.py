from hypothesis import given
from hypothesis import strategies as st

from bot.search.index.numbered import number_words

WORDS = st.lists(st.text(st.characters(exclude_characters="\n")), unique=True, max_size=40)


@given(WORDS, st.text())
def test_numbered_words_are_found_as_in_a_dictionary(words: list[str], other: str) -> None:
    known = {word: number for number, word in enumerate(words)}
    numbered = number_words(words)

    assert dict(numbered) == known
    assert list(numbered) == words
    assert len(numbered) == len(words)
    assert numbered.get(other) == known.get(other)
    assert (other in numbered) == (other in known)


def test_words_in_the_same_slot_are_told_apart() -> None:
    words = [str(number) for number in range(500)]
    numbered = number_words(words)

    assert [numbered[word] for word in words] == list(range(500))
    assert "500" not in numbered
