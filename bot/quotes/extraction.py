"""Find the guests' sentences that are worth posting on their own."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

from bot.pool import Pool
from bot.quotes.episodes import QuotePlace, QuotePlaces, find_in_episodes
from bot.quotes.evidence import find_claims, measure
from bot.quotes.excerpts import find_excerpts
from bot.quotes.lookup import guest_of, trim_opening
from bot.quotes.models import LEAST_SCORE, ScoredQuote
from bot.quotes.ranker import load_ranker
from bot.quotes.word_usage import WordUsage, learn_word_usage
from bot.quotes.wording import usual_shares, wording_of
from bot.search.index.analysis import terms_of
from bot.search.index.index import Index
from bot.search.index.storage import load_index


def extract_quotes(index: Index, known: WordUsage | None = None) -> tuple[ScoredQuote, ...]:
    """Find all quotes in an index, best first; no two share a sentence.

    This takes seconds: call it once per index and keep the result, as `bot.quotes.cache` does.
    `known` is the result of `learn_word_usage` for this index, if already computed.
    """
    usage = known or learn_word_usage(index)
    return quotes_at(index, find_quote_places(index, usage, {}))


def find_quote_places(
    index: Index,
    usage: WordUsage,
    known: Mapping[str, QuotePlaces],
    path: Path | None = None,
    pool: Pool | None = None,
) -> dict[int, tuple[str, QuotePlaces]]:
    """Find the quotes of all episodes, or take known ones; see `find_in_episodes`.

    If the index is stored at a `path`, a `pool` may share the work.
    """

    def find(episodes: Sequence[int]) -> Iterable[QuotePlaces]:
        if path and pool and pool.shares(episodes):
            return pool.map(partial(_find_in_file, path, usage), episodes)
        return (_find(index, usage, episode) for episode in episodes)

    return find_in_episodes(index, usage, find, known)


def _find_in_file(path: Path, usage: WordUsage, episode: int) -> QuotePlaces:
    return _find(_index_at(path), usage, episode)


@lru_cache(maxsize=1)
def _index_at(path: Path) -> Index:
    return load_index(path, sound=True)[0]  # whoever starts this process has read it


def _find(index: Index, usage: WordUsage, episode: int) -> QuotePlaces:
    return _choose(_rated(index, episode, usage))


def quotes_at(
    index: Index, places: Mapping[int, tuple[str, QuotePlaces]]
) -> tuple[ScoredQuote, ...]:
    """Return the quotes of an index, best first, from what was found in its episodes."""
    placed = [
        (-each.score, index.cue_numbers(episode)[each.first], each.sentences, each)
        for episode, (_, found) in places.items()
        for each in found
    ]
    usual = usual_shares(index)
    quotes: dict[str, ScoredQuote] = {}
    for _, first, sentences, place in sorted(placed, key=lambda each: each[:3]):
        if place.id in quotes:
            continue
        quote = _quote(index, range(first, first + sentences), place, usual)
        if quote.wording.question or not place.asked:
            quotes[place.id] = quote
    return tuple(quotes.values())


def content_id(text: str) -> str:
    """Hash the words of a text, ignoring case, accents and punctuation."""
    return hashlib.sha256(" ".join(terms_of(text)).encode()).hexdigest()[:16]


def in_turns(quotes: Iterable[ScoredQuote]) -> tuple[ScoredQuote, ...]:
    """Interleave the quotes: the first of each episode, then the second of each, and so on."""
    seen: Counter[str] = Counter()
    turns: list[tuple[int, ScoredQuote]] = []
    for quote in quotes:
        turns.append((seen[quote.episode], quote))
        seen[quote.episode] += 1
    return tuple(quote for _, quote in sorted(turns, key=lambda each: each[0]))


def _choose(rated: Iterable[QuotePlace]) -> QuotePlaces:
    """Choose the best of which no two share a sentence."""
    taken: set[int] = set()
    chosen: list[QuotePlace] = []
    for place in sorted(rated, key=lambda each: (-each.score, each.first, each.sentences)):
        places = range(place.first, place.first + place.sentences)
        if taken.isdisjoint(places):
            taken.update(places)
            chosen.append(place)
    return tuple(chosen)


def _rated(index: Index, episode: int, usage: WordUsage) -> Iterator[QuotePlace]:
    """Yield what makes a claim or what a reader has seen, unless it scores too low."""
    ranker, start = load_ranker(), index.cue_numbers(episode).start
    for excerpt in find_excerpts(index, episode, usage):
        claims, quote_id = find_claims(excerpt.text), content_id(excerpt.text)
        if claims.worth or quote_id in ranker.verdicts:
            evidence = measure(excerpt, claims)
            score, cues = ranker.score(evidence, quote_id), excerpt.cues
            if score >= LEAST_SCORE:
                first, asked = cues.start - start, excerpt.question != ""
                numbers, reasons = evidence.numbers, claims.reasons
                yield QuotePlace(first, len(cues), quote_id, score, numbers, reasons, asked)


def _quote(
    index: Index, cues: range, place: QuotePlace, usual: Sequence[float | None]
) -> ScoredQuote:
    transcripts = index.transcripts
    episode = int(transcripts.episodes[cues.start])
    text = trim_opening(" ".join(map(transcripts.text_of, cues)))
    chapter = int(transcripts.chapters[cues.start])
    return ScoredQuote(
        id=place.id,
        episode=index.episodes[episode].slug,
        start=transcripts.cue(cues.start).start,
        speaker=guest_of(index, cues.start),
        text=text,
        chapter=index.chapters[chapter].title if chapter >= 0 else "",
        score=place.score,
        reasons=(*load_ranker().reasons(place.id), *place.reasons),
        wording=wording_of(index, cues, usual[episode]),
        evidence=place.evidence,
    )
