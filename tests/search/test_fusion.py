import numpy as np
import pytest

from bot.search.fusion import measure_similarity
from bot.search.index.index import Index
from tests.builders import episode, find, index_of, slugs


@pytest.fixture(scope="module")
def index() -> Index:
    return index_of(
        episode("road", "My automobile broke down twice on the way to work."),
        episode("office", "Ask for better wages when you change your work."),
        episode("team", "We recruit engineers who know their trade."),
    )


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("driving a vehicle to work", "road"),
        ("negotiate a higher salary at work", "office"),
        ("hiring developers for a trade", "team"),
    ],
)
def test_related_words_are_found(index: Index, typed: str, meant: str) -> None:
    alike = measure_similarity(index, typed.split())

    best = int(index.passage_episodes[int(np.argmax(alike))])
    assert index.episodes[best].slug == meant
    assert meant in slugs(find(index, typed).hits)


@pytest.mark.parametrize("typed", ["registry kafka", "xyzzyqwertz", "the", ""])
def test_what_has_nothing_to_do_with_a_query_is_not_similar(index: Index, typed: str) -> None:
    assert measure_similarity(index, typed.split()).max() <= 0


def test_a_phrase_finds_no_related_words(index: Index) -> None:
    assert not find(index, '"driving a vehicle" to work').hits


def test_who_says_the_words_comes_before_who_says_related_ones(index: Index) -> None:
    assert slugs(find(index, "automobile").hits) == ["road"]
    assert slugs(find(index, "better wages").hits)[0] == "office"


def test_a_word_counts_whether_the_table_knows_it_or_not() -> None:
    index = index_of(
        episode("known", "Our xyzzyqwertz broke."), episode("other", "Our oven broke down.")
    )

    alike = measure_similarity(index, ["xyzzyqwertz", "automobile"])

    assert index.episodes[int(index.passage_episodes[int(np.argmax(alike))])].slug == "known"


def test_the_passage_with_the_related_word_comes_before_its_neighbours() -> None:
    filler = "Rain fell on the hills and on the lake behind them for days"
    pay = episode("pay", f"{filler}.", f"{filler} about wages.", f"{filler}.")
    rain = episode("rain", *[f"{filler}."] * 3)
    index = index_of(pay, rain, words=10, step=10)
    slugs_of = [index.episodes[number].slug for number in index.passage_episodes.tolist()]
    starts = index.transcripts.begins[index.passages.firsts].tolist()

    alike = dict(
        zip(zip(slugs_of, starts, strict=True), measure_similarity(index, ["salary"]), strict=True)
    )

    # All three stand in the same window, which the neighbours have to thank for what they get.
    assert alike["pay", 10] > alike["pay", 0] + 0.02
    assert alike["pay", 0] > alike["rain", 0] + 0.02


def test_only_the_telling_words_of_a_long_query_cost_anything(index: Index) -> None:
    unsaid = [f"xyzzy{letter}qwertz" for letter in "abcdefghijkl"]

    assert measure_similarity(index, ["salary"]).max() > 0
    assert measure_similarity(index, ["salary", *unsaid]).max() < 0.5
    np.testing.assert_array_equal(
        measure_similarity(index, [*unsaid, "salary"]), measure_similarity(index, unsaid)
    )
