"""What a file's name says of its episode: title, season, number and day."""

import re
from pathlib import PurePosixPath

from bot.models import Metadata
from bot.numbering import Numbering, find_day, find_numbering
from bot.transcripts.catalog import video_in_name
from bot.transcripts.formats.fields import parse_iso_day, stem_of

_CROSS = re.compile(r"\b(\d{1,2})x(\d{1,3})\b", re.IGNORECASE)
_SHORT = re.compile(r"\be[ ._-]{0,2}(\d{1,4})\b|(?:#|\bn[°º] ?)(\d{1,4})\b", re.IGNORECASE)
# 014 - A title | 14. A title | 014 A title, but not "10 things"
_LEADING = re.compile(r"\A(?:0(\d{1,4})|(\d{1,3})(?= ?[-–—.:]))(?=[ .:–—-])")
# 122-a-title; of two digits, "10-things" may be words.
_HYPHENATED = re.compile(r"\A(\d{3})-(?=\D)")
_ENDING = re.compile(
    r"[ (-]{1,3}(?:final |full )?transcripts?(?: corrected| final| edited)?\)?\Z", re.IGNORECASE
)
_ID = re.compile(r" ?\[[\w-]{11}\]\Z", re.ASCII)
_EMPTY = re.compile(r"[(\[]\s{0,3}[)\]]")
_EDGES = " -–—_.:|,"
_NO_WORDS = re.compile(
    r"(?:full |final |raw |clean |auto |english )?(?:transcripts?|captions?|subtitles?|subs|audio|"
    r"output|untitled|recording|episode|video|media|file|default|index)(?: ?\(?\d{0,3}\)?)?"
    r"|gmt\d{8}.*|zoom.?\d.*|audio.?only.*",
    re.IGNORECASE,
)
_HEX = re.compile(r"(?:[0-9a-f]{6,}|[0-9a-f]{8}(?:-[0-9a-f]{4,12}){1,4})", re.IGNORECASE)
_MIXED = re.compile(r"[A-Za-z]\d|\d[A-Za-z]")
_SHORTEST_ID = 8


def facts_in_name(path: str) -> Metadata:
    """Return what the name of a caption file says; nothing if it is an id."""
    name, stem = PurePosixPath(path).name, stem_of(path)
    # The stem has lost its date.
    day = parse_iso_day(name[:10]) if name[4:5] == "-" else None
    if video_in_name(stem) == stem or _is_id(stem):
        return Metadata(published=day)
    if day is None and (found := find_day(stem.replace("_", " "))):
        day, start, end = found
        stem = _EMPTY.sub(" ", f"{stem[:start]} {stem[end:]}")
    spaced = _ID.sub("", stem).replace("_", " ").strip(_EDGES)
    if " " not in spaced:
        spaced = _HYPHENATED.sub(r"0\1 ", spaced).replace("-", " ")
    spaced = " ".join(spaced.split())
    season, number, title = _numbers_in(spaced)
    title = _ENDING.sub("", title)
    if title and _NO_WORDS.fullmatch(title):
        title = ""
    if not title and number is not None:
        title = f"Episode {number}"
    return Metadata(title=_capitalised(title), season=season, number=number, published=day)


def _numbers_in(name: str) -> tuple[int | None, int | None, str]:
    """Split a name into season, number and title, which follows the numbers or precedes them."""
    found = _find_numbering(name)
    if found is None:
        return None, None, name
    after, before = name[found.end :].strip(_EDGES), name[: found.start].strip(_EDGES)
    return found.season, found.number, after or before


def _find_numbering(name: str) -> Numbering | None:
    """Find a number in words, or as file names alone have it; best with a season, or in front."""
    written = find_numbering(name)
    if written and written.season is not None:
        return written
    if found := _CROSS.search(name):
        return Numbering(int(found[1]), int(found[2]), *found.span())
    found = _LEADING.search(name) or (None if written else _SHORT.search(name))
    return Numbering(None, int(found[1] or found[2]), *found.span()) if found else written


def _is_id(stem: str) -> bool:
    """Tell whether a name is nothing that a person would write."""
    spaced = stem.replace("_", " ")
    if " " in stem or find_numbering(spaced) or _CROSS.search(spaced):
        return False
    token = stem.replace("_", "-")
    if _HEX.fullmatch(token) and any(sign.isdigit() for sign in token):
        return True
    if token.replace("-", "").isdigit():
        return len(token) >= _SHORTEST_ID
    parts = [part for part in token.split("-") if part]
    mixed = sum(len(_MIXED.findall(part)) > 1 for part in parts)
    return len(token) >= _SHORTEST_ID and mixed * 2 >= len(parts) and mixed > 0


def _capitalised(title: str) -> str:
    return title if title != title.lower() else title[:1].upper() + title[1:]
