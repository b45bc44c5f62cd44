"""The settings as they are read: from the environment, a file `.env`, and the file of podcasts.

The only home of python-dotenv.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from bot.config import Settings, setting_variables
from bot.errors import ConfigError
from bot.sources import Folder, expand_home
from bot.text import pluralize

_ENV_FILE = Path(".env")
_OURS = "AIRQUOTE_"
# How alike names are of which one may be meant for the other, from 0 to 1.
_ALIKE = 0.8
# What only the tests of Airquote read.
_OF_TESTS = ("AIRQUOTE_SHARED", "AIRQUOTE_CONTRACTS", "AIRQUOTE_TEST_POSTGRES")


def load_settings() -> Settings:
    """Read all settings. Raises one ConfigError that lists every problem."""
    settings, problems = read_settings()
    raise_problems(problems)
    return settings


def read_settings() -> tuple[Settings, tuple[ConfigError, ...]]:
    """Read all settings and their problems; defaults replace wrong values.

    It is a problem if none of the episode paths exists and there is nothing to fetch; if some
    exist, `airquote check` names the missing ones. Raises ConfigError if `.env` cannot be read.
    """
    settings, problems = parse_settings(_read_variables())
    if settings.podcasts_file:
        settings, wrong = _with_podcasts(settings, expand_home(settings.podcasts_file))
        problems += wrong
    try:
        problems += _missing_paths(settings)
    except ConfigError as error:
        problems.append(error)
        settings = replace(settings, episodes="")
    queries = settings.evaluation_path
    if queries and not queries.is_file():
        remedy = "Check the path, or unset it."
        reason = f"there is no file {queries}."
        problems.append(ConfigError("AIRQUOTE_EVAL", reason, remedy))
    return settings, tuple(problems)


def parse_settings(variables: Mapping[str, str]) -> tuple[Settings, list[ConfigError]]:
    """Read the settings from variables and list the wrong ones; defaults replace those."""
    values: dict[str, Any] = {}
    problems = []
    for name, variable in setting_variables():
        if text := variables.get(variable.name):
            try:
                values[name] = variable.read(text)
            except ValueError as error:
                problems.append(ConfigError(variable.name, f"{error}.", "See .env.example."))
    return Settings(**values), problems


def raise_problems(problems: Sequence[ConfigError]) -> None:
    """Raise the only problem, or one ConfigError with a line for each; do nothing without any."""
    if len(problems) == 1:
        raise problems[0]
    if problems:
        lines = "\n".join(map(str, problems))
        raise ConfigError("Settings", f"{pluralize(len(problems), 'problem')}.\n{lines}")


def misspelt_settings() -> tuple[ConfigError, ...]:
    """List the variables that are called as settings are, and are none."""
    known = [variable.name for _, variable in setting_variables()]
    unknown = {name for name in _read_variables() if name.startswith(_OURS)}.difference(known)
    return tuple(_misspelt(name, known) for name in sorted(unknown.difference(_OF_TESTS)))


def _misspelt(name: str, known: Sequence[str]) -> ConfigError:
    # Loaded here, as names are seldom misspelt.
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1, _ALIKE)
    remedy = f"Did you mean {near[0]}?" if near else "See .env.example for all there are."
    return ConfigError(name, "there is no such setting.", remedy)


def _read_variables() -> dict[str, str]:
    """Read the variables that are not empty; the environment overrides the file `.env`."""
    read = (_read_env_file(), os.environ)
    return {name.upper(): value for each in read for name, value in each.items() if value}


def _read_env_file() -> Mapping[str, str | None]:
    if not _ENV_FILE.exists():
        return {}
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    try:
        with _ENV_FILE.open(encoding="utf-8") as lines:
            wrong = [each.original for each in parse_stream(lines) if each.error]
        for each in wrong:
            raise _broken(each.line, each.string)
        return dotenv_values(_ENV_FILE)
    except UnicodeDecodeError as error:
        raise ConfigError(str(_ENV_FILE), "it is not UTF-8 text.", "Save it as UTF-8.") from error


def _broken(line: int, text: str) -> ConfigError:
    """Say that a text cannot be read; empty lines before it, where `line` is, are part of it."""
    line += text[: len(text) - len(text.lstrip())].count("\n")
    remedy = "Write NAME=value, and end each quote that begins."
    return ConfigError(f"{_ENV_FILE}, line {line}", "it cannot be read.", remedy)


def _with_podcasts(settings: Settings, path: Path) -> tuple[Settings, list[ConfigError]]:
    """Add the podcasts in a file to the settings."""
    # Imported here, as one podcast needs no YAML.
    from bot.podcasts_file import read_podcasts

    podcasts, problems = read_podcasts(path)
    if settings.episodes:
        reason = "it is set beside AIRQUOTE_PODCASTS, which names the sources of each podcast."
        problems.append(ConfigError("AIRQUOTE_EPISODES", reason, "Unset one of them."))
    return replace(settings, podcasts=podcasts or settings.podcasts, episodes=""), problems


def _missing_paths(settings: Settings) -> list[ConfigError]:
    """Find out whether there is nothing to read or fetch. Raises ConfigError for a wrong source."""
    if settings.episodes and settings.is_sample:
        reason, remedy = "it names nothing.", "Name what to read, or unset it."
        return [ConfigError("AIRQUOTE_EPISODES", reason, remedy)]
    if any(not isinstance(each, Folder) or each.path.exists() for each in settings.sources):
        return []
    named = ", ".join(map(str, settings.episode_paths))
    remedy = "Check the path, or unset it to use the sample podcast."
    return [ConfigError("AIRQUOTE_EPISODES", f"there is no {named}.", remedy)]
