"""What a text means, as a vector: what is said in other words lies near it.

An extra. The only home of sentence_transformers, which is loaded when the first text is embedded,
as that takes seconds.
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

from bot.arrays import Ints, SmallFloats
from bot.errors import ConfigError
from bot.search.index.index import Index
from bot.search.index.passages import Passages, Transcripts, cut_passages

# Turns texts into unit vectors, a row each.
Embed = Callable[[Sequence[str]], SmallFloats]

_SETTING = "AIRQUOTE_SEMANTIC_MODEL"
_INSTALL = "Install the extra: pip install 'airquote[semantic]'."
_NO_MODEL = f"Set {_SETTING} to a model's folder or name, or to off."
# What every folder of a sentence-transformers model holds.
_MODEL_FILE = "modules.json"

# Words in a piece of transcript that is embedded. Pieces do not overlap, so that no word is
# embedded twice; a passage means what the pieces it lies in mean.
PIECE_WORDS = 70
# What a chapter's title adds to what its passages mean. Chosen with PIECE_WORDS on the development
# queries; from 0.1 to 0.3 it is about equally good.
_TITLE_SHARE = 0.2
# More texts than this are worth all cores; fewer are somebody's query.
_FEW = 8
# From so many vectors on, what they share is the language's and not a subject's; this many tell it.
_MANY = 1000
_SAMPLE = 4000
# How many passages are worked on at a time, so that little memory is needed.
_BLOCK = 4096


@dataclass(frozen=True, slots=True)
class Model:
    """A way to embed texts; `id` is another for every other model."""

    id: str
    embed: Embed


@dataclass(frozen=True, slots=True)
class EmbeddingTexts:
    """Which texts are embedded for an index, each once, and what they are to its passages.

    Passage `p` lies in the texts `pieces[p]`, in each with the part `shares[p]` of its words, and
    in a chapter with the title `titles[p]`, -1 for none.
    """

    texts: tuple[str, ...]
    pieces: Ints
    shares: SmallFloats
    titles: Ints


@dataclass(frozen=True, slots=True)
class SemanticIndex:
    """What the passages of an index mean, by the vectors of a layout's texts.

    A passage's mean vector, with `shares` for weights, is as long as those it is made of: 1.
    """

    model: Model
    vectors: SmallFloats
    pieces: Ints
    shares: SmallFloats
    titles: Ints

    def similarity(self, text: str) -> NDArray[np.float64]:
        """Say how alike each passage is to a text: the cosine, and a part of its chapter's."""
        (vector,) = self.model.embed([text])
        # The 0 behind the last is what number -1 reads.
        cosines = np.append(self.vectors @ vector, np.float32(0))
        alike: NDArray[np.float64] = np.einsum("ps,ps->p", cosines[self.pieces], self.shares)
        return alike + np.float64(_TITLE_SHARE) * cosines[self.titles]


def texts_to_embed(index: Index) -> EmbeddingTexts:
    """Cut the texts to embed: each chapter's transcript in pieces, and the chapters' titles."""
    pieces = cut_passages(index.transcripts, PIECE_WORDS, PIECE_WORDS)
    places, shares = _overlaps(index.transcripts, index.passages, pieces)
    cues = zip(pieces.firsts.tolist(), pieces.lasts.tolist(), strict=True)
    spoken = [" ".join(map(index.transcripts.text_of, range(*bounds))) for bounds in cues]
    titles = [chapter.title for chapter in index.chapters]
    texts = tuple(dict.fromkeys((*spoken, *titles)))
    numbers = {text: number for number, text in enumerate(texts)}
    rows = np.array([numbers[text] for text in spoken], dtype=np.int32)
    title_rows = np.array([*(numbers[text] for text in titles), -1], dtype=np.int32)
    return EmbeddingTexts(texts, rows[places], shares, title_rows[index.passage_chapters])


def build_semantic_index(
    model: Model, layout: EmbeddingTexts, vectors: SmallFloats
) -> SemanticIndex:
    """Say what passages mean by the vectors of their layout's texts."""
    vectors = _without_common(vectors) if len(vectors) >= _MANY else vectors
    shares = layout.shares.copy()
    for begin in range(0, len(shares), _BLOCK):
        block = slice(begin, begin + _BLOCK)
        means = np.einsum("ps,psd->pd", shares[block], vectors[layout.pieces[block]])
        # The mean of different unit vectors is shorter than 1.
        shares[block] /= np.maximum(np.linalg.norm(means, axis=1, keepdims=True), 1e-6)
    return SemanticIndex(model, vectors, layout.pieces, shares, layout.titles)


def _without_common(vectors: SmallFloats) -> SmallFloats:
    """Take from vectors what they share, their mean and main direction, and make them units again.

    That is the sound of people talking, not what they talk about (Mu and Viswanath 2018, "All-but-
    the-top", https://arxiv.org/abs/1702.01417, of which the first direction is enough here).
    """
    apart: SmallFloats = vectors - vectors.mean(axis=0)
    sample = apart[:: max(1, len(apart) // _SAMPLE)]
    common = np.linalg.eigh(sample.T @ sample).eigenvectors[:, -1]
    apart -= np.outer(apart @ common, common)
    apart /= np.maximum(np.linalg.norm(apart, axis=1, keepdims=True), 1e-6)
    return apart


def _overlaps(
    transcripts: Transcripts, passages: Passages, pieces: Passages
) -> tuple[Ints, SmallFloats]:
    """List the pieces each passage shares cues with, and how many of its words are in each."""
    firsts = np.searchsorted(pieces.lasts, passages.firsts, side="right")
    lasts = np.searchsorted(pieces.firsts, passages.lasts, side="left")
    most = int((lasts - firsts).max(initial=0))
    numbers = np.minimum(firsts[:, None] + np.arange(most), lasts[:, None] - 1).astype(np.int32)
    begins = np.maximum(pieces.firsts[numbers], passages.firsts[:, None])
    ends = np.minimum(pieces.lasts[numbers], passages.lasts[:, None])
    words = (transcripts.firsts[ends] - transcripts.firsts[begins]).astype(np.float32)
    # Where a passage has fewer pieces than others, its last stands in without a share.
    words[firsts[:, None] + np.arange(most) >= lasts[:, None]] = 0
    return numbers, words / np.maximum(words.sum(axis=1, keepdims=True), 1)


def find_model(name: str) -> Model:
    """Find a model by its folder, an installed package that carries it, or its public name.

    Raises ConfigError if the extra is not installed or the model is not to be had.
    """
    if find_spec("sentence_transformers") is None:
        raise ConfigError(_SETTING, "sentence-transformers is not installed.", _INSTALL)
    folder = Path(name).expanduser()
    if not folder.is_dir():
        packaged = _find_packaged(name)
        if packaged is None:
            embedder = Embedder(name)
            embedder.load()  # only this tells whether there is such a model
            return Model(_short_hash(name.encode()), embedder.embed)
        folder = packaged
    if not (folder / _MODEL_FILE).is_file():
        raise ConfigError(_SETTING, f"{folder} holds no model.", _NO_MODEL)
    return Model(_hash_folder(folder), Embedder(str(folder)).embed)


def _find_packaged(name: str) -> Path | None:
    """Find the folder of a model in an installed package whose name ends with the model's."""
    wanted = _canonical(name.rsplit("/", 1)[-1])
    for distribution in distributions():
        if f"-{_canonical(distribution.name)}".endswith(f"-{wanted}"):
            for file in distribution.files or ():
                if file.name == _MODEL_FILE:
                    return Path(str(distribution.locate_file(file))).parent
    return None


def _canonical(name: str) -> str:
    """Write a package's name as all ways to write it are compared (PEP 503)."""
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


class Embedder:
    """A sentence-transformers model, loaded at its first use."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._model: Any = None
        self._threads = 1
        # A tokenizer that two threads use at once raises an error.
        self._lock = Lock()

    def load(self) -> None:
        """Load the model; raises ConfigError if that cannot be done."""
        try:
            import torch
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar

            disable_progress_bar()
            self._threads = torch.get_num_threads()
            self._model = SentenceTransformer(self._name)
        except Exception as error:  # each of the libraries below has errors of its own
            cause = next(iter(str(error).splitlines()), type(error).__name__)
            reason = f"the model {self._name} cannot be loaded ({cause})."
            raise ConfigError(_SETTING, reason, _NO_MODEL) from error

    def embed(self, texts: Sequence[str]) -> SmallFloats:
        """Turn texts into unit vectors, a row each; may be called from any thread."""
        with self._lock:
            if self._model is None:
                self.load()
            return self._encode(list(texts))

    def _encode(self, texts: list[str]) -> SmallFloats:
        import torch

        few = len(texts) <= _FEW
        # A query is too short to be worth sharing between cores.
        torch.set_num_threads(1 if few else self._threads)
        with torch.autocast("cpu", torch.bfloat16, enabled=not few and _has_bfloat16()):
            vectors = self._model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def _has_bfloat16() -> bool:
    """Say whether the processor computes with numbers of half the size, in half the time."""
    import torch

    known = torch.cpu.get_capabilities() if hasattr(torch.cpu, "get_capabilities") else {}
    return any(known.get(name, False) for name in ("avx512_bf16", "amx_bf16"))
