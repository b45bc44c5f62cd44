"""Which passages speak of something so clearly that who follows it wants to know."""

import json
from pathlib import Path

import pytest

from bot.models import Chapter
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.index.lexicon_file import read_built_in
from bot.search.strong_matches import find_strong_matches
from tests.builders import bakery, cues_of, episode, index_of

BETWEEN = "two three four five six seven eight nine ten eleven twelve thirteen fourteen"


def strong(text: str, *lines: str, **facts: object) -> bool:
    """Say whether one of many episodes is found to speak of a query."""
    index = index_of(episode("talk", *lines, **facts))
    return list(find_strong_matches(index, text).passages) == ["talk"]


@pytest.mark.parametrize(
    "said",
    [
        "A feature store is there.",
        "All FEATURES STORED here.",
        "The store of the features.",
        "We store features.",
    ],
)
def test_two_words_stand_side_by_side_but_for_grammar(said: str) -> None:
    assert strong("feature store", said)


@pytest.mark.parametrize(
    "said",
    [
        "The stores hide features.",
        "The store is what it is for those who have had features.",
        f"A feature is one. {BETWEEN}. Go to a store.",
        "Stores.",
    ],
)
def test_two_words_that_are_just_said_are_not_enough(said: str) -> None:
    assert not strong("feature store", said)


def test_three_words_stand_close_together() -> None:
    assert strong("online feature store", "This store is online and holds every nice feature.")
    assert not strong("online feature store", f"A feature store. {BETWEEN}. We are online.")


def test_many_words_may_be_further_apart() -> None:
    text = "green tea in old stone pots"
    assert strong(text, f"Green tea {BETWEEN} lives in old stone pots.")
    assert not strong(text, f"Green tea {BETWEEN} {BETWEEN} lives in old stone pots.")


def test_a_single_word_is_said_again_and_again() -> None:
    assert strong("kafka", "Kafka is here, Kafka is there, and Kafka's everywhere: kafka.")
    assert not strong("kafka", "Kafka is here, and Kafka is there.")


def test_a_single_word_may_be_said_once_in_what_is_named_after_it() -> None:
    chapters = (Chapter("Why Kafka?", 0.0),)
    assert strong("kafka", "It was Kafka.", chapters=chapters)
    assert strong("kafka", "It was Kafka.", title="Kafka in Practice")


def test_a_name_is_where_its_person_is_the_guest() -> None:
    facts = {"guests": ("Maria Vechtomova",), "speaker": "Maria Vechtomova"}
    assert strong("maria vechtomova", "Nothing on names is said here.", **facts)
    assert strong("vechtomova registry", "A registry, a registry, a registry.", **facts)
    assert not strong("vechtomova registry", "A registry is named.", **facts)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"feature store"', True),
        ('"features store"', False),
        ("feature store -tea", False),
        ("feature store -coffee", True),
        ("feature store season:3", True),
        ("feature store season:4", False),
        ("feature store quux", False),
        ("faeture store", False),
        ("the", False),
        ("-tea", False),
        ("season:3", False),
    ],
)
def test_phrases_filters_and_exclusions_hold(text: str, expected: bool) -> None:
    lines = ("A feature store keeps tea.", "The feature store's feature store.", "A feature store.")
    assert strong(text, *lines, season=3) is expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ml", "Machine learning it is, machine learning is what it is, and machine learning."),
        ("llm", "One large language model, one large language model, a large language model."),
    ],
)
def test_other_ways_of_saying_it_count(text: str, said: str) -> None:
    once = episode("once", "Here, an LLM or ML is named in passing.")
    index = build_index([episode("talk", said), once, *bakery()], read_built_in())

    assert list(find_strong_matches(index, text).passages) == ["talk"]


def test_the_best_passages_of_an_episode_do_not_overlap() -> None:
    lines = [f"Part {number} has a feature store of its own." for number in range(12)]
    index = index_of(episode("talk", *lines), words=20, step=7)
    hits = find_strong_matches(index, "feature store").hits("talk", 3)
    held = [number for hit in hits for number in cues_of(index, hit)]

    assert find_strong_matches(index, "feature store").count == 4
    assert len(hits) == 3
    assert len(held) == len(set(held))
    assert find_strong_matches(index, "feature store").hits("bread-0", 3) == []


def test_what_people_ask_pings_for_hardly_any_other_episode(
    real_index: Index, shared: Path
) -> None:
    """Half of the podcast is new to those who follow half of the development queries."""
    lines = (shared / "eval" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [json.loads(line) for line in lines][::2]
    new = {each.slug for each in real_index.episodes[::2]}
    pings = [
        (each["episode"], slug)
        for each in asked
        for slug in find_strong_matches(real_index, each["query"]).passages
        if slug in new
    ]

    assert len(pings) >= 3
    assert sum(asked_for == found for asked_for, found in pings) >= 0.9 * len(pings)


@pytest.mark.parametrize(("between", "expected"), [("of the", True), ("of in the", False)])
def test_only_so_much_grammar_stands_between_two_words(between: str, expected: bool) -> None:
    assert strong("feature store", f"Some features {between} stores.") is expected


@pytest.mark.parametrize(("between", "expected"), [(5, True), (6, False)])
def test_three_words_are_said_within_eight(between: int, expected: bool) -> None:
    others = " ".join(BETWEEN.split()[:between])

    assert strong("online feature store", f"An online feature {others} store.") is expected


def test_more_words_than_anyone_follows_are_no_error() -> None:
    words = [a + b for a in "bcdfghjk" for b in "lmnpqrstvw"]
    index = index_of(episode("talk", " ".join(words)))

    assert len(words) == 80
    assert find_strong_matches(index, " ".join(words)).passages == {}
