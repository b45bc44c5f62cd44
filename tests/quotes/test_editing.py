"""Edits of quotes: what is left out or added is marked, and nothing else was never said."""

import pytest

from bot.quotes.editing import MAX_EDITED, mark_edit

SAID = (
    "A registry that nobody opens is only a folder with a logo. That's not the point. "
    "Names outlive models."
)


@pytest.mark.parametrize(
    ("edited", "marked"),
    [
        ("Names outlive models.", "Names outlive models."),
        ("names outlive models", "names outlive models"),
        (
            "A registry that nobody opens is a folder with a logo.",
            "A registry that nobody opens is … a folder with a logo.",
        ),
        (
            "A registry that nobody opens is [...] a folder.",
            "A registry that nobody opens is … a folder.",
        ),
        (
            "A registry that nobody opens is only a folder. Names outlive models.",
            "A registry that nobody opens is only a folder. … Names outlive models.",
        ),
        (
            "A [model] registry that nobody opens is only a folder.",
            "A [model] registry that nobody opens is only a folder.",
        ),
        ("That is not the point.", "That is not the point."),
    ],
)
def test_what_was_said_may_be_shortened_and_explained(edited: str, marked: str) -> None:
    assert mark_edit(SAID, edited).problems == ()
    assert mark_edit(SAID, edited).text == marked


@pytest.mark.parametrize(
    ("edited", "problem"),
    [
        ("A registry that nobody uses is only a folder.", "Not said: “uses”."),
        ("A folder with a logo is only a registry.", "in the order"),
        ("A registry is only a folder with a logo.", "Without “nobody”"),
        ("That's the point. Names outlive models.", "Without “not”"),
        ("Names [never] outlive models.", "“never” in brackets"),
        ("Names [that you give to every one of your] outlive models.", "More than a third"),
        ("A registry [that nobody opens is only a folder.", "A bracket is not closed"),
        ("A registry", "At least 3 words"),
        ("Names outlive models. " * 30, str(MAX_EDITED)),
    ],
)
def test_what_was_not_said_is_named(edited: str, problem: str) -> None:
    assert problem in mark_edit(SAID, edited).problems[0]


def test_captions_without_sentences_count_as_what_was_said() -> None:
    heard = "so no a dashboard you know that nobody ever opens it's a slow kind of nothing i think"
    edited = "A dashboard that nobody ever opens is a slow kind of nothing."

    marked = mark_edit(heard, edited)

    assert marked.problems == ()
    assert marked.text.startswith("A dashboard … that nobody ever opens")


def test_a_marked_edit_is_left_as_it_is() -> None:
    once = mark_edit(SAID, "A registry that nobody opens is a folder.")

    assert mark_edit(SAID, once.text) == once
