"""Texts as vectors: the model that embeds them, and a cache of the vectors on disk.

An optional extra. The only home of sentence_transformers, which takes seconds to import: it is
loaded when the first text is embedded.
"""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.arrays import SmallFloats
from bot.errors import CacheError, ConfigError
from bot.files import newest_files
from bot.reporting import Notice, Steps
from bot.search.index.storage import Arrays, read_arrays, write_arrays

# Turns texts into unit vectors, a row each.
Embed = Callable[[Sequence[str]], SmallFloats]
# Half precision makes the file half as long and cosines no worse.
_HalfFloats = NDArray[np.float16]

_SETTING = "AIRQUOTE_SEMANTIC_MODEL"
_INSTALL = "Install the extra: pip install 'airquote[semantic]'."
_NO_MODEL = f"Set {_SETTING} to a model's folder or name, or to off."
# Every folder of a sentence-transformers model has this file.
_MODEL_FILE = "modules.json"
# More texts than this are worth all cores; fewer are a query.
_FEW_TEXTS = 8

# Texts between two progress reports (some seconds), and between two saves (about a minute).
_BATCH = 256
_SAVE_EVERY = 16 * _BATCH
# Files that stay in the cache folder, so that it does not grow with every change.
_MAX_FILES = 4
_SUFFIX = ".vectors"
_REMEDY = "The vectors are computed again."


@dataclass(frozen=True, slots=True)
class EmbeddingModel:
    """A model that embeds texts; no two models have the same `id`."""

    id: str
    embed: Embed


class Embedder:
    """A sentence-transformers model, loaded on first use."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._model: Any = None
        self._threads = 1
        # A tokenizer raises an error if two threads use it at once.
        self._lock = Lock()

    def load(self) -> None:
        """Load the model; raise ConfigError if that fails."""
        try:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()
            self._threads = torch.get_num_threads()
            self._model = SentenceTransformer(self._name)
        except Exception as error:  # each library below has its own errors
            cause = next(iter(str(error).splitlines()), type(error).__name__)
            reason = f"the model {self._name} cannot be loaded ({cause})."
            raise ConfigError(_SETTING, reason, _NO_MODEL) from error

    def embed(self, texts: Sequence[str]) -> SmallFloats:
        """Turn texts into unit vectors, a row each; safe to call from any thread."""
        with self._lock:
            if self._model is None:
                self.load()
            return self._encode(list(texts))

    def _encode(self, texts: list[str]) -> SmallFloats:
        import torch

        few = len(texts) <= _FEW_TEXTS
        # A query is too short to be worth more than one core.
        torch.set_num_threads(1 if few else self._threads)
        with torch.autocast("cpu", torch.bfloat16, enabled=not few and _has_bfloat16()):
            vectors = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def find_model(name: str) -> EmbeddingModel:
    """Find a model by its folder, the installed package that contains it, or its public name.

    Raise ConfigError if the extra is not installed or there is no such model.
    """
    if find_spec("sentence_transformers") is None:
        raise ConfigError(_SETTING, "sentence-transformers is not installed.", _INSTALL)
    folder = Path(name).expanduser()
    if not folder.is_dir():
        packaged = _find_packaged(name)
        if packaged is None:
            embedder = Embedder(name)
            embedder.load()  # the only way to find out whether the model exists
            return EmbeddingModel(_short_hash(name.encode()), embedder.embed)
        folder = packaged
    if not (folder / _MODEL_FILE).is_file():
        raise ConfigError(_SETTING, f"{folder} contains no model.", _NO_MODEL)
    return EmbeddingModel(_hash_folder(folder), Embedder(str(folder)).embed)


def embed_texts(
    texts: Sequence[str], model: EmbeddingModel, cache: Path, report: Steps, notice: Notice
) -> SmallFloats:
    """Embed texts, a row each, and keep the vectors in the cache folder.

    Vectors are saved along the way, so that an interruption loses little. A damaged or unwritable
    file is a notice, not an error.
    """
    hashes = [hashlib.blake2b(text.encode(), digest_size=8).digest() for text in texts]
    content = hashlib.sha256(b"".join(sorted(hashes))).hexdigest()[:16]
    path = cache / f"{model.id}-{content}{_SUFFIX}"
    known = _read_known(path, set(hashes), notice)
    missing = [number for number, each in enumerate(hashes) if each not in known]
    for first in range(0, len(missing), _BATCH):
        numbers = missing[first : first + _BATCH]
        vectors = model.embed([texts[number] for number in numbers]).astype(np.float16)
        known.update(zip((hashes[number] for number in numbers), vectors, strict=True))
        done = first + len(numbers)
        if done == len(missing) or done % _SAVE_EVERY == 0:
            _save(known, path, notice)
        report(done, len(missing))
    return np.stack([known[each] for each in hashes]).astype(np.float32)


def _find_packaged(name: str) -> Path | None:
    """Find a model's folder in an installed package whose name ends with the model's."""
    wanted = _canonical(name.rsplit("/", 1)[-1])
    for distribution in distributions():
        if f"-{_canonical(distribution.name)}".endswith(f"-{wanted}"):
            for file in distribution.files or ():
                if file.name == _MODEL_FILE:
                    return Path(str(distribution.locate_file(file))).parent
    return None


def _canonical(name: str) -> str:
    """Normalize a package name for comparison (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _hash_folder(folder: Path) -> str:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    parts = (path.relative_to(folder).as_posix().encode() + _digest(path) for path in files)
    return _short_hash(b"".join(parts))


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def _short_hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]


def _has_bfloat16() -> bool:
    """Tell whether the processor computes in bfloat16, which takes half the time."""
    import torch

    known = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return any(known.get(name, False) for name in ("avx512_bf16", "amx_bf16"))


def _read_known(path: Path, wanted: set[bytes], notice: Notice) -> dict[bytes, _HalfFloats]:
    """Read the wanted vectors from their own file, or else from files of other texts."""
    known: dict[bytes, _HalfFloats] = {}
    model = path.name.partition("-")[0]
    others = newest_files(path.parent.glob(f"{model}-*{_SUFFIX}"))
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
        raise CacheError(str(path), "it contains no vectors.", _REMEDY) from error


def _save(known: dict[bytes, _HalfFloats], path: Path, notice: Notice) -> None:
    """Write all vectors to one file and delete all but the newest files."""
    hashes = np.frombuffer(b"".join(known), dtype=np.uint8).reshape(len(known), -1)
    arrays: Arrays = {"hashes": hashes, "vectors": np.stack(list(known.values()))}
    try:
        write_arrays(arrays, path)
        for old in newest_files(path.parent.glob(f"*{_SUFFIX}"))[_MAX_FILES:]:
            old.unlink(missing_ok=True)
    except OSError as error:
        notice(f"{path}: the vectors cannot be saved ({error.strerror}).")
