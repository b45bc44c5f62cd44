"""The file AIRQUOTE_PODCASTS: a YAML mapping from the ids of podcasts to what they are."""

import os
from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from bot.branding import parse_colour
from bot.errors import ConfigError, TranscriptError
from bot.podcasts import PODCAST_ID, Podcast, as_typed, is_reserved
from bot.setting_types import read_language, read_links, read_switch
from bot.sources import expand_home, is_address, parse_source
from bot.strict_yaml import Entry, Section, YamlValue, load_sections
from bot.text import one_line

_SETTING = "AIRQUOTE_PODCASTS"
# It stands on every hit.
_LONGEST_TITLE = 80


def read_podcasts(path: Path) -> tuple[tuple[Podcast, ...], list[ConfigError]]:
    """Read the podcasts in a file, and what is wrong with it.

    Sources and evaluation files are relative to the folder of the file.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return (), [ConfigError(str(path), "it is not UTF-8 text.", "Save it as UTF-8.")]
    except OSError as error:
        reason = f"{path} cannot be read ({error.strerror})."
        return (), [ConfigError(_SETTING, reason, "Check the path.")]
    try:
        sections = load_sections(text, str(path))
    except TranscriptError as error:
        return (), [ConfigError(_place(path, error.line), error.reason, error.remedy)]
    if not sections:
        remedy = "Describe each, as docs/podcasts.md says."
        return (), [ConfigError(str(path), "it names no podcasts.", remedy)]
    readers = [_Reader(path, section) for section in sections]
    podcasts = tuple(podcast for each in readers if (podcast := each.read()))
    problems = [problem for each in readers for problem in each.problems]
    problems += _shared_titles(path, podcasts)
    if sum(each.was_alone for each in podcasts) > 1:
        problems.append(ConfigError(str(path), "several podcasts were alone.", "Only one can be."))
    return podcasts, problems


def _shared_titles(path: Path, podcasts: Sequence[Podcast]) -> Iterator[ConfigError]:
    """List the podcasts that are called as another one is: by title, one could not be chosen."""
    first: dict[str, str] = {}
    for each in podcasts:
        other = first.setdefault(as_typed(each.title), each.id)
        if other != each.id:
            reason = f"{each.id}: its title is that of {other}, so it could not be chosen by it."
            yield ConfigError(str(path), reason, "Give it another title.")


class _Reader:
    """Reads the section of one podcast; `problems` collects what is wrong with it."""

    def __init__(self, path: Path, section: Section) -> None:
        self.problems: list[ConfigError] = []
        self._path = path
        self._section = section
        self._fields: dict[str, Callable[[YamlValue], object]] = {
            "title": _title,
            "sources": self._sources,
            "language": lambda value: read_language(_text(value)),
            "colour": lambda value: parse_colour(_text(value)),
            "links": lambda value: read_links(" ".join(_texts(value))),
            "evaluation": self._evaluation,
            "was_alone": lambda value: read_switch(_text(value)),
        }

    def read(self) -> Podcast | None:
        """Return the podcast, or None if it cannot be used."""
        if not PODCAST_ID.fullmatch(self._section.key):
            reason = f"“{self._section.key}” is not a podcast id."
            remedy = "Use up to 24 lower-case letters, digits and hyphens."
            self._complain(reason, remedy, self._section.line)
        elif is_reserved(self._section.key):
            reason = "it could never be chosen, as “use” takes this word for something else."
            self._complain(reason, "Give it another id.", self._section.line)
        values: dict[str, Any] = {}
        for entry in self._section.entries:
            self._read_entry(entry, values)
        named = {entry.key for entry in self._section.entries}
        # What is wrong with a field that is named, but has no value, was said already.
        if not values.get("title", "title" in named):
            self._complain("it has no title.", "Add: title: …", self._section.line)
        if not values.get("sources", "sources" in named):
            self._complain("it has no sources.", "Add a list: sources: […]", self._section.line)
        return None if self.problems else Podcast(self._section.key, **values)

    def _read_entry(self, entry: Entry, values: dict[str, Any]) -> None:
        if entry.refusal:
            self._complain(entry.refusal.reason, entry.refusal.remedy, entry.refusal.line)
        elif entry.key not in self._fields:
            near = get_close_matches(entry.key, self._fields, 1)
            known = f"Did you mean {near[0]}?" if near else f"Known are: {', '.join(self._fields)}."
            self._complain(f"there is no field “{entry.key}”.", known, entry.line)
        elif entry.key in values:
            self._complain(f"“{entry.key}” appears twice.", "Keep one of them.", entry.line)
        else:
            try:
                values[entry.key] = self._fields[entry.key](entry.value)
            except ConfigError as error:
                self._complain(f"{entry.key}: {error.reason}", error.remedy, entry.line)
            except ValueError as error:
                self._complain(f"{entry.key}: {error}.", "", entry.line)

    def _sources(self, value: YamlValue) -> tuple[str, ...]:
        return tuple(self._source(each) for each in _texts(value))

    def _source(self, text: str) -> str:
        if is_address(text):
            parse_source(text)
            return text
        path = self._beside(text)
        if os.pathsep in str(path):
            raise ValueError(f"a path cannot contain “{os.pathsep}”")
        if not path.exists():
            raise ValueError(f"there is no {path}")
        return str(path)

    def _evaluation(self, value: YamlValue) -> Path:
        path = self._beside(_text(value))
        if not path.is_file():
            raise ValueError(f"there is no file {path}")
        return path

    def _beside(self, text: str) -> Path:
        return self._path.parent / expand_home(Path(text))

    def _complain(self, reason: str, remedy: str, line: int | None) -> None:
        named = f"{self._section.key}: {reason}"
        self.problems.append(ConfigError(_place(self._path, line), named, remedy))


def _place(path: Path, line: int | None) -> str:
    return str(path) if line is None else f"{path}, line {line}"


def _text(value: YamlValue) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("it should be a text")
    return value.strip()


def _title(value: YamlValue) -> str:
    title = one_line(_text(value))
    if len(title) > _LONGEST_TITLE:
        raise ValueError(f"it should have at most {_LONGEST_TITLE} characters")
    return title


def _texts(value: YamlValue) -> Sequence[str]:
    return [_text(each) for each in (value if isinstance(value, list) else [value])]
