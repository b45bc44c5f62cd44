"""What is made of the episodes of a feed: lasting names, the best transcript, chapters."""

import json

import pytest

from bot.library.feed_items import (
    describe_episode,
    ending_of,
    read_chapters,
    slugs_of,
    sort_transcripts,
)
from bot.library.feed_xml import Feed, FeedItem, TranscriptLink


def slugs(*guids: str) -> list[str]:
    items = tuple(FeedItem(guid, "A title that changes") for guid in guids)
    return slugs_of(items, Feed("Tea Talk", "en", items))


@pytest.mark.parametrize(
    ("guid", "slug"),
    [
        ("12", "tea-talk-12"),
        ("https://www.tea.example/?p=1234", "tea-example-p-1234"),
        ("3f2b8c1e-6f1a-4c53-9a40-0d7f4d0d8a11", "3f2b8c1e-6f1a-4c53-9a40-0d7f4d0d8a11"),
        ("Buzzsprout-12345678", "buzzsprout-12345678"),
        ("Grüner Tee", "tea-talk-gruner-tee"),
        ("tag:tea.example,2025:green/tea", "tag-tea-example-2025-green-tea"),
    ],
)
def test_an_episode_is_named_by_its_guid_and_not_by_its_title(guid: str, slug: str) -> None:
    assert slugs(guid) == [slug]


def test_names_are_told_apart_and_short_and_never_empty() -> None:
    alike, long, strange = ("a-b", "A_B"), "x" * 3000, "茶"
    named = slugs(*alike, long, strange)

    assert len({*named}) == 4
    assert all(0 < len(name) <= 80 and name.strip("-") == name for name in named)
    assert slugs(strange, long) == named[:1:-1]


@pytest.mark.parametrize(
    ("language", "first"),
    [("en-US", "b.json"), ("de", "a.vtt"), ("", "c.json"), ("fr", "d.srt")],
)
def test_the_best_transcript_is_in_the_language_of_the_podcast(language: str, first: str) -> None:
    links = (
        TranscriptLink("a.vtt", "text/vtt", "de"),
        TranscriptLink("c.json", "application/json", "es"),
        TranscriptLink("b.json", "", "en"),
        TranscriptLink("d.srt"),
    )

    assert sort_transcripts(FeedItem("1", "Tea", transcripts=links), language)[0].url == first


@pytest.mark.parametrize(
    ("content", "ending"),
    [
        ("WEBVTT\n", ".vtt"),
        ("\ufeffWEBVTT\n", ".vtt"),
        ('{"segments": []}', ".json"),
        ('[\n{"text": "Tea."}]', ".json"),
        ("1\n00:00:01,000 --> 00:00:02,000\nTea.", ".srt"),
        ("<cite>Ann:</cite><time>0:01</time><p>Tea.</p>", ".txt"),
        ("<html><body><cite>Ann:</cite><time>0:01</time><p>Tea.</p>", ".txt"),
        ("Ann: Tea.", ".txt"),
        ("<!doctype html><title>Not found</title>", ""),
        ("", ""),
        ("\x00\x01", ""),
    ],
)
def test_a_transcript_is_told_by_its_content(content: str, ending: str) -> None:
    assert ending_of(content.encode()) == ending


def test_a_deep_link_is_a_pattern_and_a_channel_has_videos() -> None:
    player = FeedItem("1", "Tea", deep_link="https://tea.example/1#t=")
    video = FeedItem("yt:video:abcdEFGHij0", "Tea", link="https://www.youtube.com/watch?v=x")
    page = FeedItem("2", "Tea", link="https://tea.example/watch?v=abcdEFGHij0")

    assert describe_episode(player, "a", "", ())["template"] == "https://tea.example/1#t={time}"
    assert describe_episode(video, "a", "", ())["youtube"] == "abcdEFGHij0"
    assert "youtube" not in describe_episode(page, "a", "", ())


def test_chapters_are_read_and_what_is_none_is_not() -> None:
    chapters = [
        {"startTime": 0, "title": "Hello"},
        {"startTime": 5, "title": "Advertisement", "toc": False},
        {"startTime": 9},
        "broken",
    ]

    assert read_chapters(json.dumps({"chapters": chapters}).encode()) == [[0, "Hello"], [9, None]]
    assert [read_chapters(each) for each in (b"", b"{", b"[]", b'{"chapters": 1}')] == [[]] * 4
