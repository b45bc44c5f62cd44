"""Speech and speakers in captions."""

import pytest

from bot.models import Cue, Origin
from bot.transcripts.formats.speakers import split_caption, spoken_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<i>so</i> it<00:00:01.500><c> goes</c>", "so it goes"),
        ("{\\an8}up here", "up here"),
        ("a &lt; b &amp; c", "a < b & c"),
        ("2 < 3 and 4 > 1", "2 < 3 and 4 > 1"),
        ("  plain \t words ", "plain words"),
    ],
)
def test_tags_go_and_entities_are_decoded(text: str, words: str) -> None:
    assert spoken_words(text) == words


def test_a_caption_is_shared_among_its_parts_by_their_length() -> None:
    parts = [("Ann", "four"), ("Ben", "twelve signs")]

    assert list(split_caption(10, 18, parts, Origin.EDITED)) == [
        Cue("four", 10, 12, "Ann"),
        Cue("twelve signs", 12, 18, "Ben"),
    ]


def test_parts_of_a_caption_without_an_end_follow_each_other() -> None:
    first, second = split_caption(10, None, [("", "x" * 30), ("", "y")], Origin.CAPTIONS)

    assert (first.start, first.end, second.start, second.end) == (10, 12, 12, None)
