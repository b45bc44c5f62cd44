"""Messages to the bot: mentions in channels, direct messages, and what the app's tab suggests."""

import asyncio
import logging
import re
from contextlib import suppress
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.answers.help import help_by_mention
from bot.answers.hints import examples_from
from bot.answers.public import is_for_everybody
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb
from bot.answers.talk import QUIET, for_one_reader, points_above, read_talk
from bot.translations import gettext, speaking
from handlers.slack.channel_commands import TYPED
from handlers.slack.client import slack_error_code
from handlers.slack.interaction import Interaction, post_in_thread, reply_privately
from handlers.slack.post_errors import BLIND
from handlers.slack.render.mrkdwn import decode_mrkdwn, read_message

_SOMEBODY = r"<@[A-Z0-9]+(?:\|[^<>]*)?>"
# The other messages in a conversation tell what happened in it.
_WRITTEN = frozenset({None, "file_share", "me_message", "thread_broadcast"})
# The answer matters more than the status.
_STATUS_SECONDS = 1.0
_MOST_PROMPTS = 4
_HELP = "help"

_log = logging.getLogger(__name__)


async def answer_mention(interaction: Interaction) -> None:
    """Answer a mention publicly, in its thread; bots, and what asks nothing, are ignored.

    A reply that is of no use to others, such as a rate limit, goes to the member alone.
    """
    event = interaction.body["event"]
    if not _is_written_by_member(event):
        return
    said = _without_mention(event.get("text", ""), _own_id(interaction.body))
    typed = decode_mrkdwn(said)
    if said.strip() and not typed.strip():
        return  # nothing but emoji, or other people
    await _answer(interaction, typed)


async def answer_direct_message(interaction: Interaction) -> None:
    """Answer a message to the app, in its thread; whatever is written there is for the app."""
    event = interaction.body["event"]
    if not (interaction.in_direct_message and _is_written_by_member(event)):
        return
    said = _without_mention(event.get("text", ""), _own_id(interaction.body))
    if typed := decode_mrkdwn(said).strip():
        await _show_status(interaction)
        await _answer(interaction, typed)


async def suggest_prompts(interaction: Interaction) -> None:
    """Suggest what to ask in a conversation that a member has begun in the assistant view."""
    thread = interaction.body["event"].get("assistant_thread") or {}
    await suggest_questions(
        interaction, thread.get("channel_id") or "", thread.get("thread_ts") or None
    )


async def suggest_questions(interaction: Interaction, channel: str, thread: str | None) -> None:
    """Suggest questions in the app's tab, if the workspace has the agent or assistant view.

    In the agent view there is no `thread`: with one, Slack would show nothing.
    """
    libraries = await interaction.intake.libraries_for(interaction.asker)
    examples = await asyncio.to_thread(examples_from, libraries[0])
    asks_for_help = gettext("What can you do?"), _HELP
    prompts = [*((each, each) for each in examples), asks_for_help][:_MOST_PROMPTS]
    try:
        await interaction.client.assistant_threads_setSuggestedPrompts(
            channel_id=channel,
            thread_ts=thread,
            title=gettext("Ask the podcast"),
            prompts=[{"title": title, "message": message} for title, message in prompts],
        )
    except SlackApiError as error:
        _log.debug("Nothing is suggested in the app's tab: %s", slack_error_code(error))


async def _answer(interaction: Interaction, typed: str) -> None:
    """Answer what a member has written to the bot."""
    request = await _read(interaction, typed)
    if request is None:
        await reply_privately(interaction, _not_read())
        return
    if request.verb in TYPED:
        await TYPED[request.verb](interaction, request)
        return
    if interaction.in_direct_message:
        reply = await interaction.intake.ask(request, interaction.asker)
        reply = _where_asked(interaction, request, reply)
        libraries = await interaction.intake.libraries_for(interaction.asker)
        shown = await asyncio.to_thread(for_one_reader, libraries[0], reply)
        await reply_privately(interaction, shown)
        return
    public = interaction.public_language
    reply = await interaction.intake.ask(request, interaction.asker, public)
    if is_for_everybody(reply):
        with speaking(public):
            await post_in_thread(interaction, reply)
    elif reply != QUIET:
        await reply_privately(interaction, _where_asked(interaction, request, reply))


def _where_asked(interaction: Interaction, request: Request, reply: Reply) -> Reply:
    """Explain in a thread, where commands do not work, what does."""
    in_thread = request.verb is Verb.HELP and interaction.origin.thread
    return help_by_mention(reply) if in_thread else reply


async def _read(interaction: Interaction, typed: str) -> Request | None:
    """Parse a message; "this" in a thread means what began it; None if that cannot be read."""
    points = points_above(typed)
    if not interaction.origin.thread or (typed.strip() and not points):
        return read_talk(typed)
    if above := await _text_above(interaction):
        return Request(Verb.FIND, above)
    return None if points else read_talk(typed)


async def _text_above(interaction: Interaction) -> str:
    """Return what the message that began the thread says; "" if it cannot be read, or is ours."""
    channel, thread = interaction.origin.channel, interaction.origin.thread
    try:
        page = await interaction.client.conversations_replies(channel=channel, ts=thread, limit=1)
    except SlackApiError as error:
        if slack_error_code(error) in BLIND:
            return ""
        raise
    first: dict[str, Any] = next(iter(page.get("messages") or ()), {})
    ours = first.get("user") == _own_id(interaction.body)
    return "" if ours or first.get("ts") != thread else read_message(first).strip()


def _not_read() -> Reply:
    note = gettext(
        "Choose “Find in podcast” in the menu of that message, or tell me what to look for."
    )
    return Reply(gettext("I cannot read what is above."), (note,))


async def _show_status(interaction: Interaction) -> None:
    """Say that the bot is searching, until it answers, where Slack shows that."""
    with suppress(SlackApiError, TimeoutError):
        async with asyncio.timeout(_STATUS_SECONDS):
            await interaction.client.assistant_threads_setStatus(
                channel_id=interaction.origin.channel,
                thread_ts=interaction.origin.target,
                status=gettext("is searching the podcast…"),
            )


def _is_written_by_member(event: dict[str, Any]) -> bool:
    by_member = bool(event.get("user")) and not event.get("bot_id")
    return by_member and event.get("subtype") in _WRITTEN


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
