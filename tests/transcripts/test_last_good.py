"""Last good versions replace files that cannot be read, and a note gives the reason."""

import os
from pathlib import Path

import pytest

from bot.library.build import read_corpus
from bot.library.registry import library_id
from bot.models import Corpus
from bot.transcripts.files import LARGEST_FILE, FoundFiles, find_files, fingerprint
from bot.transcripts.last_good import keep_last_good, last_good_paths, with_last_good


@pytest.fixture
def talks(tmp_path: Path) -> Path:
    folder = tmp_path / "talks"
    folder.mkdir()
    write(folder, tea="0:00 green tea\n0:10 from a kettle\n", wine="0:00 red wine\n0:10 cheers\n")
    (folder / "catalog.yaml").write_text("tea.txt:\n  title: Green tea\n", encoding="utf-8")
    return folder


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def write(folder: Path, **words: str) -> None:
    for name, text in words.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")


def read(folder: Path, cache: Path) -> tuple[FoundFiles, Corpus]:
    """Do what a refresh does: find files, use last good versions, read, and keep good ones."""
    found = with_last_good(find_files([folder]), cache)
    corpus = read_corpus(found)
    keep_last_good(found, corpus.problems, cache)
    return found, corpus


def words(corpus: Corpus) -> str:
    return " ".join(cue.text for episode in corpus.episodes for cue in episode.cues)


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (b"hello", "format is unknown"),
        (b"", "it is empty"),
        (b"0:00 ca\xff\xe9", "UTF-8"),
        (b"\0\1\2", "it is binary"),
        (b"0:00 a\n" + b"a" * LARGEST_FILE, "at most 20 MB"),
    ],
)
def test_a_file_that_cannot_be_read_any_more_is_read_as_it_was(
    talks: Path, cache: Path, broken: bytes, reason: str
) -> None:
    _, before = read(talks, cache)
    (talks / "tea.txt").write_bytes(broken)

    found, after = read(talks, cache)

    assert sorted(words(after).split()) == sorted(words(before).split())
    assert {each.title for each in after.episodes} == {each.title for each in before.episodes}
    (problem,) = [each for each in after.problems if "last good version" in each.reason]
    assert problem.path == "tea.txt"
    assert reason in problem.reason
    assert not any(each.refused for each in after.problems)
    assert last_good_paths(found) == {"tea.txt"}


def test_it_stays_so_until_the_file_is_good_again(talks: Path, cache: Path) -> None:
    read(talks, cache)
    write(talks, tea="broken")
    read(talks, cache)
    again, corpus = read(talks, cache)
    assert "green tea" in words(corpus)
    assert last_good_paths(again) == {"tea.txt"}

    write(talks, tea="0:00 black tea\n0:10 from a pot\n")
    mended, corpus = read(talks, cache)

    assert "black tea" in words(corpus)
    assert last_good_paths(mended) == frozenset()
    write(talks, tea="broken")
    assert "black tea" in words(read(talks, cache)[1])


def test_a_catalog_and_a_persons_page_have_last_good_versions_too(talks: Path, cache: Path) -> None:
    page = talks / "people" / "annlee.md"
    page.parent.mkdir()
    page.write_text("---\ntitle: Ann Lee\n---\n", encoding="utf-8")
    read(talks, cache)
    (talks / "catalog.yaml").write_text("- broken", encoding="utf-8")
    page.write_bytes(b"title: \xff")

    found, corpus = read(talks, cache)

    assert last_good_paths(found) == {"catalog.yaml", "people/annlee.md"}
    assert "Green tea" in {episode.title for episode in corpus.episodes}


def test_a_file_that_was_never_good_stays_refused(talks: Path, cache: Path) -> None:
    write(talks, new="broken")
    read(talks, cache)
    write(talks, new="broken in another way")

    found, corpus = read(talks, cache)

    assert last_good_paths(found) == frozenset()
    assert [each.path for each in corpus.problems if each.refused] == ["new.txt"]


def test_a_file_that_was_deleted_stays_deleted(talks: Path, cache: Path) -> None:
    read(talks, cache)
    (talks / "tea.txt").unlink()

    assert "tea" not in words(read(talks, cache)[1])


def test_a_good_change_is_read_as_it_is(talks: Path, cache: Path) -> None:
    read(talks, cache)
    write(talks, tea="0:00 black tea\n0:10 from a pot\n")
    found = find_files([talks])

    assert with_last_good(found, cache) == found


def test_a_library_is_named_after_what_is_read(talks: Path, cache: Path) -> None:
    good, _ = read(talks, cache)
    write(talks, tea="broken")
    broken = find_files([talks])
    resolved, again = (with_last_good(broken, cache) for _ in range(2))

    assert len({library_id(each) for each in (good, broken, resolved)}) == 3
    assert library_id(again) == library_id(resolved)
    assert fingerprint(resolved) == fingerprint(again)
    digests = {file.path: file.digest for file in good.files}
    assert {file.path: file.digest for file in resolved.files} == digests


def test_a_version_that_was_damaged_is_not_used(talks: Path, cache: Path) -> None:
    read(talks, cache)
    for path in (cache / "good").iterdir():
        path.write_bytes(b"0:00 forged")
    write(talks, tea="broken")

    found, corpus = read(talks, cache)

    assert last_good_paths(found) == frozenset()
    assert "forged" not in words(corpus)


def test_two_files_of_one_name_have_versions_of_their_own(tmp_path: Path, cache: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder, text in ((two, "0:00 milk\n0:10 cold\n"), (one, "0:00 tea\n0:10 hot\n")):
        folder.mkdir()
        write(folder, talk=text)
        read(folder, cache)
    write(two, talk="broken")

    assert "milk" in words(read(two, cache)[1])


def test_a_fetched_file_keeps_its_place_from_commit_to_commit(cache: Path) -> None:
    for commit, text in (("a" * 40, "0:00 tea\n0:10 hot\n"), ("b" * 40, "broken")):
        folder = cache / "sources" / "0123456789abcdef" / commit / "talks"
        folder.mkdir(parents=True)
        write(folder, tea=text)
        found, corpus = read(folder, cache)

    assert last_good_paths(found) == {"tea.txt"}
    assert "tea" in words(corpus)


def test_one_version_of_each_file_is_kept(talks: Path, cache: Path) -> None:
    for number in range(3):
        write(talks, tea=f"0:00 cup {number}\n0:10 of tea\n")
        read(talks, cache)

    assert len([*(cache / "good").iterdir()]) == 3


def test_versions_are_dropped_where_they_take_too_much_room(talks: Path, cache: Path) -> None:
    found, corpus = read(talks, cache)
    (talks / "wine.txt").unlink()
    for path in (cache / "good").iterdir():
        os.utime(path, (1, 1))
    found = find_files([talks])
    rest = sum(file.location.stat().st_size for file in (*found.files, *found.catalogs))

    keep_last_good(found, corpus.problems, cache, largest=rest)

    digests = {file.digest for file in (*found.files, *found.catalogs)}
    assert {path.name.partition("-")[2] for path in (cache / "good").iterdir()} == digests


def test_a_file_that_changed_since_it_was_read_is_not_kept(talks: Path, cache: Path) -> None:
    found = find_files([talks])
    corpus = read_corpus(found)
    write(talks, tea="broken")
    keep_last_good(found, corpus.problems, cache)

    assert last_good_paths(with_last_good(find_files([talks]), cache)) == frozenset()
    assert len([*(cache / "good").iterdir()]) == 2


def test_what_yt_dlp_says_of_a_video_is_not_kept(tmp_path: Path) -> None:
    folder, cache = tmp_path / "talks", tmp_path / "cache"
    folder.mkdir()
    (folder / "a.txt").write_text("0:00 tea", encoding="utf-8")
    (folder / "a.info.json").write_text("{}", encoding="utf-8")

    keep_last_good(find_files([folder]), (), cache)

    (kept,) = (cache / "good").glob("*-*")
    assert kept.read_text(encoding="utf-8") == "0:00 tea"
