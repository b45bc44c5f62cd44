"""Answers with passages that are like a moment, or about a message."""

from dataclasses import replace

import pytest

from bot.answers.dispatch import answer
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.models import Chapter, Cue, Origin
from tests.asking import find, like
from tests.builders import episode, index_of


@pytest.fixture(scope="module")
def library() -> Library:
    """Index six talks that share a few words, so that these are said in three passages or more."""
    others = [
        episode(f"talk-{number}", f"A registry holds the model, [chuckles] part {number}.")
        for number in range(4)
    ]
    first = episode("first", "The registry holds a model we deploy.", "Bread is for breakfast.")
    return Library("made-up", index_of(first, *others, episode("far", "Nobody came.")), ())


def test_more_like_a_moment_is_found_anywhere_but_there(library: Library) -> None:
    reply = like(library, "first", 3.0)

    assert reply.text == "More like 0:03 in “First”"
    assert sorted(card.episode for card in reply.cards) == [f"talk-{n}" for n in range(4)]
    assert not reply.more


def test_more_like_a_moment_may_be_found_later_in_its_episode() -> None:
    chapters = (Chapter("One", 0), Chapter("Two", 10), Chapter("Three", 20))
    line = "A registry holds models."
    index = index_of(episode("talk", line, line, line, chapters=chapters))
    reply = like(Library("made-up", index, ()), "talk", 15.0)

    assert [card.chapter for card in reply.cards] == ["One", "Three"]


def test_pages_of_what_is_alike_follow_each_other(library: Library) -> None:
    pages = [like(library, "first", 3.0, limit=2, page=page) for page in range(3)]

    assert [len(page.cards) for page in pages] == [2, 2, 0]
    assert [page.more for page in pages] == [True, False, False]
    assert [page.first for page in pages] == [1, 3, 1]
    assert len({card.episode for page in pages for card in page.cards}) == 4
    assert pages[2].text == "That is all I found like 0:03 in “First”."


def test_the_next_page_of_what_is_alike_can_be_had_by_its_button(library: Library) -> None:
    first = like(library, "first", 3.0, limit=2)
    turn = next(button for button in first.buttons if button.label == "Next")

    assert answer(library, replace(turn.request, size=2)) == like(library, "first", 3.0, 2, page=1)


def test_a_moment_that_is_gone_says_so(library: Library) -> None:
    gone = Request(Verb.LIKE, episode="nowhere", start=3.0, end=20.0)

    assert answer(library, gone).text.startswith("I can no longer find that place")


def test_a_moment_without_telling_words_says_so(library: Library) -> None:
    reply = like(library, "far", 3.0)

    assert (reply.text, reply.cards) == ("I cannot tell what that passage is about.", ())


def test_a_message_finds_what_is_said_about_it(library: Library) -> None:
    message = "Hi all!\n\nWhich *registry* do you use for your models? Any model will do. " * 9
    reply = find(library, message)

    assert {card.episode for card in reply.cards} == {"first", *(f"talk-{n}" for n in range(4))}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "There is no text to search for."),
        ("\x00\u202e", "There is no text to search for."),
        ("and so on", "I cannot tell what that is about."),
        ("🚀", "I cannot tell what that is about."),
    ],
)
def test_a_message_that_tells_nothing_says_so(library: Library, text: str, told: str) -> None:
    reply = find(library, text)

    assert (reply.text, reply.cards) == (told, ())


def test_a_moment_is_found_in_an_episode_named_in_any_way(library: Library) -> None:
    numbered = index_of(episode("talk", "A registry.", season=1, number=4, title="On Call"))

    assert like(library, "first", 3.0) == like(library, "FIRST", 3.0)
    for wanted in ("s01e04", "talk", "on call"):
        reply = like(Library("made-up", numbered, ()), wanted, 99.0)
        assert reply.text == "On Call ends at 0:10."


def test_an_episode_that_is_not_there_or_not_told_apart_is_answered(library: Library) -> None:
    several = like(library, "talk", 3.0)

    assert like(library, "talc-1", 3.0).text.startswith(
        "No episode matches “talc-1”. Nearest: Talk-1"
    )
    assert like(library, "zyxwvut", 3.0).text.endswith("as in s01e04, or words from its title.")
    assert several.text == "4 episodes match “talk”. Please name just one."
    assert several.notes == ("Talk-0 · Talk-1 · Talk-2 · Talk-3",)


def test_captions_are_alike_too() -> None:
    heard = [Cue(f"a registry part {n}", 0.0, 9.0, "", Origin.CAPTIONS) for n in range(4)]
    index = index_of(*[episode(f"talk-{n}", cue) for n, cue in enumerate(heard)])

    assert len(like(Library("made-up", index, ()), "talk-0", 1.0).cards) == 3
