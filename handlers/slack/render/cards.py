"""Cards -> blocks: a passage, a longer stretch, an episode, and a passage that is shared."""

from collections.abc import Sequence
from itertools import accumulate

from bot.answers.replies import (
    MAX_DETAIL,
    MAX_DETAILS,
    MAX_FACT,
    MAX_SNIPPET,
    MAX_TITLE,
    MAX_TURN,
    Card,
    Moment,
    SpokenTurn,
    heading,
    join_names,
    more_chapters,
    play_label,
    remark,
    said_by,
    shared_by,
)
from bot.text import one_line, truncate
from handlers.slack.render.buttons import Surface, action_blocks
from handlers.slack.render.limits import TEXT_OBJECT_CHARACTERS
from handlers.slack.render.rich_text import (
    Parts,
    Payload,
    excerpt_elements,
    link,
    person,
    quote_block,
    rich_text,
    section,
    words,
)

# The most that details and chapters may take, so that the text above them and the fallback fit.
_EPISODE = 6000
# So many lines with a time and a title do not exceed the limit of a text.
_CHAPTERS_IN_BLOCK = 25
# Nobody knows whether Slack counts addresses; if so, long ones are to leave room.
_USUAL_LINK = 64
# Beyond that, watching the video is better than reading.
_MAX_TURNS = 30


def card_blocks(
    card: Card, place: Surface, number: int | None = None, *, titled: bool = True
) -> Parts:
    """Render a card with its buttons; `number` is its position in the list.

    A card that is not `titled` leaves its title out.
    """
    lead = section(_numbered(number), _label(card), _title(card)) if titled else []
    if card.turns:
        shown = _stretch(card, lead)
    elif card.snippet:
        shown = _passage(card, lead)
    else:
        shown = _episode(card, lead)
    about = f"the passage at {card.time} of {card.title}" if card.time else card.title
    return [*shown, *action_blocks(card.buttons, place, about)]


def shared_blocks(card: Card, sharer: str) -> Parts:
    """Render a passage shared by the member whose id is `sharer`."""
    who = person(sharer)
    return told_blocks(card, [*who, *words(shared_by(bool(who)))])


def told_blocks(card: Card, lead: Parts) -> Parts:
    """Render a passage that nobody asked for, below a line that explains it."""
    speaker = _fact(card.speaker)
    return [
        *rich_text(
            section(lead),
            _passage_block(card),
            section(words(f"{speaker}, in " if speaker else ""), _title(card)),
            _place_line(card, card.code, card.chapter),
        ),
        *_remark(card),
    ]


def context_block(*lines: str) -> Parts:
    """Write lines in small print."""
    text = "\n".join(filter(None, map(one_line, lines)))
    if not text:
        return []
    element = {"type": "plain_text", "text": truncate(text, TEXT_OBJECT_CHARACTERS), "emoji": False}
    return [{"type": "context", "elements": [element]}]


def _passage(card: Card, lead: Parts) -> Parts:
    code = "" if card.follows else card.code
    place = _place_line(card, card.speaker, code, card.chapter)
    details = (truncate(one_line(each), MAX_DETAIL) for each in card.details[:MAX_DETAILS])
    return [
        *rich_text(lead, _passage_block(card), place),
        *context_block(*details),
        *_remark(card),
    ]


def _stretch(card: Card, lead: Parts) -> Parts:
    """Render what several speakers say, with a block for each."""
    head = rich_text(lead, _place_line(card, card.code, card.chapter))
    turns = [block for turn in card.turns[:_MAX_TURNS] for block in _replace_message(turn)]
    return [*head, *turns, *_remark(card)]


def _replace_message(turn: SpokenTurn) -> Parts:
    speaker = words(_fact(turn.speaker), bold=True)
    time = words("  " * bool(speaker) + _fact(turn.time))
    show = quote_block if turn.apart else section
    return rich_text(section(speaker, time), show(excerpt_elements(turn.snippet, MAX_TURN)))


def _episode(card: Card, lead: Parts) -> Parts:
    place = _place_line(card, card.code, join_names(card.guests))
    details = [truncate(one_line(each), MAX_DETAIL) for each in card.details[:MAX_DETAILS]]
    chapters = _chapters(card.chapters, _EPISODE - sum(map(len, details)))
    return [*rich_text(lead, place, *(section(words(each)) for each in details)), *chapters]


def _chapters(chapters: Sequence[Moment], most: int) -> Parts:
    """List as many chapters as fit in `most` characters, in blocks."""
    if not chapters:
        return []
    written = [_chapter(moment) for moment in chapters]
    ends = accumulate(sum(map(_size, runs)) for runs in written)
    fitting = sum(end <= most for end in ends)
    left = len(written) - fitting
    more = [section(words(more_chapters(left)))] if left else []
    lines = [section(words("Chapters", bold=True)), *map(section, written[:fitting]), *more]
    starts = range(0, len(lines), _CHAPTERS_IN_BLOCK)
    return [block for n in starts for block in rich_text(*lines[n : n + _CHAPTERS_IN_BLOCK])]


def _chapter(moment: Moment) -> Parts:
    return [*link(moment.url, _fact(moment.time) or "▶"), *words(f"  {_fact(moment.title)}")]


def _size(run: Payload) -> int:
    """Return how much of a message a run takes, and the address of its link, if that is long."""
    return len(run["text"]) + max(0, len(run.get("url", "")) - _USUAL_LINK)


def _passage_block(card: Card) -> Parts:
    return section(_said(card)) if card.in_short else quote_block(_said(card))


def _said(card: Card) -> Parts:
    lines = [
        [*_speaker(turn, first=not at), *excerpt_elements(turn.snippet, MAX_SNIPPET)]
        for at, turn in enumerate(said_by(card))
    ]
    return [run for line in lines for run in line]


def _speaker(turn: SpokenTurn, *, first: bool) -> Parts:
    """Name a speaker at the beginning of a line."""
    name = _fact(turn.speaker)
    return words(f"{name}: " if first else f"\n{name}: ", bold=True) if name else []


def _title(card: Card) -> Parts:
    return words(truncate(one_line(heading(card)), MAX_TITLE), bold=True)


def _label(card: Card) -> Parts:
    return words(f"{_fact(card.label)} · ") if card.label else []


def _numbered(number: int | None) -> Parts:
    return [] if number is None else words(f"{number}. ", bold=True)


def _place_line(card: Card, *facts: str) -> Parts:
    """Link to a second of the episode or to its start, and describe the place."""
    time = _fact(card.time)
    watch = link(card.url, play_label(time, card.url)) if card.url else words(time)
    known = [text for text in map(_fact, facts) if text]
    lead = " · " if watch and known else ""
    return section(watch, words(lead + " · ".join(known)))


def _fact(text: str) -> str:
    return truncate(one_line(text), MAX_FACT)


def _remark(card: Card) -> Parts:
    return context_block(remark(card.source, _fact(card.heard_as)))
