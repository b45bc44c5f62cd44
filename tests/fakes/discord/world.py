"""The community of the fake Discord, and what was written there."""

import itertools
import re
import time
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from mimetypes import guess_type
from typing import Any

from tests.fakes.discord.shapes import (
    EPHEMERAL,
    JOINED,
    LOADING,
    Channel,
    Guild,
    Json,
    Message,
    User,
    channel_json,
    guild_json,
    member_json,
    user_json,
)

_MENTION = re.compile(r"<@!?(\d+)>")
_EPOCH = 1_420_070_400_000  # of snowflakes, in milliseconds


class World:
    """Everything the API can tell of; whoever uses it holds the server's lock."""

    def __init__(self, files_url: str) -> None:
        self._files_url = files_url
        self._last_id = 0
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.messages: dict[int, Message] = {}
        self.left: set[int] = set()  # people who are in no guild
        self.me = self.add_user("Airquote", bot=True)

    def new_id(self) -> int:
        """Make a snowflake of this moment that no other thing has."""
        now = int(time.time() * 1000) - _EPOCH << 22
        self._last_id = max(self._last_id + 1, now)
        return self._last_id

    def add_user(self, name: str, **about: Any) -> User:
        """Let somebody in; `about` are further fields of `User`."""
        user = User(self.new_id(), name, **about)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, **about: Any) -> Guild:
        """Found a guild without channels; `about` are further fields of `Guild`."""
        guild = Guild(self.new_id(), name, **about)
        self.guilds[guild.id] = guild
        return guild

    def add_channel(self, name: str, **about: Any) -> Channel:
        """Open a channel; `about` are further fields of `Channel`."""
        channel = Channel(self.new_id(), name, **about)
        self.channels[channel.id] = channel
        return channel

    def guild_create(self, guild: Guild) -> Json:
        """Write the event that tells a bot of a guild it is in."""
        mine = [each for each in self.channels.values() if each.guild == guild]
        channels = [channel_json(each) for each in mine if not each.parent]
        empty = ("threads", "presences", "voice_states", "stage_instances", "soundboard_sounds")
        return {
            **guild_json(guild),
            **{name: [] for name in (*empty, "guild_scheduled_events")},
            "channels": channels,
            "members": [member_json(self.me, guild)],
            "member_count": len(self.users),
            "joined_at": JOINED,
            "large": False,
            "unavailable": False,
        }

    def post(
        self,
        channel: Channel,
        author: User,
        body: Json,
        files: Sequence[tuple[str, bytes]] = (),
        seen_by: User | None = None,
    ) -> Message:
        """Write a new message with the fields of a request."""
        written: Json = {
            "id": str(self.new_id()),
            "channel_id": str(channel.id),
            "author": user_json(author),
            "type": 0,
            "content": "",
            "timestamp": datetime.now(UTC).isoformat(),
            "edited_timestamp": None,
            "flags": EPHEMERAL if seen_by else 0,
            **dict.fromkeys(("tts", "pinned", "mention_everyone"), False),
            **{
                name: []
                for name in ("mentions", "mention_roles", "embeds", "attachments", "components")
            },
        }
        message = Message(written, channel, seen_by)
        self.messages[message.id] = message
        self._write(message, body, files)
        return message

    def close_poll(self, message: Message) -> None:
        """End a poll."""
        message.json["poll"]["expiry"] = datetime.now(UTC).isoformat()
        message.json["poll"]["results"]["is_finalized"] = True

    def edit(
        self, message: Message, body: Json, files: Sequence[tuple[str, bytes]] = ()
    ) -> Message:
        """Change those fields of a message that a request names."""
        message.json["flags"] &= ~LOADING
        message.json["edited_timestamp"] = datetime.now(UTC).isoformat()
        self._write(message, body, files)
        return message

    def mentioned(self, text: str) -> list[Json]:
        """Write whom a text mentions."""
        numbers = dict.fromkeys(map(int, _MENTION.findall(text)))
        return [user_json(self.users[each]) for each in numbers if each in self.users]

    def _write(self, message: Message, body: Json, files: Sequence[tuple[str, bytes]]) -> None:
        json = message.json
        # Who may read it was settled when it was posted, and Components V2 never go away again.
        json["flags"] |= (body.get("flags") or 0) & ~EPHEMERAL
        self._attach(message, body.get("attachments"), files)
        if "content" in body:
            json["content"] = body["content"] or ""
        if "embeds" in body:
            embeds = deepcopy(body["embeds"] or [])
            json["embeds"] = [_embed(each) for each in embeds]
        if body.get("poll"):
            json["poll"] = _poll(body["poll"])
        if "components" in body:
            numbers = itertools.count(1)
            written = [self._component(each, message, numbers) for each in body["components"] or []]
            json["components"] = written

    def _attach(
        self, message: Message, kept: list[Json] | None, files: Sequence[tuple[str, bytes]]
    ) -> None:
        old = message.json["attachments"]
        if kept is not None:
            named = {str(each["id"]) for each in kept}
            old = [each for each in old if each["id"] in named]
        about = {str(each["id"]): each for each in kept or []}
        new = [
            self._attachment(message, name, content, about.get(str(n), {}))
            for n, (name, content) in enumerate(files)
        ]
        message.json["attachments"] = [*old, *new]

    def _attachment(self, message: Message, name: str, content: bytes, about: Json) -> Json:
        number = self.new_id()
        message.files[name] = content
        url = f"{self._files_url}/{message.channel.id}/{number}/{name}"
        described = {"description": about["description"]} if about.get("description") else {}
        return {
            "id": str(number),
            "filename": name,
            "size": len(content),
            "url": url,
            "proxy_url": url,
            "content_type": guess_type(name)[0] or "application/octet-stream",
            "ephemeral": message.seen_by is not None,
            **described,
        }

    def _component(self, asked: Json, message: Message, numbers: "itertools.count[int]") -> Json:
        """Write a component as the API gives it back: numbered, complete, without nulls."""
        kind = asked["type"]
        given = {name: value for name, value in asked.items() if value is not None}
        written = {**_DEFAULTS.get(kind, {}), **given, "id": given.get("id") or next(numbers)}
        if "components" in written:
            nested = written["components"]
            written["components"] = [self._component(each, message, numbers) for each in nested]
        if "accessory" in written:
            written["accessory"] = self._component(written["accessory"], message, numbers)
        for name in ("media", "file"):
            if name in written:
                written[name] = self._media(written[name], message)
        if "items" in written:
            written["items"] = [
                {"description": None, "spoiler": False, **each}
                | {"media": self._media(each["media"], message)}
                for each in written["items"]
            ]
        if kind == _FILE:
            written |= {"name": written["file"]["url"].rsplit("/", 1)[-1], "size": 0}
        return written

    def _media(self, asked: Json, message: Message) -> Json:
        url = str(asked["url"])
        for each in message.json["attachments"]:
            if url == f"attachment://{each['filename']}":
                url = each["url"]
        return {"id": str(self.new_id()), "url": url, "proxy_url": url}


_FILE = 13
_DEFAULTS: dict[int, Json] = {
    2: {"disabled": False},
    3: {"min_values": 1, "max_values": 1, "disabled": False},
    11: {"description": None, "spoiler": False},
    13: {"spoiler": False},
    14: {"divider": True, "spacing": 1},
    17: {"accent_color": None, "spoiler": False},
}


def _poll(asked: Json) -> Json:
    """Write a poll as the API gives it back, without votes."""
    hours = timedelta(hours=asked.get("duration") or 24)
    numbered = enumerate(asked["answers"], 1)
    return {
        "question": asked["question"],
        "answers": [{"answer_id": number, **each} for number, each in numbered],
        "expiry": (datetime.now(UTC) + hours).isoformat(),
        "allow_multiselect": bool(asked.get("allow_multiselect")),
        "layout_type": 1,
        "results": {"answer_counts": [], "is_finalized": False},
    }


def _embed(embed: Json) -> Json:
    fields = [{"inline": False, **each} for each in embed.get("fields") or []]
    written = {name: value for name, value in embed.items() if value is not None}
    return {**written, "type": "rich", **({"fields": fields} if fields else {})}
