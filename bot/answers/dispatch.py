"""Route each request to the function for its verb, the same on every platform."""

from collections.abc import Callable
from dataclasses import replace

from bot.answers.about import answer_about
from bot.answers.context import answer_context, answer_hit
from bot.answers.episodes import answer_episode, answer_episodes
from bot.answers.help import answer_elsewhere, answer_help
from bot.answers.hints import no_episodes, too_long
from bot.answers.mentions import answer_mentions
from bot.answers.moments import answer_moment
from bot.answers.passages import answer_find, answer_like, answer_meaning, answer_search
from bot.answers.pasted import answer_pasted
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.library.library import Library
from bot.search.index.analysis import clean_text
from bot.search.phrasing import write_filters
from bot.search.query import MAX_CHARACTERS, without_filters


def _answer_quote(library: Library, request: Request) -> Reply:
    # Loaded here, since a search needs no quotes.
    from bot.answers.quotes import answer_quote

    return answer_quote(library, request)


def _answer_talk(library: Library, request: Request) -> Reply:
    # Loaded here, since only a message needs to be judged.
    from bot.answers.talk import answer_talk

    return answer_talk(library, request)


_ANSWERS: dict[Verb, Callable[[Library, Request], Reply]] = {
    Verb.SEARCH: answer_search,
    Verb.QUOTE: _answer_quote,
    Verb.EPISODE: answer_episode,
    Verb.EPISODES: answer_episodes,
    Verb.MENTIONS: answer_mentions,
    Verb.ABOUT: lambda library, _: answer_about(library),
    Verb.HELP: lambda library, _: answer_help(library),
    Verb.TALK: _answer_talk,
    Verb.FIND: answer_find,
    Verb.LIKE: answer_like,
    Verb.MEANING: answer_meaning,
    Verb.CONTEXT: answer_context,
    Verb.HIT: answer_hit,
    Verb.MOMENT: answer_moment,
}

# What follows these may be anything that people paste.
_ANYTHING = (Verb.SEARCH, Verb.FIND)
# What the filters of a form may add to the words.
_MOST_OF_FILTERS = 300
# After these, seasons and dates may be said in words.
_NARROWED = (Verb.SEARCH, Verb.QUOTE, Verb.MENTIONS)


def answer(library: Library, request: Request) -> Reply:
    """Answer a request, with the buttons that belong below the answer."""
    if (index := library.index.at_hand) is not library.index:
        library = replace(library, index=index)
    if not library.index.episodes:
        return no_episodes()
    asked = replace(request, text=clean_text(request.text))
    # A message may have any length, since only its telling words are searched for.
    if asked.verb is not Verb.FIND and _is_too_long(asked.text):
        return too_long(asked.text)
    if elsewhere := answer_elsewhere(asked.verb):
        return elsewhere
    if asked.verb in _NARROWED:
        asked = replace(asked, text=write_filters(library.index, asked.text))
    pasted = answer_pasted(library, asked) if asked.verb in _ANYTHING else None
    return pasted or _ANSWERS[asked.verb](library, asked)


def _is_too_long(text: str) -> bool:
    """Return whether the words are too long; filters have room of their own beside them."""
    if len(text) <= MAX_CHARACTERS:
        return False
    words = without_filters(text)
    return len(words) > MAX_CHARACTERS or len(text) > MAX_CHARACTERS + _MOST_OF_FILTERS
