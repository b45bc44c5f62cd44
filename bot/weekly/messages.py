"""What a channel reads of the quote of the week: the post, and the ballot before it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.answers.replies import (
    Button,
    ButtonKind,
    Card,
    Poll,
    Reply,
    SpokenTurn,
    asked_before,
    clock_time,
    episode_card,
    episode_url,
)
from bot.answers.requests import Request, Verb
from bot.models import Episode, Snippet
from bot.text import one_line
from bot.translations import gettext, ngettext
from bot.weekly.models import Candidate, Quote


def posted(
    episodes: Sequence[Episode], quote: Quote, key: str, occasions: Sequence[str] = ()
) -> Reply:
    """Write the post of a quote, with a button to report it; `occasions` say why it is this one."""
    report = Button(ButtonKind.REPORT, gettext("Report"), Request(Verb.WEEKLY, key))
    buttons = (*_context_button(episodes, quote), report)
    title = gettext("Quote of the week") if quote.is_literal else gettext("Thought of the week")
    text = " · ".join((title, *occasions))
    return Reply(text, cards=(quote_card(episodes, quote),), buttons=buttons)


def _context_button(episodes: Sequence[Episode], quote: Quote) -> tuple[Button, ...]:
    """Return the button to read what is said around a quote, if it can be found again."""
    if quote.start is None or all(each.slug != quote.episode for each in episodes):
        return ()
    # Without its end, the passage at its beginning is shown.
    place = Request(Verb.CONTEXT, episode=quote.episode, start=quote.start, end=quote.start)
    return (Button(ButtonKind.OPEN, gettext("Context"), place),)


def withdrawn() -> Reply:
    """Write the text that replaces a withdrawn quote."""
    return Reply(gettext("This quote was withdrawn."))


def ballot(
    episodes: Sequence[Episode],
    key: str,
    candidates: Sequence[Candidate],
    counts: Mapping[str, int],
    text: str,
    hours: int = 0,
) -> Reply:
    """Write what a channel votes on, with the votes so far; no buttons once no hours are left."""
    cards = tuple(
        replace(
            quote_card(episodes, each.quote),
            details=(ngettext("{n} vote", "{n} votes", counts.get(each.quote.id, 0)),),
            buttons=(_vote_button(key, each.quote),) if hours else (),
        )
        for each in candidates
    )
    answers = tuple(_answer(number, each.quote) for number, each in enumerate(candidates, 1))
    poll = Poll(gettext("Which one is your quote of the week?"), answers, hours) if hours else None
    return Reply(text, cards=cards, poll=poll)


def _vote_button(key: str, quote: Quote) -> Button:
    return Button(ButtonKind.VOTE, gettext("Vote"), Request(Verb.WEEKLY, f"{key} {quote.id}"))


def _answer(number: int, quote: Quote) -> str:
    """Name a quote in a poll, where there is room for a few words only."""
    return f"{number}. {quote.speaker or one_line(quote.text)}"


def question_line(asked: SpokenTurn | None) -> str:
    """Write the question that a quote answers, after the name of the host who asks; "" if none."""
    return one_line(f"{asked.speaker}: {asked.snippet.text}") if asked else ""


def quote_card(episodes: Sequence[Episode], quote: Quote) -> Card:
    """Build the card of a quote; without its episode, the slug replaces the title.

    What was said in other words is marked as such, and not as a quotation. The question that it
    answers is a host's, and stays beside it.
    """
    is_literal = quote.is_literal
    for episode in episodes:
        if episode.slug == quote.episode:
            url = episode_url(episode, quote.start)
            card = replace(episode_card(episode), url=url)
            break
    else:
        card = Card(quote.episode, title=quote.episode, code="", guests=(), url="")
    return replace(
        card,
        chapter=quote.chapter,
        speaker=quote.speaker,
        start=quote.start,
        time=clock_time(quote.start),
        snippet=Snippet(
            quote.text if is_literal else gettext("In short: {words}", words=quote.text)
        ),
        in_short=not is_literal,
        question=asked_before(quote.wording.question),
    )
