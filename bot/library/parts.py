"""What is read, timed and cut of each episode, kept in the cache until its files change.

Facts about files are kept in one file, as their cues are seldom needed again. The part of each talk
has a file of its own, named by all that the part depends on, so that it can serve no other. Who
builds an index reads and writes both, in the worker that reads the files: what is kept of a hostile
file can be wrong about that file alone.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.errors import CacheError
from bot.files import is_file, sweep
from bot.models import Episode
from bot.reporting import Notice, ignore
from bot.search.index.parts import EpisodePart, Spellings, cut_episode
from bot.search.index.passages import PASSAGE_STEP, PASSAGE_WORDS, Passages, Transcripts
from bot.search.index.storage import INDEX_VERSION, Arrays, pack_text, read_arrays, write_arrays
from bot.stored_json import as_kind, as_plain, parse_stored
from bot.transcripts.cues import as_file_cues
from bot.transcripts.known_files import FileFacts, KnownFiles
from bot.transcripts.merge import TimedTalk, time_talk
from bot.transcripts.talks import Talk

_FILES, _FACTS = "files", "facts"
_REMEDY = "It is made again from the transcripts."
_COLUMNS: dict[str, type] = {
    "transcripts": Transcripts,
    "passages": Passages,
    "windows": Passages,
    "spellings": Spellings,
}

_Kept = TypeVar("_Kept")


@dataclass(frozen=True, slots=True)
class _TalkFacts:
    """What a kept talk holds besides arrays, as it is stored."""

    timed: TimedTalk
    speaker_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Files:
    version: int
    files: tuple[FileFacts, ...]


class KeptParts:
    """The parts of the episodes of some sources, in a folder; without one, nothing is kept.

    What is damaged is a notice, and made again. What a build does not use, `save` removes.
    """

    def __init__(self, folder: Path | None = None, on_notice: Notice = ignore) -> None:
        self._folder, self._on_notice = folder, on_notice
        self._used = {_FILES}
        self.files = self._load(_FILES, _as_known) or KnownFiles()

    def time(self, talk: Talk) -> tuple[TimedTalk, EpisodePart]:
        """Time a talk and cut its part of an index, unless they are kept; cues are in the part."""
        name = _name_of(talk)
        self._used.add(name)
        kept = self._load(name, _as_talk)
        if kept is None:
            kept = _cut(time_talk(talk))
            self._write(name, _arrays_of(*kept))
        return kept

    def save(self) -> None:
        """Keep what was read of files, and remove what this build did not use."""
        if self._folder is None:
            return
        if self.files.changed:
            self._write(_FILES, _arrays_of_known(self.files))
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.name not in self._used and not path.is_dir():
                    path.unlink(missing_ok=True)
            sweep(self._folder)

    def _load(self, name: str, read: Callable[[Arrays], _Kept]) -> _Kept | None:
        if self._folder is None or not is_file(path := self._folder / name):
            return None
        try:
            return read(read_arrays(path, _REMEDY))
        except CacheError as error:
            self._on_notice(str(error))
        except (KeyError, TypeError, ValueError):
            self._on_notice(f"{path}: it was written by something else. {_REMEDY}")
        return None

    def _write(self, name: str, arrays: Arrays) -> None:
        # Whoever keeps the index says so if the cache cannot be written to.
        with suppress(OSError):
            if self._folder:
                write_arrays(arrays, self._folder / name)


def _name_of(talk: Talk) -> str:
    """Name a talk by all that its part depends on."""
    files = [
        [
            [
                file.path,
                as_file_cues(file.cues).facts.digest,
                [[each.title, each.start] for each in file.chapters],
            ]
            for file in of
        ]
        for of in (talk.pages, talk.captions)
    ]
    written = json.dumps([INDEX_VERSION, PASSAGE_WORDS, PASSAGE_STEP, files])
    return sha256(written.encode()).hexdigest()


def _cut(timed: TimedTalk) -> tuple[TimedTalk, EpisodePart]:
    episode = Episode("", "", chapters=timed.chapters, cues=timed.cues)
    return replace(timed, cues=()), cut_episode(episode, PASSAGE_WORDS, PASSAGE_STEP)


def _arrays_of(timed: TimedTalk, part: EpisodePart) -> Arrays:
    facts = _TalkFacts(timed, part.transcripts.speaker_names)
    arrays: Arrays = {
        _FACTS: _as_json(facts),
        "terms": pack_text("\n".join(part.terms)),
    }
    for column in _COLUMNS:
        for each in fields(getattr(part, column)):
            value = getattr(getattr(part, column), each.name)
            if isinstance(value, np.ndarray):
                arrays[f"{column}.{each.name}"] = value
    return arrays


def _as_talk(arrays: Arrays) -> tuple[TimedTalk, EpisodePart]:
    facts = parse_stored(arrays.pop(_FACTS).tobytes(), _TalkFacts)
    terms = arrays.pop("terms").tobytes().decode("utf-8", "surrogatepass").split("\n")
    columns: dict[str, dict[str, Any]] = {column: {} for column in _COLUMNS}
    for name, array in arrays.items():
        column, _, each = name.partition(".")
        # Copied, as each mapped file would stay open.
        columns[column][each] = np.array(array)
    columns["transcripts"]["speaker_names"] = facts.speaker_names
    made = {column: kind(**columns[column]) for column, kind in _COLUMNS.items()}
    return facts.timed, EpisodePart(terms=tuple(terms), **made)


def _arrays_of_known(known: KnownFiles) -> Arrays:
    files = _Files(INDEX_VERSION, known.facts())
    return {**known.words(), _FACTS: _as_json(files)}


def _as_known(arrays: Arrays) -> KnownFiles:
    """Read what is known of files; nothing if another release wrote it."""
    stored = json.loads(arrays.pop(_FACTS).tobytes())
    if stored["version"] != INDEX_VERSION:
        return KnownFiles()
    return KnownFiles(as_kind(stored, _Files).files, arrays)


def _as_json(facts: object) -> NDArray[np.uint8]:
    return pack_text(json.dumps(as_plain(facts)))
