"""Catalogs: facts about episodes whose transcript files have none."""

import re
from dataclasses import fields, replace

from bot.errors import TranscriptError
from bot.files import DATA
from bot.models import Metadata
from bot.strict_yaml import YamlValue, load_yaml, text_of
from bot.transcripts.formats.fields import (
    clean_line,
    parse_day,
    parse_number,
    parse_youtube,
    texts_of,
)

BUILT_IN_CATALOG = DATA / "catalog.yaml"
"""The catalog that ships with Airquote."""

# 64 bits in base64: the last character of an id is one of sixteen.
_ID = r"[\w-]{10}[AEIMQUYcgkosw048]"
_ID_IN_STEM = re.compile(rf".*\[({_ID})\]|({_ID})", re.ASCII | re.DOTALL)
_WORD = re.compile(
    r"[A-Z]?[a-z]+|[A-Z]+[0-9]*|(?:[A-Z][a-z]*[aeiouy][a-z]*)+[0-9]*|[sSeE]?[0-9]+(?:[eE][0-9]+)?"
)
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
)
_EXPECTED = {
    "season": "Write a number.",
    "episode": "Write a number.",
    "youtube": "Write the 11 characters of the video's id.",
    "date": "Write it as 2024-12-31.",
}


def read_catalog(text: str, path: str) -> dict[str, Metadata]:
    """Read a catalog: a mapping from file names to facts about their episodes.

    The facts are `title`, `season`, `episode`, `guests`, `youtube`, `date`, `short`, `slug`,
    `topics` and `description`. Raises TranscriptError for anything else.
    """
    entries = load_yaml(text, path)
    if not isinstance(entries, dict):
        raise TranscriptError(
            path, "it is not a mapping from file names.", "See docs/transcripts.md."
        )
    return {name: _read_entry(name, entry, path) for name, entry in entries.items()}


def read_built_in_catalog() -> dict[str, Metadata]:
    """Read the catalog that ships with Airquote; empty if it was not installed."""
    if not BUILT_IN_CATALOG.is_file():
        return {}
    return read_catalog(BUILT_IN_CATALOG.read_text(encoding="utf-8"), BUILT_IN_CATALOG.name)


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


def _read_entry(name: str, entry: YamlValue, path: str) -> Metadata:
    if not isinstance(entry, dict):
        raise TranscriptError(path, f'"{name}" has no facts.', "Add a title.")
    unknown = sorted(set(entry) - set(_KEYS))
    if unknown:
        reason = f'"{name}" has an unknown key: "{unknown[0]}".'
        raise TranscriptError(path, reason, f"Use {', '.join(_KEYS)}.")
    metadata = Metadata(
        slug=clean_line(text_of(entry, "slug")),
        title=clean_line(text_of(entry, "title")),
        short=clean_line(text_of(entry, "short")),
        season=parse_number(text_of(entry, "season")),
        number=parse_number(text_of(entry, "episode")),
        guests=texts_of(entry, "guests"),
        youtube=parse_youtube(text_of(entry, "youtube")),
        published=parse_day(text_of(entry, "date")),
        topics=texts_of(entry, "topics"),
        description=clean_line(text_of(entry, "description")),
    )
    _refuse_unread(name, entry, metadata, path)
    return metadata


def _refuse_unread(name: str, entry: YamlValue, metadata: Metadata, path: str) -> None:
    read = {
        "season": metadata.season is not None,
        "episode": metadata.number is not None,
        "youtube": bool(metadata.youtube),
        "date": metadata.published is not None,
    }
    for key, remedy in _EXPECTED.items():
        written = text_of(entry, key)
        if written and not read[key]:
            raise TranscriptError(path, f'"{written}" is no {key} ("{name}").', remedy)
