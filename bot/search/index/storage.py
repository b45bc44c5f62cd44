"""Store an index in one file, written atomically and verified by its checksum."""

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from io import BytesIO
from math import prod
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any
from weakref import finalize

import numpy as np
from numpy.lib.format import header_data_from_array_1_0, write_array_header_1_0
from numpy.typing import NDArray

from bot.digests import Digests
from bot.errors import CacheError
from bot.files import write_atomically
from bot.models import Episode, Problem
from bot.search.index.bm25 import Postings
from bot.search.index.index import Index
from bot.search.index.lexicon import Lexicon, LexiconEntry
from bot.search.index.lookups import Lookups
from bot.search.index.numbered import Numbered
from bot.search.index.passages import Passages, Transcripts
from bot.search.index.places import Places
from bot.search.index.turns import Turns
from bot.search.index.vectors import StemVectors, Windows
from bot.search.index.version import INDEX_VERSION, explain_version
from bot.search.index.vocabulary import Vocabulary
from bot.stored_json import as_kind, as_plain

Arrays = dict[str, NDArray[Any]]

_DAMAGED = "the stored index is damaged."
_REMEDY = "It is rebuilt from the transcripts."
# In bytes; the widest registers of processors have as many.
_ALIGNMENT = 64
# The parts of an index that consist of arrays, by their field.
_COLUMNS: Mapping[str, type] = {
    "transcripts": Transcripts,
    "passages": Passages,
    "turns": Turns,
    "text": Postings,
    "titles": Postings,
    "names": Postings,
    "whole": Postings,
    "stem_places": Places,
    "stem_vectors": StemVectors,
    "windows": Windows,
    "lookups": Lookups,
}
# The parts of its vocabulary.
_WORDS = ("vocabulary", "terms", "stems")
# Larger files would take much memory. In others, what is mapped is at hand a little faster.
_LARGE = 200_000_000
# What is read only once, or where something is shown.
_SELDOM = (
    *("facts", "transcripts.text", "transcripts.starts", "transcripts.lengths"),
    "transcripts.spoken",
)
# How numpy's format begins an array. Its own reader compiles each of these as Python.
_HEADER = re.compile(
    rb"\x93NUMPY\x01\x00..\{'descr': '([^']+)', 'fortran_order': (True|False), "
    rb"'shape': \(([0-9, ]*)\), \} *\n",
    re.DOTALL,
)


class _Seldom(np.ndarray[Any, Any]):
    """A mapped array whose slices are read from its file instead.

    The system maps what is around each place that is touched, so that an array of which little is
    read, but everywhere, would soon be in memory as a whole.
    """

    _file, _begin = -1, 0

    def at(self, file: int, begin: int) -> "_Seldom":
        """Read slices from an open file, in which this array begins at a byte."""
        self._file, self._begin = file, begin
        return self

    def __getitem__(self, key: Any) -> Any:  # noqa: ANN401 - as numpy's own
        """Read a slice; anything else is where it is mapped."""
        if self._file < 0 or not isinstance(key, slice) or key.step:
            return np.asarray(self)[key]
        first, past, _ = key.indices(len(self))
        at, size = self._begin + first * self.itemsize, (past - first) * self.itemsize
        return np.frombuffer(os.pread(self._file, max(size, 0), at), self.dtype)


@dataclass(frozen=True, slots=True)
class _Facts:
    """What an index holds besides its arrays, as it is stored, and the problems of its files.

    Its chapters are in its episodes. Sets are sorted here, so that the same index is the same file.
    """

    version: int
    episodes: tuple[Episode, ...]
    languages: tuple[str, ...]
    speaker_names: tuple[str, ...]
    speakers: tuple[tuple[int, int, str], ...]
    name_terms: tuple[str, ...]
    called: tuple[str, ...]
    subjects: tuple[str, ...]
    lexicon: tuple[LexiconEntry, ...]
    lexicon_stems: tuple[tuple[str, ...], ...]
    problems: tuple[Problem, ...]


def save_index(index: Index, problems: Iterable[Problem], path: Path) -> None:
    """Write an index and the problems of its files; readers see the old or the new one."""
    write_arrays(arrays_of(index, problems), path)


def load_index(
    path: Path, digests: Digests | None = None, *, sound: bool = False
) -> tuple[Index, tuple[Problem, ...]]:
    """Read an index and its files' problems; see `read_arrays` for `digests` and `sound`.

    Raises CacheError if it is damaged, of another version or not there.
    """
    return rebuild_index(read_arrays(path, _REMEDY, digests, sound=sound), path)


def rebuild_index(arrays: Arrays, path: Path) -> tuple[Index, tuple[Problem, ...]]:
    """Make an index of what `arrays_of` made of one; raises as `load_index` does."""
    try:
        stored = json.loads(arrays.pop("facts")[:].tobytes())
        if reason := explain_version(stored.get("version", 0)):
            raise CacheError(str(path), reason, _REMEDY)
        facts = as_kind(stored, _Facts)
        return _rebuild(arrays, facts), facts.problems
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _foreign(path, _REMEDY) from error


def write_arrays(arrays: Arrays, path: Path) -> None:
    """Write arrays to a file; readers see the old or the new one.

    After the checksum come their names, then each of them, in numpy's own format. Each begins at a
    multiple of 64 bytes, so that it can be used where it lies.
    """
    content = [*_lay_out((np.array([*arrays]), *arrays.values()))]
    digest = hashlib.sha256()
    for each in content:
        digest.update(each)
    write_atomically(path, digest.digest().ljust(_ALIGNMENT, b"\0"), *content)


def _lay_out(arrays: Iterable[NDArray[Any]]) -> Iterator[bytes | memoryview]:
    """Yield arrays as they stand in a file: none is copied, since together they may be large."""
    written = 0
    for array in arrays:
        header = BytesIO(bytes(-written % _ALIGNMENT))
        header.seek(0, os.SEEK_END)
        facts = header_data_from_array_1_0(array)
        write_array_header_1_0(header, facts)
        data = np.ascontiguousarray(array.T if facts["fortran_order"] else array).reshape(-1)
        written += header.tell() + data.nbytes
        yield header.getvalue()
        yield data.view(np.uint8).data


def read_arrays(
    path: Path,
    remedy: str,
    digests: Digests | None = None,
    most: int | None = None,
    *,
    sound: bool = False,
) -> Arrays:
    """Map the arrays of a file into memory, read-only, or its first `most`.

    What is not used is not read; in a large file, slices of what is seldom used are read from it,
    where the system can do that. A file whose checksum is in `digests`, or that is known to be
    `sound`, is not checked again. Raises CacheError if it is damaged, not there or another file.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            if not status.st_size:
                raise CacheError(str(path), _DAMAGED, remedy)
            content = mmap(file.fileno(), 0, access=ACCESS_READ)
            checksum = content[:_ALIGNMENT]
            known = digests.find(path, status) if digests else ""
            if not sound and known != checksum.hex():
                # Read, not mapped: what is only checked stays out of memory.
                file.seek(_ALIGNMENT)
                found = hashlib.file_digest(file, "sha256").digest()
                if found.ljust(_ALIGNMENT, b"\0") != checksum:
                    raise CacheError(str(path), _DAMAGED, remedy)
                if digests:
                    digests.remember(path, status, checksum.hex())
            kept = _keep_open(file.fileno(), content) if status.st_size > _LARGE else -1
        content.seek(_ALIGNMENT)
        names = _map_array(content).tolist()
        wanted = names[:most]
        return {name: _map_array(content, kept if name in _SELDOM else -1) for name in wanted}
    except OSError as error:
        raise CacheError(str(path), f"cannot be read ({error.strerror}).", remedy) from error
    except (EOFError, TypeError, ValueError) as error:
        raise _foreign(path, remedy) from error


def _keep_open(file: int, content: mmap) -> int:
    """Keep a file open as long as it is mapped; -1 where it cannot be read at any place."""
    if not hasattr(os, "pread"):
        return -1
    kept = os.dup(file)
    finalize(content, os.close, kept).atexit = False
    return kept


def _map_array(content: mmap, file: int = -1) -> NDArray[Any]:
    """Return the array at the position of a mapped file, and move behind it.

    Its slices are read from the `file`, if one is given.
    """
    content.seek(-content.tell() % _ALIGNMENT, os.SEEK_CUR)
    header = _HEADER.match(content, content.tell())
    if not header:
        raise ValueError("no array")
    dtype = np.dtype(header[1].decode())
    shape = tuple(int(size) for size in header[3].split(b",") if size.strip())
    count = prod(shape)
    array = np.frombuffer(content, dtype, count, header.end()) if count else np.empty(0, dtype)
    content.seek(header.end() + array.nbytes)
    if count and file >= 0:
        return array.view(_Seldom).at(file, header.end())
    return array.reshape(shape, order="F" if header[2] == b"True" else "C")


def _foreign(path: Path, remedy: str) -> CacheError:
    return CacheError(str(path), "it was written by something else.", remedy)


def arrays_of(index: Index, problems: Iterable[Problem]) -> Arrays:
    """Return an index and the problems of its files as arrays by name."""
    # In ASCII, a letter takes a byte of memory while it is read, whatever the others are.
    packed = pack_text(json.dumps(as_plain(_facts(index, problems))))
    parts = {name: getattr(index, name) for name in (*_COLUMNS, "vocabulary")}
    parts |= {"terms": index.vocabulary.term_ids, "stems": index.vocabulary.stem_ids}
    return {
        f"{name}.{field.name}": value
        for name, part in parts.items()
        for field in fields(part)
        if isinstance(value := getattr(part, field.name), np.ndarray)
    } | {"facts": packed}


def _facts(index: Index, problems: Iterable[Problem]) -> _Facts:
    return _Facts(
        version=INDEX_VERSION,
        episodes=index.episodes,
        languages=index.vocabulary.languages,
        speaker_names=index.transcripts.speaker_names,
        speakers=tuple((*key, name) for key, name in index.speakers.items()),
        name_terms=tuple(sorted(index.name_terms)),
        called=tuple(sorted(index.called)),
        subjects=index.subjects,
        lexicon=index.lexicon.entries,
        lexicon_stems=index.lexicon.ways,
        problems=tuple(problems),
    )


def pack_text(text: str) -> NDArray[np.uint8]:
    """Return a text as an array of bytes."""
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _rebuild(arrays: Arrays, facts: _Facts) -> Index:
    parts: dict[str, dict[str, Any]] = {part: {} for part in (*_COLUMNS, *_WORDS)}
    for name, array in arrays.items():
        part, _, field = name.partition(".")
        parts[part][field] = array
    parts["transcripts"]["speaker_names"] = facts.speaker_names
    return Index(
        episodes=facts.episodes,
        chapters=tuple(chapter for each in facts.episodes for chapter in each.chapters),
        vocabulary=Vocabulary(
            Numbered(**parts["terms"]),
            Numbered(**parts["stems"]),
            languages=facts.languages,
            **parts["vocabulary"],
        ),
        speakers={(episode, speaker): name for episode, speaker, name in facts.speakers},
        name_terms=frozenset(facts.name_terms),
        called=frozenset(facts.called),
        lexicon=Lexicon(facts.lexicon, facts.lexicon_stems),
        subjects=facts.subjects,
        **{part: kind(**parts[part]) for part, kind in _COLUMNS.items()},
    )
