"""The file of podcasts: what it says, and what is wrong with it, with the line."""

from pathlib import Path

import pytest

from bot.config import setting_variables
from bot.environment import load_settings
from bot.errors import ConfigError
from bot.podcasts import Podcast
from bot.podcasts_file import read_podcasts
from bot.sources import Folder

TWO = """\
tea:
  title: The Tea Hour
  sources: [tea]
  language: de
  colour: 4e9a06
  links: [url, youtube]
  evaluation: tea.jsonl
wine:
  title: Wine & Wisdom
  sources:
    - wine
    - https://example.org/feed.xml
  was_alone: yes
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the sources of two podcasts, and an empty environment."""
    for _, variable in setting_variables():
        monkeypatch.delenv(variable.name, raising=False)
    for name in ("tea", "wine"):
        (tmp_path / name).mkdir()
    (tmp_path / "tea.jsonl").touch()
    return tmp_path


def write(folder: Path, text: str) -> Path:
    path = folder / "podcasts.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_each_podcast_is_described(folder: Path) -> None:
    podcasts, problems = read_podcasts(write(folder, TWO))

    assert problems == []
    assert podcasts == (
        Podcast(
            *("tea", "The Tea Hour", (str(folder / "tea"),), "de", "#4e9a06", "url youtube"),
            evaluation=folder / "tea.jsonl",
        ),
        Podcast(
            *("wine", "Wine & Wisdom", (str(folder / "wine"), "https://example.org/feed.xml")),
            was_alone=True,
        ),
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "podcasts.yaml: it names no podcasts."),
        ("a:\n  b: c: d", "podcasts.yaml, line 2: the YAML is broken"),
        ("Tea!:\n  title: a\n  sources: tea", "line 1: Tea!: “Tea!” is not a podcast id."),
        ("a:\n  sources: tea", "line 1: a: it has no title."),
        ("a:\n  title: a", "line 1: a: it has no sources."),
        ("a:\n  title: [b]\n  sources: tea", "line 2: a: title: it should be a text."),
        ("a:\n  title: a\n  sources: coffee", "line 3: a: sources: there is no .*coffee."),
        ("a:\n  title: a\n  sources: ssh://b/c", "line 3: a: sources: ssh:// is not supported."),
        ("a:\n  title: a\n  sources: tea\n  colour: red", "line 4: a: colour: it is not a colour"),
        ("a:\n  title: a\n  sources: tea\n  links: b", "line 4: a: links: “b” is none of youtube"),
        ("a:\n  title: a\n  sources: tea\n  evaluation: b", "line 4: a: evaluation: there is no f"),
        ("a:\n  title: a\n  sources: tea\n  titel: b", "line 4: a: .*“titel”. Did you mean title?"),
        ("a:\n  title: a\n  sources: tea\n  title: b", "line 4: a: “title” appears twice."),
        ("default:\n  title: a\n  sources: tea", "line 1: default: it could never be chosen"),
        ("nothing:\n  title: a\n  sources: tea", "line 1: nothing: it could never be chosen"),
        ("everywhere:\n  title: a\n  sources: tea", "line 1: everywhere: it could never be"),
        ("standard:\n  title: a\n  sources: tea", "line 1: standard: it could never be chosen"),
        (
            "a:\n  title: My Tea\n  sources: tea\nb:\n  title: my  tea\n  sources: wine",
            "podcasts.yaml: b: its title is that of a, so it could not be chosen by it.",
        ),
        ("a:\n  title: a\n  sources: tea\n  was_alone: maybe", "was_alone: it should be yes or no"),
        ("a:\n  title: *b\n  sources: tea", "line 2: a: YAML aliases"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(folder: Path, text: str, problem: str) -> None:
    _, problems = read_podcasts(write(folder, text))

    assert len(problems) == 1
    with pytest.raises(ConfigError, match=problem):
        raise problems[0]


def test_one_wrong_podcast_does_not_hide_what_is_wrong_with_another(folder: Path) -> None:
    _, problems = read_podcasts(write(folder, "a:\n  title: b\nc:\n  title: [d]\n"))

    assert [str(each).partition(" ")[2].partition(":")[0] for each in problems] == [
        "line 1",
        "line 4",
        "line 3",
    ]


def test_the_settings_of_a_podcast_are_as_if_it_were_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRQUOTE_PODCASTS", str(write(folder, TWO)))
    monkeypatch.setenv("AIRQUOTE_CACHE", str(folder / "cache"))
    settings = load_settings()
    tea, wine = settings.of_each

    assert [each.id for each in settings.podcasts] == ["tea", "wine"]
    assert tea.sources == (Folder(folder / "tea"),)
    assert (tea.podcast, tea.colour, tea.players) == ("The Tea Hour", "#4e9a06", ("url", "youtube"))
    assert tea.sources[0].rules.language == "de"
    assert tea.evaluation_path == folder / "tea.jsonl"
    assert tea.cache_folder != wine.cache_folder


def test_a_podcast_beside_the_file_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRQUOTE_PODCASTS", str(write(folder, TWO)))
    monkeypatch.setenv("AIRQUOTE_EPISODES", str(folder / "tea"))

    with pytest.raises(ConfigError, match="AIRQUOTE_EPISODES: it is set beside AIRQUOTE_PODCASTS"):
        load_settings()


def test_the_passwords_of_all_podcasts_are_kept_out_of_logs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "a:\n  title: a\n  sources: https://me:sesame@example.org/feed.xml\n" + TWO
    monkeypatch.setenv("AIRQUOTE_PODCASTS", str(write(folder, text)))

    assert "sesame" in load_settings().secrets
    assert "sesame" not in repr(load_settings())
