"""Query -> hits: interpret the query, rank the passages, and lay out a page of them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, islice

import numpy as np

from bot.arrays import Mask
from bot.models import Hit, Order, Query
from bot.search.ages import sort_by_age
from bot.search.budget import Budget, Task
from bot.search.fusion import measure_similarity
from bot.search.hits import show_hit
from bot.search.index.analysis import terms_of
from bot.search.index.index import Index
from bot.search.interpretation import InterpretedQuery, interpret
from bot.search.ranking import MODEL_GATE, WORDS_GATE, QueryTerms, Ranked, Weights, rank
from bot.search.semantic import SemanticIndex
from bot.search.spelling import nearest

# Two passages of an episode on a page leave room for others. A query that names an episode
# (`InterpretedQuery.names_episode`) lifts the limit.
PER_EPISODE = 2
# If so many of the best passages are of one episode, it is the one that is meant. It may take half
# of a page, which leaves room for others.
_AGREEING = 3
# Sorted by age, a passage needs this share of the best one's score.
_GOOD = 0.6
# Ranked passages that are read at once. A page hardly ever needs more.
_AT_ONCE = 25


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of hits, whether more follow, and remarks on the query.

    `first` is the number of the first hit, counted over all pages. `corrections` maps words that
    the corpus does not know to the words searched for instead, `offered` to words that may have
    been meant; `unfinished` tasks were too much for one query. `terms` are what was searched for.
    """

    hits: tuple[Hit, ...]
    first: int
    more: bool
    corrections: dict[str, tuple[str, ...]]
    offered: dict[str, tuple[str, ...]]
    problems: tuple[str, ...]
    unfinished: tuple[Task, ...]
    terms: QueryTerms = field(compare=False)


@dataclass(frozen=True, slots=True)
class Page:
    """Ranked passages with their scores, how many precede them, and whether more follow."""

    shown: list[tuple[int, float]]
    before: int
    more: bool


def search(
    index: Index,
    query: Query,
    limit: int = 5,
    page: int = 0,
    exclude: int | None = None,
    semantic: SemanticIndex | None = None,
) -> SearchResults:
    """Return a page (from 0) of at most `limit` hits, best first.

    Passages that share cues with the passage `exclude` are left out. Passages in related words are
    found too, with `semantic` also those in other words, unless the query has a phrase, which must
    be said word for word.
    """
    budget = Budget.of(index)
    interpreted = interpret(index, query, budget)
    allowed = (
        interpreted.allowed if exclude is None else _elsewhere(index, exclude, interpreted.allowed)
    )
    ranked = _rank_with_related(index, interpreted, allowed, query.words, semantic)
    if query.order:
        ranked = _by_age(index, ranked, query.order)
    only_one = interpreted.names_episode or len(index.episodes) == 1
    per_episode = None if only_one else PER_EPISODE
    laid = paginate(index, ranked, limit, page, per_episode, agreeing=query.order is None)
    index.need_passages(passage for passage, _ in laid.shown)
    hits = tuple(show_hit(index, interpreted, passage, score) for passage, score in laid.shown)
    return SearchResults(
        hits,
        laid.before + 1,
        laid.more,
        interpreted.corrections,
        interpreted.offered,
        interpreted.problems,
        budget.unfinished,
        interpreted.terms,
    )


def finds(
    index: Index, query: Query, semantic: SemanticIndex | None = None, budget: Budget | None = None
) -> bool:
    """Tell whether `search` finds anything; it costs less where the words themselves do.

    `budget` is what is left for the query, if it is a part of another one.
    """
    interpreted = interpret(index, query, budget or Budget.of(index))
    allowed = interpreted.allowed
    if len(rank(index, interpreted.terms, allowed, Weights()).passages):
        return True
    return len(_rank_with_related(index, interpreted, allowed, query.words, semantic).passages) > 0


def _rank_with_related(
    index: Index,
    interpreted: InterpretedQuery,
    allowed: Mask | None,
    words: Sequence[str],
    semantic: SemanticIndex | None,
) -> Ranked:
    similarity = None
    if not interpreted.phrases:
        similarity = partial(measure_similarity, index, words, semantic)
    gate = MODEL_GATE if semantic else WORDS_GATE
    return rank(index, interpreted.terms, allowed, Weights(), similarity, gate)


def _by_age(index: Index, ranked: Ranked, order: Order) -> Ranked:
    """Sort the good passages by the age of their episode, and leave out all others.

    Without that, whatever shares a word with the query would come first.
    """
    if not len(ranked.scores):
        return ranked
    good = ranked.scores >= _GOOD * ranked.scores[0]
    passages, scores = ranked.passages[good], ranked.scores[good]
    numbers = index.passage_episodes[passages].tolist()
    turn = sort_by_age(index.episodes, numbers, newest_first=order is Order.NEWEST)
    return Ranked(passages[turn], scores[turn])


def _elsewhere(index: Index, passage: int, allowed: Mask | None) -> Mask:
    """Disallow the passages that share cues with a passage."""
    firsts, lasts = index.passages.firsts, index.passages.lasts
    apart: Mask = (lasts <= firsts[passage]) | (firsts >= lasts[passage])
    return apart if allowed is None else apart & allowed


def similar_titles(index: Index, text: str, count: int = 3) -> tuple[str, ...]:
    """List the chapter titles closest to a text: by shared words, else by spelling."""
    stems = {*index.vocabulary.find_stems(index.vocabulary.content_terms(terms_of(text)))}
    scores = index.titles.score(stem for stem in stems if stem is not None)
    best = [int(number) for number in np.argsort(-scores, kind="stable")[:count]]
    titles = [index.chapters[number].title for number in best if scores[number] > 0]
    return tuple(titles or nearest(text, [chapter.title for chapter in index.chapters], count))


def paginate(
    index: Index,
    ranked: Ranked,
    limit: int,
    page: int,
    per_episode: int | None,
    *,
    agreeing: bool = True,
) -> Page:
    """Return a page (from 0) of ranked passages.

    Passages that overlap a better one are dropped. Passages over `per_episode` wait for the next
    page. If `agreeing`, those of an episode that the best passages agree on lead the page together.
    """
    waiting = _apart(index, ranked)
    best = list(islice(waiting, _AGREEING))
    agreed = _agreed_episode(index, best) if agreeing else None
    waiting = chain(best, waiting)
    limit = max(limit, 1)
    half = max((limit + 1) // 2, per_episode or 0)
    shown: list[tuple[int, float]] = []
    before = 0
    for _ in range(max(page, 0) + 1):
        before += len(shown)
        shown = []
        later: list[tuple[int, float]] = []
        held: Counter[int] = Counter()
        for passage, score in waiting:
            episode = int(index.passage_episodes[passage])
            room = half if episode == agreed else per_episode
            full = per_episode is not None and held[episode] == room
            (later if full else shown).append((passage, score))
            held[episode] += not full
            if len(shown) == limit:
                break
        if not shown:
            break
        waiting = chain(later, waiting)
    shown.sort(key=lambda each: int(index.passage_episodes[each[0]]) != agreed)
    return Page(shown, before, next(waiting, None) is not None)


def _agreed_episode(index: Index, best: list[tuple[int, float]]) -> int | None:
    """Return the episode of the best passages if they agree on one."""
    episodes = {int(index.passage_episodes[passage]) for passage, _ in best}
    return episodes.pop() if len(episodes) == 1 and len(best) == _AGREEING else None


def _apart(index: Index, ranked: Ranked) -> Iterator[tuple[int, float]]:
    """Yield ranked passages, without those that are shown, wholly or in part, with a better one."""
    taken: set[int] = set()
    for at in range(0, len(ranked.passages), _AT_ONCE):
        passages = ranked.passages[at : at + _AT_ONCE]
        firsts, lasts = index.passages.firsts[passages], index.turns.reaches[passages]
        scores = ranked.scores[at : at + _AT_ONCE].tolist()
        columns = (passages.tolist(), scores, firsts.tolist(), lasts.tolist())
        for passage, score, first, last in zip(*columns, strict=True):
            if first not in taken and last - 1 not in taken:
                taken.update(range(first, last))
                yield passage, score
