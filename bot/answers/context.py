"""A passage shown before, alone or in context."""

from dataclasses import replace
from functools import partial
from itertools import chain, groupby

from bot.answers.buttons import context_buttons, passage_buttons, window_buttons
from bot.answers.hints import place_gone
from bot.answers.replies import (
    ButtonKind,
    Reply,
    SpokenTurn,
    clock_time,
    episode_url,
    hit_card,
    quoted,
)
from bot.answers.requests import Request
from bot.answers.windows import step_of, window_at
from bot.library.library import Library
from bot.models import Hit
from bot.quotes.models import MAX_SENTENCES
from bot.search.budget import Budget
from bot.search.hits import show_match, show_passages, show_sentence
from bot.search.index.index import Index
from bot.search.interpretation import InterpretedQuery, interpret
from bot.search.mentions import mentions_in
from bot.search.more_like_this import SAME_SECOND, passages_between, sentences_between
from bot.search.query import parse_query
from bot.search.snippets import find_matches, mark_words
from bot.translations import gettext

# The link starts earlier too, so that people hear the words before.
_EARLIER_SECONDS = 10


def answer_hit(library: Library, request: Request) -> Reply:
    """Show the card a request names again, as it was shown for the request's text."""
    shown = _find_again(library.index, request, _interpret(library.index, request))
    if shown is None:
        return place_gone()
    card = hit_card(shown, partial(passage_buttons, request.text))
    said = gettext("From {title}", title=quoted(shown.episode.title))
    return Reply(said, cards=(card,), names_card=True)


def answer_context(library: Library, request: Request) -> Reply:
    """Show a passage with the words around it, speaker by speaker; its link starts earlier.

    The request's page is a step away from there, to what is said earlier or later.
    """
    index = library.index
    interpreted = _interpret(index, request)
    shown = _find_again(index, request, interpreted)
    if shown is None or shown.start is None:
        return place_gone()
    window = window_at(index, shown.passage, step_of(request.page))
    step = window.step
    begin = index.transcripts.cue(window.cues[0]).start if step else shown.start
    earlier = begin if step or begin is None else max(0.0, begin - _EARLIER_SECONDS)
    card = replace(
        hit_card(shown),
        url=episode_url(shown.episode, earlier),
        time=clock_time(earlier),
        snippet=None,
        turns=_turns(index, request, interpreted, shown.passage, window.cues),
    )
    actions = context_buttons(hit_card(shown), request.text)
    # What is farther away is not the passage that would be shared.
    fitting = tuple(each for each in actions if not step or each.kind is not ButtonKind.SHARE)
    place = {"time": clock_time(begin), "title": quoted(shown.episode.title)}
    said = gettext("From {time} in {title}", **place) if step else say_around(**place)
    return Reply(
        said,
        cards=(replace(card, buttons=fitting),),
        buttons=window_buttons(request, window.earlier, window.later),
        names_card=True,
    )


def say_around(time: str, title: str) -> str:
    """Say that what is said around a time in an episode is shown."""
    return gettext("Around {time} in {title}", time=time, title=title)


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
    if query.has_words or start is None or end is None:
        return None
    return sentences_between(index, slug, start, end, MAX_SENTENCES)


def _begins_at(hit: Hit, second: float) -> bool:
    return hit.start is not None and abs(hit.start - second) < SAME_SECOND


def _turns(
    index: Index, request: Request, interpreted: InterpretedQuery, passage: int, cues: range
) -> tuple[SpokenTurn, ...]:
    """Return the turns of some cues; only the words of the passage have highlights."""
    matches = find_matches(index, interpreted, passage)
    transcripts = index.transcripts
    whole = range(index.passages.firsts[passage], index.passages.lasts[passage])
    shown = _sentences(index, request) or whole
    turns = []
    spoken = groupby(cues, lambda cue: (transcripts.speakers[cue], cue in shown))
    for (_, apart), run in spoken:
        said = list(run)
        snippet = mark_words(index, range(said[0], said[-1] + 1), matches)
        begin = clock_time(transcripts.cue(said[0]).start)
        turns.append(SpokenTurn(index.speaker_of(said[0]), begin, snippet, apart))
    return tuple(turns)
