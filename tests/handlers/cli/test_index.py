"""`airquote index`: list what is kept, build, and go back."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.errors import AirquoteError
from bot.library.library import open_library
from handlers.cli.app import build_app

NAMES = ("tea", "wine", "milk", "juice")


def write(talks: Path, name: str, words: str) -> None:
    lines = [f"{minute}:00 {words} {minute} minutes\n" for minute in range(5)]
    (talks / f"{name}.txt").write_text("".join(lines), encoding="utf-8")


@pytest.fixture
def talks(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A podcast that the settings name, with a cache of its own."""
    folder = home / "talks"
    folder.mkdir()
    for name in NAMES:
        write(folder, name, f"a glass of {name} in the morning")
    monkeypatch.chdir(home)
    monkeypatch.setenv("AIRQUOTE_EPISODES", str(folder))
    monkeypatch.setenv("AIRQUOTE_CACHE", str(home / "cache"))
    monkeypatch.setenv("AIRQUOTE_SEMANTIC_MODEL", "off")
    return folder


def run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "120"}).invoke(build_app(), ["index", *words])


def rows() -> list[dict[str, Any]]:
    listed = json.loads(run("list", "--json").stdout)
    indexes: list[dict[str, Any]] = listed["indexes"]
    assert listed["current"] in [row["id"] for row in indexes if row["current"]]
    return indexes


def test_where_nothing_is_kept_it_says_how_to_begin(talks: Path) -> None:
    listed = run("list")

    assert listed.exit_code == 1
    assert "airquote index build" in listed.stdout
    assert json.loads(run("list", "--json").stdout) == {"current": None, "indexes": []}


def test_what_is_built_is_current_and_listed(talks: Path) -> None:
    built = run("build")
    (row,) = rows()

    assert built.exit_code == 0
    assert f"The index {row['id']} is now current: 4 episodes, 4 passages." in built.stdout
    assert [source["path"] for source in row["sources"]] == [f"{n}.txt" for n in sorted(NAMES)]
    assert (row["state"], row["counts"]["episodes"]) == ("current", 4)
    table = run("list").stdout.split("\n")
    assert table[0].split() == ["Index", "State", "Built", "(UTC)", "Files", "Episodes", "Passages"]
    assert table[1].split()[:2] == [row["id"], "current"]
    assert table[1].split()[-3:] == ["4", "4", "4"]


def test_a_loss_is_refused_with_the_way_out_which_is_force(talks: Path) -> None:
    run("build")
    for name in NAMES[1:]:
        (talks / f"{name}.txt").unlink()
    refused = run("build")

    assert refused.exit_code == 1
    assert "1 episode instead of 4" in refused.stderr
    assert "airquote index build --force" in refused.stderr
    assert {row["state"] for row in rows()} == {"current", "refused"}
    assert "1 episode instead of 4" in run("list").stdout
    assert run("build").stderr == refused.stderr
    forced = run("build", "--force")
    assert forced.exit_code == 0
    assert {row["state"]: row["counts"]["episodes"] for row in rows()} == {
        "current": 1,
        "earlier": 4,
    }


def test_episodes_that_come_and_one_that_goes_are_taken_over(talks: Path) -> None:
    run("build")
    for name in ("kefir", "cider", "soup"):
        write(talks, name, f"a glass of {name} in the morning")
    grown = run("build")
    (talks / "wine.txt").unlink()
    less = run("build")

    assert (grown.exit_code, less.exit_code) == (0, 0)
    assert "is now current: 7 episodes, 7 passages." in grown.stdout
    assert "is now current: 6 episodes, 6 passages." in less.stdout


def test_a_cache_that_cannot_be_written_to_ends_the_build_with_the_reason(
    talks: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = talks.parent / "file"
    cache.write_text("no folder", encoding="utf-8")
    monkeypatch.setenv("AIRQUOTE_CACHE", str(cache))
    failed = run("build")

    assert failed.exit_code == 1
    said = " ".join(failed.stderr.split())
    assert said.startswith(f"{cache}: a new index could not be built: {cache}")
    assert said.endswith(".")
    assert "Errno" not in said


def test_going_back_makes_the_index_before_current_for_every_command(talks: Path) -> None:
    run("build")
    (first,) = rows()
    write(talks, "tea", "a pot of tea in the evening")
    run("build")
    back = run("rollback")

    assert back.exit_code == 0
    assert first["id"] in back.stdout
    assert {row["id"]: row["state"] for row in rows()}[first["id"]] == "current"
    assert {row["state"] for row in rows()} == {"current", "rolled back"}
    assert open_library([talks], talks.parent / "cache").id == first["id"]
    assert run("build").exit_code == 1
    assert run("build", "--force").exit_code == 0
    assert {row["state"] for row in rows()} == {"current", "earlier"}


def test_without_an_earlier_index_there_is_no_way_back(talks: Path) -> None:
    run("build")
    back = run("rollback")

    assert isinstance(back.exception, AirquoteError)
    assert "there is no earlier index" in str(back.exception)


def test_the_figures_of_queries_are_listed(
    talks: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = {"query": "wine", "episode": "wine", "start": 0, "end": 300}
    (home / "queries.jsonl").write_text(json.dumps(wanted), encoding="utf-8")
    monkeypatch.setenv("AIRQUOTE_EVAL", str(home / "queries.jsonl"))
    run("build")

    (row,) = rows()
    assert row["evaluation"]["mrr"] == 1.0
    assert "1.000" in run("list").stdout
