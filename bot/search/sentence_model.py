"""Sentence embedding models in ONNX: found by folder, package or name, and fetched once.

An optional extra. The only home of onnxruntime, tokenizers and huggingface_hub, which are loaded
when the first text is embedded or a model is fetched.
"""

import hashlib
import os
import re
import socket
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.metadata import distributions
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import SplitResult, urlsplit
from urllib.request import getproxies

import numpy as np

from bot.arrays import SmallFloats
from bot.errors import ConfigError
from bot.files import sha256_of
from bot.reporting import Steps, ignore
from bot.search.embeddings import EmbeddingModel
from bot.search.index.vectors import to_units

_SETTING = "AIRQUOTE_SEMANTIC_MODEL"
_LIBRARIES = ("onnxruntime", "tokenizers")
_INSTALL = "Install the extra: pip install 'airquote[semantic]'."
_NO_MODEL = f"Set {_SETTING} to a model's folder or name, or to off."
_FETCH_AGAIN = f"It is fetched again at the next start; or set {_SETTING} to a folder or to off."
_NETWORKS = "*.onnx"
_TOKENIZER = "tokenizer.json"
# Longer texts are cut off; models of this kind were trained on texts of up to so many tokens.
_MOST_TOKENS = 256
# Fewer texts are a query, which is too short to be worth more than one core.
_MANY_TEXTS = 9
_CONNECT_SECONDS = 5


@dataclass(frozen=True, slots=True)
class ModelFiles:
    """The files of a model: its network in ONNX, and its tokenizer."""

    network: Path
    tokenizer: Path


@dataclass(frozen=True, slots=True)
class _Published:
    """A model that can be fetched: its repository at a revision, and the SHA-256 of its files."""

    repository: str
    revision: str
    network: str
    digests: Mapping[str, str]


_PUBLISHED: Mapping[str, _Published] = {
    "all-minilm-l6-v2": _Published(
        repository="Xenova/all-MiniLM-L6-v2",
        revision="751bff37182d3f1213fa05d7196b954e230abad9",
        network="onnx/model_quantized.onnx",
        digests={
            "onnx/model_quantized.onnx": (
                "afdb6f1a0e45b715d0bb9b11772f032c399babd23bfc31fed1c170afc848bdb1"
            ),
            _TOKENIZER: "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
        },
    )
}


class SentenceModel:
    """A model that turns texts into vectors, loaded on first use."""

    def __init__(self, files: ModelFiles) -> None:
        self._files = files
        self._lock = Lock()
        self._session: Any = None
        self._tokenizer: Any = None

    def embed(self, texts: Sequence[str]) -> SmallFloats:
        """Turn texts into unit vectors, a row each; safe to call from any thread.

        Raise ConfigError if the model cannot be loaded.
        """
        with self._lock:
            if self._session is None:
                self._load()
        if len(texts) < _MANY_TEXTS:
            return np.stack([self._embed(text) for text in texts])
        # A text at a time on each core: in batches, padding takes as long again, and more memory.
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            return np.stack(list(threads.map(self._embed, texts)))

    def _load(self) -> None:
        try:
            from onnxruntime import InferenceSession, SessionOptions
            from tokenizers import Tokenizer

            options = SessionOptions()
            options.intra_op_num_threads = 1
            options.enable_cpu_mem_arena = False  # it would keep the most that any text took
            self._tokenizer = Tokenizer.from_file(str(self._files.tokenizer))
            self._tokenizer.enable_truncation(_MOST_TOKENS)
            self._tokenizer.no_padding()
            self._session = InferenceSession(
                self._files.network, options, providers=["CPUExecutionProvider"]
            )
            self._embed("a word")  # not every network takes text and returns vectors
        except Exception as error:  # each library has its own errors
            self._session = None
            raise _failed(
                f"{self._files.network} is not a sentence model", error, _NO_MODEL
            ) from error

    def _embed(self, text: str) -> SmallFloats:
        tokens = np.array([self._tokenizer.encode(text).ids], dtype=np.int64)
        inputs = {
            "input_ids": tokens,
            "attention_mask": np.ones_like(tokens),
            "token_type_ids": np.zeros_like(tokens),
        }
        taken = (each.name for each in self._session.get_inputs())
        (states, *_) = self._session.run(None, {name: inputs[name] for name in taken})
        total: SmallFloats = states[0].sum(axis=0, dtype=np.float32)
        unit: SmallFloats = to_units(total[None])[0]
        return unit


def find_model(name: str, cache: Path, report: Steps = ignore) -> EmbeddingModel:
    """Find a model by its folder, the installed package that contains it, or its public name.

    A public model is fetched into the cache folder once; `report` receives the bytes. Raise
    ConfigError if the extra is not installed or there is no such model.
    """
    found = _look_up(name)
    files = found if isinstance(found, ModelFiles) else _fetch(found, cache / "models", report)
    digests = f"{sha256_of(files.network)}{sha256_of(files.tokenizer)}"
    short = hashlib.sha256(digests.encode()).hexdigest()[:16]
    return EmbeddingModel(short, _model_of(files, digests).embed)


def check_model(name: str) -> None:
    """Raise ConfigError as `find_model` does, but fetch nothing."""
    _look_up(name)


@cache
def _model_of(files: ModelFiles, _digests: str) -> SentenceModel:
    """Return the model of some files; all podcasts share one."""
    return SentenceModel(files)


def _look_up(name: str) -> ModelFiles | _Published:
    """Find the files of a model on this machine, or what is published under its name."""
    if missing := [each for each in _LIBRARIES if find_spec(each) is None]:
        raise ConfigError(_SETTING, f"{missing[0]} is not installed.", _INSTALL)
    folder = Path(name).expanduser()
    if folder.is_dir():
        return _files_in(folder)
    if packaged := _find_packaged(name):
        return _files_in(packaged)
    published = _PUBLISHED.get(_canonical(name.rpartition("/")[-1]))
    if published is None:
        known = ", ".join(each.repository.rpartition("/")[-1] for each in _PUBLISHED.values())
        reason = f"there is no folder {name}, and the models known by name are: {known}."
        raise ConfigError(_SETTING, reason, _NO_MODEL)
    return published


def _files_in(folder: Path) -> ModelFiles:
    networks, tokenizer = sorted(folder.rglob(_NETWORKS)), folder / _TOKENIZER
    if not networks or not tokenizer.is_file():
        reason = f"{folder} contains no model: that is an .onnx file and {_TOKENIZER}."
        raise ConfigError(_SETTING, reason, _NO_MODEL)
    if len(networks) > 1:
        names = ", ".join(each.name for each in networks)
        raise ConfigError(_SETTING, f"{folder} contains several networks: {names}.", "Keep one.")
    return ModelFiles(networks[0], tokenizer)


def _find_packaged(name: str) -> Path | None:
    """Find a model's folder in an installed package whose name ends with the model's."""
    wanted = _canonical(name.rpartition("/")[-1])
    for distribution in distributions():
        if f"-{_canonical(distribution.name)}".endswith(f"-{wanted}"):
            files = [Path(str(distribution.locate_file(each))) for each in distribution.files or ()]
            for file in files:
                if file.name == _TOKENIZER and any(file.parent.rglob(_NETWORKS)):
                    return file.parent
    return None


def _canonical(name: str) -> str:
    """Normalize a package name for comparison (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _fetch(model: _Published, cache: Path, report: Steps) -> ModelFiles:
    """Fetch a model's files; those of this revision that are in the cache are not asked for."""
    try:
        from huggingface_hub import hf_hub_download, try_to_load_from_cache
        from huggingface_hub.constants import HUGGINGFACE_CO_URL_TEMPLATE
        from tqdm.auto import tqdm
    except ImportError as error:
        raise ConfigError(_SETTING, f"{error.name} is not installed.", _INSTALL) from error

    class Bar(tqdm):  # type: ignore[misc] # its types are not installed
        """Reports the progress of a file instead of drawing it."""

        def __init__(self, *arguments: object, **options: object) -> None:
            super().__init__(*arguments, **(options | {"gui": True}))

        def display(self, *_: object, **__: object) -> None:
            report(int(self.n), int(self.total or self.n))

        def close(self) -> None:
            self.display()
            super().close()

    found = {}
    for name, digest in model.digests.items():
        try:
            kept = try_to_load_from_cache(model.repository, name, cache, model.revision)
            if not isinstance(kept, str):
                _reach(urlsplit(HUGGINGFACE_CO_URL_TEMPLATE))
            path = hf_hub_download(
                model.repository, name, revision=model.revision, cache_dir=cache, tqdm_class=Bar
            )
        except Exception as error:  # whatever the network and the disk may do
            raise _failed(f"{model.repository} cannot be fetched", error, _FETCH_AGAIN) from error
        found[name] = _verified(Path(path), digest)
    return ModelFiles(found[model.network], found[_TOKENIZER])


def _reach(hub: SplitResult) -> None:
    """Connect to the server of models once: its library tries for half a minute, and says so.

    Raise OSError if that fails. Where there is a proxy, only that can tell.
    """
    if hub.hostname and not getproxies():
        port = hub.port or (443 if hub.scheme == "https" else 80)
        with socket.create_connection((hub.hostname, port), _CONNECT_SECONDS):
            pass


def _verified(path: Path, digest: str) -> Path:
    """Return the path of a fetched file, or delete the file if it is not what was published."""
    if sha256_of(path) != digest:
        path.resolve().unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise ConfigError(_SETTING, f"{path.name} was damaged on its way.", _FETCH_AGAIN)
    return path


def _failed(what: str, error: Exception, remedy: str) -> ConfigError:
    cause = next(iter(str(error).splitlines()), type(error).__name__)
    return ConfigError(_SETTING, f"{what} ({cause}).", remedy)
