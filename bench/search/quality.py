"""How well engines answer queries whose passage is known; see `bot.library.evaluation`."""

from collections.abc import Iterator, Sequence

from bench.search.engines import Engine
from bench.search.material import ask
from bot.library.evaluation import DEPTH, Figures, Qrel, QueryRun, measure_ranking, run_queries
from bot.library.library import Library
from bot.models import Hit, Origin, Snippet
from bot.search.index.index import Index

# So many passages are fetched that enough are left without those overlapping a better one.
_FETCHED = 5 * DEPTH


def measure_quality(
    library: Library, engines: Sequence[Engine], qrels: Sequence[Qrel]
) -> dict[str, Figures]:
    """Measure each engine, Airquote last, over all queries: the mean of the styles."""
    runs = {engine.name: _run(library.index, engine, qrels) for engine in engines}
    runs["Airquote"] = list(run_queries(library, qrels))
    figures = {name: measure_ranking(answered) for name, answered in runs.items()}
    # With several styles their mean comes last, with one there is nothing else.
    return {name: measured[-1] for name, measured in figures.items() if measured}


def _run(index: Index, engine: Engine, qrels: Sequence[Qrel]) -> list[QueryRun]:
    return [
        QueryRun(qrel, tuple(_hit(index, qrel, passage) for passage in _apart(index, found)))
        for qrel in qrels
        for found in [engine.find(ask(qrel.query), _FETCHED)]
    ]


def _apart(index: Index, found: Sequence[int]) -> Iterator[int]:
    """Yield the best passages, leaving out those that share cues with a better one, as we do."""
    taken: set[int] = set()
    kept = 0
    for passage in found:
        cues = range(int(index.passages.firsts[passage]), int(index.passages.lasts[passage]))
        if kept < DEPTH and taken.isdisjoint(cues):
            taken.update(cues)
            kept += 1
            yield passage


def _hit(index: Index, qrel: Qrel, passage: int) -> Hit:
    """Show a passage at its second nearest to the wanted ones: right if it overlaps them."""
    begin = float(index.transcripts.begins[index.passages.firsts[passage]])
    end = float(index.transcripts.finishes[index.passages.lasts[passage] - 1])
    episode = index.episodes[int(index.passage_episodes[passage])]
    start = min(max(qrel.start, begin), end)
    return Hit(episode, "", "", start, end, Origin.EDITED, 0.0, Snippet(""), passage)
