"""A passage shown again: alone as it was, and amid what is said around it."""

from dataclasses import replace

import pytest

from bot.answers.context import answer_context, answer_hit
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.models import Chapter, Cue, Origin, Snippet
from bot.search.hits import show_sentence
from bot.search.index.build import build_index
from bot.search.index.index import Index
from bot.search.more_like_this import passages_between, sentences_between
from tests.builders import episode, index_of

VIDEO = "abcdefghijk"
# Sixty lines of eleven words; each speaker says five at a time.
LINES = [
    Cue(
        f"Line {place} says that number {place} is the registry we want.",
        10.0 * place,
        10.0 * place + 9,
        "Ann" if place // 5 % 2 else "Bob",
    )
    for place in range(60)
]


def around(library: Library, place: int, text: str = "registry") -> Request:
    """Make the request of a passage that begins with a line."""
    index = library.index
    cue = 1 + place
    passage = int(index.passages_at(index.transcripts.firsts[cue : cue + 1])[-1])
    last = index.passages.lasts[passage] - 1
    end = float(index.transcripts.finishes[last])
    return Request(Verb.CONTEXT, text, episode="talk", start=10.0 * place, end=end)


@pytest.fixture(scope="module")
def library() -> Library:
    talks = [
        episode("last", "Nothing of the talk."),
        episode("talk", *LINES, youtube=VIDEO),
        episode("next", "Nothing of it either."),
    ]
    return Library("made-up", build_index(talks, words=40, step=20), ())


def test_what_is_said_before_and_after_comes_speaker_by_speaker(library: Library) -> None:
    (card,) = answer_context(library, around(library, 30)).cards
    first_words = [" ".join(turn.snippet.text.split()[:2]) for turn in card.turns]

    assert [turn.speaker for turn in card.turns] == ["Bob", "Ann", "Bob", "Bob", "Ann", "Bob"]
    assert first_words == [f"Line {place}" for place in (23, 25, 30, 34, 35, 40)]
    assert [turn.time for turn in card.turns] == ["3:50", "4:10", "5:00", "5:40", "5:50", "6:40"]
    assert sum(turn.snippet.text.count("Line") for turn in card.turns) == 7 + 4 + 7


def test_what_was_shown_stands_apart(library: Library) -> None:
    (card,) = answer_context(library, around(library, 30)).cards
    (apart,) = [turn.snippet.text for turn in card.turns if turn.apart]

    assert apart == " ".join(cue.text for cue in LINES[30:34])


def test_of_a_quote_only_the_sentence_stands_apart(library: Library) -> None:
    quote = Request(Verb.CONTEXT, episode="talk", start=310.0, end=319.0)
    (card,) = answer_context(library, quote).cards

    assert [turn.snippet.text for turn in card.turns if turn.apart] == [LINES[31].text]


def test_only_the_words_of_the_passage_are_marked(library: Library) -> None:
    (card,) = answer_context(library, around(library, 30)).cards
    marked = [
        turn.snippet.text[first:last] for turn in card.turns for first, last in turn.snippet.spans
    ]
    plain = answer_context(library, around(library, 30, text="")).cards[0]

    assert marked == ["registry"] * 4
    assert [turn.snippet.text for turn in plain.turns] == [t.snippet.text for t in card.turns]
    assert not any(turn.snippet.spans for turn in plain.turns)


@pytest.mark.parametrize(("place", "first", "last"), [(0, 0, 10), (2, 0, 12), (56, 49, 59)])
def test_what_surrounds_a_passage_ends_with_its_episode(
    library: Library, place: int, first: int, last: int
) -> None:
    (card,) = answer_context(library, around(library, place)).cards

    assert card.turns[0].snippet.text.startswith(f"Line {first} ")
    assert f"Line {last} " in card.turns[-1].snippet.text
    assert f"Line {last + 1} " not in card.turns[-1].snippet.text


def test_the_link_starts_ten_seconds_before_that_of_the_passage(library: Library) -> None:
    reply = answer_context(library, around(library, 30))
    (card,), (shown,) = reply.cards, answer_hit(library, around(library, 30)).cards
    early = answer_context(library, around(library, 0)).cards[0]

    assert reply.text == f"Around {shown.time} in “Talk”"
    assert shown.url == f"https://youtu.be/{VIDEO}?t=304"
    assert (card.url, card.time) == (f"https://youtu.be/{VIDEO}?t=294", "4:56")
    assert (early.url, early.time) == (f"https://youtu.be/{VIDEO}?t=0", "0:00")
    assert (card.start, card.end, card.snippet) == (shown.start, shown.end, None)


def test_captions_have_surroundings_without_speakers() -> None:
    cues = [
        Cue(f"a registry part {n}", 5.0 * n, 5.0 * n + 5, "", Origin.CAPTIONS) for n in range(9)
    ]
    library = Library("made-up", index_of(episode("talk", *cues)), ())
    request = Request(Verb.CONTEXT, "registry", episode="talk", start=1.25, end=45.0)
    (card,) = answer_context(library, request).cards
    (turn,) = card.turns

    assert (turn.speaker, turn.time, card.source) == ("", "0:00", Origin.CAPTIONS)
    assert turn.snippet.text == " ".join(cue.text for cue in cues)
    assert len(turn.snippet.spans) == 9


@pytest.mark.parametrize(
    "gone",
    [
        Request(Verb.HIT, "registry", episode="nowhere", start=5.0, end=9.0),
        Request(Verb.HIT, "registry", episode="talk", start=5.0),
        Request(Verb.HIT, "registry", episode="talk", end=9.0),
        Request(Verb.HIT),
    ],
)
def test_a_place_that_is_gone_says_so(library: Library, gone: Request) -> None:
    for reply in (answer_hit(library, gone), answer_context(library, gone)):
        assert reply.text.startswith("I can no longer find that place")
        assert reply.cards == ()


def test_a_place_without_times_is_gone(library: Library) -> None:
    untimed = Library("made-up", index_of(episode("talk", "A registry.", Cue("No time."))), ())
    lost = Request(Verb.CONTEXT, "time", episode="talk", start=900.0, end=909.0)

    assert answer_context(untimed, lost).text.startswith("I can no longer")
    assert answer_context(library, lost).cards[0].end == 599.0


def test_without_words_to_mark_a_sentence_is_shown_alone(library: Library) -> None:
    sentence = Request(Verb.HIT, episode="talk", start=310.0, end=319.0)
    (alone,) = answer_hit(library, sentence).cards
    (marked,) = answer_hit(library, replace(sentence, text="registry")).cards

    assert alone.snippet is not None
    assert alone.snippet.text == LINES[31].text
    assert (alone.start, alone.end, alone.snippet.spans) == (310.0, 319.0, ())
    assert marked.snippet is not None
    assert len(marked.snippet.text) > len(alone.snippet.text)


def test_a_mention_is_shown_where_it_was(library: Library) -> None:
    """The word stands in every line, so a search would begin with the first of the passage."""
    request = around(library, 30)
    start = 320 + 9 * LINES[32].text.index("registry") / len(LINES[32].text)
    (card,) = answer_hit(library, replace(request, start=round(start, 2))).cards

    assert card.start == pytest.approx(start, abs=0.01)
    assert card.url == f"https://youtu.be/{VIDEO}?t={int(start) - 2}"


def long_and_short() -> Index:
    """Index a talk in which a very long sentence ends two passages."""
    words = " ".join(f"word{number}" for number in range(60))
    lines = [*(Cue(f"short {n} of ten words", 10.0 * n, 10.0 * n + 9) for n in range(4))]
    lines += [Cue(f"A registry {words}", 40.0, 99.0), Cue("The end of it.", 99.0, 110.0)]
    return build_index(
        [episode("talk", *lines, chapters=(Chapter("All", 0.0),))], words=40, step=10
    )


def test_all_passages_that_end_and_begin_as_told_are_found() -> None:
    index = long_and_short()
    both = passages_between(index, "talk", 45.0, 99.0)

    assert len(both) > 1
    assert passages_between(index, "talk", 5.0, 99.0) == both[:1]
    assert passages_between(index, "talk", 300.0, 400.0) == (len(index.passages.firsts) - 1,)
    assert passages_between(index, "gone", 45.0, 99.0) == ()


def test_sentences_are_found_by_their_seconds() -> None:
    index = long_and_short()

    assert sentences_between(index, "talk", 40.01, 98.99) == range(4, 5)
    assert sentences_between(index, "talk", 40.1, 99.0) is None
    assert sentences_between(index, "gone", 40.0, 99.0) is None
    assert sentences_between(index, "bread-11", 0.0, 10.0, most=3) is None


def test_a_run_of_sentences_is_found_if_it_is_no_longer_than_asked_for() -> None:
    index = long_and_short()

    assert sentences_between(index, "talk", 20.0, 99.0, most=3) == range(2, 5)
    assert sentences_between(index, "talk", 10.0, 99.0, most=3) is None
    assert sentences_between(index, "talk", 20.0, 99.0) is None
    assert sentences_between(index, "talk", 99.0, 200.0, most=3) is None


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_quote_of_some_sentences_is_shown_again_whole(library: Library, count: int) -> None:
    quoted = show_sentence(library.index, 1 + 30, count)
    request = Request(Verb.HIT, episode="talk", start=quoted.start, end=quoted.end)
    (card,) = answer_hit(library, request).cards
    (around_it,) = answer_context(library, replace(request, verb=Verb.CONTEXT)).cards

    assert card.snippet == Snippet(" ".join(cue.text for cue in LINES[30 : 30 + count]))
    assert (card.start, card.end) == (300.0, 299.0 + 10 * count)
    assert [turn.snippet for turn in around_it.turns if turn.apart] == [card.snippet]


def test_sentences_that_no_passage_holds_together_are_shown_all_the_same() -> None:
    index = build_index([episode("talk", *LINES)], words=11, step=11)
    shown = show_sentence(index, 30, 3)

    assert shown.snippet.text == " ".join(cue.text for cue in LINES[30:33])
    assert index.passages.firsts[shown.passage] == 30


def test_a_passage_that_holds_all_sentences_is_preferred(library: Library) -> None:
    index = library.index
    shown = show_sentence(index, 1 + 32, 3)
    firsts, lasts = index.passages.firsts, index.passages.lasts

    assert firsts[shown.passage] <= 33
    assert lasts[shown.passage] >= 36
