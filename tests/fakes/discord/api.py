"""Discord's REST API on the fake's community."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from tests.fakes.discord.endpoint import Endpoint
from tests.fakes.discord.operations import Answer, ApiError, Ask
from tests.fakes.discord.shapes import (
    ANNOUNCEMENTS,
    ATTACH_FILES,
    CREATE_THREADS,
    CROSSPOSTED,
    EPHEMERAL,
    FORUM,
    PIN_MESSAGES,
    READ_HISTORY,
    SEND_IN_THREADS,
    SEND_MESSAGES,
    SEND_POLLS,
    VIEW_CHANNEL,
    Channel,
    Json,
    Message,
    User,
    channel_json,
    guild_json,
    member_json,
    my_guild_json,
    reply_to,
    user_json,
)
from tests.fakes.discord.webhooks import Webhooks
from tests.fakes.discord.world import World

NONCE_SECONDS = 5 * 60.0
_ENTRY_POINT = 4


class Api(Webhooks):
    """Answers what is asked; whoever calls it holds the server's lock."""

    def __init__(self, world: World, now: Callable[[], float], endpoint: Endpoint) -> None:
        super().__init__(world, now)
        self.endpoint = endpoint
        self.gateway_url = ""
        self.shards = 1
        self.starts = {"max_concurrency": 1, "remaining": 1000, "reset_after": 0, "total": 1000}
        self.commands: dict[int, list[Json]] = {}
        self._nonces: dict[tuple[int, str], tuple[float, Message]] = {}

    def answer(self, ask: Ask) -> Answer:
        """Do what is asked, or raise ApiError."""
        status, body = getattr(self, ask.operation)(ask)
        return status, deepcopy(body)

    def edited(self, ask: Ask) -> Json | None:
        """Give the message that a request would change, if it changes one."""
        if ask.operation == "create_interaction_response":
            known = self.interactions.get(ask.path["token"])
            return known.source.json if known and known.source else None
        if not ask.operation.startswith("update"):
            return None
        number = ask.number("message")
        if "original" in ask.operation:
            known = self.interactions.get(ask.path["token"])
            number = known.original or 0 if known else 0
        message = self.world.messages.get(number)
        return message.json if message else None

    # -- the app itself

    def get_my_user(self, _: Ask) -> Answer:
        mine = {"mfa_enabled": False, "locale": "en-US", "verified": True}
        return 200, user_json(self.world.me) | mine

    def get_my_application(self, _: Ask) -> Answer:
        owner = user_json(self.world.me)
        counts = ("guild", "user_install", "user_authorization")
        return 200, {
            "id": str(self.application),
            "name": "Airquote",
            "icon": None,
            "description": "",
            "type": None,
            "verify_key": self.endpoint.public_key,
            "flags": 0,
            "flags_new": "0",
            "redirect_uris": [],
            "interactions_endpoint_url": self.endpoint.url or None,
            "role_connections_verification_url": None,
            "owner": owner,
            **{f"approximate_{name}_count": 0 for name in counts},
            "explicit_content_filter": 0,
            "team": None,
            "eligible_oauth2_scopes": [],
            "bot": owner,
            "bot_public": True,
            "bot_require_code_grant": False,
        }

    get_my_oauth2_application = get_my_application

    def update_my_application(self, ask: Ask) -> Answer:
        self.endpoint.url = ask.body["interactions_endpoint_url"] or ""
        return self.get_my_application(ask)

    def get_bot_gateway(self, _: Ask) -> Answer:
        limit = dict(self.starts)
        return 200, {"url": self.gateway_url, "session_start_limit": limit, "shards": self.shards}

    def list_my_guilds(self, ask: Ask) -> Answer:
        mine = [each for each in self.world.guilds.values() if not each.foreign]
        return 200, [my_guild_json(each) for each in mine[: int(ask.query.get("limit", 200))]]

    def list_application_commands(self, ask: Ask) -> Answer:
        known = self.commands.get(self._see_guild(ask), [])
        wants_all = ask.query.get("with_localizations") == "true"
        return 200, known if wants_all else _without_languages(known)

    def bulk_set_application_commands(self, ask: Ask) -> Answer:
        guild = self._see_guild(ask)
        kept = {each.get("id") for each in ask.body}
        for each in self.commands.get(guild, []):
            if each["type"] == _ENTRY_POINT and each["id"] not in kept:
                raise ApiError(400, 50240, "You cannot remove this app's Entry Point command.")
        known = {(each["type"], each["name"]): each for each in self.commands.get(guild, [])}
        self.commands[guild] = [
            self._command(each, known.get((each.get("type") or 1, each["name"])), guild)
            for each in ask.body
        ]
        return 200, self.commands[guild]

    def _see_guild(self, ask: Ask) -> int:
        """Give the guild of a path, 0 if it names none; the app must be in it."""
        guild = ask.number("guild")
        known = self.world.guilds.get(guild)
        if guild and (known is None or known.foreign):
            raise ApiError(403, 50001, "Missing Access")
        return guild

    list_guild_application_commands = list_application_commands
    bulk_set_guild_application_commands = bulk_set_application_commands

    def _command(self, asked: Json, before: Json | None, guild: int) -> Json:
        given = {name: value for name, value in asked.items() if value is not None}
        allowed = asked.get("default_member_permissions")
        return {
            "type": 1,
            "description": "",
            "integration_types": [0],
            "contexts": None,
            "nsfw": False,
            **given,
            "id": before["id"] if before else str(self.world.new_id()),
            "application_id": str(self.application),
            "version": str(self.world.new_id()),
            "default_member_permissions": None if allowed is None else str(allowed),
            **({"guild_id": str(guild)} if guild else {}),
        }

    # -- people, guilds and channels

    def get_user(self, ask: Ask) -> Answer:
        user = self.world.users.get(ask.number("user"))
        if user is None:
            raise ApiError(404, 10013, "Unknown User")
        return 200, user_json(user)

    def create_dm(self, ask: Ask) -> Answer:
        user = self.world.users.get(int(ask.body["recipient_id"]))
        if user is None:
            raise ApiError(400, 50033, "Invalid Recipient(s)")
        return 200, channel_json(self.dm(user))

    def dm(self, user: User) -> Channel:
        """Give the chat of somebody with the bot."""
        for channel in self.world.channels.values():
            if channel.recipient == user:
                return channel
        return self.world.add_channel("", recipient=user)

    def get_guild(self, ask: Ask) -> Answer:
        guild = self.world.guilds.get(ask.number("guild"))
        if guild is None or guild.foreign:
            raise ApiError(404, 10004, "Unknown Guild")
        return 200, guild_json(guild)

    def get_guild_member(self, ask: Ask) -> Answer:
        self.get_guild(ask)
        user = self.world.users.get(ask.number("user"))
        if user is None or user.id in self.world.left:
            raise ApiError(404, 10007, "Unknown Member")
        return 200, member_json(user, self.world.guilds[ask.number("guild")])

    def get_channel(self, ask: Ask) -> Answer:
        return 200, channel_json(self._channel(ask))

    def _channel(self, ask: Ask, *permissions: int) -> Channel:
        channel = self.world.channels.get(ask.number("channel"))
        if channel is None:
            raise ApiError(404, 10003, "Unknown Channel")
        foreign = channel.context == 2 or (channel.guild and channel.guild.foreign)
        if foreign or not channel.bot_permissions & VIEW_CHANNEL:
            raise ApiError(403, 50001, "Missing Access")
        if any(not channel.bot_permissions & each for each in permissions):
            raise ApiError(403, 50013, "Missing Permissions")
        return channel

    # -- messages of a channel

    def list_messages(self, ask: Ask) -> Answer:
        channel, limit = self._channel(ask), int(ask.query.get("limit", 50))
        # Who may not read what was said before is not told so.
        if channel.guild and not channel.bot_permissions & READ_HISTORY:
            return 200, []
        after, before = (int(ask.query.get(name, 0)) for name in ("after", "before"))
        shown = [each for each in self.world.messages.values() if each.channel.id == channel.id]
        public = [each.json for each in shown if not each.json["flags"] & EPHEMERAL]
        told = [each for each in public if int(each["id"]) > after]
        told = [each for each in told if not before or int(each["id"]) < before]
        return 200, (told[:limit] if after else told[-limit:])[::-1]

    def create_thread(self, ask: Ask) -> Answer:
        forum = self._channel(ask, *((SEND_MESSAGES, ATTACH_FILES) if ask.files else ()))
        self._channel(ask, SEND_MESSAGES)
        if forum.tags and not ask.body.get("applied_tags"):
            raise ApiError(400, 40067, "A tag is required to create a forum post in this channel")
        about = {"guild": forum.guild, "parent": forum.id, "owner": self.world.me.id}
        thread = self.world.add_channel(ask.body["name"], **about)
        message = self._post(thread, ask.body["message"], ask.files)
        # The message that begins a thread in a forum has its id.
        del self.world.messages[message.id]
        message.json["id"] = str(thread.id)
        self.world.messages[thread.id] = message
        return 201, channel_json(thread) | {"message": message.json}

    def get_active_guild_threads(self, ask: Ask) -> Answer:
        mine = (each for each in self.world.channels.values() if each.parent and each.guild)
        here = [each for each in mine if each.guild and each.guild.id == ask.number("guild")]
        return 200, {"threads": list(map(channel_json, here)), "members": [], "has_more": False}

    def crosspost_message(self, ask: Ask) -> Answer:
        message = self._message(ask)
        if self._channel(ask, SEND_MESSAGES).kind != ANNOUNCEMENTS:
            raise ApiError(400, 50068, "Invalid message type")
        if message.json["flags"] & CROSSPOSTED:
            raise ApiError(400, 40033, "This message has already been crossposted.")
        message.json["flags"] |= CROSSPOSTED
        return 200, message.json

    def trigger_typing_indicator(self, ask: Ask) -> Answer:
        self._channel(ask, SEND_MESSAGES)
        return 204, None

    def create_message(self, ask: Ask) -> Answer:
        channel = self._channel(ask)
        if channel.kind == FORUM:
            raise ApiError(400, 50008, "Cannot send messages in a non-text channel")
        send = SEND_IN_THREADS if channel.parent else SEND_MESSAGES
        self._channel(ask, *((send, ATTACH_FILES) if ask.files else (send,)))
        if channel.recipient and self.world.users[channel.recipient.id].closed:
            raise ApiError(403, 50007, "Cannot send messages to this user")
        self._channel(ask, *([SEND_POLLS] if ask.body.get("poll") else []))
        nonce = str(ask.body.get("nonce") or "")
        at, earlier = self._nonces.get((channel.id, nonce), (0.0, None))
        fresh = self.now() - at < NONCE_SECONDS
        if nonce and ask.body.get("enforce_nonce") and earlier and fresh:
            return 200, earlier.json
        named = ask.body.get("message_reference") or {}
        if named and channel.guild and not channel.bot_permissions & READ_HISTORY:
            raise ApiError(400, 160002, "Cannot reply without permission to read message history")
        message = self._post(channel, ask.body, ask.files)
        if parent := self.world.messages.get(int(named.get("message_id", 0))):
            message.json |= reply_to(parent)
        if nonce:
            message.json["nonce"] = nonce
            self._nonces[channel.id, nonce] = (self.now(), message)
        return 200, message.json

    def get_message(self, ask: Ask) -> Answer:
        return 200, self._message(ask).json

    def update_message(self, ask: Ask) -> Answer:
        message = self._message(ask)
        if message.json["author"]["id"] != str(self.world.me.id):
            raise ApiError(403, 50005, "Cannot edit a message authored by another user")
        return 200, self.world.edit(message, ask.body, ask.files).json

    def poll_expire(self, ask: Ask) -> Answer:
        message = self._message(ask)
        poll = message.json.get("poll")
        if poll is None or message.json["author"]["id"] != str(self.world.me.id):
            raise ApiError(403, 520006, "Cannot expire a poll of another user")
        if poll["results"]["is_finalized"]:
            raise ApiError(400, 520001, "Poll expired")
        self.world.close_poll(message)
        return 200, message.json

    def delete_message(self, ask: Ask) -> Answer:
        del self.world.messages[self._message(ask).id]
        return 204, None

    def create_thread_from_message(self, ask: Ask) -> Answer:
        message, channel = self._message(ask), self._channel(ask, CREATE_THREADS)
        if message.id in self.world.channels:
            raise ApiError(400, 160004, "A thread has already been created for this message")
        named = {"guild": channel.guild, "parent": channel.id, "name": ask.body["name"]}
        thread = Channel(message.id, **named)
        self.world.channels[message.id] = thread
        return 201, channel_json(thread)

    def create_pin(self, ask: Ask) -> Answer:
        self._channel(ask, PIN_MESSAGES)
        self._message(ask).json["pinned"] = True
        return 204, None

    def delete_pin(self, ask: Ask) -> Answer:
        self._channel(ask, PIN_MESSAGES)
        self._message(ask).json["pinned"] = False
        return 204, None

    def _message(self, ask: Ask) -> Message:
        channel, message = self._channel(ask), self.world.messages.get(ask.number("message"))
        if message is None or message.channel.id != channel.id or message.seen_by:
            raise ApiError(404, 10008, "Unknown Message")
        return message


def _without_languages(value: Any) -> Any:
    """Leave the texts in other languages out, as Discord does unless it is asked for them."""
    if isinstance(value, dict):
        kept = {name for name in value if not name.endswith("_localizations")}
        return {name: _without_languages(value[name]) for name in kept}
    return [*map(_without_languages, value)] if isinstance(value, list) else value
