"""One talk in several files."""

from dataclasses import replace

import pytest

from bot.models import Cue, Metadata, Origin, Transcript
from bot.transcripts.grouping import group_files

SPEECH = " ".join(f"the {n}th rule of alerting is to wake nobody twice" for n in range(12)).split()
OTHER = " ".join(f"bread number {n} was slower than the oven liked" for n in range(12)).split()
LONG = " ".join(f"rule {n} of page {n * 7} wakes engineer {n * 3}" for n in range(200)).split()


def captions(path: str, words: list[str] = SPEECH, **facts: str) -> Transcript:
    """Captions of eight words each; the path says what language they have."""
    stem, *rest = path.removesuffix(".vtt").removesuffix(".txt").split(".")
    lines = [" ".join(words[at : at + 8]) for at in range(0, len(words), 8)]
    cues = tuple(
        Cue(line, 3.0 * n, 3.0 * n + 3, "", Origin.CAPTIONS) for n, line in enumerate(lines)
    )
    language = rest[0][:2] if rest else ""
    metadata = replace(Metadata(), **facts)
    return Transcript(path, stem, Origin.CAPTIONS, metadata, cues=cues, language=language)


def grouped(*files: Transcript) -> tuple[list[list[str]], list[str]]:
    talks, problems = group_files(files)
    assert not any(problem.refused for problem in problems)
    paths = [[file.path for file in talk.files] for talk in talks]
    return paths, [f"{problem.path}: {problem.reason}" for problem in problems]


def test_files_of_one_stem_are_one_talk() -> None:
    short = SPEECH[:16]

    assert grouped(captions("a.vtt", short), captions("a.txt", short)) == (
        [["a.vtt", "a.txt"]],
        ["a.vtt: a.txt has its words: they are one episode."],
    )


def test_files_of_one_stem_with_other_words_stay_apart() -> None:
    assert grouped(captions("a.vtt"), captions("a.txt", OTHER)) == ([["a.vtt"], ["a.txt"]], [])


def test_files_of_one_stem_in_two_folders_stay_apart() -> None:
    paths, _ = grouped(captions("s1/e1.vtt"), captions("s2/e1.vtt", OTHER))

    assert paths == [["s1/e1.vtt"], ["s2/e1.vtt"]]


def test_many_copies_are_named_in_one_note() -> None:
    paths, notes = grouped(*(captions(f"{name}.txt") for name in "abcdef"))

    assert paths == [[f"{name}.txt" for name in "abcdef"]]
    assert notes == ["a.txt: b.txt, c.txt, d.txt and 2 more have its words: they are one episode."]


def test_the_times_come_from_the_copy_that_has_some() -> None:
    timed = captions("a.vtt")
    bare = replace(timed, path="a.txt", cues=tuple(Cue(word) for word in SPEECH))

    (talk,), _ = group_files([bare, timed])

    assert talk.heard == timed


def test_a_few_words_in_common_do_not_make_two_files_one() -> None:
    paths, notes = grouped(captions("a.txt", [*SPEECH[:40], *OTHER]), captions("b.txt"))

    assert (paths, notes) == ([["a.txt"], ["b.txt"]], [])


def test_nearly_the_same_words_are_a_copy_only_if_there_are_many() -> None:
    corrected = [word if n % 60 else "corrected" for n, word in enumerate(LONG)]
    pattern = ["wine" if word == "alerting" else word for word in SPEECH]

    assert len(grouped(captions("a.txt", LONG), captions("b.txt", corrected))[0]) == 1
    assert len(grouped(captions("a.txt"), captions("b.txt", pattern))[0]) == 2


def test_what_is_part_of_a_longer_talk_is_no_copy_of_it() -> None:
    assert grouped(captions("a.txt", [*SPEECH, *OTHER]), captions("b.txt"))[0] == [
        ["a.txt"],
        ["b.txt"],
    ]


@pytest.mark.parametrize(
    ("others", "kept"),
    [
        ([], "a.en.vtt"),
        ([captions("b.de.vtt", [*OTHER, *SPEECH])], "a.de.vtt"),
    ],
)
def test_of_two_caption_languages_the_podcasts_own_is_kept(
    others: list[Transcript], kept: str
) -> None:
    (path, *_), notes = grouped(captions("a.de.vtt", OTHER), captions("a.en.vtt"), *others)

    assert path == [kept]
    (note,) = notes
    assert f'the captions in "{kept[2:4]}" are used' in note
    assert note.startswith("a.de.vtt" if kept == "a.en.vtt" else "a.en.vtt")


def test_captions_marked_as_original_are_kept() -> None:
    files = captions("a.de-orig.vtt", OTHER), captions("a.en.vtt")

    assert grouped(*files)[0] == [["a.de-orig.vtt"]]


def test_the_language_of_the_page_is_kept() -> None:
    cues = (Cue(" ".join(OTHER), 0.0, None, "Ann"),)
    page = Transcript("a.md", "a", Origin.EDITED, Metadata(youtube="abcdefghi_0"), cues=cues)
    files = [
        captions(f"a.{language}.vtt", words, youtube="abcdefghi_0")
        for language, words in (("de", OTHER), ("en", SPEECH))
    ]

    assert grouped(page, *files)[0] == [["a.md", "a.de.vtt"]]
