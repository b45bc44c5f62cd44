"""The outline of an index: all but its long arrays, which an engine keeps elsewhere.

The long arrays are those with an entry for each word, letter or passage of a word. An index made of
an outline has room for them, which takes no memory before something is written into it.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from mmap import MAP_ANONYMOUS, MAP_PRIVATE, mmap
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.models import Problem
from bot.search.index.index import Index
from bot.search.index.storage import (
    Arrays,
    arrays_of,
    pack_text,
    read_arrays,
    rebuild_index,
    write_arrays,
)

_LONG = (
    *("transcripts.text", "transcripts.terms", "transcripts.starts", "transcripts.lengths"),
    *("transcripts.spoken", "stem_places.places", "text.documents", "text.codes"),
)
_SIZES = "sizes"
_ADDED = "added."
_REMEDY = "It is fetched again."


@dataclass(frozen=True, slots=True)
class Outline:
    """An index with room for its long arrays, the problems of its files, and an engine's arrays."""

    index: Index
    problems: tuple[Problem, ...]
    added: Arrays


def save_outline(index: Index, problems: Iterable[Problem], path: Path, added: Arrays) -> None:
    """Write the outline of an index and the problems of its files, with arrays of an engine."""
    arrays = arrays_of(index, problems)
    long = {name: arrays.pop(name) for name in _LONG}
    sizes = {name: (array.dtype.str, len(array)) for name, array in long.items()}
    named = {f"{_ADDED}{name}": array for name, array in added.items()}
    write_arrays(arrays | named | {_SIZES: pack_text(json.dumps(sizes))}, path)


def load_outline(path: Path) -> Outline:
    """Read an outline; raises CacheError as `load_index` does."""
    arrays = read_arrays(path, _REMEDY)
    sizes = json.loads(arrays.pop(_SIZES, pack_text("{}")).tobytes())
    added = {name: arrays.pop(name) for name in [*arrays] if name.startswith(_ADDED)}
    index, problems = rebuild_index(arrays | _make_room(sizes), path)
    return Outline(
        index, problems, {name.removeprefix(_ADDED): array for name, array in added.items()}
    )


def with_new_room(index: Index) -> Index:
    """Return an index of an outline with nothing written into its long arrays."""
    sizes = {name: (array.dtype.str, len(array)) for name, array in _long_arrays(index).items()}
    room = _make_room(sizes)

    def of(part: str) -> dict[str, Any]:
        pairs = ((name.partition("."), array) for name, array in room.items())
        return {field: array for (whose, _, field), array in pairs if whose == part}

    return replace(
        index,
        transcripts=replace(index.transcripts, **of("transcripts")),
        stem_places=replace(index.stem_places, **of("stem_places")),
        text=replace(index.text, **of("text")),
        view_of=index.view_of or index,
    )


def _long_arrays(index: Index) -> Arrays:
    names = (name.partition(".") for name in _LONG)
    return {f"{part}.{field}": getattr(getattr(index, part), field) for part, _, field in names}


def _make_room(sizes: Mapping[str, tuple[str, int]]) -> Arrays:
    return {name: _empty(np.dtype(dtype), count) for name, (dtype, count) in sizes.items()}


def _empty(dtype: np.dtype[Any], count: int) -> NDArray[Any]:
    """Make an array of zeros whose pages come into being when they are written."""
    if not count:
        return np.empty(0, dtype)
    # numpy's own zeros may come in pages of megabytes.
    room = mmap(-1, count * dtype.itemsize, flags=MAP_PRIVATE | MAP_ANONYMOUS)
    return np.frombuffer(room, dtype)
