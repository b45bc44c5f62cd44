"""Commands, mentions, shortcuts, App Home and the search form: parse, ask, answer."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.answers.help import overview
from bot.answers.public import for_everybody
from bot.answers.requests import FOLLOWING, Request, Verb, read_request
from bot.answers.suggestions import Suggestion, suggest_episodes, suggest_guests
from bot.answers.talk import QUIET, read_talk
from bot.library.library import Library
from handlers.slack.actions import open_search_form
from handlers.slack.channel_commands import (
    about,
    announce,
    answer_weekly_command,
    follow,
    forget_on_revocation,
    forget_on_uninstall,
    with_next,
)
from handlers.slack.interaction import Interaction, reply_privately, with_origin, with_place
from handlers.slack.render.limits import SELECT_OPTIONS
from handlers.slack.render.messages import render_reply
from handlers.slack.render.mrkdwn import decode_mrkdwn, message_text
from handlers.slack.render.views import (
    EPISODE,
    GUEST,
    SEARCH_FORM,
    WORDS,
    read_form,
    render_home,
    waiting_dialog,
)

# The ack carries the waiting dialog, and must arrive before the answer that replaces it.
_ACK_SECONDS = 0.3
_NOTHING_FILLED_IN = "Type a word or two, or choose a guest, an episode or a season."
_SOMEBODY = r"<@[A-Z0-9]+(?:\|[^<>]*)?>"

_log = logging.getLogger(__name__)

Listener = Callable[[Interaction], Awaitable[None]]


async def _answer_command(interaction: Interaction) -> None:
    """Answer /podcast."""
    request = read_request(decode_mrkdwn(interaction.body.get("text", "")))
    if request.verb in _TYPED:
        return await _TYPED[request.verb](interaction, request)
    return await reply_privately(
        interaction, await interaction.intake.ask(request, interaction.asker)
    )


async def _answer_mention(interaction: Interaction) -> None:
    """Answer a mention publicly, in its thread; bots, and what asks nothing, are ignored.

    A reply that is of no use to others, such as a rate limit, goes to the member alone.
    """
    event = interaction.body["event"]
    if event.get("bot_id") or not event.get("user"):
        return
    said = _without_mention(event.get("text", ""), _own_id(interaction.body))
    typed = decode_mrkdwn(said)
    if said.strip() and not typed.strip():
        return  # nothing but emoji, or other people
    request = read_talk(typed)
    if request.verb in _TYPED:
        await _TYPED[request.verb](interaction, request)
        return
    reply = await interaction.intake.ask(request, interaction.asker)
    if reply == QUIET:
        return
    if (reply.cards or reply.mentions) and not reply.private:
        thread = interaction.origin.target
        shown = render_reply(for_everybody(reply), public=True)
        content = with_place(shown, thread)
        await interaction.client.chat_postMessage(
            channel=interaction.origin.channel, thread_ts=thread, **content
        )
    else:
        await reply_privately(interaction, reply)


async def _open_message_search(interaction: Interaction) -> None:
    """Find passages about what a message says."""
    said = decode_mrkdwn(message_text(interaction.body.get("message") or {}))
    await reply_privately(
        interaction, await interaction.intake.ask(Request(Verb.FIND, said), interaction.asker)
    )


async def _show_home(interaction: Interaction) -> None:
    """Show the latest episodes and the next quote in App Home."""
    if interaction.body["event"].get("tab") == "home":
        reply = await with_next(
            interaction, await asyncio.to_thread(overview, interaction.intake.library)
        )
        await interaction.client.views_publish(
            user_id=interaction.asker.person, view=render_home(reply)
        )


async def _answer_form(interaction: Interaction) -> None:
    """Answer the search form in its own dialog."""
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


async def _guest_options(interaction: Interaction) -> None:
    """Suggest guests for what is typed."""
    await _suggest_options(interaction, suggest_guests)


async def _episode_options(interaction: Interaction) -> None:
    """Suggest episodes for what is typed."""
    await _suggest_options(interaction, suggest_episodes)


async def _suggest_options(
    interaction: Interaction, suggest: Callable[[Library, str, int], Sequence[Suggestion]]
) -> None:
    """Send options; none after an error, as a menu cannot show one."""
    try:
        typed = decode_mrkdwn(interaction.body.get("value") or "")
        choices = suggest(interaction.intake.library, typed, SELECT_OPTIONS)
    except Exception:  # noqa: BLE001 - a menu has no other way to fail
        _log.exception("Suggestions failed.")
        choices = ()
    await interaction.ack(options=[_option(choice) for choice in choices])


def _option(choice: Suggestion) -> dict[str, Any]:
    return {"text": {"type": "plain_text", "text": choice.label}, "value": choice.value}


def _own_id(body: dict[str, Any]) -> str:
    """Return the bot's own user id, for which the event was sent."""
    ours = (
        each.get("user_id", "") for each in body.get("authorizations") or () if each.get("is_bot")
    )
    return next(ours, "")


def _without_mention(text: str, own: str) -> str:
    """Remove the mention of the bot from a text; if its id is unknown, the first mention."""
    if own:
        return re.sub(rf"<@{own}(?:\|[^<>]*)?>[:,]?", " ", text)
    return re.sub(_SOMEBODY + "[:,]?", " ", text, count=1)


# The commands that do not search the podcast, and are answered privately.
_TYPED: dict[Verb, Callable[[Interaction, Request], Awaitable[None]]] = {
    Verb.ABOUT: about,
    Verb.WEEKLY: answer_weekly_command,
    Verb.ANNOUNCE: announce,
    **dict.fromkeys(FOLLOWING, follow),
}
COMMANDS: dict[str, Listener] = {"/podcast": _answer_command}
EVENTS: dict[str, Listener] = {
    "app_mention": _answer_mention,
    "app_home_opened": _show_home,
    "app_uninstalled": forget_on_uninstall,
    "tokens_revoked": forget_on_revocation,
}
MESSAGE_SHORTCUTS: dict[str, Listener] = {"find_in_podcast": _open_message_search}
GLOBAL_SHORTCUTS: dict[str, Listener] = {"search_podcast": open_search_form}
VIEWS: dict[str, Listener] = {SEARCH_FORM: _answer_form}
OPTIONS: dict[str, Listener] = {GUEST: _guest_options, EPISODE: _episode_options}
