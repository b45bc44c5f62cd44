"""YAML with libyaml's parser and a text for every scalar. The only home of PyYAML.

YAML 1.1 turns an unquoted 1:00 into the number 60 and `no` into False. Here every scalar stays as
it was written, and the reader of a field decides what it means.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import yaml

from bot.errors import TranscriptError

YamlValue: TypeAlias = "str | list[YamlValue] | dict[str, YamlValue]"
_Read = TypeVar("_Read")

LONGEST_TEXT = 20_000
"""Characters in one value or line; nobody says more in one turn."""
MOST_VALUES = 250_000
"""Keys, texts, lists and mappings in one document.

The longest known page has 3,200; the facts about ten thousand episodes fit too.
"""

# A transcript needs only a few levels; each takes a few calls on Python's stack.
_DEEPEST = 100
_OPENINGS = frozenset([yaml.MappingStartEvent, yaml.SequenceStartEvent])
_CLOSINGS = frozenset([yaml.MappingEndEvent, yaml.SequenceEndEvent])
_NODES = _OPENINGS | {yaml.AliasEvent, yaml.ScalarEvent}
_DEFAULT_TAGS = {None, "!", *(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))}


@dataclass(frozen=True, slots=True)
class Entry:
    """A key with its line and value; `refusal` says why they are not used, if they are not."""

    key: str
    line: int
    value: YamlValue = ""
    refusal: TranscriptError | None = None


def load_yaml(text: str, path: str, first_line: int = 1) -> YamlValue:
    """Read one YAML document as texts, lists and mappings; an empty one is "".

    `first_line` is the line of the file on which `text` begins. Raises TranscriptError for broken
    YAML and for what no transcript needs: aliases, tags, duplicate keys, deep nesting, several
    documents, texts over 20,000 characters, over 250,000 values.
    """
    reader = _Reader(text, path, first_line)
    value = reader.document(reader.value)
    return "" if value is None else value


def load_entries(text: str, path: str) -> list[Entry]:
    """Read one YAML mapping entry by entry, so that a bad entry does not affect the others.

    Raises TranscriptError as `load_yaml` does for broken YAML, several documents, too many values,
    and what is no mapping.
    """
    reader = _Reader(text, path)
    return reader.document(reader.entries) or []


@dataclass(frozen=True, slots=True)
class Section:
    """A key of a mapping with its line, and the entries of the mapping below it."""

    key: str
    line: int
    entries: tuple[Entry, ...]


def load_sections(text: str, path: str) -> list[Section]:
    """Read a YAML mapping of mappings, with the lines of the keys on both levels.

    Raises TranscriptError as `load_entries` does, also for a value that is no mapping.
    """
    reader = _Reader(text, path)
    return reader.document(reader.sections) or []


def text_of(mapping: YamlValue, key: str) -> str:
    """Return the text under a key of a mapping, or "" if there is none."""
    value = mapping.get(key, "") if isinstance(mapping, dict) else ""
    return value if isinstance(value, str) and value not in ("~", "null") else ""


def items_of(mapping: YamlValue, key: str) -> list[YamlValue]:
    """Return the list under a key of a mapping; a lone text counts as a list of one."""
    value = mapping.get(key, []) if isinstance(mapping, dict) else []
    if isinstance(value, list):
        return value
    lone = text_of(mapping, key)
    return [lone] if lone else []


def _as_transcript_error(
    error: yaml.YAMLError, text: str, path: str, first_line: int
) -> TranscriptError:
    if isinstance(error, yaml.MarkedYAMLError):
        reason = error.problem or error.context or "it cannot be parsed"
        mark = error.problem_mark or error.context_mark
        line = first_line + mark.line if mark else None
    else:
        reason = str(getattr(error, "reason", error))
        line = first_line + text.count("\n", 0, getattr(error, "position", 0))
    return TranscriptError(path, f"the YAML is broken: {reason}.", "Fix that line.", line)


class _Reader:
    """Reads values from the events of the parser, so that limits apply before objects exist."""

    def __init__(self, text: str, path: str, first_line: int = 1) -> None:
        self.text = text
        self.path = path
        self.first_line = first_line
        self.event: Callable[[], yaml.Event | None]
        self.values = 0
        self.depth = 0

    def document(self, read: Callable[[yaml.Event], _Read]) -> _Read | None:
        """Read the only document, with `read` from its first event; None if there is none."""
        try:
            # An event at a time, without the objects around `yaml.parse`.
            self.event = yaml.CBaseLoader(self.text).get_event
            self.next()
            if isinstance(self.next(), yaml.StreamEndEvent):
                return None
            found = read(self.next())
            self.next()
            if not isinstance(event := self.next(), yaml.StreamEndEvent):
                raise self.refuse(event, "the YAML is broken: a second document.", "Remove it.")
        except yaml.YAMLError as error:
            raise _as_transcript_error(error, self.text, self.path, self.first_line) from error
        return found

    def next(self) -> yaml.Event:
        event = self.event()
        assert event  # noqa: S101 - nothing is read after the end of the stream
        kind = type(event)
        if kind in _NODES:
            self.values += 1
            if self.values > MOST_VALUES:
                reason = f"it has more than {MOST_VALUES:,} values."
                raise self.refuse(event, reason, "Split the file.")
        if kind in _OPENINGS:
            self.depth += 1
            if self.depth > _DEEPEST:
                raise self.refuse(event, "it is nested too deeply.", "Check its indentation.")
        elif kind in _CLOSINGS:
            self.depth -= 1
        return event

    def value(self, event: yaml.Event) -> YamlValue:
        """Read the value that begins with an event."""
        if not isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent):
            raise self.refuse(event, "YAML aliases (*name) are not accepted.", "Write it out.")
        if event.tag not in _DEFAULT_TAGS:
            raise self.refuse(event, f"the YAML tag {event.tag} is not accepted.", "Remove it.")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping()
        items = []
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            items.append(self.value(event))
        return items

    def scalar(self, event: yaml.ScalarEvent) -> str:
        value: str = event.value
        if len(value) > LONGEST_TEXT:
            raise self.refuse(event, f"it has a text of {len(value):,} characters.", "Split it.")
        return value

    def mapping(self) -> dict[str, YamlValue]:
        found: dict[str, YamlValue] = {}
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            key = self.key(event)
            if key in found:
                raise self.refuse(event, f'the key "{key}" appears twice.', "Keep one of them.")
            found[key] = self.value(self.next())
        return found

    def key(self, event: yaml.Event) -> str:
        key = self.value(event)
        if not isinstance(key, str):
            raise self.refuse(event, "a key is a list or a mapping.", "Quote it.")
        return key

    def entries(self, event: yaml.Event) -> list[Entry]:
        """Read the entries of a mapping; after a bad one, go on with the next."""
        depth = self.depth
        return [self.entry(key, depth) for key in self.keys(event)]

    def sections(self, event: yaml.Event) -> list[Section]:
        """Read the entries of a mapping whose values are mappings."""
        found: dict[str, Section] = {}
        for begin in self.keys(event):
            line, key = self.line_of(begin), self.key(begin)
            if key in found:
                raise self.refuse(begin, f'the key "{key}" appears twice.', "Keep one of them.")
            found[key] = Section(key, line, tuple(self.entries(self.next())))
        return [*found.values()]

    def keys(self, event: yaml.Event) -> Iterator[yaml.Event]:
        """Yield the event that begins each key of a mapping; the caller reads key and value."""
        if not isinstance(event, yaml.MappingStartEvent):
            raise self.refuse(event, "it is not a mapping.", "Write “key: value”.")
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            yield event

    def entry(self, event: yaml.Event, depth: int) -> Entry:
        """Read a key and its value to their ends, whatever is wrong with them.

        They are in a mapping of that depth.
        """
        line = self.line_of(event)
        key = self.attempt(self.key, event, depth)
        value = self.attempt(self.value, self.next(), depth)
        if isinstance(key, TranscriptError):
            return Entry("", line, refusal=key)
        if isinstance(value, TranscriptError):
            return Entry(key, line, refusal=value)
        return Entry(key, line, value)

    def attempt(
        self, read: Callable[[yaml.Event], _Read], event: yaml.Event, depth: int
    ) -> _Read | TranscriptError:
        """Read a part of an entry; if it is refused, skip the rest of it."""
        try:
            return read(event)
        except TranscriptError as error:
            while self.depth > depth:
                self.next()
            return error

    def line_of(self, event: yaml.Event) -> int:
        return self.first_line + (event.start_mark.line if event.start_mark else 0)

    def refuse(self, event: yaml.Event, reason: str, remedy: str) -> TranscriptError:
        return TranscriptError(self.path, reason, remedy, self.line_of(event))
