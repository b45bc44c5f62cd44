"""Files that are no transcripts, or none that can be read, named for what they are."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bot.models import Problem
from bot.text import pluralize

_EXPORT = "Export it as SRT or VTT."
_TRANSCRIBE = "Transcribe it, as SRT or VTT."
_RECORDING = "recording"
_KINDS = {
    _RECORDING: "aac aif aiff avi flac flv m4a m4b m4v mka mkv mov mp3 mp4 mpeg mpg oga ogg ogv "
    "opus wav webm wma wmv",
    "picture": "avif bmp gif heic ico jpeg jpg png psd svg tif tiff webp",
    "Word document": "doc docx",
    "text document": "epub odt pages rtf",
    "PDF": "pdf",
    "table": "db numbers ods parquet sqlite xls xlsx",
    "slide deck": "key odp ppt pptx",
    "archive": "7z bz2 gz rar tar tgz xz zip zst",
    "code or settings file": "bat cfg conf css h c cpp go htaccess ini ipynb java js jsx lock "
    "log lua map mjs php pl ps1 py pyc r rb rs s sass scss sh sql swift toml ts tsx vue woff woff2 "
    "ttf otf eot",
}
_KIND_OF = {f".{each}": kind for kind, names in _KINDS.items() for each in names.split()}
OUTLINE = "outline"
"""The kind of a text that lists points; it often lies beside the transcript that it is of."""
_DOCUMENTS = ("Word document", "text document", "PDF")
_PAPERWORK = "README or similar file"
_PAPERWORK_NAMES = re.compile(
    r"(?:_config|_headers|_redirects|ads|authors|changelog|cname|code_of_conduct|contributing|"
    r"copying|dockerfile|gemfile|humans|licen[cs]e|llms|makefile|notice|procfile|readme|"
    r"requirements|robots|security)(?:\.\w+)?",
    re.IGNORECASE,
)
# These may hold a transcript or anything else: their content tells.
_DOUBTFUL = frozenset({".csv", ".htm", ".html", ".jsonl", ".rss", ".tsv", ".xhtml", ".xml"})
_MAGIC = (
    (re.compile(rb"PK\x03\x04.{26,200}(?:word/|\[Content_Types\])", re.DOTALL), "Word document"),
    (re.compile(rb"PK\x03\x04"), "archive"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "Word document"),
    (re.compile(rb"%PDF"), "PDF"),
    (re.compile(rb"ID3|fLaC|OggS|RIFF|\xff[\xe2\xe3\xf2\xf3\xfa\xfb]"), _RECORDING),
    (re.compile(rb".{4}ftyp|\x1aE\xdf\xa3", re.DOTALL), _RECORDING),
    (re.compile(rb"\x89PNG|GIF8|\xff\xd8\xff"), "picture"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _TextKind:
    """A kind of text that is no transcript: how it begins, and what to do about it."""

    begins: re.Pattern[str]
    kind: str
    more: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Binary:
    """What a file is that is no text, if that `is_known`, and what to do about it."""

    reason: str
    remedy: str
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Files of one kind that are not read: how many there are, and one of them."""

    kind: str
    number: int
    example: str


_XML = r"(?:<\?xml[^<>]*>\s*)?(?:<!--.{0,500}?-->\s*)?"
_FLAGS = re.IGNORECASE | re.DOTALL
_TEXTS = (
    _TextKind(re.compile(r"\{\\rtf"), "text document", " (RTF)", _EXPORT),
    _TextKind(
        re.compile(rf"{_XML}<(?:rss|feed|rdf)[\s>]", _FLAGS),
        *("feed", "", "Give its address to AIRQUOTE_EPISODES."),
    ),
    _TextKind(
        re.compile(rf"{_XML}(?:<!DOCTYPE html|<html|<head|<body)", _FLAGS),
        *("web page", " without a transcript", "Export the transcript as SRT or VTT."),
    ),
    _TextKind(re.compile(r"<\?xml|<\w", _FLAGS), "XML file", ", but no timed text", _EXPORT),
    _TextKind(
        re.compile(r"(?:[•‣◦▪] (?![^\n:]{1,40}:)[^\n]{1,500}\n+){3}"),
        *(OUTLINE, ", not what was said", "Remove it."),
    ),
    _TextKind(re.compile(r";FFMETADATA"), "list of chapters", "", "Add the words, as SRT or VTT."),
    _TextKind(
        re.compile(r"(?:REM |PERFORMER |TITLE |FILE )[^\n]{0,200}\n"),
        *("cue sheet", "", "Add the words, as SRT or VTT."),
    ),
)


def _ending(name: str) -> str:
    """Return how a name ends, as `PurePath.suffix` does at ten times the cost."""
    stem, _, ending = name.rpartition(".")
    return f".{ending.lower()}" if stem and ending else ""


def kind_by_name(name: str) -> str:
    """Return of which other kind a file is by its name; "" if it may be a transcript."""
    if _PAPERWORK_NAMES.fullmatch(name):
        return _PAPERWORK
    return _KIND_OF.get(_ending(name), "")


def is_doubtful(name: str) -> bool:
    """Tell whether a file may be anything, so that only its content can say."""
    return _ending(name) in _DOUBTFUL


def describe_binary(name: str, beginning: bytes) -> Binary | None:
    """Say what a file is that is no text, and what to do about it; None for a text."""
    marked = beginning.startswith((b"\xff\xfe", b"\xfe\xff"))  # UTF-16
    if marked or not (b"\0" in beginning or beginning.startswith(b"%PDF")):
        return None
    kind = next((kind for magic, kind in _MAGIC if magic.match(beginning)), "")
    kind = _KIND_OF.get(_ending(name), kind)
    if not kind:
        return Binary("it is binary, not a transcript.", "Remove it.", is_known=False)
    remedy = _EXPORT if kind in _DOCUMENTS else "Remove it."
    return Binary(f"this is {_a(kind)}.", _TRANSCRIBE if kind == _RECORDING else remedy)


def describe_text(text: str) -> tuple[str, str] | None:
    """Say what a text is that is no transcript, and what to do about it; None if unknown."""
    found = _kind_of_text(text)
    return (f"this is {_a(found.kind)}{found.more}.", found.remedy) if found else None


def kind_of_text(name: str, text: str) -> str:
    """Return of which kind a text is that is no transcript."""
    found = _kind_of_text(text)
    unknown = "table" if _ending(name) in (".csv", ".tsv") else "web page"
    return found.kind if found else unknown


def _kind_of_text(text: str) -> _TextKind | None:
    beginning = text[:3000].lstrip()
    return next((each for each in _TEXTS if each.begins.match(beginning)), None)


def _a(kind: str) -> str:
    return f"{'an' if kind[0] in 'aeioX' else 'a'} {kind}"


def count_passed_over(files: Iterable[tuple[str, str]]) -> tuple[PassedOver, ...]:
    """Count files, each given as its kind and its path, by their kinds."""
    numbers: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for kind, path in files:
        numbers[kind] += 1
        examples.setdefault(kind, path)
    return tuple(PassedOver(kind, number, examples[kind]) for kind, number in numbers.items())


def passed_over_note(passed_over: Iterable[PassedOver]) -> Problem | None:
    """Say how many files are passed over, and why; None if there are none."""
    kinds = sorted(passed_over, key=lambda each: (-each.number, each.kind))
    if not kinds:
        return None
    total = sum(each.number for each in kinds)
    listed = ", ".join(_count(each) for each in kinds)
    documents = any(each.kind in _DOCUMENTS for each in kinds)
    remedy = "Export documents that are transcripts as SRT or VTT." if documents else ""
    verb = "is" if total == 1 else "are"
    reason = f"{pluralize(total, 'file')} {verb} passed over: {listed}."
    return Problem(kinds[0].example, reason, remedy, refused=False)


def _count(each: PassedOver) -> str:
    return pluralize(each.number, each.kind)
