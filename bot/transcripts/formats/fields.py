"""The values in transcript files: they arrive as text and are parsed here."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import PurePosixPath

from bot.languages import is_known_language, language_code
from bot.models import Cue, Problem, Transcript
from bot.numbering import find_day
from bot.players import parse_apple, parse_link, parse_spotify, parse_template
from bot.strict_yaml import YamlValue, items_of, text_of
from bot.text import UNSEEN

_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6})(?:[.,](\d{1,9}))?", re.ASCII)
_TIMECODE = re.compile(r"(\d{1,3}[:;]\d{2}[:;]\d{2})[:;](\d{2})", re.ASCII)
_FRAMES = 30
# Seconds; turns that overlap go back a little.
_LONGEST_JUMP = 60.0
# Characters a second; a show that is mostly music has more.
_SLOWEST_PACE = 0.2
_LEAST_TO_TELL = 1000
_UNITS = (1.0, 1e3, 1e6, 1e7, 1e9)
_VIDEO_ID = re.compile(r"[\w-]{11}", re.ASCII)
_VIDEO_URL = re.compile(
    r"(?:[?&]v=|youtu\.be/|/embed/|/live/|/shorts/)([\w-]{11})(?![\w-])", re.ASCII
)
# At the end of a name: .de, .pt-BR, .es-419, .zh-Hans-CN, .eng, .German. yt-dlp may add the id of
# the track, of 11 characters.
_SUFFIX = re.compile(
    r"\.(?:(?P<mark>transcripts?|captions?|subtitles?|auto|cc|sdh|forced|default"
    r"|aac|flac|m4a|mkv|mov|mp[34]|mpeg|ogg|opus|wav|webm|wma)"
    r"|(?P<tag>[a-z]{2}(?:-(?:[A-Za-z]{2,4}|\d{3})){0,3}(?:-[\w-]{11})?|[A-Za-z]{2,12}))$",
    re.ASCII,
)
# "Wednesday, 12 de septiembre de 2024, 12:00"
_LONGEST_DAY = 60
_DATE_PREFIX = re.compile(r"\d{4}-\d{2}-\d{2}-(?=.)")


LINKS: Mapping[str, Callable[[str], str]] = {
    "url": parse_link,
    "audio": parse_link,
    "spotify": parse_spotify,
    "apple": parse_apple,
    "template": parse_template,
}
"""What links may lead to besides a video, by field, and how each is read."""

_AN_ADDRESS = "Write an address that begins with https://."
EXPECTED: Mapping[str, str] = {
    "season": "Write a number.",
    "episode": "Write a number.",
    "guest": "Write a list of names.",
    "youtube": "Write the 11 characters of the video's id.",
    "date": "Write it as 2024-12-31.",
    "url": _AN_ADDRESS,
    "audio": _AN_ADDRESS,
    "spotify": "Write its address on open.spotify.com, or the 22 characters of its id.",
    "apple": "Write its address on podcasts.apple.com, with “?i=” in it.",
    "template": "Write a pattern such as {url}#t={seconds}.",
}
"""What to write for a value that cannot be read, by what it is of."""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """The result of reading one file; `transcript` is None if there is nothing to read.

    `passed_over` names what a file is that nobody takes for a transcript.
    """

    transcript: Transcript | None
    notes: tuple[Problem, ...] = ()
    passed_over: str = ""


def make_note(path: str, reason: str, remedy: str = "") -> Problem:
    """Return a problem of a file that is used nevertheless."""
    return Problem(path, reason, remedy, refused=False)


def find_jumps(transcript: Transcript) -> Iterator[Problem]:
    """Report the largest of the jumps by which the times of a transcript go back."""
    starts = [cue.start for cue in transcript.cues if cue.start is not None]
    jumps = [(one - other, one, other) for one, other in pairwise(starts)]
    if jumps and (largest := max(jumps))[0] > _LONGEST_JUMP:
        _, before, after = largest
        reason = f"its times jump back, from {before:.0f} to {after:.0f} s."
        yield make_note(transcript.path, reason, "Check whether a part stands twice.")


def clean_line(text: str) -> str:
    """Put a text on one line, with spaces in place of unseen characters.

    In files, a control character often separates words, so unlike `bot.text.one_line` this keeps
    them apart.
    """
    if not text.isprintable():
        text = UNSEEN.sub(" ", text)
    return " ".join(text.split())


def texts_of(mapping: YamlValue, key: str) -> tuple[str, ...]:
    """Return the texts in the list under a key of a mapping, each on one line."""
    texts = (clean_line(item) for item in items_of(mapping, key) if isinstance(item, str))
    return tuple(text for text in texts if text)


def parse_seconds(text: str) -> float | None:
    """Parse `[[h:]m:]s[.f]` as seconds; None if the text is no such time.

    Only the first unit may exceed 59: 75:10 is an hour and a quarter, but 1:75 is no time.
    """
    match = _CLOCK.fullmatch(text) or _CLOCK.fullmatch("".join(text.split()))
    if not match:
        return None
    hours, minutes, seconds, fraction = match.groups()
    if (minutes and int(seconds) > 59) or (hours and int(minutes) > 59):
        return None
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds)
    return whole + float(f"0.{fraction or 0}")


def parse_clock(text: str) -> float | None:
    """Parse a time as `parse_seconds` does, or a timecode with frames: `00:00:04:12`."""
    match = _TIMECODE.fullmatch(text.strip())
    if not match:
        return parse_seconds(text)
    seconds = parse_seconds(match[1].replace(";", ":"))
    return None if seconds is None else seconds + int(match[2]) / _FRAMES


def unit_of(said: Sequence[tuple[str, float | None, float | None]]) -> float:
    """Return how many of the units of some times make a second: 1, 1000 or more.

    Each is of words, their start and their end. Nobody speaks so slowly that whole numbers of
    milliseconds could be seconds.
    """
    times = [time for _, *both in said for time in both if time is not None]
    if not times or max(times) < _LEAST_TO_TELL or not all(time.is_integer() for time in times):
        return 1.0
    pace = sum(len(words) for words, *_ in said) / max(times)
    return next((unit for unit in _UNITS if pace * unit >= _SLOWEST_PACE), 1.0)


def is_name(text: str) -> bool:
    """Tell whether a text may be somebody's name: a number is none."""
    return any(map(str.isalpha, text))


def parse_number(text: str) -> int | None:
    """Parse a whole number of up to six digits; None if the text is none."""
    text = text.strip()
    return int(text) if re.fullmatch(r"[0-9]{1,6}", text) else None


def parse_day(text: str) -> date | None:
    """Parse a day, as an ISO date or time, or written out ("12 mars 2024"); None if it is none."""
    if day := parse_iso_day(text):
        return day
    found = find_day(text[:_LONGEST_DAY])
    return found[0] if found else None


def parse_iso_day(text: str) -> date | None:
    """Parse the day of an ISO date or time; None if there is none."""
    try:
        return date.fromisoformat(text.strip()[:10])
    except ValueError:
        return None


def parse_youtube(text: str) -> str:
    """Return the video id in an id or an address, or "" if there is none."""
    text = text.strip()
    url = _VIDEO_URL.search(text)
    if url:
        return url[1]
    bare = re.split(r"[&?#]", text)[0]
    return bare if _VIDEO_ID.fullmatch(bare) else ""


def links_of(*mappings: YamlValue) -> dict[str, str]:
    """Read what links may lead to, by the fields of Metadata, from the first mapping that has it.

    What is no address is left out.
    """
    return {
        name: next(filter(None, (parse(text_of(each, name)) for each in mappings)), "")
        for name, parse in LINKS.items()
    }


def stem_of(path: str) -> str:
    """Return a path's file name without date prefix, extension and language suffix."""
    name = PurePosixPath(path)
    stem = _DATE_PREFIX.sub("", name.stem, count=1)
    # A page's stem is its address on the site, even if it ends like a language.
    return stem if name.suffix.lower() in (".md", ".markdown") else split_language(stem)[0]


def language_in_name(path: str) -> str:
    """Return the code of the language at the end of a file name: "en" of `talk.en-US.vtt`."""
    return split_language(PurePosixPath(path).stem)[1]


def split_language(stem: str) -> tuple[str, str]:
    """Split a file name, without its extension, into what it names and the code of its language.

    Two small letters are a language; whatever else could be one, only if it is known.
    """
    language = ""
    while match := _SUFFIX.search(stem):
        tag = match["tag"]
        if tag and (language or not (language := _language_of(tag))):
            break
        stem = stem[: match.start()]
    return stem, language


def _language_of(tag: str) -> str:
    code = language_code(tag.partition("-")[0])
    plain = tag[:2].islower() and not tag[2:3].isalpha()
    return code if plain or is_known_language(code) else ""


def first_words(cues: Sequence[Cue], length: int = 60) -> str:
    """Return the first words spoken, at most `length` characters, cut between words."""
    words = ""
    for cue in cues:
        words = f"{words} {cue.text}".strip()
        if len(words) > length:
            return words[: length + 1].rsplit(" ", 1)[0][:length]
    return words
