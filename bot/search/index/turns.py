"""Turns: who asks and who replies, and which words are a host's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from bot.arrays import Ints, Mask, counts_before, stretches
from bot.models import Episode
from bot.search.index.passages import Passages, Transcripts

_QUESTION_MARKS = [mark.encode() for mark in ("?", "？", "؟")]
# A passage that ends with a question is shown with about so many words of the reply.
_REPLY_WORDS = 40


@dataclass(frozen=True, slots=True)
class Turns:
    """The turns of a corpus: what somebody says until somebody else speaks.

    Turn `t` is the cues `firsts[t]` up to and without `firsts[t + 1]`. If a host asks in it and a
    guest goes on, cue `questions[t]` is the question, else that is -1. `by_host` says in a bit for
    each word of the corpus whether a host says it; hosts say `host_words[p]` words of passage `p`.
    Showing it may show the cues up to and without `reaches[p]`, because a question is shown with
    its reply.

    A host is whoever speaks in an episode whose guests speak too, and is none of them.
    """

    firsts: Ints
    questions: Ints
    by_host: NDArray[np.uint8]
    host_words: Ints
    reaches: Ints

    def turn_at(self, cue: int) -> int:
        """Find the turn that holds a cue."""
        # A plain int would make numpy copy the whole array as 64-bit numbers.
        return int(self.firsts.searchsorted(np.int32(cue), side="right")) - 1

    def is_by_host(self, place: int) -> bool:
        """Say whether a host speaks at a place."""
        return bool(int(self.by_host[place >> 3]) >> (place & 7) & 1)

    def are_by_host(self, places: NDArray[np.integer]) -> Mask:
        """Say at which of some places a host speaks."""
        said: Mask = (self.by_host.take(places >> 3) >> (places & 7) & 1).astype(np.bool_)
        return said

    def cues_of(self, turn: int) -> range:
        """List the cues of a turn."""
        return range(int(self.firsts[turn]), int(self.firsts[turn + 1]))


def find_turns(
    episodes: Sequence[Episode],
    transcripts: Transcripts,
    passages: Passages,
    speakers: Mapping[tuple[int, int], str],
) -> Turns:
    """Find the turns of a corpus, and what hosts say in its passages.

    `speakers` has the full name of each (episode, speaker number) that has a name.
    """
    firsts = _first_cues(transcripts)
    hosts = _cues_of_hosts(episodes, transcripts, speakers)
    replied = _replied(transcripts, firsts, hosts)
    by_host: Mask = np.zeros(len(transcripts.terms), dtype=np.bool_)
    by_host[transcripts.firsts[0] :] = np.repeat(hosts, np.diff(transcripts.firsts))
    said = counts_before(by_host)
    begins, ends = (transcripts.firsts[cues] for cues in (passages.firsts, passages.lasts))
    return Turns(
        firsts,
        _questions(transcripts, firsts, replied),
        np.packbits(by_host, bitorder="little"),
        host_words=said[ends] - said[begins],
        reaches=_reaches(transcripts, passages, firsts, replied),
    )


def _first_cues(transcripts: Transcripts) -> Ints:
    """List the first cue of each turn, and the number of cues."""
    columns = (transcripts.episodes, transcripts.captions, transcripts.speakers)
    changes = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    inner = np.flatnonzero(changes) + 1
    bounds = (*[0] * bool(len(transcripts.speakers)), *inner, len(transcripts.speakers))
    return np.array(bounds, dtype=np.int32)


def _cues_of_hosts(
    episodes: Sequence[Episode],
    transcripts: Transcripts,
    named: Mapping[tuple[int, int], str],
) -> Mask:
    hosts: Mask = np.zeros((len(episodes), len(transcripts.speaker_names)), dtype=np.bool_)
    guests = [{guest.name for guest in episode.guests} for episode in episodes]
    answered = {episode for (episode, _), name in named.items() if name in guests[episode]}
    for (episode, speaker), name in named.items():
        hosts[episode, speaker] = episode in answered and name not in guests[episode]
    return hosts[transcripts.episodes, transcripts.speakers]


def _replied(transcripts: Transcripts, firsts: Ints, hosts: Mask) -> Mask:
    """Say which turns are a host's that a guest replies to."""
    starts = firsts[:-1]
    named = np.array([bool(name) for name in transcripts.speaker_names], dtype=np.bool_)
    by_guest = named[transcripts.speakers[starts]] & ~hosts[starts]
    replied: Mask = np.zeros(len(starts), dtype=np.bool_)
    together = np.diff(transcripts.episodes[starts]) == 0
    replied[:-1] = hosts[starts[:-1]] & by_guest[1:] & together
    return replied


def _questions(transcripts: Transcripts, firsts: Ints, replied: Mask) -> Ints:
    """Find the last question in each turn with a reply."""
    asking = np.append(-1, _asking(transcripts))
    last = asking[asking.searchsorted(firsts[1:]) - 1]
    return np.where(replied & (last >= firsts[:-1]), last, -1).astype(np.int32)


def _asking(transcripts: Transcripts) -> NDArray[np.intp]:
    """List the cues with a question mark, ascending; one with several may repeat."""
    text, found = transcripts.text, [np.empty(0, dtype=np.intp)]
    for mark, some in product(_QUESTION_MARKS, stretches(len(text))):
        at = np.flatnonzero(text[some] == mark[0]) + some.start
        for behind, byte in enumerate(mark[1:], 1):
            at = at[text[at + behind] == byte]
        found.append(at)
    return transcripts.ends.searchsorted(np.sort(np.concatenate(found)), side="right")


def _reaches(transcripts: Transcripts, passages: Passages, firsts: Ints, replied: Mask) -> Ints:
    """Find the cue past those shown with each passage."""
    turns = firsts.searchsorted(passages.lasts - 1, side="right") - 1
    reply = turns + 1
    enough = transcripts.firsts[firsts[reply]] + np.int32(_REPLY_WORDS)
    shown = transcripts.firsts.searchsorted(enough)
    ends = firsts[np.minimum(reply + 1, len(firsts) - 1)]
    reaches: Ints = np.where(replied[turns], np.minimum(shown, ends), passages.lasts)
    return reaches.astype(np.int32)
