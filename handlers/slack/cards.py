"""Cards -> blocks: a passage, a longer stretch, an episode, and a passage that is shared."""

from bot.cleaning import one_line
from bot.models import Source
from bot.replies import Card, Moment, Turn, join_names
from bot.wording import count_of, shorten
from handlers.slack.buttons import Place, action_blocks
from handlers.slack.limits import TEXT_CHARACTERS
from handlers.slack.rich_text import (
    Parts,
    excerpt,
    link,
    person,
    quote,
    rich_text,
    section,
    words,
)

# Titles and names that are longer than these say nothing more.
_TITLE = 150
_FACT = 100
_DETAIL = 300
_SNIPPET = 700
_MOST_CHAPTERS = 20
_MOST_DETAILS = 10
# Nobody reads on for longer than these; the video is better then.
_MOST_TURNS = 30
_TURN = 1500


def card_blocks(
    card: Card, place: Place, number: int | None = None, *, titled: bool = True
) -> Parts:
    """Show a card with its buttons; `number` is its place among others.

    It is not `titled` where something above it says its title.
    """
    lead = section(_numbered(number), _title(card)) if titled else []
    if card.turns:
        shown = _stretch(card, lead)
    elif card.snippet:
        shown = _passage(card, lead)
    else:
        shown = _episode(card, lead)
    about = f"the passage at {card.time} of {card.title}" if card.time else card.title
    return [*shown, *action_blocks(card.actions, place, about)]


def shared_blocks(card: Card, sharer: str) -> Parts:
    """Show a passage to everybody, in the name of the member whose id is `sharer`."""
    who = person(sharer)
    lead = words(" shared from the podcast:" if who else "Shared from the podcast:")
    speaker = _fact(card.speaker)
    return [
        *rich_text(
            section(who, lead),
            quote(_said(card)),
            section(words(f"{speaker}, in " if speaker else ""), _title(card)),
            _place_line(card, card.code, card.chapter),
        ),
        *_remark(card),
    ]


def small(*lines: str) -> Parts:
    """Write lines in small print."""
    text = "\n".join(filter(None, map(one_line, lines)))
    if not text:
        return []
    element = {"type": "plain_text", "text": shorten(text, TEXT_CHARACTERS), "emoji": False}
    return [{"type": "context", "elements": [element]}]


def _passage(card: Card, lead: Parts) -> Parts:
    place = _place_line(card, card.speaker, card.code, card.chapter)
    return [*rich_text(lead, quote(_said(card)), place), *_remark(card)]


def _stretch(card: Card, lead: Parts) -> Parts:
    """Show what several speakers say, a block for each so that they stand apart."""
    head = rich_text(lead, _place_line(card, card.code, card.chapter))
    turns = [block for turn in card.turns[:_MOST_TURNS] for block in _turn(turn)]
    return [*head, *turns, *_remark(card)]


def _turn(turn: Turn) -> Parts:
    speaker = words(_fact(turn.speaker), bold=True)
    time = words("  " * bool(speaker) + _fact(turn.time))
    return rich_text(section(speaker, time), section(excerpt(turn.snippet, _TURN)))


def _episode(card: Card, lead: Parts) -> Parts:
    place = _place_line(card, card.code, join_names(card.guests))
    details = [section(words(shorten(one_line(each), _DETAIL))) for each in card.details]
    return [*rich_text(lead, place, *details[:_MOST_DETAILS]), *_chapters(card)]


def _chapters(card: Card) -> Parts:
    if not card.chapters:
        return []
    lines = [_chapter(moment) for moment in card.chapters[:_MOST_CHAPTERS]]
    left = len(card.chapters) - len(lines)
    more = [section(words(f"… and {count_of(left, 'more chapter')}"))] if left else []
    return rich_text(section(words("Chapters", bold=True)), *lines, *more)


def _chapter(moment: Moment) -> Parts:
    return section(link(moment.url, _fact(moment.time) or "▶"), words(f"  {_fact(moment.title)}"))


def _said(card: Card) -> Parts:
    return excerpt(card.snippet, _SNIPPET) if card.snippet else []


def _title(card: Card) -> Parts:
    return words(shorten(one_line(card.title), _TITLE), bold=True)


def _numbered(number: int | None) -> Parts:
    return [] if number is None else words(f"{number}. ", bold=True)


def _place_line(card: Card, *facts: str) -> Parts:
    """Link to a second of the video, or to its beginning, and tell what is there."""
    time = _fact(card.time)
    watch = link(card.url, f"▶ {time or 'Watch'}") if card.url else words(time)
    known = [text for text in map(_fact, facts) if text]
    lead = " · " if watch and known else ""
    return section(watch, words(lead + " · ".join(known)))


def _fact(text: str) -> str:
    return shorten(one_line(text), _FACT)


def _remark(card: Card) -> Parts:
    if card.source is not Source.CAPTIONS:
        return []
    heard = f", heard as “{_fact(card.heard_as)}”" if card.heard_as else ""
    return small(f"Automatic captions{heard}")
