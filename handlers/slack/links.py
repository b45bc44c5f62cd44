"""Links that members post: below those to the podcast, what is said there."""

import logging
from collections.abc import Mapping
from functools import partial
from html import unescape
from typing import Any

from slack_sdk.errors import SlackApiError

from bot.answers.pasted import find_linked
from bot.answers.replies import Card
from bot.answers.requests import Request, Verb
from bot.answers.several import request_of
from bot.models import Episode
from handlers.slack.client import slack_error_code
from handlers.slack.interaction import Interaction
from handlers.slack.render.unfurls import render_unfurl

# Nobody reads more below one message.
_MOST_LINKS = 5

_log = logging.getLogger(__name__)


async def unfurl_links(interaction: Interaction) -> None:
    """Show below a message what is said at the seconds that its links lead to.

    Links that lead to no episode are left to Slack. Nobody has asked, so nobody hears of errors.
    """
    event = interaction.body["event"]
    try:
        shown = await _find(interaction, [each["url"] for each in event.get("links") or ()])
        if shown:
            await _show(interaction, event, shown)
    except SlackApiError as error:
        _log.info("A link was left as it is: %s", slack_error_code(error))
    except Exception:  # noqa: BLE001 - whatever it is, the link works without
        _log.exception("A link was left as it is.")


async def _find(
    interaction: Interaction, addresses: list[str]
) -> Mapping[str, tuple[Card, Episode]]:
    """Find what is said at each address, as Slack writes it, that leads to an episode."""
    libraries = await interaction.intake.libraries_for(interaction.asker)
    found: dict[str, tuple[Card, Episode]] = {}
    for written in dict.fromkeys(addresses):
        address = unescape(written)
        found_in = ((each, find_linked(each, address)) for each in libraries)
        library, episode = next((each for each in found_in if each[1]), (None, None))
        if library is None or episode is None or len(found) == _MOST_LINKS:
            continue
        request = request_of(Request(Verb.FIND, address), library.podcast)
        reply = await interaction.intake.press(request, interaction.asker)
        if len(reply.cards) == 1:
            found[written] = reply.cards[0], episode
    return found


async def _show(
    interaction: Interaction, event: dict[str, Any], shown: Mapping[str, tuple[Card, Episode]]
) -> None:
    """Unfurl links with players; if Slack refuses those, with pictures."""
    place = {"channel": event.get("channel"), "ts": event.get("message_ts")}
    if event.get("unfurl_id") and event.get("source"):
        place = {"unfurl_id": event["unfurl_id"], "source": event["source"]}
    unfurl = partial(interaction.client.chat_unfurl, **place)
    try:
        await unfurl(unfurls={url: render_unfurl(url, *each) for url, each in shown.items()})
    except SlackApiError as error:
        _log.info("Links are shown without a player: %s", slack_error_code(error))
        plain = {url: render_unfurl(url, *each, plays=False) for url, each in shown.items()}
        await unfurl(unfurls=plain)
