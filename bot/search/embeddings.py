"""The vectors of texts, each computed once: kept on disk by what the texts and the model are."""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot.arrays import SmallFloats
from bot.errors import CacheError
from bot.reporting import Notice, Steps
from bot.search.index.storage import Arrays, read_arrays, write_arrays
from bot.search.semantic import Model

# Half precision: a cosine is as good with it, and the file is half as long.
_HalfFloats = NDArray[np.float16]
# Told how many texts are embedded, and how many are to be.

# Texts embedded between two reports, and between two savings: some seconds, and about a minute.
_AT_ONCE = 256
_SAVED_EVERY = 16 * _AT_ONCE
# How many files stay in the cache folder, so that it does not grow with every change.
_KEPT = 4
_SUFFIX = ".vectors"
_REMEDY = "What texts mean is computed again."


def embed_texts(
    texts: Sequence[str], model: Model, cache: Path, report: Steps, notice: Notice
) -> SmallFloats:
    """Embed texts, a row each; those embedded before come from the cache folder.

    What is done is saved on the way, so that little is lost if it is interrupted. A damaged or
    unwritable file is a notice, not an error.
    """
    hashes = [hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts]
    content = hashlib.sha256(b"".join(sorted(hashes))).hexdigest()[:16]
    path = cache / f"{model.id}-{content}{_SUFFIX}"
    known = _read_known(path, set(hashes), notice)
    missing = [number for number, each in enumerate(hashes) if each not in known]
    for first in range(0, len(missing), _AT_ONCE):
        numbers = missing[first : first + _AT_ONCE]
        vectors = model.embed([texts[number] for number in numbers]).astype(np.float16)
        known.update(zip((hashes[number] for number in numbers), vectors, strict=True))
        done = first + len(numbers)
        if done == len(missing) or done % _SAVED_EVERY == 0:
            _save(known, path, notice)
        report(done, len(missing))
    return np.stack([known[each] for each in hashes]).astype(np.float32)


def _read_known(path: Path, wanted: set[bytes], notice: Notice) -> dict[bytes, _HalfFloats]:
    """Read the vectors of wanted texts from their own file, else from those of other texts."""
    known: dict[bytes, _HalfFloats] = {}
    model = path.name.partition("-")[0]
    others = _newest_first(path.parent.glob(f"{model}-*{_SUFFIX}"))
    for each in sorted(others, key=lambda other: other != path):
        if not wanted <= known.keys():
            try:
                known |= _read(each)
            except CacheError as error:
                notice(str(error))
    return {each: known[each] for each in wanted & known.keys()}


def _read(path: Path) -> dict[bytes, _HalfFloats]:
    arrays = read_arrays(path, _REMEDY)
    try:
        hashes, vectors = arrays["hashes"], arrays["vectors"]
        return dict(zip((each.tobytes() for each in hashes), vectors, strict=True))
    except (KeyError, ValueError, TypeError) as error:
        raise CacheError(str(path), "these are no stored vectors.", _REMEDY) from error


def _save(known: dict[bytes, _HalfFloats], path: Path, notice: Notice) -> None:
    """Write all vectors to one file and remove all but the newest files."""
    hashes = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(len(known), -1)
    arrays: Arrays = {"hashes": hashes, "vectors": np.stack(list(known.values()))}
    try:
        write_arrays(arrays, path)
        for old in _newest_first(path.parent.glob(f"*{_SUFFIX}"))[_KEPT:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        notice(f"{path}: what texts mean cannot be kept ({error.strerror}).")


def _newest_first(paths: Iterable[Path]) -> list[Path]:
    """Sort files by their age; another process may be removing some."""
    ages = []
    for path in paths:
        with suppress(OSError):
            ages.append((path.stat().st_mtime, path))
    return [path for _, path in sorted(ages, reverse=True)]
