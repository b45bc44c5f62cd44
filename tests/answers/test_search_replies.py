"""What people are told, whatever they type."""

from collections import Counter
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.episodes import list_episodes
from bot.answers.replies import ButtonKind, Reply
from bot.config import SAMPLE_EPISODES
from bot.library.library import Library, open_library
from tests.asking import search

_MARKUP = set("*_`~<>[]{}|\\&#")


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_library([SAMPLE_EPISODES], tmp_path_factory.mktemp("cache"))


def said(reply: Reply) -> str:
    return " ".join([reply.text, *reply.notes])


def test_a_query_is_answered_with_passages_and_all_there_is_to_know_of_them(
    sample: Library,
) -> None:
    reply = search(sample, "undo button")
    card = reply.cards[0]

    assert "undo button" in reply.text
    assert (card.episode, card.code, card.guests) == (
        "on-call-for-models",
        "S01E04",
        ("Yuki Tanabe",),
    )
    assert card.title == "Sample: On Call for Models"
    assert card.start is not None
    assert card.end is not None
    assert card.url == f"https://youtu.be/sample00004?t={int(card.start) - 2}"
    assert card.snippet is not None
    matched = {card.snippet.text[first:last].lower() for first, last in card.snippet.spans}
    assert matched >= {"undo", "button"}


@pytest.mark.parametrize("typed", ["", "   ", "\n\t", "\u200b"])
def test_an_empty_query_explains_itself_with_examples_from_the_podcast(
    sample: Library, typed: str
) -> None:
    reply = search(sample, typed)
    chapters = {chapter.title for chapter in sample.index.chapters}

    assert reply.cards == ()
    assert reply.text.startswith("Type what you remember")
    assert [button.kind for button in reply.buttons] == [ButtonKind.FORM]
    examples = reply.notes[0].removeprefix("For example: ").split(" · ")
    assert len(examples) == 3
    assert set(examples) < chapters


def test_every_example_finds_something(sample: Library) -> None:
    for example in search(sample, "").notes[0].removeprefix("For example: ").split(" · "):
        assert search(sample, example).cards


def test_without_chapters_the_examples_are_titles(tmp_path: Path) -> None:
    (tmp_path / "tea.txt").write_text("0:05 All about green tea\n0:09 Yes\n", encoding="utf-8")
    library = open_library([tmp_path], tmp_path / "cache")

    assert search(library, "").notes == (f"For example: {library.index.episodes[0].title}",)


@pytest.mark.parametrize("typed", ["🚀🚀", "?!", '""', "—", "…"])
def test_a_query_without_words_says_so(sample: Library, typed: str) -> None:
    reply = search(sample, typed)

    assert reply.text.startswith("There are no words in that.")
    assert reply.notes


def test_a_query_of_exclusions_asks_for_a_word(sample: Library) -> None:
    assert "not what to look for" in search(sample, "-registry").text


def test_a_query_may_have_300_characters_and_no_more(sample: Library) -> None:
    most = "model " * 50

    assert search(sample, most[:300]).cards
    assert said(search(sample, most + "x")).startswith("That is 301 characters; 300 is the most")


def test_whatever_is_typed_gets_an_answer_that_can_be_shown(sample: Library) -> None:
    @given(st.text(max_size=310))
    def answers(typed: str) -> None:
        for reply in (search(sample, typed), list_episodes(sample, typed)):
            assert reply.text.strip()
            assert not {category(letter) for letter in said(reply)} & {"Cc", "Cf", "Cs"}

    answers()


@pytest.mark.parametrize(
    "typed",
    [
        "\x1b[1;31m model\x07",
        "model\x00",
        "\u202emodel",
        "model\ud800",
        "ｍｏｄｅｌ",
        "MODEL 🚀",
        "mo\u00addel",
    ],
)
def test_what_cannot_be_seen_does_not_change_what_is_found(sample: Library, typed: str) -> None:
    assert search(sample, typed).cards


def test_a_word_behind_a_minus_is_in_no_answer(sample: Library) -> None:
    cards = search(sample, "model -registry", limit=50).cards

    assert cards
    assert not any(card.snippet and "registry" in card.snippet.text.lower() for card in cards)


def test_a_filter_alone_lists_its_episodes(sample: Library) -> None:
    reply = search(sample, "guest:tomas")

    assert reply.text == "1 episode"
    assert [card.episode for card in reply.cards] == ["model-registry"]
    assert reply.cards[0].snippet is None
    assert reply.notes == ("Guest tomas", "Add a word or two to search within it.")


def test_dates_alone_list_their_episodes(sample: Library) -> None:
    reply = search(sample, "after:2025-03-01 before:2025-05-01")

    assert reply.text == "2 episodes"
    assert [card.code for card in reply.cards] == ["S01E03", "S01E04"]


def test_filters_that_leave_nothing_say_so(sample: Library) -> None:
    reply = search(sample, "guest:tomas speaker:lindiwe")

    assert reply.text == "I found no episodes for that."
    assert reply.notes == (
        "Guest tomas · speaker lindiwe",
        "Try fewer filters.",
    )
    assert reply.cards == ()


@pytest.mark.parametrize(
    ("typed", "asked", "narrowed"),
    [
        ('registry season:"1"', "“registry”", ("Season 1",)),
        ('registry guest:"Tomáš Vlček" season:1', "“registry”", ("Guest Tomáš Vlček · season 1",)),
        ('season:1 "model registry"', '"model registry"', ("Season 1",)),
        ("registry -undo after:2024", "“registry -undo”", ("After 2024-01-01",)),
        ("registry model: that", "“registry model: that”", ()),
    ],
)
def test_words_are_quoted_and_filters_are_noted(
    sample: Library, typed: str, asked: str, narrowed: tuple[str, ...]
) -> None:
    reply = search(sample, typed)

    assert reply.text == f"What the podcast says about {asked}"
    assert reply.notes == narrowed


def test_a_filter_that_fits_nothing_is_noted_once(sample: Library) -> None:
    reply = search(sample, "registry guest:zyxwvut")

    assert reply.text == "I found nothing for “registry”."
    assert [note for note in reply.notes if "zyxwvut" in note] == [reply.notes[0]]


def test_words_to_leave_out_beside_filters_alone_need_words(sample: Library) -> None:
    reply = search(sample, "guest:tomas -registry")

    assert reply.text == "1 episode"
    assert "To leave words out, also say what to look for." in reply.notes


def test_a_correction_without_hits_keeps_the_suggestion(sample: Library) -> None:
    reply = search(sample, "modle guest:zyxwvut")

    assert reply.cards == ()
    assert reply.suggestion == "model guest:zyxwvut"
    assert "Searched for “model” instead of “modle”." in reply.notes
    assert "Showing results" not in said(reply)


def test_a_quoted_query_is_quoted_once(sample: Library) -> None:
    phrase, curly = search(sample, '"model registry"'), search(sample, "“model registry”")

    assert phrase.text == 'What the podcast says about "model registry"'
    assert curly.text == "What the podcast says about “model registry”"
    assert list_episodes(sample, "“zyxwvut”").text == "No episode matches “zyxwvut”."


def test_an_unreadable_filter_alone_gets_its_problem_and_nothing_else(sample: Library) -> None:
    (bad,) = search(sample, "season:abc").notes
    (empty,) = search(sample, "season:").notes

    assert bad == "season: takes a number, as in season:17, not “abc”."
    assert empty == "season: takes a number, as in season:17."


def test_a_filter_that_fits_nothing_names_what_does(sample: Library) -> None:
    reply = search(sample, "model guest:tomass")

    assert reply.cards == ()
    assert "Tomáš Vlček" in said(reply)
    assert "Try fewer filters." in said(reply)


@pytest.mark.parametrize("typed", ["season:x", "after:yesterday", "guest:"])
def test_a_filter_that_cannot_be_read_says_how_it_is_written(sample: Library, typed: str) -> None:
    reply = search(sample, typed)

    assert reply.text == "I could not read that."
    assert ", as in " in reply.notes[0]


def test_nothing_found_says_how_to_go_on(sample: Library) -> None:
    phrase = search(sample, '"registry outage spreadsheet"')
    excluding = search(sample, "undo -button -undo")

    assert phrase.text.startswith("I found nothing for")
    assert "Nearest chapters: " in phrase.notes[0]
    assert "Start with a spreadsheet" in phrase.notes[0]
    assert "Without the quotes" in phrase.notes[1]
    assert "Try leaving out fewer -words." in said(excluding)
    assert search(sample, "zyxwvut").notes == ("Try different words.",)


def test_a_misspelt_word_is_corrected_and_can_be_insisted_on(sample: Library) -> None:
    reply = search(sample, "the Regisrty, please")

    assert reply.suggestion == "the registry, please"
    assert "“registry”" in reply.notes[0]
    assert "put it in quotes" in reply.notes[0]
    assert reply.cards
    assert search(sample, 'the "regisrty"').suggestion is None


def test_an_uncertain_correction_is_offered_and_not_applied(sample: Library) -> None:
    reply = search(sample, "the modem")

    assert reply.text == "I found nothing for “the modem”."
    assert reply.suggestion == "the model"
    assert reply.notes[0] == "Did you mean “the model”?"


def test_pages_follow_each_other_until_all_has_been_said(sample: Library) -> None:
    pages: list[Reply] = []
    while not pages or pages[-1].more:
        pages.append(search(sample, "registry", limit=3, page=len(pages)))
    beyond = search(sample, "registry", limit=3, page=len(pages))
    seen = [(card.episode, card.start) for page in pages for card in page.cards]

    assert len(pages) > 2
    assert all(len(page.cards) == 3 for page in pages[:-1])
    assert len(seen) == len(set(seen))
    assert [page.first for page in pages[:3]] == [1, 4, 7]
    assert (beyond.text, beyond.cards) == ("That is all I found about “registry”.", ())


def test_a_page_has_at_most_two_passages_of_an_episode_unless_it_is_named(sample: Library) -> None:
    anywhere = search(sample, "model", limit=10).cards
    named = search(sample, "model episode:model-registry").cards

    assert max(Counter(card.episode for card in anywhere).values()) == 2
    assert [card.episode for card in named] == ["model-registry"] * 5


def test_all_episodes_are_listed_in_their_order(sample: Library) -> None:
    reply = list_episodes(sample)

    assert reply.text == "6 episodes"
    assert [card.code for card in reply.cards] == [f"S01E0{number}" for number in range(1, 7)]


@pytest.mark.parametrize(
    ("typed", "number"), [("on call", 4), ("TOMÁŠ", 1), ("vlcek", 1), ("s01e05", 5)]
)
def test_an_episode_is_found_by_title_guest_and_number(
    sample: Library, typed: str, number: int
) -> None:
    reply = list_episodes(sample, typed)

    assert reply.text == "1 episode"
    assert [card.code for card in reply.cards] == [f"S01E0{number}"]


def test_no_episode_is_a_reply_too(sample: Library) -> None:
    reply = list_episodes(sample, "spreadsheets")

    assert reply.text == "No episode matches “spreadsheets”."
    assert "Start with a spreadsheet" in said(reply)
    assert reply.notes[-1].startswith("Try words from its title, a guest’s name,")


def test_a_library_without_episodes_says_where_to_look(tmp_path: Path) -> None:
    empty = open_library([tmp_path], tmp_path / "cache")

    for reply in (
        search(empty, "tea"),
        search(empty, ""),
        list_episodes(empty),
        list_episodes(empty, "tea"),
    ):
        assert reply.text == "There are no episodes yet."
        assert "airquote check" in reply.notes[0]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "model",
        "regisrty",
        "zyxwvut",
        '"model zyxwvut"',
        "guest:nobody",
        "x -model",
        "season:99",
    ],
)
def test_nothing_that_is_said_has_markup(sample: Library, typed: str) -> None:
    assert not set(said(search(sample, typed))) & _MARKUP
