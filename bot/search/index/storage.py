"""The index on disk: one file, written whole or not at all, never trusted without its checksum."""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, fields
from datetime import date
from io import BytesIO
from pathlib import Path
from time import time
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from bot.errors import CacheError
from bot.models import Chapter, Episode, Guest, Problem
from bot.search.index.bm25 import Postings
from bot.search.index.index import Index
from bot.search.index.lexicon import Lexicon, LexiconEntry
from bot.search.index.passages import Passages, Transcripts
from bot.search.index.vocabulary import Vocabulary

INDEX_VERSION = 1
"""What an index of the same files holds, and how it is laid out.

Whoever changes either raises it: what is read from transcripts, how it is timed, cut and counted.
A release reads indexes of its own version alone. 0 is what was written before there were numbers.
"""

Arrays = dict[str, NDArray[Any]]

_REMEDY = "It is rebuilt from the transcripts."
# Where a file is written before it takes its name; after an hour, nobody writes there any more.
_NEW = ".new-"
_LEFT_SECONDS = 60 * 60
_CHECKSUM_BYTES = hashlib.sha256().digest_size
# The parts of an index that consist of arrays, by their field.
_COLUMNS: Mapping[str, type] = {
    "transcripts": Transcripts,
    "passages": Passages,
    "text": Postings,
    "titles": Postings,
    "names": Postings,
    "whole": Postings,
}


def save_index(index: Index, problems: Iterable[Problem], path: Path) -> None:
    """Write an index and the problems of its files; whoever reads meanwhile sees old or new."""
    write_arrays(_arrays(index) | {"facts": _pack(_facts(index, problems))}, path)


def load_index(path: Path) -> tuple[Index, tuple[Problem, ...]]:
    """Read an index and its files' problems.

    Raises CacheError if it is damaged, of another version or not there.
    """
    arrays = read_arrays(path, _REMEDY)
    try:
        facts = json.loads(arrays.pop("facts").tobytes())
        if reason := explain_version(facts.get("version", 0)):
            raise CacheError(str(path), reason, _REMEDY)
        return _rebuild(arrays, facts), tuple(Problem(**problem) for problem in facts["problems"])
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise _foreign(path, _REMEDY) from error


def explain_version(version: int) -> str:
    """Say why an index of a version cannot be read; "" if it can."""
    if version == INDEX_VERSION:
        return ""
    age = "older" if version < INDEX_VERSION else "newer"
    return f"it is of an {age} version, {version}, and this release reads {INDEX_VERSION}."


def write_arrays(arrays: Arrays, path: Path) -> None:
    """Write arrays to a file; whoever reads meanwhile sees it as it was or as it will be."""
    content = BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    write_atomically(path, hashlib.sha256(content.getbuffer()).digest(), content.getbuffer())


def write_atomically(path: Path, *parts: bytes | memoryview) -> None:
    """Write a file that is there as it was or as it will be, even if the power fails meanwhile."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=_NEW) as folder:
        new = Path(folder, path.name)
        with new.open("wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    _sync_folder(path.parent)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hex; "" if it cannot be read."""
    try:
        with path.open("rb") as file:
            digest = hashlib.sha256()
            while block := file.read(1 << 20):
                digest.update(block)
            return digest.hexdigest()
    except OSError:
        return ""


def sweep(folder: Path) -> None:
    """Remove what processes that were killed while they wrote have left behind."""
    for left in folder.glob(f"{_NEW}*"):
        # Another process may be sweeping too; a younger one may still be written.
        with suppress(OSError):
            if time() - left.stat().st_mtime > _LEFT_SECONDS:
                shutil.rmtree(left)


def _sync_folder(folder: Path) -> None:
    """Make the new name of a file last, where folders can be synchronised."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def read_arrays(path: Path, remedy: str) -> Arrays:
    """Read the arrays of a file; raises CacheError if it is damaged, not there or another file."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CacheError(str(path), f"cannot be read ({error.strerror}).", remedy) from error
    checksum, rest = content[:_CHECKSUM_BYTES], memoryview(content)[_CHECKSUM_BYTES:]
    if hashlib.sha256(rest).digest() != checksum:
        raise CacheError(str(path), "the stored index is damaged.", remedy)
    try:
        with np.load(BytesIO(rest), allow_pickle=False) as stored:
            return dict(stored)
    except (BadZipFile, EOFError, TypeError, ValueError) as error:
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


def _facts(index: Index, problems: Iterable[Problem]) -> dict[str, Any]:
    return {
        "version": INDEX_VERSION,
        "episodes": [asdict(episode) for episode in index.episodes],
        "chapters": [asdict(chapter) for chapter in index.chapters],
        "terms": index.vocabulary.terms,
        "stems": index.vocabulary.stems,
        "speaker_names": index.transcripts.speaker_names,
        "name_terms": sorted(index.name_terms),
        "subjects": index.subjects,
        "lexicon": [asdict(entry) for entry in index.lexicon.entries],
        "problems": [asdict(problem) for problem in problems],
    }


def _pack(facts: Mapping[str, Any]) -> NDArray[np.uint8]:
    text = json.dumps(facts, default=str, ensure_ascii=False)
    return np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)


def _rebuild(arrays: Arrays, facts: dict[str, Any]) -> Index:
    parts: dict[str, dict[str, Any]] = {part: {} for part in (*_COLUMNS, "vocabulary")}
    for name, array in arrays.items():
        part, _, field = name.partition(".")
        parts[part][field] = array
    parts["transcripts"]["speaker_names"] = tuple(facts["speaker_names"])
    return Index(
        episodes=tuple(_episode(stored) for stored in facts["episodes"]),
        chapters=tuple(Chapter(**chapter) for chapter in facts["chapters"]),
        vocabulary=Vocabulary(
            tuple(facts["terms"]), tuple(facts["stems"]), parts["vocabulary"]["stem_of"]
        ),
        name_terms=frozenset(facts["name_terms"]),
        lexicon=Lexicon(tuple(_entry(stored) for stored in facts["lexicon"])),
        subjects=tuple(facts["subjects"]),
        **{part: kind(**parts[part]) for part, kind in _COLUMNS.items()},
    )


def _entry(stored: dict[str, Any]) -> LexiconEntry:
    texts = {name: tuple(value) for name, value in stored.items() if name != "term"}
    return LexiconEntry(stored["term"], **texts)


def _episode(stored: dict[str, Any]) -> Episode:
    published = stored.pop("published")
    return Episode(
        guests=tuple(Guest(**guest) for guest in stored.pop("guests")),
        chapters=tuple(Chapter(**chapter) for chapter in stored.pop("chapters")),
        topics=tuple(stored.pop("topics")),
        paths=tuple(stored.pop("paths")),
        cues=tuple(stored.pop("cues")),
        published=date.fromisoformat(published) if published else None,
        **stored,
    )
