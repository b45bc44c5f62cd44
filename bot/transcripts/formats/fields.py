"""The values in transcript files: all arrive as text, and are checked here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import PurePosixPath

from bot.models import Cue, Problem, Transcript
from bot.strict_yaml import YamlValue, items_of
from bot.text import UNSEEN

_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,9}))?", re.ASCII)
_VIDEO_ID = re.compile(r"[\w-]{11}", re.ASCII)
_VIDEO_URL = re.compile(
    r"(?:[?&]v=|youtu\.be/|/embed/|/live/|/shorts/)([\w-]{11})(?![\w-])", re.ASCII
)
_LANGUAGE = re.compile(
    r"\.(?:[a-z]{2}(?:-[A-Za-z]{2,4})?(?:-orig)?|transcript|captions|subtitles)$"
)
_DATE_PREFIX = re.compile(r"\d{4}-\d{2}-\d{2}-(?=.)")


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """What a reader made of one file; `transcript` is None where there is nothing to read."""

    transcript: Transcript | None
    notes: tuple[Problem, ...] = ()


def make_note(path: str, reason: str, remedy: str = "", line: int | None = None) -> Problem:
    """Say something about a file that is used all the same."""
    return Problem(path, reason, remedy, line, refused=False)


def clean_line(text: str) -> str:
    """Put a text on one line, with spaces in place of characters that are not meant to be seen.

    A control character often stands where a line broke, so unlike `bot.text.one_line` it parts
    words.
    """
    if not text.isprintable():
        text = UNSEEN.sub(" ", text)
    return " ".join(text.split())


def texts_of(mapping: YamlValue, key: str) -> tuple[str, ...]:
    """Return the texts in the list under a key of a mapping, each on one line."""
    texts = (clean_line(item) for item in items_of(mapping, key) if isinstance(item, str))
    return tuple(text for text in texts if text)


def parse_seconds(text: str) -> float | None:
    """Read `[[h:]m:]s[.f]` as seconds; None where it is no such time.

    With a larger unit before them, seconds and minutes stay below 60; the first unit may be any
    number, so that 75:10 is an hour and a quarter.
    """
    match = _CLOCK.fullmatch(text) or _CLOCK.fullmatch("".join(text.split()))
    if not match:
        return None
    hours, minutes, seconds, fraction = match.groups()
    if (minutes and int(seconds) > 59) or (hours and int(minutes) > 59):
        return None
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)
    return whole + float(f"0.{fraction or 0}")


def parse_number(text: str) -> int | None:
    """Read a small whole number; None where it is none."""
    text = text.strip()
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def parse_day(text: str) -> date | None:
    """Read the day in front of an ISO date or time; None where there is none."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def parse_youtube(text: str) -> str:
    """Find the 11 characters of a video id in an id or an address; "" where there are none."""
    text = text.strip()
    url = _VIDEO_URL.search(text)
    if url:
        return url[1]
    bare = re.split(r"[&?#]", text)[0]
    return bare if _VIDEO_ID.fullmatch(bare) else ""


def stem_of(path: str) -> str:
    """Return a path's file name without its date prefix, its extension and a language before it."""
    name = PurePosixPath(path)
    stem = _DATE_PREFIX.sub("", name.stem, count=1)
    # A page's stem is its address on the site, whatever it looks like.
    return stem if name.suffix.lower() in (".md", ".markdown") else _LANGUAGE.sub("", stem)


def first_words(cues: Sequence[Cue], length: int = 60) -> str:
    """Return the first words spoken, cut at a word within `length` characters."""
    words = ""
    for cue in cues:
        words = f"{words} {cue.text}".strip()
        if len(words) > length:
            return words[: length + 1].rsplit(" ", 1)[0][:length]
    return words
