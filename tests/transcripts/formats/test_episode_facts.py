"""Facts about episodes beside their transcripts: yt-dlp's, and what a feed gave."""

import json
from datetime import date

import pytest

from bot.errors import TranscriptError
from bot.models import Chapter, Metadata, Problem
from bot.transcripts.formats.episode_facts import (
    EpisodeFacts,
    PodcastLooks,
    is_facts_file,
    read_facts,
    read_looks,
    write_feed_facts,
)

VIDEO = "abcdEFGHij0"
PATH = f"Green tea [{VIDEO}].info.json"
SAID = {
    "id": VIDEO,
    "extractor": "youtube",
    "webpage_url": f"https://www.youtube.com/watch?v={VIDEO}",
    "title": "Green tea",
    "upload_date": "20250304",
    "description": "Why green.\nAnd how.",
    "chapters": [
        {"start_time": 60.5, "end_time": 90, "title": "Leaves"},
        {"start_time": 0, "end_time": 60.5, "title": "Hello"},
        {"start_time": "soon", "title": "Broken"},
        {"start_time": 1},
        "broken",
    ],
}


def test_facts_are_told_from_transcripts_by_their_name() -> None:
    assert is_facts_file(PATH)
    assert not is_facts_file(f"Green tea [{VIDEO}].json")


def test_what_yt_dlp_writes_is_read() -> None:
    assert read_facts(PATH, json.dumps(SAID)).facts == (
        EpisodeFacts(
            Metadata(
                title="Green tea",
                youtube=VIDEO,
                published=date(2025, 3, 4),
                description="Why green. And how.",
            ),
            (Chapter("Hello", 0.0), Chapter("Leaves", 60.5)),
            (f"Green tea [{VIDEO}]",),
        ),
    )


def test_what_is_no_video_of_youtube_has_its_page() -> None:
    said = {**SAID, "extractor": "vimeo", "id": "12345678901", "webpage_url": "https://vimeo.com/1"}

    (facts,) = read_facts(PATH, json.dumps(said)).facts

    assert (facts.metadata.youtube, facts.metadata.url) == ("", "https://vimeo.com/1")


def test_a_channel_is_no_episode() -> None:
    assert read_facts("Tea [UC1].info.json", '{"_type": "playlist", "title": "Tea"}').facts == ()


@pytest.mark.parametrize("text", ["", "{", "[]", '"tea"', "[" * 100_000])
def test_what_is_not_such_a_file_is_refused(text: str) -> None:
    with pytest.raises(TranscriptError):
        read_facts(PATH, text)


@pytest.mark.parametrize("value", [None, 1, [], {}, "x", True, 1e999])
def test_values_of_another_type_are_left_out(value: object) -> None:
    said = {**dict.fromkeys(SAID, value), "season_number": value}

    assert len(read_facts(PATH, json.dumps(said)).facts) == 1


def test_what_a_feed_says_is_read_as_it_was_written() -> None:
    looks = PodcastLooks("Tea Talk", "https://tea.example/cover.jpg", {"Ann Lee": "https://a.jpg"})
    written = write_feed_facts(
        "https://tea.example/feed.xml",
        [
            {
                "slug": "tea-1",
                "guid": "1",
                "title": "Tea",
                "season": "2",
                "episode": "3",
                "guests": ["Ann Lee"],
                "date": "2025-03-04",
                "audio": "https://tea.example/1.mp3",
                "url": "javascript:no()",
                "chapters": [[0, "Hello"], [None, "Broken"]],
                "files": ["tea-1.vtt"],
                "stems": ["1"],
            }
        ],
        ["its page 2 cannot be read."],
        looks,
    )

    assert read_looks(written.decode()) == looks
    read = read_facts("feed.info.json", written.decode())

    assert read.facts == (
        EpisodeFacts(
            Metadata(
                title="Tea",
                season=2,
                number=3,
                guests=("Ann Lee",),
                published=date(2025, 3, 4),
                audio="https://tea.example/1.mp3",
                guid="1",
            ),
            (Chapter("Hello", 0.0),),
            ("tea-1.vtt",),
            ("1",),
            "tea-1",
        ),
    )
    assert read.notes == (
        Problem("https://tea.example/feed.xml", "its page 2 cannot be read.", refused=False),
    )


@pytest.mark.parametrize("text", ["", "[", "[]", "{}", '{"airquote_looks": [1]}'])
def test_what_says_nothing_of_looks_has_none(text: str) -> None:
    assert read_looks(text) == PodcastLooks()
