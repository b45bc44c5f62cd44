"""An interaction with a member: a payload from Slack, and how to answer it where they are."""

import asyncio
import json
import logging
import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.buttons import mark_shared
from bot.answers.public import for_everybody
from bot.answers.replies import Reply
from bot.answers.requests import Request, Verb, pack, unpack
from bot.languages import ENGLISH
from bot.posting.follow_commands import with_refusal
from bot.posting.places import Requester
from bot.service.request_queue import RequestQueue
from bot.service.sharing import ShareOutcome, Shares
from bot.text import clean
from bot.translations import gettext
from bot.weekly.ports import WeeklyContext
from handlers.slack.client import slack_error_code
from handlers.slack.moderators import Moderators
from handlers.slack.render.buttons import ESCAPED, Surface
from handlers.slack.render.home import render_home
from handlers.slack.render.limits import BLOCK_ID
from handlers.slack.render.messages import render_reply
from handlers.slack.render.views import render_dialog, waiting_dialog
from handlers.slack.response_url import respond
from handlers.slack.taken import Taken

# An ack with a waiting dialog must arrive before the answer that replaces it.
_ACK_SECONDS = 0.3
# A trigger_id is valid for three seconds and one view, and at most three views can be stacked.
_TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "push_limit_reached"})
_CLOSED = "not_found"
# Charts are the newest blocks; not every Slack may know them.
_BAD_BLOCKS = frozenset({"invalid_blocks", "invalid_blocks_format"})
_PLACE = re.compile(
    r"in:(?P<thread>[\d.]*)/\d+(?:/(?P<shared>(?:\d{1,2}(?:\.\d{1,2})*+)?)/(?P<asked>\[.*\]))?",
    re.DOTALL | re.ASCII,
)
_PRESSED = frozenset({"actions", "context_actions"})

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Location:
    """Where a member is, or was when they opened a dialog; "" if unknown.

    `thread` is the thread they are in, `target` the one in which to share. `form` is what the form
    in a dialog is for.
    """

    channel: str = ""
    thread: str = ""
    target: str = ""
    response_url: str = ""
    form: str = ""


@dataclass(slots=True)
class Interaction:
    """A payload and what its listener needs.

    `shares` remembers what was shared, `weekly` serves the quote of the week, and `moderators`
    knows who may moderate it. What everybody sees is in the `public_language`. `dialog` is the id
    of the view that is waiting for the answer; while it is "", answers are sent as messages, or
    pushed as a new view. If it `holds_ack`, that may carry the answer, unless Slack may refuse it:
    `taken` knows.
    """

    body: dict[str, Any]
    ack: AsyncAck
    asker: Requester
    intake: RequestQueue
    client: AsyncWebClient
    shares: Shares
    weekly: WeeklyContext
    moderators: Moderators
    taken: Taken
    public_language: str = ENGLISH
    origin: Location = Location()
    dialog: str = ""
    holds_ack: bool = False

    @property
    def view(self) -> dict[str, Any]:
        """The view that the payload comes from, empty if none."""
        return self.body.get("view") or {}

    @property
    def in_modal(self) -> bool:
        """Whether the member is in a dialog."""
        return self.view.get("type") == "modal"

    @property
    def in_direct_message(self) -> bool:
        """Whether the member writes to the app alone."""
        return bool((self.body.get("event") or {}).get("channel_type") == "im")


def read_place(interaction: Interaction) -> None:
    """Read from the payload where the member is, and so which podcasts are served there.

    A dialog knows where it was opened.
    """
    interaction.origin = _origin_of(interaction.body)
    if channel := interaction.origin.channel:
        interaction.asker = replace(interaction.asker, channels=(channel,))


def _origin_of(body: dict[str, Any]) -> Location:
    if view := body.get("view"):
        return _read_origin(view.get("private_metadata") or "{}")
    if event := body.get("event"):
        thread = event.get("thread_ts", "")
        return Location(event.get("channel", ""), thread, thread or event.get("ts", ""))
    said, container = body.get("message") or {}, body.get("container") or {}
    thread = container.get("thread_ts") or said.get("thread_ts") or ""
    shortcut = body.get("type") == "message_action"
    return Location(
        channel=body.get("channel_id") or (body.get("channel") or {}).get("id", ""),
        thread=thread,
        target=_carried(body) or thread or (said.get("ts", "") if shortcut else ""),
        response_url=body.get("response_url") or "",
    )


def searched_in(interaction: Interaction) -> Request:
    """Return the search without words that an open search form is for, which names its podcasts."""
    return unpack(interaction.origin.form) or Request(Verb.SEARCH)


def with_place(
    content: dict[str, Any],
    target: str,
    asked: Request | None = None,
    shared: Collection[int] = (),
) -> dict[str, Any]:
    """Store in the buttons of a message the thread in which to share, and what the message shows.

    That is the request that it answers, and the numbers of the passages shared from it: Slack does
    not say what is in a message that only one member sees.
    """
    shown = f"/{'.'.join(map(str, sorted(shared)))}/{clean(pack(asked))}" if asked else ""
    if not (target or shown):
        return content
    blocks = [
        {**block, "block_id": _block_id(f"in:{target}/{place}", shown)}
        if block["type"] in _PRESSED
        else block
        for place, block in enumerate(content["blocks"])
    ]
    return {**content, "blocks": blocks}


def shown_in(body: dict[str, Any]) -> tuple[Request | None, frozenset[int]]:
    """Read which request a message answers, and the numbers of the passages shared from it."""
    found = _found(body)
    if found is None or not found["asked"]:
        return None, frozenset()
    return unpack(found["asked"]), frozenset(map(int, filter(None, found["shared"].split("."))))


async def reply_privately(interaction: Interaction, reply: Reply) -> None:
    """Send a reply that only this member sees: in the open dialog, else as a message."""
    reply = await with_refusal(interaction.weekly.posting, interaction.asker, reply)
    origin = interaction.origin
    if interaction.dialog:
        await show_in_dialog(interaction, _dialog(interaction, reply))
    elif interaction.view and await open_view(interaction, _dialog(interaction, reply)):
        return
    elif origin.response_url:
        await _respond(interaction, reply)
    elif interaction.body.get("event", {}).get("type") == "app_home_opened":
        await interaction.client.views_publish(
            user_id=interaction.asker.person, view=render_home(reply)
        )
    elif interaction.in_direct_message:
        await post_in_thread(interaction, reply)
    elif origin.channel:
        # Slack shows an ephemeral message in a thread only if the thread exists already.
        post = partial(
            interaction.client.chat_postEphemeral,
            channel=origin.channel,
            user=interaction.asker.person,
            thread_ts=origin.thread or None,
        )
        await _post(reply, origin.target, post, public=False)
    else:
        _log.info("There is nowhere to answer.")


async def post_in_thread(interaction: Interaction, reply: Reply) -> None:
    """Post a reply for all who read the thread that the member is in, or that they begin."""
    thread = interaction.origin.target
    shown = reply if interaction.in_direct_message else for_everybody(reply)
    post = partial(
        interaction.client.chat_postMessage, channel=interaction.origin.channel, thread_ts=thread
    )
    await _post(shown, thread, post, public=True)


def private_message(
    interaction: Interaction,
    reply: Reply,
    *,
    replace_original: bool = False,
    charts: bool = True,
    shared: Collection[int] = (),
) -> dict[str, Any]:
    """Build the message for a response_url that only this member sees.

    `shared` are the numbers of the cards that they have shared.
    """
    thread = {"thread_ts": interaction.origin.thread} if interaction.origin.thread else {}
    content = render_reply(mark_shared(reply, shared), charts=charts)
    content = with_place(content, interaction.origin.target, reply.asked, shared)
    manner = {"response_type": "ephemeral", "replace_original": replace_original}
    return {**content, **manner, **thread}


async def open_view(interaction: Interaction, view: dict[str, Any]) -> str:
    """Open a view, or push it onto the open one; return its id, "" if it is too late."""
    display = (
        interaction.client.views_push if interaction.in_modal else interaction.client.views_open
    )
    try:
        shown = await display(
            trigger_id=interaction.body.get("trigger_id", ""), view=with_origin(interaction, view)
        )
    except SlackApiError as error:
        if slack_error_code(error) not in _TOO_LATE:
            raise
        _log.info("A view could not be opened: %s", slack_error_code(error))
        return ""
    return str(shown["view"]["id"])


def too_slow() -> Reply:
    """Say that a dialog could not be opened in time."""
    return Reply(gettext("That took too long to open. Please try once more."))


async def open_waiting_dialog(interaction: Interaction) -> None:
    """Open a dialog before its answer is ready, as a trigger expires after 3 seconds.

    If it is too late, the answer goes to the open dialog, else into a message.
    """
    interaction.dialog = await open_view(interaction, waiting_dialog()) or (
        interaction.view["id"] if interaction.in_modal else ""
    )


async def acknowledge_form(interaction: Interaction) -> None:
    """Let the form that was sent wait for its answer, in its own dialog."""
    await interaction.ack(response_action="update", view=with_origin(interaction, waiting_dialog()))
    interaction.dialog = interaction.view["id"]
    await asyncio.sleep(_ACK_SECONDS)


async def show_in_dialog(interaction: Interaction, view: dict[str, Any]) -> None:
    """Replace the view that is waiting, unless it was closed."""
    await update_view(interaction, interaction.dialog, with_origin(interaction, view))


async def update_view(interaction: Interaction, view_id: str, view: dict[str, Any]) -> None:
    """Change what a dialog shows, unless the member has closed it."""
    try:
        await interaction.client.views_update(view_id=view_id, view=view)
    except SlackApiError as error:
        if slack_error_code(error) != _CLOSED:
            raise
        _log.info("A dialog was closed before its answer was ready.")


def with_origin(interaction: Interaction, view: dict[str, Any]) -> dict[str, Any]:
    """Store in a view where it was opened."""
    return {**view, "private_metadata": json.dumps(asdict(interaction.origin))}


def _read_origin(kept: str) -> Location:
    """Read what `with_origin` stored; views of another version are ignored."""
    try:
        return Location(**json.loads(kept))
    except (TypeError, ValueError):
        return Location()


def _dialog(interaction: Interaction, reply: Reply) -> dict[str, Any]:
    """Render a reply as a dialog, which shares where it was opened, else asks where to."""
    place = Surface.CHANNEL_DIALOG if interaction.origin.response_url else Surface.DIALOG
    return render_dialog(reply, place)


async def _respond(interaction: Interaction, reply: Reply) -> None:
    """Answer in the acknowledgement if it still waits for that, else at the response_url.

    Without a chart where Slack does not take it. An acknowledgement holds only charts and pictures
    that were taken before, as nobody would learn that they were refused.
    """
    url, message = interaction.origin.response_url, private_message(interaction, reply)
    workspace, taken = interaction.asker.workspace, interaction.taken
    held = interaction.holds_ack and interaction.ack.response is None
    if held and taken.holds(workspace, message):
        await interaction.ack(message)
        return
    note = partial(taken.note, workspace) if interaction.holds_ack else None
    outcome = await respond(interaction.client, url, message, note)
    if outcome is ShareOutcome.REFUSED and reply.mentions:
        message = private_message(interaction, reply, charts=False)
        await respond(interaction.client, url, message)


async def _post(
    reply: Reply, target: str, post: Callable[..., Awaitable[object]], *, public: bool
) -> None:
    """Post a reply, without a chart where Slack does not take it."""
    try:
        await post(**_placed(reply, target, public=public))
    except SlackApiError as error:
        if not (reply.mentions and slack_error_code(error) in _BAD_BLOCKS):
            raise
        _log.info("A chart was refused: %s", slack_error_code(error))
        await post(**_placed(reply, target, public=public, charts=False))


def _placed(reply: Reply, target: str, *, public: bool, charts: bool = True) -> dict[str, Any]:
    """Render a reply, whose buttons know where it is and, if it is private, what it shows."""
    content = render_reply(reply, public, charts=charts)
    return with_place(content, target, None if public else reply.asked)


def _carried(body: dict[str, Any]) -> str:
    """Read the thread that a pressed button has stored."""
    found = _found(body)
    return found["thread"] if found else ""


def _found(body: dict[str, Any]) -> re.Match[str] | None:
    pressed = body.get("actions") or [{}]
    return _PLACE.fullmatch(pressed[0].get("block_id", ""))


def _block_id(place: str, shown: str) -> str:
    """Write an id; what the message shows is left out if it has no room."""
    whole = place + shown
    return whole if len(whole) <= BLOCK_ID and not ESCAPED & set(whole) else place
