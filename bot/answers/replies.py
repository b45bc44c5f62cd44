"""Replies without markup. Adapters decide how they look."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise

from bot.answers.requests import Request
from bot.models import Episode, Hit, Origin, Question, Snippet
from bot.players import link_to, picture_of
from bot.search.labels import episode_code
from bot.search.mentions import Mentions
from bot.text import is_numbered_speaker
from bot.translations import gettext, join_names, ngettext

# A link starts this long before the words, so that listeners miss none of them.
LEAD_IN_SECONDS = 2
_QUOTES = frozenset('"“”„‟«»')
# Limits on what a card shows: characters, except for the number of details.
MAX_TITLE = 150
MAX_FACT = 100
MAX_SNIPPET = 700
MAX_DETAIL = 400
MAX_DETAILS = 10
_MOST_GUESTS = 3
# Beyond this many characters, the video serves people better.
MAX_TURN = 1500


class ButtonKind(StrEnum):
    """What a button does with the answer to its request."""

    ASK = "ask"  # show it to whoever pressed, as a new message
    TURN = "turn"  # replace the message
    OPEN = "open"  # show it briefly, such as in a dialog
    SHARE = "share"  # show it to everyone, once
    JUDGE_USEFUL = "useful"  # rate what was shown
    JUDGE_NOT_THIS = "not_this"
    RETRACT_USEFUL = "not_useful"  # take that back
    RETRACT_NOT_THIS = "this"
    REPORT = "report"  # object to a posted quote; anyone may
    WITHDRAW = "withdraw"  # take a quote back; for moderators
    APPROVE = "approve"  # decide on a candidate; for moderators
    SKIP = "skip"
    NEVER = "never"
    EDIT = "edit"  # change the words of a candidate, in a form; for moderators
    OTHERS = "others"  # offer more candidates; for moderators
    NOMINATE = "nominate"  # propose a passage to moderators, in a form; anyone may
    VOTE = "vote"  # vote for a candidate; anyone may
    FORM = "form"  # show the search form, where the platform has one


FOLDED = frozenset({ButtonKind.ASK, ButtonKind.OPEN, ButtonKind.SHARE, ButtonKind.NOMINATE})
"""What readers do with a passage; in a list of passages, adapters fold these into a menu."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button below a reply or a card."""

    kind: ButtonKind
    label: str
    request: Request


@dataclass(frozen=True, slots=True)
class Moment:
    """A titled place in an episode; `url` is "" if nothing is known to link to."""

    title: str
    time: str
    url: str


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """What one speaker says without a break; `speaker` is "" if unknown.

    A turn that is `apart` was shown before; the others surround it.
    """

    speaker: str
    time: str
    snippet: Snippet
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One entry of a reply: an episode, or a passage in it.

    `url` is "" if nothing is known to link to, `time` if no start is, and `picture`, an address, if
    the episode has none; `start` and `end` are seconds. `label` tells the card from others, as in
    “First: “tea””. A card about a whole episode has no snippet. `heard_as` is how the captions
    misheard the words. `question` is what the snippet replies to. `turns` is a longer stretch than
    a snippet, speaker by speaker. A card that `follows` is of the same episode as the one above.
    One that is `in_short` has other words than were said, so nothing marks them as a quotation.
    `chapters` and `details`, lines of text, describe a whole episode.
    """

    episode: str
    title: str
    code: str
    guests: tuple[str, ...]
    url: str
    chapter: str = ""
    speaker: str = ""
    start: float | None = None
    end: float | None = None
    time: str = ""
    snippet: Snippet | None = None
    source: Origin | None = None
    score: float = 0.0
    heard_as: str = ""
    question: SpokenTurn | None = None
    follows: bool = False
    in_short: bool = False
    turns: tuple[SpokenTurn, ...] = ()
    chapters: tuple[Moment, ...] = ()
    details: tuple[str, ...] = ()
    buttons: tuple[Button, ...] = ()
    label: str = ""
    picture: str = ""


# Makes the buttons of a passage of the episode with a slug, from its start and end in seconds.
Actions = Callable[[str, float | None, float | None], tuple[Button, ...]]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture to show with a reply; `name` is its file name, `text` its alt text."""

    name: str
    png: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Poll:
    """A vote on the cards of a reply, for platforms that have polls of their own."""

    question: str
    answers: tuple[str, ...]
    hours: int


@dataclass(frozen=True, slots=True)
class Instant:
    """A point in time, and the words that name it in a text, which say its zone."""

    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a sentence, notes on it, and its cards.

    `suggestion` is the query answered, or offered, in place of the one typed. `more` says that
    there is another page; `first` is the number of the first card, counted over all pages.
    `mentions` are the counts behind the sentence, for platforms that draw them. `buttons` offer
    next steps; a terminal leaves them out. With `names_card`, the sentence contains the title of
    the only card. `channel` is the id of the channel concerned and `people` those of members, whom
    adapters name after the sentence without notifying them. `image` is posted with the only
    passage; `ping` is the id of a role or user group that this post notifies. A `private` answer
    is for the person who asked alone, wherever they did. A `poll` takes the place of the buttons of
    the cards where the platform has polls. `asked` is the request that shows the same passages
    again. `instants` are named by the sentence or the notes; chats show them in each reader's own
    time.
    """

    text: str
    notes: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    suggestion: str | None = None
    more: bool = False
    mentions: tuple[Mentions, ...] = ()
    first: int = 1
    buttons: tuple[Button, ...] = ()
    names_card: bool = False
    channel: str = ""
    people: tuple[str, ...] = ()
    image: Image | None = None
    private: bool = False
    ping: str = ""
    asked: Request | None = field(default=None, compare=False)
    poll: Poll | None = None
    instants: tuple[Instant, ...] = field(default=(), compare=False)


def hit_card(
    hit: Hit, actions: Actions | None = None, *, follows: bool = False, asks: bool = True
) -> Card:
    """Build the card of a hit; its link starts LEAD_IN_SECONDS before the words.

    The card `follows` one of the same episode; it names the question only if it `asks` it.
    """
    start, end = _rounded(hit.start), _rounded(hit.end)
    return Card(
        episode=hit.episode.slug,
        title=hit.episode.title,
        code=episode_code(hit.episode),
        guests=tuple(guest.name for guest in hit.episode.guests),
        url=episode_url(hit.episode, start),
        picture=picture_of(hit.episode),
        chapter=hit.chapter,
        speaker=hit.speaker,
        start=start,
        end=end,
        time=clock_time(start),
        snippet=hit.snippet,
        source=hit.source,
        score=hit.score,
        heard_as=hit.heard_as,
        follows=follows,
        question=asked_before(hit.question if asks else None),
        buttons=actions(hit.episode.slug, start, end) if actions else (),
    )


def asked_before(question: Question | None) -> SpokenTurn | None:
    """Show the question that a passage replies to as a host's turn."""
    return SpokenTurn(question.speaker, "", question.snippet) if question else None


def hit_cards(hits: Iterable[Hit], actions: Actions | None = None) -> Iterator[Card]:
    """Build the cards of a page of hits, which name an episode or ask a question only once."""
    above = ""
    asked: set[Question | None] = set()
    for hit in hits:
        follows, asks = hit.episode.slug == above, hit.question not in asked
        yield hit_card(hit, actions, follows=follows, asks=asks)
        above = hit.episode.slug
        asked.add(hit.question)


def heading(card: Card) -> str:
    """Name the episode of a card, unless the card above does."""
    return gettext("In the same episode") if card.follows else card.title


def credit(card: Card) -> tuple[str, str]:
    """Name who says a card's passage, and with which guests, each "" if unknown or the same.

    Where nobody knows who speaks, as in captions, the guests are named, but not as the speaker.
    """
    speaker = "" if is_numbered_speaker(card.speaker) else card.speaker
    guests = () if speaker in card.guests else card.guests
    if not guests:
        return speaker, ""
    if len(guests) > _MOST_GUESTS:
        names = ", ".join(guests[:_MOST_GUESTS])
        return speaker, gettext("with {names} and others", names=names)
    return speaker, gettext("with {names}", names=join_names(guests))


def said_by(card: Card) -> tuple[SpokenTurn, ...]:
    """List who says what in a card's passage: the question that is replied to, then the reply.

    Without a question, the speaker is left to the line below the passage.
    """
    if card.snippet is None:
        return ()
    if card.question is None:
        return (SpokenTurn("", card.time, card.snippet),)
    return card.question, SpokenTurn(card.speaker, card.time, card.snippet)


def episode_card(episode: Episode) -> Card:
    """Build the card of a whole episode; its link starts at the beginning."""
    return Card(
        episode=episode.slug,
        title=episode.title,
        code=episode_code(episode),
        guests=tuple(guest.name for guest in episode.guests),
        url=episode_url(episode),
    )


def episode_url(episode: Episode, start: float | None = None) -> str:
    """Link to LEAD_IN_SECONDS before a second of an episode, or to its beginning; "" if unknown."""
    return link_to(episode, None if start is None else start - LEAD_IN_SECONDS)


def play_label(time: str, url: str) -> str:
    """Label a link that plays something, from a time if one is given: "▶ Watch at 12:54"."""
    if url.startswith("https://youtu.be/"):
        return gettext("▶ Watch at {time}", time=time) if time else gettext("▶ Watch")
    return gettext("▶ Listen at {time}", time=time) if time else gettext("▶ Listen")


def clock_time(seconds: float | None) -> str:
    """Write seconds as 12:54 or 1:02:03; "" for None."""
    if seconds is None:
        return ""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _rounded(seconds: float | None) -> float | None:
    """Round to hundredths, the precision of the sources."""
    return None if seconds is None else round(seconds, 2)


def numbered(reply: Reply) -> Iterator[tuple[int | None, Card]]:
    """Number the cards, counting over all pages; a single card has no number."""
    alone = len(reply.cards) == 1 and reply.first == 1
    for number, card in enumerate(reply.cards, start=reply.first):
        yield None if alone else number, card


def is_passage(reply: Reply) -> bool:
    """Return whether a reply is a single passage, shown without number or list."""
    return len(reply.cards) == 1 and reply.cards[0].snippet is not None


def split_snippet(snippet: Snippet) -> list[tuple[str, bool]]:
    """Split a snippet into parts, in order: (text, whether it is a match).

    Adapters escape every part and highlight the matches.
    """
    bounds = [0, *(bound for span in snippet.spans for bound in span), len(snippet.text)]
    parts = [(snippet.text[a:b], number % 2 == 1) for number, (a, b) in enumerate(pairwise(bounds))]
    return [(text, matched) for text, matched in parts if text]


def split_instants(text: str, instants: Iterable[Instant]) -> list[tuple[str, Instant | None]]:
    """Split a text into parts, in order, each with the instant that it names, if any."""
    parts: list[tuple[str, Instant | None]] = [(text, None)]
    for instant in instants:
        parts = [
            piece
            for part, known in parts
            for piece in ([(part, known)] if known else _split_at(part, instant))
        ]
    return [(part, instant) for part, instant in parts if part]


def _split_at(text: str, instant: Instant) -> Iterator[tuple[str, Instant | None]]:
    before, named, after = text.partition(instant.text)
    yield before, None
    if named:
        yield named, instant
        yield from _split_at(after, instant)


def utc_instant(at: datetime) -> Instant:
    """Name a point in time that concerns no place: "2026-11-23 09:00 UTC"."""
    return Instant(f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC", at)


def shared_by(named: bool) -> str:
    """Introduce a shared passage; where the member is `named`, this follows their name."""
    if named:
        # To translators: this follows the name of a member, and begins with the blank between.
        return gettext(" shared from the podcast:")
    return gettext("Shared from the podcast:")


def more_chapters(left: int) -> str:
    """Say how many chapters do not fit; "" if all do."""
    return ngettext("… and {n} more chapter", "… and {n} more chapters", left) if left else ""


def remark(source: Origin | None, heard_as: str) -> str:
    """Say that captions are automatic and how they misheard; return "" for edited text."""
    if source is not Origin.CAPTIONS:
        return ""
    if heard_as:
        return gettext("Automatic captions, heard as {words}", words=_in_quotes(heard_as))
    return gettext("Automatic captions")


def quoted(text: str) -> str:
    """Put a text in quotation marks, unless it contains some."""
    return text if _QUOTES.intersection(text) else _in_quotes(text)


def _in_quotes(text: str) -> str:
    # To translators: the quotation marks of the language.
    return gettext("“{words}”", words=text)
