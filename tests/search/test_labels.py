"""Labels of episodes: no two are alike, and each is understood where it is typed."""

from datetime import date

import pytest

from bot.answers.dispatch import answer
from bot.answers.requests import Request, Verb
from bot.answers.suggestions import episode_value, suggest_episodes
from bot.library.library import Library
from bot.models import Episode
from bot.search.labels import (
    LABEL_CHARACTERS,
    all_labels,
    episode_code,
    find_labelled,
    label_episodes,
    tell_apart,
)
from tests.builders import episode, index_of

LONG = "Everything That Was Ever Said of Registries, Pipelines and Other Things in Machine Learning"
TALKS = (
    episode("ask-ann", "Said.", title="Ask Me Anything", guests=("Ann Lee",)),
    episode("ask-bo", "Said.", title="Ask Me Anything", guests=("Bo Li",)),
    episode("may", "Said.", title="News", published=date(2024, 5, 1), guests=("Ann Lee",)),
    episode("june", "Said.", title="News", published=date(2024, 6, 1), guests=("Ann Lee",)),
    episode("bare-1", "Said.", title="Untitled"),
    episode("bare-2", "Said.", title="Untitled"),
    episode("long-1", "Said.", title=f"{LONG}, Part One", guests=("Ann Lee",), season=1, number=1),
    episode("long-2", "Said.", title=f"{LONG}, Part Two", guests=("Bo Li",), season=1, number=1),
    episode("first", "Said.", title="Steps", season=1, number=2),
    episode("second", "Said.", title="Steps", season=2, number=2),
)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library("made-up", index_of(*TALKS), ())


@pytest.mark.parametrize(
    ("season", "number", "code"),
    [(17, 5, "S17E05"), (0, 0, "S00E00"), (None, 5, "E05"), (17, None, "S17"), (None, None, "")],
)
def test_season_and_number_are_written_as_far_as_they_are_known(
    season: int | None, number: int | None, code: str
) -> None:
    assert episode_code(Episode("talk", "A talk", season=season, number=number)) == code


@pytest.mark.parametrize("characters", LABEL_CHARACTERS)
def test_no_two_labels_are_alike_and_all_fit(characters: int) -> None:
    labels = label_episodes(TALKS, characters)

    assert len({*labels.values()}) == len(labels) == len(TALKS)
    assert all(len(label) <= characters for label in labels.values())


def test_a_label_says_the_guest_or_the_date_only_where_it_must() -> None:
    labels = label_episodes(TALKS, 75)

    assert labels["ask-ann"] == "Ask Me Anything · Ann Lee"
    assert labels["june"] == "News · 1 June 2024"
    assert labels["bare-2"] == "Untitled · bare-2"
    assert labels["long-1"].startswith("S01E01 · Everything That Was")
    assert labels["long-1"].endswith("… · Ann Lee")
    assert labels["first"] == "S01E02 · Steps"


@pytest.mark.parametrize("characters", LABEL_CHARACTERS)
@pytest.mark.parametrize("talk", TALKS, ids=lambda talk: talk.slug)
def test_a_label_is_understood_instead_of_its_value(
    library: Library, talk: Episode, characters: int
) -> None:
    label = label_episodes(TALKS, characters)[talk.slug]
    (shown,) = answer(library, Request(Verb.EPISODE, label)).cards
    (found,) = answer(library, Request(Verb.SEARCH, f'said episode:"{label}"')).cards
    value = episode_value(library, label)
    (chosen,) = answer(library, Request(Verb.SEARCH, f'said episode:"{value}"')).cards

    assert {shown.episode, found.episode, chosen.episode} == {talk.slug}
    labelled = find_labelled(library.index, label.upper())
    assert labelled is not None
    assert labelled.slug == talk.slug


def test_the_labels_of_an_index_are_made_once(library: Library) -> None:
    index = library.index

    assert all_labels(index) is all_labels(index)
    assert find_labelled(index, "No such label") is None
    assert all_labels(index)[75] == label_episodes(index.episodes, 75)


def test_suggestions_tell_episodes_apart(library: Library) -> None:
    suggested = [each.label for each in suggest_episodes(library, "ask me", 5)]

    assert sorted(suggested) == ["Ask Me Anything · Ann Lee", "Ask Me Anything · Bo Li"]


def test_a_question_which_episode_is_meant_tells_them_apart(library: Library) -> None:
    (which,) = answer(library, Request(Verb.MOMENT, "news")).notes
    nearest = answer(library, Request(Verb.MOMENT, "ask my anything")).text

    assert which == "News · 1 May 2024 · News · 1 June 2024"
    assert "Ask Me Anything · Ann Lee" in nearest


def test_a_list_names_the_date_where_the_cards_are_alike(library: Library) -> None:
    news = answer(library, Request(Verb.EPISODE, "news")).cards
    asked = answer(library, Request(Verb.EPISODE, "ask me")).cards

    assert [card.label for card in news] == ["1 June 2024", "1 May 2024"]
    assert [card.label for card in asked] == ["", ""]
    assert tell_apart(TALKS[:2]) == {}
