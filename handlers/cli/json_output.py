"""Answers as JSON for programs, in the agreed form."""

from typing import Any

from bot.answers.replies import Card, Reply
from bot.models import Origin

Row = dict[str, Any]


def search_object(typed: str, reply: Reply, took_ms: float) -> Row:
    """Lay out the answer to a search."""
    return {
        "query": typed,
        "took_ms": round(took_ms, 3),
        "suggestion": reply.suggestion,
        "hits": [_hit_object(card) for card in reply.cards if card.snippet],
    }


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
