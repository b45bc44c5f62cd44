"""TOML with a text for every value, as `strict_yaml` reads YAML: front matter of Hugo pages."""

import tomllib
from datetime import date, datetime, time

from bot.errors import TranscriptError
from bot.strict_yaml import YamlValue

_DEEPEST = 20


def load_toml(text: str, path: str, first_line: int = 1) -> dict[str, YamlValue]:
    """Read a TOML document as texts, lists and mappings.

    `first_line` is the line of the file on which `text` begins. Raises TranscriptError.
    """
    try:
        document = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = f"the TOML is broken: {error}."
        raise TranscriptError(path, reason, "Fix it.", first_line) from error
    return {key: _as_text(value, 0) for key, value in document.items()}


def _as_text(value: object, depth: int) -> YamlValue:
    if depth > _DEEPEST:
        return ""
    if isinstance(value, dict):
        return {str(key): _as_text(inside, depth + 1) for key, inside in value.items()}
    if isinstance(value, list):
        return [_as_text(inside, depth + 1) for inside in value]
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    return str(value)
