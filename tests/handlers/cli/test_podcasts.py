"""The commands in a terminal, where there are several podcasts."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.environment import load_settings
from bot.errors import ConfigError
from handlers.cli.app import build_app
from handlers.cli.chosen import choose_podcast
from tests.two_podcasts import write_podcasts, write_talk


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


def hits(*words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(run("search", "--json", *words).stdout)["hits"]
    return found


def test_all_are_searched_unless_one_is_chosen() -> None:
    shown = run("search", "harvest").stdout

    assert "1. The Tea Hour · Leaves in the mist" in shown
    assert "2. Wine and Wisdom · Grapes on a hill" in shown
    assert "Wine" not in run("search", "harvest", "--podcast", "tea").stdout


def test_each_hit_says_which_podcast_it_is_from(podcasts: Path) -> None:
    podcasts.write_text(podcasts.read_text() + "  was_alone: yes\n")

    assert {(each["podcast"], each["episode"]) for each in hits("harvest")} == {
        ("tea", "harvest"),
        ("wine", "harvest"),
    }
    assert [each["podcast"] for each in hits("harvest", "--limit", "1", "--page", "2")] == ["wine"]
    assert [each["podcast"] for each in hits("harvest", "--podcast", "wine")] == ["wine"]


def test_episodes_and_mentions_are_those_of_all() -> None:
    listed, counted = run("episodes").stdout, run("mentions", "harvest").stdout

    assert listed.index("The Tea Hour: 1 episode") < listed.index("Wine and Wisdom: 1 episode")
    assert "Wine" not in run("episodes", "oolong").stdout
    assert run("episodes", "nobody").exit_code == 1
    assert "Counted in The Tea Hour and Wine and Wisdom" in counted


def test_a_text_is_looked_for_in_all(home: Path) -> None:
    for podcast in ("tea", "wine"):
        write_talk(home / podcast, "new", "Another one", "Ada Cow", "cups cellars")
    about = run("find", "Cellars teach patience").stdout

    assert "The Tea Hour · " in about and "Wine and Wisdom · " in about


def test_a_chart_needs_one_podcast(home: Path) -> None:
    drawn = run("mentions", "harvest", "--chart", str(home / "chart.png"))

    assert (drawn.exit_code, (home / "chart.png").exists()) == (1, False)
    assert "Choose it with --podcast." in drawn.stderr


def test_a_moment_is_looked_for_in_the_podcast_that_has_the_episode(home: Path) -> None:
    write_talk(home / "wine", "cellar", "Down below", "Vera Riesling", "grapes cellars")

    assert "Wine and Wisdom: More like 1:30 in “Down below”" in run("like", "below", "1:30").stdout
    assert "“harvest” is in tea and wine." in run("like", "harvest", "1:30").stderr
    assert "No episode matches" in run("like", "milk", "1:30").stdout


def test_a_podcast_that_cannot_be_opened_leaves_the_others(
    podcasts: Path,
) -> None:
    text = podcasts.read_text().replace("[tea]", "[https://localhost:9/feed.xml]")
    podcasts.write_text(text)
    found = run("search", "harvest")

    assert "Grapes on a hill" in found.stdout
    assert "feed.xml" in found.stderr


def test_a_search_in_one_podcast_loads_nothing_for_several() -> None:
    code = "import sys, handlers.cli.search; sys.exit('bot.answers.several' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


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
