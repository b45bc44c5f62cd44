"""Grouping the files of a talk."""

from collections.abc import Sequence

from bot.models import Cue, Metadata, Origin, Transcript
from bot.transcripts.grouping import group_files

PAGE = ("The old mill is for sale.", "It is by the river.")


def page(lines: Sequence[str]) -> Transcript:
    cues = tuple(Cue(line) for line in lines)
    return Transcript("mill.md", "mill", Origin.EDITED, Metadata(slug="mill"), cues=cues)


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
