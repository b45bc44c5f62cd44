"""Channels of the local Slack: who may post there, and what was posted."""

from typing import Any

from tests.fakes.slack.things import BOT, BOT_USER, Channel, Message, SlackError
from tests.fakes.slack.workspace import Workspace

Body = dict[str, Any]


def require_access(workspace: Workspace, name: str) -> Channel:
    """Refuse what the app cannot see: a private channel is hidden from who is no member of it."""
    channel = workspace.channels.get(name)
    if channel is None or (channel.private and not channel.bot_is_member):
        raise SlackError("channel_not_found")
    return channel


def require_posting(workspace: Workspace, name: str) -> None:
    """Refuse posts where the app is no member, or nobody or not everybody may post."""
    channel = require_access(workspace, name)
    if channel.archived:
        raise SlackError("is_archived")
    if not channel.bot_is_member:
        raise SlackError("not_in_channel")
    if channel.restricted:
        raise SlackError("restricted_action")


def describe(workspace: Workspace, body: Body) -> Body:
    """Say what is known of a channel."""
    channel = require_access(workspace, str(body.get("channel", "")))
    facts = {"is_member": channel.bot_is_member, "is_private": channel.private}
    return {"channel": {"id": channel.id, "name": channel.name, "is_channel": True, **facts}}


def history(workspace: Workspace, body: Body) -> Body:
    """Read a page of what was posted after `oldest`, the latest first."""
    channel = require_access(workspace, str(body.get("channel", "")))
    if not channel.bot_is_member:
        raise SlackError("not_in_channel")
    oldest = float(body.get("oldest") or 0)
    posted = [
        each
        for each in reversed(workspace.messages)
        if each.channel == channel.id
        and not (each.only_for or each.deleted or each.thread)
        and float(each.ts) > oldest
    ]
    first = int(body.get("cursor") or 0)
    last = first + min(int(body.get("limit") or 100), workspace.history_page)
    metadata = str(body.get("include_all_metadata")) in ("1", "true", "True")
    shown = [_told(each, metadata=metadata) for each in posted[first:last]]
    more = last < len(posted)
    cursor = {"response_metadata": {"next_cursor": str(last)}} if more else {}
    return {"messages": shown, "has_more": more, **cursor}


def replies(workspace: Workspace, body: Body) -> Body:
    """Read a thread from its first message on, which is in every page."""
    name, ts = str(body.get("channel", "")), str(body.get("ts", ""))
    if not name.startswith("D") and not require_access(workspace, name).bot_is_member:
        raise SlackError("not_in_channel")
    there = [each for each in workspace.messages if each.channel == name and not each.only_for]
    thread = [each for each in there if ts in (each.ts, each.thread) and not each.deleted]
    if not thread or thread[0].ts != ts:
        raise SlackError("thread_not_found")
    most = int(body.get("limit") or 1000)
    return {"messages": [_told(each, metadata=False) for each in thread[:most]]}


def _told(message: Message, *, metadata: bool) -> Body:
    told = {"type": "message", "ts": message.ts, "user": message.user, **message.body}
    if message.user == BOT_USER:
        told["bot_id"] = BOT
    if not metadata:
        told.pop("metadata", None)
    return told
