"""Find the guests' sentences that are worth posting on their own."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from bot.quotes.episodes import QuotePlace, QuotePlaces, find_in_episodes
from bot.quotes.lookup import guest_of
from bot.quotes.models import MAX_SENTENCES, ScoredQuote
from bot.quotes.rules import any_of
from bot.quotes.scoring import score_statement
from bot.quotes.standalone import (
    MAX_WORDS,
    MIN_WORDS,
    dangles,
    opens_well,
    straighten_apostrophes,
    why_unfit,
)
from bot.quotes.word_usage import WordUsage, learn_word_usage
from bot.quotes.wording import usual_shares, wording_of
from bot.search.index.analysis import terms_of
from bot.search.index.index import Index

# Each extra sentence has to earn its place, more so if nothing ties it to the previous one.
_PER_SENTENCE, _UNTIED = 0.5, 1.2
_TIE = any_of("and because but if instead never not otherwise so that's then you")


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A cue as the rules read it, by its place in the episode.

    `guest` is "" unless a guest says it in edited text.
    """

    place: int
    text: str
    guest: str


@dataclass(frozen=True, slots=True)
class _Candidate:
    sentences: tuple[_Sentence, ...]
    score: float
    reasons: tuple[str, ...]


def extract_quotes(index: Index, known: WordUsage | None = None) -> tuple[ScoredQuote, ...]:
    """Find all quotes in an index, best first; no two share a sentence.

    This takes seconds: call it once per index and keep the result, as `bot.quotes.cache` does.
    `known` is the result of `learn_word_usage` for this index, if already computed.
    """
    usage = known or learn_word_usage(index)
    return quotes_at(index, find_quote_places(index, usage, {}))


def find_quote_places(
    index: Index, usage: WordUsage, known: Mapping[str, QuotePlaces]
) -> dict[int, tuple[str, QuotePlaces]]:
    """Find the quotes of all episodes that are not known, as `find_in_episodes` does."""

    def find(episode: int) -> QuotePlaces:
        return _choose(_candidates(_sentences(index, episode), usage))

    return find_in_episodes(index, usage, find, known)


def quotes_at(
    index: Index, places: Mapping[int, tuple[str, QuotePlaces]]
) -> tuple[ScoredQuote, ...]:
    """Return the quotes of an index, best first, from what was found in its episodes."""
    starts = np.searchsorted(index.transcripts.episodes, np.arange(len(index.episodes))).tolist()
    placed = [
        (-each.score, starts[episode] + each.first, each.sentences, each)
        for episode, (_, found) in places.items()
        for each in found
    ]
    usual = usual_shares(index)
    quotes: dict[str, ScoredQuote] = {}
    for _, first, sentences, passage in sorted(placed, key=lambda each: each[:3]):
        quote = _quote(index, range(first, first + sentences), passage, usual)
        quotes.setdefault(quote.id, quote)
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


def _choose(candidates: Iterable[_Candidate]) -> QuotePlaces:
    """Choose the best candidates of which no two share a sentence."""
    taken: set[int] = set()
    chosen: list[QuotePlace] = []
    best = sorted(
        candidates, key=lambda each: (-each.score, each.sentences[0].place, len(each.sentences))
    )
    for candidate in best:
        places = {sentence.place for sentence in candidate.sentences}
        if taken.isdisjoint(places):
            taken |= places
            first, length = candidate.sentences[0].place, len(candidate.sentences)
            chosen.append(QuotePlace(first, length, candidate.score, candidate.reasons))
    return tuple(chosen)


def _sentences(index: Index, episode: int) -> list[_Sentence]:
    transcripts = index.transcripts
    first, past = np.searchsorted(transcripts.episodes, [episode, episode + 1]).tolist()
    guests = {guest.name for guest in index.episodes[episode].guests}
    names = [
        index.speakers.get((episode, speaker), "")
        for speaker in transcripts.speakers[first:past].tolist()
    ]
    heard = transcripts.captions[first:past].tolist()
    return [
        _Sentence(
            cue - first,
            straighten_apostrophes(transcripts.text_of(cue)),
            name if name in guests and not automatic else "",
        )
        for cue, name, automatic in zip(range(first, past), names, heard, strict=True)
    ]


def _candidates(sentences: Sequence[_Sentence], usage: WordUsage) -> Iterator[_Candidate]:
    fit = [
        bool(each.guest) and each.text.count(" ") < MAX_WORDS and not why_unfit(each.text, usage)
        for each in sentences
    ]
    for first, opening in enumerate(sentences):
        if not fit[first] or not opens_well(opening.text, usage):
            continue
        for past in range(first + 1, min(first + MAX_SENTENCES, len(sentences)) + 1):
            if not fit[past - 1] or sentences[past - 1].guest != opening.guest:
                break
            text = " ".join(each.text for each in sentences[first:past])
            words = len(text.split())
            if MIN_WORDS <= words <= MAX_WORDS and not dangles(text, usage):
                yield from _rated(sentences, first, past, usage)


def _rated(
    sentences: Sequence[_Sentence], first: int, past: int, usage: WordUsage
) -> Iterator[_Candidate]:
    chosen = tuple(sentences[first:past])
    before = sentences[first - 1].text if first else ""
    after = sentences[past] if past < len(sentences) else None
    rating = score_statement(
        " ".join(each.text for each in chosen),
        usage,
        before,
        after.text if after else "",
        last=after is None or after.guest != chosen[0].guest,
    )
    if rating:
        score, reasons = rating
        untied = sum(not _TIE.match(each.text) for each in chosen[1:])
        score -= _PER_SENTENCE * (len(chosen) - 1) + _UNTIED * untied
        yield _Candidate(chosen, round(score, 2), reasons)


def _quote(
    index: Index, cues: range, passage: QuotePlace, usual: Sequence[float | None]
) -> ScoredQuote:
    transcripts = index.transcripts
    episode = int(transcripts.episodes[cues.start])
    text = " ".join(map(transcripts.text_of, cues))
    chapter = int(transcripts.chapters[cues.start])
    return ScoredQuote(
        id=content_id(text),
        episode=index.episodes[episode].slug,
        start=transcripts.cue(cues.start).start,
        speaker=guest_of(index, cues.start),
        text=text,
        chapter=index.chapters[chapter].title if chapter >= 0 else "",
        score=passage.score,
        reasons=passage.reasons,
        wording=wording_of(index, cues, usual[episode]),
    )
