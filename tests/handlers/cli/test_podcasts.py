"""The commands in a terminal, where there are several podcasts."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.environment import load_settings
from bot.errors import ConfigError
from handlers.cli.app import build_app
from handlers.cli.podcast import choose_podcast
from tests.two_podcasts import write_podcasts


@pytest.fixture(autouse=True)
def podcasts(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of two podcasts that the settings name."""
    path = write_podcasts(home)
    monkeypatch.chdir(home)
    monkeypatch.setenv("AIRQUOTE_PODCASTS", str(path))
    monkeypatch.setenv("AIRQUOTE_CACHE", str(home / "cache"))
    monkeypatch.setenv("AIRQUOTE_SEMANTIC_MODEL", "off")
    return path


def run(*words: str) -> Result:
    return CliRunner(env={"COLUMNS": "120"}).invoke(build_app(), words)


def test_one_of_them_is_searched() -> None:
    assert "leaves" in run("search", "--podcast", "tea", "harvest").stdout
    assert "grapes" in run("search", "--podcast", "wine", "harvest").stdout


def test_all_are_checked_and_built() -> None:
    checked, built = run("check"), run("index", "build")
    listed = json.loads(run("index", "list", "--json").stdout)

    assert checked.exit_code == built.exit_code == 0
    assert checked.stdout.startswith("tea:\n1 episode:")
    assert "\nwine:\n1 episode:" in checked.stdout
    assert built.stdout.count("is now current") == 2
    assert [*listed] == ["tea", "wine"]
    assert all(each["current"] for each in listed.values())


def test_one_is_built_alone() -> None:
    run("index", "build", "--podcast", "wine")

    shown = run("index", "list").stdout
    assert shown.startswith("tea:\nThere is no index yet.")
    assert shown.count("current") == 1


def test_which_one_to_list_quotes_of_must_be_said() -> None:
    assert isinstance(run("quotes").exception, ConfigError)
    assert run("quotes", "--podcast", "tea").exception.__class__ is not ConfigError


def test_a_podcast_that_nobody_named_is_unknown() -> None:
    asked = run("search", "--podcast", "milk", "harvest")

    assert str(asked.exception) == (
        "--podcast: there is no podcast “milk”. AIRQUOTE_PODCASTS names: tea, wine."
    )


@pytest.mark.parametrize(
    ("chosen", "problem"),
    [("", "there are several podcasts. Name one of: tea, wine."), ("milk", "no podcast “milk”.")],
)
def test_which_podcast_is_meant_must_be_clear(chosen: str, problem: str) -> None:
    with pytest.raises(ConfigError, match=problem):
        choose_podcast(load_settings(), chosen)


def test_the_only_podcast_needs_no_id(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRQUOTE_PODCASTS")
    settings = load_settings()

    assert choose_podcast(settings, "") == settings
    assert settings.of_each == (settings,)
    with pytest.raises(ConfigError, match="there is only one podcast, without an id"):
        choose_podcast(settings, "tea")
