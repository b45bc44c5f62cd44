"""Settings: from the environment or an .env file, wrong ones in one clear sentence."""

import os
from pathlib import Path

import pytest

from bot.config import SAMPLE_EPISODES, load_settings
from bot.errors import ConfigError


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder, and nothing set."""
    for name in ("AIRQUOTE_EPISODES", "AIRQUOTE_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_sample_podcast_and_the_users_cache_are_the_defaults(folder: Path) -> None:
    settings = load_settings()

    assert settings.episode_paths == (SAMPLE_EPISODES,)
    assert settings.cache_folder.is_relative_to(folder / "home")
    assert "airquote" in settings.cache_folder.parts


def test_several_paths_are_joined_as_in_path(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("one").mkdir()
    monkeypatch.setenv("AIRQUOTE_EPISODES", os.pathsep.join(["one", "", "two.md"]))

    assert load_settings().episode_paths == (Path("one"), Path("two.md"))


def test_a_tilde_is_the_users_home(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "home" / "talks").mkdir(parents=True)
    monkeypatch.setenv("AIRQUOTE_EPISODES", "~/talks")
    monkeypatch.setenv("AIRQUOTE_CACHE", "~/built")

    assert load_settings().episode_paths == (folder / "home" / "talks",)
    assert load_settings().cache_folder == folder / "home" / "built"


def test_the_tilde_of_nobody_is_part_of_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRQUOTE_CACHE", "~nobody-of-that-name/built")

    assert load_settings().cache_folder == Path("~nobody-of-that-name/built")


def test_a_variable_set_to_nothing_is_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    default = load_settings().cache_folder
    monkeypatch.setenv("AIRQUOTE_EPISODES", "")
    monkeypatch.setenv("AIRQUOTE_CACHE", "")

    assert load_settings().episode_paths == (SAMPLE_EPISODES,)
    assert load_settings().cache_folder == default


def test_an_env_file_in_the_current_folder_is_read(folder: Path) -> None:
    (folder / ".env").write_text("# mine\nAIRQUOTE_EPISODES=.\nAIRQUOTE_CACHE=built\nOTHER=1\n")

    assert load_settings().episode_paths == (Path(),)
    assert load_settings().cache_folder == Path("built")


def test_the_environment_goes_before_the_env_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / ".env").write_text("AIRQUOTE_CACHE=from-the-file\n")
    monkeypatch.setenv("AIRQUOTE_CACHE", "from-the-environment")

    assert load_settings().cache_folder == Path("from-the-environment")


def test_an_env_file_that_is_no_text_is_a_wrong_setting(folder: Path) -> None:
    (folder / ".env").write_bytes(b"AIRQUOTE_CACHE=\xff\n")

    with pytest.raises(ConfigError, match=r"\.env.*UTF-8"):
        load_settings()


def test_paths_of_which_none_exists_are_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRQUOTE_EPISODES", os.pathsep.join(["gone", "lost"]))

    with pytest.raises(ConfigError, match="AIRQUOTE_EPISODES: there is no gone, lost") as caught:
        load_settings()
    assert caught.value.remedy


def test_a_value_that_makes_no_sense_is_a_wrong_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRQUOTE_KEEP_QUERIES_DAYS", "forever")

    with pytest.raises(ConfigError, match=r"AIRQUOTE_KEEP_QUERIES_DAYS: .* See \.env\.example\."):
        load_settings()
