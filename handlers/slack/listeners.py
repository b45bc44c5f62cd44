"""What commands, mentions, shortcuts, App Home and the search form do: parse, ask, answer there."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.answers.dispatch import overview
from bot.library.library import Library
from bot.requests import FOLLOWING, Request, Verb, read_request
from bot.suggestions import Choice, suggest_episodes, suggest_guests
from handlers.slack.actions import open_search_form
from handlers.slack.following import announce, follow
from handlers.slack.interaction import Interaction, reply_privately, with_origin, with_thread
from handlers.slack.render.limits import SELECT_OPTIONS
from handlers.slack.render.messages import render_reply
from handlers.slack.render.mrkdwn import decode, text_of
from handlers.slack.render.views import (
    EPISODE,
    GUEST,
    SEARCH_FORM,
    WORDS,
    read_form,
    render_home,
    waiting_dialog,
)
from handlers.slack.weekly import about, answer_typed, removed, revoked, with_next

# An answer to a form travels with the ack, and must not arrive behind what is shown after it.
_ACK_SECONDS = 0.3
_NOTHING_FILLED_IN = "Type a word or two, or choose a guest, an episode or a season."
_SOMEBODY = r"<@[A-Z0-9]+(?:\|[^>]*)?>"

_log = logging.getLogger(__name__)

Listener = Callable[[Interaction], Awaitable[None]]


async def answer_command(interaction: Interaction) -> None:
    """Answer what was typed behind /podcast."""
    await interaction.ack()
    request = read_request(decode(interaction.body.get("text", "")))
    if request.verb in _TYPED:
        return await _TYPED[request.verb](interaction, request)
    return await reply_privately(
        interaction, await interaction.intake.ask(request, interaction.asker)
    )


async def answer_mention(interaction: Interaction) -> None:
    """Answer a mention for everybody, in its thread; bots are left alone.

    What is of no use to others, such as a limit that is reached or when quotes are posted, is told
    to who asked.
    """
    await interaction.ack()
    event = interaction.body["event"]
    if event.get("bot_id") or not event.get("user"):
        return
    typed = decode(_without_mention(event.get("text", ""), _own_id(interaction.body)))
    request = read_request(typed)
    if request.verb in _TYPED:
        await _TYPED[request.verb](interaction, request)
        return
    reply = await interaction.intake.ask(request, interaction.asker)
    if reply.cards or reply.mentions:
        thread = interaction.origin.target
        content = with_thread(render_reply(reply, public=True), thread)
        await interaction.client.chat_postMessage(
            channel=event["channel"], thread_ts=thread, **content
        )
    else:
        await reply_privately(interaction, reply)


async def find_in_podcast(interaction: Interaction) -> None:
    """Answer what a message is about."""
    await interaction.ack()
    said = decode(text_of(interaction.body["message"]))
    await reply_privately(
        interaction, await interaction.intake.ask(Request(Verb.FIND, said), interaction.asker)
    )


async def open_form(interaction: Interaction) -> None:
    """Open the form to search with."""
    await interaction.ack()
    await open_search_form(interaction)


async def show_home(interaction: Interaction) -> None:
    """Show what is new, and when a quote comes, when somebody opens the App Home."""
    await interaction.ack()
    if interaction.body["event"].get("tab") == "home":
        reply = await with_next(
            interaction, await asyncio.to_thread(overview, interaction.intake.library)
        )
        await interaction.client.views_publish(
            user_id=interaction.asker.person, view=render_home(reply)
        )


async def answer_form(interaction: Interaction) -> None:
    """Answer a form in its own place."""
    query = read_form(interaction.view)
    if not query:
        await interaction.ack(response_action="errors", errors={WORDS: _NOTHING_FILLED_IN})
        return
    await interaction.ack(response_action="update", view=with_origin(interaction, waiting_dialog()))
    interaction.dialog = interaction.view["id"]
    await asyncio.sleep(_ACK_SECONDS)
    await reply_privately(
        interaction, await interaction.intake.ask(Request(Verb.SEARCH, query), interaction.asker)
    )


async def guest_options(interaction: Interaction) -> None:
    """Suggest guests for what is typed."""
    await _suggest_options(interaction, suggest_guests)


async def episode_options(interaction: Interaction) -> None:
    """Suggest episodes for what is typed."""
    await _suggest_options(interaction, suggest_episodes)


async def _suggest_options(
    interaction: Interaction, suggest: Callable[[Library, str, int], Sequence[Choice]]
) -> None:
    """Answer with options, or with none: a menu cannot show an error."""
    try:
        typed = decode(interaction.body.get("value") or "")
        choices = suggest(interaction.intake.library, typed, SELECT_OPTIONS)
    except Exception:  # noqa: BLE001 - a menu has no other way to fail
        _log.exception("Nothing is suggested.")
        choices = ()
    await interaction.ack(options=[_option(choice) for choice in choices])


def _option(choice: Choice) -> dict[str, Any]:
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
_TYPED: dict[Verb, Callable[[Interaction, Request], Awaitable[None]]] = {
    Verb.ABOUT: about,
    Verb.WEEKLY: answer_typed,
    Verb.ANNOUNCE: announce,
    **dict.fromkeys(FOLLOWING, follow),
}
COMMANDS: dict[str, Listener] = {"/podcast": answer_command}
EVENTS: dict[str, Listener] = {
    "app_mention": answer_mention,
    "app_home_opened": show_home,
    "app_uninstalled": removed,
    "tokens_revoked": revoked,
}
MESSAGE_SHORTCUTS: dict[str, Listener] = {"find_in_podcast": find_in_podcast}
GLOBAL_SHORTCUTS: dict[str, Listener] = {"search_podcast": open_form}
VIEWS: dict[str, Listener] = {SEARCH_FORM: answer_form}
OPTIONS: dict[str, Listener] = {GUEST: guest_options, EPISODE: episode_options}
