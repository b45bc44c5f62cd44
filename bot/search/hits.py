"""Show passages, matches, sentences and seconds of an index as hits."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.models import Hit, Question, Snippet
from bot.search.index.index import Index
from bot.search.interpretation import InterpretedQuery
from bot.search.ranking import Weights, rank
from bot.search.snippets import (
    Anchor,
    Match,
    at_start,
    character_at,
    cut_cues,
    cut_snippet,
    find_anchor,
    find_matches,
    find_matches_between,
    locate,
)

_QUESTION_CHARACTERS = 140
# A question is this near to the end of what its host says, in words. What is farther is a remark.
_QUESTION_WORDS = 120
# A hit within so many words of the start of a reply is shown with the question.
_REPLY_WORDS = 70


@dataclass(frozen=True, slots=True)
class _Exchange:
    """The cues in which a host asks (the question is cue `asks`) and in which a reply begins."""

    question: range
    asks: int
    reply: range


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
    return (show_hit(index, interpreted, each, 0.0) for each in dict.fromkeys([*ranked, *passages]))


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
    anchor = Anchor(number, character_at(cue, second), second)
    return _show(index, int(np.flatnonzero(held)[0]), anchor, (), 0.0)


def show_sentence(index: Index, number: int, count: int = 1) -> Hit:
    """Show a cue, or a run of `count`, as it is."""
    run = range(number, number + count)
    texts = index.transcripts.texts_of(run)
    first, last = (
        index.passages_at(index.transcripts.firsts[each : each + 1]) for each in (run[0], run[-1])
    )
    # Where no passage holds all of a run, one that holds its beginning stands for it.
    passage = int(np.append(np.intersect1d(first, last), first)[0])
    shown = _show(index, passage, at_start(index, number), (), 0.0)
    end = index.transcripts.cue(run[-1]).end
    return replace(shown, end=end, snippet=Snippet(" ".join(texts)))


def _heard_as(match: Match) -> str:
    return match.variant.text if match.variant and match.variant.heard else ""


def show_hit(index: Index, interpreted: InterpretedQuery, passage: int, score: float) -> Hit:
    """Show a passage as a hit of a query: what a guest says, below the question it replies to."""
    matches = find_matches(index, interpreted, passage)
    anchor = find_anchor(index, interpreted, passage, matches)
    hit = _show(index, passage, anchor, matches, score)
    exchange = _find_exchange(index, anchor.number)
    if exchange is None:
        return hit
    asked = anchor.number in exchange.question
    # The passage may hold only a part of what is shown.
    shown = (exchange.question.start, exchange.reply.stop if asked else exchange.question.stop)
    begin, end = index.transcripts.firsts[[*shown]].tolist()
    return _with_question(
        index, hit, exchange, anchor, find_matches_between(index, interpreted, begin, end)
    )


def _find_exchange(index: Index, cue: int) -> _Exchange | None:
    """Find the exchange in whose question, or at the beginning of whose reply, a cue is said."""
    turns, firsts = index.turns, index.transcripts.firsts
    turn = turns.turn_at(cue)
    asked = turn if turns.questions[turn] >= 0 else turn - 1
    if asked < 0 or turns.questions[asked] < 0:
        return None
    question, reply = turns.cues_of(asked), turns.cues_of(asked + 1)
    words = int(firsts[reply.start] - firsts[cue])
    if not -_REPLY_WORDS < words <= _QUESTION_WORDS:
        return None
    enough = int(firsts.searchsorted(firsts[reply.start] + np.int32(_REPLY_WORDS)))
    reply = range(reply.start, min(enough, reply.stop))
    return _Exchange(question, int(turns.questions[asked]), reply)


def _with_question(
    index: Index, hit: Hit, exchange: _Exchange, anchor: Anchor, matches: Sequence[Match]
) -> Hit:
    """Add the question to a hit in the reply; show a hit in the question with its reply."""
    asked = anchor.number in exchange.question
    number, character = (anchor.number, anchor.character) if asked else (exchange.asks, 0)
    cut = cut_cues(index, exchange.question, number, character, matches, _QUESTION_CHARACTERS)
    question = Question(index.speaker_of(number), cut)
    if not asked:
        return replace(hit, question=question)
    reply = exchange.reply
    return replace(
        hit,
        speaker=index.speaker_of(reply.start),
        snippet=cut_cues(index, reply, reply.start, 0, matches),
        question=question,
    )


def _show(
    index: Index, passage: int, anchor: Anchor, matches: Sequence[Match], score: float
) -> Hit:
    end = index.transcripts.finishes[index.passages.lasts[passage] - 1]
    chapter = int(index.passage_chapters[passage])
    return Hit(
        episode=index.episodes[int(index.passage_episodes[passage])],
        chapter=index.chapters[chapter].title if chapter >= 0 else "",
        speaker=index.speaker_of(anchor.number),
        start=anchor.second,
        end=None if np.isnan(end) else float(end),
        source=index.transcripts.source_of(anchor.number),
        score=score,
        snippet=cut_snippet(index, passage, anchor, matches),
        passage=passage,
        heard_as=anchor.heard_as,
    )
