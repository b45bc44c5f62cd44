"""Mistyped commands are taken for a search, and offered where that finds nothing."""

import pytest

from bot.answers.dispatch import answer
from bot.answers.requests import read_request
from bot.library.library import Library
from tests.builders import episode, index_of

WEEKLY = " · ".join(
    f"/podcast weekly {word}" for word in ("on", "off", "status", "preview", "post", "theme")
)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library("made-up", index_of(episode("talk", "Our standup is a circus.")), ())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("weekly of", "Did you mean “/podcast weekly off”?"),
        ("weekly stop", f"Did you mean one of these? {WEEKLY}"),
        ("Weekly prevew", "Did you mean “/podcast weekly preview”?"),
        ("weekyl off", "Did you mean “/podcast weekly off”?"),
        ("announce of", "Did you mean “/podcast announce off”?"),
        ("forget me", "Did you mean “/podcast forget-me”?"),
        ("forgetme", "Did you mean “/podcast forget-me”?"),
        ("hlep", "Did you mean “/podcast help”?"),
        ("help zyxwvut", "Did you mean “/podcast help”?"),
        ("mention Bees", "Did you mean “/podcast mentions Bees”?"),
    ],
)
def test_a_mistyped_command_that_finds_nothing_is_offered(
    library: Library, typed: str, told: str
) -> None:
    reply = answer(library, read_request(typed))

    assert (reply.cards, reply.notes[0]) == ((), told)


@pytest.mark.parametrize(
    "typed", ["zyxwvut", "helm zyxwvut", "weakly zyxwvut", "about zyxwvut and qqq", "?!"]
)
def test_what_is_no_slip_is_but_a_search(library: Library, typed: str) -> None:
    reply = answer(library, read_request(f"search {typed}"))

    assert not any("/podcast" in note for note in reply.notes)


@pytest.mark.parametrize(
    ("typed", "told"), [("weekly standup", True), ("hlep circus", False), ("our standup", False)]
)
def test_where_something_is_found_only_a_wrong_choice_is_noted(
    library: Library, typed: str, told: bool
) -> None:
    reply = answer(library, read_request(typed))

    assert reply.cards
    assert any(note.endswith(WEEKLY) for note in reply.notes) is told
