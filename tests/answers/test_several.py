"""Answers from several podcasts: each card says which it is from, and each button remembers it."""

from dataclasses import replace
from itertools import chain

import pytest

from bot.answers.requests import Request, Verb, pack, unpack
from bot.answers.several import answer_from, episode_names, podcasts_named, suggest_from
from bot.answers.suggestions import suggest_guests
from bot.answers.talk import QUIET
from bot.library.library import Library
from tests.two_podcasts import TEA, open_podcasts


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Library, ...]:
    """The libraries of two podcasts, whose only episodes have the same slug."""
    return open_podcasts(tmp_path_factory.mktemp("two"))


def test_a_search_shows_the_best_of_each_and_says_which_is_which(two: tuple[Library, ...]) -> None:
    reply = answer_from(two, Request(Verb.SEARCH, "harvest", size=5))

    assert {card.label for card in reply.cards[:2]} == {"The Tea Hour", "Wine and Wisdom"}
    assert {card.episode for card in reply.cards} == {"tea::harvest", "wine::harvest"}
    assert not any(card.follows for card in reply.cards[:2])


def test_the_pages_of_a_search_are_those_of_all_together(two: tuple[Library, ...]) -> None:
    whole = answer_from(two, Request(Verb.SEARCH, "harvest", size=10))
    pages = [answer_from(two, Request(Verb.SEARCH, "harvest", n, size=1)) for n in range(3)]

    shown = list(chain.from_iterable(page.cards for page in pages))
    assert [(c.episode, c.start) for c in shown] == [(c.episode, c.start) for c in whole.cards[:3]]
    assert [page.first for page in pages if page.cards] == [n + 1 for n in range(len(shown))]
    assert pages[0].more
    turn = next(each.request for each in pages[0].buttons if each.request.page == 1)
    assert turn.podcasts == ("tea", "wine")


def test_what_only_one_says_is_from_that_one(two: tuple[Library, ...]) -> None:
    reply = answer_from(two, Request(Verb.SEARCH, "camellias"))

    assert {card.label for card in reply.cards} == {"The Tea Hour"}


def test_where_nothing_is_found_it_is_said_once(two: tuple[Library, ...]) -> None:
    reply = answer_from(two, Request(Verb.SEARCH, "kubernetes operators"))

    assert reply.cards == ()
    assert "kubernetes" in reply.text


def test_where_nothing_is_found_any_podcast_may_have_it_in_a_title(
    two: tuple[Library, ...],
) -> None:
    reply = answer_from(two, Request(Verb.SEARCH, "hill"))

    assert reply.cards == ()
    assert reply.buttons[0].label == "Grapes on a hill"
    assert answer_from(two, reply.buttons[0].request).cards[0].episode == "wine::harvest"


def test_a_button_finds_its_episode_among_those_of_one_slug(two: tuple[Library, ...]) -> None:
    reply = answer_from(two, Request(Verb.SEARCH, "vineyards"))
    context = next(b.request for b in reply.cards[0].buttons if b.request.verb is Verb.CONTEXT)

    assert podcasts_named(context) == ("wine",)
    for libraries in (two, two[1:]):
        shown = answer_from(libraries, context)
        assert shown.cards[0].episode == "wine::harvest"
        assert "grapes" in str(shown.cards)


def test_an_older_button_finds_its_episode_in_whichever_podcast_has_it(
    two: tuple[Library, ...],
) -> None:
    card = answer_from(two[1:], Request(Verb.SEARCH, "vineyards")).cards[0]
    older = Request(Verb.HIT, episode="harvest", start=card.start, end=card.end)

    assert answer_from(two[1:], older).cards[0].title == "Grapes on a hill"


def test_with_one_podcast_at_a_place_its_name_is_left_out(two: tuple[Library, ...]) -> None:
    reply = answer_from(two[:1], Request(Verb.SEARCH, "harvest"))

    assert {card.label for card in reply.cards} == {""}
    assert all(podcasts_named(each.request) == ("tea",) for each in reply.buttons)


def test_the_only_podcast_answers_as_ever(library: Library) -> None:
    asked = Request(Verb.SEARCH, "model registry")
    reply = answer_from([library], asked)

    assert all(each.request.podcasts == () for each in reply.buttons)
    assert all("::" not in card.episode for card in reply.cards)


def test_quotes_come_from_each_podcast_in_turn(two: tuple[Library, ...]) -> None:
    replies = [answer_from(two, Request(Verb.QUOTE, page=page)) for page in range(2)]

    assert [card.label for reply in replies for card in reply.cards] == [
        "The Tea Hour",
        "Wine and Wisdom",
    ]
    another = next(each.request for each in replies[0].buttons if each.request.page == 1)
    assert another.podcasts == ("tea", "wine")


def test_when_one_has_no_more_quotes_the_other_goes_on(two: tuple[Library, ...]) -> None:
    reply = answer_from(two, Request(Verb.QUOTE, "grapes"))

    assert [card.label for card in reply.cards] == ["Wine and Wisdom"]


def test_mentions_are_counted_in_each(two: tuple[Library, ...]) -> None:
    reply = answer_from(two, Request(Verb.MENTIONS, "harvest"))

    assert reply.text == "Counted in The Tea Hour and Wine and Wisdom"
    assert reply.notes[0].startswith("The Tea Hour: “harvest” is mentioned")
    assert reply.cards[0].label.startswith("The Tea Hour · ")


def test_episodes_are_listed_and_found_in_all(two: tuple[Library, ...]) -> None:
    listed = answer_from(two, Request(Verb.EPISODES))
    named = answer_from(two, Request(Verb.EPISODE, "grapes on a hill"))

    assert [card.label for card in listed.cards] == ["The Tea Hour", "Wine and Wisdom"]
    assert [card.episode for card in named.cards] == ["wine::harvest"]


def test_an_episode_may_be_named_with_its_podcast(two: tuple[Library, ...]) -> None:
    asked = Request(Verb.EPISODE, "wine::harvest")

    assert podcasts_named(asked) == ("wine",)
    assert answer_from(two[1:], asked).cards[0].title == "Grapes on a hill"


def test_help_and_about_name_all(two: tuple[Library, ...]) -> None:
    told, about = answer_from(two, Request(Verb.HELP)), answer_from(two, Request(Verb.ABOUT))

    assert told.text.endswith("Here I search The Tea Hour and Wine and Wisdom.")
    assert [note.partition(":")[0] for note in about.notes if " index " in note] == [
        "The Tea Hour",
        "Wine and Wisdom",
    ]


def test_mere_talk_stays_unanswered(two: tuple[Library, ...]) -> None:
    assert answer_from(two, Request(Verb.TALK, "thanks a lot")) == QUIET


def test_suggestions_are_from_all(two: tuple[Library, ...]) -> None:
    found = suggest_from(two, suggest_guests, "", 5)

    assert [each.value for each in found] == ["Mina Oolong", "Vera Riesling"]


def test_a_podcast_that_was_alone_names_its_episodes_as_before(two: tuple[Library, ...]) -> None:
    was_alone = replace(two[0], podcast=replace(TEA, was_alone=True))
    reply = answer_from((was_alone, two[1]), Request(Verb.SEARCH, "camellias"))

    assert reply.cards[0].episode == "harvest"
    assert {each.request.podcasts for each in reply.cards[0].buttons} == {("tea",)}
    assert [*episode_names((was_alone, two[1]))] == ["harvest", "wine::harvest"]


def test_a_packed_request_keeps_its_podcasts() -> None:
    asked = Request(Verb.SEARCH, "tea", podcasts=("tea", "wine"))

    assert unpack(pack(asked)) == asked
    assert unpack(pack(replace(asked, seed=7))) == replace(asked, seed=7)
    assert unpack(pack(replace(asked, podcasts=()))) == replace(asked, podcasts=())
    assert unpack('[1,"search","tea",0,"",null,null,0,7]') is None
