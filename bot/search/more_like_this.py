"""Build a query from the key terms of a text or moment, and find the passages at a moment."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from bot.models import Query
from bot.search.chat_words import empty_words
from bot.search.index.analysis import stem_terms, terms_of
from bot.search.index.index import Index

# Enough words for a subject, and few enough to occur in a single passage.
KEY_TERMS = 8
# In a passage, a word said in fewer passages identifies the moment, not a subject.
_FEWEST_PASSAGES = 3
# Transcribed sounds, greetings, thanks, assent and farewells.
_SMALL_TALK = """
ah er hm hmm mm uh um hi hello hey folks guys everyone everybody welcome morning afternoon
evening thanks thank thx cheers please pls sorry ok okay yes yeah yep no nope well right sure
great good nice cool awesome amazing wonderful perfect lovely fun glad happy pleasure enjoy
enjoyed appreciate appreciated wish hope luck joining attending watching listening tuning today
tomorrow tonight day night week weekend monday tuesday wednesday thursday friday saturday sunday
bye goodbye see seeing soon later cu ya ciao want know need think
"""
_FILLERS = frozenset(_SMALL_TALK.split())
# "we'll", "it'd", "he's" are as empty as stop words.
_CONTRACTION = re.compile(r".*(?:'(?:ll|ve|re|d|m)|n't)|(?:he|she|here|let|somebody|someone|how)'s")
# Notes of a transcript: "[laughs]", "[cross-talk]".
_NOTE = re.compile(r"\[[^\[\]]*\]")
# Seconds are shown to hundredths and kept in single precision.
SAME_SECOND = 0.02


def query_like(index: Index, text: str, fewest: int = 1) -> Query:
    """Build a query from the key terms of a text, or one without words if it has none.

    Notes in [brackets] do not count. See `key_terms` for `fewest`.
    """
    said = _NOTE.sub(" ", text)
    chosen = key_terms(index, said, fewest=fewest)
    words = tuple(term for term in dict.fromkeys(terms_of(said)) if term in chosen)
    return Query(text=" ".join(words), words=words)


def query_at(index: Index, passage: int) -> Query:
    """Build a query from the key terms of a passage."""
    return query_like(index, passage_text(index, passage), _FEWEST_PASSAGES)


def key_terms(index: Index, text: str, count: int = KEY_TERMS, fewest: int = 1) -> frozenset[str]:
    """Choose the terms that are frequent in a text and rare in the podcast (tf · idf).

    Numbers, fillers and contractions are left out, and so is what fewer than `fewest` passages say.
    Everyday words that carry no subject, such as "like" and "real", count only if they are said in
    several passages and there are no others.
    """
    content = index.vocabulary.content_terms(terms_of(text))
    said = Counter(term for term in content if not _is_empty(term))
    telling = _weigh(index, _without_everyday_words(said), fewest)
    weights = telling or _weigh(index, said, _FEWEST_PASSAGES)
    return frozenset(sorted(weights, key=lambda term: (-weights[term], term))[:count])


def _weigh(index: Index, times: Mapping[str, int], fewest: int) -> dict[str, float]:
    """Weigh the terms that are said in so many passages by tf · idf."""
    return {term: times[term] * idf for term in times if (idf := _idf(index, term, fewest)) > 0}


def _without_everyday_words(times: Mapping[str, int]) -> dict[str, int]:
    stems = zip(times, stem_terms(list(times)), strict=True)
    return {term: times[term] for term, stem in stems if stem not in empty_words()}


def _is_empty(term: str) -> bool:
    return term.isdigit() or term in _FILLERS or _CONTRACTION.fullmatch(term) is not None


def passage_at(index: Index, slug: str, second: float) -> int | None:
    """Find the passage of an episode whose middle is nearest to a second, if there is one.

    Buttons identify a hit by episode and second, which are valid in every index.
    """
    passages = _passages_of(index, slug)
    begins = index.transcripts.begins[index.passages.firsts[passages]]
    ends = index.transcripts.finishes[index.passages.lasts[passages] - 1]
    distances = np.abs((begins + ends) / 2 - second)
    if not len(passages) or np.isnan(distances).all():
        return None
    return int(passages[np.nanargmin(distances)])


def passages_between(index: Index, slug: str, start: float, end: float) -> tuple[int, ...]:
    """Find the passages of an episode that end at a second and contain another, as a hit has them.

    There may be two if a long sentence ends both. If an index cut the episode differently, return
    the passage nearest to `start` instead.
    """
    passages = _passages_of(index, slug)
    begins = index.transcripts.begins[index.passages.firsts[passages]]
    ends = index.transcripts.finishes[index.passages.lasts[passages] - 1]
    fitting = (
        (np.abs(ends - end) < SAME_SECOND)
        & (begins < start + SAME_SECOND)
        & (start - SAME_SECOND < ends)
    )
    if fitting.any():
        return tuple(passages[fitting].tolist())
    nearest = passage_at(index, slug, start)
    return () if nearest is None else (nearest,)


def cues_starting_at(index: Index, slug: str, start: float) -> list[int]:
    """List the cues of an episode that begin at a second."""
    bounds = (_episodes_called(index, slug) or [len(index.episodes)])[0] + np.arange(2)
    first, past = np.searchsorted(index.transcripts.episodes, bounds.astype(np.int32)).tolist()
    here = np.abs(index.transcripts.begins[first:past] - start) < SAME_SECOND
    return [first + at for at in np.flatnonzero(here).tolist()]


def sentences_between(
    index: Index, slug: str, start: float, end: float, most: int = 1
) -> range | None:
    """Find the shortest run of at most `most` cues from one second of an episode to another."""
    ends = index.transcripts.finishes
    for count in range(1, most + 1):
        for first in cues_starting_at(index, slug, start):
            last = first + count - 1
            if last < len(ends) and abs(ends[last] - end) < SAME_SECOND:
                return range(first, last + 1)
    return None


def end_of(index: Index, slug: str) -> float | None:
    """Return the second at which an episode's last words end, if known."""
    cues = np.isin(index.transcripts.episodes, _episodes_called(index, slug))
    ends = index.transcripts.finishes[cues]
    known = ends[~np.isnan(ends)]
    return float(known.max()) if len(known) else None


def passage_text(index: Index, passage: int) -> str:
    """Return the whole text of a passage."""
    return join_cues(index, range(index.passages.firsts[passage], index.passages.lasts[passage]))


def join_cues(index: Index, cues: Iterable[int]) -> str:
    """Join the texts of some cues."""
    return " ".join(index.transcripts.text_of(cue) for cue in cues)


def _passages_of(index: Index, slug: str) -> NDArray[np.intp]:
    return np.flatnonzero(np.isin(index.passage_episodes, _episodes_called(index, slug)))


def _episodes_called(index: Index, slug: str) -> list[int]:
    """Return the number of the episode with a slug; empty if there is none."""
    return [number for number, episode in enumerate(index.episodes) if episode.slug == slug]


def _idf(index: Index, term: str, fewest: int) -> float:
    stem = index.vocabulary.stem_id(term)
    if stem is None or len(index.text.documents_of(stem)) < fewest:
        return 0.0
    return float(index.idf[stem])
