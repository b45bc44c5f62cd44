"""Cards -> blocks: a passage, a longer stretch, an episode; and a shared passage as plain text.

A block is a part of a message: text in Discord's markdown, and the buttons that belong to it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate

from bot.answers.replies import (
    MAX_DETAIL,
    MAX_DETAILS,
    MAX_FACT,
    MAX_SNIPPET,
    MAX_TITLE,
    MAX_TURN,
    Button,
    Card,
    Moment,
    credit,
    heading,
    more_chapters,
    play_label,
    quoted,
    remark,
    shared_by,
)
from bot.models import Snippet
from bot.text import truncate
from bot.translations import gettext, join_names
from handlers.discord.render.limits import CONTENT
from handlers.discord.render.markdown import (
    approved,
    block_quote,
    bold,
    excerpt,
    joined,
    literal,
    masked,
    small_print,
)

_SHORTEST_TURN = 100
_CUT = "\n…"


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens what can be played."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Block:
    """A text, a link that plays it, more text below them, and buttons.

    A passage says who and what in its text, and in small print, `place`, where; the address of the
    episode's picture goes beside that. Its buttons are below, so that they do not squeeze the text.
    """

    text: str
    watch: Link | None = None
    below: str = ""
    buttons: tuple[Button, ...] = ()
    place: str = ""
    picture: str = ""
    is_passage: bool = False


def card_block(
    card: Card, most: int, number: int | None, *, titled: bool, said: int = MAX_SNIPPET
) -> Block:
    """Render a card in at most `most` characters; `number` is its position in the list.

    A card that is not `titled` leaves its title out. A passage has at most `said` characters.
    """
    if card.turns or card.snippet:
        return _passage(card, most, number, titled=titled, most_said=said)
    title = _title(card, number) if titled else ""
    if card.buttons:
        # A single button goes beside the text; two would need a row, for which a list has no room.
        return Block(
            _lines((title, small_print(_about(card, _link(card)))), most), buttons=card.buttons
        )
    lead = _lines((title, small_print(_about(card))), most)
    return Block(lead, watch_link(card), _episode(card, most - len(lead)))


def shared_text(card: Card, sharer: str) -> str:
    """Write a passage that a member shares, with its link below it."""
    who = bold(literal(sharer, MAX_FACT))
    return _aloud(card, who + shared_by(bool(who)), MAX_SNIPPET)


def posted_text(card: Card, told: str) -> str:
    """Write a whole passage first, then who says it where, what is `told` of it, and its link.

    Only the question that it replies to is above it.
    """
    place = small_print(_place(card, titled=True))
    below = _below(_who(card), place, told, approved(card.url))
    room = CONTENT - len(_below(_question(card), block_quote(" "), below))
    if card.snippet and not card.in_short:
        card = replace(card, snippet=Snippet(quoted(card.snippet.text)))
    return _below(_question(card), _said(card, room), below)


def watch_link(card: Card) -> Link | None:
    """Return the link that plays a card, if it has a safe one."""
    url = approved(card.url)
    return Link(play_label(card.time, url), url) if url else None


def describe_passage(card: Card) -> str:
    """Say in a few words which passage a card is: who speaks, and when."""
    who = " ".join(filter(None, credit(card)))
    if who and card.time:
        return gettext("{who} at {time}", who=who, time=card.time)
    return who or card.time


def numbered_text(card: Card, number: int, most: int) -> str:
    """Write one of several passages with its number, who says it and where, in a few lines."""
    place = joined(_fact(card.speaker), _fact(card.title), _link(card))
    below = small_print(place)
    lead = _below(bold(f"{number}."), _question(card))
    return _below(lead, _said(card, max(0, most - len(below) - len(lead) - 8)), below)


def _aloud(card: Card, intro: str, most: int) -> str:
    """Write a passage without components: Discord embeds a video only below plain text."""
    below = _below(small_print(_place(card, titled=True)), approved(card.url))
    above = _below(intro, _who(card), _question(card))
    room = CONTENT - len(_below(above, block_quote(" "), below))
    return _below(above, _said(card, min(most, room)), below)


def _passage(card: Card, most: int, number: int | None, *, titled: bool, most_said: int) -> Block:
    details = small_print(joined(*map(_fact, card.details[:MAX_DETAILS])))
    said = "" if card.turns else _below(_who(card, number), _question(card), _said(card, most_said))
    place = _below(small_print(_place(card, titled=titled)), details)
    return Block(
        said,
        watch_link(card),
        _stretch(card, most - len(place)) if card.turns else "",
        card.buttons,
        place,
        "" if card.follows else approved(card.picture),
        is_passage=True,
    )


def _who(card: Card, number: int | None = None) -> str:
    """Name who speaks, or else with whom the episode is."""
    speaker, guests = map(_fact, credit(card))
    lead = "" if number is None else f"{number}. "
    label = f"{_fact(card.label)} · " if card.label else ""
    if speaker:
        return f"{bold(lead + label + speaker)} {guests}".rstrip()
    return f"{bold((lead + label).strip())} {guests}".strip()


def _question(card: Card) -> str:
    """Write the question that a passage replies to in small print."""
    if card.question is None:
        return ""
    who = _fact(card.question.speaker)
    asked = excerpt(card.question.snippet, MAX_FACT * 2)
    return small_print(f"{who}: {asked}" if who else asked)


def _place(card: Card, *, titled: bool) -> str:
    """Say where a passage comes from."""
    title = literal(heading(card), MAX_TITLE) if titled else ""
    code = "" if card.follows else _fact(card.code)
    time = "" if approved(card.url) else _fact(card.time)
    return joined(title, time, code, _fact(card.chapter), _remark(card))


def _stretch(card: Card, most: int) -> str:
    """Write what the speakers say, as far as it fits."""
    written = ""
    for turn in card.turns:
        who = joined(bold(_fact(turn.speaker)), _fact(turn.time))
        room = most - len(written) - len(f"\n\n{who}\n{block_quote(_CUT)}")
        if room < _SHORTEST_TURN:
            return written + _CUT
        said = excerpt(turn.snippet, min(MAX_TURN, room))
        said = _below(who, block_quote(said) if turn.apart else said)
        written += f"\n\n{said}" if written else said
    return written


def _episode(card: Card, most: int) -> str:
    """Write an episode's details, with as many chapters as fit."""
    details = _lines((literal(each, MAX_DETAIL) for each in card.details[:MAX_DETAILS]), most)
    head = _below(details, ("\n" if details else "") + bold(gettext("Chapters")))
    room = most - len(head) - len(_more(len(card.chapters)))
    chapters = [f"\n{_chapter(each)}" for each in card.chapters]
    if sum(map(len, chapters)) > room:
        # All chapters without links are more useful than half of them with links.
        chapters = [f"\n{_chapter(replace(each, url=''))}" for each in card.chapters]
    fitting = sum(end <= room for end in accumulate(map(len, chapters)))
    if not fitting:
        return details
    return head + "".join(chapters[:fitting]) + _more(len(chapters) - fitting)


def _more(left: int) -> str:
    return f"\n{more_chapters(left)}" if left else ""


def _about(card: Card, *more: str) -> str:
    return joined(_fact(card.code), _fact(join_names(card.guests)), *more)


def _link(card: Card) -> str:
    url = approved(card.url)
    return masked(play_label("", url), url) if url else ""


def _chapter(moment: Moment) -> str:
    url, time = approved(moment.url), _fact(moment.time)
    return f"{masked(time or '▶', url) if url else time} {_fact(moment.title)}".strip()


def _said(card: Card, most: int = MAX_SNIPPET) -> str:
    """Quote what is said in at most `most` characters besides the marks of a quotation."""
    said = excerpt(card.snippet, most) if card.snippet else ""
    return said if card.in_short else block_quote(said)


def _title(card: Card, number: int | None = None) -> str:
    title = joined(truncate(card.label, MAX_FACT), heading(card))
    return bold(literal(title if number is None else f"{number}. {title}", MAX_TITLE))


@lru_cache(maxsize=4096)  # names and titles come again and again
def _fact(text: str) -> str:
    return literal(text, MAX_FACT)


def _remark(card: Card) -> str:
    return remark(card.source, _fact(card.heard_as))


def _below(*lines: str) -> str:
    return "\n".join(filter(None, lines))


def _lines(lines: Iterable[str], most: int) -> str:
    """Join lines, as far as they fit."""
    written = ""
    for line in filter(None, lines):
        longer = f"{written}\n{line}" if written else line
        if len(longer) > most - len(_CUT):
            return written + _CUT
        written = longer
    return written
