"""The lexicon: what is read, what is refused, and what a query's words name."""

import pytest

from bot.errors import TranscriptError
from bot.search.index.analysis import terms_of
from bot.search.index.lexicon import Lexicon, LexiconEntry, find_entries, stems_of
from bot.search.index.lexicon_file import BUILT_IN, read_built_in, read_lexicon

CLOUDS = Lexicon(
    (
        LexiconEntry("Kubernetes", same=("k8s",)),
        LexiconEntry("LLM", same=("LLMs", "large language model"), heard=("lamps",)),
        LexiconEntry("language model", same=()),
        LexiconEntry("CI/CD", same=("CICD",)),
    )
)


def found(query: str) -> list[tuple[int, int, str]]:
    entries = find_entries(CLOUDS, terms_of(query))
    return [(first, last, entry.term) for first, last, entry in entries]


def test_an_entry_has_its_variants_and_the_phrases_that_block_them() -> None:
    text = "MLOps:\n  same: [ML Ops]\n  heard: [envelopes]\n  not: [paper envelopes]\nDBT: {}\n"

    lexicon = read_lexicon(text, "lexicon.yaml")

    mlops = LexiconEntry("MLOps", ("ML Ops",), ("envelopes",), ("paper envelopes",))
    assert lexicon.entries == (mlops, LexiconEntry("DBT"))


def test_an_empty_file_is_an_empty_lexicon() -> None:
    assert read_lexicon("# nothing yet\n", "lexicon.yaml") == Lexicon()
    assert find_entries(Lexicon(), ["kubernetes"]) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("MLOps: envelopes\n", "MLOps"),
        ("MLOps:\n  herd: [envelopes]\n", '"herd"'),
        ("MLOps:\n  heard: [{a: b}]\n", "MLOps"),
        ("MLOps:\n  heard: ['?']\n", "MLOps"),
        ("'?':\n  same: [b]\n", "'?'"),
        ("MLOps:\n  heard: [envelopes]\n  not: [in the mail]\n", "in the mail"),
        ("MLOps:\n  heard: [envelopes]\n  not: [envelopes]\n", "envelopes"),
        ("LLM:\n  same: [AI]\nML:\n  same: [AI]\n", '"LLM" and "ML"'),
        ("LLM:\n  same: [AI]\nAI: {}\n", '"LLM" and "AI"'),
    ],
)
def test_what_is_wrong_is_refused_with_the_name_of_its_entry(text: str, named: str) -> None:
    with pytest.raises(TranscriptError) as caught:
        read_lexicon(text, "mine.yaml")

    assert caught.value.subject == "mine.yaml"
    assert named.strip("'") in caught.value.reason
    assert caught.value.remedy


def test_a_list_is_no_lexicon() -> None:
    with pytest.raises(TranscriptError, match="mapping"):
        read_lexicon("- MLOps\n", "mine.yaml")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("scaling k8s at home", [(1, 2, "Kubernetes")]),
        ("KUBERNETES", [(0, 1, "Kubernetes")]),
        ("who deploys large language models", [(2, 5, "LLM")]),
        ("what is a language model", [(3, 5, "language model")]),
        ("llms on kubernetes", [(0, 1, "LLM"), (2, 3, "Kubernetes")]),
        ("ci/cd for llm", [(0, 2, "CI/CD"), (3, 4, "LLM")]),
        ("large language", []),
        ("lamps", []),
        ("", []),
    ],
)
def test_the_longest_run_of_words_names_the_entry(
    query: str, expected: list[tuple[int, int, str]]
) -> None:
    assert found(query) == expected


def test_every_variant_that_ships_is_one_more_way_to_say_it() -> None:
    for entry in read_built_in().entries:
        written = [stems_of(text) for text in (entry.term, *entry.same)]
        heard = [tuple(terms_of(text)) for text in entry.heard]

        assert len(set(written)) == len(written), entry.term
        assert len({*heard, *map(tuple, map(terms_of, entry.same))}) == len(heard + written) - 1


def test_the_lexicon_that_ships_knows_how_captions_hear_mlops() -> None:
    entries = {entry.term: entry for entry in read_built_in().entries}

    assert BUILT_IN.is_file()
    assert {"envelopes", "mailbox", "melops"} <= set(entries["MLOps"].heard)
    assert "back of the envelope" in entries["MLOps"].blocked
    assert "k8s" in entries["Kubernetes"].same


def test_no_variant_that_ships_is_heard_for_two_terms() -> None:
    heard = [text for entry in read_built_in().entries for text in entry.heard]

    assert sorted(heard) == sorted(set(heard))
