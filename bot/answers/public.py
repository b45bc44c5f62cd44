"""Answers that everybody sees: short, with buttons that answer whoever presses them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.answers.buttons import all_button
from bot.answers.replies import Button, ButtonKind, Card, Reply
from bot.models import Snippet
from bot.search.snippets import shorten_snippet

# So many passages, of which the first is shown in full.
_MOST_PASSAGES = 3
_IN_SHORT = 140
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"”’)]*+(?:\s+|$)|[。！？]")


def is_for_everybody(reply: Reply) -> bool:
    """Return whether an answer is of use to others than the person who asked."""
    return not reply.private and bool(reply.cards or reply.mentions)


def for_everybody(reply: Reply) -> Reply:
    """Shorten an answer: the best passage in full, and at most two others in short.

    Pages are not turned, as others read them too; one button shows everything privately.
    """
    if len(reply.cards) < 2 or not any(card.snippet for card in reply.cards):
        return reply
    cards = reply.cards[:_MOST_PASSAGES]
    others = tuple(each for each in reply.buttons if each.kind is not ButtonKind.TURN)
    left_out = reply.more or len(cards) < len(reply.cards)
    rest = all_button(reply.asked) if left_out and reply.asked else ()
    return replace(
        reply,
        cards=(*cards[:1], *map(_in_short, cards[1:])),
        buttons=(*rest, *others),
    )


def for_anybody(buttons: Sequence[Button]) -> Iterator[Button]:
    """Yield the buttons that a message for everybody has: nobody shares it, or turns its pages."""
    for each in buttons:
        if each.kind is ButtonKind.TURN:
            yield replace(each, kind=ButtonKind.ASK)
        elif each.kind is not ButtonKind.SHARE:
            yield each


def _in_short(card: Card) -> Card:
    if card.snippet is None:
        return card
    return replace(card, snippet=_sentence_of(card.snippet), question=None)


def _sentence_of(snippet: Snippet) -> Snippet:
    """Cut a snippet to the sentences from that of its first match on, as far as there is room."""
    first = snippet.spans[0][0] if snippet.spans else 0
    ends = [found.end() for found in _SENTENCE_END.finditer(snippet.text)]
    begin = max((end for end in ends if end <= first), default=0)
    if first - begin > _IN_SHORT // 2:  # the sentence is too long for its match to be shown
        return shorten_snippet(snippet, first, _IN_SHORT)
    end = max((end for end in ends if first < end <= begin + _IN_SHORT), default=0)
    spans = ((start - begin, stop - begin) for start, stop in snippet.spans if start >= begin)
    rest = Snippet(snippet.text[begin:], tuple(spans))
    if not end:
        return shorten_snippet(rest, 0, _IN_SHORT)
    kept = snippet.text[begin:end].rstrip()
    return Snippet(kept, tuple(span for span in rest.spans if span[1] <= len(kept)))
