"""What an index and quotes hold has a number, which is raised whenever that changes."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from bot.config import SAMPLE_EPISODES
from bot.library.library import Library, open_library, with_quotes
from bot.quotes.cache import QUOTES_VERSION
from bot.search.index.storage import read_arrays
from bot.search.index.version import INDEX_VERSION

# What the sample podcast's index and quotes hold in these versions.
INDEX = (11, "8f77b5b58315fd1f")
QUOTES = (7, "16d69217912d58e5")

RAISE = (
    "What {what} of the same transcripts hold has changed. Raise {name} in {file}, so that nobody "
    "is answered from what an older release has kept, and write the new digest here: {held!r}"
)


def rounded(number: float) -> str:
    """Write a number as every machine computes it, whatever its last digit."""
    return f"{number:.9g}"


def facts_of(content: bytes) -> bytes:
    """Write JSON anew, its numbers rounded."""
    facts = json.loads(content, parse_float=lambda text: rounded(float(text)))
    return json.dumps(facts, sort_keys=True).encode()


def parts_of(arrays: dict[str, Any]) -> Iterator[bytes]:
    """Lay a stored index out for a digest that is the same on every machine."""
    yield facts_of(arrays.pop("facts").tobytes())
    for name, array in sorted(arrays.items()):
        yield f"{name} {array.dtype.name} {array.shape}".encode()
        floats = np.issubdtype(array.dtype, np.floating)
        yield " ".join(map(rounded if floats else str, array.ravel().tolist())).encode()


def digest(parts: Iterator[bytes]) -> str:
    return sha256(b"\n".join(parts)).hexdigest()[:16]


def test_whoever_changes_what_an_index_holds_raises_its_version(tmp_path: Path) -> None:
    library = open_library([SAMPLE_EPISODES], tmp_path)
    held = digest(parts_of(read_arrays(tmp_path / f"{library.id}.index", "")))
    where = {"name": "INDEX_VERSION", "file": "bot/search/index/version.py"}

    assert (INDEX_VERSION, held) == INDEX, RAISE.format(what="an index", held=held, **where)


def test_whoever_changes_which_quotes_are_found_raises_their_version(
    library: Library, tmp_path: Path
) -> None:
    with_quotes(library, tmp_path)
    (kept,) = tmp_path.iterdir()
    held = digest(iter([facts_of(kept.read_bytes().partition(b"\n")[2])]))
    where = {"name": "QUOTES_VERSION", "file": "bot/quotes/cache.py"}

    assert (QUOTES_VERSION, held) == QUOTES, RAISE.format(what="quotes", held=held, **where)
