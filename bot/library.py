"""The library: a podcast's episodes and their index, built from files once and then cached."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config import DATA
from bot.corpus.files import Found, find_files, fingerprint
from bot.corpus.merge import merge_transcripts
from bot.corpus.reading import read_transcripts
from bot.errors import CacheError, ConfigError
from bot.models import Corpus, Problem
from bot.search.building import build_index
from bot.search.index import Index
from bot.search.lexicon import read_built_in
from bot.search.meaning import Meaning, Model, find_model, lay_out_texts, place_passages
from bot.search.storage import load_index, save_index
from bot.search.vectors import embed_texts

if TYPE_CHECKING:
    from bot.sayings import Saying

# Told what is being done, how much of it is done and how much there is.
Progress = Callable[[str, int, int], None]
# Told a sentence for the person in front of it.
Notice = Callable[[str], None]

# How many built indexes stay in the cache folder, so that it does not grow with every change.
_KEPT = 4


@dataclass(frozen=True, slots=True)
class Library:
    """Episodes ready to be searched.

    `id` is the same on every machine for the same transcripts and code; `problems` are those of
    the files it was made of. With `meaning`, it also finds what is said in other words. `sayings`
    are those of `bot.sayings`, best first, where somebody has looked for them.
    """

    id: str
    index: Index
    problems: tuple[Problem, ...]
    meaning: Meaning | None = None
    sayings: "tuple[Saying, ...] | None" = None


def open_library(
    paths: Sequence[Path],
    cache: Path,
    on_progress: Progress | None = None,
    on_notice: Notice | None = None,
) -> Library:
    """Open the library of some files and folders, from the cache if nothing has changed.

    A damaged or unwritable cache is a notice, not an error: the index is built again.
    """
    found = find_files(paths)
    number = library_id(found)
    path = cache / f"{number}.index"
    notice = on_notice or _ignore
    if _exists(path):
        try:
            return Library(number, *load_index(path))
        except CacheError as error:
            notice(str(error))
    corpus = read_corpus(found, on_progress)
    index = build_index(corpus.episodes, read_built_in())
    try:
        save_index(index, corpus.problems, path)
        _tidy(cache)
    except OSError as error:
        notice(f"{cache}: the index cannot be kept ({error.strerror}), so each start builds it.")
    return Library(number, index, corpus.problems)


def with_meaning(
    library: Library,
    name: str,
    cache: Path,
    on_progress: Progress | None = None,
    on_notice: Notice | None = None,
) -> Library:
    """Add what its passages mean to a library, by the model of a name; none for no name.

    The first time takes minutes, later ones read it from the cache. A model that is not to be had
    is a notice, and the library is left as it is.
    """
    if not name:
        return library
    try:
        return add_meaning(library, find_model(name), cache, on_progress, on_notice)
    except ConfigError as error:
        (on_notice or _ignore)(f"{error} Until then, only the words themselves are searched for.")
        return library


def add_meaning(
    library: Library,
    model: Model,
    cache: Path,
    on_progress: Progress | None = None,
    on_notice: Notice | None = None,
) -> Library:
    """Add what its passages mean, by a model, to a library; raises what the model raises."""
    tell, notice = on_progress or _ignore, on_notice or _ignore
    layout = lay_out_texts(library.index)
    if not layout.texts:
        return library
    vectors = embed_texts(
        layout.texts,
        model,
        cache,
        lambda done, of: tell("Reading for meaning", done, of),
        notice,
    )
    return replace(library, meaning=place_passages(model, layout, vectors))


def read_corpus(found: Found, on_progress: Progress | None = None) -> Corpus:
    """Read and merge all transcripts found; what is wrong with files is in `Corpus.problems`."""
    tell = on_progress or _ignore
    reading = read_transcripts(found, lambda done, of: tell("Reading transcripts", done, of))
    episodes, problems = merge_transcripts(
        reading.transcripts, reading.people, lambda done, of: tell("Timing sentences", done, of)
    )
    everything = sorted((*reading.problems, *problems), key=lambda problem: not problem.refused)
    return Corpus(episodes, tuple(everything))


def library_id(found: Found) -> str:
    """Name a library by all that shapes it: its files, the built-in facts and the code."""
    digest = hashlib.sha256(fingerprint(found).encode())
    here = Path(__file__).parent
    seams = [here / name for name in ("models.py", "plainyaml.py", "wording.py")]
    shaping = [*seams, *here.glob("corpus/*.py"), *here.glob("search/*.py")]
    facts = [DATA / name for name in ("catalog.yaml", "lexicon.yaml")]
    for path in sorted([*shaping, *facts]):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _exists(path: Path) -> bool:
    """Say whether there is a file to load; a folder that cannot be looked into holds none."""
    try:
        return path.is_file()
    except OSError:
        return False


def _tidy(cache: Path) -> None:
    """Remove all but the newest indexes; another process may be doing the same."""
    ages = []
    for path in cache.glob("*.index"):
        with suppress(FileNotFoundError):
            ages.append((path.stat().st_mtime, path))
    for _, path in sorted(ages, reverse=True)[_KEPT:]:
        path.unlink(missing_ok=True)


def _ignore(*_: object) -> None:
    pass
