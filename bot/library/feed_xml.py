"""Read a feed: RSS or Atom, with the Podcasting 2.0 namespace.

The only home of podcastparser and defusedxml. To what podcastparser reads, this adds all
transcripts of an episode rather than the last one, with their types and languages; the official
name of the namespace; seasons and numbers as `podcast:` says them; and deep links.
"""

import html
import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin
from xml.sax import SAXException
from xml.sax.xmlreader import AttributesImpl

import defusedxml.sax
import podcastparser
from defusedxml.common import DefusedXmlException

from bot.errors import AirquoteError
from bot.models import Chapter
from bot.text import truncate
from bot.transcripts.formats.fields import clean_line, parse_number

# The namespace, as podcastparser knows it, and as feeds name it.
_PODCAST = "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md"
_ALSO_PODCAST = re.compile(
    r"https?://(?:www\.)?(?:podcastindex\.org/namespace/1\.0"
    r"|github\.com/podcastindex-org/podcast-namespace/blob/main/docs/1\.0\.md)/?",
    re.IGNORECASE,
)
_ITEMS = ("rss/channel/item/", "atom:feed/atom:entry/")
_TEXTS = (
    "guid",
    "atom:id",
    "itunes:season",
    "itunes:episode",
    "podcast:season",
    "podcast:episode",
    "podcast:person",
)
_DEEP_LINK = "http://podlove.org/deep-link"
# No feed is so deep, and no title or description so long.
_DEEPEST = 30
_MOST_EPISODES = 20_000
_LONGEST_TEXT = 20_000
_LONGEST_TITLE = 200
_LONGEST_DESCRIPTION = 1_000
_TAG = re.compile(r"<[^<>]{0,2000}>")
_FEED_LINK = re.compile(
    r"<link\b[^<>]{0,500}?type=[\"']application/(?:rss|atom)\+xml[\"'][^<>]{0,500}>", re.IGNORECASE
)
_HREF = re.compile(r"href=[\"']([^\"'<>]{1,500})[\"']", re.IGNORECASE)
_LOOKED_AT = 200_000
_BEGINS = re.compile(r"\s*(?:<\?xml|<!--|<!DOCTYPE\s+rss|<rss\b|<feed\b|<rdf:RDF\b)", re.IGNORECASE)
_ROOT = re.compile(r"<(?:rss\b|feed\b|rdf:RDF\b)", re.IGNORECASE)


class FeedError(AirquoteError):
    """Something is no feed that can be read."""


@dataclass(frozen=True, slots=True)
class TranscriptLink:
    """Where a transcript is, with its type and language if the feed says them."""

    url: str
    type: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An episode in a feed, with addresses as they are written there, made absolute.

    `portraits` are pairs of a guest's name and the address of a picture.
    """

    guid: str
    title: str
    link: str = ""
    audio: str = ""
    deep_link: str = ""
    season: int | None = None
    number: int | None = None
    published: date | None = None
    guests: tuple[str, ...] = ()
    portraits: tuple[tuple[str, str], ...] = ()
    description: str = ""
    chapters: tuple[Chapter, ...] = ()
    chapters_url: str = ""
    transcripts: tuple[TranscriptLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, or one page of it.

    `next_page` is the address of the next one, `cover` that of the podcast's picture, "" for none.
    """

    title: str
    language: str
    items: tuple[FeedItem, ...]
    next_page: str = ""
    cover: str = ""


def looks_like_feed(content: bytes) -> bool:
    """Return whether something begins like a feed."""
    start = content[:4096].decode("utf-8-sig", "replace")
    return bool(_BEGINS.match(start) and _ROOT.search(start))


def read_feed(content: bytes, url: str) -> Feed:
    """Read a feed from an address. Raises FeedError that says what it is instead."""
    # Its complaints are about what feeds commonly are.
    logging.getLogger(podcastparser.__name__).setLevel(logging.CRITICAL)
    handler = _Handler(url)
    try:
        defusedxml.sax.parse(BytesIO(content.lstrip()), handler)
    except DefusedXmlException as error:
        raise FeedError(url, "it declares entities, as no feed needs to.") from error
    except SAXException as error:
        raise FeedError(url, _explain(content, url, error)) from error
    facts = handler.data
    return Feed(
        title=clean_line(str(facts.get("title", ""))),
        language=clean_line(str(facts.get("language", ""))),
        items=tuple(_item(each) for each in facts["episodes"]),
        next_page=str(facts.get("paged_feed_next") or ""),
        cover=_cover(facts, url),
    )


class _Handler(podcastparser.PodcastHandler):  # type: ignore[misc] # it has no types
    """Reads a feed as podcastparser does, and more of each episode, as `extra`."""

    text: list[str] | None
    namespace: Any
    path_stack: list[str]
    episodes: list[dict[str, Any]]

    def __init__(self, url: str) -> None:
        super().__init__(url, 0)
        self._length = 0

    def startElement(self, name: str, attrs: Mapping[str, str]) -> None:  # noqa: N802 - SAX
        if len(self.path_stack) >= _DEEPEST:
            raise FeedError(self.url, "its XML is nested too deeply.")
        self._length = 0
        attributes = _with_namespaces(attrs)
        try:
            super().startElement(name, attributes)
            if kind := self._kind():
                self._start_extra(kind, attributes)
        except podcastparser.FeedParseError:
            raise
        except (ValueError, TypeError, LookupError):
            pass  # an attribute that makes no sense

    def add_episode(self) -> None:
        if len(self.episodes) >= _MOST_EPISODES:
            raise FeedError(self.url, f"it has more than {_MOST_EPISODES:,} episodes.")
        super().add_episode()

    def characters(self, chars: str) -> None:
        self._length += len(chars)
        if self._length <= _LONGEST_TEXT:
            super().characters(chars)

    def endElement(self, name: str) -> None:  # noqa: N802 - SAX
        if self.text is not None:
            # Without markup: podcastparser would look for it with patterns that take very long.
            self.text = [_without_markup("".join(self.text))]
        kind = self._kind()
        if kind in _TEXTS and self.episodes:
            self._extra().setdefault(kind, []).append("".join(self.text or ()))
        depth = len(self.path_stack)
        try:
            super().endElement(name)
        except (ValueError, TypeError, LookupError):
            # A value that makes no sense; what it comes in ends nevertheless.
            self.text = None
            if len(self.path_stack) == depth:
                self.path_stack.pop()
                self.namespace = self.namespace.parent
        if kind in _TEXTS:
            self.text = None

    def _kind(self) -> str:
        """Return the name of an element directly in an episode, else ""."""
        path = "/".join(self.path_stack)
        for items in _ITEMS:
            if path.startswith(items):
                below = path.removeprefix(items)
                return "" if "/" in below else below
        return ""

    def _extra(self) -> dict[str, list[Any]]:
        extra: dict[str, list[Any]] = self.episodes[-1].setdefault("extra", {})
        return extra

    def _start_extra(self, kind: str, attrs: "AttributesImpl[str]") -> None:
        extra = self._extra()
        if kind in _TEXTS and self.text is None:
            self.text = []
        if kind == "podcast:person":
            extra.setdefault("roles", []).append(attrs.get("role", "host"))
            image = attrs.get("img", "").strip()
            extra.setdefault("images", []).append(urljoin(self.base, image) if image else "")
        url = attrs.get("url") or attrs.get("href")
        if not url:
            return
        url = urljoin(self.base, url.strip())
        if kind == "podcast:transcript":
            link = TranscriptLink(url, attrs.get("type", ""), attrs.get("language", ""))
            extra.setdefault(kind, []).append(link)
        elif kind == "podcast:chapters":
            extra.setdefault(kind, []).append(url)
        elif kind == "atom:link" and attrs.get("rel") == _DEEP_LINK:
            extra.setdefault(_DEEP_LINK, []).append(url)


def _with_namespaces(attrs: Mapping[str, str]) -> "AttributesImpl[str]":
    """Return attributes in which the namespace has the name that podcastparser knows."""
    return AttributesImpl(
        {
            name: _PODCAST if name.startswith("xmlns") and _ALSO_PODCAST.fullmatch(value) else value
            for name, value in attrs.items()
        }
    )


def _without_markup(text: str) -> str:
    if "<" not in text:
        return text
    return html.unescape(_TAG.sub(" ", text)).replace("<", " ")


def _item(entry: Mapping[str, Any]) -> FeedItem:
    extra = entry.get("extra", {})
    named = (extra.get(key, ()) for key in ("podcast:person", "roles", "images"))
    people = [
        (clean_line(name), image)
        for name, role, image in zip(*named, strict=False)
        if role.strip().lower() == "guest"
    ]
    audio = [each["url"] for each in entry["enclosures"] if _is_audio(each)]
    return FeedItem(
        guid=next(filter(None, map(clean_line, _guids(entry, extra))), ""),
        title=truncate(clean_line(entry["title"]), _LONGEST_TITLE),
        link=entry.get("link") or "",
        audio=next(filter(None, audio), ""),
        deep_link=next(iter(extra.get(_DEEP_LINK, ())), ""),
        season=_number(entry, extra, "season", "season"),
        number=_number(entry, extra, "number", "episode"),
        published=_day(entry.get("published")),
        guests=tuple(dict.fromkeys(name for name, _ in people if name)),
        portraits=tuple((name, image) for name, image in people if name and image),
        description=truncate(clean_line(entry.get("description") or ""), _LONGEST_DESCRIPTION),
        chapters=tuple(
            Chapter(title, float(each["start"]))
            for each in entry.get("chapters", ())
            if (title := clean_line(each["title"]))
        ),
        chapters_url=next(iter(extra.get("podcast:chapters", ())), ""),
        transcripts=tuple(extra.get("podcast:transcript", ())),
    )


def _cover(facts: Mapping[str, Any], url: str) -> str:
    """Return the address of a podcast's cover, as its feed has it."""
    named = str(facts.get("cover_url") or "").strip()
    return urljoin(url, named) if named else ""


def _guids(entry: Mapping[str, Any], extra: Mapping[str, list[str]]) -> tuple[str, ...]:
    """List what identifies an episode, as written: podcastparser makes addresses of guids."""
    return (*extra.get("guid", ()), *extra.get("atom:id", ()), str(entry["guid"]))


def _is_audio(enclosure: Mapping[str, Any]) -> bool:
    kind = str(enclosure["mime_type"])
    return kind.startswith(("audio/", "video/", "application/octet-stream"))


def _number(
    entry: Mapping[str, Any], extra: Mapping[str, list[str]], key: str, name: str
) -> int | None:
    written = (*extra.get(f"itunes:{name}", ()), *extra.get(f"podcast:{name}", ()))
    numbers = map(parse_number, (*written, str(entry.get(key) or "")))
    return next((number for number in numbers if number is not None), None)


def _day(seconds: object) -> date | None:
    if not isinstance(seconds, int) or seconds <= 0:
        return None
    try:
        return datetime.fromtimestamp(seconds, UTC).date()
    except (OverflowError, OSError, ValueError):
        return None


def _explain(content: bytes, url: str, error: SAXException) -> str:
    """Say what something is that is no feed."""
    start = content[:_LOOKED_AT].decode("utf-8", "replace")
    if re.match(r"\s*(?:<!DOCTYPE html|<html)", start, re.IGNORECASE):
        link = _FEED_LINK.search(start)
        address = _HREF.search(link[0]) if link else None
        if address:
            return f"it is a web page. Its feed is {urljoin(url, html.unescape(address[1]))}"
        return "it is a web page, not a feed."
    if not looks_like_feed(content):
        return "it is not a feed."
    line = getattr(error, "getLineNumber", lambda: None)()
    place = f" in line {line}" if line else ""
    return f"its XML is broken{place}: {clean_line(error.getMessage())}."
