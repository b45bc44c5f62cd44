"""Questions to a library, as people ask them in a chat or at a terminal."""

from bot.answers.dispatch import answer
from bot.answers.passages import find_like
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.library.library import Library


def search(library: Library, typed: str, limit: int = 5, page: int = 0) -> Reply:
    """Search for something."""
    return answer(library, Request(Verb.SEARCH, typed, page, size=limit))


def find(library: Library, text: str) -> Reply:
    """Ask what is said about a message."""
    return answer(library, Request(Verb.FIND, text))


def like(library: Library, episode: str, second: float, limit: int = 5, page: int = 0) -> Reply:
    """Ask for more like a moment of an episode."""
    return find_like(library, episode, second, Request(Verb.LIKE, page=page, size=limit))


def mentions(library: Library, typed: str) -> Reply:
    """Ask how often something is mentioned."""
    return answer(library, Request(Verb.MENTIONS, typed))


def episode(library: Library, typed: str) -> Reply:
    """Ask for an episode."""
    return answer(library, Request(Verb.EPISODE, typed))
