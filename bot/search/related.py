"""From a text, or from a moment of an episode, to what else the podcast says about it."""

import re
from collections import Counter
from collections.abc import Iterable

import numpy as np

from bot.models import Query
from bot.search.analysis import content_terms, terms_of
from bot.search.index import Index

# Enough words to tell a subject, few enough that all of them can be said in one passage.
TELLING_TERMS = 8
# A word that hardly any passage holds tells one moment apart, not a subject.
_FEWEST_PASSAGES = 3
# Sounds that edited text and captions write down.
_FILLERS = frozenset({"ah", "er", "hm", "hmm", "mm", "uh", "um"})
# What a transcript notes beside the speech: "[laughs]", "[cross-talk]".
_NOTE = re.compile(r"\[[^\[\]]*\]")


def query_like(index: Index, text: str) -> Query:
    """Make a query of the words that tell what a text is about; it has none if no word does.

    What stands in [brackets] is not speech.
    """
    said = _NOTE.sub(" ", text)
    chosen = telling_terms(index, said)
    words = tuple(term for term in dict.fromkeys(terms_of(said)) if term in chosen)
    return Query(text=" ".join(words), words=words)


def telling_terms(index: Index, text: str, count: int = TELLING_TERMS) -> frozenset[str]:
    """Pick the terms of a text that are frequent in it and rare in the podcast (tf · idf).

    Numbers and fillers tell nothing.
    """
    content = content_terms(terms_of(text))
    times = Counter(term for term in content if not term.isdigit() and term not in _FILLERS)
    weights = {term: times[term] * idf for term in times if (idf := _idf(index, term)) > 0}
    return frozenset(sorted(weights, key=lambda term: (-weights[term], term))[:count])


def passage_at(index: Index, slug: str, second: float) -> int | None:
    """Find the passage of an episode in whose middle a second lies nearest; None if there is none.

    An episode and a second outlive any index, so they are what a button remembers of a hit.
    """
    numbers = {episode.slug: number for number, episode in enumerate(index.episodes)}
    if slug not in numbers:
        return None
    passages = np.flatnonzero(index.passage_episodes == numbers[slug])
    begins = index.transcripts.begins[index.passages.firsts[passages]]
    ends = index.transcripts.finishes[index.passages.lasts[passages] - 1]
    distances = np.abs((begins + ends) / 2 - second)
    if not len(passages) or np.isnan(distances).all():
        return None
    return int(passages[np.nanargmin(distances)])


def end_of(index: Index, slug: str) -> float | None:
    """Tell the second at which the last words of an episode end; None if no time is known."""
    numbers = [number for number, episode in enumerate(index.episodes) if episode.slug == slug]
    ends = index.transcripts.finishes[np.isin(index.transcripts.episodes, numbers)]
    known = ends[~np.isnan(ends)]
    return float(known.max()) if len(known) else None


def passage_text(index: Index, passage: int) -> str:
    """Read the whole text of a passage."""
    return join_cues(index, range(index.passages.firsts[passage], index.passages.lasts[passage]))


def join_cues(index: Index, cues: Iterable[int]) -> str:
    """Read the text of some cues as one."""
    return " ".join(index.transcripts.text_of(cue) for cue in cues)


def _idf(index: Index, term: str) -> float:
    stem = index.vocabulary.stem_id(term)
    if stem is None or len(index.text.documents_of(stem)) < _FEWEST_PASSAGES:
        return 0.0
    return float(index.idf[stem])
