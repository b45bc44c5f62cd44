"""Write a catalog to complete, with what the files say of their episodes."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.files import write_atomically
from bot.models import Episode
from bot.strict_yaml import load_entries
from bot.transcripts.files import FoundFiles

_NAME = "catalog.yaml"
_HEADING = """\
# What the files say of their episodes. Complete it: remove the "#" before what you fill in.
# All fields: title, short, season, episode, guests, youtube, date, slug, topics, description, url,
# audio, spotify, apple, template, guid.
"""
# Pages and files of facts say of themselves what a catalog would.
_WITH_FACTS = frozenset({".yaml", ".yml"})


@dataclass(frozen=True, slots=True)
class WrittenCatalog:
    """A catalog, and how many entries were added to it."""

    path: Path
    entries: int


def write_catalogs(
    folders: Sequence[Path], found: FoundFiles, episodes: Sequence[Episode]
) -> list[WrittenCatalog]:
    """Add an entry for each episode without facts of its own to the catalog of its folder.

    What a catalog has stays as it is. Raises OSError, and TranscriptError for a catalog that is
    broken.
    """
    locations = {file.path: file.location for file in found.files}
    wanted: dict[Path, list[tuple[str, Episode]]] = defaultdict(list)
    for episode in episodes:
        place = _place_of(episode, locations, folders)
        if place:
            wanted[place[0]].append((place[1], episode))
    added = (_add_entries(folder / _NAME, entries) for folder, entries in wanted.items())
    return [written for written in added if written.entries]


def _place_of(
    episode: Episode, locations: Mapping[str, Path], folders: Sequence[Path]
) -> tuple[Path, str] | None:
    """Return an episode's folder and its file in it; None if the file has facts of its own."""
    location = next((locations[path] for path in episode.paths if path in locations), None)
    if location is None or location.suffix.lower() in _WITH_FACTS or _has_front_matter(location):
        return None
    for folder in folders:
        root = (folder if folder.is_dir() else folder.parent).resolve()
        if location.is_relative_to(root):
            return root, location.relative_to(root).as_posix()
    return None


def _has_front_matter(location: Path) -> bool:
    with location.open("rb") as file:
        return file.read(20).lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"---", b"+++"))


def _add_entries(path: Path, entries: Sequence[tuple[str, Episode]]) -> WrittenCatalog:
    written = path.read_text(encoding="utf-8") if path.is_file() else ""
    known = {entry.key for entry in load_entries(written, str(path))} if written.strip() else set()
    new = [(name, episode) for name, episode in sorted(entries) if name not in known]
    if new:
        before = f"{written.rstrip()}\n\n" if written.strip() else _HEADING
        lines = "\n".join(line for name, episode in new for line in _entry(name, episode))
        write_atomically(path, f"{before}{lines}\n".encode())
    return WrittenCatalog(path, len(new))


def _entry(name: str, episode: Episode) -> Iterator[str]:
    """Yield the lines of an entry; what is unknown is a comment to fill in."""
    yield f"{_quoted(name)}:"
    facts = {
        "title": _quoted(episode.title),
        "season": episode.season,
        "episode": episode.number,
        "guests": ", ".join(_quoted(guest.name) for guest in episode.guests),
        "youtube": episode.youtube and _quoted(episode.youtube),
        "date": episode.published and episode.published.isoformat(),
    }
    for key, value in facts.items():
        shown = f"[{value}]" if key == "guests" else value
        yield f"  # {key}:" if value in (None, "") else f"  {key}: {shown}"


def _quoted(text: str) -> str:
    """Return a text as YAML reads it; what JSON quotes, YAML does too."""
    return json.dumps(text, ensure_ascii=False)
