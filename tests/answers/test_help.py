"""How to ask, and what is said where no answer can be given."""

import re
from pathlib import Path

import pytest

from bot.answers.dispatch import answer
from bot.answers.help import apology, describe_library, out_of_date
from bot.answers.replies import ButtonKind
from bot.answers.requests import (
    ANNOUNCE_WORDS,
    FOLLOWING,
    TYPED_VERBS,
    WEEKLY_WORDS,
    Request,
    Verb,
    read_request,
)
from bot.config import SAMPLE_EPISODES
from bot.library.library import Library, open_library
from bot.search.index.build import build_index
from bot.translations import languages, speaking
from tests.builders import episode


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_library([SAMPLE_EPISODES], tmp_path_factory.mktemp("cache"))


def test_help_names_every_command_that_can_be_typed(sample: Library) -> None:
    notes = " ".join(answer(sample, Request(Verb.HELP)).notes)

    # Help is not asked for help, and where there is one podcast, there is nothing to choose.
    for verb in set(TYPED_VERBS) - {Verb.HELP, Verb.USE}:
        assert re.search(rf"(?<![\w-]){verb}(?![\w-])", notes)
    for word in (*WEEKLY_WORDS, *ANNOUNCE_WORDS):
        assert word in notes
    for field in ("guest", "speaker", "episode", "season", "after", "before"):
        assert f"{field}:" in notes


@pytest.mark.parametrize("language", languages())
def test_every_command_in_help_is_read_as_it_says(sample: Library, language: str) -> None:
    with speaking(language):
        notes = answer(sample, Request(Verb.HELP)).notes
    lines = [note for note in notes if note.startswith("/")]
    groups = [line.partition(": ")[0].removeprefix("/podcast ") for line in lines]
    typed = [each for group in groups for each in group.split(", ")]

    assert [read_request(each).verb for each in typed] == [
        Verb.SEARCH,
        *(Verb.QUOTE, Verb.EPISODE, Verb.EPISODES, Verb.MENTIONS),
        *(Verb.FOLLOW, Verb.FOLLOWS, Verb.UNFOLLOW),
        *(Verb.WEEKLY, Verb.ANNOUNCE),
        *(Verb.ABOUT, Verb.FORGET_ME),
    ]


@pytest.mark.parametrize("language", languages())
def test_help_is_short(sample: Library, language: str) -> None:
    with speaking(language):
        notes = answer(sample, Request(Verb.HELP)).notes

    assert len(notes) <= 7
    assert max(map(len, notes)) <= 250


@pytest.mark.parametrize("typed", ["", "help", "search", "search \u200b"])
def test_who_asks_nothing_gets_help_with_examples_and_a_form(sample: Library, typed: str) -> None:
    reply = answer(sample, read_request(typed))
    *examples, form = reply.buttons

    assert len(examples) == 3
    assert (form.kind, form.label, form.request) == (
        ButtonKind.FORM,
        "Search With Filters",
        Request(Verb.SEARCH),
    )
    for example in examples:
        assert (example.kind, example.label) == (ButtonKind.ASK, example.request.text)
        assert answer(sample, example.request).cards


def test_the_examples_are_announced_just_above_their_buttons(sample: Library) -> None:
    reply = answer(sample, Request(Verb.HELP))

    assert reply.notes[-1] == "For example:"
    assert reply.notes.count("For example:") == 1


def test_an_endless_example_has_a_short_label() -> None:
    title = "An example " * 20
    library = Library("made-up", build_index([episode("talk", "Said.", title=title)]), ())
    example = answer(library, Request(Verb.HELP)).buttons[0]

    assert example.request.text == title
    assert len(example.label) <= 75


def test_the_seasons_are_named_where_there_are_several(sample: Library) -> None:
    talks = [episode(f"t{season}", "Said.", season=season) for season in (3, 12)]

    assert describe_library(sample).startswith("6 episodes, ")
    assert "2 episodes, seasons 3 to 12, " in describe_library(
        Library("made-up", build_index(talks), ())
    )


def test_without_episodes_every_answer_says_so(tmp_path: Path) -> None:
    empty = open_library([tmp_path], tmp_path / "cache")
    replies = [answer(empty, Request(verb, "tea")) for verb in Verb]

    assert {reply.text for reply in replies} == {"There are no episodes yet."}


def test_what_cannot_be_answered_says_what_to_do() -> None:
    assert out_of_date().text.endswith("Please search again.")
    assert "1f3a" in apology("1f3a").text


def test_the_quote_of_the_week_is_asked_for_in_a_channel(sample: Library) -> None:
    reply = answer(sample, Request(Verb.WEEKLY, "status"))

    assert reply.text == "The quote of the week is posted in Slack or Discord: ask me there."


@pytest.mark.parametrize("verb", sorted({*FOLLOWING, Verb.ANNOUNCE}))
def test_what_a_chat_writes_by_itself_is_asked_for_in_a_chat(sample: Library, verb: Verb) -> None:
    assert answer(sample, Request(verb)).text.endswith("Slack or Discord: ask me there.")
