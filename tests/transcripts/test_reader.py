"""Reading files as transcripts with all their facts."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from bot.models import Origin, Transcript
from bot.transcripts.files import find_files
from bot.transcripts.reader import ReadResult, read_transcripts

PAGE = "---\ntitle: A talk\nseason: 1\nguests: [ann]\ntranscript:\n- line: Hello.\n  sec: 1\n---\n"
SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello.\n"
WHISPER = json.dumps({"segments": [{"start": 1, "end": 2, "text": "Hello."}]})


def read(folder: Path, **files: str) -> ReadResult:
    """Read a folder of files; `__` in a name stands for a dot."""
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return read_transcripts(find_files([folder]))


def only(reading: ReadResult) -> Transcript:
    (transcript,) = reading.transcripts
    return transcript


@pytest.mark.parametrize(
    ("text", "source"),
    [
        (PAGE, Origin.EDITED),
        ("slug: a\ntranscript:\n- line: Hello.\n  sec: 1\n", Origin.EDITED),
        ("0:01 Hello.\n", Origin.CAPTIONS),
        (SRT, Origin.CAPTIONS),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nHello.\n", Origin.CAPTIONS),
        (WHISPER, Origin.CAPTIONS),
    ],
)
@pytest.mark.parametrize("name", ["talk.txt", "talk.md", "talk", "talk.yaml", "talk.json"])
def test_formats_are_known_by_content(tmp_path: Path, name: str, text: str, source: Origin) -> None:
    transcript = only(read(tmp_path, **{name: text}))

    assert (transcript.path, transcript.stem, transcript.source) == (name, "talk", source)
    assert [(cue.text, cue.start) for cue in transcript.cues] == [("Hello.", 1)]


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("Once upon a time\n", None, "format is unknown"),
        ("", None, "empty"),
        ("0:00 hi\n0:01 " + "x" * 20_001, 2, "20,006"),
        ("---\ntitle: A\ntitle: B\nseason: 1\n---\n", 3, "twice"),
        ('{"name": "x"}', None, "no segments"),
        ('{"segments": [' + "{}," * 1_000_001 + "{}]}", None, "2,000,000 values"),
        ('{"segments": ' + "[" * 900_000, None, "not that of a transcript"),
        ("0:00 hi\n" * 250_001, None, "250,001 lines"),
        ("slug: a\nslug: b\n", 2, "twice"),
    ],
)
def test_a_bad_file_never_stops_the_rest(
    tmp_path: Path, text: str, line: int | None, reason: str
) -> None:
    reading = read(tmp_path, bad__txt=text, good__txt="0:00 hi\n")

    assert only(reading).path == "good.txt"
    (problem,) = reading.problems
    assert (problem.path, problem.line, problem.refused) == ("bad.txt", line, True)
    assert reason in problem.reason
    assert problem.remedy


def test_runs_of_blanks_are_one_blank(tmp_path: Path) -> None:
    blanks = " \t\u00a0" * 1000
    reading = read(
        tmp_path,
        a__vtt=f"WEBVTT\n\n00:01.000{blanks}-->{blanks}00:02.000\n<v{blanks}Ann>Hi{blanks}you.\n",
        b__txt=f"0:01{blanks}Hi{blanks}you.\n",
    )

    assert [[(cue.speaker, cue.text) for cue in each.cues] for each in reading.transcripts] == [
        [("Ann", "Hi you.")],
        [("", "Hi you.")],
    ]


@pytest.mark.parametrize("name", ["a__md", "a__txt"])
def test_what_markdown_escapes_is_what_it_stands_for(tmp_path: Path, name: str) -> None:
    turns = "**Ann:** \\[0:05\\] Is a \\_key so?\n\n**Ben:** \\[0:09\\] Yes. \\[laughs\\]\n"

    transcript = only(read(tmp_path, **{name: turns}))

    assert [(cue.start, cue.speaker, cue.text) for cue in transcript.cues] == [
        (5, "Ann", "Is a _key so?"),
        (9, "Ben", "Yes."),
    ]


def test_a_refused_file_is_told_the_accepted_formats(tmp_path: Path) -> None:
    (problem,) = read(tmp_path, letter__txt="Once upon a time\n").problems

    assert problem.remedy.startswith("Airquote reads pages with front matter")
    assert problem.remedy.endswith("export it as SRT or VTT.")


def test_transcripts_come_in_the_order_of_their_files(tmp_path: Path) -> None:
    reading = read(
        tmp_path,
        d__md=PAGE,
        b__yaml="slug: b\ntranscript: b-transcript.yaml\n",
        a__txt="0:00 hi\n",
        c__txt="0:00 hi\n",
        **{"b-transcript.yaml": "podcast: b\nsegments:\n- line: Hello.\n"},
    )

    assert [transcript.path for transcript in reading.transcripts] == [
        "a.txt",
        "b.yaml",
        "c.txt",
        "d.md",
    ]


def test_progress_is_reported_at_first_and_after_each_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("0:00 hi\n", encoding="utf-8")
    (tmp_path / "b.txt").write_text("bad", encoding="utf-8")
    told: list[tuple[int, int]] = []

    read_transcripts(find_files([tmp_path]), lambda done, total: told.append((done, total)))

    assert told == [(0, 2), (1, 2), (2, 2)]


def test_a_catalog_beside_a_file_overrides_its_facts(tmp_path: Path) -> None:
    metadata = only(
        read(
            tmp_path,
            talk__txt="Raw title\n\n0:00 hi\n",
            catalog__yaml="talk.txt: {title: A talk, season: 2, youtube: abcdefghi_0}\n",
        )
    ).metadata

    assert (metadata.title, metadata.season, metadata.youtube) == ("A talk", 2, "abcdefghi_0")


def test_the_built_in_catalog_only_fills_gaps(tmp_path: Path) -> None:
    name = "003_d3e640561e3edf3d.txt"
    metadata = only(
        read(tmp_path, **{name: "0:00 hi\n", "catalog.yaml": f"{name}: {{title: Mine}}\n"})
    ).metadata

    assert (metadata.title, metadata.season, metadata.guests) == (
        "Mine",
        19,
        ("Raphaël Hoogvliets",),
    )


def test_a_catalog_counts_for_its_own_folder(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "talk.txt").write_text("0:00 hi\n", encoding="utf-8")
    (tmp_path / "two" / "catalog.yaml").write_text("talk.txt: {title: Two}\n", encoding="utf-8")

    reading = read_transcripts(find_files([tmp_path / "one", tmp_path / "two"]))

    assert [transcript.metadata.title for transcript in reading.transcripts] == ["Talk", "Two"]


def test_a_catalog_entry_without_a_file_is_noted(tmp_path: Path) -> None:
    reading = read(tmp_path, talk__txt="0:00 hi\n", catalog__yaml="talk.text: {title: A}\n")

    (problem,) = reading.problems
    assert (problem.path, problem.refused) == ("catalog.yaml", False)
    assert '"talk.text"' in problem.reason


@pytest.mark.parametrize(
    ("catalog", "whole"), [("talk.txt: {titel: A}\n", False), ("talk.txt: {title: A\n", True)]
)
def test_a_broken_catalog_is_refused_and_its_files_are_not(
    tmp_path: Path, catalog: str, whole: bool
) -> None:
    reading = read(tmp_path, talk__txt="0:00 hi\n", catalog__yaml=catalog)

    assert only(reading).metadata.title == "Talk"
    assert [(p.path, p.refused, p.loses_file) for p in reading.problems] == [
        ("catalog.yaml", True, whole)
    ]


def test_a_bad_entry_leaves_the_other_episodes_their_facts(tmp_path: Path) -> None:
    catalog = "a.txt:\n  title: A\n  youtube: abcdefghi_0\nb.txt:\n  title: B\n  video: x\n"
    reading = read(tmp_path, a__txt="0:00 hi\n", b__txt="0:00 hi\n", catalog__yaml=catalog)

    assert [(t.metadata.title, t.metadata.youtube) for t in reading.transcripts] == [
        ("A", "abcdefghi_0"),
        ("B", ""),
    ]
    (problem,) = reading.problems
    assert (problem.path, problem.line, problem.entry) == ("catalog.yaml", 4, "b.txt")


def test_a_catalog_knows_files_in_folders_below(tmp_path: Path) -> None:
    (tmp_path / "s01").mkdir()
    for name in ("e02.txt", "s01/e02.txt", "s01/e03.txt"):
        (tmp_path / name).write_text("0:00 hi\n", encoding="utf-8")
    above = "s01/e02.txt: {title: Two, season: 1, guests: [Ann]}\ns01/e04.txt: {title: None}\n"
    (tmp_path / "catalog.yaml").write_text(above, encoding="utf-8")
    (tmp_path / "s01/catalog.yaml").write_text("e02.txt: {season: 2}\n", encoding="utf-8")
    reading = read_transcripts(find_files([tmp_path]))

    facts = {t.path: (t.stem, t.metadata.title, t.metadata.season) for t in reading.transcripts}
    assert facts == {
        "e02.txt": ("e02", "Episode 2", None),
        "s01/e02.txt": ("e02", "Two", 2),
        "s01/e03.txt": ("e03", "Episode 3", None),
    }
    assert [(p.path, p.reason) for p in reading.problems] == [
        ("catalog.yaml", 'there is no file "s01/e04.txt" here.')
    ]


@pytest.mark.parametrize("key", ["../../etc/passwd", "/etc/passwd", "x" * 5000, '"\\0"', "''"])
def test_no_path_in_a_catalog_stops_the_rest(tmp_path: Path, key: str) -> None:
    catalog = f"? {key}\n: {{title: A}}\ntalk.txt: {{title: B}}\n"
    reading = read(tmp_path, talk__txt="0:00 hi\n", catalog__yaml=catalog)

    assert only(reading).metadata.title == "B"
    (problem,) = reading.problems
    assert not problem.loses_file


def test_an_unforeseen_error_refuses_its_file_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "bot")
    huge = '{"segments": [{"start": 1' + "0" * 400 + ', "text": "hi"}]}'
    reading = read(tmp_path, bad__json=huge, good__txt="0:00 hi\n")

    assert only(reading).path == "good.txt"
    (problem,) = reading.problems
    assert (problem.path, problem.loses_file) == ("bad.json", True)
    assert "OverflowError: int too large" in problem.reason
    assert "Export it again" in problem.remedy
    assert [record.levelname for record in caplog.records if record.exc_info] == ["DEBUG"]


@pytest.mark.parametrize(
    ("name", "text", "video"),
    [
        ("rMq63r3zi4c.txt", "0:00 hi\n", "rMq63r3zi4c"),
        ("rMq63r3zi4c.en.vtt", SRT, "rMq63r3zi4c"),
        ("A talk [rMq63r3zi4c].json", WHISPER, "rMq63r3zi4c"),
        ("interviewss.txt", "0:00 hi\n", ""),
        ("rMq63r3zi4c.md", PAGE, ""),
    ],
)
def test_a_file_may_be_named_after_its_video(
    tmp_path: Path, name: str, text: str, video: str
) -> None:
    assert only(read(tmp_path, **{name: text})).metadata.youtube == video


def test_people_are_read_but_not_as_transcripts(tmp_path: Path) -> None:
    (tmp_path / "people").mkdir()
    (tmp_path / "people" / "ann.md").write_text("---\ntitle: Ann Miller\n---\n", encoding="utf-8")

    reading = read(tmp_path, talk__md=PAGE)

    assert reading.people == {"ann": "Ann Miller"}
    assert only(reading).metadata.guests == ("ann",)


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    assert read(tmp_path, a__md=PAGE, b__txt="0:00 hi\n") == read(tmp_path)


@pytest.mark.corpus
def test_the_real_corpus_is_read_to_the_last_line(real_transcripts: ReadResult) -> None:
    transcripts = real_transcripts.transcripts
    count = Counter(transcript.source for transcript in transcripts)
    edited = [cue for t in transcripts if t.source == Origin.EDITED for cue in t.cues]
    heard = [cue for t in transcripts if t.source == Origin.CAPTIONS for cue in t.cues]

    assert count == {Origin.EDITED: 202, Origin.CAPTIONS: 78}
    assert (len(edited), len(heard)) == (27_503, 113_002)
    assert sum(cue.start is None for cue in edited) == 914
    assert [cue.speaker for cue in edited if not cue.speaker] == ["", "", ""]
    assert sum(len(transcript.chapters) for transcript in transcripts) == 4_812
    assert len(real_transcripts.people) == 437
    assert all(t.metadata.youtube and t.metadata.title for t in transcripts)


@pytest.mark.corpus
def test_the_real_corpus_has_these_problems(real_transcripts: ReadResult) -> None:
    problems = real_transcripts.problems

    assert not any(problem.refused for problem in problems)
    kinds = Counter(re.sub(r"\d+ ?", "", problem.reason) for problem in problems)
    assert kinds == {
        "it is a template with {{ }} to fill in: skipped.": 1,
        "it has no transcript.": 2,
        "paragraph in a speaker's field: read as speech.": 6,
        "paragraphs in a speaker's field: read as speech.": 4,
        "name among the lines: read as who says what follows.": 6,
        "names among the lines: read as who says what follows.": 5,
        "it has lines twice, once without time and speaker: read once.": 6,
        "its times jump back, from to s.": 16,
    }


@pytest.mark.corpus
def test_the_first_five_transcripts_are_read(shared: Path) -> None:
    reading = read_transcripts(find_files([shared / "seeds"]))

    assert reading.problems == ()
    assert [
        (t.stem[:3], t.metadata.season, t.metadata.number, t.metadata.youtube, len(t.cues))
        for t in reading.transcripts
    ] == [
        ("000", 20, 4, "DX9c__a4jzg", 218),
        ("001", 20, 4, "DX9c__a4jzg", 1558),
        ("002", 17, 5, "Nl4aibeFwiI", 139),
        ("003", 19, 4, "rMq63r3zi4c", 1492),
        ("004", 15, 7, "q3DTR3Od1MA", 1412),
    ]


@pytest.mark.corpus
def test_a_real_dump_begins_with_its_title(shared: Path) -> None:
    reading = read_transcripts(find_files([shared / "corpus" / "captions" / "rMq63r3zi4c.txt"]))

    assert only(reading).metadata.title == "MLOps as a Team"
    assert only(reading).metadata.youtube == "rMq63r3zi4c"
    assert only(reading).cues[0].start == 0


def test_captions_of_yt_dlp_have_what_it_says_of_the_video(tmp_path: Path) -> None:
    video = "abcdEFGHij0"
    (tmp_path / f"Tea [{video}].en.vtt").write_text(
        "WEBVTT\n\n00:00:00.000 --> 00:00:05.000\nTea is green.\n", encoding="utf-8"
    )
    (tmp_path / f"Tea [{video}].info.json").write_text(
        f'{{"id": "{video}", "extractor": "youtube", "title": "All about tea",'
        ' "upload_date": "20250304", "chapters": [{"start_time": 1.0, "title": "Leaves"}]}',
        encoding="utf-8",
    )

    read = read_transcripts(find_files([tmp_path]))

    (transcript,) = read.transcripts
    assert (transcript.metadata.title, transcript.metadata.youtube) == ("All about tea", video)
    assert str(transcript.metadata.published) == "2025-03-04"
    assert [each.title for each in transcript.chapters] == ["Leaves"]
    assert read.problems == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("talk.txt", "5:00 One and two.\n6:00 Three and four.\n2:00 Five and six.\n"),
        (
            "talk.md",
            "---\ntitle: A\nseason: 1\n---\n## Transcript\n\n"
            "[5:00] Ann: One.\n\n[6:00] Ben: Two.\n\n[2:00] Ann: Three.\n",
        ),
        (
            "talk.srt",
            "1\n00:06:00,000 --> 00:06:05,000\nOne\n\n2\n00:02:00,000 --> 00:02:05,000\nTwo\n",
        ),
        ("talk.csv", "start,end,text\n360.0,365.0,One and two\n120.0,125.0,Three and four\n"),
        ("talk.vtt", "WEBVTT\n\n06:00.000 --> 06:05.000\nOne\n\n02:00.000 --> 02:05.000\nTwo\n"),
    ],
)
def test_times_that_jump_back_are_noted_in_every_format_that_keeps_them(
    tmp_path: Path, name: str, text: str
) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")

    reading = read_transcripts(find_files([tmp_path]))

    starts = [cue.start for cue in reading.transcripts[0].cues]
    assert starts[-2:] == [360, 120]
    assert [problem.reason for problem in reading.problems] == [
        "its times jump back, from 360 to 120 s."
    ]
