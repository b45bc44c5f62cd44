"""What is measured: a corpus, the queries, and the passages every engine gets."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.environment import load_settings
from bot.library.evaluation import Qrel, read_qrels
from bot.search.index.analysis import content_terms, stem_terms, terms_of
from bot.search.index.index import Index

# The folders of a shared corpus, and where its queries are.
_SHARED_FOLDERS = ("episodes", "captions", "people")
_SHARED_QUERIES = Path("eval", "dev.jsonl")
# As many chapter titles serve as queries where no others are given.
_TITLES = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A query for any engine: as typed, its words without stop words, and their stems."""

    typed: str
    words: tuple[str, ...]
    stems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Documents:
    """The passages of an index, in its order: their text, and the stems of their content words."""

    texts: tuple[str, ...]
    stems: tuple[tuple[str, ...], ...]


def choose_paths() -> tuple[Path, ...]:
    """Choose the transcripts: AIRQUOTE_EPISODES, else AIRQUOTE_SHARED's, else the sample's."""
    settings = load_settings()
    shared = shared_folder()
    if settings.episodes or shared is None:
        return settings.episode_paths
    return tuple(shared / "corpus" / folder for folder in _SHARED_FOLDERS)


def choose_queries(given: Path | None) -> tuple[Qrel, ...]:
    """Read the queries given, else AIRQUOTE_SHARED's; empty where there are none."""
    shared = shared_folder()
    path = shared / _SHARED_QUERIES if shared and not given else given
    return read_qrels(path) if path else ()


def chapter_titles(index: Index) -> tuple[str, ...]:
    """List chapter titles, evenly over the corpus, to serve as queries."""
    titles = list(
        dict.fromkeys(c.title for c in index.chapters if content_terms(terms_of(c.title)))
    )
    return tuple(titles[:: max(1, len(titles) // _TITLES)])


def ask(typed: str) -> Asked:
    """Prepare a query, which no engine is timed for."""
    words = content_terms(list(dict.fromkeys(terms_of(typed))))
    return Asked(typed, tuple(words), tuple(dict.fromkeys(stem_terms(words))))


def read_documents(index: Index) -> Documents:
    """Write out the passages of an index."""
    cues = [index.transcripts.text_of(number) for number in range(len(index.transcripts.ends))]
    bounds = zip(index.passages.firsts.tolist(), index.passages.lasts.tolist(), strict=True)
    return Documents(tuple(" ".join(cues[a:b]) for a, b in bounds), tuple(_stems(index)))


def _stems(index: Index) -> Sequence[tuple[str, ...]]:
    keep = index.vocabulary.is_content[index.transcripts.terms]
    names = index.vocabulary.stems
    begins, ends = index.passage_terms
    return [
        tuple(names[stem] for stem in index.stems[a:b][keep[a:b]].tolist())
        for a, b in zip(begins.tolist(), ends.tolist(), strict=True)
    ]


def shared_folder() -> Path | None:
    """Find the folder of shared material, if there is one."""
    folder = os.environ.get("AIRQUOTE_SHARED")
    return Path(folder) if folder else None
