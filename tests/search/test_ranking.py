"""Each kind of evidence for a passage, measured and weighed by itself."""

from dataclasses import fields, replace

import numpy as np
import pytest

from bot.arrays import Floats
from bot.models import Chapter, Cue, Episode, Origin
from bot.search.budget import Budget
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.index.lexicon import Lexicon, LexiconEntry
from bot.search.interpretation import interpret
from bot.search.more_like_this import passage_text
from bot.search.query import parse_query
from bot.search.ranking import QueryTerms, Ranked, Weights, features, rank, retrieve_candidates
from tests.builders import bakery, episode, index_of

HEARD = Origin.CAPTIONS
COLUMNS = [field.name for field in fields(Weights)]
# Ten words each, none of which is said elsewhere: with passages of ten words, a passage each.
KEPT = "Somebody kept a registry in that cold room last winter."
ELSEWHERE = "Others walked home along the quiet river until night fell."
VERSIONS = "Nobody wrote a version on that old door last autumn."
NINE = "One two three four five six seven eight nine"


def want(index: Index, typed: str) -> QueryTerms:
    return interpret(index, parse_query(typed), Budget.of(index)).terms


def evidence(index: Index, typed: str, kind: str) -> Floats:
    """Measure one kind of evidence for each passage of an index."""
    everywhere = np.arange(len(index.passages.firsts), dtype=np.int32)
    column: Floats = features(index, want(index, typed), everywhere)[:, COLUMNS.index(kind)]
    return column


def idf(index: Index, word: str) -> float:
    stem = index.vocabulary.stem_id(word)
    assert stem is not None
    return float(index.idf[stem])


def holding(index: Index, text: str) -> list[int]:
    """Number the passages that are just some text."""
    numbers = range(len(index.passages.firsts))
    return [number for number in numbers if passage_text(index, number) == text]


def in_tens(*episodes: Episode) -> Index:
    """Index episodes in passages of ten words."""
    return index_of(*episodes, words=10, step=10)


def stretch(words: int) -> list[str]:
    """Say so many words, ten in a sentence."""
    return [ELSEWHERE] * (words // 10)


def said(speaker: str, *lines: str) -> list[Cue]:
    """Let somebody say some sentences."""
    return [Cue(line, 0.0, 10.0, speaker) for line in lines]


CHAPTERS = (Chapter("Intro", 0), Chapter("Questions", 60), Chapter("Thanks", 90))
TITLED = (Chapter("Registry", 0), *CHAPTERS[1:])
# A query and two talks; a passage of the second one is better for one kind of evidence alone.
BETTER = {
    "near": (
        "registry version",
        episode("far", KEPT, *stretch(100), VERSIONS),
        episode("close", *stretch(50), KEPT, VERSIONS, *stretch(50)),
    ),
    "exact": (
        "registries",
        episode("other", "There is a registry of them."),
        episode("same", "There are registries of them."),
    ),
    "pair": (
        "feature store",
        episode("apart", "A store of bread has one feature."),
        episode("beside", "A feature store of bread has one."),
    ),
    "text": (
        "registry",
        episode("once", KEPT, KEPT.replace("cold room", "registry registry")),
        episode("nothing", ELSEWHERE),
    ),
    "title": (
        "registry kept",
        episode("plain", KEPT, chapters=CHAPTERS),
        episode("titled", KEPT, chapters=TITLED),
    ),
    "name": (
        "maria registry",
        episode("without", KEPT, guests=("Bo Lin",)),
        episode("with", KEPT, guests=("Maria Vechtomova",)),
    ),
    "episode": (
        "registry",
        episode("passing", KEPT, ELSEWHERE),
        episode("about", KEPT, KEPT),
    ),
    "asked": (
        "registry",
        episode("asking", *said("Bob", KEPT), *said("Ann", ELSEWHERE), guests=("Ann",)),
        episode("telling", *said("Ann", KEPT), *said("Bob", ELSEWHERE), guests=("Ann",)),
    ),
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_each_weight_puts_the_better_passage_first(kind: str) -> None:
    typed, *talks = BETTER[kind]
    index = in_tens(*talks)
    wanted = want(index, typed)

    def first(weights: Weights) -> int:
        return int(rank(index, wanted, None, weights).passages[0])

    # Of equals, the earliest is first.
    assert first(replace(Weights(), **{kind: 0.0})) == 0
    assert first(Weights()) > 0


@pytest.mark.parametrize(("words", "share"), [(0, 7 / 8), (60, 1 / 2), (130, 1 / 3)])
def test_a_word_seventy_words_outside_a_passage_counts_half(words: int, share: float) -> None:
    before = episode("before", f"Registry {NINE}.", *stretch(words), VERSIONS)
    behind = episode("behind", VERSIONS, *stretch(words), f"{NINE} registry.")
    index = in_tens(before, behind)
    near = evidence(index, "registry", "near") / idf(index, "registry")

    assert near[holding(index, VERSIONS)].tolist() == pytest.approx([share, share])


def test_no_word_is_near_to_another_episode() -> None:
    index = in_tens(episode("one", KEPT), episode("two", VERSIONS), episode("three", KEPT))

    assert evidence(index, "registry", "near")[1] == 0


def test_a_word_counts_as_typed_where_it_is_said_in_that_form() -> None:
    index = in_tens(episode("talk", KEPT, KEPT.replace("a registry", "two registries")))

    assert evidence(index, "registry", "exact")[:2].tolist() == [idf(index, "registry"), 0]
    assert evidence(index, "registries", "exact")[:2].tolist() == [0, idf(index, "registry")]


def test_a_pair_counts_where_both_of_its_words_are_in_the_passage() -> None:
    index = in_tens(
        episode("whole", f"Eight {NINE[6:]} feature store.", ELSEWHERE),
        episode("cut", f"{NINE} feature.", f"Store {NINE}."),
    )
    pairs = evidence(index, "feature store", "pair")

    assert pairs[:4].tolist() == pytest.approx([np.log(len(index.stems) / 2), 0, 0, 0])


def test_each_pair_of_neighbours_counts_but_those_of_grammar() -> None:
    index = in_tens(episode("talk", KEPT, VERSIONS))
    wanted = want(index, "somebody kept a registry in that version")
    words = ("somebody", "kept", "a", "registry", "in", "that", "version")
    stems = dict(zip(words, map(index.vocabulary.stem_id, words), strict=True))
    neighbours = ["somebody kept", "kept a", "a registry", "registry in", "that version"]

    assert wanted.pairs == tuple(
        (stems[one], stems[two]) for one, two in (each.split() for each in neighbours)
    )


@pytest.mark.parametrize(("typed", "words"), [("registry", 1), ("registry version", 2)])
def test_how_often_words_are_said_counts_by_their_number_squared(typed: str, words: int) -> None:
    index = in_tens(episode("talk", KEPT, VERSIONS, KEPT.replace("cold", "registry")))
    scores = index.text.score(want(index, typed).content)

    assert evidence(index, typed, "text") == pytest.approx(scores / words**2)
    assert scores[2] > scores[0] > 0


def test_a_passage_without_a_chapter_has_no_title() -> None:
    index = in_tens(episode("none", KEPT), episode("last", KEPT, chapters=TITLED))
    titles = evidence(index, "registry", "title")

    assert titles[0] == 0
    assert titles[1] > 0


# What other ways of saying a word count for, of the word itself.
SAME_MEANING, MISHEARD = 0.4, 0.6
LEXICON = Lexicon((LexiconEntry("MLOps", same=("model shipping",), heard=("envelopes",)),))


def said_otherwise(*lines: str | Cue) -> Index:
    """Index a talk that never says a term as it is written."""
    plain = episode("plain", "MLOps is what nobody liked in that cold room anyway.")
    return build_index([episode("talk", *lines), plain, *bakery()], LEXICON, words=10, step=10)


def test_each_time_it_is_said_makes_a_variant_more_likely() -> None:
    index = said_otherwise(
        "Somebody liked model shipping in that cold room last winter.",
        "Somebody liked model shipping and model shipping in that room.",
    )
    wanted = want(index, "mlops")
    near = evidence(index, "mlops", "near") / wanted.idf[wanted.content[0]]
    unlikely = 1 - SAME_MEANING

    assert near[:3].tolist() == pytest.approx([1 - unlikely, 1 - unlikely**2, 1])


@pytest.mark.parametrize(("words", "share"), [(0, 7 / 8), (60, 1 / 2), (130, 1 / 3)])
def test_a_variant_seventy_words_outside_a_passage_counts_half(words: int, share: float) -> None:
    index = said_otherwise(VERSIONS, *stretch(words), f"{NINE} model shipping.")
    wanted = want(index, "mlops")
    near = evidence(index, "mlops", "near") / wanted.idf[wanted.content[0]]

    assert near[holding(index, VERSIONS)].tolist() == pytest.approx([SAME_MEANING * share])


def test_a_variant_counts_for_its_part_as_often_as_it_is_said() -> None:
    index = said_otherwise(
        Cue("somebody liked envelopes in that cold room last long winter", 0, 10, "", HEARD),
        Cue("somebody liked envelopes in that room of envelopes last winter", 10, 20, "", HEARD),
    )
    wanted = want(index, "mlops")
    worth = MISHEARD * wanted.idf[wanted.content[0]]

    assert evidence(index, "mlops", "text")[:2].tolist() == pytest.approx(
        [worth * 1 * 2.5 / (1 + 1.5), worth * 2 * 2.5 / (2 + 1.5)]
    )


WORDS = ("amber", "basalt", "cobalt", "dolomite", "emerald")


def scores_of(ranked: Ranked) -> dict[int, float]:
    return dict(zip(ranked.passages.tolist(), ranked.scores.tolist(), strict=True))


class Similarity:
    """What meaning says of passages, and whether it was asked."""

    def __init__(self, alike: Floats) -> None:
        self.alike = alike
        self.asked = False

    def __call__(self) -> Floats:
        self.asked = True
        return self.alike


def words_of(said: int) -> tuple[Index, QueryTerms]:
    """Index a talk that says so many words of a query, and one that says nothing of it."""
    others = [episode(word, word) for word in WORDS[said:]]
    index = index_of(episode("talk", " ".join(WORDS[:said])), episode("alike", "Nothing."), *others)
    return index, want(index, " ".join(WORDS))


@pytest.mark.parametrize(("said", "asked"), [(2, True), (3, False)])
def test_meaning_is_asked_where_hardly_half_is_said(said: int, asked: bool) -> None:
    index, wanted = words_of(said)
    similarity = Similarity(np.zeros(len(index.passages.firsts)))
    rank(index, wanted, None, Weights(), similarity)

    assert similarity.asked is asked


def test_what_is_alike_comes_behind_what_is_said_and_forty_times_what_is_not() -> None:
    index, wanted = words_of(2)
    alike = np.zeros(len(index.passages.firsts))
    alike[1] = 0.5
    plain, ranked = (
        scores_of(rank(index, wanted, None, Weights())),
        scores_of(rank(index, wanted, None, Weights(), Similarity(alike))),
    )
    each = wanted.idf[wanted.content[0]]

    assert ranked[0] == pytest.approx(plain[0])
    assert ranked[1] == pytest.approx(40 * (0.55 * 5 * each - 2 * each) * 0.5)


def test_words_that_nobody_says_count_among_what_is_not_said() -> None:
    index = index_of(episode("talk", "Amber, basalt and cobalt."))
    similarity = Similarity(np.zeros(len(index.passages.firsts)))
    rank(index, want(index, "amber basalt cobalt"), None, Weights(), similarity)
    assert not similarity.asked

    rank(index, want(index, "amber basalt cobalt xyzzy qwertz"), None, Weights(), similarity)
    assert similarity.asked


def test_nothing_but_unknown_words_is_like_nothing() -> None:
    index = index_of(episode("talk", "Amber, basalt and cobalt."))
    similarity = Similarity(np.ones(len(index.passages.firsts)))

    assert not len(rank(index, want(index, "xyzzy qwertz"), None, Weights(), similarity).passages)
    assert not similarity.asked


def test_what_is_alike_is_ranked_where_it_is_allowed() -> None:
    index, wanted = words_of(1)
    alike = np.ones(len(index.passages.firsts))
    allowed = np.zeros(len(alike), dtype=np.bool_)
    allowed[1:3] = True

    found = rank(index, wanted, allowed, Weights(), Similarity(alike)).passages
    assert sorted(found.tolist()) == [1, 2]


@pytest.mark.parametrize("narrowed", [False, True])
def test_two_hundred_passages_get_a_closer_look(narrowed: bool) -> None:
    index = in_tens(*(episode(f"talk-{number}", KEPT) for number in range(210)))
    allowed = np.ones(len(index.passages.firsts), dtype=np.bool_) if narrowed else None

    assert len(retrieve_candidates(index, want(index, "registry"), allowed, Weights())) == 200
