"""What is made of an episode in a feed: its name, its best transcript, and the facts about it."""

import hashlib
import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from bot.languages import language_code, language_name
from bot.library.feed_xml import Feed, FeedItem, TranscriptLink
from bot.players import parse_template
from bot.transcripts.formats.fields import parse_youtube
from bot.transcripts.same_episode import downloaded_stems

# Types and endings of transcripts, the best first: those with speakers and exact times.
_KINDS = (
    re.compile(r"json"),
    re.compile(r"vtt"),
    re.compile(r"srt|subrip"),
    re.compile(r"html"),
)
_SHORTEST_OWN = 16
_LONGEST_SLUG = 80
_DIGEST = 8
_TIMING = re.compile(r"\d[.,:]\d+\s*-->")
_WEB_PAGE = re.compile(r"<(?:!DOCTYPE|html|head|body)\b", re.IGNORECASE)
_SPOKEN = re.compile(r"<(?:cite|time)\b", re.IGNORECASE)
_LOOKED_AT = 20_000
_VIDEOS = re.compile(r"(?:[\w-]+\.)*(?:youtube(?:-nocookie)?\.com|youtu\.be)")


def sort_transcripts(item: FeedItem, language: str) -> list[TranscriptLink]:
    """Sort the transcripts of an episode, the best first; `language` is the podcast's."""
    spoken = language_code(language)

    def rank(link: TranscriptLink) -> tuple[bool, int]:
        other = bool(spoken) and language_code(link.language) not in ("", spoken)
        named = (link.type.lower(), urlsplit(link.url).path.lower())
        kinds = (place for text in named for place, kind in enumerate(_KINDS) if kind.search(text))
        return other, next(kinds, len(_KINDS))

    return sorted(dict.fromkeys(item.transcripts), key=rank)


def language_of_feed(feed: Feed) -> str:
    """Return the code of the language that a feed names, or else of most of its transcripts."""
    named = ({language_code(link.language) for link in item.transcripts} for item in feed.items)
    votes = Counter(languages.pop() for languages in named if len(languages) == 1)
    usual = next((language for language, _ in votes.most_common(1)), "")
    return language_code(feed.language) or usual


def describe_languages(items: Sequence[FeedItem], read: Sequence[str], spoken: str) -> list[str]:
    """Say how many episodes have transcripts that are left out for their language.

    `read` is the language of the transcript of each episode, "" if it has none; `spoken` is that of
    the podcast.
    """
    left: dict[str, list[set[str]]] = defaultdict(list)
    for item, language in zip(items, read, strict=True):
        others = {language_code(link.language) for link in item.transcripts} - {language, ""}
        if others and language:
            left[language].append(others)
    return [_left_out(language, others, spoken) for language, others in left.items()]


def _left_out(language: str, others: Sequence[set[str]], spoken: str) -> str:
    named = ", ".join(sorted(map(language_name, set[str]().union(*others))))
    have = "1 of its episodes has" if len(others) == 1 else f"{len(others):,} of its episodes have"
    is_other = spoken not in ("", language)
    why = f", as none in {language_name(spoken)} can be read" if is_other else ""
    return (
        f"{have} transcripts in several languages: what is in {language_name(language)} is "
        f"used{why}, and the rest ({named}) is left out."
    )


def ending_of(content: bytes) -> str:
    """Return the ending for the name of a transcript, by its content; "" if it is none."""
    start = content[:_LOOKED_AT].decode("utf-8-sig", "replace")
    if not start.strip() or "\0" in start:
        return ""
    if start.lstrip().startswith("WEBVTT"):
        return ".vtt"
    if start.lstrip().startswith(("{", "[{", "[\n")):
        return ".json"
    if _TIMING.search(start):
        return ".srt"
    if _WEB_PAGE.match(start.lstrip()) and not _SPOKEN.search(start):
        return ""
    # Whatever the reader recognizes, in a folder that passes over web pages.
    return ".txt"


def slugs_of(items: Sequence[FeedItem], feed: Feed) -> list[str]:
    """Name episodes by their guids alone, so that the names last.

    A guid that is too short to be the only one in the world is put behind the podcast's title.
    """
    plain = [_plain(item.guid) for item in items]
    names = [
        name if len(name) >= _SHORTEST_OWN else _plain(f"{feed.title} {item.guid}")
        for name, item in zip(plain, items, strict=True)
    ]
    names = [name if len(name) <= _LONGEST_SLUG else "" for name in names]
    times = Counter(names)
    return [
        name if name and times[name] == 1 else _with_digest(name or plain_name, item.guid)
        for name, plain_name, item in zip(names, plain, items, strict=True)
    ]


def describe_episode(
    item: FeedItem,
    slug: str,
    file: str,
    chapters: Sequence[Sequence[object]],
    secrets: Sequence[str] = (),
    address: str = "",
) -> Mapping[str, object]:
    """Describe an episode for `write_feed_facts`.

    `file` is the name of its transcript, "" for none, and `address` where it was fetched; its own
    `chapters` replace the feed's. An address with any of the `secrets` in it is left out, as
    everybody in a chat would see it.
    """

    def shown(address: str) -> str:
        return "" if any(secret in address for secret in secrets) else address

    addresses = (item.audio, *(link.url for link in item.transcripts))
    facts: dict[str, object] = {
        "slug": slug,
        "guid": item.guid,
        "title": item.title,
        "season": "" if item.season is None else str(item.season),
        "episode": "" if item.number is None else str(item.number),
        "guests": list(item.guests),
        "date": item.published.isoformat() if item.published else "",
        "description": item.description,
        "url": shown(item.link),
        "audio": shown(item.audio),
        "youtube": _youtube(item),
        "template": _template(shown(item.deep_link)),
        "chapters": chapters or [[each.start, each.title] for each in item.chapters],
        "files": [file] if file else [],
        "address": shown(address),
        "stems": list(downloaded_stems(addresses)),
    }
    return {key: value for key, value in facts.items() if value}


def read_chapters(content: bytes) -> list[list[object]]:
    """Read chapters in the JSON of Podcasting 2.0, as pairs of start and title."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return []
    chapters = found.get("chapters") if isinstance(found, dict) else None
    return [
        [each.get("startTime"), each.get("title")]
        for each in (chapters if isinstance(chapters, list) else ())
        if isinstance(each, dict) and each.get("toc") is not False
    ]


def _youtube(item: FeedItem) -> str:
    if item.guid.startswith("yt:video:"):
        return parse_youtube(item.guid.removeprefix("yt:video:"))
    host = urlsplit(item.link).hostname or ""
    return parse_youtube(item.link) if _VIDEOS.fullmatch(host) else ""


def _template(deep_link: str) -> str:
    """Make a pattern of a deep link as Podlove defines it, to which a time is added."""
    return parse_template(f"{deep_link}{{time}}") if deep_link else ""


def _plain(text: str) -> str:
    """Return a text of small letters, digits and single dashes."""
    folded = unicodedata.normalize("NFKD", re.sub(r"\Ahttps?://(?:www\.)?", "", text.casefold()))
    ascii_only = folded.encode("ascii", "ignore").decode("ascii")
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")


def _with_digest(name: str, guid: str) -> str:
    digest = hashlib.sha256(guid.encode("utf-8", "replace")).hexdigest()[:_DIGEST]
    return f"{name[: _LONGEST_SLUG - _DIGEST - 1]}-{digest}".strip("-")
