"""Answers as JSON for programs, in the agreed form."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.answers.replies import Card, Reply, clock_time, video_url
from bot.models import Episode, Origin
from bot.quotes.extraction import ScoredQuote

Row = dict[str, Any]


def search_object(typed: str, reply: Reply, took_ms: float) -> Row:
    """Lay out the answer to a search."""
    return {
        "query": typed,
        "took_ms": round(took_ms, 3),
        "suggestion": reply.suggestion,
        "hits": [_hit_object(card) for card in reply.cards if card.snippet],
    }


def saying_objects(sayings: Iterable[ScoredQuote], episodes: Mapping[str, Episode]) -> list[Row]:
    """Lay out what can be quoted; `episodes` are by their slugs."""
    return [_saying_object(saying, episodes[saying.episode]) for saying in sayings]


def _hit_object(card: Card) -> Row:
    return {
        "episode": card.episode,
        "title": card.title,
        "speaker": card.speaker,
        "chapter": card.chapter,
        "start": card.start,
        "end": card.end,
        "time": card.time,
        "url": card.url,
        "text": card.snippet.text if card.snippet else "",
        "score": card.score,
        "source": card.source or Origin.EDITED,
    }


def _saying_object(saying: ScoredQuote, episode: Episode) -> Row:
    return {
        "episode": saying.episode,
        "title": episode.title,
        "start": None if saying.start is None else round(saying.start, 2),
        "time": clock_time(saying.start),
        "url": video_url(episode.youtube, saying.start),
        "speaker": saying.speaker,
        "chapter": saying.chapter,
        "text": saying.text,
        "score": saying.score,
        "reasons": list(saying.reasons),
        "id": saying.id,
    }
