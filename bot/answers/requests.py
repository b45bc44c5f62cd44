"""Requests, in a form that buttons carry across restarts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from bot.search.index.analysis import clean_text
from bot.translations import say_everywhere

# The longest packed request; a Slack button carries 2,000 characters.
MAX_PACKED = 1_500
# What JSON makes of a character at most, and of all values but texts.
_MOST_EACH, _REST = 12, 200
# A button from another version is answered with "search again", never with a guess.
_VERSION = 1
# Built once: an answer packs a dozen requests or more.
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
# More pages than anyone turns; a forged button could hold any number. Seeds are as high.
MOST_COUNTED = 9_999
# What comes along when a text is pasted, and nobody sees before the first word.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
# About eleven days, longer than any video; single precision still tells such seconds apart.
_LAST_SECOND = 1_000_000


class Verb(StrEnum):
    """The commands; each is answered by `bot.answers.dispatch.answer`."""

    SEARCH = "search"
    QUOTE = "quote"
    EPISODE = "episode"
    EPISODES = "episodes"
    MENTIONS = "mentions"
    WEEKLY = "weekly"
    FOLLOW = "follow"
    FOLLOWS = "follows"
    UNFOLLOW = "unfollow"
    FORGET_ME = "forget-me"
    ANNOUNCE = "announce"
    USE = "use"
    ABOUT = "about"
    HELP = "help"
    # Nobody types these: they are messages to the bot, shortcuts, buttons and assistants' calls.
    TALK = "talk"
    FIND = "find"
    LIKE = "like"
    MEANING = "meaning"
    CONTEXT = "context"
    HIT = "hit"
    MOMENT = "moment"


# What people can type as the first word, in the order of the help.
TYPED_VERBS = (
    Verb.SEARCH,
    Verb.QUOTE,
    Verb.EPISODE,
    Verb.EPISODES,
    Verb.MENTIONS,
    Verb.WEEKLY,
    Verb.FOLLOW,
    Verb.FOLLOWS,
    Verb.UNFOLLOW,
    Verb.FORGET_ME,
    Verb.ANNOUNCE,
    Verb.USE,
    Verb.ABOUT,
    Verb.HELP,
)
# The verbs for following topics, and for ending that with all else that is stored of a person;
# `bot.posting.follow_commands` answers them.
FOLLOWING = frozenset({Verb.FOLLOW, Verb.FOLLOWS, Verb.UNFOLLOW, Verb.FORGET_ME})
# What can follow "weekly"; before any other word, "weekly" is a word to search for.
WEEKLY_WORDS = ("on", "off", "status", "preview", "post", "theme")
# The same for "announce".
ANNOUNCE_WORDS = ("on", "off")
FIRST_WORDS = {Verb.WEEKLY: WEEKLY_WORDS, Verb.ANNOUNCE: ANNOUNCE_WORDS}
"""The words that some commands may begin with; any other word makes them a search."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question; `text` is what was typed after the verb, `page` counts from 0.

    `episode` (a slug), `start` and `end` (seconds) identify a passage shown earlier, by where it
    ends. They stay valid across indexes. `size` is the number of passages per page; the platform
    chooses it, so buttons leave it out. `seed` shuffles what comes in no order of its own.
    `podcasts` are the ids of those that are asked, where there are several; without, it is those of
    the place, unless the name of the episode says which.
    """

    verb: Verb
    text: str = ""
    page: int = 0
    episode: str = ""
    start: float | None = None
    end: float | None = None
    size: int = field(default=5, compare=False)
    seed: int = 0
    podcasts: tuple[str, ...] = ()


def read_request(typed: str) -> Request:
    """Parse what was typed after the command: a verb and its text, or else a search.

    The verb may be in any language that there are texts in. Empty input and an empty search ask for
    help. "search quote" searches for a word that is also a verb; "help me …" is a search too, since
    help takes no words.
    """
    first, *rest = typed.translate(_UNSEEN).split(maxsplit=1) or [Verb.HELP]
    verb, text = verb_names().get(first.casefold()), "".join(rest).strip()
    if verb is Verb.SEARCH and not clean_text(text):
        return Request(Verb.HELP)
    if verb and takes(verb, text):
        return Request(verb, text)
    return Request(Verb.SEARCH, typed.strip())


@cache
def verb_names() -> Mapping[str, Verb]:
    """Return what people can type for each verb: its name, in English and as Discord shows it."""
    names = {
        name.removeprefix("/podcast "): verb
        for verb in TYPED_VERBS
        for name in say_everywhere(f"/podcast {verb}")
    }
    return names | {str(verb): verb for verb in TYPED_VERBS}


def takes(verb: Verb, text: str) -> bool:
    """Return whether a verb accepts a text."""
    if verb is Verb.WEEKLY:
        return not text or text.split()[0].casefold() in WEEKLY_WORDS
    if verb is Verb.ANNOUNCE:
        return not text or text.casefold() in ANNOUNCE_WORDS
    return verb not in (Verb.ABOUT, Verb.HELP, Verb.FOLLOWS, Verb.FORGET_ME) or not text


def pack(request: Request) -> str:
    """Serialize a request into the short text that a button carries."""
    place = (request.episode, request.start, request.end)
    rest = (request.seed, *request.podcasts) if request.seed or request.podcasts else ()
    values = (_VERSION, request.verb, request.text, request.page, *place, *rest)
    return _write(values)


def fits(request: Request) -> bool:
    """Return whether a button can carry a request; most are so short that packing tells no more."""
    written = len(request.text) + len(request.episode) + sum(map(len, request.podcasts))
    return _MOST_EACH * written <= MAX_PACKED - _REST or len(pack(request)) <= MAX_PACKED


def unpack(packed: object) -> Request | None:
    """Parse a packed request; return None if it is forged or from another version."""
    if not isinstance(packed, str) or len(packed) > MAX_PACKED:
        return None
    try:
        version, verb, text, page, episode, start, end, *rest = json.loads(packed)
        seed, *podcasts = rest or (0,)
        if not all(map(_is_count, (version, page, seed))) or version != _VERSION:
            return None
        request = Request(
            Verb(verb), text, page, episode, start, end, seed=seed, podcasts=tuple(podcasts)
        )
        texts = all(isinstance(each, str) for each in (text, episode, *podcasts))
        return request if texts and _is_second(start) and _is_second(end) else None
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _is_count(number: object) -> bool:
    # bool is a subclass of int.
    return type(number) is int and 0 <= number <= MOST_COUNTED


def _is_second(number: object) -> bool:
    if isinstance(number, int | float) and not isinstance(number, bool):
        return abs(number) <= _LAST_SECOND
    return number is None
