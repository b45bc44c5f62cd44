"""What is said to people, before any adapter has dressed it up."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers.replies import (
    Instant,
    clock_time,
    episode_card,
    episode_url,
    hit_card,
    more_chapters,
    play_label,
    quoted,
    remark,
    shared_by,
    split_instants,
    split_snippet,
)
from bot.models import Episode, Guest, Hit, Origin, Snippet
from bot.text import pluralize
from bot.translations import join_names

EPISODE = Episode("talk", "A talk", season=3, number=12, guests=(Guest("ann", "Ann Lee"),))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("model registry", "“model registry”"),
        ('"model registry" team', '"model registry" team'),
        ("“model registry”", "“model registry”"),
        ("model's", "“model's”"),
    ],
)
def test_a_text_is_put_in_quotation_marks_once(text: str, written: str) -> None:
    assert quoted(text) == written


def hit(start: float | None, end: float | None = None, youtube: str = "abcdefghijk") -> Hit:
    episode = Episode("talk", "A talk", youtube=youtube)
    return Hit(episode, "Tea", "Ann", start, end, Origin.CAPTIONS, 1.5, Snippet("Hello."), 7)


@st.composite
def snippets(draw: st.DrawFn) -> Snippet:
    text = draw(st.text(max_size=40))
    places = st.integers(min_value=0, max_value=len(text))
    bounds = sorted(draw(st.lists(places, unique=True, max_size=8)))
    return Snippet(text, tuple(zip(bounds[::2], bounds[1::2], strict=False)))


@pytest.mark.parametrize(
    ("seconds", "written"),
    [
        (None, ""),
        (0, "0:00"),
        (9.99, "0:09"),
        (59, "0:59"),
        (60, "1:00"),
        (3599, "59:59"),
        (3600, "1:00:00"),
        (36_061, "10:01:01"),
    ],
)
def test_times_are_written_as_on_a_clock(seconds: float | None, written: str) -> None:
    assert clock_time(seconds) == written


@pytest.mark.parametrize(
    ("start", "ending"),
    [(None, ""), (0, "?t=0"), (1.9, "?t=0"), (2, "?t=0"), (3, "?t=1"), (70.9, "?t=68")],
)
def test_a_link_starts_two_seconds_early_and_never_before_the_video(
    start: float | None, ending: str
) -> None:
    episode = Episode("talk", "A talk", youtube="abcdefghijk")

    assert episode_url(episode, start) == f"https://youtu.be/abcdefghijk{ending}"


def test_without_anything_to_link_to_there_is_no_link() -> None:
    assert hit_card(hit(70, youtube="")).url == ""


def test_an_episode_that_is_only_heard_has_a_link_at_the_second_too() -> None:
    episode = Episode("talk", "A talk", audio="https://example.org/12.mp3")

    assert episode_url(episode, 70) == "https://example.org/12.mp3#t=68"
    assert episode_url(episode) == "https://example.org/12.mp3"


@pytest.mark.parametrize(
    ("time", "url", "label"),
    [
        ("1:10", "https://example.org/12.mp3", "▶ Listen at 1:10"),
        ("", "https://example.org/12.mp3", "▶ Listen"),
        ("", "https://youtu.be/abcdefghijk", "▶ Watch"),
    ],
)
def test_a_link_is_labelled_with_its_time_or_what_it_is_for(
    time: str, url: str, label: str
) -> None:
    assert play_label(time, url) == label


def test_the_card_of_a_hit_has_its_link_its_time_and_nothing_finer_than_hundredths() -> None:
    card = hit_card(hit(70.996, 99.58000183105469))

    assert (card.start, card.end, card.time) == (71.0, 99.58, "1:11")
    assert card.url.endswith("?t=69")
    assert (card.chapter, card.speaker, card.source) == ("Tea", "Ann", Origin.CAPTIONS)


def test_the_card_of_a_hit_without_times_links_to_the_beginning() -> None:
    card = hit_card(hit(None))

    assert (card.start, card.end, card.time) == (None, None, "")
    assert card.url == "https://youtu.be/abcdefghijk"


def test_the_card_of_an_episode_has_no_snippet() -> None:
    card = episode_card(EPISODE)

    assert (card.title, card.code, card.guests) == ("A talk", "S03E12", ("Ann Lee",))
    assert card.snippet is None
    assert card.url == ""


@given(snippets())
def test_the_parts_of_a_snippet_are_its_text_and_its_matches(snippet: Snippet) -> None:
    parts = split_snippet(snippet)

    assert "".join(text for text, _ in parts) == snippet.text
    assert [text for text, matched in parts if matched] == [
        snippet.text[first:last] for first, last in snippet.spans
    ]
    assert all(text for text, _ in parts)


@pytest.mark.parametrize(
    ("number", "written"), [(0, "0 files"), (1, "1 file"), (2, "2 files"), (1234, "1,234 files")]
)
def test_numbers_come_with_their_noun(number: int, written: str) -> None:
    assert pluralize(number, "file") == written


@pytest.mark.parametrize(
    ("names", "written"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_names_are_joined_as_people_do(names: list[str], written: str) -> None:
    assert join_names(names) == written


@pytest.mark.parametrize(
    ("source", "heard_as", "told"),
    [
        (Origin.CAPTIONS, "", "Automatic captions"),
        (Origin.CAPTIONS, "green tee", "Automatic captions, heard as “green tee”"),
        (Origin.EDITED, "green tee", ""),
        (None, "", ""),
    ],
)
def test_only_captions_are_remarked_upon(source: Origin | None, heard_as: str, told: str) -> None:
    assert remark(source, heard_as) == told


@pytest.mark.parametrize(
    ("left", "told"),
    [(0, ""), (1, "… and 1 more chapter"), (1200, "… and 1,200 more chapters")],
)
def test_chapters_without_room_are_counted(left: int, told: str) -> None:
    assert more_chapters(left) == told


def test_a_share_reads_as_a_sentence_with_and_without_a_name() -> None:
    assert "Ada" + shared_by(named=True) == "Ada shared from the podcast:"
    assert shared_by(named=False) == "Shared from the podcast:"


def test_a_text_is_split_at_each_instant_that_it_names() -> None:
    nine, ten = (
        Instant(f"{hour}:00", datetime(2026, 11, 23, hour, tzinfo=UTC)) for hour in (9, 10)
    )
    parts = split_instants("At 9:00, 10:00 and 9:00.", (nine, ten))

    assert parts == [
        ("At ", None),
        ("9:00", nine),
        (", ", None),
        ("10:00", ten),
        (" and ", None),
        ("9:00", nine),
        (".", None),
    ]
    assert split_instants("Never.", (nine,)) == [("Never.", None)]
