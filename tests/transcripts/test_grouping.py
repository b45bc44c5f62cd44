"""Grouping the files of a talk."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.models import Cue, Metadata, Origin, Transcript
from bot.transcripts.grouping import group_files

PAGE = ("The old mill is for sale.", "It is by the river.")


def page(
    lines: Sequence[str], source: Origin = Origin.EDITED, slug: str = "mill", video: str = ""
) -> Transcript:
    cues = tuple(Cue(line, source=source) for line in lines)
    facts = Metadata(slug=slug, youtube=video)
    return Transcript(f"{slug}.md", slug, source, facts, cues=cues)


def dump(lines: Sequence[str]) -> Transcript:
    cues = tuple(Cue(line, 5.0 * n, source=Origin.CAPTIONS) for n, line in enumerate(lines))
    return Transcript("x.txt", "x", Origin.CAPTIONS, Metadata(), cues=cues)


def paths(*files: Transcript) -> list[list[str]]:
    return [[file.path for file in talk.files] for talk in group_files(files)[0]]


def test_a_few_common_words_do_not_make_a_dump_the_captions_of_a_short_page() -> None:
    assert paths(page(PAGE), dump(["the cake is good", "it is for you"])) == [
        ["mill.md"],
        ["x.txt"],
    ]


def test_a_phrase_of_its_own_gives_a_short_page_its_captions() -> None:
    assert paths(page(PAGE), dump(["the old mill is for sale"])) == [["mill.md", "x.txt"]]


def test_a_trailer_that_quotes_a_page_is_not_its_captions() -> None:
    said = [f"On day {n} the miller of mill {n * n} sold {n * 7} sacks of rye." for n in range(60)]

    assert paths(page(said), dump(said[20:23])) == [["mill.md"], ["x.txt"]]
    assert paths(page(said), dump(said[20:40])) == [["mill.md", "x.txt"]]


@pytest.mark.parametrize("source", [Origin.EDITED, Origin.CAPTIONS])
@pytest.mark.parametrize("turned", [False, True])
def test_pages_with_one_video_but_different_words_stay_apart(source: Origin, turned: bool) -> None:
    mill = page(PAGE, slug="mill", video="abcdefghijk")
    other = page(["Bees dance.", "They dance well."], source, slug="bees", video="abcdefghijk")
    files = (other, mill) if turned else (mill, other)

    assert paths(*files) == [[file.path] for file in files]
    assert "different words" in group_files(files)[1][0].reason


def test_captions_belong_to_their_video_whatever_its_page_says() -> None:
    dumped = replace(dump(["bees dance"]), metadata=Metadata(youtube="abcdefghijk"))

    assert paths(page(PAGE, video="abcdefghijk"), dumped) == [["mill.md", "x.txt"]]
