"""What a file's name says of its episode: title, season, number and day."""

import re
from pathlib import PurePosixPath

from bot.models import Metadata
from bot.transcripts.catalog import video_in_name
from bot.transcripts.formats.fields import parse_day, stem_of

_SEASON = re.compile(
    r"\b(?:s(?:eason)? ?(\d{1,2})[ ._-]{0,3}e(?:p(?:isode)?)?[ ._-]?(\d{1,4})"
    r"|(\d{1,2})x(\d{1,3}))\b",
    re.IGNORECASE,
)
_EPISODE = re.compile(
    r"\b(?:e|ep|eps|episode|folge|épisode|episodio|episódio)[ ._-]{0,2}(\d{1,4})\b|#(\d{1,4})\b",
    re.IGNORECASE,
)
# 014 - A title | 14. A title | 014 A title, but not "10 things"
_LEADING = re.compile(r"\A(?:0(\d{1,4})|(\d{1,3})(?= ?[-–—.:]))(?=[ .:–—-])")
# 122-a-title; of two digits, "10-things" may be words.
_HYPHENATED = re.compile(r"\A(\d{3})-(?=\D)")
_ENDING = re.compile(
    r"[ (-]{1,3}(?:final |full )?transcripts?(?: corrected| final| edited)?\)?\Z", re.IGNORECASE
)
_ID = re.compile(r" ?\[[\w-]{11}\]\Z", re.ASCII)
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
    day = parse_day(name[:10])
    if video_in_name(stem) == stem or _is_id(stem):
        return Metadata(published=day)
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
    if found := _SEASON.search(name):
        season, number = int(found[1] or found[3]), int(found[2] or found[4])
    elif found := _LEADING.search(name) or _EPISODE.search(name):
        season, number = None, int(found[1] or found[2])
    else:
        return None, None, name
    after, before = name[found.end() :].strip(_EDGES), name[: found.start()].strip(_EDGES)
    return season, number, after or before


def _is_id(stem: str) -> bool:
    """Tell whether a name is nothing that a person would write."""
    if " " in stem or _SEASON.search(stem.replace("_", " ")):
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
