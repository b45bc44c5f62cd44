"""What is said to people, without any markup: adapters decide how it looks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from bot.models import Episode, Hit, Origin, Snippet
from bot.requests import Request
from bot.search.mentions import Mentions

# A link starts this much before the words, so that nobody misses the first of them.
LEAD_IN_SECONDS = 2
_QUOTES = frozenset('"“”„‟«»')


class Act(StrEnum):
    """What happens to the answer to a button's request."""

    ASK = "ask"  # it is shown to who pressed, beside what they have
    TURN = "turn"  # it takes the place of what they have
    OPEN = "open"  # it is looked at for a moment, such as in a dialog
    SHARE = "share"  # everybody sees it, once
    JUDGE_USEFUL = "useful"  # what was shown is judged
    JUDGE_NOT_THIS = "not_this"
    REPORT = "report"  # anybody objects to a posted quote
    WITHDRAW = "withdraw"  # a moderator takes it back
    APPROVE = "approve"  # a moderator decides on a candidate
    SKIP = "skip"
    NEVER = "never"
    FORM = "form"  # a form to search with is shown, where the platform has one


@dataclass(frozen=True, slots=True)
class Action:
    """A button below a reply or a card: its label, what it asks for and what becomes of that."""

    act: Act
    label: str
    request: Request


@dataclass(frozen=True, slots=True)
class Moment:
    """A titled place in an episode; `url` is "" where no video is known."""

    title: str
    time: str
    url: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker says without a break; `speaker` is "" where nobody knows.

    What is `apart` was shown before, and the rest is what surrounds it.
    """

    speaker: str
    time: str
    snippet: Snippet
    apart: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One entry of a reply: an episode, or a passage in it.

    `url` is "" where no video is known, `time` where no second is; `start` and `end` are seconds.
    `label` says what the card is among others, as in “First: “tea””. A card about a whole episode
    has no snippet. `heard_as` is what captions mishear in the snippet.
    `turns` is a longer stretch than a snippet, speaker by speaker; `chapters` are those of a whole
    episode, `details` what else is known of it, ready to read.
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
    turns: tuple[Turn, ...] = ()
    chapters: tuple[Moment, ...] = ()
    details: tuple[str, ...] = ()
    actions: tuple[Action, ...] = ()
    label: str = ""


@dataclass(frozen=True, slots=True)
class Image:
    """A picture to show with a reply, in a file of that name; `text` says what is to be seen."""

    name: str
    png: bytes
    text: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: a sentence, what is to be noted about it, and its cards.

    `suggestion` is the query that was answered in place of the one typed. `more` says that there
    is another page; `first` is the number of the first card, counted over all pages. `mentions` are
    the counts behind the sentence, for who can draw them. `actions` are what can be done next. What
    `names_card` has the title of its only card in its sentence. `channel` is the id of the one that
    the sentence is about, which adapters name behind it. `image` is posted with its only passage.
    """

    text: str
    notes: tuple[str, ...] = ()
    cards: tuple[Card, ...] = ()
    suggestion: str | None = None
    more: bool = False
    mentions: tuple[Mentions, ...] = ()
    first: int = 1
    actions: tuple[Action, ...] = ()
    names_card: bool = False
    channel: str = ""
    image: Image | None = None


def hit_card(hit: Hit) -> Card:
    """Make the card of a hit; its link starts LEAD_IN_SECONDS before the words."""
    start, end = _rounded(hit.start), _rounded(hit.end)
    return Card(
        episode=hit.episode.slug,
        title=hit.episode.title,
        code=episode_code(hit.episode),
        guests=tuple(guest.name for guest in hit.episode.guests),
        url=video_url(hit.episode.youtube, start),
        chapter=hit.chapter,
        speaker=hit.speaker,
        start=start,
        end=end,
        time=clock_time(start),
        snippet=hit.snippet,
        source=hit.source,
        score=hit.score,
        heard_as=hit.heard_as,
    )


def episode_card(episode: Episode) -> Card:
    """Make the card of a whole episode; its link starts at the beginning."""
    return Card(
        episode=episode.slug,
        title=episode.title,
        code=episode_code(episode),
        guests=tuple(guest.name for guest in episode.guests),
        url=video_url(episode.youtube, None),
    )


def video_url(youtube: str, start: float | None) -> str:
    """Link to a second of a video, or to its beginning; "" if there is no video."""
    if not youtube:
        return ""
    if start is None:
        return f"https://youtu.be/{youtube}"
    return f"https://youtu.be/{youtube}?t={max(0, int(start) - LEAD_IN_SECONDS)}"


def clock_time(seconds: float | None) -> str:
    """Write seconds as 12:54 or 1:02:03; "" for None."""
    if seconds is None:
        return ""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02}:{second:02}" if hours else f"{minute}:{second:02}"


def _rounded(seconds: float | None) -> float | None:
    """Round to hundredths: nothing is known more exactly."""
    return None if seconds is None else round(seconds, 2)


def episode_code(episode: Episode) -> str:
    """Write season and number as S17E05, as far as they are known."""
    season = "" if episode.season is None else f"S{episode.season:02}"
    return season + ("" if episode.number is None else f"E{episode.number:02}")


def numbered(reply: Reply) -> Iterator[tuple[int | None, Card]]:
    """Number the cards, counted over all pages; one that is alone has no number."""
    alone = len(reply.cards) == 1 and reply.first == 1
    for number, card in enumerate(reply.cards, start=reply.first):
        yield None if alone else number, card


def is_passage(reply: Reply) -> bool:
    """Say whether a reply is about one passage, which it does not number or list."""
    return len(reply.cards) == 1 and reply.cards[0].snippet is not None


def split_snippet(snippet: Snippet) -> list[tuple[str, bool]]:
    """Split a snippet into parts in their order: (text, whether it is a matched word).

    An adapter escapes every part and marks the matched ones in its own way.
    """
    bounds = [0, *(bound for span in snippet.spans for bound in span), len(snippet.text)]
    parts = [(snippet.text[a:b], number % 2 == 1) for number, (a, b) in enumerate(pairwise(bounds))]
    return [(text, matched) for text, matched in parts if text]


def quoted(text: str) -> str:
    """Put a text in quotation marks, unless it has some of its own."""
    return text if _QUOTES.intersection(text) else f"“{text}”"


def join_names(names: Sequence[str]) -> str:
    """Join names as people do: "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)
