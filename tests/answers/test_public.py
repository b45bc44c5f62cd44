"""Answers that everybody sees."""

import pytest

from bot.answers.dispatch import answer
from bot.answers.public import for_anybody, for_everybody
from bot.answers.replies import ButtonKind, Card, Reply
from bot.answers.requests import Request, Verb, read_request
from bot.library.library import Library
from bot.models import Snippet

SHORT = 140


def test_they_show_the_best_passage_in_full_and_two_in_short(library: Library) -> None:
    whole = answer(library, read_request("model registry"))
    short = for_everybody(whole)

    assert len(whole.cards) > len(short.cards) == 3
    assert short.cards[0] == whole.cards[0]
    for card, full in zip(short.cards[1:], whole.cards[1:], strict=False):
        assert card.snippet
        assert full.snippet
        assert len(card.snippet.text) <= SHORT + 2
        assert card.snippet.text.strip("…") in full.snippet.text
        assert card.snippet.spans
        assert card.question is None
        assert card.buttons == full.buttons


def test_one_button_shows_all_to_whoever_presses_it(library: Library) -> None:
    asked = read_request("model registry")
    (button, *others) = for_everybody(answer(library, asked)).buttons

    assert (button.kind, button.label, button.request) == (ButtonKind.ASK, "All Passages", asked)
    assert ButtonKind.TURN not in {each.kind for each in others}


@pytest.mark.parametrize("typed", ["quote", "episode registry", "episodes", "zzzz"])
def test_what_is_no_list_of_passages_stays_as_it_is(library: Library, typed: str) -> None:
    reply = answer(library, read_request(typed))

    assert for_everybody(reply) == reply


def test_nobody_shares_it_again_and_no_page_is_turned_for_others(library: Library) -> None:
    (card,) = answer(library, Request(Verb.QUOTE)).cards
    quote = answer(library, Request(Verb.QUOTE))

    assert [each.label for each in for_anybody(card.buttons)] == [
        *("Context", "More Like This", "Nominate")
    ]
    assert [each.kind for each in for_anybody(quote.buttons)] == [ButtonKind.ASK]


@pytest.mark.parametrize(
    ("text", "word", "shown"),
    [
        ("Tea is old. We boil tea. It is good.", "boil", "We boil tea. It is good."),
        ("We boil tea " + "and so on " * 20, "boil", "We boil tea and so on"),
        ("so " * 60 + "we boil tea", "boil", "…so"),
    ],
)
def test_a_short_passage_begins_at_the_sentence_of_its_words(
    text: str, word: str, shown: str
) -> None:
    at = text.index(word)
    card = Card("tea", "Tea", "", (), "", snippet=Snippet(text, ((at, at + len(word)),)))
    snippet = for_everybody(Reply("Found", cards=(card, card))).cards[1].snippet

    assert snippet
    assert snippet.text.startswith(shown)
    assert [snippet.text[slice(*span)] for span in snippet.spans] == [word]
    assert len(snippet.text) <= SHORT + 2
