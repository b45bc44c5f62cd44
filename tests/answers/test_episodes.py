"""Episodes rather than what is said in them."""

from datetime import date
from typing import Any

import pytest

from bot.answers.dispatch import answer
from bot.answers.episodes import list_episodes, newest_first, show_episode
from bot.answers.replies import Moment
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.models import Chapter, Cue
from bot.search.index.build import build_index
from tests import asking
from tests.builders import bakery, episode

WHOLE = episode(
    "whole",
    *[Cue("A registry.", 60.0 * n, 60.0 * n + 59) for n in range(90)],
    title="The Whole Story",
    season=2,
    number=3,
    guests=("Ann Lee", "Bo Li"),
    youtube="abcdefghijk",
    published=date(2024, 3, 9),
    topics=("mlops", "tea"),
    description="All  that\nthere is. " + "And more of it. " * 40,
    chapters=(Chapter("Tea", 0.0), Chapter("Wine", 3_700.0)),
)


@pytest.fixture(scope="module")
def library() -> Library:
    talks = (
        WHOLE,
        episode("story", "Said.", title="Story", season=2, number=1),
        episode("story-two", "Said.", title="Story Two", season=3, number=1),
        episode("bare", "Said.", guests=("Cy Story",)),
    )
    return Library("made-up", build_index(talks), ())


def test_an_episode_is_shown_with_all_there_is_to_know(library: Library) -> None:
    (card,) = show_episode(library, "whole").cards
    facts, topics, description = card.details

    assert (card.title, card.code, card.guests) == (
        "The Whole Story",
        "S02E03",
        ("Ann Lee", "Bo Li"),
    )
    assert card.url == "https://youtu.be/abcdefghijk"
    assert card.chapters == (
        Moment("Tea", "0:00", "https://youtu.be/abcdefghijk?t=0"),
        Moment("Wine", "1:01:40", "https://youtu.be/abcdefghijk?t=3698"),
    )
    assert facts == "9 March 2024 · 90 minutes"
    assert topics == "Topics: mlops, tea"
    assert description.startswith("All that there is. And more")
    assert description.endswith("…")
    assert len(description) in range(285, 301)


def test_what_is_not_known_is_not_said(library: Library) -> None:
    (card,) = show_episode(library, "bare").cards

    assert (card.url, card.chapters, card.details) == ("", (), ())


@pytest.mark.parametrize(
    ("facts", "labels"),
    [
        ({"chapters": (Chapter("Tea", 0.0),), "description": "All."}, ["Chapters"]),
        ({"description": "All that there is."}, ["Details"]),
        ({}, []),
    ],
)
def test_a_button_in_a_list_says_what_it_shows(facts: dict[str, Any], labels: list[str]) -> None:
    library = Library("made-up", build_index([episode("talk", "Tea.", **facts)]), ())
    (card,) = answer(library, Request(Verb.EPISODES)).cards

    assert [each.label for each in card.buttons] == labels


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("s02e03", "whole"),
        ("whole", "whole"),
        ("bo li", "whole"),
        ("STORY", "story"),
        ("story two", "story-two"),
        ("cy", "bare"),
    ],
)
def test_an_episode_is_found_by_number_title_slug_and_guest(
    library: Library, typed: str, slug: str
) -> None:
    reply = asking.episode(library, typed)

    assert [card.episode for card in reply.cards] == [slug]
    assert reply == show_episode(library, slug)


def test_of_several_episodes_the_newest_is_first(library: Library) -> None:
    reply = asking.episode(library, "two, story")
    several = asking.episode(Library("made-up", build_index([*bakery(), WHOLE]), ()), "bread")

    assert [card.episode for card in reply.cards] == ["story-two"]
    assert several.text == "12 episodes match “bread”. Which one?"
    assert (len(several.cards), several.more) == (10, True)


def test_who_names_no_episode_may_choose(library: Library) -> None:
    reply = asking.episode(library, " ")

    assert reply.text.startswith("Which episode?")
    assert [card.episode for card in reply.cards] == ["story-two", "whole", "story", "bare"]


def test_an_episode_that_is_not_there_has_neighbours(library: Library) -> None:
    assert asking.episode(library, "stroy").text.startswith("No episode matches “stroy”. Nearest: ")
    assert show_episode(library, "gone").text.startswith("I can no longer find that episode")


def test_the_list_is_in_the_podcasts_order_or_the_newest_first(library: Library) -> None:
    listed = [card.episode for card in list_episodes(library).cards]
    newest = [card.episode for card in answer(library, Request(Verb.EPISODES)).cards]

    assert listed == ["whole", "story", "story-two", "bare"]
    assert newest == ["story-two", "whole", "story", "bare"]


def test_where_all_are_dated_the_newest_is_by_date() -> None:
    talks = [
        episode("old", published=date(2021, 1, 1), season=9),
        episode("undated"),
        episode("new", published=date(2023, 1, 1), season=1),
    ]

    assert [each.slug for each in newest_first(talks)] == ["new", "old", "undated"]


@pytest.mark.parametrize("typed", ["s2", "S02", "season 2", "Season2"])
def test_a_season_lists_its_episodes(library: Library, typed: str) -> None:
    listed, several = list_episodes(library, typed), asking.episode(library, typed)

    assert {card.episode for card in listed.cards} == {"whole", "story"}
    assert several.text == f"2 episodes match “{typed}”. Which one?"


def test_a_number_alone_is_that_of_an_episode_in_any_season(library: Library) -> None:
    assert [card.episode for card in asking.episode(library, "3").cards] == ["whole"]
    assert {card.episode for card in asking.episode(library, "1").cards} == {"story", "story-two"}


def test_no_title_is_near_to_a_number() -> None:
    library = Library("made-up", build_index([episode("t", "Said.", title="In 2012")]), ())

    assert asking.episode(library, "12").text == (
        "No episode matches “12”. Type its number, as in s01e04, or words from its title."
    )


@pytest.mark.parametrize("verb", [Verb.SEARCH, Verb.EPISODE])
@pytest.mark.parametrize(
    "text",
    [
        *("latest episode", "newest", "the most recent episode", "What’s the latest episode?"),
        *("neueste Folge", "Was ist die neueste Folge?", "letzte Folge", "die aktuelle Folge"),
    ],
)
def test_the_latest_episode_is_shown(library: Library, text: str, verb: Verb) -> None:
    (card,) = answer(library, Request(verb, text)).cards

    assert card.episode == newest_first(library.index.episodes)[0].slug


@pytest.mark.parametrize("text", ["latest", "last", "newest", "letzte"])
def test_one_word_is_enough_after_the_verb(library: Library, text: str) -> None:
    (card,) = answer(library, Request(Verb.EPISODE, text)).cards

    assert card.episode == newest_first(library.index.episodes)[0].slug


@pytest.mark.parametrize(
    ("verb", "text"),
    [
        (Verb.SEARCH, "latest episodes"),
        (Verb.SEARCH, "Zeig mir die neuesten Folgen"),
        (Verb.EPISODES, "latest"),
        (Verb.EPISODE, "newest episodes"),
    ],
)
def test_the_latest_episodes_are_listed(library: Library, verb: Verb, text: str) -> None:
    reply = answer(library, Request(verb, text))

    assert [card.episode for card in reply.cards] == [
        each.slug for each in newest_first(library.index.episodes)
    ]


@pytest.mark.parametrize("text", ["last", "latest story", '"latest episode"'])
def test_other_words_are_searched_for(library: Library, text: str) -> None:
    reply = answer(library, Request(Verb.SEARCH, text))

    assert not any("To search for these words instead" in note for note in reply.notes)
