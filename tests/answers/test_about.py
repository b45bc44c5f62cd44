"""What runs here, from which data, since when."""

from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from bot.answers.about import answer_about, with_manifest
from bot.answers.dispatch import answer
from bot.answers.requests import Verb, read_request
from bot.config import SAMPLE_EPISODES
from bot.library.library import open_library
from bot.library.registry import registry_of
from bot.models import Problem
from bot.sources import Folder
from bot.version import commit, version
from tests.process import airquote


def test_it_names_code_data_and_when_they_met(tmp_path: Path) -> None:
    library = open_library([SAMPLE_EPISODES], tmp_path)
    registry = registry_of([Folder(SAMPLE_EPISODES)], tmp_path)
    manifest = registry.manifest(library.id)
    assert manifest is not None
    commits = {"https://example.com/tea.git#talks": "0123456789abcdef"}
    commits |= {"https://example.com/feed.xml": "ab" * 32}
    registry.register(
        replace(manifest, commits=commits, built_at=datetime(2026, 11, 2, tzinfo=UTC))
    )

    reply = answer_about(with_manifest(library, registry))

    assert reply.text == f"This is Airquote {version()}."
    assert reply.notes[-4:] == (
        f"It answers from the index {library.id}: 6 episodes with {manifest.counts.words:,} words.",
        f"The index was built on 2026-11-02 00:00 UTC from {len(manifest.sources)} files.",
        "https://example.com/tea.git#talks is at commit 0123456789.",
        "https://example.com/feed.xml is at state ababababab.",
    )


def test_it_counts_the_files_that_cannot_be_read(tmp_path: Path) -> None:
    library = open_library([SAMPLE_EPISODES], tmp_path)
    manifest = registry_of([Folder(SAMPLE_EPISODES)], tmp_path).manifest(library.id)
    assert manifest is not None
    refused = tuple(Problem(path, "it is empty.") for path in ("a.srt", "a.srt", "b.srt"))

    reply = answer_about(replace(library, manifest=replace(manifest, refused=refused)))

    files = f"{len(manifest.sources)} files; 2 of them cannot be read."
    assert reply.notes[-1].endswith(f" from {files}")


def test_anybody_may_ask(tmp_path: Path) -> None:
    library = open_library([SAMPLE_EPISODES], tmp_path)

    assert answer(library, read_request("about")) == answer_about(library)
    assert read_request("about tea").verb is Verb.SEARCH


@pytest.mark.parametrize("name", ["HEROKU_SLUG_COMMIT", "RENDER_GIT_COMMIT"])
def test_a_host_names_the_commit_where_there_is_no_checkout(name: str) -> None:
    found = commit({name: "abc"})

    # Where the tests are a checkout, that counts.
    assert found == (commit({}) or "abc")


def test_the_command_says_it_and_makes_no_database(home: Path) -> None:
    path = home / "a.db"
    done = airquote(home, "about", DATABASE_URL=f"sqlite:///{path}")

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"This is Airquote {version()}.\n")
    assert "6 episodes with" in done.stdout
    assert not path.exists()


def test_a_checkout_that_is_not_installed_knows_its_version_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    installed = version()

    def nothing_installed(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", nothing_installed)

    assert version() == installed
