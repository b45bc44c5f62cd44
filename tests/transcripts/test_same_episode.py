"""An episode of a feed and its captions or its page are one, however they are known to be."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.models import Chapter, Cue, Metadata, Origin, Transcript
from bot.transcripts.formats.episode_facts import EpisodeFacts
from bot.transcripts.same_episode import ReadFile, join_facts

FEED = Path("cache/feed.info.json")
FACTS = EpisodeFacts(
    Metadata(
        title="All about green tea",
        guests=("Ann Lee",),
        published=date(2025, 3, 4),
        url="https://tea.example/talks/green-tea.html",
        audio="https://cdn.example/tea-012.mp3?key=1",
        guid="g-12",
        youtube="abcdEFGHij0",
    ),
    chapters=(Chapter("Leaves", 0.0),),
    files=("tea-12.vtt",),
    stems=("tea-012",),
    slug="tea-12",
)


def captions(path: str, **facts: object) -> ReadFile:
    metadata = replace(Metadata(), **facts)  # type: ignore[arg-type]
    stem = Path(path).stem
    cues = (Cue("Tea.", 0.0),)
    return ReadFile(Path(path), Transcript(path, stem, Origin.CAPTIONS, metadata, (), cues))


@pytest.mark.parametrize(
    "same",
    [
        captions("cache/tea-12.vtt"),
        captions("mine/tea-012.txt"),
        captions("mine/All about green tea.txt"),
        captions("mine/all-about-green-tea.txt"),
        captions("a.txt", title="All About Green Tea!"),
        captions("a.txt", title="All About Green Tea", published=date(2025, 3, 8)),
        captions("a.md", slug="green-tea", published=date(2025, 6, 1)),
        captions("a.txt", youtube="abcdEFGHij0"),
        captions("a.txt", guid="g-12"),
        captions("a.txt", audio="https://cdn.example/tea-012.mp3"),
        captions("a.txt", url="http://www.tea.example/talks/green-tea.html"),
        captions("a.md", slug="green-tea"),
    ],
    ids=lambda same: f"{same.location} {same.known.title}",
)
def test_what_is_the_same_episode_gets_its_facts(same: ReadFile) -> None:
    (joined,) = join_facts([same], [(FEED, FACTS)])

    assert joined.metadata.guests == ("Ann Lee",)
    assert joined.chapters == FACTS.chapters
    assert joined.metadata.slug == (same.transcript.metadata.slug or "tea-12")


@pytest.mark.parametrize(
    "other",
    [
        captions("mine/tea-12.vtt"),
        captions("a.txt", title="All about tea"),
        captions("a.txt", title="All About Green Tea", published=date(2024, 3, 4)),
        captions("a.txt", guid="g-12", youtube="zzzzEFGHij0"),
        captions("a.md", slug="tea"),
    ],
    ids=lambda other: f"{other.location} {other.known.title}",
)
def test_what_is_another_episode_stays_as_it_is(other: ReadFile) -> None:
    assert join_facts([other], [(FEED, FACTS)]) == [other.transcript]


def test_what_a_file_says_itself_counts_more() -> None:
    own = captions("a.txt", guid="g-12", guests=("Bo",), title="Green")

    (joined,) = join_facts([own], [(FEED, FACTS)])

    assert (joined.metadata.title, joined.metadata.guests) == ("Green", ("Bo",))
    assert joined.metadata.audio == FACTS.metadata.audio


def test_what_the_name_of_a_file_says_counts_least() -> None:
    named = replace(captions("a/tea-012.txt"), named=Metadata(title="Tea 012", season=3))

    (joined,) = join_facts([named], [(FEED, FACTS)])
    (alone,) = join_facts([named], [])

    assert (joined.metadata.title, joined.metadata.season) == (FACTS.metadata.title, 3)
    assert alone.metadata == Metadata(title="Tea 012", season=3)


def test_all_files_of_an_episode_get_the_name_of_its_page() -> None:
    files = [captions("cache/tea-12.vtt"), captions("a.md", slug="green-tea")]

    joined = join_facts(files, [(FEED, FACTS)])

    assert [each.metadata.slug for each in joined] == ["green-tea", "green-tea"]


def test_what_two_episodes_have_in_common_tells_neither() -> None:
    other = replace(FACTS, metadata=replace(FACTS.metadata, guid="g-13"), files=(), slug="tea-13")
    file = captions("mine/tea-012.txt", url=FACTS.metadata.url)

    assert join_facts([file], [(FEED, FACTS), (FEED, other)]) == [file.transcript]


def test_two_feeds_may_have_files_of_one_name() -> None:
    here, there = captions("one/tea-12.vtt"), captions("two/tea-12.vtt")
    facts = [
        (
            Path(f"{folder}/feed.info.json"),
            EpisodeFacts(Metadata(title=folder), (), ("tea-12.vtt",)),
        )
        for folder in ("one", "two")
    ]

    assert [each.metadata.title for each in join_facts([here, there], facts)] == ["one", "two"]
