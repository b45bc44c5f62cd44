"""Who asks and who answers: the words of hosts, as opposed to those of guests."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from bot.arrays import Ints, Mask
from bot.models import Episode
from bot.search.index.names import full_names
from bot.search.index.passages import Passages, Transcripts

# A passage that ends with a question is shown with about so many words of the reply.
_REPLY_WORDS = 40


@dataclass(frozen=True, slots=True)
class Hosts:
    """The words of hosts: whoever speaks in an episode whose guests speak too, but is none of them.

    `speaks[c]` says whether a host speaks cue `c`, `said[t]` whether one says term `t`, counted
    over the corpus. Of passage `p`, hosts say `words[p]` terms. Showing it may show the cues up to
    and without `reaches[p]`, because a question is shown with its reply.
    """

    speaks: Mask
    said: Mask
    words: Ints
    reaches: Ints


def find_hosts(episodes: Sequence[Episode], transcripts: Transcripts, passages: Passages) -> Hosts:
    """Find the words of hosts in a corpus and in its passages."""
    speaks = _host_cues(episodes, transcripts)
    said: Mask = np.zeros(len(transcripts.terms), dtype=np.bool_)
    said[transcripts.firsts[0] :] = np.repeat(speaks, np.diff(transcripts.firsts))
    before = np.concatenate(([0], np.cumsum(said, dtype=np.int32)))
    words = before[transcripts.firsts[passages.lasts]] - before[transcripts.firsts[passages.firsts]]
    reaches = [_reach(speaks, transcripts, last) for last in passages.lasts.tolist()]
    return Hosts(speaks, said, words.astype(np.int32), np.array(reaches, dtype=np.int32))


def _host_cues(episodes: Sequence[Episode], transcripts: Transcripts) -> Mask:
    named = transcripts.speaker_names
    roles: Mask = np.zeros((len(episodes), len(named)), dtype=np.bool_)
    pairs = np.unique(np.column_stack((transcripts.episodes, transcripts.speakers)), axis=0)
    for number, run in groupby(pairs.tolist(), key=lambda pair: pair[0]):
        speaking = {named[speaker]: speaker for _, speaker in run if named[speaker]}
        full = full_names(speaking, episodes[number])
        guests = {guest.name for guest in episodes[number].guests}
        if not guests.isdisjoint(full.values()):
            hosts = [speaking[name] for name in speaking if full[name] not in guests]
            roles[number, hosts] = True
    return roles[transcripts.episodes, transcripts.speakers]


def _reach(speaks: Mask, transcripts: Transcripts, last: int) -> int:
    """Return the cue past those shown with a passage that ends before `last`."""
    reply = reply_after(speaks, transcripts, last - 1) if speaks[last - 1] else None
    if reply is None:
        return last
    enough = np.int32(transcripts.firsts[reply] + _REPLY_WORDS)
    shown = int(transcripts.firsts.searchsorted(enough))
    return min(shown, end_of_turn(transcripts, reply))


def reply_after(speaks: Mask, transcripts: Transcripts, cue: int) -> int | None:
    """Return the first cue of the guest's reply to a cue of a host; None if there is no reply."""
    reply = end_of_turn(transcripts, cue)
    if reply == len(speaks) or transcripts.episodes[reply] != transcripts.episodes[cue]:
        return None
    named = bool(transcripts.speaker_names[transcripts.speakers[reply]])
    return reply if named and not speaks[reply] else None


def start_of_turn(transcripts: Transcripts, cue: int) -> int:
    """Return the first cue of the turn that holds one: what a speaker says without a break."""
    while cue and _same_turn(transcripts, cue - 1, cue):
        cue -= 1
    return cue


def end_of_turn(transcripts: Transcripts, cue: int) -> int:
    """Return the cue past the last of the turn that holds one."""
    cue += 1
    while cue < len(transcripts.speakers) and _same_turn(transcripts, cue - 1, cue):
        cue += 1
    return cue


def _same_turn(transcripts: Transcripts, one: int, two: int) -> bool:
    return bool(
        transcripts.speakers[one] == transcripts.speakers[two]
        and transcripts.episodes[one] == transcripts.episodes[two]
        and transcripts.captions[one] == transcripts.captions[two]
    )
