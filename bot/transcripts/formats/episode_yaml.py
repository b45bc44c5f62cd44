"""The newer layout of a podcast's site: an episode's facts in one file, its transcript in another.

`e01.yaml` names its transcript (`transcript: e01-transcript.yaml`). That file names the episode's
slug (`podcast:`) and has the `segments`, in the same form as the items of an edited page.
"""

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bot.errors import TranscriptError
from bot.models import Problem
from bot.strict_yaml import YamlValue, items_of, load_yaml, text_of
from bot.transcripts.files import SourceFile, attempt
from bot.transcripts.formats.fields import ParsedFile, clean_line, make_note
from bot.transcripts.formats.jekyll import read_episode

_MAPPING = re.compile(r"\A(?:---[ \t]*\n)?(?:(?:#[^\n]*|[ \t]*)\n)*\w+:(?:\s|$)")
_KEYS = re.compile(r"^(?:segments|transcript|slug|podcast|legacy_path):", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class EpisodeFile:
    """A file with the facts about an episode, or with the segments of its transcript."""

    source: SourceFile
    facts: dict[str, YamlValue]


def looks_like_episode_yaml(text: str) -> bool:
    """Tell whether a text is a YAML mapping with one of the keys of this layout."""
    return bool(_MAPPING.match(text) and _KEYS.search(text))


def read_episode_yaml(path: str, text: str) -> dict[str, YamlValue]:
    """Read a file of this layout as a mapping. Raises TranscriptError."""
    facts = load_yaml(text, path)
    if not isinstance(facts, dict):
        raise TranscriptError(path, "it is not a mapping of facts.", "Begin it with 'slug:'.")
    return facts


def join_episode_files(files: Sequence[EpisodeFile]) -> list[tuple[SourceFile, ParsedFile]]:
    """Build an episode from each file of facts and the segments that belong to it.

    Segments belong to the facts that name their file, else to the facts with the slug they name,
    else to an episode of their own.
    """
    segments = [file for file in files if "segments" in file.facts]
    by_location = {file.source.location: file for file in segments}
    by_slug = {
        slug: file for file in segments if (slug := clean_line(text_of(file.facts, "podcast")))
    }
    joined, used = [], set()
    for file in files:
        if "segments" not in file.facts:
            slug = clean_line(text_of(file.facts, "slug"))
            own = by_location.get(_named_by(file)) or by_slug.get(slug)
            used.add(own.source.location if own else None)
            joined.append((file.source, _read(file, partial(_read_joined, file, own))))
    alone = [file for file in segments if file.source.location not in used]
    return joined + [(file.source, _read(file, partial(_read_alone, file))) for file in alone]


def _read(file: EpisodeFile, read: Callable[[], ParsedFile]) -> ParsedFile:
    parsed = attempt(file.source.path, read)
    return ParsedFile(None, (parsed,)) if isinstance(parsed, Problem) else parsed


def _named_by(file: EpisodeFile) -> Path:
    folder = file.source.location.parent
    return Path(os.path.normpath(folder / text_of(file.facts, "transcript")))


def _read_joined(file: EpisodeFile, segments: EpisodeFile | None) -> ParsedFile:
    path, named = file.source.path, text_of(file.facts, "transcript")
    if segments:
        return read_episode(path, file.facts, items_of(segments.facts, "segments"))
    parsed = read_episode(path, file.facts, items_of(file.facts, "transcript"))
    missing = (
        [make_note(path, f'its transcript "{named}" is not there.', "Add it.")] if named else []
    )
    return ParsedFile(parsed.transcript, (*missing, *parsed.notes))


def _read_alone(file: EpisodeFile) -> ParsedFile:
    path = file.source.path
    facts: YamlValue = {"slug": text_of(file.facts, "podcast")}
    parsed = read_episode(path, facts, items_of(file.facts, "segments"))
    reason = "no file of facts belongs to its segments."
    about = make_note(path, reason, "Add a file with their slug and title.")
    return ParsedFile(parsed.transcript, (about, *parsed.notes))
