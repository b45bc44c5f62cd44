"""Links in what people paste: to the video or the page of an episode, perhaps to a second of it."""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qs, urlsplit

from bot.models import Episode

_LINK = re.compile(
    r"(?:https?://|www\.|(?:m\.|music\.)?youtube(?:-nocookie)?\.com/|youtu\.be/)[^\s<>\"“”]+",
    re.IGNORECASE,
)
# What follows a link rather than ends it.
_AFTER = ".,;:!?)]}'’*_~`|"
_VIDEO_HOST = re.compile(r"(?:[\w-]+\.)*(?:youtube(?:-nocookie)?\.com|youtu\.be)", re.IGNORECASE)
_VIDEO_ID = re.compile(r"[\w-]{11}", re.ASCII)
_SECONDS = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class EpisodeLink:
    """A link: the ids or names in it that may be an episode's, and the second it leads to.

    `is_video` tells a link to a site of videos from one to a page; `place` is its host and path.
    """

    is_video: bool
    names: tuple[str, ...]
    second: float | None
    place: str = ""

    def leads_to(self, episode: Episode) -> bool:
        """Return whether it leads to an episode: its video, page, audio, or a page of its name."""
        if self.is_video:
            return episode.youtube in self.names
        own = {_place_of(episode.url), _place_of(episode.audio)} - {""}
        known = {episode.slug, episode.spotify} - {""}
        return self.place in own or bool(known.intersection(self.names[-1:]))


def find_links(text: str) -> list[EpisodeLink]:
    """List the links in a text."""
    links = (read_link(found[0]) for found in _LINK.finditer(text))
    return [link for link in links if link]


def without_links(text: str) -> str:
    """Remove the links from a text."""
    return " ".join(_LINK.sub(" ", text).split())


def read_link(text: str) -> EpisodeLink | None:
    """Read a text that is a link and nothing else; return None for any other."""
    if not _LINK.fullmatch(text):
        return None
    address = text.rstrip(_AFTER)
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        asked = parse_qs(parts.query) | parse_qs(parts.fragment)
        host = parts.hostname or ""
    except ValueError:
        return None
    is_video = bool(_VIDEO_HOST.fullmatch(host))
    path = [re.sub(r"\.html?$", "", part) for part in parts.path.split("/") if part]
    names = [*asked.get("v", ()), *path]
    if is_video:
        names = list(filter(_VIDEO_ID.fullmatch, names))
    times = [value for name in ("t", "start", "time_continue") for value in asked.get(name, ())]
    second = _read_second(times[0]) if times else None
    return EpisodeLink(is_video, tuple(names), second, _place_of(address))


@lru_cache(maxsize=20_000)
def _place_of(address: str) -> str:
    """Return the host and path of an address in one form, or "" if it has no path."""
    if not address:
        return ""
    parts = urlsplit(address if "://" in address else f"https://{address}")
    path = parts.path.rstrip("/")
    return f"{(parts.hostname or '').removeprefix('www.')}{path}" if path else ""


def _read_second(text: str) -> float | None:
    """Read 95, 95s or 1h2m3s."""
    found = _SECONDS.fullmatch(text)
    if not text or not found:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    return float(3600 * hours + 60 * minutes + seconds)
