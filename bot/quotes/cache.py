"""Find the quotes of an index once and keep them in the cache folder."""

import hashlib
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from bot.errors import CacheError
from bot.files import write_atomically
from bot.pool import Pool
from bot.quotes.episodes import QuotePlaces
from bot.quotes.models import ScoredQuote
from bot.quotes.word_usage import WordUsage, learn_word_usage
from bot.reporting import Notice
from bot.search.index.index import Index
from bot.stored_json import as_plain, parse_stored

QUOTES_VERSION = 7
"""The version of how quotes are found, scored and stored.

Raise it when any of these changes, so that cached quotes are found again.
"""

_SUFFIX = ".quotes"
# Indexes of several podcasts may lie in one folder.
_LOOKED_AT = 4
_NOTHING: Mapping[str, QuotePlaces] = MappingProxyType({})
_REMEDY = "The quotes are looked for again."


@dataclass(frozen=True, slots=True)
class FoundQuotes:
    """The quotes of an index, best first, and how it uses its words.

    `places` are those of each episode, by what they depend on; see `bot.quotes.episodes`.
    """

    quotes: tuple[ScoredQuote, ...]
    usage: WordUsage
    places: Mapping[str, QuotePlaces] = field(default_factory=dict)


def find_quotes(
    index: Index,
    known: Mapping[str, QuotePlaces] = _NOTHING,
    path: Path | None = None,
    pool: Pool | None = None,
) -> FoundQuotes:
    """Find the quotes of an index; this takes seconds, unless most of its episodes are known.

    If the index is stored at a `path`, a `pool` may share the work.
    """
    # Imported here because compiling its patterns takes as long as loading an index.
    from bot.quotes.extraction import find_quote_places, quotes_at

    usage = learn_word_usage(index)
    places = find_quote_places(index, usage, known, path, pool)
    return FoundQuotes(quotes_at(index, places), usage, dict(places.values()))


def quotes_path(cache: Path, index_id: str) -> Path:
    """Return where the quotes of an index are kept."""
    return cache / f"{index_id}-{QUOTES_VERSION}{_SUFFIX}"


def load_or_find_quotes(
    index: Index,
    index_id: str,
    cache: Path,
    on_notice: Notice,
    stored: Path | None = None,
    pool: Pool | None = None,
) -> FoundQuotes:
    """Load the quotes of an index from the cache folder, or find and save them.

    Report a damaged or unwritable cache with `on_notice` instead of raising. Thread-safe. If the
    index is `stored` in a file, a `pool` may share the work.
    """
    path = quotes_path(cache, index_id)
    try:
        kept = _load(path)
    except CacheError as error:
        on_notice(str(error))
        kept = None
    if kept:
        return kept
    found = find_quotes(index, _places_in(cache), stored, pool)
    try:
        _save(found, path)
        _tidy(path)
    except OSError as error:
        why = error.strerror
        on_notice(f"{cache}: the quotes cannot be kept ({why}), so each start looks for them.")
    return found


def _places_in(cache: Path) -> dict[str, QuotePlaces]:
    """Return what was found in the episodes of other indexes, of which the latest are looked at."""
    known: dict[str, QuotePlaces] = {}
    with suppress(OSError):
        kept = sorted(
            cache.glob(f"*-{QUOTES_VERSION}{_SUFFIX}"), key=lambda path: path.stat().st_mtime
        )
        for path in kept[-_LOOKED_AT:]:
            with suppress(CacheError):
                found = _load(path)
                known |= found.places if found else {}
    return known


def _load(path: Path) -> FoundQuotes | None:
    """Read cached quotes; return None if there are none, raise CacheError if damaged."""
    try:
        digest, _, content = path.read_bytes().partition(b"\n")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise CacheError(str(path), f"cannot be read ({error.strerror}).", _REMEDY) from error
    if digest != _digest(content):
        raise CacheError(str(path), "the stored quotes are damaged.", _REMEDY)
    try:
        return parse_stored(content, FoundQuotes)
    except ValueError as error:
        raise CacheError(str(path), "the stored quotes have another form.", _REMEDY) from error


def _save(found: FoundQuotes, path: Path) -> None:
    plain = as_plain(found)
    plain["usage"] = {kind: sorted(terms) for kind, terms in plain["usage"].items()}
    content = json.dumps(plain).encode()
    write_atomically(path, _digest(content), b"\n", content)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _tidy(new: Path) -> None:
    """Remove quotes of other versions and quotes whose index is gone.

    Safe if another process does the same.
    """
    index_id, _, _ = new.stem.rpartition("-")
    for path in new.parent.glob(f"*{_SUFFIX}"):
        other, _, _ = path.stem.rpartition("-")
        if path != new and (other == index_id or not path.with_name(f"{other}.index").exists()):
            path.unlink(missing_ok=True)
