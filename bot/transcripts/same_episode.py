"""Join what is known of an episode with its transcripts, wherever either comes from.

An episode of a feed and the captions or the page of the same are one. They are known by the video,
the guid, the addresses of page and audio, the name of the file, and the title with the date.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from bot.models import Metadata, Transcript
from bot.transcripts.catalog import fill_gaps
from bot.transcripts.formats.episode_facts import EpisodeFacts
from bot.transcripts.people import complete_name

# A title of one word may be that of many episodes.
_FEWEST_WORDS = 2
# A page may be published some days after the audio.
_MOST_DAYS = 7
_TITLE = "title"
_WORD = re.compile(r"\w+")

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A transcript at a location, and what the name of its file says of the episode."""

    location: Path
    transcript: Transcript
    named: Metadata = field(default_factory=Metadata)

    @property
    def known(self) -> Metadata:
        """All that is known of the episode."""
        return fill_gaps(self.transcript.metadata, self.named)


def join_facts(
    files: Sequence[ReadFile], facts: Sequence[tuple[Path, EpisodeFacts]]
) -> list[Transcript]:
    """Add to transcripts the facts about their episodes, which come with their location.

    What a transcript and its catalogs say themselves comes first, what the name of its file says
    last. Transcripts of one episode get the same slug, so that they are grouped.
    """
    joined = [file.transcript for file in files]
    for (_, each), places in zip(facts, _find_places(files, facts), strict=True):
        slug = _slug_for([joined[place] for place in places], each)
        for place in places:
            joined[place] = _with_facts(joined[place], each, slug)
    return [
        replace(each, metadata=fill_gaps(each.metadata, file.named))
        for each, file in zip(joined, files, strict=True)
    ]


def _find_places(
    files: Sequence[ReadFile], facts: Sequence[tuple[Path, EpisodeFacts]]
) -> Iterator[list[int]]:
    """Find the transcripts of each episode, by what only they have in common."""
    by_key: dict[_Key, list[int]] = defaultdict(list)
    for place, file in enumerate(files):
        for key in dict.fromkeys(_keys_of_file(file)):
            by_key[key].append(place)
    keys = [[*dict.fromkeys(_keys_of_facts(location, each))] for location, each in facts]
    owners = Counter(key for each in keys for key in each)
    for (_, each), known in zip(facts, keys, strict=True):
        # What two episodes have, such as the address of their podcast, tells neither of them.
        own = [key for key in known if owners[key] == 1]
        found = dict.fromkeys(
            place
            for key in own
            for place in by_key.get(key, ())
            if _agrees(files[place].known, each.metadata, by_title=key[0] == _TITLE)
        )
        yield [*found]


def _keys_of_file(file: ReadFile) -> Iterator[_Key]:
    stem = file.transcript.stem
    yield "file", str(file.location)
    yield "file", str(file.location.with_name(stem))
    yield "stem", _folded(stem)
    if file.known.slug:
        yield "page", _folded(file.known.slug)
    yield from _keys_of(file.known, file.known.title or stem)


def _keys_of_facts(location: Path, facts: EpisodeFacts) -> Iterator[_Key]:
    for name in facts.files:
        yield "file", str(location.with_name(name))
    for stem in facts.stems:
        yield "stem", _folded(stem)
    if facts.metadata.url:
        yield "page", _folded(_last_name(facts.metadata.url))
    yield from _keys_of(facts.metadata, facts.metadata.title)


def _keys_of(metadata: Metadata, title: str) -> Iterator[_Key]:
    if metadata.youtube:
        yield "youtube", metadata.youtube
    if metadata.guid:
        yield "guid", metadata.guid
    for address in (metadata.url, metadata.audio):
        if address:
            parts = urlsplit(address)
            yield "address", f"{parts.netloc.removeprefix('www.')}{parts.path.rstrip('/')}"
    words = _WORD.findall(title.casefold())
    if len(words) >= _FEWEST_WORDS:
        yield _TITLE, " ".join(words)


def _agrees(one: Metadata, other: Metadata, *, by_title: bool) -> bool:
    """Return whether nothing says that two facts are about different episodes.

    A title that comes again after some time, as in another season, is another episode's.
    """
    if one.youtube and other.youtube and one.youtube != other.youtube:
        return False
    if not by_title or not one.published or not other.published:
        return True
    return abs((one.published - other.published).days) <= _MOST_DAYS


def _with_facts(transcript: Transcript, facts: EpisodeFacts, slug: str) -> Transcript:
    metadata = fill_gaps(transcript.metadata, facts.metadata)
    guests = tuple(complete_name(guest, facts.metadata.guests) for guest in metadata.guests)
    metadata = replace(metadata, guests=guests)
    if slug and not metadata.slug:
        metadata = replace(metadata, slug=slug)
    return replace(transcript, metadata=metadata, chapters=transcript.chapters or facts.chapters)


def _slug_for(transcripts: Sequence[Transcript], facts: EpisodeFacts) -> str:
    """Return the slug for all transcripts of an episode: that of a page, else the facts' own."""
    return next((each.metadata.slug for each in transcripts if each.metadata.slug), facts.slug)


def _last_name(address: str) -> str:
    """Return the last part of an address's path, without its extension."""
    path = PurePosixPath(unquote(urlsplit(address).path))
    return path.stem if path.suffix.lower() in (".html", ".htm", ".php") else path.name


def _folded(name: str) -> str:
    return " ".join(_WORD.findall(name.casefold()))


def downloaded_stems(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return the names that files have which were downloaded from addresses, without extension."""
    names = (PurePosixPath(unquote(urlsplit(address).path)).stem for address in addresses)
    return tuple(dict.fromkeys(filter(None, names)))
