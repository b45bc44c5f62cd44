"""What people paste is understood wherever they can ask."""

import pytest

from bot.answers.dispatch import answer
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.search.index.build import build_index
from tests.builders import bakery, episode

VIDEO = "https://youtu.be/abcdefghijk"
EVERYWHERE = pytest.mark.parametrize("verb", [Verb.SEARCH, Verb.FIND, Verb.EPISODE])


@pytest.fixture(scope="module")
def library() -> Library:
    talks = (
        episode(
            "ovens",
            "Ovens are hot.",
            "Stone ovens are slow.",
            "A tea break helps.",
            title="Ovens: Old and New",
            season=14,
            number=8,
            guests=("Ann Lee",),
            youtube="abcdefghijk",
        ),
        episode("mills", "Tea and mills.", title="Old Mills", season=2, number=8, guests=("Bo",)),
        episode("dams", "Water.", title="Dams", season=2, number=42, guests=("Ann Lee",)),
    )
    return Library("made-up", build_index([*talks, *bakery()]), ())


def ask(library: Library, text: str, verb: Verb = Verb.SEARCH) -> Reply:
    return answer(library, Request(verb, text))


@EVERYWHERE
@pytest.mark.parametrize(
    "text",
    [
        *(VIDEO, f"<{VIDEO}>", "https://bread.example/ovens.html"),
        *("S14E08", "s14e8", "14x08", "Ovens: Old and New", "ovens old and new"),
    ],
)
def test_what_names_an_episode_is_answered_with_it(library: Library, text: str, verb: Verb) -> None:
    (card,) = ask(library, text, verb).cards

    assert (card.episode, card.snippet) == ("ovens", None)


@EVERYWHERE
@pytest.mark.parametrize(("text", "slug"), [("ep 42", "dams"), ("Episode 42", "dams")])
def test_a_number_without_a_season_is_understood(
    library: Library, text: str, slug: str, verb: Verb
) -> None:
    assert [card.episode for card in ask(library, text, verb).cards] == [slug]


@EVERYWHERE
@pytest.mark.parametrize("text", ["ep. 8", "Ann Lee"])
def test_if_several_are_named_they_are_listed(library: Library, text: str, verb: Verb) -> None:
    reply = ask(library, text, verb)

    assert len(reply.cards) == 2
    assert "Which one?" in reply.text
    assert {button.label for card in reply.cards for button in card.buttons} == {"Show"}


@pytest.mark.parametrize("verb", [Verb.SEARCH, Verb.FIND])
@pytest.mark.parametrize(
    ("second", "said"), [(0, "Ovens are hot."), (14, "Stone ovens"), (29, "A tea break")]
)
def test_a_link_to_a_second_is_answered_with_what_is_said_there(
    library: Library, second: int, said: str, verb: Verb
) -> None:
    (card,) = ask(library, f"listen to this: {VIDEO}?t={second}", verb).cards

    assert (card.episode, card.start) == ("ovens", second)
    assert card.snippet is not None
    assert said in card.snippet.text
    assert card.url == f"{VIDEO}?t={max(0, second - 2)}"


def test_a_link_past_the_end_is_answered_with_the_episode(library: Library) -> None:
    assert ask(library, f"{VIDEO}?t=9999").text == "The episode “Ovens: Old and New”"


def test_words_beside_a_link_are_searched_for_in_its_episode(library: Library) -> None:
    assert {card.episode for card in ask(library, "tea").cards} == {"ovens", "mills"}
    assert [card.episode for card in ask(library, f"tea {VIDEO}").cards] == ["ovens"]


@pytest.mark.parametrize("text", [f"tea episode:{VIDEO}", f"episode:{VIDEO} tea"])
def test_a_link_may_be_the_value_of_a_filter(library: Library, text: str) -> None:
    reply = ask(library, text)

    assert [card.episode for card in reply.cards] == ["ovens"]
    assert reply.notes == (f"Episode {VIDEO}",)


def test_a_link_to_elsewhere_is_no_word(library: Library) -> None:
    elsewhere = "https://example.org/tea"

    assert ask(library, elsewhere).text == "That link leads to no episode that I know."
    assert {card.episode for card in ask(library, f"mills {elsewhere}").cards} == {"mills"}
    assert ask(library, f"Old Mills {elsewhere}", Verb.FIND).cards[0].episode == "mills"
    assert ask(library, f"tea {elsewhere}", Verb.MENTIONS).text.startswith("“tea” is mentioned")


@pytest.mark.parametrize("text", ["dams", "ann", '"old mills"', "old mills -water", "bo", "2x4"])
def test_words_are_still_searched_for(library: Library, text: str) -> None:
    assert "Which one?" not in ask(library, text).text
    assert not ask(library, text).names_card


def test_a_name_says_how_to_search_for_it(library: Library) -> None:
    assert "put them in quotes" in ask(library, "Old Mills").notes[0]


def test_a_number_that_no_episode_has_is_said(library: Library) -> None:
    assert ask(library, "S99E01").text.startswith("No episode matches “S99E01”.")


@pytest.mark.parametrize(
    "address",
    [
        "https://tea.example/1#t=5",
        "http://www.tea.example/1/?t=5",
        "https://cdn.example/1.mp3?from=here#t=5",
        "https://open.spotify.com/episode/0123456789abcdefghijAB?t=5",
    ],
)
def test_a_link_of_any_player_leads_to_its_second(address: str) -> None:
    heard = episode(
        "heard",
        "Green tea is never boiled.",
        url="https://tea.example/1",
        audio="https://cdn.example/1.mp3",
        spotify="0123456789abcdefghijAB",
    )
    library = Library("heard", build_index([heard, *bakery()]), ())

    reply = answer(library, Request(Verb.SEARCH, address))

    assert (reply.cards[0].episode, reply.cards[0].start) == ("heard", 5.0)
