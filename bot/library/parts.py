"""What is read, timed and cut of each episode, kept in the cache until its files change.

Facts about files are kept in one file, as their cues are seldom needed again. The part of each talk
has a file of its own, named by all that the part depends on, so that it can serve no other. Who
builds an index reads and writes both, in the worker that reads the files: what is kept of a hostile
file can be wrong about that file alone.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from bot.digests import Digests
from bot.errors import CacheError
from bot.files import is_file, sweep
from bot.limits import give_memory_back
from bot.models import Episode
from bot.pool import Pool
from bot.reporting import Notice, ignore
from bot.search.index.names import Spellings
from bot.search.index.parts import EpisodePart, cut_episode
from bot.search.index.passages import PASSAGE_STEP, PASSAGE_WORDS, Passages, Transcripts
from bot.search.index.storage import Arrays, pack_text, read_arrays, write_arrays
from bot.search.index.version import INDEX_VERSION
from bot.stored_json import as_kind, as_plain, parse_stored
from bot.transcripts.cues import as_file_cues
from bot.transcripts.known_files import FileFacts, KnownFiles
from bot.transcripts.merge import TimedTalk, time_talk
from bot.transcripts.talks import Talk

_FILES, _DIGESTS, _FACTS = "files", "digests", "facts"
_REMEDY = "It is made again from the transcripts."
_COLUMNS: dict[str, type] = {
    "transcripts": Transcripts,
    "passages": Passages,
    "windows": Passages,
    "spellings": Spellings,
}

KeptPart: TypeAlias = Callable[[], EpisodePart]
"""Returns the part of an episode, which is read only then."""

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

    def __init__(
        self,
        folder: Path | None = None,
        on_notice: Notice = ignore,
        pool: Pool | None = None,
    ) -> None:
        self._folder, self._on_notice = folder, on_notice
        self.pool = pool or Pool()
        self._used = {_FILES, _DIGESTS}
        self._digests = Digests(folder and folder / _DIGESTS)
        self.files = self._load(_FILES, _as_known) or KnownFiles()

    def time(
        self, talks: Sequence[Talk], begin: Callable[[Talk], None] = ignore
    ) -> Iterator[tuple[TimedTalk, KeptPart]]:
        """Time talks, without their cues, and cut their parts of an index, unless they are kept.

        `begin` is called with each talk that is timed here, before it is. No file is compared with
        another any more.
        """
        self._save_files()
        named = [(_name_of(talk), talk) for talk in talks]
        self._used.update(name for name, _ in named)
        kept = [self._load(name, _as_timed, most=1) for name, _ in named]
        missing = [each for each, timed in zip(named, kept, strict=True) if timed is None]
        made = self.pool.map(partial(_make, self._folder), missing, lambda each: begin(each[1]))
        for (name, talk), timed in zip(named, kept, strict=True):
            timed, part = (timed, None) if timed else next(made)
            yield timed, partial(_given, part) if part else partial(self._part_of, name, talk)
        self.files.forget_cues()
        give_memory_back()

    def _part_of(self, name: str, talk: Talk) -> EpisodePart:
        """Read a part, or make it again, as another process may have removed it."""
        return self._load(name, _as_part) or _cut(time_talk(talk))[1]

    def _save_files(self) -> None:
        """Keep what was read of files."""
        if self.files.changed:
            _write(self._folder, _FILES, _arrays_of_known(self.files))
        self.files.forget_words()

    def save(self) -> None:
        """Remove what this build did not use."""
        if self._folder is None:
            return
        self._digests.save()
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.name not in self._used and not path.is_dir():
                    path.unlink(missing_ok=True)
            sweep(self._folder)

    def _load(
        self, name: str, read: Callable[[Arrays], _Kept], most: int | None = None
    ) -> _Kept | None:
        """Read what is kept, or the first `most` arrays of it, if it is."""
        if self._folder is None or not is_file(path := self._folder / name):
            return None
        try:
            return read(read_arrays(path, _REMEDY, self._digests, most))
        except CacheError as error:
            self._on_notice(str(error))
        except (KeyError, TypeError, ValueError):
            self._on_notice(f"{path}: it was written by something else. {_REMEDY}")
        return None


def _given(part: EpisodePart) -> EpisodePart:
    return part


def _make(folder: Path | None, named: tuple[str, Talk]) -> tuple[TimedTalk, EpisodePart | None]:
    """Time a talk and keep its part, which is returned only if it cannot be kept."""
    name, talk = named
    timed, part = _cut(time_talk(talk))
    return timed, None if _write(folder, name, _arrays_of(timed, part)) else part


def _write(folder: Path | None, name: str, arrays: Arrays) -> bool:
    """Write what is kept, if that is possible; whoever keeps the index says so if it is not."""
    with suppress(OSError):
        if folder:
            write_arrays(arrays, folder / name)
            return True
    return False


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
    # The facts come first, as they are needed before the rest.
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


def _as_timed(arrays: Arrays) -> TimedTalk:
    return parse_stored(arrays[_FACTS].tobytes(), _TalkFacts).timed


def _as_part(arrays: Arrays) -> EpisodePart:
    facts = parse_stored(arrays.pop(_FACTS).tobytes(), _TalkFacts)
    terms = arrays.pop("terms").tobytes().decode("utf-8", "surrogatepass").split("\n")
    columns: dict[str, dict[str, Any]] = {column: {} for column in _COLUMNS}
    for name, array in arrays.items():
        column, _, each = name.partition(".")
        columns[column][each] = array
    columns["transcripts"]["speaker_names"] = facts.speaker_names
    made = {column: kind(**columns[column]) for column, kind in _COLUMNS.items()}
    return EpisodePart(terms=tuple(terms), **made)


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
