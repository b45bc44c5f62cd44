"""Route each request to the function for its verb, the same on every platform."""

from collections.abc import Callable
from dataclasses import replace

from bot.answers.about import answer_about
from bot.answers.context import answer_context, answer_hit
from bot.answers.episodes import answer_episode, answer_episodes
from bot.answers.help import ELSEWHERE, answer_help
from bot.answers.hints import NO_EPISODES, too_long
from bot.answers.mentions import answer_mentions
from bot.answers.moments import answer_moment
from bot.answers.passages import answer_find, answer_like, answer_search
from bot.answers.pasted import answer_pasted
from bot.answers.quotes import answer_quote
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.answers.talk import answer_talk
from bot.library.library import Library
from bot.search.index.analysis import clean_text
from bot.search.query import MAX_CHARACTERS

_ANSWERS: dict[Verb, Callable[[Library, Request], Reply]] = {
    Verb.SEARCH: answer_search,
    Verb.QUOTE: answer_quote,
    Verb.EPISODE: answer_episode,
    Verb.EPISODES: answer_episodes,
    Verb.MENTIONS: answer_mentions,
    Verb.ABOUT: lambda library, _: answer_about(library),
    Verb.HELP: lambda library, _: answer_help(library),
    Verb.TALK: answer_talk,
    Verb.FIND: answer_find,
    Verb.LIKE: answer_like,
    Verb.CONTEXT: answer_context,
    Verb.HIT: answer_hit,
    Verb.MOMENT: answer_moment,
}

# What follows these may be anything that people paste.
_ANYTHING = (Verb.SEARCH, Verb.FIND)


def answer(library: Library, request: Request) -> Reply:
    """Answer a request, with the buttons that belong below the answer."""
    if not library.index.episodes:
        return NO_EPISODES
    asked = replace(request, text=clean_text(request.text))
    # A message may have any length, since only its telling words are searched for.
    if len(asked.text) > MAX_CHARACTERS and asked.verb is not Verb.FIND:
        return too_long(asked.text)
    if asked.verb in ELSEWHERE:
        return ELSEWHERE[asked.verb]
    pasted = answer_pasted(library, asked) if asked.verb in _ANYTHING else None
    return pasted or _ANSWERS[asked.verb](library, asked)
