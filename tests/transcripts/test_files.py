"""Finding transcript files, refusing bad ones, and reading only changed ones."""

import hashlib
import os
import sys
import time
from pathlib import Path

import pytest

from bot.digests import Digests
from bot.errors import TranscriptError
from bot.transcripts.files import (
    LARGEST_FILE,
    SourceFile,
    find_files,
    fingerprint,
    read_text,
)
from bot.transcripts.other_files import PassedOver


def write(folder: Path, *names: str) -> None:
    """Write a short text to each file."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"0:00 {name}", encoding="utf-8")


def found(*paths: Path) -> list[str]:
    return [file.path for file in find_files(paths).files]


def test_a_folder_is_walked_in_a_fixed_order(tmp_path: Path) -> None:
    write(tmp_path, "b.txt", "a/z.md", "a/B/c.vtt", "c.srt", "a.json")

    assert found(tmp_path) == ["a/B/c.vtt", "a/z.md", "a.json", "b.txt", "c.srt"]


def test_several_folders_and_files_are_one_corpus(tmp_path: Path) -> None:
    write(tmp_path, "one/a.md", "two/b.md", "c.txt")

    assert found(tmp_path / "two", tmp_path / "c.txt", tmp_path / "one") == [
        "b.md",
        "c.txt",
        "a.md",
    ]


def test_a_file_reached_twice_counts_once(tmp_path: Path) -> None:
    write(tmp_path, "one/a.md")
    (tmp_path / "one" / "again.md").symlink_to(tmp_path / "one" / "a.md")

    assert found(tmp_path / "one", tmp_path, tmp_path / "one" / "a.md") == ["a.md"]


def test_obvious_non_transcripts_are_ignored(tmp_path: Path) -> None:
    write(tmp_path, ".git/config", ".hidden.txt", "README.md", "LICENSE", "Makefile", "talk")
    write(tmp_path, "a.PNG", "b.mp3", "a.mp3", "a.py", "readme-of-a-talk.md")

    result = find_files([tmp_path])

    assert [file.path for file in result.files] == ["readme-of-a-talk.md", "talk"]
    assert set(result.passed_over) == {
        PassedOver("README or similar file", 3, "LICENSE"),
        PassedOver("code or settings file", 1, "a.py"),
        PassedOver("picture", 1, "a.PNG"),
        PassedOver("recording", 2, "a.mp3"),
    }
    assert result.problems == ()


def test_a_file_given_by_name_is_always_taken(tmp_path: Path) -> None:
    write(tmp_path, "README.md", ".hidden.txt")

    assert found(tmp_path / "README.md", tmp_path / ".hidden.txt") == ["README.md", ".hidden.txt"]


def test_catalogs_are_kept_apart(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "catalog.yaml", "more/catalog.yml")

    result = find_files([tmp_path])

    assert [file.path for file in result.catalogs] == ["catalog.yaml", "more/catalog.yml"]
    assert [file.path for file in find_files([tmp_path / "a.txt"]).catalogs] == ["catalog.yaml"]


@pytest.mark.parametrize(
    ("given", "people"),
    [
        ("people", ["ann"]),
        ("talks", ["ben", "cleo", "ann"]),
        ("talks/a.md", ["ben", "cleo"]),
        (".", ["ann", "ben", "cleo"]),
    ],
)
def test_people_are_found_inside_or_beside_a_path(
    tmp_path: Path, given: str, people: list[str]
) -> None:
    write(tmp_path, "people/ann.md", "talks/_people/ben.md", "talks/_people/more/cleo.md")
    write(tmp_path, "talks/a.md", "talks/b.md")

    result = find_files([tmp_path / given])

    assert [file.location.stem for file in result.people] == people
    assert {file.location.stem for file in result.files} <= {"a", "b"}


def test_a_path_that_does_not_exist_is_a_problem(tmp_path: Path) -> None:
    (problem,) = find_files([tmp_path / "nothing"]).problems

    assert problem.path == str(tmp_path / "nothing")
    assert "no such file" in problem.reason


def test_symlinks_may_not_lead_out(tmp_path: Path) -> None:
    write(tmp_path, "talks/a.md", "outside/b.md")
    talks = tmp_path / "talks"
    (talks / "file.md").symlink_to(tmp_path / "outside" / "b.md")
    (talks / "folder").symlink_to(tmp_path / "outside")
    (talks / "nowhere").symlink_to(tmp_path / "nothing")
    (talks / "loop").symlink_to(talks / "loop")
    (talks / "round").symlink_to(talks)

    result = find_files([talks])

    assert [file.path for file in result.files] == ["a.md"]
    assert {problem.path: problem.reason.split()[-1] for problem in result.problems} == {
        "file.md": "folder.",
        "folder": "folder.",
        "nowhere": "nowhere.",
        "loop": "nowhere.",
    }
    assert "file.md" in found(talks, tmp_path / "outside")


def test_large_and_binary_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "binary.txt").write_bytes(b"0:00 hi\0\n")
    with (tmp_path / "large.txt").open("wb") as large:
        large.truncate(LARGEST_FILE + 1)

    problems = find_files([tmp_path]).problems

    assert [(problem.path, problem.refused) for problem in problems] == [
        ("binary.txt", True),
        ("large.txt", True),
    ]
    assert "binary" in problems[0].reason
    assert "20 MB" in problems[1].reason


def test_a_pipe_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")

    assert find_files([tmp_path]).files == ()


def test_any_file_name_can_be_shown(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9\n.txt")).write_text("0:00 hi", encoding="utf-8")

    result = find_files([tmp_path])

    assert [file.path for file in result.files] == ["caf\ufffd\ufffd.txt"]
    assert fingerprint(result)


def test_a_fingerprint_changes_with_all_that_is_found_and_the_language(
    tmp_path: Path,
) -> None:
    write(tmp_path, "a.txt", "people/ann.md")
    prints = [fingerprint(find_files([tmp_path]))]
    assert prints == [fingerprint(find_files([tmp_path]))]

    (tmp_path / "people" / "ann.md").write_text("changed", encoding="utf-8")
    prints.append(fingerprint(find_files([tmp_path])))
    (tmp_path / "a.txt").rename(tmp_path / "b.txt")
    prints.append(fingerprint(find_files([tmp_path])))
    (tmp_path / "c.txt").write_bytes(b"\0")
    prints.append(fingerprint(find_files([tmp_path])))

    prints.append(fingerprint(find_files([tmp_path], language="de")))

    assert len(set(prints)) == 5


def test_text_is_read_without_its_byte_order_mark_and_carriage_returns(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbfone\r\ntwo\rthree\n")

    assert read_text(SourceFile("a.txt", path, "")) == "one\ntwo\nthree\n"


@pytest.mark.parametrize(
    ("data", "line", "word"),
    [
        (b"one\ntwo\nca\xff\xe9\n", 3, "0xff"),
        (b"one\n" * 3000 + b"\0", 3001, "NUL"),
        ("hi".encode("utf-16"), 1, "UTF-16"),
    ],
)
def test_text_in_another_encoding_is_refused_with_its_line(
    tmp_path: Path, data: bytes, line: int, word: str
) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(data)

    with pytest.raises(TranscriptError, match=word) as caught:
        read_text(SourceFile("a.txt", path, ""))

    assert caught.value.line == line


def test_a_file_that_disappeared_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TranscriptError, match="cannot be read"):
        read_text(SourceFile("a.txt", tmp_path / "a.txt", ""))


MUCH_LATER_NS = 10_000_000_000


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talks" / "a.txt"
    path.parent.mkdir()
    path.write_text("0:00 one", encoding="utf-8")
    return path


class Reads:
    """Records which files of a folder are opened, while `on` is true."""

    def __init__(self, folder: Path) -> None:
        self.names: list[str] = []
        self.on = True
        sys.addaudithook(lambda event, arguments: self._note(event, arguments, str(folder)))

    def _note(self, event: str, arguments: tuple[object, ...], folder: str) -> None:
        if self.on and event == "open" and str(arguments[0]).startswith(folder):
            self.names.append(Path(str(arguments[0])).name)


def test_files_found_with_and_without_digests_are_the_same(talk: Path) -> None:
    digests = Digests()
    prints = set()
    for words in ("0:00 one", "0:00 two", "\0binary", "0:00 one"):
        talk.write_text(words, encoding="utf-8")
        found = find_files([talk.parent], digests)
        assert found == find_files([talk.parent])
        prints.add(fingerprint(found))

    assert len(prints) == 3


def test_unchanged_files_are_not_opened(talk: Path) -> None:
    other = talk.with_name("b.txt")
    other.write_text("0:00 other", encoding="utf-8")
    digests = Digests()
    for path in (talk, other):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        digests.remember(path, path.stat(), digest, now=time.time_ns() + MUCH_LATER_NS)
    reads = Reads(talk.parent)

    find_files([talk.parent], digests)
    assert reads.names == []
    other.write_text("0:00 changed", encoding="utf-8")
    reads.names.clear()
    find_files([talk.parent], digests)
    reads.on = False

    assert reads.names == ["b.txt"]


def test_folders_in_folders_without_end_are_refused(tmp_path: Path) -> None:
    (tmp_path / "talk.txt").write_text("0:00 hi\n", encoding="utf-8")
    deep = tmp_path.joinpath(*["a"] * 60)
    deep.mkdir(parents=True)
    (deep / "talk.txt").write_text("0:00 hi\n", encoding="utf-8")
    found = find_files([tmp_path])

    assert [file.path for file in found.files] == ["talk.txt"]
    (problem,) = found.problems
    assert "too many folders" in problem.reason
