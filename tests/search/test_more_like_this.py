"""The query that a text or a moment makes, and the passages around a moment."""

import pytest

from bot.models import Cue
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.more_like_this import (
    KEY_TERMS,
    end_of,
    key_terms,
    passage_at,
    passage_text,
    query_at,
    query_like,
)
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


def test_what_is_said_once_is_telling_in_a_text_but_not_in_a_passage() -> None:
    talks = [episode(f"t{n}", "We keep a model here.") for n in range(4)]
    index = build_index([episode("harbour", "A canoe and a model.", language="en"), *talks])
    (passage,) = (index.passage_episodes == 0).nonzero()[0].tolist()

    assert query_like(index, "Has anyone been in a canoe?").words == ("canoe",)
    assert query_like(index, "Which model of canoe is this?").words == ("model", "canoe")
    assert key_terms(index, "Which model of canoe is this?", count=1) == {"canoe"}
    assert query_at(index, passage).words == ("model",)


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


def test_everyday_words_tell_nothing_where_others_do() -> None:
    lines = "Real people feel like they get a model in a way."
    index = build_index([*[episode(f"t{n}", lines) for n in range(4)], *bakery()])

    assert query_like(index, "I feel like real people get a model").words == ("model",)
    assert query_like(index, "I feel like real zyxwvut").words == ("feel", "like", "real")


def test_an_episode_ends_where_its_last_words_do(index: Index) -> None:
    assert end_of(index, "first") == 20.0
    assert end_of(index_of(episode("untimed", Cue("A registry."))), "untimed") is None
