"""What comes with the post of a quote where the admin wants it: a thread, a pin, a notification."""

import re
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.answers.replies import Reply
from bot.posting.places import Channel
from bot.posting.poster import Poster, PostError, within
from bot.text import one_line, truncate
from bot.translations import gettext, join_names

_THREAD, _PIN, _PING, _PLAIN = "thread", "pin", "ping", "plain"
# How people name a role or a group, and how platforms write that.
_MARKED = re.compile(r"<(?:@&|!subteam\^)(\w+)(?:\|[^<>]*)?>", re.ASCII)
_PING_WHOM = re.compile(r"(?<!\S)ping(?:\s+(<[^<>]*>|\S+))?(?!\S)", re.IGNORECASE)
_WORD = re.compile(r"(?<!\S)(?:thread|pin|plain)(?!\S)", re.IGNORECASE)
_LONGEST_NAME = 90
_PATIENCE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Extras:
    """What comes with a post: a thread to discuss it, a pin, and the id of whom it notifies."""

    thread: bool = False
    pin: bool = False
    ping: str = ""


NO_EXTRAS = Extras()


def split_extras(typed: str, before: Extras) -> tuple[str, Extras, tuple[str, ...]]:
    """Split what comes with posts from the rest of what was typed; what is not named stays.

    "plain" takes away what there was `before`. Also return sentences on what is wrong.
    """
    named = {found[0].casefold() for found in _WORD.finditer(typed)}
    pinged = _PING_WHOM.search(typed)
    whom = (pinged[1] or "") if pinged else ""
    extras = NO_EXTRAS if _PLAIN in named else before
    extras = replace(
        extras,
        thread=extras.thread or _THREAD in named,
        pin=extras.pin or _PIN in named,
        ping=_plain_id(whom) or extras.ping,
    )
    rest = _WORD.sub("", _PING_WHOM.sub("", typed))
    return " ".join(rest.split()), extras, (_ask_whom(),) if pinged and not whom else ()


def _ask_whom() -> str:
    return gettext("Say whom to notify: “ping” and a role, or a user group.")


async def resolve(poster: Poster, channel: Channel, extras: Extras) -> Extras:
    """Find the id of whoever is to be notified. Raise PostError that says what to do."""
    if not extras.ping:
        return extras
    return replace(extras, ping=await poster.find_group(channel, extras.ping))


def describe_extras(extras: Extras) -> tuple[str, ...]:
    """Say what comes with each post; nothing for a plain one."""
    parts = [
        *([gettext("a thread")] if extras.thread else []),
        *([gettext("a pin in place of the last one")] if extras.pin else []),
        *([gettext("a notification of a role or user group")] if extras.ping else []),
    ]
    if not parts:
        return ()
    return (
        gettext(
            "Each comes with {extras}. For posts without, add “plain”.", extras=join_names(parts)
        ),
    )


async def find_lacking(poster: Poster, channel: Channel, extras: Extras) -> tuple[str, ...]:
    """Say what the app lacks for the extras in a channel; nothing if it lacks nothing."""
    if extras == NO_EXTRAS:
        return ()
    wanted = {"thread": extras.thread, "pin": extras.pin}
    try:
        return tuple(await poster.lacks(channel, ping=extras.ping, **wanted))
    except PostError as error:
        text = gettext("I could not find out whether I may do that. {problem}", problem=error)
        return (text,)


async def add_extras(
    poster: Poster, channel: Channel, message: str, earlier: str, said: Reply, extras: Extras
) -> Sequence[str]:
    """Add what comes with a message that was posted; say what could not be added, and why.

    The `earlier` message is no longer pinned.
    """
    problems: list[str] = []
    if extras.ping:
        problems += await find_lacking(poster, channel, Extras(ping=extras.ping))
    if extras.thread:
        opening = gettext("What do you make of it? This thread is for that.")
        opened = poster.open_thread(channel, message, _name(said), opening)
        problems += await _attempt(gettext("It has no thread."), opened)
    if extras.pin:
        pinned = poster.pin(channel, message, earlier)
        problems += await _attempt(gettext("It is not pinned."), pinned)
    return problems


async def _attempt(failed: str, doing: Awaitable[None]) -> list[str]:
    """Wait for a request; if it fails, say what that means."""
    try:
        async with within(_PATIENCE, gettext("a post")):
            await doing
    except PostError as error:
        return [f"{failed} {error}"]
    return []


def _name(said: Reply) -> str:
    """Name the thread of a post by its speaker and its words."""
    (card, *_) = said.cards
    words = one_line(card.snippet.text) if card.snippet else card.title
    return truncate(f"{card.speaker}: {words}" if card.speaker else words, _LONGEST_NAME)


def _plain_id(whom: str) -> str:
    found = _MARKED.fullmatch(whom)
    return found[1] if found else whom
