"""An index and a new release: what was current stays known, and nothing takes its place unseen."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from bot.search.index.version import INDEX_VERSION
from tests.process import ROOT, airquote

NAMES = ("tea", "wine", "milk")
NEWER = INDEX_VERSION + 1

Release = Callable[..., "CompletedProcess[str]"]


def write(talks: Path, name: str, words: str) -> None:
    lines = [f"{minute}:00 {words} {minute} minutes\n" for minute in range(5)]
    (talks / f"{name}.txt").write_text("".join(lines), encoding="utf-8")


@pytest.fixture
def talks(home: Path) -> Path:
    folder = home / "talks"
    folder.mkdir()
    for name in NAMES:
        write(folder, name, f"a glass of {name} in the morning")
    return folder


def release_of(home: Path, code: Path) -> Release:
    def run(*words: str) -> "CompletedProcess[str]":
        variables = {"AIRQUOTE_EPISODES": "talks", "AIRQUOTE_CACHE": "cache", "COLUMNS": "120"}
        return airquote(home, *words, PYTHONPATH=str(code), **variables)

    return run


@pytest.fixture
def old(home: Path) -> Release:
    return release_of(home, ROOT)


def copied(folder: Path) -> Path:
    for name in ("bot", "data", "handlers"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="module")
def newer_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code as it is after what an index holds has changed."""
    folder = copied(tmp_path_factory.mktemp("newer"))
    path = folder / "bot" / "search" / "index" / "version.py"
    code = path.read_text("utf-8")
    number = f"INDEX_VERSION = {INDEX_VERSION}\n"
    assert number in code
    path.write_text(code.replace(number, f"INDEX_VERSION = {NEWER}\n"), "utf-8")
    return folder


@pytest.fixture
def newer(home: Path, newer_code: Path) -> Release:
    return release_of(home, newer_code)


@pytest.fixture(scope="module")
def edited_code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The code with a comment more."""
    folder = copied(tmp_path_factory.mktemp("edited"))
    with (folder / "bot" / "search" / "query.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    return folder


def listed(release: Release) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(release("index", "list", "--json").stdout)
    return answer


@pytest.mark.parametrize("code", ["edited_code", "newer_code"])
def test_a_loss_is_refused_across_releases(
    talks: Path, home: Path, old: Release, code: str, request: pytest.FixtureRequest
) -> None:
    after = release_of(home, request.getfixturevalue(code))
    old("index", "build")
    current = listed(old)["current"]
    (talks / "tea.txt").unlink()
    (talks / "wine.txt").unlink()

    assert old("index", "build").returncode == 1
    refused = after("index", "build")
    assert refused.returncode == 1
    assert "1 episode instead of 3" in refused.stderr
    assert "airquote index build --force" in refused.stderr
    assert listed(after)["current"] == current
    assert after("index", "build", "--force").returncode == 0
    assert listed(after)["current"] != current


def test_what_cannot_be_read_answers_nobody_and_that_is_said(
    talks: Path, old: Release, newer: Release
) -> None:
    old("index", "build")
    current = listed(old)["current"]
    (talks / "tea.txt").unlink()
    (talks / "wine.txt").unlink()

    for _ in range(2):  # built by the first, read by the second
        found = newer("search", "milk")
        assert found.returncode == 0
        assert "a glass of milk" in found.stdout
        assert f"{current} cannot be searched: it is of an older version" in found.stderr
        assert "1 episode instead of 3" in found.stderr
        assert listed(newer)["current"] == current
    newer("index", "build")
    assert "1 episode instead of 3" in newer("search", "milk").stderr


def test_there_is_no_way_back_to_what_cannot_be_read_but_a_word_on_what_to_do(
    talks: Path, old: Release, newer: Release
) -> None:
    old("index", "build")
    before = listed(old)["current"]
    taken = newer("index", "build")
    after = listed(newer)["current"]
    back = newer("index", "rollback")

    assert f"The index {after} is now current" in taken.stdout
    assert f"{before} was current before: it is of an older version" in taken.stdout
    assert back.returncode != 0
    assert f"{before}.index: it is of an older version, {INDEX_VERSION}, and" in back.stderr
    assert "the release that built it" in back.stderr
    assert "airquote index build" in back.stderr
    assert listed(newer)["current"] == after
    table = newer("index", "list").stdout
    assert f"{before}: it is of an older version, {INDEX_VERSION}" in table
    assert {row["id"]: row["index_version"] for row in listed(newer)["indexes"]} == {
        before: INDEX_VERSION,
        after: NEWER,
    }
    assert old("search", "milk").returncode == 0  # which the older release makes current again
    assert listed(old)["current"] == before


def test_who_went_back_stays_there_across_a_release(
    talks: Path, old: Release, newer: Release
) -> None:
    old("index", "build")
    write(talks, "tea", "a pot of tea in the evening")
    old("index", "build")
    wrong = listed(old)["current"]
    old("index", "rollback")
    current = listed(old)["current"]

    refused = newer("index", "build")
    assert refused.returncode == 1
    assert f"{wrong}, of the same transcripts, was rolled back" in refused.stderr
    assert listed(newer)["current"] == current
    write(talks, "tea", "a cup of tea in the evening")
    assert newer("index", "build").returncode == 0
