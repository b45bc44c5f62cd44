import re

from hypothesis import given
from hypothesis import strategies as st

from bot.transcripts.words import full_words, place_words, word_at

# Letters of one to four bytes, a digit, and all that is special between words.
LETTERS = st.text(st.sampled_from("aB'’_ -%\n5½éß本\u0661\U0001d4d0\U0001f600\ud800"))
WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@given(LETTERS)
def test_words_are_letters_and_digits_with_apostrophes_inside(text: str) -> None:
    placed = place_words(text)

    found = [(match.start(), match[0]) for match in WORD.finditer(text)]
    words = [placed.distinct[number] for number in placed.numbers.tolist()]
    assert list(zip(placed.offsets.tolist(), words, strict=True)) == found
    assert len(set(placed.distinct)) == len(placed.distinct)


@given(LETTERS)
def test_each_long_form_is_where_its_word_is(text: str) -> None:
    words = full_words(text)

    assert [*words.offsets] == sorted(words.offsets)
    assert all(word_at(words.text, offset) for offset in words.offsets)
    assert len(words.words) == len(words.offsets)


def test_words_stand_for_their_long_forms_without_fillers() -> None:
    words = full_words("Um, we’re 5% sure: that's ten loaves.")

    assert words.words == ["we", "are", "5", "percent", "sure", "that", "is", "10", "loaves"]
    assert words.offsets == [4, 4, 10, 11, 13, 19, 19, 26, 30]


def test_a_word_begins_where_it_is_placed_and_not_elsewhere() -> None:
    assert word_at("a baker's oven", 2) == "baker's"
    assert word_at("a baker's oven", 1) == ""
