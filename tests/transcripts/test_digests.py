"""Watching files by content: every change is seen, and what stays is not read again."""

import hashlib
import os
import sys
import time
from pathlib import Path

import pytest

from bot.transcripts.files import Digests, find_files, fingerprint

MUCH_LATER_NS = 10_000_000_000


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    path = tmp_path / "talks" / "a.txt"
    path.parent.mkdir()
    path.write_text("0:00 one", encoding="utf-8")
    return path


class Reads:
    """Notes which files of a folder are opened, as long as it is told to."""

    def __init__(self, folder: Path) -> None:
        self.names: list[str] = []
        self.on = True
        sys.addaudithook(lambda event, arguments: self._note(event, arguments, str(folder)))

    def _note(self, event: str, arguments: tuple[object, ...], folder: str) -> None:
        if self.on and event == "open" and str(arguments[0]).startswith(folder):
            self.names.append(Path(str(arguments[0])).name)


def test_what_is_known_and_unchanged_is_not_hashed_again(talk: Path) -> None:
    digests, status = Digests(), talk.stat()
    later = time.time_ns() + MUCH_LATER_NS

    assert digests.find(talk, status) == ""
    digest = digests.remember(talk, status, talk.read_bytes(), now=later)
    assert digest == hashlib.sha256(b"0:00 one").hexdigest()
    assert digests.find(talk, talk.stat()) == digest


def test_a_file_that_was_just_changed_is_read_once_more(talk: Path) -> None:
    digests = Digests()
    status = talk.stat()

    digests.remember(talk, status, talk.read_bytes(), now=status.st_ctime_ns + 1_000_000_000)
    assert digests.find(talk, talk.stat()) == ""


def test_a_file_that_grew_while_it_was_read_is_read_once_more(talk: Path) -> None:
    digests = Digests()
    status = talk.stat()

    digests.remember(talk, status, b"0:00 one and more", now=status.st_ctime_ns + MUCH_LATER_NS)
    assert digests.find(talk, status) == ""


def test_a_change_of_the_same_size_and_time_is_seen(talk: Path) -> None:
    digests = Digests()
    before = talk.stat()
    digests.remember(talk, before, talk.read_bytes(), now=before.st_ctime_ns + MUCH_LATER_NS)

    talk.write_text("0:00 two", encoding="utf-8")
    os.utime(talk, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert talk.stat().st_mtime_ns == before.st_mtime_ns
    assert digests.find(talk, talk.stat()) == ""


def test_a_look_with_digests_finds_what_one_without_finds(talk: Path) -> None:
    digests = Digests()
    prints = set()
    for words in ("0:00 one", "0:00 two", "\0binary", "0:00 one"):
        talk.write_text(words, encoding="utf-8")
        found = find_files([talk.parent], digests)
        assert found == find_files([talk.parent])
        prints.add(fingerprint(found))

    assert len(prints) == 3


def test_files_that_stay_are_not_opened(talk: Path) -> None:
    other = talk.with_name("b.txt")
    other.write_text("0:00 other", encoding="utf-8")
    digests = Digests()
    for path in (talk, other):
        digests.remember(path, path.stat(), path.read_bytes(), now=time.time_ns() + MUCH_LATER_NS)
    reads = Reads(talk.parent)

    find_files([talk.parent], digests)
    assert reads.names == []
    other.write_text("0:00 changed", encoding="utf-8")
    reads.names.clear()
    find_files([talk.parent], digests)
    reads.on = False

    assert reads.names == ["b.txt"]
