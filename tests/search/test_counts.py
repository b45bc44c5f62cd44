"""What a query costs, in calls and in numbers read: the same on every machine."""

import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
import pytest

from bot.models import Cue, Episode, Origin
from bot.search.budget import Budget
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.index.lexicon import Lexicon, LexiconEntry
from bot.search.index.storage import load_index, save_index
from bot.search.interpretation import interpret
from bot.search.query import parse_query
from bot.search.ranking import features
from tests.builders import bakery, episode, find

QUERY = "model registry of features"
LEXICON = Lexicon((LexiconEntry("registry", same=("catalogue",)),))


def talks(copies: int) -> list[Episode]:
    """Make episodes with the words of the query, among others that grow in number."""
    lines = ("Our model registry keeps features.", "A catalogue of models.", "Nothing else.")
    others = [
        replace(each, slug=f"{each.slug}-{copy}") for copy in range(copies) for each in bakery()
    ]
    heard = Cue("features of the registry", 40.0, 50.0, "", Origin.CAPTIONS)
    return [episode(f"talk-{n}", *lines, heard) for n in range(4)] + others


@pytest.fixture(scope="module")
def small() -> Index:
    return build_index(talks(2), LEXICON)


@pytest.fixture(scope="module")
def large() -> Index:
    return build_index(talks(20), LEXICON)


def calls_in(act: Callable[[], object]) -> Counter[str]:
    """Count what is called: functions of Python, and of numpy but for its operators."""
    calls: Counter[str] = Counter()

    def note(frame: FrameType, event: str, called: Any) -> None:
        if event == "call":
            calls[frame.f_code.co_name] += 1
        elif event == "c_call" and isinstance(called.__self__, np.ndarray):
            calls[f"array.{called.__name__}"] += 1

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        act()
    finally:
        sys.setprofile(before)
    return calls


class Counted(np.ndarray[Any, Any]):
    """An array that counts how many of its numbers are read."""

    read = 0

    def __array_finalize__(self, _: object) -> None:
        """Let what is taken from it be counted no more than once."""

    def __getitem__(self, key: Any) -> Any:
        found = np.asarray(self)[key]
        Counted.read += np.size(found)
        return found


def terms_read(index: Index) -> int:
    """Count the terms of the transcripts that a search reads."""
    counted = replace(index.transcripts, terms=index.transcripts.terms.view(Counted))
    Counted.read = 0
    assert find(replace(index, transcripts=counted), QUERY).hits
    return Counted.read


def test_a_query_calls_numpy_as_often_in_a_larger_corpus(small: Index, large: Index) -> None:
    few, many = (calls_in(lambda index=index: find(index, QUERY)) for index in (small, large))

    assert {name: few[name] for name in few if name.startswith("array.")} == {
        name: many[name] for name in many if name.startswith("array.")
    }


def test_a_query_reads_no_more_terms_in_a_larger_corpus(small: Index, large: Index) -> None:
    assert 0 < terms_read(small) == terms_read(large)


def test_the_evidence_looks_each_word_and_variant_up_once(small: Index) -> None:
    terms = interpret(small, parse_query(QUERY), Budget.of(small)).terms
    candidates = np.arange(len(small.passages.firsts), dtype=np.int32)
    calls = calls_in(lambda: features(small, terms, candidates))

    assert (len(terms.content), len(terms.variants), len(terms.pairs)) == (3, 1, 3)
    assert calls["array.searchsorted"] == 3 + 1 + 1, "words, a variant, and the pair that is said"


def test_a_search_cuts_no_text_into_words_and_rebuilds_no_cue(small: Index) -> None:
    calls = calls_in(lambda: find(small, QUERY))

    assert calls["show_hit"] > 1
    assert not calls["locate_words"] + calls["cue"] + calls["heard_of"]


def test_the_first_query_derives_nothing(small: Index, tmp_path: Path) -> None:
    save_index(small, (), tmp_path / "stored.index")
    opened, _ = load_index(tmp_path / "stored.index")
    # Where an entry of the lexicon is said is looked for once.
    first, second = (calls_in(lambda: find(opened, "model of features")) for _ in range(2))

    assert first.total() <= 1.2 * second.total()
    assert {name: first[name] for name in first if name.startswith("array.")} == {
        name: second[name] for name in second if name.startswith("array.")
    }
