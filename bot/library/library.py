"""The library: the index of a podcast's episodes, built from files once and then cached."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from bot.engine_address import parse_engine
from bot.errors import CacheError, ConfigError, EngineError
from bot.library.keeping import Made, describe, keep_index
from bot.library.manifest import Inspection, Manifest
from bot.library.promotion import objection
from bot.library.registry import EARLIER, Registry, library_id, registry_of
from bot.library.scan import digests_in, inspect_paths, with_last_good_files
from bot.models import Problem
from bot.podcasts import ONLY_PODCAST, Podcast, whole_cache
from bot.pool import Pool
from bot.quotes.models import ScoredQuote
from bot.quotes.word_usage import WordUsage, learn_word_usage
from bot.reporting import Notice, Progress, ignore
from bot.search.embeddings import EmbeddingModel, embed_texts
from bot.search.index.index import Index
from bot.search.index.storage import load_index
from bot.search.semantic import SemanticIndex, build_semantic_index, texts_to_embed
from bot.sources import Folder
from bot.transcripts import last_good
from bot.transcripts.files import FoundFiles, OnFile


@dataclass(frozen=True, slots=True)
class Library:
    """Episodes ready to be searched.

    `id` is the same on every machine for the same transcripts and release; `problems` are those of
    the files it was made of. With `semantic`, it also finds paraphrases. `quotes`, best first, and
    `word_usage` are there after `with_quotes`; `manifest` after `with_manifest`. `podcast` says
    whose it is where there are several.
    """

    id: str
    index: Index
    problems: tuple[Problem, ...]
    semantic: SemanticIndex | None = None
    quotes: tuple[ScoredQuote, ...] | None = None
    word_usage: WordUsage | None = None
    manifest: Manifest | None = None
    podcast: Podcast = ONLY_PODCAST


def open_library(
    paths: Sequence[Path],
    cache: Path,
    on_progress: Progress = ignore,
    on_notice: Notice = ignore,
) -> Library:
    """Open the library of some files and folders, from the cache if nothing has changed.

    An index that was rolled back or failed its checks is not opened; the current one is. A damaged
    or read-only cache is a notice, not an error: the index is built again.
    """
    registry = registry_of([Folder(path) for path in paths], cache)
    return open_found(inspect_paths(paths, cache), registry, on_progress, on_notice)


def open_current(registry: Registry, on_notice: Notice = ignore) -> Library | None:
    """Open the current index without scanning its sources; None if there is none.

    If the current index is damaged, the newest intact earlier one replaces it.
    """
    standing = registry.standing()
    registry.touch()
    for index_id in standing.usable:
        try:
            library = load_library(index_id, registry)
        except CacheError as error:
            on_notice(str(error))
            continue
        if index_id != standing.id:
            on_notice(f"Until then, an earlier index stands in: {index_id}.")
        return library
    return None


def open_found(
    inspection: Inspection,
    registry: Registry,
    on_progress: Progress = ignore,
    on_notice: Notice = ignore,
) -> Library:
    """Open the library of scanned sources, as `open_library` does."""
    if library_id(inspection.found) != registry.standing().id:
        inspection = with_last_good_files(inspection, registry.cache)
    if kept := open_kept(inspection, registry, on_notice):
        return kept
    library = build_library(
        inspection.found, on_progress, parts=registry.parts, on_notice=on_notice
    )
    try:
        keep_library(library, inspection, registry)
        _settle(library, inspection, registry, on_notice)
    except CacheError as error:
        on_notice(str(error))
    except OSError as error:
        on_notice(cannot_keep(registry.cache, error))
    return library


def open_kept(
    inspection: Inspection, registry: Registry, on_notice: Notice = ignore
) -> Library | None:
    """Open the index of some files from the cache; None if the cache has no intact one.

    If that index failed its checks or was rolled back, the current one is opened.
    """
    index_id, standing = library_id(inspection.found), registry.standing()
    registry.touch()
    wanted = standing.choose(index_id)
    if wanted != index_id and not registry.reads(wanted):
        wanted = index_id  # nothing else can answer
    for each in dict.fromkeys((wanted, index_id)):
        if registry.has(each):
            try:
                library = load_library(each, registry)
            except CacheError as error:
                on_notice(str(error))
                continue
            if each == index_id:
                _settle(library, inspection, registry, on_notice)
            else:
                why_not = standing.why_not(index_id)
                on_notice(f"Searched is the index {each}, not the newest: {why_not}")
            return library
    return None


def load_library(index_id: str, registry: Registry) -> Library:
    """Load a library from the cache; raises CacheError if it is missing or damaged."""
    digests = digests_in(registry.cache)
    library = Library(index_id, *load_index(registry.path_of(index_id), digests))
    digests.save()
    return library


def build_library(
    found: FoundFiles,
    on_progress: Progress = ignore,
    on_file: OnFile = ignore,
    parts: Path | None = None,
    on_notice: Notice = ignore,
    pool: Pool | None = None,
) -> Library:
    """Build the library of some files, without storing it; see `read_corpus` for `on_file`.

    What is made of each file and episode comes from the folder `parts`, and is kept there. A `pool`
    shares the work.
    """
    # Loaded here, as a library that is kept needs none of what builds one.
    from bot.library.build import index_files
    from bot.library.parts import KeptParts

    kept = KeptParts(parts, on_notice, pool)
    return Library(library_id(found), *index_files(found, kept, on_progress, on_file))


def keep_library(library: Library, inspection: Inspection, registry: Registry) -> Manifest:
    """Store a library's index and the versions of its files; raises as `keep_index` does."""
    made = Made(library.id, library.index, library.problems)
    manifest = keep_index(made, inspection, registry)
    last_good.keep_last_good(inspection.found, library.problems, registry.cache)
    return manifest


def cannot_keep(cache: Path, error: OSError) -> str:
    """Say that a cache cannot be written to, and what follows from it."""
    return f"{cache}: the index cannot be kept ({error.strerror}), so each start builds it."


def _settle(
    library: Library, inspection: Inspection, registry: Registry, on_notice: Notice
) -> None:
    """Make an opened index current unless there is an objection.

    If this release cannot read the current index, the opened one answers in any case, and a notice
    says why it is not current.
    """
    current = registry.standing().id
    if current == library.id and registry.describes(library.id):
        return
    try:
        made = Made(library.id, library.index, library.problems)
        new = registry.manifest(library.id) or describe(made, inspection, registry)
        live = registry.manifest(current) if current else None
        reason = objection(new, registry) or _unmeasured(new, live)
        if reason or current == library.id:
            registry.tidy()
        else:
            registry.promote(library.id, "opened")
    except OSError:
        return  # it was read from a folder that cannot be written to
    if live and live.unreadable:
        place = f"although it is not made current: {reason}" if reason else "which is current now."
        on_notice(
            f"{live.id} cannot be searched: {live.unreadable} Searched is {library.id}, {place}"
        )


def _unmeasured(new: Manifest, live: Manifest | None) -> str:
    unmeasured = live and live.evaluation and not new.evaluation
    return "it is yet to be measured by: airquote index build" if unmeasured else ""


def with_semantic_index(
    library: Library,
    name: str,
    cache: Path,
    on_progress: Progress = ignore,
    on_notice: Notice = ignore,
) -> Library:
    """Add a semantic index to a library, with the model of a name; "" adds none.

    The first time takes minutes, later ones read it from the cache. If the model cannot be found,
    give a notice and return the library as it is.
    """
    if not name:
        return library
    # Only here, since without a model nothing else is needed of its module.
    from bot.search.sentence_model import find_model

    try:
        model = find_model(name, whole_cache(cache), partial(on_progress, "Fetching the model"))
        return add_semantic_index(library, model, cache, on_progress, on_notice)
    except ConfigError as error:
        on_notice(f"{error} Until then, only the words themselves are searched for.")
        return library


def add_semantic_index(
    library: Library,
    model: EmbeddingModel,
    cache: Path,
    on_progress: Progress = ignore,
    on_notice: Notice = ignore,
) -> Library:
    """Add a semantic index to a library; raises what the model raises."""
    layout = texts_to_embed(library.index)
    if not layout.texts:
        return library
    report = partial(on_progress, "Reading for meaning")
    vectors = embed_texts(layout.texts, model, cache, report, on_notice)
    return replace(library, semantic=build_semantic_index(model, layout, vectors))


def with_players(library: Library, players: tuple[str, ...]) -> Library:
    """Let the links to all episodes lead to these players first; see `bot.players`."""
    if not players or library.index.renew:  # an engine's views have them already
        return library
    episodes = tuple(replace(each, players=players) for each in library.index.episodes)
    return replace(library, index=replace(library.index, episodes=episodes))


def with_engine(
    library: Library,
    address: str,
    podcast: str,
    registry: Registry,
    on_progress: Progress = ignore,
    on_notice: Notice = ignore,
) -> Library:
    """Let the engine at an address answer what is asked of a library; "" leaves it as it is.

    The first time writes what is said to the engine, which then has it for all processes. Raises
    EngineError.
    """
    if not address or library.index.renew:  # it does so already
        return library
    check_client()
    # Only here, since its library is an extra, and takes a while to load.
    from bot.library.clustered import ClusteredPodcast

    where = ClusteredPodcast(parse_engine(address), podcast, registry.cache)
    where.push(library.id, library.index, library.problems, on_progress, on_notice)
    where.promote(library.id, registry.standing().earlier[:EARLIER])
    index, _ = where.open(library.id, library.index.episodes)
    return replace(library, index=index, semantic=None)


def open_from_engine(
    address: str,
    podcast: str,
    cache: Path,
    players: tuple[str, ...] = (),
    before: str = "",
) -> Library | None:
    """Open what another process has written to an engine; None if there is nothing but `before`.

    Links lead to these `players` first. Raises EngineError.
    """
    if not address:
        return None
    check_client()
    from bot.library.clustered import ClusteredPodcast

    where = ClusteredPodcast(parse_engine(address), podcast, cache)
    index_id = where.versions.current()
    if index_id in ("", before):
        return None
    return Library(index_id, *where.open(index_id, players=players))


def with_quotes(
    library: Library,
    cache: Path,
    on_notice: Notice = ignore,
    stored: Path | None = None,
    pool: Pool | None = None,
) -> Library:
    """Add its quotes to a library, as `load_or_find_quotes` does."""
    # Here and below, since a search needs no quotes.
    from bot.quotes.cache import load_or_find_quotes

    found = load_or_find_quotes(library.index, library.id, cache, on_notice, stored, pool)
    return replace(library, quotes=found.quotes, word_usage=found.usage)


def quotes_of(library: Library) -> tuple[ScoredQuote, ...]:
    """List the quotes of a library, best first; finds them if `with_quotes` has not."""
    if library.quotes is not None:
        return library.quotes
    from bot.quotes.cache import find_quotes

    return find_quotes(library.index).quotes


def word_usage_of(library: Library) -> WordUsage:
    """Return how a library uses its words; learns it if `with_quotes` has not."""
    return library.word_usage or learn_word_usage(library.index)


def check_client() -> None:
    """Raise EngineError if the library that talks to the search engine is not installed."""
    if find_spec("opensearchpy") is None:
        remedy = "Install the extra: pip install 'airquote[opensearch]'."
        raise EngineError("AIRQUOTE_ENGINE", "it needs the client for OpenSearch.", remedy)
