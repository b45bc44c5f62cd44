"""What a message that mentions the bot is answered with, if it asks anything.

Such a message may be thanks, small talk or a request to somebody else. A question is answered for
everybody; what may be a question, for its author alone; anything else, not at all.
"""

import re
from dataclasses import replace

from bot.answers.hints import explain_search
from bot.answers.passages import answer_search, find_passages, show_passages_found
from bot.answers.pasted import answer_pasted
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb, read_request
from bot.library.library import Library
from bot.models import Query
from bot.search.chat_words import manners
from bot.search.index.analysis import stem_terms, terms_of
from bot.search.intent import Intent, judge_intent
from bot.search.phrasing import write_filters
from bot.search.query import parse_query
from bot.translations import gettext

# Nothing is sent.
QUIET = Reply("")

_BESIDE = frozenset({"please", "bot", "airquote"})
_ASKS_FOR_HELP = re.compile(
    r"""(?:so\ )?(?:
    what\ (?:can|could|do)\ (?:you|this|it)\ do(?:\ here)?(?:\ for\ (?:me|us|you))?
    |(?:what|who)\ (?:are\ you|is\ this)(?:\ for)?
    |how\ (?:do|does|can|should)\ (?:i|we|you|this|it)
        \ (?:work|(?:use|ask|talk\ to|search\ with)\ (?:you|this|it))
    |(?:(?:can|could|will|would)\ you\ |i\ need\ (?:some\ |your\ )?|need\ )help(?:\ me|\ us)?
    |help\ (?:me|us)
    |(?:what|which)\ (?:are\ )?(?:your\ |the\ )?commands(?:\ are\ there|\ do\ you\ (?:have|know))?
    |commands|usage|instructions|ping
    |are\ you(?:\ (?:there|alive|awake|working|online|human|real|an?(?:\ human|\ robot)?))?
    |is\ this\ (?:thing\ )?(?:on|working)
    )""",
    re.VERBOSE,
)
# "What does the podcast say about this?" asks no more than "this" does.
_ABOVE = re.compile(
    r"(?:(?:about|and|any|anything|can|could|did|does|find|for|have|hey|how|in|is|know|look|me|more"
    r"|of|on|please|podcast|said|say|search|so|something|tell|the|there|they|thoughts|up|us|what"
    r"|what's|you)\s+)*(?:this|that|it|the above|\^+|☝|👆)\W*",
    re.IGNORECASE,
)
# These begin with a verb of the commands, but are none.
_PROSE = re.compile(
    r"(?:follow up|quote (?:me|you|him|her)|episodes? (?:was|is|were|are|has|have))\b",
    re.IGNORECASE,
)


def read_talk(typed: str) -> Request:
    """Parse a message to the bot: a command, a question about what the bot can do, or mere talk.

    "search ok" is a command, and "ok" is talk.
    """
    request = read_request(typed)
    if _asks_for_help(typed):
        return Request(Verb.HELP)
    whole = Request(Verb.SEARCH, typed.strip())
    if request == whole or _PROSE.match(whole.text):
        return replace(whole, verb=Verb.TALK)
    return request


def points_above(typed: str) -> bool:
    """Return whether a message asks no more than “this”, about the message above it."""
    return _ABOVE.fullmatch(typed.strip()) is not None


def answer_talk(library: Library, request: Request) -> Reply:
    """Answer a message with passages if it asks for any, else with QUIET.

    A query with quotes or filters is a question, and so is what people paste.
    """
    asked = replace(request, verb=Verb.SEARCH)
    pasted = answer_pasted(library, asked)
    if pasted:
        return pasted
    query = parse_query(asked.text)
    if query != Query(query.text, query.words):
        return answer_search(library, asked)
    if not query.words:
        return QUIET
    results = find_passages(library, query, asked)
    intent = judge_intent(library.index, query.text, results)
    if intent is Intent.CHAT:
        return QUIET
    narrowed = write_filters(library.index, asked.text)
    if narrowed == asked.text:
        reply = show_passages_found(library, query, asked, results)
    else:
        reply = answer_search(library, replace(asked, text=narrowed))
    if intent is Intent.UNSURE and reply.cards:
        unsure = gettext("I am not sure that you asked me, so only you see this.")
        return replace(reply, notes=(unsure, *reply.notes), private=True)
    return reply


def for_one_reader(library: Library, reply: Reply) -> Reply:
    """Fit an answer to a chat with the bot alone, where everything is meant for it."""
    if reply == QUIET:
        return explain_search(library, parse_query(""))
    # The first note of a private answer says why it is private.
    return replace(reply, notes=reply.notes[1:]) if reply.private else reply


def _asks_for_help(typed: str) -> bool:
    """Return whether a message asks what the bot is and can do, politely or not."""
    terms, polite = terms_of(typed), manners() - {"help"}
    words = zip(terms, stem_terms(terms), strict=True)
    asked = [term for term, stem in words if stem not in polite and term not in _BESIDE]
    return _ASKS_FOR_HELP.fullmatch(" ".join(asked)) is not None
