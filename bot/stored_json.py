"""JSON of our own that is read back: plain data in, what its types say out.

The only home of msgspec. The JSON itself is the standard library's, which also writes and reads
texts that are no valid Unicode.
"""

import json
from pathlib import Path
from typing import Any, TypeVar

import msgspec

_Kind = TypeVar("_Kind")


def parse_stored(stored: bytes, kind: type[_Kind]) -> _Kind:
    """Read a value of a type, such as a dataclass; raises ValueError if the JSON holds none."""
    return as_kind(json.loads(stored), kind)


def as_kind(plain: object, kind: type[_Kind]) -> _Kind:
    """Make a value of a type from dicts, lists, texts and numbers; raises ValueError."""
    return msgspec.convert(plain, kind, dec_hook=_as_path)


def as_plain(value: object) -> Any:  # noqa: ANN401 - JSON has no better type
    """Make dicts, lists, texts and numbers of a value, such as a dataclass."""
    return msgspec.to_builtins(value, enc_hook=_path_as_text)


def _as_path(kind: type, plain: object) -> object:
    if kind is Path and isinstance(plain, str):
        return Path(plain)
    raise ValueError(f"{kind.__name__} cannot be read from JSON")


def _path_as_text(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise NotImplementedError(f"{type(value).__name__} has no form in JSON")
