"""The tokens of the local Slack, and what they may be used for."""

import json
from typing import Any

from tests.fakes.slack.things import APP, SlackError
from tests.fakes.slack.workspace import Workspace

BOT_TOKEN = "xoxb-fake-bot-token"  # noqa: S105, a token of nothing
APP_TOKEN = f"xapp-1-{APP}-fake-app-token"
NEEDED = ("app_mentions:read", "chat:write", "commands")
# Those of direct messages and links.
EXTRA = ("assistant:write", "im:history", "links.embed:write", "links:read", "links:write")
OPTIONAL = (
    *("channels:history", "files:write", "groups:history"),
    *("pins:write", "usergroups:read", "users:read"),
)
# They begin like real tokens, so that code which looks at their first letters works too.
_TOKENS = frozenset({BOT_TOKEN, APP_TOKEN})
# The app-level token of another app in the same workspace opens a socket of that app.
_OTHER_APP = "xapp-1-A0OTHER-"
# The scope without which a method answers missing_scope.
_SCOPES = {
    "assistant.threads.setStatus": "assistant:write",
    "assistant.threads.setSuggestedPrompts": "assistant:write",
    "bots.info": "users:read",
    "chat.postMessage": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.deleteScheduledMessage": "chat:write",
    "chat.scheduleMessage": "chat:write",
    "chat.update": "chat:write",
    "chat.unfurl": "links:write",
    "conversations.info": "channels:read",
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
    "files.getUploadURLExternal": "files:write",
    "pins.add": "pins:write",
    "pins.remove": "pins:write",
    "usergroups.list": "usergroups:read",
    "users.info": "users:read",
    "users.list": "users:read",
}


def settings_for_one(api_url: str) -> dict[str, str]:
    """Give the settings of an app in one workspace, over Socket Mode."""
    return {"SLACK_API_URL": api_url, "SLACK_BOT_TOKEN": BOT_TOKEN, "SLACK_APP_TOKEN": APP_TOKEN}


def check_token(
    workspace: Workspace,
    method: str,
    token: str,
    scopes: tuple[str, ...],
    body: dict[str, Any],
    *,
    granted: bool = False,
) -> None:
    """Refuse a call whose token is another's, of another kind, or lacks the scope it needs.

    A token that is `granted` is known to be the workspace's own.
    """
    kind = "xapp" if method == "apps.connections.open" else "xoxb"
    if not granted and token not in _TOKENS and not token.startswith(_OTHER_APP):
        raise SlackError("invalid_auth" if token else "not_authed")
    if not token.removeprefix("xoxe.").startswith(kind):
        raise SlackError("not_allowed_token_type")
    needed = _needed(workspace, method, str(body.get("channel", "")))
    if method == "chat.unfurl" and '"type": "video"' in json.dumps(body) and needed in scopes:
        needed = "links.embed:write"
    if needed and needed not in scopes:
        raise SlackError("missing_scope", needed=needed, provided=",".join(scopes))


def _needed(workspace: Workspace, method: str, channel: str) -> str | None:
    if method in ("conversations.history", "conversations.replies"):
        if channel.startswith("D"):
            return "im:history"
        known = workspace.channels.get(channel)
        return "groups:history" if known and known.private else "channels:history"
    return _SCOPES.get(method)
