"""A passage shown before, alone or in context."""

from dataclasses import replace
from itertools import chain, groupby

import numpy as np

from bot.answers.hints import GONE
from bot.answers.replies import Reply, SpokenTurn, clock_time, episode_url, hit_card, quoted
from bot.answers.requests import Request
from bot.library.library import Library
from bot.models import Hit
from bot.quotes.models import MAX_SENTENCES
from bot.search.budget import Budget
from bot.search.hits import show_match, show_passages, show_sentence
from bot.search.index.index import Index
from bot.search.interpretation import InterpretedQuery, interpret
from bot.search.mentions import mentions_in
from bot.search.more_like_this import SAME_SECOND, join_cues, passages_between, sentences_between
from bot.search.query import parse_query
from bot.search.snippets import find_matches, mark_words

# Words to show on either side, about as many as a passage has.
_WORDS_AROUND = 70
# The link starts earlier too, so that people hear the words before.
_EARLIER_SECONDS = 10


def answer_hit(library: Library, request: Request) -> Reply:
    """Show the card a request names again, as it was shown for the request's text."""
    shown = _find_again(library.index, request, _interpret(library.index, request))
    if shown is None:
        return GONE
    card = hit_card(shown)
    return Reply(f"From {quoted(shown.episode.title)}", cards=(card,), names_card=True)


def answer_context(library: Library, request: Request) -> Reply:
    """Show a passage with the words around it, speaker by speaker; its link starts earlier."""
    interpreted = _interpret(library.index, request)
    shown = _find_again(library.index, request, interpreted)
    if shown is None or shown.start is None:
        return GONE
    earlier = max(0.0, shown.start - _EARLIER_SECONDS)
    card = replace(
        hit_card(shown),
        url=episode_url(shown.episode, earlier),
        time=clock_time(earlier),
        snippet=None,
        turns=_turns(library.index, request, interpreted, shown.passage),
    )
    title = quoted(shown.episode.title)
    return Reply(f"Around {clock_time(shown.start)} in {title}", cards=(card,), names_card=True)


def _interpret(index: Index, request: Request) -> InterpretedQuery:
    return interpret(index, parse_query(request.text), Budget.of(index))


def _find_again(index: Index, request: Request, interpreted: InterpretedQuery) -> Hit | None:
    """Find the hit, mention or quote shown before; return None if it is gone."""
    slug, start, end = request.episode, request.start, request.end
    if start is None or end is None:
        return None
    sentences = _sentences(index, request)
    if sentences:
        return show_sentence(index, sentences[0], len(sentences))
    passages = passages_between(index, slug, start, end)
    hits = list(show_passages(index, interpreted, passages))
    mentions = (
        show_match(index, match)
        for passage in passages
        for match in mentions_in(index, request.text, passage)
    )
    as_before = (hit for hit in chain(hits, mentions) if _begins_at(hit, start))
    return next(as_before, hits[0] if hits else None)


def _sentences(index: Index, request: Request) -> range | None:
    """Find the sentences of a quote; return None if anything else was shown."""
    query = parse_query(request.text)
    slug, start, end = request.episode, request.start, request.end
    if query.words or query.phrases or start is None or end is None:
        return None
    return sentences_between(index, slug, start, end, MAX_SENTENCES)


def _begins_at(hit: Hit, second: float) -> bool:
    return hit.start is not None and abs(hit.start - second) < SAME_SECOND


def _turns(
    index: Index, request: Request, interpreted: InterpretedQuery, passage: int
) -> tuple[SpokenTurn, ...]:
    """Return the turns of a passage and around it; only the passage has highlights."""
    matches = find_matches(index, interpreted, passage)
    transcripts = index.transcripts
    whole = range(index.passages.firsts[passage], index.passages.lasts[passage])
    shown = _sentences(index, request) or whole
    turns = []
    spoken = groupby(_around(index, passage), lambda cue: (transcripts.speakers[cue], cue in shown))
    for (speaker, apart), run in spoken:
        cues = list(run)
        text = join_cues(index, cues)
        begin = transcripts.cue(cues[0]).start
        snippet = mark_words(index, cues[0], text, matches)
        turns.append(
            SpokenTurn(transcripts.speaker_names[speaker], clock_time(begin), snippet, apart)
        )
    return tuple(turns)


def _around(index: Index, passage: int) -> range:
    """Return the cues of a passage and of about _WORDS_AROUND words on either side."""
    transcripts = index.transcripts
    first, last = int(index.passages.firsts[passage]), int(index.passages.lasts[passage])
    episode = transcripts.episodes[first]
    begin, end = np.searchsorted(transcripts.episodes, [episode, episode + 1]).tolist()
    starts = transcripts.firsts
    while first > begin and starts[index.passages.firsts[passage]] - starts[first] < _WORDS_AROUND:
        first -= 1
    while last < end and starts[last] - starts[index.passages.lasts[passage]] < _WORDS_AROUND:
        last += 1
    return range(first, last)
