"""The index on disk: one file, written whole or not at all, never trusted without its checksum."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import read_array, write_array
from numpy.typing import NDArray
from pydantic import TypeAdapter

from bot.errors import CacheError
from bot.files import write_atomically
from bot.models import Chapter, Episode, Problem
from bot.search.index.bm25 import Postings
from bot.search.index.index import Index, Places
from bot.search.index.lexicon import Lexicon, LexiconEntry
from bot.search.index.passages import Passages, Transcripts
from bot.search.index.vocabulary import Vocabulary

INDEX_VERSION = 3
"""What an index of the same files holds, and how it is laid out.

Whoever changes either raises it: what is read from transcripts, how it is timed, cut and counted.
A release reads indexes of its own version alone. 0 is what was written before there were numbers.
"""

Arrays = dict[str, NDArray[Any]]

_REMEDY = "It is rebuilt from the transcripts."
_CHECKSUM_BYTES = hashlib.sha256().digest_size
# The parts of an index that consist of arrays, by their field.
_COLUMNS: Mapping[str, type] = {
    "transcripts": Transcripts,
    "passages": Passages,
    "text": Postings,
    "titles": Postings,
    "names": Postings,
    "whole": Postings,
    "stem_places": Places,
    "term_places": Places,
}


@dataclass(frozen=True, slots=True)
class _Facts:
    """What an index holds besides its arrays, as it is stored."""

    version: int
    episodes: tuple[Episode, ...]
    chapters: tuple[Chapter, ...]
    terms: tuple[str, ...]
    stems: tuple[str, ...]
    speaker_names: tuple[str, ...]
    name_terms: tuple[str, ...]
    subjects: tuple[str, ...]
    lexicon: tuple[LexiconEntry, ...]
    problems: tuple[Problem, ...]


def save_index(index: Index, problems: Iterable[Problem], path: Path) -> None:
    """Write an index and the problems of its files; whoever reads meanwhile sees old or new."""
    write_arrays(_arrays(index) | {"facts": _pack(_facts(index, problems))}, path)


def load_index(path: Path) -> tuple[Index, tuple[Problem, ...]]:
    """Read an index and its files' problems.

    Raises CacheError if it is damaged, of another version or not there.
    """
    arrays = read_arrays(path, _REMEDY)
    try:
        stored = json.loads(arrays.pop("facts").tobytes())
        if reason := explain_version(stored.get("version", 0)):
            raise CacheError(str(path), reason, _REMEDY)
        facts = TypeAdapter(_Facts).validate_python(stored)
        return _rebuild(arrays, facts), facts.problems
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _foreign(path, _REMEDY) from error


def explain_version(version: int) -> str:
    """Say why an index of a version cannot be read; "" if it can."""
    if version == INDEX_VERSION:
        return ""
    age = "older" if version < INDEX_VERSION else "newer"
    return f"it is of an {age} version, {version}, and this release reads {INDEX_VERSION}."


def write_arrays(arrays: Arrays, path: Path) -> None:
    """Write arrays to a file; whoever reads meanwhile sees it as it was or as it will be.

    Their names come first, then each of them, in numpy's own format; a zip archive, as of
    `np.savez`, would take twice as long to read, for checksums of its own.
    """
    content = BytesIO()
    for array in (np.array([*arrays]), *arrays.values()):
        write_array(content, array, allow_pickle=False)
    write_atomically(path, hashlib.sha256(content.getbuffer()).digest(), content.getbuffer())


def read_arrays(path: Path, remedy: str) -> Arrays:
    """Read the arrays of a file; raises CacheError if it is damaged, not there or another file."""
    try:
        with path.open("rb") as file:
            checksum = file.read(_CHECKSUM_BYTES)
            if hashlib.file_digest(file, "sha256").digest() != checksum:
                raise CacheError(str(path), "the stored index is damaged.", remedy)
            file.seek(_CHECKSUM_BYTES)
            names = read_array(file, allow_pickle=False).tolist()
            return {name: read_array(file, allow_pickle=False) for name in names}
    except OSError as error:
        raise CacheError(str(path), f"cannot be read ({error.strerror}).", remedy) from error
    except (EOFError, TypeError, ValueError) as error:
        raise _foreign(path, remedy) from error


def _foreign(path: Path, remedy: str) -> CacheError:
    return CacheError(str(path), "it was written by something else.", remedy)


def _arrays(index: Index) -> Arrays:
    arrays: Arrays = {"vocabulary.stem_of": index.vocabulary.stem_of}
    for part in _COLUMNS:
        for field in fields(getattr(index, part)):
            value = getattr(getattr(index, part), field.name)
            if isinstance(value, np.ndarray):
                arrays[f"{part}.{field.name}"] = value
    return arrays


def _facts(index: Index, problems: Iterable[Problem]) -> _Facts:
    return _Facts(
        version=INDEX_VERSION,
        episodes=index.episodes,
        chapters=index.chapters,
        terms=index.vocabulary.terms,
        stems=index.vocabulary.stems,
        speaker_names=index.transcripts.speaker_names,
        name_terms=tuple(sorted(index.name_terms)),
        subjects=index.subjects,
        lexicon=index.lexicon.entries,
        problems=tuple(problems),
    )


def _pack(facts: _Facts) -> NDArray[np.uint8]:
    text = json.dumps(asdict(facts), default=str, ensure_ascii=False)
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _rebuild(arrays: Arrays, facts: _Facts) -> Index:
    parts: dict[str, dict[str, Any]] = {part: {} for part in (*_COLUMNS, "vocabulary")}
    for name, array in arrays.items():
        part, _, field = name.partition(".")
        parts[part][field] = array
    parts["transcripts"]["speaker_names"] = facts.speaker_names
    return Index(
        episodes=facts.episodes,
        chapters=facts.chapters,
        vocabulary=Vocabulary(facts.terms, facts.stems, parts["vocabulary"]["stem_of"]),
        name_terms=frozenset(facts.name_terms),
        lexicon=Lexicon(facts.lexicon),
        subjects=facts.subjects,
        **{part: kind(**parts[part]) for part, kind in _COLUMNS.items()},
    )
