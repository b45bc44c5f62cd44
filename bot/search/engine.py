"""Query -> hits: interpret the query, rank the passages, paginate, and cut the snippets."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain

import numpy as np

from bot.arrays import Mask
from bot.models import Hit, Query, Snippet
from bot.search.budget import Budget, Task
from bot.search.fusion import measure_similarity
from bot.search.index.analysis import content_terms, terms_of
from bot.search.index.index import Index
from bot.search.interpretation import InterpretedQuery, interpret
from bot.search.ranking import Ranked, Weights, rank
from bot.search.semantic import SemanticIndex
from bot.search.snippets import (
    Anchor,
    Match,
    character_at,
    cut_snippet,
    find_anchor,
    find_matches,
    locate,
)
from bot.search.spelling import nearest

# Two passages of an episode on a page leave room for others. A query that names an episode
# (`InterpretedQuery.names_episode`) lifts the limit.
_PER_EPISODE = 2


@dataclass(frozen=True, slots=True)
class SearchResults:
    """A page of hits, whether more follow, and remarks on the query.

    `first` is the number of the first hit, counted over all pages. `corrections` maps words that
    the corpus does not know to the words searched for instead, `offered` to words that may have
    been meant; `unfinished` tasks were too much for one query.
    """

    hits: tuple[Hit, ...]
    first: int
    more: bool
    corrections: dict[str, tuple[str, ...]]
    offered: dict[str, tuple[str, ...]]
    problems: tuple[str, ...]
    unfinished: tuple[Task, ...]


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
    similarity = None
    if not interpreted.phrases:
        similarity = partial(measure_similarity, index, query.words, semantic)
    ranked = rank(index, interpreted.terms, allowed, Weights(), similarity)
    only_one = interpreted.names_episode or len(index.episodes) == 1
    per_episode = None if only_one else _PER_EPISODE
    laid = paginate(index, ranked, limit, page, per_episode)
    hits = tuple(_hit(index, interpreted, passage, score) for passage, score in laid.shown)
    return SearchResults(
        hits,
        laid.before + 1,
        laid.more,
        interpreted.corrections,
        interpreted.offered,
        interpreted.problems,
        budget.unfinished,
    )


def _elsewhere(index: Index, passage: int, allowed: Mask | None) -> Mask:
    """Disallow the passages that share cues with a passage."""
    firsts, lasts = index.passages.firsts, index.passages.lasts
    apart: Mask = (lasts <= firsts[passage]) | (firsts >= lasts[passage])
    return apart if allowed is None else apart & allowed


def similar_titles(index: Index, text: str, count: int = 3) -> tuple[str, ...]:
    """List the chapter titles closest to a text: by shared words, else by spelling."""
    stems = {index.vocabulary.stem_id(term) for term in content_terms(terms_of(text))} - {None}
    scores = index.titles.score(stem for stem in stems if stem is not None)
    best = [int(number) for number in np.argsort(-scores, kind="stable")[:count]]
    titles = [index.chapters[number].title for number in best if scores[number] > 0]
    return tuple(titles or nearest(text, [chapter.title for chapter in index.chapters], count))


def paginate(index: Index, ranked: Ranked, limit: int, page: int, per_episode: int | None) -> Page:
    """Return a page (from 0) of ranked passages.

    Passages that overlap a better one are dropped. Passages over `per_episode` wait for the next
    page.
    """
    waiting = _apart(index, ranked)
    limit = max(limit, 1)
    shown: list[tuple[int, float]] = []
    before = 0
    for _ in range(max(page, 0) + 1):
        before += len(shown)
        shown = []
        later: list[tuple[int, float]] = []
        held: Counter[int] = Counter()
        for passage, score in waiting:
            episode = int(index.passage_episodes[passage])
            full = per_episode is not None and held[episode] == per_episode
            (later if full else shown).append((passage, score))
            held[episode] += not full
            if len(shown) == limit:
                break
        if not shown:
            break
        waiting = chain(later, waiting)
    return Page(shown, before, next(waiting, None) is not None)


def _apart(index: Index, ranked: Ranked) -> Iterator[tuple[int, float]]:
    """Yield ranked passages, leaving out those that share cues with a better one."""
    taken: set[int] = set()
    firsts, lasts = index.passages.firsts, index.passages.lasts
    for passage, score in zip(ranked.passages.tolist(), ranked.scores.tolist(), strict=True):
        cues = range(int(firsts[passage]), int(lasts[passage]))
        if taken.isdisjoint((cues[0], cues[-1])):
            taken.update(cues)
            yield passage, score


def show_match(index: Index, match: Match) -> Hit:
    """Show a single match as a hit, with the passage it stands in."""
    passage = int(index.passages_at(np.array([match.place]))[0])
    return _show(index, passage, locate(index, match.place, _heard_as(match)), (match,), 0.0)


def show_passages(
    index: Index, interpreted: InterpretedQuery, passages: Sequence[int]
) -> Iterator[Hit]:
    """Show some passages as hits of a query, the one first that it would find first."""
    chosen = np.zeros(len(index.passages.firsts), dtype=np.bool_)
    chosen[list(passages)] = True
    ranked = rank(index, interpreted.terms, chosen, Weights()).passages.tolist()
    return (_hit(index, interpreted, each, 0.0) for each in dict.fromkeys([*ranked, *passages]))


def show_second(index: Index, slug: str, second: float) -> Hit | None:
    """Show what is said at a second of an episode; return None if nothing is, or no time known."""
    called = [number for number, each in enumerate(index.episodes) if each.slug == slug]
    cues = np.flatnonzero(np.isin(index.transcripts.episodes, called))
    begins, ends = index.transcripts.begins[cues], index.transcripts.finishes[cues]
    if np.isnan(begins).all() or not (ends >= second).any():
        return None
    number = int(cues[max(int(np.count_nonzero(begins <= second)), 1) - 1])
    held = (index.passages.firsts <= number) & (number < index.passages.lasts)
    cue = index.transcripts.cue(number)
    anchor = Anchor(cue, number, character_at(cue, second), second)
    return _show(index, int(np.flatnonzero(held)[0]), anchor, (), 0.0)


def show_sentence(index: Index, number: int, count: int = 1) -> Hit:
    """Show a cue, or a run of `count`, as it is."""
    run = range(number, number + count)
    cues = [index.transcripts.cue(each) for each in run]
    first, last = (
        index.passages_at(index.transcripts.firsts[each : each + 1]) for each in (run[0], run[-1])
    )
    # Where no passage holds all of a run, one that holds its beginning stands for it.
    passage = int(np.append(np.intersect1d(first, last), first)[0])
    anchor = Anchor(cues[0], number, 0, cues[0].start)
    shown = _show(index, passage, anchor, (), 0.0)
    return replace(shown, end=cues[-1].end, snippet=Snippet(" ".join(cue.text for cue in cues)))


def _heard_as(match: Match) -> str:
    return match.variant.text if match.variant and match.variant.heard else ""


def _hit(index: Index, interpreted: InterpretedQuery, passage: int, score: float) -> Hit:
    matches = find_matches(index, interpreted, passage)
    return _show(index, passage, find_anchor(index, interpreted, passage, matches), matches, score)


def _show(
    index: Index, passage: int, anchor: Anchor, matches: Sequence[Match], score: float
) -> Hit:
    end = index.transcripts.finishes[index.passages.lasts[passage] - 1]
    chapter = int(index.passage_chapters[passage])
    return Hit(
        episode=index.episodes[int(index.passage_episodes[passage])],
        chapter=index.chapters[chapter].title if chapter >= 0 else "",
        speaker=anchor.cue.speaker,
        start=anchor.second,
        end=None if np.isnan(end) else float(end),
        source=anchor.cue.source,
        score=score,
        snippet=cut_snippet(index, passage, anchor, matches),
        passage=passage,
        heard_as=anchor.heard_as,
    )
