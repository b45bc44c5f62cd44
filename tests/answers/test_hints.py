"""What is said beside the hits."""

import pytest

from bot.answers.hints import (
    corrected,
    examples_from,
    explain_corrections,
    explain_search,
    nearest_chapters,
    nothing_found,
    ways_on,
)
from bot.library.library import Library
from bot.models import Chapter, Episode
from bot.search.query import parse_query
from tests.builders import episode, index_of

CHAPTERS = (
    Chapter("Model registries", 0),
    Chapter("Feature stores", 10),
    Chapter("On call", 20),
    Chapter("Thanks", 30),
)


@pytest.fixture(scope="module")
def library() -> Library:
    return Library("made-up", index_of(episode("talk", "A registry.", chapters=CHAPTERS)), ())


@pytest.fixture(scope="module")
def bare() -> Library:
    return Library("bare", index_of(), ())


def test_examples_are_chapter_titles_of_a_few_words(library: Library) -> None:
    (note,) = explain_search(library, parse_query("")).notes

    assert note == "For example: Model registries · Feature stores · On call"


def test_examples_are_none_of_what_every_episode_begins_with() -> None:
    frames = ["Episode Introduction", "Wrap up and goodbye", "Guest background"] * 3
    talks = [
        episode(
            f"talk-{number}", "Said.", chapters=(Chapter(title, 0), CHAPTERS[max(0, number - 6)])
        )
        for number, title in enumerate(frames)
    ]

    assert sorted(examples_from(Library("framed", index_of(*talks), ()))) == [
        "Feature stores",
        "Model registries",
        "On call",
    ]


def spoken(number: int) -> Episode:
    """Make an episode that speaks of one subject often, and of another once."""
    titles = ("feature stores", "Model Drift") if number % 2 else ("Feature stores", "Model drift")
    often, once = titles if number < 4 else titles[::-1]
    lines = [f"We speak of {often}." for _ in range(5)]
    named = titles[0] if number < 4 else titles[1]
    chapters = (Chapter(f"{named}: part {number}", 0), Chapter("Case by case", 10))
    lines += [f"And {once}, case by case, before the closing remarks."]
    return episode(f"talk-{number}", *lines, chapters=chapters)


def test_examples_are_subjects_that_several_episodes_are_about() -> None:
    library = Library("made-up", index_of(*map(spoken, range(8)), *_others(30)), ())

    assert sorted(examples_from(library)[:2]) == ["Feature stores", "Model drift"]


def test_what_every_episode_speaks_of_is_no_example() -> None:
    library = Library("made-up", index_of(*map(spoken, range(8))), ())

    assert library.index.subjects == ()
    assert len(examples_from(library)) == 3


@pytest.mark.parametrize(("titled", "speaking"), [(2, 3), (3, 2)])
def test_what_few_titles_name_or_few_episodes_speak_of_is_no_subject(
    titled: int, speaking: int
) -> None:
    talks = [
        episode(
            f"talk-{number}",
            "Feature stores again." if number < speaking else "Nothing of it.",
            chapters=(Chapter(f"Feature stores: part {number}", 0),) if number < titled else (),
        )
        for number in range(3)
    ]

    assert index_of(*talks, *_others(30)).subjects == ()


def _others(number: int) -> list[Episode]:
    return [episode(f"other-{n}", "Something else.") for n in range(number)]


def test_without_chapters_examples_are_titles(bare: Library) -> None:
    assert explain_search(bare, parse_query("")).notes[0].count("Bread-") == 3


def test_a_text_without_words_is_told_from_no_text(library: Library) -> None:
    assert explain_search(library, parse_query("?!")).text.startswith("There are no words in that.")
    assert explain_search(library, parse_query("")).text.startswith("Type what you remember")
    assert explain_search(library, parse_query("-a")).text.startswith("I know what to leave out")


def test_corrections_are_said_once_for_all_words() -> None:
    meant = {"regsitry": ("registry",), "featurestore": ("feature", "store")}

    assert explain_corrections({}) == ()
    assert explain_corrections(meant) == (
        "Showing results for “registry feature store”. "
        "To search for exactly “regsitry featurestore”, put it in quotes.",
    )


def test_corrections_without_hits_show_no_results() -> None:
    assert explain_corrections({"modle": ("model",)}, found=False) == (
        "Searched for “model” instead of “modle”.",
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("The Regsitry, please!", "The registry, please!"),
        ("regsitry-regsitry's", "registry-regsitry's"),
        ("my featurestore?", "my feature store?"),
        ("nothing wrong", "nothing wrong"),
        ("", ""),
        ("Regsitry! guest:regsitry", "registry! guest:regsitry"),
        ('regsitry "the regsitry" -regsitry', 'registry "the regsitry" -regsitry'),
        ("regsitry “the regsitry” note:regsitry", "registry “the regsitry” note:registry"),
        ("regsitry++ regsitry", "regsitry++ registry"),
    ],
)
def test_a_corrected_query_keeps_all_that_was_right(text: str, written: str) -> None:
    meant = {"regsitry": ("registry",), "featurestore": ("feature", "store")}

    assert corrected(text, meant) == written


@pytest.mark.parametrize(
    ("typed", "page", "text"),
    [
        ("tea", 0, "I found nothing for “tea”."),
        ("tea", 1, "That is all I found about “tea”."),
        ("season:x", 0, "I could not read that."),
        ("season:x guest:ann", 0, "I could not read that."),
        ('"hot tea"', 0, 'I found nothing for "hot tea".'),
        ("“hot tea”", 1, "That is all I found about “hot tea”."),
        ("tea season:x", 0, "I found nothing for “tea”."),
        ("tea guest:ann", 1, "That is all I found about “tea”."),
        ("season:3 guest:ann", 0, "I found no episodes for that."),
    ],
)
def test_nothing_found_is_a_sentence(typed: str, page: int, text: str) -> None:
    assert nothing_found(parse_query(typed), page) == text


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ('"tea zyxwvut"', "Without the quotes, the words need not"),
        ('"zyxwvut"', "Without the quotes, other forms of the word"),
        ("zyxwvut -tea", "Try leaving out fewer -words"),
        ("zyxwvut guest:ann", "Try fewer filters"),
        ("zyxwvut after:2020", "Try fewer filters"),
        ("zyxwvut before:2020", "Try fewer filters"),
        ("zyxwvut", "Try different words"),
        ("stores", "Nearest chapters: Feature stores"),
    ],
)
def test_there_is_always_a_way_on(library: Library, typed: str, told: str) -> None:
    assert any(note.startswith(told) for note in ways_on(library, parse_query(typed)))


def test_no_chapters_are_near_to_nothing(library: Library, bare: Library) -> None:
    assert nearest_chapters(library, "") == ()
    assert nearest_chapters(bare, "registry") == ()
    assert nearest_chapters(library, "registry") == ("Nearest chapters: Model registries",)
