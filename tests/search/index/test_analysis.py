import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search.index.analysis import (
    STOP_WORDS,
    content_terms,
    locate_words,
    normalise,
    split_words,
    stem_terms,
    terms_of,
)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("Raphaël's Café", ["raphael's", "cafe"]),
        ("don’t DON'T", ["don't", "don't"]),
        ("C++ and C#, not C", ["c++", "and", "c#", "not", "c"]),
        ("end-to-end, state_of_the_art", ["end", "to", "end", "state", "of", "the", "art"]),
        ("ＭＬＯps straße İzmir", ["mlops", "strasse", "izmir"]),
        ("'quoted' rock 'n' roll", ["quoted", "rock", "n", "roll"]),
        ("3.5 billion in 2024", ["3", "5", "billion", "in", "2024"]),
        ("... ?! 🎉 — …", []),
        ("", []),
    ],
)
def test_a_text_falls_into_terms(text: str, terms: list[str]) -> None:
    assert terms_of(text) == terms


@pytest.mark.parametrize("word", ["Raphaël", "Łódź", "naïveté", "Šárka", "mañana"])
def test_an_accent_of_its_own_is_part_of_the_word(word: str) -> None:
    apart = unicodedata.normalize("NFD", word)

    assert split_words(f"{apart}, {apart}") == [apart, apart]
    assert terms_of(apart) == terms_of(word)


@given(st.text())
def test_words_are_located_where_they_are_written(text: str) -> None:
    assert [text[first:last] for first, last in locate_words(text)] == split_words(text)


@given(st.lists(st.sampled_from(["l'ete", "Don't", "rock'n'roll", "C++", "c#", "a_b", "3.5", "'"])))
def test_terms_are_the_same_beside_other_letters(words: list[str]) -> None:
    text = " ".join(words)

    assert terms_of(text) == terms_of(f"{text} é")[:-1]
    assert terms_of(text) == [*map(normalise, split_words(text))]


@given(st.text())
def test_no_text_has_an_empty_term_or_stem(text: str) -> None:
    terms = terms_of(text)

    assert all(terms)
    assert all(stem_terms(terms))


@pytest.mark.parametrize(
    "forms",
    [
        ["deploy", "deployed", "deploying", "deploys"],
        ["model", "models", "model's"],
        ["gpu", "gpus", "gpu's"],
        ["ai", "ai's", "ai’s"],
    ],
)
def test_forms_of_a_word_share_a_stem(forms: list[str]) -> None:
    assert len(set(stem_terms([normalise(form) for form in forms]))) == 1


def test_different_words_keep_different_stems() -> None:
    assert len(set(stem_terms(["model", "modem", "c", "c++", "c#"]))) == 5


def test_grammar_is_no_content_and_subjects_are() -> None:
    assert content_terms(terms_of("Who talked about what's in the Registry?")) == ["registry"]


def test_stop_words_are_written_as_terms_are() -> None:
    assert {normalise(word) for word in STOP_WORDS} == STOP_WORDS
