"""Texts as vectors, and a cache of the vectors on disk, as rows of bytes."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bot.arrays import SmallFloats, SmallInts
from bot.errors import CacheError
from bot.files import newest_files
from bot.reporting import Notice, Steps
from bot.search.index.storage import read_arrays, write_arrays
from bot.search.index.vectors import to_bytes

# Turns texts into unit vectors, a row each.
Embed = Callable[[Sequence[str]], SmallFloats]

# Texts between two progress reports (a second), and between two saves (about a minute).
_BATCH = 64
_SAVE_EVERY = 64 * _BATCH
# Files that stay in the cache folder, so that it does not grow with every change.
_MAX_FILES = 4
VECTORS_SUFFIX = ".vectors"
_REMEDY = "The vectors are computed again."


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """A model that embeds texts; no two models have the same `id`."""

    id: str
    embed: Embed


def embed_texts(
    texts: Sequence[str], model: EmbeddingModel, cache: Path, report: Steps, notice: Notice
) -> SmallInts:
    """Embed different texts, a row of bytes each, and keep the vectors in the cache folder.

    Vectors are saved along the way, so that an interruption loses little. A damaged or unwritable
    file is a notice, not an error.
    """
    hashes = [hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts]
    content = hashlib.sha256(b"".join(hashes)).hexdigest()[:16]
    path = cache / f"{model.id}-{content}{VECTORS_SUFFIX}"
    known: dict[bytes, SmallInts] = {}
    for kept in _read_kept(path, notice):
        if kept.hashes == hashes:
            return kept.vectors
        known |= zip(kept.hashes, kept.vectors, strict=True)
    missing = [number for number, each in enumerate(hashes) if each not in known]
    for first in range(0, len(missing), _BATCH):
        numbers = missing[first : first + _BATCH]
        vectors = to_bytes(model.embed([texts[number] for number in numbers]))
        known |= zip((hashes[number] for number in numbers), vectors, strict=True)
        done = first + len(numbers)
        if done % _SAVE_EVERY == 0:
            so_far = [each for each in hashes if each in known]
            _save(_Kept(so_far, np.stack([known[each] for each in so_far])), path, notice)
        report(done, len(missing))
    kept = _Kept(hashes, np.stack([known[each] for each in hashes]))
    _save(kept, path, notice)
    return kept.vectors


@dataclass(frozen=True, slots=True)
class _Kept:
    """The vectors of a file, and the hashes of their texts."""

    hashes: list[bytes]
    vectors: SmallInts


def _read_kept(path: Path, notice: Notice) -> Iterator[_Kept]:
    """Read a model's vectors: first those of the wanted texts, then those of others."""
    model = path.name.partition("-")[0]
    files = newest_files(path.parent.glob(f"{model}-*{VECTORS_SUFFIX}"))
    for each in sorted(files, key=lambda other: other != path):
        try:
            arrays = read_arrays(each, _REMEDY)
            yield _Kept([row.tobytes() for row in arrays["hashes"]], arrays["vectors"])
        except CacheError as error:
            notice(str(error))
        except KeyError:
            notice(str(CacheError(str(each), "it contains no vectors.", _REMEDY)))


def _save(kept: _Kept, path: Path, notice: Notice) -> None:
    """Write vectors to one file and delete all but the newest files."""
    hashes = np.frombuffer(b"".join(kept.hashes), dtype=np.uint8).reshape(len(kept.hashes), -1)
    try:
        write_arrays({"hashes": hashes, "vectors": kept.vectors}, path)
        for old in newest_files(path.parent.glob(f"*{VECTORS_SUFFIX}"))[_MAX_FILES:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        notice(f"{path}: the vectors cannot be saved ({error.strerror}).")
