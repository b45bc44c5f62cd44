import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models import Chapter, Cue, Hit
from bot.search.index.analysis import locate_words, stem_terms, terms_of
from bot.search.index.index import Index
from bot.search.snippets import SNIPPET_CHARACTERS, second_at
from tests.builders import episode, find, index_of, marked

FILLING = "we bake loaves of rye and wheat in the old stone oven before anybody wakes"
FORMS = ("registry", "Registries", "registry's")
OTHERS = ("a", "loaf", "e\u0301le\u0300ve", "don’t", "…", "日本語、日本", "🎉", "x" * 90, FILLING)
CHUNKS = st.sampled_from([*FORMS, *OTHERS])
SEPARATORS = st.sampled_from([" ", " ", ", ", ". ", "、", "", "/"])
SENTENCES = st.lists(st.tuples(CHUNKS, SEPARATORS), max_size=25).map(
    lambda pairs: "".join(chunk + separator for chunk, separator in pairs).strip()
)


def only_hit(typed: str, *lines: str | Cue, **facts: Any) -> Hit:
    """Search in one episode (among those of the bakery) and take its best passage."""
    hits = find(index_of(episode("talk", *lines, **facts)), typed).hits
    return next(hit for hit in hits if hit.episode.slug == "talk")


def check_marks(hit: Hit, wanted: set[str]) -> None:
    """Check that exactly the words of some stems are marked."""
    text, spans = hit.snippet.text, hit.snippet.spans
    assert list(spans) == sorted(set(spans))
    assert all(0 <= first < last <= len(text) for first, last in spans)
    # A word at an edge may be half a word.
    inner = [(a, b) for a, b in locate_words(text) if a > 1 and b < len(text) - 1]
    for span in inner:
        word = text[slice(*span)]
        assert (span in spans) == (stem_terms(terms_of(word))[0] in wanted), word


@given(st.lists(SENTENCES, min_size=1, max_size=6))
def test_a_snippet_is_short_and_marks_what_was_asked_for(lines: list[str]) -> None:
    whole = " ".join(lines)

    known = episode("other", "A registry.")  # or else a word like it may be meant
    for hit in find(index_of(episode("talk", *lines), known), "registry episode:talk").hits:
        assert len(hit.snippet.text) <= SNIPPET_CHARACTERS + len("……")
        assert hit.snippet.spans
        check_marks(hit, {"registri"})
        assert hit.snippet.text.removeprefix("…").removesuffix("…") in f"…{whole}…"


@pytest.mark.corpus
def test_snippets_of_the_real_corpus_are_short_and_marked(real_index: Index, shared: Path) -> None:
    lines = (shared / "eval" / "dev.jsonl").read_text(encoding="utf-8").splitlines()

    for line in lines[::6]:
        for hit in find(real_index, json.loads(line)["query"]).hits:
            assert 0 < len(hit.snippet.text) <= SNIPPET_CHARACTERS + 2
            marks = marked(hit)
            assert all(len(terms_of(mark)) >= 1 for mark in marks)
            assert all(mark == mark.strip() for mark in marks)
            assert hit.start is None or hit.end is None or hit.start <= hit.end


def test_any_form_of_a_word_is_marked_and_nothing_else() -> None:
    hit = only_hit("deploying models", "Deployed models, a model’s deployment: the modem deploys.")

    assert marked(hit) == ["Deployed", "models", "model’s", "deployment", "deploys"]


def test_accents_and_case_are_marked_as_written() -> None:
    assert marked(only_hit("raphael CAFE", "Raphaël sat in a Cafe\u0301.")) == [
        "Raphaël",
        "Cafe\u0301",
    ]


def test_stop_words_are_not_marked_among_others() -> None:
    assert marked(only_hit("what is the registry", "What is the registry?")) == ["registry"]


def test_a_phrase_is_marked_as_a_whole() -> None:
    hit = only_hit('"the model registry"', "A registry.", "So the model", "registry is slow.")

    assert "the model registry" in marked(hit)


def test_a_phrase_of_grammar_is_marked() -> None:
    assert marked(only_hit('"to be or not"', "It is to be or not to be.")) == ["to be or not"]


def test_a_short_passage_is_shown_whole() -> None:
    hit = only_hit("registry", "Before it.", "We run a registry.", "After it.")

    assert hit.snippet.text == "Before it. We run a registry. After it."


def test_a_snippet_starts_at_a_sentence() -> None:
    lines = [f"Sentence {place}: {FILLING}." for place in range(9)]
    lines[5] = f"Here is the registry: {FILLING}."
    hit = only_hit("registry", *lines)

    assert hit.snippet.text.startswith(("Sentence", "Here"))
    assert hit.snippet.text.endswith(".")
    assert "Here is the registry" in hit.snippet.text


def test_a_snippet_shows_where_matches_are_densest() -> None:
    lines = ["A registry it was.", *[f"{FILLING}."] * 4, "The registry keeps each model version."]
    hit = only_hit("registry model version", *lines)

    assert marked(hit)[-3:] == ["registry", "model", "version"]
    assert hit.start == pytest.approx(50 + 10 * 4 / 38)


def test_a_snippet_shows_the_first_of_equal_places() -> None:
    hit = only_hit("registry", "A registry it was.", *[f"{FILLING}."] * 4, "The registry again.")

    assert hit.snippet.text.startswith("A registry it was.")


def test_a_very_long_sentence_is_cut_on_both_sides_at_words() -> None:
    long = f"{FILLING} " * 8 + "then a registry came " + f"{FILLING} " * 8
    hit = only_hit("registry", long.strip() + ".")

    text = hit.snippet.text
    assert (text[0], text[-1]) == ("…", "…")
    assert f" {text[1:-1]} " in f" {long}"
    assert marked(hit) == ["registry"]
    assert len(text) in range(285, 303)
    # A little of the sentence leads up to the match.
    assert hit.snippet.spans[0][0] in range(45, 62)


@pytest.mark.parametrize(("before", "after"), [(0, 12), (12, 0)])
def test_a_long_sentence_is_cut_only_where_words_are_left_out(before: int, after: int) -> None:
    long = f"{FILLING} " * before + "a registry came" + f" {FILLING}" * after
    text = only_hit("registry", long).snippet.text

    assert text.startswith("…") == bool(before)
    assert text.endswith("…") == bool(after)


@pytest.mark.parametrize("filler", ["日本語、", "word/", "x" * 80 + ","], ids=str)
@pytest.mark.parametrize("side", ["before", "after", "both"])
def test_text_without_blanks_still_shows_its_match(filler: str, side: str) -> None:
    filling = filler * (1 + 900 // len(filler))
    before, after = filling * (side != "after"), filling * (side != "before")
    hit = only_hit("registry", f"{before}registry、{after}")

    assert marked(hit) == ["registry"]
    assert len(hit.snippet.text) <= SNIPPET_CHARACTERS + 2


def test_a_word_longer_than_a_snippet_is_cut() -> None:
    hit = only_hit("registry", "z" * 1000 + " registry " + "z" * 1000)

    assert marked(hit) == ["registry"]


def test_a_passage_without_words_is_shown_as_it_is() -> None:
    chapters = (Chapter("One", 0), Chapter("Silence", 10), Chapter("Three", 20))
    lines = ("We run.", "…", "We stop.")
    index = index_of(episode("talk", *lines, guests=("Maria Vechtomova",), chapters=chapters))

    hits = [hit for typed in ("maria", "guest:maria") for hit in find(index, typed).hits]
    assert {hit.snippet.text for hit in hits} <= set(lines)
    assert {hit.start for hit in hits if hit.snippet.text == "…"} <= {10.0}
    assert hits


@pytest.mark.parametrize(
    ("cue", "character", "second"),
    [
        (Cue("0123456789", 100.0, 110.0), 0, 100.0),
        (Cue("0123456789", 100.0, 110.0), 5, 105.0),
        (Cue("0123456789", 100.0, None), 5, 100.0),
        (Cue("0123456789"), 5, None),
        (Cue("", 100.0, 110.0), 0, 100.0),
    ],
)
def test_a_second_is_interpolated_by_characters(
    cue: Cue, character: int, second: float | None
) -> None:
    transcripts = index_of(episode("talk", cue)).transcripts

    assert second_at(transcripts, 0, character) == second


def test_a_snippet_holds_the_words_of_one_speaker() -> None:
    talk = episode(
        "talk",
        Cue("What does a registry do?", 0.0, 3.0, "Ida"),
        Cue("On most days nothing.", 3.0, 6.0, "Tom"),
        Cue("The registry earns its keep on a bad day.", 6.0, 9.0, "Tom"),
        Cue("Thank you, registry.", 9.0, 12.0, "Ida"),
    )

    hit = find(index_of(talk), "registry earns its keep").hits[0]

    assert hit.speaker == "Tom"
    assert hit.snippet.text == "On most days nothing. The registry earns its keep on a bad day."
