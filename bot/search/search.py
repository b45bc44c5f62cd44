"""Query -> hits: read the query, rank the passages, lay out pages and cut the snippets."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from bot.models import Hit, Query
from bot.search.analysis import content_terms, terms_of
from bot.search.index import Index
from bot.search.interpret import Reading, interpret
from bot.search.ranking import Ranked, Weights, rank
from bot.search.snippets import cut_snippet, find_focus
from bot.search.spelling import nearest

# Two passages of one episode on a page leave room for others; see `Reading.names_episode`.
_PER_EPISODE = 2


@dataclass(frozen=True, slots=True)
class Results:
    """A page of hits, whether there are more, and what is to be said about the query.

    `corrections` maps words the corpus does not know to those that were looked for instead.
    """

    hits: tuple[Hit, ...]
    more: bool
    corrections: dict[str, tuple[str, ...]]
    problems: tuple[str, ...]


def search(
    index: Index, query: Query, limit: int = 5, page: int = 0, weights: Weights | None = None
) -> Results:
    """Find a page (from 0) of at most `limit` hits, best first."""
    reading = interpret(index, query)
    ranked = rank(index, reading.wanted, reading.allowed, weights or Weights())
    per_episode = None if reading.names_episode else _PER_EPISODE
    shown, more = _lay_out(index, ranked, limit, page, per_episode)
    hits = tuple(_hit(index, reading, passage, score) for passage, score in shown)
    return Results(hits, more, reading.corrections, reading.problems)


def near_titles(index: Index, text: str, count: int = 3) -> tuple[str, ...]:
    """List the chapter titles nearest to a text: by its words, else by how they look."""
    stems = {index.vocabulary.stem_id(term) for term in content_terms(terms_of(text))} - {None}
    scores = index.titles.score(stem for stem in stems if stem is not None)
    best = [int(number) for number in np.argsort(-scores, kind="stable")[:count]]
    titles = [index.chapters[number].title for number in best if scores[number] > 0]
    return tuple(titles or nearest(text, [chapter.title for chapter in index.chapters], count))


def _lay_out(
    index: Index, ranked: Ranked, limit: int, page: int, per_episode: int | None
) -> tuple[list[tuple[int, float]], bool]:
    """Take a page of ranked passages, and whether any are left for another.

    None overlaps a better one, few are of one episode: one too many waits for the next page.
    """
    waiting = list(_apart(index, ranked))
    shown: list[tuple[int, float]] = []
    for _ in range(page + 1):
        shown, later = [], []
        held: Counter[int] = Counter()
        for passage, score in waiting:
            episode = int(index.passage_episodes[passage])
            if len(shown) < limit and (per_episode is None or held[episode] < per_episode):
                held[episode] += 1
                shown.append((passage, score))
            else:
                later.append((passage, score))
        waiting = later
    return shown, bool(waiting)


def _apart(index: Index, ranked: Ranked) -> Iterable[tuple[int, float]]:
    """Yield ranked passages, leaving out those that share cues with a better one."""
    taken: set[int] = set()
    firsts, lasts = index.passages.firsts, index.passages.lasts
    for passage, score in zip(ranked.passages.tolist(), ranked.scores.tolist(), strict=True):
        cues = range(int(firsts[passage]), int(lasts[passage]))
        if taken.isdisjoint((cues[0], cues[-1])):
            taken.update(cues)
            yield passage, score


def _hit(index: Index, reading: Reading, passage: int, score: float) -> Hit:
    wanted = frozenset(reading.wanted.content)
    focus = find_focus(index, passage, wanted, reading.phrase_places)
    end = index.transcripts.finishes[index.passages.lasts[passage] - 1]
    chapter = int(index.passage_chapters[passage])
    return Hit(
        episode=index.episodes[int(index.passage_episodes[passage])],
        chapter=index.chapters[chapter].title if chapter >= 0 else "",
        speaker=focus.cue.speaker,
        start=focus.second,
        end=None if np.isnan(end) else float(end),
        source=focus.cue.source,
        score=score,
        snippet=cut_snippet(index, passage, focus, wanted),
        passage=passage,
    )
