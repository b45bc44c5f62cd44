"""From a text or a moment to what else is said about it."""

from dataclasses import replace

import pytest

from bot.answers.dispatch import answer
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.models import Chapter, Cue, Origin
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.more_like_this import (
    KEY_TERMS,
    end_of,
    key_terms,
    passage_at,
    passage_text,
    query_like,
)
from tests.asking import find, like
from tests.builders import bakery, episode, index_of

LINES = (
    "The registry holds a model [chuckles] we deploy.",
    "Bread is for breakfast only, they say.",
)


@pytest.fixture(scope="module")
def index() -> Index:
    """Index six talks that share a few words, so that these are said in three passages or more."""
    others = [
        episode(f"talk-{number}", f"A registry holds the model, [chuckles] part {number}.")
        for number in range(4)
    ]
    return index_of(episode("first", *LINES), *others, episode("far", "Nobody came."))


@pytest.fixture
def library(index: Index) -> Library:
    return Library("made-up", index, ())


def test_the_query_is_made_of_telling_words_in_their_order(index: Index) -> None:
    query = query_like(index, "Does anybody here know a model for our registry? The MODEL!")

    assert query.words == ("model", "registry")
    assert query.text == "model registry"


def test_frequent_in_the_text_and_rare_in_the_podcast_is_telling() -> None:
    talks = [episode(f"t{n}", f"cherry {'pear' if n < 4 else 'fig'} plum") for n in range(12)]
    index = build_index([*talks, *bakery()])

    assert key_terms(index, "cherry pear fig", count=1) == {"pear"}
    assert key_terms(index, "cherry pear fig fig fig", count=1) == {"fig"}
    assert key_terms(index, "plum cherry", count=1) == {"cherry"}


def test_no_more_words_than_can_be_said_in_one_passage() -> None:
    words = "alpha bravo charlie delta echo foxtrot golf hotel india juliet"
    index = build_index([*[episode(f"t{n}", words) for n in range(4)], *bakery()])

    assert len(query_like(index, words).words) == KEY_TERMS == 8


@pytest.mark.parametrize("text", ["", "   ", "and what is it", "zyxwvut", "🚀", "nobody came"])
def test_a_text_without_telling_words_makes_no_query(index: Index, text: str) -> None:
    assert query_like(index, text).words == ()


@pytest.mark.parametrize(
    "text", ["[chuckles]", "the [chuckles] of", "[model registry]", "[a [registry] b]"]
)
def test_notes_in_brackets_are_not_speech(index: Index, text: str) -> None:
    assert query_like(index, f"{text} model").words == ("model",)


def test_a_bracket_that_is_never_closed_hides_nothing(index: Index) -> None:
    assert query_like(index, "[the registry").words == ("registry",)


def test_operators_in_a_text_are_but_words(index: Index) -> None:
    query = query_like(index, 'guest:maria -registry "model"')

    assert query.words == ("registry", "model")
    assert not (query.filters or query.excluded or query.phrases)


def test_the_passage_of_a_moment_is_the_one_around_it() -> None:
    talk = episode("talk", *[f"Line {number} of ten words or so." for number in range(12)])
    index = build_index([*bakery(), talk], words=14, step=14)

    for second in (5.0, 45.0, 115.0):
        passage = passage_at(index, "talk", second)
        assert passage is not None
        assert f"Line {int(second // 10)} of" in passage_text(index, passage)
    assert passage_at(index, "talk", 1e9) == passage_at(index, "talk", 119.0)
    assert passage_at(index, "talk", -5.0) == passage_at(index, "talk", 0.0)


def test_there_is_no_passage_where_episode_or_times_are_unknown() -> None:
    index = index_of(episode("untimed", Cue("A registry.")), episode("empty"))

    assert passage_at(index, "nowhere", 5.0) is None
    assert passage_at(index, "untimed", 5.0) is None
    assert passage_at(index, "empty", 5.0) is None


def test_a_passage_is_read_in_whole(index: Index) -> None:
    passage = passage_at(index, "first", 3.0)

    assert passage is not None
    assert passage_text(index, passage) == " ".join(LINES)


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


def test_numbers_and_fillers_tell_nothing() -> None:
    talks = [episode(f"t{n}", "um uh ah hm 40 2023 gpt4 model") for n in range(4)]
    index = build_index([*talks, *bakery()])

    assert key_terms(index, "um uh ah hm 40 2023 gpt4 model") == {"gpt4", "model"}


def test_greetings_thanks_and_farewells_tell_nothing() -> None:
    lines = "Hi folks, we'll deploy a model. Ok thanks, see you next week, goodbye, it'd be great!"
    index = build_index([*[episode(f"t{n}", lines) for n in range(4)], *bakery()])

    assert query_like(index, "Hi folks, I deploy a model.").words == ("deploy", "model")
    assert query_like(index, "ok thanks, see you, it'd be great").words == ()
    assert query_like(index, "Hello, we'll deploy. Have a great weekend!").words == ("deploy",)


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


def test_an_episode_ends_where_its_last_words_do(index: Index) -> None:
    assert end_of(index, "first") == 20.0
    assert end_of(index_of(episode("untimed", Cue("A registry."))), "untimed") is None


def test_captions_are_alike_too() -> None:
    heard = [Cue(f"a registry part {n}", 0.0, 9.0, "", Origin.CAPTIONS) for n in range(4)]
    index = index_of(*[episode(f"talk-{n}", cue) for n, cue in enumerate(heard)])

    assert len(like(Library("made-up", index, ()), "talk-0", 1.0).cards) == 3
