"""The search answers judged queries as well as it did: floors a hair below what is measured.

Those of the sample podcast were written from its transcripts; some were kept because they are hard,
so that most kinds of evidence decide one or another.
"""

from pathlib import Path

import pytest

from bot.library.evaluation import MEAN, Figures, measure_ranking, read_qrels, run_queries
from bot.library.library import Library
from bot.search.index.index import Index

JUDGED = Path(__file__).parents[1] / "data" / "queries.jsonl"


def measure(library: Library, queries: Path) -> Figures:
    """Measure the mean over all styles, as `airquote eval` does."""
    runs = list(run_queries(library, read_qrels(queries)))
    return next(row for row in measure_ranking(runs) if row.style == MEAN)


def test_the_sample_podcast_is_searched_as_well_as_it_was(library: Library) -> None:
    figures = measure(library, JUDGED)

    assert figures.queries == 42
    assert figures.mrr >= 0.882
    assert figures.success_at_1 >= 0.815
    assert figures.success_at_10 >= 0.965


@pytest.mark.corpus
def test_the_real_corpus_is_searched_as_well_as_it_was(real_index: Index, shared: Path) -> None:
    figures = measure(Library("real", real_index, ()), shared / "eval" / "dev.jsonl")

    assert figures.mrr >= 0.932
    assert figures.success_at_1 >= 0.892
    assert figures.success_at_10 >= 0.979


def test_each_query_is_after_what_an_episode_says(library: Library) -> None:
    bounds = {
        episode.slug: (cues[0].start, cues[-1].end)
        for number, episode in enumerate(library.index.episodes)
        if (cues := library.index.cues(number))
    }
    queries = read_qrels(JUDGED)

    assert len({each.id for each in queries}) == len({each.query for each in queries}) == 42
    for each in queries:
        first, last = bounds[each.episode]
        assert first is not None
        assert last is not None
        assert first <= each.start < each.end <= last + 1
        assert each.end - each.start <= 90
