"""A call: one payload of Slack's, who it is from, where they are, and how to answer them there."""

import json
import logging
import re
from dataclasses import asdict, dataclass
from typing import Any

from slack_bolt.async_app import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.answers.replies import Reply
from bot.ports import Ports
from bot.service.request_queue import Requester, RequestQueue
from bot.service.sharing import Shares
from handlers.slack.blocks import message
from handlers.slack.buttons import Place
from handlers.slack.moderators import Moderators
from handlers.slack.responding import respond
from handlers.slack.views import dialog, home, waiting

# A trigger_id is good for three seconds and one view, and three views lie on each other at most.
_TOO_LATE = frozenset({"expired_trigger_id", "exchanged_trigger_id", "push_limit_reached"})
_CLOSED = "not_found"
_THREAD = re.compile(r"in:(?P<thread>[\d.]+)/")

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a person is, or was when they opened a dialog; what is not known is "".

    `thread` is the one they are in, `target` the one that what they share belongs to.
    """

    channel: str = ""
    thread: str = ""
    target: str = ""
    response_url: str = ""


@dataclass(slots=True)
class Call:
    """A payload and what its listener needs.

    `shares` remembers what was shared, `weekly` is for the quote of the week, and `moderators`
    knows who decides on it. `dialog` is the id of the view that waits for the
    answer; while it is "", answers are messages, or views of their own above one.
    """

    body: dict[str, Any]
    ack: AsyncAck
    asker: Requester
    intake: RequestQueue
    client: AsyncWebClient
    shares: Shares
    weekly: Ports
    moderators: Moderators
    origin: Origin = Origin()
    dialog: str = ""

    @property
    def view(self) -> dict[str, Any]:
        """The view that the payload comes from; empty if it comes from somewhere else."""
        return self.body.get("view") or {}

    @property
    def in_modal(self) -> bool:
        """Whether the person is in a dialog."""
        return self.view.get("type") == "modal"


def origin_of(body: dict[str, Any]) -> Origin:
    """Find out where a person is from a payload; a dialog knows where it was opened from."""
    if view := body.get("view"):
        return _read_origin(view.get("private_metadata") or "{}")
    if event := body.get("event"):
        thread = event.get("thread_ts", "")
        return Origin(event.get("channel", ""), thread, thread or event.get("ts", ""))
    said, container = body.get("message") or {}, body.get("container") or {}
    thread = container.get("thread_ts") or said.get("thread_ts") or ""
    shortcut = body.get("type") == "message_action"
    return Origin(
        channel=body.get("channel_id") or (body.get("channel") or {}).get("id", ""),
        thread=thread,
        target=_carried(body) or thread or (said.get("ts", "") if shortcut else ""),
        response_url=body.get("response_url", ""),
    )


def aimed(content: dict[str, Any], target: str) -> dict[str, Any]:
    """Let the buttons of a message remember the thread that shares belong to."""
    if not target:
        return content
    blocks = [
        {**block, "block_id": f"in:{target}/{place}"} if block["type"] == "actions" else block
        for place, block in enumerate(content["blocks"])
    ]
    return {**content, "blocks": blocks}


async def tell(call: Call, reply: Reply) -> None:
    """Say something to one person alone, where they look: in a dialog, else in a message."""
    origin = call.origin
    if call.dialog:
        await _fill(call, reply)
    elif call.view and await show(call, _dialog(call, reply)):
        return
    elif origin.response_url:
        await respond(call.client, origin.response_url, private(call, reply))
    elif call.body.get("event", {}).get("type") == "app_home_opened":
        await call.client.views_publish(user_id=call.asker.person, view=home(reply))
    elif origin.channel:
        # What one person alone sees is shown in a thread only where there is one already.
        thread = {"thread_ts": origin.thread} if origin.thread else {}
        content = {**aimed(message(reply), origin.target), **thread}
        who, where = call.asker.person, origin.channel
        await call.client.chat_postEphemeral(channel=where, user=who, **content)
    else:
        _log.info("There is no place to answer in.")


def private(call: Call, reply: Reply, *, replace_original: bool = False) -> dict[str, Any]:
    """Make the message to a response_url that only the person sees."""
    thread = {"thread_ts": call.origin.thread} if call.origin.thread else {}
    content = aimed(message(reply), call.origin.target)
    manner = {"response_type": "ephemeral", "replace_original": replace_original}
    return {**content, **manner, **thread}


async def show(call: Call, view: dict[str, Any]) -> str:
    """Open a view, above the one that is open; its id, or "" when it is too late for that."""
    display = call.client.views_push if call.in_modal else call.client.views_open
    try:
        shown = await display(trigger_id=call.body.get("trigger_id", ""), view=keep(call, view))
    except SlackApiError as error:
        if error.response["error"] not in _TOO_LATE:
            raise
        _log.info("A view is not opened: %s", error.response["error"])
        return ""
    return str(shown["view"]["id"])


async def wait_in_dialog(call: Call) -> None:
    """Open a dialog for an answer to come, before it is worked out: a trigger lasts 3 seconds.

    Where none can be opened any more, the dialog that is open will do, else a message.
    """
    call.dialog = await show(call, waiting()) or (call.view["id"] if call.in_modal else "")


def keep(call: Call, view: dict[str, Any]) -> dict[str, Any]:
    """Let a view remember where it was opened from."""
    return {**view, "private_metadata": json.dumps(asdict(call.origin))}


def _read_origin(kept: str) -> Origin:
    """Read what `keep` wrote; a view of another version knows nothing."""
    try:
        return Origin(**json.loads(kept))
    except (TypeError, ValueError):
        return Origin()


def _dialog(call: Call, reply: Reply) -> dict[str, Any]:
    """Show a reply in a dialog; one that was opened from a conversation shares to it."""
    place = Place.PRIVATE if call.origin.response_url else Place.DIALOG
    return keep(call, dialog(reply, place))


async def _fill(call: Call, reply: Reply) -> None:
    try:
        await call.client.views_update(view_id=call.dialog, view=_dialog(call, reply))
    except SlackApiError as error:
        if error.response["error"] != _CLOSED:
            raise
        _log.info("A dialog was closed before its answer came.")


def _carried(body: dict[str, Any]) -> str:
    """Read the thread that a pressed button remembers."""
    pressed = body.get("actions") or [{}]
    remembered = _THREAD.match(pressed[0].get("block_id", ""))
    return remembered["thread"] if remembered else ""
