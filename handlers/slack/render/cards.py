"""Cards -> blocks: a passage, a longer stretch, an episode, and a passage that is shared."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from bot.answers.buttons import open_buttons
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
    credit,
    heading,
    more_chapters,
    play_label,
    quoted,
    remark,
    shared_by,
)
from bot.models import Snippet
from bot.players import is_link
from bot.text import one_line, truncate
from bot.translations import gettext, join_names
from handlers.slack.render.buttons import Surface, action_blocks, card_actions
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
    card: Card,
    place: Surface,
    number: int | None = None,
    *,
    titled: bool = True,
    alone: bool = True,
    best: bool = True,
) -> Parts:
    """Render a card with its buttons; `number` is its position in the list.

    A card that is not `titled` leaves its title out. One that is not `alone` has others beside it,
    of which one is the `best`.
    """
    about = _passage_of(card) if card.time else card.title
    if not (card.turns or card.snippet):
        lead = section(_numbered(number), _label(card), _title(card)) if titled else []
        return [*_episode(card, lead), *action_blocks(card.buttons, place, about)]
    shown = _stretch(card) if card.turns else _passage(card, number, titled=titled, alone=alone)
    return [*shown, *card_actions(card, place, about, alone=alone, best=best)]


def shared_blocks(card: Card, sharer: str) -> Parts:
    """Render a passage shared by the member whose id is `sharer`, which everybody can open."""
    who = person(sharer)
    told = told_blocks(card, [*who, *words(shared_by(bool(who)))])
    offered = replace(card, buttons=open_buttons(card))
    buttons = card_actions(offered, Surface.PUBLIC, _passage_of(card), alone=True, best=True)
    return [*told, *buttons]


def quoted_blocks(card: Card) -> Parts:
    """Render a quote: its words, then who said them, and where."""
    marked = card
    if card.snippet and not card.in_short:
        marked = replace(card, snippet=Snippet(quoted(card.snippet.text)))
    speaker = words(_fact(card.speaker), bold=True)
    name = truncate(one_line(heading(card)), MAX_TITLE)
    # To translators: this follows the name of a speaker.
    title = words(gettext(", in {title}", title=name) if speaker else name)
    place = " · ".join(filter(None, map(_fact, (card.code, card.chapter))))
    return [
        *rich_text(_passage_block(marked), section(speaker, title)),
        *context_block(place, remark(card.source, _fact(card.heard_as))),
    ]


def told_blocks(card: Card, lead: Parts) -> Parts:
    """Render a passage that nobody asked for, below a line that explains it."""
    return [
        *rich_text(section(lead), _who(card), _passage_block(card)),
        *_source(card, alone=True, titled=True),
    ]


def context_block(*lines: str, picture: Payload | None = None) -> Parts:
    """Write lines in small print, beside a small picture if there is one."""
    written = _written(lines)
    pictures = [picture] if picture else []
    return [{"type": "context", "elements": [*pictures, *written]}] if written else []


def pictured_block(picture: Payload, *lines: str) -> Parts:
    """Write lines beside a large picture."""
    return [{"type": "section", "text": text, "accessory": picture} for text in _written(lines)]


def card_picture(card: Card) -> Payload | None:
    """Build the picture of a card's episode; None if it has none of its own."""
    if card.follows or not is_link(card.picture):
        return None
    alt_text = truncate(one_line(card.title), MAX_TITLE) or gettext("The episode")
    return {"type": "image", "image_url": card.picture, "alt_text": alt_text}


def _written(lines: Iterable[str]) -> Parts:
    """Write lines as one plain text, unless all are empty."""
    text = "\n".join(filter(None, map(one_line, lines)))
    cut = truncate(text, TEXT_OBJECT_CHARACTERS)
    return [{"type": "plain_text", "text": cut, "emoji": False}] if text else []


def _passage(card: Card, number: int | None, *, titled: bool, alone: bool) -> Parts:
    """Render who says what, and in small print where."""
    details = (truncate(one_line(each), MAX_DETAIL) for each in card.details[:MAX_DETAILS])
    return [
        *rich_text(_who(card, number), _passage_block(card)),
        *_source(card, alone=alone, titled=titled),
        *context_block(*details),
    ]


def _stretch(card: Card) -> Parts:
    """Render what several speakers say, with a block for each."""
    turns = [block for turn in card.turns[:_MAX_TURNS] for block in _turn(turn)]
    return [*_source(card, alone=False, titled=False), *turns]


def _who(card: Card, number: int | None = None) -> Parts:
    """Name who speaks, or else with whom the episode is."""
    speaker, guests = credit(card)
    name = words(_fact(speaker), bold=True)
    others = words(" " * bool(name) + _fact(guests)) if guests else []
    return section(_numbered(number), _label(card), name, others)


def _source(card: Card, *, alone: bool, titled: bool) -> Parts:
    """Say where a passage is from, with the episode's picture: larger where it is `alone`."""
    title = truncate(one_line(heading(card)), MAX_TITLE) if titled else ""
    code = "" if card.follows else card.code
    time = "" if is_link(card.url) else card.time
    facts = (time, code, card.chapter, remark(card.source, card.heard_as))
    place = " · ".join(filter(None, map(_fact, facts)))
    picture = card_picture(card)
    if not alone:
        return context_block(" · ".join(filter(None, [title, place])), picture=picture)
    return pictured_block(picture, title, place) if picture else context_block(title, place)


def _turn(turn: SpokenTurn) -> Parts:
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
    lines = [
        section(words(gettext("Chapters"), bold=True)),
        *map(section, written[:fitting]),
        *more,
    ]
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
    """Write what is said, below the question that it replies to."""
    said = excerpt_elements(card.snippet, MAX_SNIPPET) if card.snippet else []
    if card.question is None:
        return said
    asked = excerpt_elements(card.question.snippet, MAX_SNIPPET)
    who = _fact(card.question.speaker)
    question = [*(words(f"{who}: ") if who else []), *asked]
    return [*map(_in_italics, question), {"type": "text", "text": "\n"}, *said]


def _in_italics(run: Payload) -> Payload:
    return {**run, "style": {**run.get("style", {}), "italic": True}}


def _title(card: Card) -> Parts:
    return words(truncate(one_line(heading(card)), MAX_TITLE), bold=True)


def _label(card: Card) -> Parts:
    return words(f"{_fact(card.label)} · ") if card.label else []


def _numbered(number: int | None) -> Parts:
    return [] if number is None else words(f"{number}. ", bold=True)


def _place_line(card: Card, *facts: str) -> Parts:
    """Link to the start of an episode, and describe it."""
    watch = link(card.url, play_label("", card.url)) if card.url else []
    known = [text for text in map(_fact, facts) if text]
    lead = " · " if watch and known else ""
    return section(watch, words(lead + " · ".join(known)))


def _passage_of(card: Card) -> str:
    return gettext("the passage at {time} of {title}", time=card.time, title=card.title)


def _fact(text: str) -> str:
    return truncate(one_line(text), MAX_FACT)
