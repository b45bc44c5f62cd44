"""The operations of Discord's REST API that the fake knows, by the names of its description."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tests.fakes.discord.shapes import Json

# Operations that a token in the path allows, without the bot's.
WITHOUT_LOGIN = ("callback", "webhooks")

ROUTES = {
    "get_my_user": "GET /users/@me",
    "get_user": "GET /users/{user}",
    "list_my_guilds": "GET /users/@me/guilds",
    "create_dm": "POST /users/@me/channels",
    "get_my_application": "GET /applications/@me",
    "update_my_application": "PATCH /applications/@me",
    "get_my_oauth2_application": "GET /oauth2/applications/@me",
    "get_bot_gateway": "GET /gateway/bot",
    "get_guild": "GET /guilds/{guild}",
    "get_guild_member": "GET /guilds/{guild}/members/{user}",
    "get_channel": "GET /channels/{channel}",
    "create_thread": "POST /channels/{channel}/threads",
    "get_active_guild_threads": "GET /guilds/{guild}/threads/active",
    "crosspost_message": "POST /channels/{channel}/messages/{message}/crosspost",
    "trigger_typing_indicator": "POST /channels/{channel}/typing",
    "list_messages": "GET /channels/{channel}/messages",
    "create_message": "POST /channels/{channel}/messages",
    "get_message": "GET /channels/{channel}/messages/{message}",
    "update_message": "PATCH /channels/{channel}/messages/{message}",
    "create_thread_from_message": "POST /channels/{channel}/messages/{message}/threads",
    "create_pin": "PUT /channels/{channel}/messages/pins/{message}",
    "delete_pin": "DELETE /channels/{channel}/messages/pins/{message}",
    "delete_message": "DELETE /channels/{channel}/messages/{message}",
    "poll_expire": "POST /channels/{channel}/polls/{message}/expire",
    "list_application_commands": "GET /applications/{app}/commands",
    "bulk_set_application_commands": "PUT /applications/{app}/commands",
    "list_guild_application_commands": "GET /applications/{app}/guilds/{guild}/commands",
    "bulk_set_guild_application_commands": "PUT /applications/{app}/guilds/{guild}/commands",
    "create_interaction_response": "POST /interactions/{interaction}/{token}/callback",
    "execute_webhook": "POST /webhooks/{app}/{token}",
    "get_original_webhook_message": "GET /webhooks/{app}/{token}/messages/@original",
    "update_original_webhook_message": "PATCH /webhooks/{app}/{token}/messages/@original",
    "delete_original_webhook_message": "DELETE /webhooks/{app}/{token}/messages/@original",
    "get_webhook_message": "GET /webhooks/{app}/{token}/messages/{message}",
    "update_webhook_message": "PATCH /webhooks/{app}/{token}/messages/{message}",
    "delete_webhook_message": "DELETE /webhooks/{app}/{token}/messages/{message}",
}


class ApiError(Exception):
    """Raised for what Discord answers with an error."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.json: Json = {"code": code, "message": message}


class File(NamedTuple):
    """A part of a multipart request."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: the names in its path, what its query says, its body and files."""

    operation: str
    path: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    body: Any = None
    files: tuple[File, ...] = ()

    def number(self, name: str) -> int:
        """Give an id of the path; 0 where it is none."""
        text = self.path.get(name, "")
        return int(text) if text.isdecimal() else 0


Answer = tuple[int, Any]
