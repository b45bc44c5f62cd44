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
# Of each style of each set: MRR, success@1 and success@10.
FLOORS = {
    "dev": {
        "keywords": (0.949, 0.932, 0.966),
        "question": (0.897, 0.832, 0.999),
        "speaker": (0.966, 0.932, 0.999),
        "paraphrase": (0.093, 0.066, 0.166),
        "quote": (0.949, 0.932, 0.966),
        "typo": (0.982, 0.966, 0.999),
        "mean": (0.949, 0.919, 0.986),
    },
    "dev-captions": {
        "keywords": (0.949, 0.932, 0.966),
        "question": (0.897, 0.832, 0.999),
        "speaker": (0.982, 0.966, 0.999),
        "paraphrase": (0.092, 0.066, 0.166),
        "quote": (0.949, 0.932, 0.966),
        "typo": (0.982, 0.966, 0.999),
        "mean": (0.952, 0.926, 0.986),
    },
    "dev2": {
        "vague": (0.017, 0.000, 0.061),
        "short": (0.966, 0.966, 0.966),
        "conversational": (0.999, 0.999, 0.999),
        "question": (0.335, 0.206, 0.551),
        "wrong_words": (0.204, 0.137, 0.379),
        "keywords": (0.999, 0.999, 0.999),
        "partial": (0.982, 0.965, 0.999),
        "typo": (0.836, 0.820, 0.892),
        "mean": (0.668, 0.637, 0.731),
    },
}


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
@pytest.mark.parametrize("queries", FLOORS)
def test_each_style_of_query_is_answered_as_well_as_it_was(
    real_index: Index, real_index_with_captions: Index, shared: Path, queries: str
) -> None:
    index = real_index if queries == "dev" else real_index_with_captions
    qrels = read_qrels(shared / "eval" / f"{queries}.jsonl")
    measured = {
        row.style: (row.mrr, row.success_at_1, row.success_at_10)
        for row in measure_ranking(list(run_queries(Library("real", index, ()), qrels)))
    }

    assert measured.keys() == FLOORS[queries].keys()
    worse = {
        style: figures
        for style, figures in measured.items()
        if any(
            reached < floor for reached, floor in zip(figures, FLOORS[queries][style], strict=True)
        )
    }
    assert worse == {}


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
