"""Find the guests' sentences that are worth posting on their own."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass

from bot.quotes.evidence import Evidence, measure, reasons_for
from bot.quotes.excerpts import Excerpt, find_excerpts
from bot.quotes.lookup import is_judged, trim_opening
from bot.quotes.models import LEAST_SCORE, ScoredQuote
from bot.quotes.ranker import Ranker, load_ranker
from bot.quotes.word_usage import WordUsage, learn_word_usage
from bot.quotes.wording import usual_shares, wording_of
from bot.search.index.analysis import terms_of
from bot.search.index.index import Index


@dataclass(frozen=True, slots=True)
class _Rated:
    excerpt: Excerpt
    id: str
    score: float
    evidence: Evidence


def extract_quotes(index: Index, known: WordUsage | None = None) -> tuple[ScoredQuote, ...]:
    """Find all quotes in an index, best first; no two share a sentence.

    This takes seconds: call it once per index and keep the result, as `bot.quotes.cache` does.
    `known` is the result of `learn_word_usage` for this index, if already computed.
    """
    usage, ranker = known or learn_word_usage(index), load_ranker()
    rated = [
        each
        for episode, facts in enumerate(index.episodes)
        if is_judged(facts)
        for excerpt in find_excerpts(index, episode, usage)
        if (each := _rate(excerpt, ranker)) and each.score >= LEAST_SCORE
    ]
    rated.sort(key=lambda each: (-each.score, each.excerpt.cues.start, each.excerpt.cues.stop))
    usual = usual_shares(index)
    taken: set[int] = set()
    quotes: dict[str, ScoredQuote] = {}
    for each in rated:
        if taken.isdisjoint(each.excerpt.cues):
            taken.update(each.excerpt.cues)
            reasons = (*ranker.reasons(each.id), *reasons_for(each.excerpt.text))
            quotes.setdefault(each.id, _quote(index, each, reasons, usual))
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


def _rate(excerpt: Excerpt, ranker: Ranker) -> _Rated | None:
    """Rate an excerpt; None if it makes no claim and no reader has seen it."""
    evidence, quote_id = measure(excerpt), content_id(excerpt.text)
    if not evidence.claim and quote_id not in ranker.verdicts:
        return None
    return _Rated(excerpt, quote_id, ranker.score(evidence, quote_id), evidence)


def _quote(
    index: Index, rated: _Rated, reasons: tuple[str, ...], usual: Sequence[float | None]
) -> ScoredQuote:
    transcripts, cues = index.transcripts, rated.excerpt.cues
    episode = int(transcripts.episodes[cues.start])
    text = trim_opening(" ".join(map(transcripts.text_of, cues)))
    chapter = int(transcripts.chapters[cues.start])
    return ScoredQuote(
        id=rated.id,
        episode=index.episodes[episode].slug,
        start=transcripts.cue(cues.start).start,
        speaker=rated.excerpt.guest,
        text=text,
        chapter=index.chapters[chapter].title if chapter >= 0 else "",
        score=rated.score,
        reasons=reasons,
        wording=wording_of(index, cues, usual[episode]),
        evidence=astuple(rated.evidence),
    )
