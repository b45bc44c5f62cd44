"""Digests of files: known ones are found, and no change is missed."""

import os
import time
from pathlib import Path

import pytest

from bot.digests import Digests

DIGEST = "5f" * 32
MUCH_LATER_NS = 10_000_000_000


@pytest.fixture
def talk(tmp_path: Path) -> Path:
    talk = tmp_path / "talk.txt"
    talk.write_text("0:00 one", encoding="utf-8")
    return talk


def remember(digests: Digests, file: Path, later: int = MUCH_LATER_NS) -> None:
    status = file.stat()
    digests.remember(file, status, DIGEST, now=status.st_ctime_ns + later)


def test_a_known_and_unchanged_file_is_found(talk: Path) -> None:
    digests = Digests()

    assert digests.find(talk, talk.stat()) == ""
    remember(digests, talk)
    assert digests.find(talk, talk.stat()) == DIGEST


def test_a_recently_changed_file_is_read_again(talk: Path) -> None:
    digests = Digests()
    remember(digests, talk)
    remember(digests, talk, later=1_000_000_000)

    assert digests.find(talk, talk.stat()) == ""


def test_a_change_of_the_same_size_and_time_is_seen(talk: Path) -> None:
    digests, before = Digests(), talk.stat()
    remember(digests, talk)
    talk.write_text("0:00 two", encoding="utf-8")
    os.utime(talk, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert talk.stat().st_mtime_ns == before.st_mtime_ns
    assert digests.find(talk, talk.stat()) == ""


def test_the_next_process_knows_them(talk: Path, tmp_path: Path) -> None:
    kept = tmp_path / "cache" / "digests.json"
    digests = Digests(kept)
    remember(digests, talk)
    assert not kept.exists()
    digests.save()

    assert Digests(kept).find(talk, talk.stat()) == DIGEST
    written = kept.stat().st_mtime_ns
    time.sleep(0.01)
    digests.save()
    assert kept.stat().st_mtime_ns == written


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b'{"a": 1}', b"\xff"])
def test_a_damaged_file_knows_nothing(talk: Path, tmp_path: Path, content: bytes) -> None:
    kept = tmp_path / "digests.json"
    kept.write_bytes(content)
    digests = Digests(kept)

    assert digests.find(talk, talk.stat()) == ""
    remember(digests, talk)
    digests.save()
    assert Digests(kept).find(talk, talk.stat()) == DIGEST


def test_what_cannot_be_kept_is_still_known(talk: Path) -> None:
    digests = Digests(talk / "no folder" / "digests.json")
    remember(digests, talk)
    digests.save()

    assert digests.find(talk, talk.stat()) == DIGEST
