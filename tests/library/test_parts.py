"""What is kept of files and episodes: an index of it is the one that is built without it."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config import SAMPLE_EPISODES
from bot.digests import Digests
from bot.library.library import build_library
from bot.pool import Pool
from bot.quotes.cache import find_quotes
from bot.quotes.extraction import extract_quotes
from bot.search.index.storage import pack_text, save_index, write_arrays
from bot.transcripts.files import find_files

PAGE, CAPTIONS = "model-registry.md", "feature-stores.vtt"
PAGE_OF_MANY = """---
title: About {kind}
guests:
  - annlee
transcript:
  - line: Is {kind} hard to sell?
    sec: 3
    who: Bob
  - line: {claim} Yes.
    sec: 9
    who: Ann Lee
---
"""


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    folder = tmp_path / "talks"
    shutil.copytree(SAMPLE_EPISODES, folder)
    return folder


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "parts"


def build(talks: Path, kept: Path | None = None, notices: list[str] | None = None) -> bytes:
    """Build an index, and return all of its file."""
    told: list[str] = [] if notices is None else notices
    library = build_library(find_files([talks]), parts=kept, on_notice=told.append)
    stored = talks.parent / "stored.index"
    save_index(library.index, library.problems, stored)
    return stored.read_bytes()


def parts_in(kept: Path) -> list[Path]:
    """List what is kept, but for the digests, which say what need not be checked again."""
    return [path for path in kept.iterdir() if path.name != "digests"]


def replace_in(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")

    return change


def add(folder: Path) -> None:
    (folder / "new.txt").write_text("0:00 a new talk of brass kettles\n0:09 and pots\n", "utf-8")


def add_broken(folder: Path) -> None:
    (folder / "broken.json").write_text("{", "utf-8")


def remove(folder: Path) -> None:
    (folder / PAGE).unlink()


def rename(folder: Path) -> None:
    (folder / CAPTIONS).rename(folder / "renamed.vtt")


def double(folder: Path) -> None:
    shutil.copy(folder / CAPTIONS, folder / "copied.vtt")


CHANGES = {
    "nothing": lambda _: None,
    "an edited page": replace_in(PAGE, "registry", "cupboard"),
    "captions of a page": replace_in("sample00001.txt", "model", "noodle"),
    "captions": replace_in(CAPTIONS, "feature", "feather"),
    "facts": replace_in("catalog.yaml", "title: ", "title: Anew "),
    "an addition": add,
    "an unreadable file": add_broken,
    "a removal": remove,
    "another name": rename,
    "a copy": double,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_an_index_of_kept_parts_is_the_one_built_without_them(
    change: Callable[[Path], None], talks: Path, kept: Path
) -> None:
    build(talks, kept)
    change(talks)

    assert build(talks, kept) == build(talks)
    assert build(talks, kept) == build(talks)


def test_only_what_changed_is_read_again(talks: Path, kept: Path) -> None:
    build(talks, kept)
    before = {path: path.stat().st_ino for path in parts_in(kept)}
    replace_in(PAGE, "registry", "cupboard")(talks)
    found, expected = find_files([talks]), build(talks)
    for file in found.files:
        if file.path != PAGE and "s01/" not in file.path and file.path != "sample00001.txt":
            file.location.write_text("nothing that anybody reads", "utf-8")
    library = build_library(found, parts=kept)
    save_index(library.index, library.problems, talks.parent / "stored.index")

    after = {path: path.stat().st_ino for path in parts_in(kept)}
    assert (talks.parent / "stored.index").read_bytes() == expected
    # The facts about files, and the part of the talk.
    assert len(after.items() - before.items()) == 2
    assert len(after) == len(before)


def test_a_file_that_changes_while_it_is_read_is_not_taken_for_the_one_found(
    talks: Path, kept: Path
) -> None:
    found = find_files([talks])
    original = (talks / CAPTIONS).read_bytes()
    replace_in(CAPTIONS, "feature", "feather")(talks)
    build_library(found, parts=kept)
    (talks / CAPTIONS).write_bytes(original)

    assert build(talks, kept) == build(talks)


@pytest.mark.parametrize("damage", [lambda _: b"", lambda content: content[:-9] + b"x" * 9])
def test_damaged_parts_are_a_notice_and_made_again(
    damage: Callable[[bytes], bytes], talks: Path, kept: Path
) -> None:
    notices: list[str] = []
    build(talks, kept)
    for path in parts_in(kept):
        path.write_bytes(damage(path.read_bytes()))

    assert build(talks, kept, notices) == build(talks)
    assert len(notices) == len(parts_in(kept))
    assert "is damaged. It is made again from the transcripts." in notices[0]
    assert build(talks, kept, again := []) == build(talks)
    assert again == []


def test_unchanged_parts_are_not_checked_again(talks: Path, kept: Path) -> None:
    build(talks, kept)
    digests = Digests(kept / "digests")
    for path in parts_in(kept):
        content = path.read_bytes()
        if path.name != "files":
            path.write_bytes(content[:-1] + b"\1")  # nobody notices
        status = path.stat()
        digests.remember(path, status, content[:64].hex(), now=status.st_ctime_ns * 2)
    digests.save()

    build(talks, kept, notices := [])
    assert notices == []


def test_what_is_known_of_unchanged_parts_is_kept(
    talks: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(talks, kept)
    later = time.time_ns() + 10_000_000_000
    monkeypatch.setattr("bot.digests.time.time_ns", lambda: later)

    build(talks, kept)

    known = Digests(kept / "digests")
    parts = [path for path in kept.iterdir() if path.name != "digests"]
    assert len(parts) > 1
    assert all(known.find(path, path.stat()) for path in parts)


def test_parts_of_something_else_are_a_notice_and_made_again(talks: Path, kept: Path) -> None:
    notices: list[str] = []
    build(talks, kept)
    for path in parts_in(kept):
        write_arrays({"facts": pack_text("{}")}, path)

    assert build(talks, kept, notices) == build(talks)
    assert all("was written by something else" in notice for notice in notices)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make talks of one guest, enough to be shared by processes."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(40):
        kind = f"{chr(97 + number % 26)}{'ea' * (1 + number // 26)}bread"
        claim = f"Nobody sells {kind} without salt, because people remember a bad loaf."
        page = PAGE_OF_MANY.format(kind=kind, claim=claim)
        (folder / f"{kind}.md").write_text(page, encoding="utf-8")
    (folder / "broken.json").write_text("{", encoding="utf-8")
    return folder


@pytest.mark.parametrize("keeping", [True, False])
def test_several_processes_build_what_one_does(many: Path, tmp_path: Path, keeping: bool) -> None:
    steps: list[tuple[str, int, int]] = []
    found, kept = find_files([many]), tmp_path / "parts" if keeping else None
    files: list[str] = []
    with Pool(2) as pool:
        library = build_library(
            found,
            lambda *step: steps.append(step),
            lambda file: files.append(file.path),
            kept,
            pool=pool,
        )
        stored = tmp_path / "stored.index"
        save_index(library.index, library.problems, stored)
        quotes = find_quotes(library.index, path=stored, pool=pool).quotes

    assert stored.read_bytes() == build(many)
    assert len(library.index.episodes) == 40
    assert quotes == extract_quotes(library.index) != ()
    assert steps[:2] == [("Reading transcripts", 0, 41), ("Reading transcripts", 1, 41)]
    assert steps[-1] == ("Timing sentences", 40, 40)
    assert files == []


def test_a_part_that_another_process_removes_is_made_again(talks: Path, kept: Path) -> None:
    def remove(stage: str, done: int, of: int) -> None:
        if (stage, done) == ("Timing sentences", of):
            for path in parts_in(kept):
                path.unlink()

    library = build_library(find_files([talks]), remove, parts=kept)
    save_index(library.index, library.problems, talks.parent / "stored.index")

    assert (talks.parent / "stored.index").read_bytes() == build(talks)


def test_where_nothing_can_be_kept_the_index_is_built(talks: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("", "utf-8")

    assert build(talks, file / "parts") == build(talks)
