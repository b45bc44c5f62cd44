"""What is said around a second of an episode, however the episode is named."""

import pytest

from bot.answers.dispatch import answer
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from tests.builders import episode, index_of

VIDEO = "abcdefghijk"
LINES = [f"Line {number} is about the registry." for number in range(60)]


@pytest.fixture(scope="module")
def library() -> Library:
    talk = episode("talk", *LINES, title="On Call", youtube=VIDEO, season=1, number=4)
    return Library("made-up", index_of(talk, episode("silent", "Nothing.", "More.")), ())


@pytest.mark.parametrize("wanted", ["talk", "s01e04", "on call", f"https://youtu.be/{VIDEO}"])
def test_the_words_around_a_second_are_shown(library: Library, wanted: str) -> None:
    reply = answer(library, Request(Verb.MOMENT, wanted, start=305.0))
    (card,) = reply.cards
    said = " ".join(turn.snippet.text for turn in card.turns)

    assert reply.text == "Around 5:05 in “On Call”"
    assert "Line 27 is" in said
    assert "Line 30 is" in said
    assert "Line 33 is" in said
    assert (card.time, card.url) == ("5:05", f"https://youtu.be/{VIDEO}?t=303")


def test_a_link_names_the_second_too(library: Library) -> None:
    linked = answer(library, Request(Verb.MOMENT, f"https://youtu.be/{VIDEO}?t=305"))

    assert linked == answer(library, Request(Verb.MOMENT, "talk", start=305.0))


def test_without_a_second_an_episode_is_shown_from_its_beginning(library: Library) -> None:
    (card,) = answer(library, Request(Verb.MOMENT, "talk")).cards

    assert card.turns[0].snippet.text.startswith("Line 0 is")


def test_a_second_after_the_end_says_when_that_is(library: Library) -> None:
    reply = answer(library, Request(Verb.MOMENT, "talk", start=9_000.0))

    assert reply.text == "On Call ends at 10:00."


def test_an_episode_that_is_not_there_names_the_nearest(library: Library) -> None:
    reply = answer(library, Request(Verb.MOMENT, "silnt", start=3.0))

    assert reply.text == "No episode matches “silnt”. Nearest: Silent."
