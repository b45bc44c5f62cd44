"""Exchanges: a host's question and the reply that follows, which are shown as one hit."""

from dataclasses import dataclass

from bot.search.index.hosts import end_of_turn, reply_after, start_of_turn
from bot.search.index.index import Index

# A question is this near to the end of what its host says, in words. What is farther is a remark.
_QUESTION_WORDS = 120
# This much of a reply, in words, is shown with its question; later, that is long ago.
_REPLY_WORDS = 70
_QUESTION_MARKS = ("?", "？", "؟")


@dataclass(frozen=True, slots=True)
class Exchange:
    """The cues in which a host asks, of which `asks` is the question, and a guest replies."""

    question: range
    asks: int
    reply: range


def find_exchange(index: Index, cue: int) -> Exchange | None:
    """Find the exchange in whose question, or at the beginning of whose reply, a cue is said."""
    transcripts = index.transcripts
    asked = cue if index.hosts.speaks[cue] else start_of_turn(transcripts, cue) - 1
    if asked < 0 or not index.hosts.speaks[asked]:
        return None
    reply = reply_after(index.hosts.speaks, transcripts, asked)
    if reply is None:
        return None
    words = int(transcripts.firsts[reply] - transcripts.firsts[cue])
    question = range(start_of_turn(transcripts, asked), reply)
    asks = next((n for n in reversed(question) if _is_question(index, n)), None)
    if asks is None or not -_REPLY_WORDS < words <= _QUESTION_WORDS:
        return None
    return Exchange(question, asks, range(reply, end_of_turn(transcripts, reply)))


def _is_question(index: Index, cue: int) -> bool:
    return any(mark in index.transcripts.text_of(cue) for mark in _QUESTION_MARKS)
