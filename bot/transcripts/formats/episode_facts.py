"""Facts about episodes in files beside the transcripts: yt-dlp's, and those that a feed gave.

yt-dlp writes `Title [id].info.json` beside `Title [id].en.vtt`. What a feed says is kept with the
transcripts that were fetched, in one file for all its episodes.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath

from bot.errors import TranscriptError
from bot.models import Chapter, Metadata, Problem
from bot.players import parse_link
from bot.strict_yaml import YamlValue
from bot.transcripts.formats.fields import (
    clean_line,
    links_of,
    make_note,
    parse_day,
    parse_number,
    parse_youtube,
    texts_of,
)

FACTS_ENDING = ".info.json"
"""How the names of such files end."""
FEED_FACTS = f"feed{FACTS_ENDING}"
"""The name of the file with the facts that a feed gave."""

_EPISODES = "airquote_episodes"
_NOTES = "airquote_notes"
_LOOKS = "airquote_looks"
_MOST_CHAPTERS = 1_000


@dataclass(frozen=True, slots=True)
class EpisodeFacts:
    """What is known of an episode apart from its transcripts.

    `files` are names of its transcripts in the same folder, with their extension or, as in the
    names that yt-dlp gives, without extension and language. `stems` are such names without them, in
    any folder. `slug` is its own name, for good; `address` is that of the transcript in a feed.
    """

    metadata: Metadata
    chapters: tuple[Chapter, ...] = ()
    files: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    slug: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class PodcastLooks:
    """A podcast's name, and the addresses of its cover and of pictures of its guests, by name."""

    name: str = ""
    cover: str = ""
    portraits: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FactsFile:
    """The facts in one file."""

    facts: tuple[EpisodeFacts, ...]
    notes: tuple[Problem, ...] = ()


def is_facts_file(path: str) -> bool:
    """Return whether a file has facts rather than a transcript, by its name."""
    return path.endswith(FACTS_ENDING)


def read_facts(path: str, text: str) -> FactsFile:
    """Read the facts in a file. Raises TranscriptError."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise TranscriptError(path, "its JSON is broken.", "Write it again.") from error
    if not isinstance(found, dict):
        raise TranscriptError(path, "it is not what yt-dlp writes.", "Remove it.")
    if _EPISODES in found:
        return _read_feed_facts(path, found)
    return FactsFile((_read_yt_dlp(path, found),) if found.get("_type") != "playlist" else ())


def write_feed_facts(
    feed: str,
    episodes: Sequence[Mapping[str, object]],
    notes: Sequence[str],
    looks: PodcastLooks,
) -> bytes:
    """Write what a feed says, for `read_facts` and `read_looks`.

    Each episode has facts as in a catalog, and `chapters` as pairs of seconds and title, `files`,
    `stems`, `slug` and `address`.
    """
    written = {"feed": feed, _NOTES: notes, _EPISODES: episodes, _LOOKS: asdict(looks)}
    return json.dumps(written, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def read_looks(text: str) -> PodcastLooks:
    """Read what a feed says of its looks; nothing if it says none."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return PodcastLooks()
    said = found.get(_LOOKS) if isinstance(found, dict) else None
    if not isinstance(said, dict):
        return PodcastLooks()
    portraits = said.get("portraits")
    named = portraits.items() if isinstance(portraits, dict) else ()
    return PodcastLooks(
        _text(said, "name"),
        _text(said, "cover"),
        {str(name): url for name, url in named if isinstance(url, str)},
    )


def _read_feed_facts(path: str, found: Mapping[str, object]) -> FactsFile:
    episodes, notes = found.get(_EPISODES), found.get(_NOTES)
    facts = [_read_feed_episode(each) for each in _items(episodes) if isinstance(each, dict)]
    feed = _text(found, "feed") or path
    told = [make_note(feed, clean_line(each)) for each in _items(notes) if isinstance(each, str)]
    return FactsFile(tuple(facts), tuple(told))


def _read_feed_episode(said: Mapping[str, object]) -> EpisodeFacts:
    facts = _as_facts(said)
    metadata = Metadata(
        title=_text(said, "title"),
        season=parse_number(_text(said, "season")),
        number=parse_number(_text(said, "episode")),
        guests=texts_of(facts, "guests"),
        youtube=parse_youtube(_text(said, "youtube")),
        published=parse_day(_text(said, "date")),
        topics=texts_of(facts, "topics"),
        description=_text(said, "description"),
        guid=_text(said, "guid"),
        **links_of(facts),
    )
    return EpisodeFacts(
        metadata,
        _chapters(_items(said.get("chapters"))),
        texts_of(facts, "files"),
        texts_of(facts, "stems"),
        _text(said, "slug"),
        _text(said, "address"),
    )


def _read_yt_dlp(path: str, said: Mapping[str, object]) -> EpisodeFacts:
    day = _text(said, "upload_date") or _text(said, "release_date")
    is_youtube = _text(said, "extractor").lower().startswith("youtube")
    page = _text(said, "webpage_url")
    video = parse_youtube(_text(said, "id") if is_youtube else "") or parse_youtube(
        page if "youtu" in page else ""
    )
    metadata = Metadata(
        title=_text(said, "fulltitle") or _text(said, "title"),
        season=_whole(said, "season_number"),
        number=_whole(said, "episode_number"),
        youtube=video,
        published=parse_day(f"{day[:4]}-{day[4:6]}-{day[6:8]}"),
        description=_text(said, "description")[:1000],
        guid="" if video else _text(said, "id"),
        url="" if video else parse_link(page),
    )
    chapters = [
        (each.get("start_time"), each.get("title"))
        for each in _items(said.get("chapters"))
        if isinstance(each, dict)
    ]
    name = PurePosixPath(path).name.removesuffix(FACTS_ENDING)
    return EpisodeFacts(metadata, _chapters(chapters), (name,))


def _chapters(pairs: Iterable[object]) -> tuple[Chapter, ...]:
    chapters = []
    for pair in pairs:
        if not isinstance(pair, list | tuple) or len(pair) != 2:
            continue
        start, title = pair
        named = clean_line(title) if isinstance(title, str) else ""
        timed = isinstance(start, int | float) and not isinstance(start, bool)
        if named and timed and math.isfinite(start) and start >= 0:
            chapters.append(Chapter(named, float(start)))
    return tuple(sorted(chapters, key=lambda chapter: chapter.start)[:_MOST_CHAPTERS])


def _text(said: Mapping[str, object], key: str) -> str:
    value = said.get(key)
    return clean_line(value) if isinstance(value, str) else ""


def _whole(said: Mapping[str, object], key: str) -> int | None:
    value = said.get(key)
    return parse_number(str(value)) if isinstance(value, int) else None


def _items(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _as_facts(said: Mapping[str, object]) -> YamlValue:
    """Return the texts and lists of texts among values."""
    facts: dict[str, YamlValue] = {}
    for key, value in said.items():
        if isinstance(value, str):
            facts[key] = value
        elif isinstance(value, list):
            facts[key] = [each for each in value if isinstance(each, str)]
    return facts
