"""Answers and their buttons: what each offers, and that what it offers can be had."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.dispatch import answer
from bot.answers.replies import Button, ButtonKind, Card, Reply, said_by
from bot.answers.requests import MAX_PACKED, Request, Verb, pack, unpack
from bot.answers.talk import QUIET
from bot.config import SAMPLE_EPISODES
from bot.library.library import Library, open_library
from bot.models import Cue
from bot.search.index.build import build_index
from bot.search.index.index import Index
from tests.builders import episode, index_of, long_talks

HIT_LABELS = ["Share", "Context", "More Like This", "Nominate"]
QUERIES = (
    "registry",
    "model registry",
    '"model registry"',
    "undo button",
    "regisrty",
    "who has models",
    "data -registry",
    "speaker:yuki model",
    "LLM answers",
    "the final two",
    "on call",
)
MESSAGE = "Hi all! How do you keep track of *models*? A registry, or a spreadsheet? " * 600


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Library:
    return open_library([SAMPLE_EPISODES], tmp_path_factory.mktemp("cache"))


def labels(offered: tuple[Button, ...]) -> list[str]:
    return [each.label for each in offered]


def buttons(reply: Reply) -> Iterator[Button]:
    """List all buttons of a reply."""
    yield from reply.buttons
    for card in reply.cards:
        yield from card.buttons


def button(offered: tuple[Button, ...], label: str) -> Button:
    return next(each for each in offered if each.label == label)


def as_shown(card: Card) -> Card:
    """Leave out of a card what only a list of them has."""
    return replace(card, score=0.0, buttons=(), label="", follows=False)


def test_every_verb_has_an_answer(sample: Library) -> None:
    for verb in Verb:
        assert answer(sample, Request(verb, "registry")).text


@pytest.mark.parametrize("text", QUERIES)
def test_a_page_of_hits_has_its_buttons(sample: Library, text: str) -> None:
    reply = answer(sample, Request(Verb.SEARCH, text))
    below = ["Next"] * reply.more + ["Useful", "Not This"]

    assert reply.cards
    assert labels(reply.buttons) == below
    for card in reply.cards:
        assert labels(card.buttons) == HIT_LABELS
        assert [each.kind for each in card.buttons] == [
            ButtonKind.SHARE,
            ButtonKind.OPEN,
            ButtonKind.ASK,
            ButtonKind.NOMINATE,
        ]


def test_pages_are_turned_by_their_buttons(sample: Library) -> None:
    first = answer(sample, Request(Verb.SEARCH, "registry"))
    second = answer(sample, button(first.buttons, "Next").request)
    back = button(second.buttons, "Previous")

    assert second.first == 6
    assert {as_shown(card) for card in first.cards}.isdisjoint(map(as_shown, second.cards))
    assert back.kind is ButtonKind.TURN
    assert answer(sample, back.request) == first


def test_behind_the_last_page_there_is_only_the_way_back(sample: Library) -> None:
    beyond = answer(sample, Request(Verb.SEARCH, "registry", 99))

    assert beyond.text == "That is all I found about “registry”."
    assert labels(beyond.buttons) == ["Previous"]


def test_where_nothing_is_found_there_is_nothing_to_judge(sample: Library) -> None:
    buttons = answer(sample, Request(Verb.SEARCH, "zyxwvut")).buttons

    assert {button.kind for button in buttons} == {ButtonKind.ASK, ButtonKind.FORM}


def test_a_verdict_is_about_the_best_hit_of_the_page_that_was_asked_for(sample: Library) -> None:
    reply = answer(sample, Request(Verb.SEARCH, "registry", 1))
    best = reply.cards[0]
    judged = Request(Verb.SEARCH, "registry", 1, best.episode, best.start, best.end)

    assert button(reply.buttons, "Useful") == Button(ButtonKind.JUDGE_USEFUL, "Useful", judged)
    assert button(reply.buttons, "Not This") == Button(
        ButtonKind.JUDGE_NOT_THIS, "Not This", judged
    )


def assert_each_is_shown_again(library: Library, request: Request) -> int:
    """Press Share on each card of a page, and say how many there were."""
    cards = answer(library, request).cards
    for card in cards:
        share = button(card.buttons, "Share").request
        assert share.verb is Verb.HIT
        (again,) = answer(library, share).cards
        # A page asks the same question only once.
        assert card.question in (None, again.question)
        assert as_shown(again) == as_shown(replace(card, question=again.question))
    return len(cards)


@pytest.mark.parametrize("text", QUERIES)
def test_a_hit_is_shared_as_it_was_shown(sample: Library, text: str) -> None:
    pages = range(3)

    assert sum(assert_each_is_shown_again(sample, Request(Verb.SEARCH, text, n)) for n in pages)


def test_what_is_about_a_message_is_shared_as_it_was_shown(sample: Library) -> None:
    assert assert_each_is_shown_again(sample, Request(Verb.FIND, MESSAGE)) == 5


def test_what_is_like_a_hit_is_shared_as_it_was_shown(sample: Library) -> None:
    for card in answer(sample, Request(Verb.SEARCH, "registry")).cards:
        assert assert_each_is_shown_again(sample, button(card.buttons, "More Like This").request)


def test_a_quote_is_shared_as_it_was_shown(sample: Library) -> None:
    assert [assert_each_is_shown_again(sample, Request(Verb.QUOTE, page=n)) for n in (0, 1)] == [
        1,
        1,
    ]
    assert assert_each_is_shown_again(sample, Request(Verb.QUOTE, "registry"))


@pytest.mark.parametrize("term", ["registry", "model", "drift", "model registry", "LLM"])
def test_a_mention_is_shared_from_where_it_was_shown(sample: Library, term: str) -> None:
    cards = answer(sample, Request(Verb.MENTIONS, term)).cards

    assert cards
    for card in cards:
        (again,) = answer(sample, button(card.buttons, "Share").request).cards
        assert (again.episode, again.start) == (card.episode, card.start)
        assert card.snippet
        assert card.snippet.text in [turn.snippet.text for turn in said_by(again)]


@pytest.mark.corpus
def test_hits_of_the_real_podcast_are_shared_as_they_were_shown(
    shared: Path, real_index: Index
) -> None:
    library = Library("real", real_index, ())
    lines = (shared / "eval" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    shown = 0
    for line in lines[:120]:
        query = json.loads(line)["query"]
        for verb in (Verb.SEARCH, Verb.FIND):
            shown += assert_each_is_shown_again(library, Request(verb, query))

    assert shown > 600


def test_more_context_holds_the_hit(sample: Library) -> None:
    for card in answer(sample, Request(Verb.SEARCH, "undo button")).cards:
        (opened,) = answer(sample, button(card.buttons, "Context").request).cards
        assert card.snippet
        assert card.snippet.text.strip("…")[:60] in " ".join(t.snippet.text for t in opened.turns)
        assert labels(opened.buttons) == ["Share", "More Like This", "Nominate"]


def test_more_like_a_hit_is_found_elsewhere(sample: Library) -> None:
    card = answer(sample, Request(Verb.SEARCH, "registry")).cards[0]
    like = button(card.buttons, "More Like This").request
    reply = answer(sample, like)

    assert reply.text == f"More like {card.time} in “{card.title}”"
    assert (card.episode, card.start) not in {(each.episode, each.start) for each in reply.cards}
    assert button(reply.buttons, "Next").request == replace(like, page=1)


def test_a_passage_without_times_has_no_buttons() -> None:
    index = index_of(episode("untimed", Cue("A registry.")))
    (card,) = answer(Library("made-up", index, ()), Request(Verb.SEARCH, "registry")).cards

    assert card.buttons == ()


def test_a_long_message_is_reduced_to_what_fits_its_buttons(sample: Library) -> None:
    reply = answer(sample, Request(Verb.FIND, MESSAGE[:40_000]))
    next_page = button(reply.buttons, "Next").request

    assert reply.cards
    assert next_page.text == "models registry spreadsheet"
    assert answer(sample, replace(next_page, page=0)) == reply


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "There is no text to search for."),
        ("and so on " * 99, "I cannot tell what that is"),
    ],
)
def test_a_message_that_tells_nothing_says_so(sample: Library, text: str, told: str) -> None:
    reply = answer(sample, Request(Verb.FIND, text))

    assert reply.text.startswith(told)
    assert (reply.cards, reply.buttons) == ((), ())


@pytest.mark.parametrize("verb", [each for each in Verb if each is not Verb.FIND])
def test_a_text_that_is_too_long_has_no_buttons(sample: Library, verb: Verb) -> None:
    reply = answer(sample, Request(verb, "model " * 60))

    assert reply.text.startswith("That is 359 characters; 300 is the most")
    assert list(buttons(reply)) == []


def test_filters_alone_list_a_page_of_episodes(tmp_path: Path) -> None:
    talks = [episode(f"t{n:02}", "Said.", season=n // 24, number=n) for n in range(30)]
    library = Library("made-up", build_index(talks), ())
    first = answer(library, Request(Verb.SEARCH, "season:0"))
    last = answer(library, Request(Verb.SEARCH, "season:0", 2))

    assert [card.episode for card in first.cards] == [f"t{n:02}" for n in range(10)]
    assert [card.episode for card in last.cards] == [f"t{n:02}" for n in range(20, 24)]
    assert (labels(first.buttons), labels(last.buttons)) == (["Next"], ["Previous"])
    assert (first.first, last.first) == (1, 21)
    assert labels(first.cards[0].buttons) == []


def test_the_list_of_episodes_is_turned_to_its_end(sample: Library) -> None:
    listed = answer(sample, Request(Verb.EPISODES))
    beyond = answer(sample, Request(Verb.EPISODES, "", 1))

    assert [card.code for card in listed.cards] == [f"S01E0{n}" for n in range(6, 0, -1)]
    assert (listed.text, listed.buttons) == ("6 episodes", ())
    assert (beyond.text, beyond.first, labels(beyond.buttons)) == (
        "That is all of them.",
        1,
        ["Previous"],
    )


def test_an_episode_is_shown_or_chosen_from_several(sample: Library) -> None:
    shown = answer(sample, Request(Verb.EPISODE, "registry people"))
    several = answer(sample, Request(Verb.EPISODE, "sample"))
    chosen = answer(sample, several.cards[0].buttons[0].request)

    assert len(shown.cards) == len(chosen.cards) == 1
    assert shown.cards[0].chapters
    assert several.text == "6 episodes match “sample”. Which one?"
    assert labels(several.cards[0].buttons) == ["Show"]
    assert chosen.cards[0].episode == several.cards[0].episode


def test_a_quote_is_followed_by_another_to_the_last(sample: Library) -> None:
    pages = [answer(sample, Request(Verb.QUOTE, "model"))]
    while pages[-1].buttons:
        pages.append(answer(sample, button(pages[-1].buttons, "Another").request))
    beyond = answer(sample, Request(Verb.QUOTE, "model", len(pages)))

    assert len({page.cards[0].start for page in pages}) == len(pages) > 1
    assert all(
        "model" in page.cards[0].snippet.text.lower() for page in pages if page.cards[0].snippet
    )
    assert beyond.text == "I have no other quote about “model”."


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("zyxwvut", "Try different words, or none."),
        ("zyxwvut guest:tomas", "Try different words, or none."),
        ("zyxwvut guest:tomass", "No guest is called “tomass”."),
    ],
)
def test_where_there_is_no_quote_there_is_a_way_on(sample: Library, text: str, way: str) -> None:
    reply = answer(sample, Request(Verb.QUOTE, text))

    assert reply.text == "I have no quote about “zyxwvut”."
    assert reply.notes[-1].startswith(way)


@pytest.mark.parametrize(
    ("text", "said", "note"),
    [
        ("registry guest:tomas", "A quote about “registry”", "Guest tomas"),
        ("season:1", "A quote", "Season 1"),
        (
            "???",
            "A quote",
            "There are no words to search for in that, so here is a quote about anything.",
        ),
        ("registry season:x", "A quote about “registry”", "season: takes a number"),
    ],
)
def test_a_quote_says_what_it_was_chosen_by(
    sample: Library, text: str, said: str, note: str
) -> None:
    reply = answer(sample, Request(Verb.QUOTE, text))

    assert len(reply.cards) == 1
    assert reply.text == said
    assert [each[: len(note)] for each in reply.notes] == [note]


def test_captions_are_never_quoted() -> None:
    cue = Cue("Good data teams measure models before anybody asks them to measure anything.")
    library = Library("made-up", build_index([episode("talk", cue, guests=("Ann",))]), ())

    assert answer(library, Request(Verb.QUOTE)).text == "I have no quote."


def test_what_is_shown_alone_has_the_same_buttons(sample: Library) -> None:
    card = answer(sample, Request(Verb.SEARCH, "registry")).cards[0]

    again = answer(sample, button(card.buttons, "Share").request)
    assert list(buttons(again)) == list(card.buttons)


TEXTS = st.text(max_size=400) | st.sampled_from(
    [*QUERIES, '"', "“”", "\\" * 300, '"' * 300, "ﷺ" * 300, "season:1", "a registry " * 27]
)
PLACES = st.sampled_from(["long", "longer", "dense", "bread-1", "nowhere", ""])
SECONDS = st.none() | st.sampled_from([0.0, 15.5, 30.0, 90.0]) | st.floats(-1e6, 1e6)
REQUESTS = st.builds(
    Request, st.sampled_from(Verb), TEXTS, st.integers(0, 9_999), PLACES, SECONDS, SECONDS
)


def test_whatever_is_asked_gets_an_answer_whose_buttons_can_be_pressed() -> None:
    library = Library("small", long_talks(), ())

    @given(REQUESTS)
    def answers(request: Request) -> None:
        reply = answer(library, request)
        assert reply.text.strip() or (reply == QUIET and request.verb is Verb.TALK)
        for each in buttons(reply):
            packed = pack(each.request)
            assert len(packed) <= MAX_PACKED
            assert unpack(packed) == each.request
            assert not {category(letter) for letter in packed} & {"Cc", "Cf", "Cs"}
            assert 0 < len(each.label) <= 75

    answers()


def test_an_endless_slug_leaves_the_buttons_out() -> None:
    library = Library("made-up", build_index([episode("s" * 2_000, "A registry.")]), ())
    reply = answer(library, Request(Verb.SEARCH, "registry"))

    assert reply.cards
    assert list(buttons(reply)) == []
