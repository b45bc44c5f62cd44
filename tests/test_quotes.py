"""Which sentences are worth repeating, and in which order they come."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest

from bot.models import Cue, Hit, Source
from bot.quotes import choose_quote
from bot.search.index import Index
from tests.builders import episode, index_of

DAY = date(2026, 3, 2)
GOOD = "Good data teams measure their models before anybody asks them to measure anything."
HOST = "Bob"
SLUGS = (
    *("one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)


def quotes(index: Index, typed: str = "", day: date = DAY) -> list[Hit]:
    """Turn all pages of quotes."""
    found = []
    for page in count():
        quote, more = choose_quote(index, typed, page, day)
        if quote is not None:
            found.append(quote)
        if not more:
            return found
    return found


def said(index: Index, typed: str = "") -> list[str]:
    return [quote.snippet.text for quote in quotes(index, typed)]


def talk(slug: str, *lines: str | Cue) -> Index:
    return index_of(episode(slug, *lines, guests=("Ann Lee",), youtube="abcdefghijk"))


@pytest.fixture(scope="module")
def index() -> Index:
    return index_of(
        *[
            episode(slug, f"Number {slug}: {GOOD}", guests=("Ann Lee",), season=place % 2)
            for place, slug in enumerate(SLUGS)
        ]
    )


def test_a_quote_is_a_whole_sentence_with_its_place() -> None:
    (quote,) = quotes(talk("talk", "Welcome.", GOOD, "Thanks."))

    assert (quote.snippet.text, quote.snippet.spans) == (GOOD, ())
    assert (quote.episode.slug, quote.speaker) == ("talk", "Ann")
    assert (quote.start, quote.end) == (10.0, 20.0)


@pytest.mark.parametrize(
    "line",
    [
        "Short sentences say little, and so do these few.",
        GOOD.replace("asks", "asks " + "and asks " * 12),
        GOOD.removesuffix("."),
        GOOD.replace(".", "…"),
        GOOD.replace(".", "..."),
        GOOD.replace(".", "?"),
        GOOD.replace("before", "(long) before"),
        GOOD.replace("before", "[laughs] before"),
        GOOD.replace("Good", "good"),
        GOOD.replace("data", "podcast"),
        GOOD.replace("teams", "sponsors"),
        GOOD.replace("models", "link"),
        "You will see that it is what they had been doing there for all of us.",
        *[f"{word} {GOOD}" for word in ("And", "But", "So", "It", "That", "This", "They", "He")],
        *[f"{word}, {GOOD}" for word in ("Yes", "No", "Because", "Which", "It’s", "She")],
    ],
)
def test_what_is_cut_off_or_leans_on_something_is_no_quote(line: str) -> None:
    assert said(talk("talk", line)) == []
    assert said(talk("talk", line, GOOD)) == [GOOD]


@pytest.mark.parametrize(
    "cue",
    [
        Cue(GOOD, 0.0, 9.0, HOST),
        Cue(GOOD, 0.0, 9.0, ""),
        Cue(GOOD, 0.0, 9.0, "Ann", Source.CAPTIONS),
        Cue(GOOD, None, None, "Ann"),
    ],
)
def test_only_what_a_guest_is_known_to_have_said_when_is_a_quote(cue: Cue) -> None:
    assert said(talk("talk", cue)) == []
    assert said(talk("talk", replace(cue, speaker="Ann", start=0.0, end=9.0, source=Source.EDITED)))


def test_every_quote_comes_once(index: Index) -> None:
    found = said(index)

    assert len(found) == len(set(found)) == 12
    assert choose_quote(index, "", 12, DAY) == (None, False)


def test_the_order_lasts_for_a_day(index: Index) -> None:
    orders = [
        [quote.episode.slug for quote in quotes(index, day=DAY + timedelta(days))]
        for days in range(5)
    ]

    assert [quote.episode.slug for quote in quotes(index)] == orders[0]
    assert len({tuple(order) for order in orders}) == 5
    assert len({order[0] for order in orders}) > 1


def test_the_order_does_not_depend_on_what_else_is_indexed(index: Index) -> None:
    fewer = index_of(
        *[
            replace(each, cues=index.cues(number))
            for number, each in enumerate(index.episodes)
            if each.slug in ("three", "eight", "eleven")
        ]
    )
    order = [quote.episode.slug for quote in quotes(index)]

    assert [quote.episode.slug for quote in quotes(fewer)] == [
        slug for slug in order if slug in ("three", "eight", "eleven")
    ]


def test_the_order_is_the_same_on_any_machine(index: Index) -> None:
    assert [quote.episode.slug for quote in quotes(index)][:4] == ["one", "ten", "three", "seven"]


def test_today_is_the_day_unless_another_is_given(index: Index) -> None:
    assert choose_quote(index)[0] is not None


def test_a_quote_about_something_says_it(index: Index) -> None:
    assert said(index, "seven") == [text for text in said(index) if "seven" in text]
    assert len(said(index, "measuring a model")) == 12
    assert said(index, "zyxwvut") == []


def test_the_best_passage_has_the_first_quote() -> None:
    registry = GOOD.replace("models", "registry").replace("anything", "a registry")
    index = index_of(
        episode("one", GOOD.replace("models", "registry"), guests=("Ann",)),
        episode("two", registry, guests=("Ann",)),
    )

    assert [quote.episode.slug for quote in quotes(index, "a registry")] == ["two", "one"]


@pytest.mark.parametrize(("typed", "number"), [("season:1", 6), ("episode:two", 1), ("guest:x", 0)])
def test_filters_alone_leave_fewer_quotes(index: Index, typed: str, number: int) -> None:
    assert len(said(index, typed)) == number
