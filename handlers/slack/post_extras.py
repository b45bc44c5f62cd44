"""What comes with a post in Slack: replies below it, a pin, and a user group that it notifies."""

import re
from collections.abc import Sequence
from contextlib import suppress

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.replies import quoted
from bot.posting.poster import FailureKind, PostError
from bot.translations import gettext
from handlers.slack.client import slack_error_code
from handlers.slack.post_errors import raising_slack_errors
from handlers.slack.render.rich_text import Payload

_GROUP = re.compile(r"S[A-Z0-9]{6,}", re.ASCII)
_ALREADY_PINNED = "already_pinned"
_MOST_NAMED = 10


async def find_user_group(client: AsyncWebClient, named: str) -> str:
    """Find the id of a user group by its id or handle; raises PostError that says what is wrong."""
    name = named.lstrip("@")
    if _GROUP.fullmatch(name):
        return name
    try:
        with raising_slack_errors():
            response = await client.usergroups_list()
    except PostError as error:
        reason = gettext(
            "I cannot look up the user group {name}. {reason}",
            name=quoted(name),
            reason=error.reason,
        )
        raise PostError(error.kind, "Slack", reason, _by_id()) from error
    groups: list[Payload] = response.get("usergroups") or []
    for each in groups:
        if name.casefold() in (str(each.get(field)).casefold() for field in ("handle", "name")):
            return str(each["id"])
    reason = gettext("There is no user group {name}.", name=quoted(name))
    raise PostError(FailureKind.PERMANENT, "Slack", reason, _name_some(groups))


def _by_id() -> str:
    return gettext(
        "Add the scope usergroups:read, or type the group's id instead: S and letters, at the end "
        "of the link to the group."
    )


def _name_some(groups: Sequence[Payload]) -> str:
    handles = ", ".join(f"@{each.get('handle')}" for each in groups[:_MOST_NAMED])
    if not handles:
        return gettext("This workspace has none.")
    return gettext("The workspace has these: {handles}.", handles=handles)


async def reply_below(client: AsyncWebClient, channel: str, ts: str, text: str) -> None:
    """Begin a thread below a message; raises PostError."""
    with raising_slack_errors():
        await client.chat_postMessage(
            channel=channel, thread_ts=ts, text=text, unfurl_links=False, unfurl_media=False
        )


async def pin_message(client: AsyncWebClient, channel: str, ts: str, earlier: str) -> None:
    """Pin a message and unpin an earlier one, if it still is; raises PostError."""
    with raising_slack_errors():
        try:
            await client.pins_add(channel=channel, timestamp=ts)
        except SlackApiError as error:
            if slack_error_code(error) != _ALREADY_PINNED:
                raise
    if earlier:
        # Somebody may have unpinned or deleted it.
        with suppress(PostError), raising_slack_errors():
            await client.pins_remove(channel=channel, timestamp=earlier)
