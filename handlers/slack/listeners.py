"""What commands, mentions, shortcuts, App Home and the search form do: parse, ask, answer there."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.answers.help import overview
from bot.answers.requests import FOLLOWING, Request, Verb, read_request
from bot.answers.suggestions import Suggestion, suggest_episodes, suggest_guests
from bot.library.library import Library
from handlers.slack.actions import show_form
from handlers.slack.blocks import message
from handlers.slack.calls import Call, aimed, keep, tell
from handlers.slack.following import announce, follow
from handlers.slack.limits import SELECT_OPTIONS
from handlers.slack.text import decode, said_in
from handlers.slack.views import EPISODE, GUEST, SEARCH_FORM, WORDS, home, read_form, waiting
from handlers.slack.weekly import about, answer_typed, removed, revoked, with_next

# An answer to a form travels with the ack, and must not arrive behind what is shown after it.
_ACK_SECONDS = 0.3
_NOTHING_FILLED_IN = "Type a word or two, or choose a guest, an episode or a season."
_SOMEBODY = r"<@[A-Z0-9]+(?:\|[^>]*)?>"

_log = logging.getLogger(__name__)

Listener = Callable[[Call], Awaitable[None]]


async def podcast(call: Call) -> None:
    """Answer what was typed behind /podcast."""
    await call.ack()
    request = read_request(decode(call.body.get("text", "")))
    if request.verb in _TYPED:
        return await _TYPED[request.verb](call, request)
    return await tell(call, await call.intake.ask(request, call.asker))


async def mentioned(call: Call) -> None:
    """Answer a mention for everybody, in its thread; bots are left alone.

    What is of no use to others, such as a limit that is reached or when quotes are posted, is told
    to who asked.
    """
    await call.ack()
    event = call.body["event"]
    if event.get("bot_id") or not event.get("user"):
        return
    typed = decode(_without_mention(event.get("text", ""), _own_id(call.body)))
    request = read_request(typed)
    if request.verb in _TYPED:
        await _TYPED[request.verb](call, request)
        return
    reply = await call.intake.ask(request, call.asker)
    if reply.cards or reply.mentions:
        thread = call.origin.target
        content = aimed(message(reply, public=True), thread)
        await call.client.chat_postMessage(channel=event["channel"], thread_ts=thread, **content)
    else:
        await tell(call, reply)


async def find_in_podcast(call: Call) -> None:
    """Answer what a message is about."""
    await call.ack()
    said = decode(said_in(call.body["message"]))
    await tell(call, await call.intake.ask(Request(Verb.FIND, said), call.asker))


async def search_podcast(call: Call) -> None:
    """Open the form to search with."""
    await call.ack()
    await show_form(call)


async def home_opened(call: Call) -> None:
    """Show what is new, and when a quote comes, when somebody opens the App Home."""
    await call.ack()
    if call.body["event"].get("tab") == "home":
        reply = await with_next(call, await asyncio.to_thread(overview, call.intake.library))
        await call.client.views_publish(user_id=call.asker.person, view=home(reply))


async def search_submitted(call: Call) -> None:
    """Answer a form in its own place."""
    query = read_form(call.view)
    if not query:
        await call.ack(response_action="errors", errors={WORDS: _NOTHING_FILLED_IN})
        return
    await call.ack(response_action="update", view=keep(call, waiting()))
    call.dialog = call.view["id"]
    await asyncio.sleep(_ACK_SECONDS)
    await tell(call, await call.intake.ask(Request(Verb.SEARCH, query), call.asker))


async def offer_guests(call: Call) -> None:
    """Suggest guests for what is typed."""
    await _offer(call, suggest_guests)


async def offer_episodes(call: Call) -> None:
    """Suggest episodes for what is typed."""
    await _offer(call, suggest_episodes)


async def _offer(call: Call, suggest: Callable[[Library, str, int], Sequence[Suggestion]]) -> None:
    """Answer with options, or with none: a menu cannot show an error."""
    try:
        typed = decode(call.body.get("value") or "")
        choices = suggest(call.intake.library, typed, SELECT_OPTIONS)
    except Exception:  # noqa: BLE001 - a menu has no other way to fail
        _log.exception("Nothing is suggested.")
        choices = ()
    await call.ack(options=[_option(choice) for choice in choices])


def _option(choice: Suggestion) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": choice.label}, "value": choice.value}


def _own_id(body: dict[str, Any]) -> str:
    """Find the bot's own id: the one for which an event was sent."""
    ours = (each["user_id"] for each in body.get("authorizations") or () if each.get("is_bot"))
    return next(ours, "")


def _without_mention(text: str, own: str) -> str:
    """Take the mention of the bot out of what is said to it; unless known, it is the first one."""
    if own:
        return re.sub(rf"<@{own}(?:\|[^>]*)?>[:,]?", " ", text)
    return re.sub(_SOMEBODY + "[:,]?", " ", text, count=1)


# What is not asked of the podcast, and is answered to who asks alone.
_TYPED: dict[Verb, Callable[[Call, Request], Awaitable[None]]] = {
    Verb.ABOUT: about,
    Verb.WEEKLY: answer_typed,
    Verb.ANNOUNCE: announce,
    **dict.fromkeys(FOLLOWING, follow),
}
COMMANDS: dict[str, Listener] = {"/podcast": podcast}
EVENTS: dict[str, Listener] = {
    "app_mention": mentioned,
    "app_home_opened": home_opened,
    "app_uninstalled": removed,
    "tokens_revoked": revoked,
}
MESSAGE_SHORTCUTS: dict[str, Listener] = {"find_in_podcast": find_in_podcast}
GLOBAL_SHORTCUTS: dict[str, Listener] = {"search_podcast": search_podcast}
VIEWS: dict[str, Listener] = {SEARCH_FORM: search_submitted}
OPTIONS: dict[str, Listener] = {GUEST: offer_guests, EPISODE: offer_episodes}
