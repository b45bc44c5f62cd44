"""Passages near in meaning to a query, whatever their words are."""

from dataclasses import replace

import numpy as np

from bot.arrays import Floats, Mask
from bot.models import Query
from bot.search.budget import Budget
from bot.search.engine import PER_EPISODE, SearchResults, paginate
from bot.search.fusion import measure_similarity
from bot.search.hits import show_hit
from bot.search.index.bm25 import top_k
from bot.search.index.index import Index
from bot.search.interpretation import interpret
from bot.search.ranking import CANDIDATE_LIMIT, Ranked
from bot.search.semantic import SemanticIndex


def search_by_meaning(
    index: Index, query: Query, semantic: SemanticIndex, limit: int = 5, page: int = 0
) -> SearchResults:
    """Return a page (from 0) of at most `limit` passages that a model finds similar to a query.

    The words of phrases need not be said; filters and exclusions apply.
    """
    words = (*query.words, *(word for phrase in query.phrases for word in phrase))
    budget = Budget.of(index)
    interpreted = interpret(index, replace(query, words=words, phrases=()), budget)
    ranked = _rank(measure_similarity(index, words, semantic), interpreted.allowed)
    per_episode = None if interpreted.names_episode else PER_EPISODE
    laid = paginate(index, ranked, limit, page, per_episode)
    index.need_passages(passage for passage, _ in laid.shown)
    return SearchResults(
        tuple(show_hit(index, interpreted, passage, score) for passage, score in laid.shown),
        laid.before + 1,
        laid.more,
        corrections={},
        offered={},
        problems=interpreted.problems,
        unfinished=budget.unfinished,
        terms=interpreted.terms,
    )


def _rank(alike: Floats, allowed: Mask | None) -> Ranked:
    """Rank the allowed passages that have to do with the query, the most similar first."""
    scores = alike if allowed is None else np.where(allowed, alike, 0)
    nearest = top_k(scores, CANDIDATE_LIMIT)
    nearest = nearest[np.lexsort((nearest, -scores[nearest]))]
    found = nearest[scores[nearest] > 0].astype(np.int32)
    return Ranked(found, scores[found])
