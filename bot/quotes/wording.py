"""Whether quotes were said as they are written: what captions tell, or else other episodes."""

from collections import Counter
from dataclasses import replace

import numpy as np

from bot.models import LITERAL, Question
from bot.quotes.models import Wording
from bot.quotes.questions import question_at, question_before
from bot.search.index.analysis import terms_of
from bot.search.index.index import Index
from bot.search.index.passages import UNHEARD

# So many sentences with captions tell how a podcast edits.
_ENOUGH = 30


def usual_shares(index: Index) -> tuple[float | None, ...]:
    """Return the share of their words that sentences of each episode usually have in captions.

    An episode without captions is taken for one of the nearest season that has some, or of the
    podcast. None where too little is known.
    """
    transcripts = index.transcripts
    known = transcripts.heard != UNHEARD
    owners, size = transcripts.episodes[known], len(index.episodes)
    counts = np.bincount(owners, minlength=size).tolist()
    shares = np.bincount(owners, transcripts.heard[known] / 100, minlength=size).tolist()
    told: Counter[int | None] = Counter()
    summed: Counter[int | None] = Counter()
    for episode, count, share in zip(index.episodes, counts, shares, strict=True):
        told[episode.season] += count
        summed[episode.season] += share
    means = {season: summed[season] / told[season] for season in told if told[season] >= _ENOUGH}
    whole = sum(shares) / sum(counts) if sum(counts) >= _ENOUGH else None
    return tuple(
        share / count if count >= _ENOUGH else _nearest(episode.season, means, whole)
        for episode, count, share in zip(index.episodes, counts, shares, strict=True)
    )


def wording_of(index: Index, cues: range, usual: float | None) -> Wording:
    """Return how captions have some cues, and which question they answer.

    `usual` is that of `usual_shares`. A question that was asked in other words is left out.
    """
    wording, asked = _heard(index, cues, usual), question_before(index, cues.start)
    return wording if asked is None else replace(wording, question=_asked(index, asked, usual))


def find_question(index: Index, cue: int) -> Question | None:
    """Return the question that a quote answers which begins at a cue, as `wording_of` does."""
    asked = question_before(index, cue)
    if asked is None:
        return None
    return _asked(index, asked, usual_shares(index)[int(index.transcripts.episodes[cue])])


def find_wording(index: Index, episode: str, words: str) -> Wording | None:
    """Return how captions have words that an episode, by its slug, contains in a row.

    Return None if it does not contain them.
    """
    wanted = terms_of(words)
    numbers = [number for number, each in enumerate(index.episodes) if each.slug == episode]
    for number in numbers:
        said = f" {index.words_said_in(number)} "
        place = said.find(f" {' '.join(wanted)} ")
        if place >= 0:
            first = int(index.episode_terms[0][number]) + said[:place].count(" ")
            last = index.transcripts.cue_at(first + len(wanted) - 1)
            cues = range(index.transcripts.cue_at(first), last + 1)
            return wording_of(index, cues, usual_shares(index)[number])
    return None


def _asked(index: Index, cue: int, usual: float | None) -> Question | None:
    literal = _heard(index, range(cue, cue + 1), usual).is_literal
    return question_at(index, cue) if literal else None


def _heard(index: Index, cues: range, usual: float | None) -> Wording:
    heard = [index.transcripts.heard_of(cue) for cue in cues]
    told = [each for each in heard if each]
    if len(told) < len(heard):
        return Wording(usual=usual)
    share = min(each.share for each in told)
    if share >= LITERAL:
        return Wording(share, usual=usual)
    spoken = (
        each.words or index.transcripts.text_of(cue) for cue, each in zip(cues, told, strict=True)
    )
    return Wording(share, " ".join(spoken), usual)


def _nearest(
    season: int | None, means: dict[int | None, float], whole: float | None
) -> float | None:
    """Return the mean of a season, or of the one nearest to it; of two, the earlier counts."""
    if season is None:
        return whole
    known = [other for other in means if other is not None]
    near = min(known, key=lambda other: (abs(other - season), other), default=None)
    return whole if near is None else means[near]
