"""Which quotes `/podcast quote` answers with, and in which order they come."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest

from bot.answers.dispatch import answer
from bot.answers.quotes import answer_quote, pick_quote
from bot.answers.replies import SpokenTurn
from bot.answers.requests import Request, Verb, pack, unpack
from bot.library.library import Library, quotes_of
from bot.models import Cue, Hit, Origin, Snippet
from bot.quotes.models import GOOD_SCORE, Wording
from bot.search.index.build import build_index
from tests.builders import episode, index_of

DAY = date(2026, 3, 2)
CLAIM = "Nobody sells bread without salt, because people remember a bad loaf."
ALONE = "A baker opens a small shop near a quiet park before breakfast."
BREADS = ("rye", "cake", "toast", "pizza", "bagels", "scones", "waffles", "muffins")


def quotes(library: Library, typed: str = "", day: date = DAY) -> list[Hit]:
    """Turn all pages of quotes."""
    found = []
    for page in count():
        quote, more = pick_quote(library, typed, page, day)
        if quote is not None:
            found.append(quote)
        if not more:
            return found
    return found


def said(library: Library, typed: str = "") -> list[str]:
    return [quote.snippet.text for quote in quotes(library, typed)]


def talk(*lines: str | Cue, slug: str = "talk") -> Library:
    guest = episode(slug, *lines, guests=("Ann Lee",), youtube="abcdefghijk")
    return Library("made-up", index_of(guest), ())


@pytest.fixture(scope="module")
def library() -> Library:
    """Eight episodes with a quote each."""
    talks = [
        episode(bread, CLAIM.replace("bread", bread), guests=("Ann Lee",), season=place % 2)
        for place, bread in enumerate(BREADS)
    ]
    return Library("made-up", index_of(*talks), ())


def order(library: Library, day: date = DAY) -> list[str]:
    return [quote.episode.slug for quote in quotes(library, day=day)]


def test_a_quote_has_all_its_sentences_and_their_place() -> None:
    first, second = "A cheap oven is not a bargain.", "But nobody believes it without a burnt loaf."
    (quote,) = quotes(talk("Welcome.", first, second, "Thanks."))

    assert (quote.snippet.text, quote.snippet.spans) == (f"{first} {second}", ())
    assert (quote.episode.slug, quote.speaker) == ("talk", "Ann Lee")
    assert (quote.start, quote.end) == (10.0, 30.0)


@pytest.mark.parametrize("typed", ["", "bread"])
def test_the_question_of_a_host_comes_with_the_quote(typed: str) -> None:
    host = Cue("Why does nobody sell dry bread?", 0.0, 5.0, "Alexey")
    library = talk(host, Cue(CLAIM, 5.0, 9.0, "Ann"))
    (card,) = answer_quote(library, Request(Verb.QUOTE, typed)).cards

    assert card.question == SpokenTurn("Alexey", "", Snippet(host.text))
    assert (card.speaker, card.snippet) == ("Ann Lee", Snippet(CLAIM))


@pytest.mark.parametrize("typed", ["", "bread"])
@pytest.mark.parametrize(
    "line",
    [
        CLAIM.replace("people", "listeners"),
        CLAIM.removesuffix("."),
        CLAIM.replace("bread", "this bread"),
        CLAIM.replace("loaf", "loaf (or two)"),
    ],
)
def test_what_cannot_stand_alone_is_no_quote(line: str, typed: str) -> None:
    assert said(talk(line), typed) == []
    assert said(talk(line, CLAIM), typed) == [CLAIM]


@pytest.mark.parametrize("typed", ["", "bread"])
@pytest.mark.parametrize(
    "cue",
    [
        Cue(CLAIM, 0.0, 9.0, "Bob"),
        Cue(CLAIM, 0.0, 9.0, ""),
        Cue(CLAIM, 0.0, 9.0, "Ann", Origin.CAPTIONS),
        Cue(CLAIM, None, None, "Ann"),
    ],
)
def test_only_what_a_guest_is_known_to_have_said_when_is_a_quote(cue: Cue, typed: str) -> None:
    known = replace(cue, speaker="Ann", start=0.0, end=9.0, source=Origin.EDITED)

    assert said(talk(cue), typed) == []
    assert said(talk(known), typed) == [CLAIM]


def test_every_quote_comes_once(library: Library) -> None:
    found = said(library)

    assert len(found) == len(set(found)) == len(BREADS)
    assert pick_quote(library, "", len(BREADS), DAY) == (None, False)


def test_quotes_that_were_found_before_are_not_looked_for(library: Library) -> None:
    fewer = replace(library, quotes=quotes_of(library)[:3])

    assert sorted(said(fewer)) == sorted(quote.text for quote in fewer.quotes or ())
    assert quotes(replace(library, quotes=())) == []


def test_good_quotes_come_before_the_others_whatever_the_day(library: Library) -> None:
    places = range(len(BREADS))
    scored = [
        replace(quote, score=GOOD_SCORE - (place % 2))
        for place, quote in zip(places, quotes_of(library), strict=True)
    ]
    good = {each.text for each in scored if each.score >= GOOD_SCORE}
    judged = replace(library, quotes=tuple(scored))

    for days in range(3):
        found = [each.snippet.text for each in quotes(judged, day=DAY + timedelta(days))]
        assert set(found[: len(good)]) == good


def test_what_was_said_comes_before_what_was_rewritten(library: Library) -> None:
    said, *others = quotes_of(library)
    rewritten = [replace(each, score=9.0, wording=Wording(0.6, "bread")) for each in others]
    judged = replace(library, quotes=(*rewritten, replace(said, score=0.0)))

    for days in range(3):
        first = quotes(judged, day=DAY + timedelta(days))[0]
        assert first.snippet.text == said.text


@pytest.mark.parametrize("typed", ["", "salt"])
def test_a_quote_begins_without_its_and(typed: str) -> None:
    (quote,) = quotes(talk(f"And so {CLAIM[0].lower()}{CLAIM[1:]}"), typed)

    assert quote.snippet.text == CLAIM


def test_the_order_lasts_for_a_day(library: Library) -> None:
    orders = [order(library, DAY + timedelta(days)) for days in range(5)]

    assert order(library) == orders[0]
    assert len({tuple(each) for each in orders}) == 5
    assert len({each[0] for each in orders}) > 1


def test_the_order_does_not_depend_on_what_else_is_indexed(library: Library) -> None:
    kept = ("cake", "pizza", "muffins")
    index = library.index
    some = [
        replace(each, cues=index.cues(number))
        for number, each in enumerate(index.episodes)
        if each.slug in kept
    ]
    fewer = Library("made-up", index_of(*some), ())

    assert order(fewer) == [slug for slug in order(library) if slug in kept]


def test_the_order_is_the_same_on_any_machine(library: Library) -> None:
    assert order(library)[:4] == ["bagels", "cake", "muffins", "pizza"]


def test_today_is_the_day_unless_another_is_given(library: Library) -> None:
    assert pick_quote(library)[0] is not None


def test_a_quote_about_something_says_it(library: Library) -> None:
    assert said(library, "waffles") == [CLAIM.replace("bread", "waffles")]
    assert said(library, "a waffle") == [CLAIM.replace("bread", "waffles")]
    assert said(library, "zyxwvut") == []


def test_quotes_about_something_come_before_single_sentences() -> None:
    asked = talk(ALONE, *["Just that."] * 9, CLAIM.replace("loaf", "baker"))

    assert said(asked, "baker") == [CLAIM.replace("loaf", "baker"), ALONE]
    assert said(asked) == [CLAIM.replace("loaf", "baker")]


def test_what_says_all_words_comes_before_what_says_some() -> None:
    asked = talk(ALONE, *["Just that."] * 9, CLAIM.replace("loaf", "baker"))

    assert said(asked, "baker breakfast") == [ALONE, CLAIM.replace("loaf", "baker")]


def test_no_sentence_is_in_two_quotes_about_something() -> None:
    second = "But nobody believes it without a burnt loaf."

    assert said(talk("A cheap oven is not a bargain.", second), "oven loaf") == [
        f"A cheap oven is not a bargain. {second}"
    ]


def test_words_that_tell_little_of_a_query_are_not_enough() -> None:
    lines = {bread: CLAIM.replace("bread", f"{bread} bread") for bread in BREADS}
    talks = [episode(bread, line, guests=("Ann Lee",)) for bread, line in lines.items()]
    library = Library("made-up", index_of(*talks, episode("stollen", "Stollen is bread.")), ())

    assert len(said(library, "bread")) == len(BREADS)
    assert said(library, "rye bread") == [lines["rye"]]
    assert said(library, "stollen bread") == []


def test_a_phrase_is_said_word_for_word(library: Library) -> None:
    assert said(library, '"waffles without salt"') == [CLAIM.replace("bread", "waffles")]
    assert said(library, '"salt without waffles"') == []
    assert said(talk("Salt without bread.", CLAIM), '"salt without bread"') == []


def test_the_best_passage_has_the_first_quote() -> None:
    library = Library(
        "made-up",
        index_of(
            episode("once", CLAIM, *["Ovens are warm."] * 20, guests=("Ann Lee",)),
            episode(
                "often",
                CLAIM.replace("people", "customers"),
                *["Salt and bread."] * 20,
                guests=("Ann Lee",),
            ),
        ),
        (),
    )

    assert [quote.episode.slug for quote in quotes(library, "salt and bread")] == ["often", "once"]


@pytest.mark.parametrize(
    ("typed", "left"), [("season:1", 4), ("episode:cake", 1), ("guest:ann", 8), ("guest:x", 0)]
)
def test_filters_leave_fewer_quotes(library: Library, typed: str, left: int) -> None:
    assert len(said(library, typed)) == left
    assert len(said(library, f"salt {typed}")) == left


@pytest.mark.parametrize("field", ["guest", "speaker"])
@pytest.mark.parametrize("typed", ["", "salt "])
def test_of_two_guests_the_one_asked_for_is_quoted(field: str, typed: str) -> None:
    other = CLAIM.replace("bread", "cake")
    both = episode("both", CLAIM, Cue(other, 10.0, 20.0, "Bea"), guests=("Ann Lee", "Bea Ray"))
    library = Library("made-up", index_of(both), ())

    assert said(library, f"{typed}{field}:bea") == [other]
    assert said(library, f"{typed}guest:annlee") == [CLAIM]
    assert sorted(said(library, typed)) == sorted([CLAIM, other])


@pytest.mark.parametrize("typed", ["ann", "by Ann", "from ann lee"])
def test_a_guest_is_quoted_by_name(typed: str) -> None:
    index = talk(CLAIM, CLAIM.replace("bread", "cake"))
    reply = answer(index, Request(Verb.QUOTE, typed))

    assert reply.notes == ("Guest Ann Lee",)
    assert [card.speaker for card in reply.cards] == ["Ann Lee"]


def test_whoever_is_no_guest_is_not_quoted() -> None:
    lines = (Cue("Welcome to the show.", 0.0, 9.0, "Zoe"), Cue(CLAIM, 10.0, 19.0, "Ann"))
    reply = answer(talk(*lines), Request(Verb.QUOTE, "by Zoe"))

    assert reply.text == "I have no quote."
    assert reply.notes[-1] == "I quote guests only. A search finds what others say."


def test_the_quote_of_the_week_is_a_quote_and_where_to_find_it(library: Library) -> None:
    reply = answer(library, Request(Verb.QUOTE, "of the week"))

    assert reply.text == "A quote"
    assert "/podcast weekly status" in reply.notes[-1]


def test_a_seed_gives_an_order_of_its_own_to_the_end(library: Library) -> None:
    def pages(seed: int) -> list[str]:
        found = (pick_quote(library, "", page, DAY, seed=seed)[0] for page in range(len(BREADS)))
        return [quote.episode.slug for quote in found if quote]

    assert len({pages(seed)[0] for seed in range(1, 20)}) > 3
    assert all(sorted(pages(seed)) == sorted(BREADS) for seed in range(1, 20))
    assert pages(0) == order(library)


def test_another_goes_on_in_the_same_order(library: Library) -> None:
    first = answer(library, Request(Verb.QUOTE, seed=7))
    (another,) = first.buttons

    assert another.request == Request(Verb.QUOTE, page=1, seed=7)
    assert unpack(pack(another.request)) == another.request


GERMAN = replace(
    episode("brot", "Niemand backt gutes Brot ohne Salz.", CLAIM, guests=("Ann Lee",)),
    language="de",
)
ENGLISH = episode("bread", "Nobody sells rye here.", "Well.", guests=("Bob Ray",))
RULES = "I know what makes a good quote in English only, and"


@pytest.mark.parametrize("typed", ["", "salt", "guest:lee", "nothing of that"])
def test_a_podcast_in_another_language_has_no_quote_and_says_why(typed: str) -> None:
    library = Library("made-up", build_index([GERMAN]), ())

    reply = answer_quote(library, Request(Verb.QUOTE, typed))

    assert not reply.cards
    assert f"{RULES} this is in German." in reply.notes
    assert reply.notes[-1] == "Try a search instead."


@pytest.mark.parametrize(
    ("typed", "note"),
    [
        ("guest:lee", f"{RULES} this is in German."),
        ("", f"{RULES} 1 of 2 episodes is in German."),
    ],
)
def test_of_several_languages_what_is_asked_for_decides_what_is_said(typed: str, note: str) -> None:
    library = Library("made-up", build_index([GERMAN, ENGLISH]), ())

    reply = answer_quote(library, Request(Verb.QUOTE, typed))

    assert not reply.cards
    assert note in reply.notes
