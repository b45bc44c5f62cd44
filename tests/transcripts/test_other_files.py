"""What is no transcript is named for what it is."""

from pathlib import Path

import pytest

from bot.answers.check import line_of
from bot.library.build import read_corpus
from bot.models import Problem
from bot.transcripts.files import find_files

SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello.\n"


def problems_of(folder: Path) -> list[Problem]:
    """Return the problems of a folder, without those of its one good file."""
    (folder / "good.srt").write_text(SRT, encoding="utf-8")
    found = read_corpus(find_files([folder])).problems
    return [problem for problem in found if problem.path != "good.srt"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("talk", b"PK\x03\x04" + b"\0" * 26 + b"word/document.xml", "this is a Word document."),
        ("talk.txt", b"%PDF-1.7\n", "this is a PDF."),
        ("talk.bin", b"ID3\x04\0\0", "this is a recording."),
        ("talk.txt", b"{\\rtf1\\ansi Hello.}", "this is a text document (RTF)."),
        ("talk.txt", b"<html><body><p>Hello.</p></body></html>", "this is a web page without"),
        ("talk", b"<?xml version='1.0'?><rss version='2.0'></rss>", "this is a feed."),
        ("talk", b"<?xml version='1.0'?><project></project>", "this is an XML file, but no"),
        ("chapters.txt", b";FFMETADATA1\ntitle=a\n", "this is a list of chapters."),
        ("talk.cue", b'FILE "a.wav" WAVE\n  TRACK 01 AUDIO\n', "this is a cue sheet."),
        ("talk.txt", b"Once upon a time\n", "its format is unknown."),
    ],
)
def test_a_refused_file_is_named_for_what_it_is(
    tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    (tmp_path / name).write_bytes(content)

    (problem,) = problems_of(tmp_path)

    assert problem.refused
    assert problem.reason.startswith(reason)
    assert problem.remedy


def test_a_document_given_by_name_is_named_for_what_it_is(tmp_path: Path) -> None:
    (tmp_path / "talk.docx").write_bytes(b"PK\x03\x04\0\0")

    (problem,) = find_files([tmp_path / "talk.docx"]).problems

    assert line_of(problem) == (
        "talk.docx: refused: this is a Word document. Export it as SRT or VTT."
    ).replace("talk.docx: ", f"{problem.path}: ")


def test_a_folder_says_how_many_files_it_passes_over_and_why(tmp_path: Path) -> None:
    for name in ("a.mp3", "b.mp3", "a.png", "talk.docx"):
        (tmp_path / name).write_bytes(b"\0")
    (tmp_path / "page.html").write_text("<html></html>", encoding="utf-8")
    (tmp_path / "robots.txt").write_text("User-agent: *\nAllow: /\nCrawl-delay: 9\n")
    (tmp_path / "numbers.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    points = "• How long a queue gets in a day\n" * 9
    (tmp_path / "summary.txt").write_text(points, encoding="utf-8")

    (problem,) = problems_of(tmp_path)

    assert not problem.refused
    assert problem.reason == (
        "8 files are passed over: 2 recordings, 1 README or similar file, 1 Word document, "
        "1 outline, 1 picture, 1 table, 1 web page."
    )
    assert problem.remedy == "Export documents that are transcripts as SRT or VTT."
