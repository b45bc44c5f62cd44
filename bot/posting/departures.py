"""Deleting what is stored about people: those who ask for it, and members who have left."""

import logging
from collections.abc import Iterator, Mapping

from bot.answers.replies import Button, ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.posting.follows import PostingContext
from bot.posting.places import Requester
from bot.posting.poster import PostError, within
from bot.text import pluralize
from bot.translations import join_names

_CONFIRMED = "yes"
# What the counts of a `PeopleStore` mean, as a noun and the rest.
_OWN = {
    "follows": ("thing", "you follow"),
    "news": ("piece", "of news for you"),
    "outbox": ("message", "to you"),
    "recipients": ("entry", "in my list of recipients"),
}
_NAMED = {
    "subscriptions.admin": ("quote", "of the week that you switched on"),
    "recipients.admin": ("announcement", "that you switched on"),
    "judgements.by": ("decision", "on a quote"),
}
_UNNAMED = "What I keep of questions, ratings and buttons does not say whose they are."
_FINAL = "This cannot be undone."
_GO_ON = (
    "Posts that you switched on go on, but I no longer know whom to tell of problems with them. "
    "Another admin can switch them on again."
)
# Between two members, as platforms limit how often they are asked.
_PAUSE_SECONDS = 2.0

_log = logging.getLogger(__name__)


async def answer_forget_me(context: PostingContext, request: Request, asker: Requester) -> Reply:
    """Delete what is stored about a person, once they have confirmed it; raise StoreError."""
    if request.text == _CONFIRMED:
        return _tell_deleted(await context.people.forget(asker.platform, asker.person))
    counts = await context.people.count(asker.platform, asker.person)
    if not counts:
        # Recent claims are deleted without asking: the person has no use for them.
        await context.people.forget(asker.platform, asker.person)
        return Reply("I have stored nothing about you.", (_UNNAMED,))
    button = Button(ButtonKind.ASK, "Forget Me", Request(Verb.FORGET_ME, _CONFIRMED))
    notes = (*_describe(counts, "I would delete", "I would take your name off"), _FINAL)
    return Reply("Shall I forget you?", notes, buttons=(button,))


async def forget_leavers(context: PostingContext) -> None:
    """Forget the members who have left their workspace or server; raise StoreError.

    A platform that does not say who has left is asked again the next time.
    """
    away = set[str]()
    for member in await context.people.members():
        if member.platform in away or member.platform not in context.outbox.posters:
            continue
        try:
            left = await _has_left(context, member)
        except PostError as error:
            away.add(member.platform)
            _log.info("It is unknown who has left. %s", error, extra={"platform": member.platform})
            continue
        if left:
            await context.people.forget_member(member)
            facts = {"platform": member.platform, "workspace": member.workspace}
            _log.info("A member has left and was forgotten.", extra=facts)
        await context.outbox.pause(_PAUSE_SECONDS)


async def _has_left(context: PostingContext, member: Requester) -> bool:
    poster, patience = context.outbox.posters[member.platform], context.outbox.timing.post
    async with within(patience, member.platform):
        return await poster.has_left(member.workspace, member.person)


def _tell_deleted(counts: Mapping[str, int]) -> Reply:
    notes = _describe(counts, "I have deleted", "I have taken your name off")
    go_on = (_GO_ON,) if any(label.endswith(".admin") for label in counts) else ()
    return Reply("I have forgotten you.", (*notes, *go_on, _UNNAMED))


def _describe(counts: Mapping[str, int], deleted: str, emptied: str) -> Iterator[str]:
    """Say in sentences what is counted: what is deleted, and what only loses the name."""
    for start, words in ((deleted, _OWN), (emptied, _NAMED)):
        named = ((words[label], count) for label, count in counts.items() if label in words)
        parts = [f"{pluralize(count, noun)} {rest}" for (noun, rest), count in named]
        if parts:
            yield f"{start} {join_names(parts)}."
