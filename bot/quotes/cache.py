"""What can be quoted of a library, found once for each and then kept in the cache folder."""

import hashlib
import json
import weakref
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter

from bot.errors import CacheError
from bot.files import write_atomically
from bot.library.library import Library
from bot.quotes.extraction import ScoredQuote, extract_quotes
from bot.quotes.word_usage import WordUsage, learn_word_usage
from bot.reporting import Notice, ignore
from bot.search.index.index import Index

QUOTES_VERSION = 1
"""Which quotes are found in the same index: whoever changes how they are found and rated raises it.

What was found by another version is looked for again.
"""

QUOTES_VERSION = 1
"""Which quotes are found in the same index: whoever changes how they are found and rated raises it.

What was found by another version is looked for again.
"""

_SUFFIX = ".sayings"
_REMEDY = "The quotes are looked for again."


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an index: its sayings, best first, and how it uses its words."""

    sayings: tuple[ScoredQuote, ...]
    usage: WordUsage


# By the identity of an index, for as long as there is one.
_known: dict[int, _Known] = {}


def with_sayings(library: Library, cache: Path, on_notice: Notice = ignore) -> Library:
    """Add what can be quoted to a library: from the cache, else found in seconds and kept there.

    A damaged or unwritable cache is a notice, not an error. It may be called in any thread.
    """
    path = cache / f"{library.id}-{QUOTES_VERSION}{_SUFFIX}"
    try:
        known = _load(path)
    except CacheError as error:
        on_notice(str(error))
        known = None
    if known is None:
        known = _find(library.index)
        try:
            _save(known, path)
            _tidy(path)
        except OSError as error:
            why = error.strerror
            on_notice(f"{cache}: the quotes cannot be kept ({why}), so each start looks for them.")
    _remember(library.index, known)
    return replace(library, sayings=known.sayings)


def sayings_of(library: Library) -> tuple[ScoredQuote, ...]:
    """List the sayings of a library, best first; looked for now, if nobody has."""
    return _know(library.index).sayings if library.sayings is None else library.sayings


def usage_of(index: Index) -> WordUsage:
    """Tell how an index uses its words; learnt now, if nobody has."""
    return _know(index).usage


def _know(index: Index) -> _Known:
    known = _known.get(id(index))
    return known or _remember(index, _find(index))


def _remember(index: Index, known: _Known) -> _Known:
    if id(index) not in _known:
        weakref.finalize(index, _known.pop, id(index), None)
    _known[id(index)] = known
    return known


def _find(index: Index) -> _Known:
    usage = learn_word_usage(index)
    return _Known(extract_quotes(index, usage), usage)


def _load(path: Path) -> _Known | None:
    """Read what is kept; None if nothing is, raises CacheError if that is damaged."""
    try:
        digest, _, content = path.read_bytes().partition(b"\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise CacheError(str(path), f"cannot be read ({error.strerror}).", _REMEDY) from error
    if digest != _digest(content):
        raise CacheError(str(path), "the stored quotes are damaged.", _REMEDY)
    return TypeAdapter(_Known).validate_python(json.loads(content))


def _save(known: _Known, path: Path) -> None:
    content = json.dumps(asdict(known), default=sorted).encode()  # sets in a fixed order
    write_atomically(path, _digest(content), b"\n", content)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _tidy(new: Path) -> None:
    """Remove what other versions found in a library, and what is left of indexes that are gone.

    Another process may be doing the same.
    """
    library, _, _ = new.stem.rpartition("-")
    for path in new.parent.glob(f"*{_SUFFIX}"):
        number, _, _ = path.stem.rpartition("-")
        if path != new and (number == library or not path.with_name(f"{number}.index").exists()):
            path.unlink(missing_ok=True)
