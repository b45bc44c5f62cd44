"""Deleting what is stored about people: those who ask for it, and members who have left."""

import logging
from collections.abc import Callable, Iterable, Mapping

from bot.answers.replies import Button, ButtonKind, Reply
from bot.answers.requests import Request, Verb
from bot.posting.follows import PostingContext
from bot.posting.places import Requester
from bot.posting.poster import PostError, within
from bot.translations import gettext, join_names, ngettext

_CONFIRMED = "yes"
# Names what the counts of a `PeopleStore` mean.
_Name = Callable[[int], str]
_OWN: Mapping[str, _Name] = {
    "follows": lambda n: ngettext("{n} thing you follow", "{n} things you follow", n),
    "news": lambda n: ngettext("{n} piece of news for you", "{n} pieces of news for you", n),
    "outbox": lambda n: ngettext("{n} message to you", "{n} messages to you", n),
    "recipients": lambda n: ngettext(
        "{n} entry in my list of recipients", "{n} entries in my list of recipients", n
    ),
}
_NAMED: Mapping[str, _Name] = {
    "subscriptions.admin": lambda n: ngettext(
        "{n} quote of the week that you switched on",
        "{n} quotes of the week that you switched on",
        n,
    ),
    "recipients.admin": lambda n: ngettext(
        "{n} announcement that you switched on", "{n} announcements that you switched on", n
    ),
    "judgements.by": lambda n: ngettext("{n} decision on a quote", "{n} decisions on a quote", n),
}
# Between two members, as platforms limit how often they are asked.
_PAUSE_SECONDS = 2.0

_log = logging.getLogger(__name__)


async def answer_forget_me(context: PostingContext, request: Request, asker: Requester) -> Reply:
    """Delete what is stored about a person, once they have confirmed it; raise StoreError."""
    if request.text == _CONFIRMED:
        return _tell_deleted(await _forget(context, asker))
    counts = await context.people.count(asker.platform, asker.person)
    if not counts:
        # Recent claims are deleted without asking: the person has no use for them.
        await _forget(context, asker)
        return Reply(gettext("I have stored nothing about you."), (_explain_unnamed(),))
    button = Button(ButtonKind.ASK, gettext("Forget Me"), Request(Verb.FORGET_ME, _CONFIRMED))
    notes = (
        *(gettext("I would delete {things}.", things=own) for own in _tell(counts, _OWN)),
        *(
            gettext("I would take your name off {things}.", things=named)
            for named in _tell(counts, _NAMED)
        ),
        gettext("This cannot be undone."),
    )
    return Reply(gettext("Shall I forget you?"), notes, buttons=(button,))


async def _forget(context: PostingContext, asker: Requester) -> Mapping[str, int]:
    return await context.people.forget(asker.platform, asker.person, asker.workspace)


async def forget_leavers(context: PostingContext) -> None:
    """Forget the members who have left their workspace or server; raise StoreError.

    A workspace that does not say who has left is asked again the next time.
    """
    away = set[tuple[str, str]]()
    for member in await context.people.members():
        home = member.platform, member.workspace
        if home in away or member.platform not in context.outbox.posters:
            continue
        try:
            left = await _has_left(context, member)
        except PostError as error:
            away.add(home)
            facts = {"platform": member.platform, "workspace": member.workspace}
            _log.info("It is unknown who has left. %s", error, extra=facts)
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
    notes = [
        *(gettext("I have deleted {things}.", things=own) for own in _tell(counts, _OWN)),
        *(
            gettext("I have taken your name off {things}.", things=named)
            for named in _tell(counts, _NAMED)
        ),
    ]
    if any(label.endswith(".admin") for label in counts):
        notes += [
            gettext(
                "Posts that you switched on go on, but I no longer know whom to tell of problems "
                "with them. Another admin can switch them on again."
            )
        ]
    return Reply(gettext("I have forgotten you."), (*notes, _explain_unnamed()))


def _explain_unnamed() -> str:
    return gettext("What I keep of questions, ratings and buttons does not say whose they are.")


def _tell(counts: Mapping[str, int], names: Mapping[str, _Name]) -> Iterable[str]:
    """Name what is counted of some kinds, joined; nothing if there is none."""
    parts = [names[label](count) for label, count in counts.items() if label in names]
    return [join_names(parts)] if parts else []
