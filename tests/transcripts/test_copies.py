"""One talk in several files."""

from dataclasses import replace

import pytest

from bot.models import Cue, Metadata, Origin, Transcript
from bot.transcripts.grouping import group_files

SPEECH = " ".join(f"the {n}th rule of alerting is to wake nobody twice" for n in range(12)).split()
OTHER = " ".join(f"bread number {n} was slower than the oven liked" for n in range(12)).split()
LONG = " ".join(f"rule {n} of page {n * 7} wakes engineer {n * 3}" for n in range(200)).split()
GERMAN = "Wir haben das Brot und die Butter auf den Tisch gestellt, aber es war nicht für uns. " * 2
ENGLISH = "We had put the bread and the butter on the table, but it was not for us at all. " * 2


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


def edited(path: str, words: str, language: str = "") -> Transcript:
    cues = (Cue(words, 0.0, 60.0, "Ann"),)
    metadata = Metadata(youtube="abcdefghi_0")
    stem = path.partition(".")[0]
    return Transcript(path, stem, Origin.EDITED, metadata, cues=cues, language=language)


def grouped(*files: Transcript, podcast: str = "") -> tuple[list[list[str]], list[str]]:
    talks, problems = group_files(files, podcast)
    assert not any(problem.refused for problem in problems)
    paths = [[file.path for file in talk.files] for talk in talks]
    return paths, [f"{problem.path}: {problem.reason}" for problem in problems]


def test_files_of_one_stem_are_one_talk() -> None:
    short = SPEECH[:16]

    assert grouped(captions("a.vtt", short), captions("a.txt", short)) == (
        [["a.vtt", "a.txt"]],
        ["a.vtt: a.txt has its words: they are one episode."],
    )


@pytest.mark.parametrize(("number", "noted"), [(7, False), (9, True), (90, False)])
def test_words_that_are_shown_nowhere_are_counted(number: int, noted: bool) -> None:
    own = [f"own{n}" for n in range(number)]
    page, copy = (
        replace(edited(path, " ".join(words)), metadata=Metadata())
        for path, words in (("a.md", SPEECH), ("a.txt", [*SPEECH, *own]))
    )

    assert grouped(page, copy) == (
        [["a.md", "a.txt"]],
        [
            "a.md: a.txt has its words: they are one episode.",
            *["a.txt: 9 words of it are not in a.md, and so are shown nowhere."] * noted,
        ],
    )


def test_words_that_were_heard_differently_are_not_lost() -> None:
    corrected = [word if n % 60 else "corrected" for n, word in enumerate(LONG)]

    assert len(grouped(captions("a.vtt", LONG), captions("a.txt", corrected))[1]) == 1


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

    assert talk.heard is not None
    assert talk.heard.path == "a.vtt"


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
    ("others", "podcast", "kept", "note"),
    [
        ([], "", "en", "a.de.vtt: it is in German; what is in English is used, as no file says"),
        ([], "de", "de", "a.en.vtt: it is in English; what is in German is used, as AIRQUOTE_"),
        ([], "fr", "en", "a.de.vtt: it is in German; what is in English is used, as no file says"),
        (["b.de.vtt"], "", "de", "a.en.vtt: it is in English; what is in German is used, as in"),
        (["b.de.vtt"], "en", "en", "a.de.vtt: it is in German; what is in English is used, as AIR"),
    ],
)
def test_of_two_caption_languages_the_podcasts_own_is_kept(
    others: list[str], podcast: str, kept: str, note: str
) -> None:
    files = [captions(path, [*OTHER, *SPEECH]) for path in others]

    (path, *_), notes = grouped(
        captions("a.de.vtt", OTHER), captions("a.en.vtt"), *files, podcast=podcast
    )

    assert path == [f"a.{kept}.vtt"]
    (told,) = notes
    assert told.startswith(note)


def test_all_that_is_left_out_for_one_reason_is_in_one_note() -> None:
    files = [
        captions(f"{talk}.{language}.vtt", [f"{talk}-{language}-{n}" for n in range(30)])
        for talk in "ab"
        for language in ("de", "en", "fr")
    ]

    paths, notes = grouped(*files, podcast="fr")

    assert paths == [["a.fr.vtt"], ["b.fr.vtt"]]
    assert notes == [
        "a.de.vtt: it is in German; what is in French is used, as AIRQUOTE_LANGUAGE says. "
        "3 more files (English, German) are left out too."
    ]


@pytest.mark.parametrize("marks", [("de", "en"), ("", "")])
@pytest.mark.parametrize(("podcast", "kept"), [("de", "a.srt"), ("en", "b.srt"), ("", "b.srt")])
def test_edited_subtitles_of_one_video_in_two_languages_are_one_talk(
    marks: tuple[str, str], podcast: str, kept: str
) -> None:
    files = edited("a.srt", GERMAN, marks[0]), edited("b.srt", ENGLISH, marks[1])

    paths, notes = grouped(*files, podcast=podcast)

    assert paths == [[kept]]
    assert len(notes) == 1


def test_edited_subtitles_come_before_captions_in_another_language() -> None:
    files = (
        edited("a.de.srt", GERMAN, "de"),
        captions("a.en.vtt", ENGLISH.split(), youtube="abcdefghi_0"),
    )

    assert grouped(*files)[0] == [["a.de.srt"]]


def test_the_language_of_captions_that_do_not_say_it_is_found_out() -> None:
    files = [
        captions(path, words.split(), youtube="abcdefghi_0")
        for path, words in (("a.vtt", GERMAN), ("b.vtt", ENGLISH))
    ]

    assert grouped(*files, podcast="de")[0] == [["a.vtt"]]


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


def test_a_translation_beside_a_page_whose_name_has_no_language_is_the_same_talk() -> None:
    pages = edited("a.md", ENGLISH), replace(edited("a.de.md", GERMAN), stem="a.de")
    files = [replace(page, metadata=Metadata()) for page in pages]

    paths, notes = grouped(*files, podcast="en")

    assert paths == [["a.md"]]
    assert len(notes) == 1


def test_where_only_translations_say_their_language_they_are_left_out() -> None:
    pages = edited("a.md", ENGLISH), replace(edited("a.de.md", GERMAN), stem="a.de")
    files = [
        replace(page, metadata=Metadata(title=title))
        for page, title in zip(pages, ("Butter", "Wir haben das Brot"), strict=True)
    ]

    assert grouped(*files) == (
        [["a.md"]],
        [
            "a.de.md: it is in German; what is in English is used, like the files whose names "
            "give no language."
        ],
    )
