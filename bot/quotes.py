"""A sentence worth repeating: said by a guest, finished, and clear without what came before."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import blake2b
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from bot.models import Hit, Query
from bot.search.analysis import content_terms, terms_of
from bot.search.filters import narrow
from bot.search.index import Index
from bot.search.interpret import interpret
from bot.search.query import parse_query
from bot.search.search import search, show_sentence
from bot.search.snippets import find_matches

_FEWEST_WORDS, _MOST_WORDS = 12, 30
# How many of the passages that a search finds are looked through.
_PASSAGES = 30
# Who begins so goes on with something that a reader has not heard.
_LEANING = """
also and another anyway basically because besides both but either else even finally first for he
he's hence her here him his however instead it it's its like maybe meanwhile neither nevertheless
no nope nor obviously oh okay or other otherwise plus right same second secondly she she's
similarly since so some still such sure than that that'll that's their them then there there's
therefore these they they'll they're they've third this those though thus too well what whatever
which while who whose yeah yep yes yet
"""
# What belongs to the making of a podcast rather than to what it is about.
_HOUSEKEEPING = """
channel conference course description email episode episodes interview link linkedin links listener
listeners podcast podcasts question questions recording session slack sponsor sponsors stream
subscribe talk talks today twitter video webinar youtube
"""
_LEANING_WORDS = frozenset(_LEANING.split())
_HOUSEKEEPING_WORDS = frozenset(_HOUSEKEEPING.split())
_BRACKETS = frozenset("()[]{}<>")
_MIX = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)

Ints = NDArray[np.intp]


def choose_quote(
    index: Index, typed: str = "", page: int = 0, day: date | None = None
) -> tuple[Hit | None, bool]:
    """Choose the quote of a page (from 0), said about some words, and whether there is another.

    Without words, the order is the same all day long (UTC; today if no `day` is given) and another
    one the next day. The quote is None where there are no more.
    """
    query = parse_query(typed)
    if query.words or query.phrases:
        found = _about(index, query)
    else:
        found = _in_order(index, query, day or datetime.now(UTC).date())
    chosen = list(islice(found, page, page + 2))
    return show_sentence(index, chosen[0]) if chosen else None, len(chosen) > 1


def _about(index: Index, query: Query) -> Iterator[int]:
    """Yield the quotes that say a word of a query, those of the best passages first."""
    reading = interpret(index, query)
    for hit in search(index, query, _PASSAGES).hits:
        first, last = index.passages.firsts[hit.passage], index.passages.lasts[hit.passage]
        places = [match.place for match in find_matches(index, reading, hit.passage)]
        said = set(index.transcripts.cues_at(np.array(places, dtype=np.int32)).tolist())
        fitting = set(_fitting(index, np.arange(first, last)).tolist())
        for number in sorted(said & fitting):
            if _is_quote(index.transcripts.text_of(number)):
                yield number


def _in_order(index: Index, query: Query, day: date) -> Iterator[int]:
    """Yield all quotes that the filters of a query leave, in the order of a day."""
    numbers = _fitting(index, _allowed(index, query))
    keys = _keys(index, numbers, day)
    for number in numbers[np.argsort(keys, kind="stable")].tolist():
        if _is_quote(index.transcripts.text_of(number)):
            yield number


def _allowed(index: Index, query: Query) -> Ints:
    """Number the cues that the filters of a query leave."""
    narrowed = narrow(index, query)
    cues = np.ones(len(index.transcripts.episodes), dtype=np.bool_)
    if narrowed.allowed is not None:
        firsts, lasts = index.passages.firsts, index.passages.lasts
        steps = np.zeros(len(cues) + 1, dtype=np.int32)
        np.add.at(steps, firsts[narrowed.allowed], 1)
        np.add.at(steps, lasts[narrowed.allowed], -1)
        cues = np.cumsum(steps[:-1]) > 0
    return np.flatnonzero(cues)


def _fitting(index: Index, numbers: Ints) -> Ints:
    """Keep the cues that a guest says in edited text, neither too short nor too long, and timed."""
    transcripts = index.transcripts
    words = np.diff(transcripts.firsts)[numbers]
    fitting = (words >= _FEWEST_WORDS) & (words <= _MOST_WORDS) & ~transcripts.captions[numbers]
    fitting &= ~np.isnan(transcripts.begins[numbers]) & ~np.isnan(transcripts.finishes[numbers])
    numbers = numbers[fitting]
    size = len(transcripts.speaker_names)
    guests = [
        episode * size + speaker
        for (episode, speaker), name in index.speakers.items()
        if any(guest.name == name for guest in index.episodes[episode].guests)
    ]
    speaking = transcripts.episodes[numbers].astype(np.int64) * size + transcripts.speakers[numbers]
    return numbers[np.isin(speaking, guests)]


def _keys(index: Index, numbers: Ints, day: date) -> NDArray[np.uint64]:
    """Hash day, episode and second of cues: the same on any machine and for any index."""
    slugs = [f"{day} {episode.slug}".encode() for episode in index.episodes]
    seeds = [int.from_bytes(blake2b(slug, digest_size=8).digest(), "big") for slug in slugs]
    begins = index.transcripts.begins[numbers]
    keys = np.array(seeds, dtype=np.uint64)[index.transcripts.episodes[numbers]]
    keys ^= np.round(begins * 100).astype(np.int64).astype(np.uint64)
    for factor in _MIX:  # as SplitMix64 does, so that neighbouring seconds come far apart
        keys = (keys ^ (keys >> np.uint64(29))) * np.uint64(factor)
    return keys


def _is_quote(text: str) -> bool:
    """Say whether a sentence is finished and stands on its own."""
    words = terms_of(text)
    return (
        text.endswith(".")
        and not text.endswith("..")
        and text[0].isupper()
        and words[0] not in _LEANING_WORDS
        and _BRACKETS.isdisjoint(text)
        and "?" not in text
        and _HOUSEKEEPING_WORDS.isdisjoint(words)
        # Small talk is mostly grammar.
        and 2 * len(content_terms(words)) >= len(words)
    )
