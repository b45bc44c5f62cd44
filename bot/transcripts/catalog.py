"""Catalogs: facts about episodes whose transcript files have none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import PurePosixPath

from bot.errors import TranscriptError
from bot.files import DATA
from bot.models import Metadata, Problem
from bot.strict_yaml import Entry, YamlValue, load_entries, text_of
from bot.text import truncate
from bot.transcripts.formats.fields import (
    EXPECTED,
    LINKS,
    clean_line,
    is_name,
    links_of,
    parse_day,
    parse_number,
    parse_youtube,
    texts_of,
)

BUILT_IN_CATALOG = DATA / "catalog.yaml"
"""The catalog that ships with Airquote."""

# 64 bits in base64: the last character of an id is one of sixteen.
_ID = r"[\w-]{10}[AEIMQUYcgkosw048]"
_ID_IN_STEM = re.compile(rf"\A(?:.*\[({_ID})\]|({_ID}))\Z", re.ASCII | re.DOTALL)
_WORD = re.compile(
    r"[A-Z]?[a-z]+|[A-Z]+[0-9]*|(?:[A-Z](?=[a-z]*[aeiouy])[a-z]++)+[0-9]*|[sSeE]?[0-9]+(?:[eE][0-9]+)?"
)
_LONGEST_SHOWN = 100
_KEYS = (
    "title",
    "season",
    "episode",
    "guests",
    "youtube",
    "date",
    "short",
    "slug",
    "topics",
    "description",
    "url",
    "audio",
    "spotify",
    "apple",
    "template",
    "guid",
)
_LISTS = ("guests", "topics")


@dataclass(frozen=True, slots=True)
class Catalog:
    """Facts about episodes by the paths of their files, and the entries that are refused."""

    facts: Mapping[str, Metadata]
    problems: tuple[Problem, ...] = ()


def read_catalog(text: str, path: str) -> Catalog:
    """Read a catalog: a mapping from files in its folder, or below, to facts about their episodes.

    The facts are `title`, `season`, `episode`, `guests`, `youtube`, `date`, `short`, `slug`,
    `topics`, `description`, `url`, `audio`, `spotify`, `apple`, `template` and `guid`. An entry
    with anything else is refused. Raises TranscriptError if the whole is no such mapping.
    """
    facts: dict[str, Metadata] = {}
    problems: list[Problem] = []
    for entry in load_entries(text, path):
        try:
            if entry.refusal:
                raise entry.refusal
            name = _path_below(entry, path)
            if name in facts:
                raise _refuse(entry, path, "its file has an entry already.", "Keep one of them.")
            facts[name] = _read_entry(entry, path)
        except TranscriptError as error:
            line, shown = error.line, truncate(clean_line(entry.key), _LONGEST_SHOWN) or "an entry"
            reason = f"“{shown}”: {error.reason}"
            problems.append(Problem(path, reason, error.remedy, line, entry=shown))
    return Catalog(facts, tuple(problems))


def read_built_in_catalog() -> Mapping[str, Metadata]:
    """Read the catalog that ships with Airquote; empty if it was not installed."""
    if not BUILT_IN_CATALOG.is_file():
        return {}
    return read_catalog(BUILT_IN_CATALOG.read_text(encoding="utf-8"), BUILT_IN_CATALOG.name).facts


def fill_gaps(known: Metadata, facts: Metadata) -> Metadata:
    """Return `known` with its empty fields taken from `facts`."""
    empty = {
        field.name: getattr(facts, field.name)
        for field in fields(Metadata)
        if getattr(known, field.name) in ("", None, ())
    }
    return replace(known, **empty)


def video_in_name(stem: str) -> str:
    """Return the YouTube id that is a file's stem, or is in brackets at its end, else "".

    Many slugs have eleven characters too, so an id needs a capital and must not split into words.
    """
    match = _ID_IN_STEM.fullmatch(stem)
    if not match:
        return ""
    bracketed, whole = match.groups()
    if bracketed:
        return bracketed
    words = all(_WORD.fullmatch(word) for word in re.split(r"[-_]+", whole.strip("-_")))
    return "" if words or whole == whole.lower() else whole


def _path_below(entry: Entry, path: str) -> str:
    """Return the path of an entry's file in its normal form, such as "s01/e02.srt"."""
    below = PurePosixPath(entry.key)
    if below.is_absolute() or ".." in below.parts or not below.parts:
        raise _refuse(entry, path, "it is not in this folder.", "Write a path such as s01/e02.srt.")
    return str(below)


def _read_entry(entry: Entry, path: str) -> Metadata:
    facts = entry.value
    if not isinstance(facts, dict):
        raise _refuse(entry, path, "it has no facts.", "Add a title.")
    if unknown := sorted(set(facts) - set(_KEYS)):
        reason = f'it has an unknown key: "{unknown[0]}".'
        raise _refuse(entry, path, reason, f"Use {', '.join(_KEYS)}.")
    _refuse_nested(entry, facts, path)
    metadata = Metadata(
        slug=clean_line(text_of(facts, "slug")),
        title=clean_line(text_of(facts, "title")),
        short=clean_line(text_of(facts, "short")),
        season=parse_number(text_of(facts, "season")),
        number=parse_number(text_of(facts, "episode")),
        guests=texts_of(facts, "guests"),
        youtube=parse_youtube(text_of(facts, "youtube")),
        published=parse_day(text_of(facts, "date")),
        topics=texts_of(facts, "topics"),
        description=clean_line(text_of(facts, "description")),
        guid=clean_line(text_of(facts, "guid")),
        **links_of(facts),
    )
    _refuse_unread(entry, metadata, path)
    return metadata


def _refuse_nested(entry: Entry, facts: dict[str, YamlValue], path: str) -> None:
    for key, value in facts.items():
        texts = value if key in _LISTS and isinstance(value, list) else [value]
        if not all(isinstance(text, str) for text in texts):
            expected = "a list of texts" if key in _LISTS else "a text"
            raise _refuse(entry, path, f"its {key} is not {expected}.", "Write it as one.")


def _refuse_unread(entry: Entry, metadata: Metadata, path: str) -> None:
    read = {
        "season": metadata.season is not None,
        "episode": metadata.number is not None,
        "youtube": bool(metadata.youtube),
        "date": metadata.published is not None,
        **{name: bool(getattr(metadata, name)) for name in LINKS},
    }
    for key, is_read in read.items():
        written = text_of(entry.value, key)
        if written and not is_read:
            raise _refuse(entry, path, f'the {key} "{written}" cannot be read.', EXPECTED[key])
    for guest in metadata.guests:
        if not is_name(guest):
            raise _refuse(entry, path, f'the guest "{guest}" cannot be read.', EXPECTED["guest"])


def _refuse(entry: Entry, path: str, reason: str, remedy: str) -> TranscriptError:
    return TranscriptError(path, reason, remedy, entry.line)
