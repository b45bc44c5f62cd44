"""People, guilds, channels and messages of the fake Discord, and how its API writes them."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

SUPPRESS_EMBEDS, EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 2, 1 << 6, 1 << 7, 1 << 15
ATTACH_FILES, VIEW_CHANNEL, SEND_MESSAGES = 1 << 15, 1 << 10, 1 << 11
EMBED_LINKS, READ_HISTORY, SEND_IN_THREADS = 1 << 14, 1 << 16, 1 << 38
ANNOUNCEMENTS, FORUM, REQUIRE_TAG, CROSSPOSTED = 5, 15, 1 << 4, 1
MANAGE_GUILD, USE_EXTERNAL_APPS = 1 << 5, 1 << 50
CREATE_THREADS, PIN_MESSAGES, MENTION_EVERYONE = 1 << 35, 1 << 51, 1 << 17
# Use Application Commands beside those named above.
MEMBER = VIEW_CHANNEL | SEND_MESSAGES | ATTACH_FILES | EMBED_LINKS | READ_HISTORY | 1 << 31
SEND_POLLS = 1 << 49
MEMBER |= USE_EXTERNAL_APPS | SEND_IN_THREADS | SEND_POLLS
JOINED = "2024-01-01T00:00:00+00:00"


# What a message lacks for those who may not read it.
_HIDDEN: Json = {"content": "", "embeds": [], "attachments": [], "components": []}


@dataclass(frozen=True, slots=True)
class User:
    """Somebody with an account; `permissions` are those in every guild.

    `installed` says that they have added the app to their account, `closed` that they take no
    direct messages, `granted` that the guilds' settings let them use every command.
    """

    id: int
    name: str
    locale: str = "en-US"
    permissions: int = MEMBER
    installed: bool = False
    bot: bool = False
    closed: bool = False
    granted: bool = False


@dataclass(frozen=True, slots=True)
class Guild:
    """A Discord server; in a foreign one the app is no member."""

    id: int
    name: str
    foreign: bool = False
    owner: int = 0
    locale: str = "en-US"


@dataclass(frozen=True, slots=True)
class Role:
    """A role in a guild; not everybody may mention it."""

    id: int
    name: str
    permissions: int


@dataclass(frozen=True, slots=True)
class Channel:
    """Where people talk: in a guild, with the bot (a recipient) or among themselves (neither).

    A thread is below the channel with the id `parent`, and was begun by `owner`. In a forum, which
    may require one of its `tags`, every thread begins with a message.
    """

    id: int
    name: str
    guild: Guild | None = None
    recipient: User | None = None
    bot_permissions: int = MEMBER
    parent: int = 0
    owner: int = 1
    kind: int = 0
    tags: tuple[str, ...] = ()

    @property
    def context(self) -> int:
        """0 in a guild, 1 with the bot, 2 in a private channel of others."""
        return 0 if self.guild else 1 if self.recipient else 2


@dataclass(slots=True)
class Message:
    """A message as the API writes it, with what the API does not say about it."""

    json: Json
    channel: Channel
    seen_by: User | None = None  # an ephemeral message has one reader
    owners: Mapping[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def id(self) -> int:
        return int(self.json["id"])


def user_json(user: User) -> Json:
    """Write a user as the API does."""
    return {
        "id": str(user.id),
        "username": user.name.casefold(),
        "global_name": user.name,
        "avatar": None,
        "discriminator": "0",
        "public_flags": 0,
        "flags": 0,
        "bot": user.bot,
        "primary_guild": None,
    }


def member_json(user: User, guild: Guild | None = None) -> Json:
    """Write a member as the API does, with what their permissions are in a guild by a role."""
    manages = guild and user.permissions & MANAGE_GUILD
    return {
        "user": user_json(user),
        "roles": [str(_managers(guild))] if guild and manages else [],
        "joined_at": JOINED,
        "nick": None,
        "avatar": None,
        "banner": None,
        "premium_since": None,
        "communication_disabled_until": None,
        "pending": False,
        "deaf": False,
        "mute": False,
        "flags": 0,
    }


def channel_json(channel: Channel) -> Json:
    """Write a channel as the API does."""
    written: Json = {"id": str(channel.id), "flags": 0, "last_message_id": None}
    if channel.guild and channel.parent:
        return {**written, **_thread(channel, channel.guild)}
    if channel.guild:
        extra: Json = {"nsfw": False, "parent_id": None, "topic": None}
        extra["permission_overwrites"] = [_overwrite(channel, channel.guild)]
        named = {"name": channel.name, "guild_id": str(channel.guild.id), "position": 0}
        if channel.kind == FORUM:
            named |= {"flags": REQUIRE_TAG if channel.tags else 0, "default_forum_layout": 0}
            named["available_tags"] = [_tag(n, name) for n, name in enumerate(channel.tags, 1)]
        return {**written, "type": channel.kind, "rate_limit_per_user": 0, **extra, **named}
    if channel.recipient:
        return {**written, "type": 1, "recipients": [user_json(channel.recipient)]}
    return {**written, "type": 3, "recipients": [], "name": channel.name, "icon": None}


def _tag(number: int, name: str) -> Json:
    return {"id": str(number), "name": name, "moderated": False, "emoji_id": None} | {
        "emoji_name": None
    }


def _overwrite(channel: Channel, guild: Guild) -> Json:
    """Write what the app may do in a channel; in the fake, that is written for everyone."""
    held = channel.bot_permissions
    allowed, denied = str(held & ~MEMBER), str(MEMBER & ~held)
    return {"id": str(guild.id), "type": 0, "allow": allowed, "deny": denied}


def _thread(channel: Channel, guild: Guild) -> Json:
    state = {"archived": False, "locked": False, "auto_archive_duration": 1440}
    return {
        "type": 11,
        "name": channel.name,
        "guild_id": str(guild.id),
        "parent_id": str(channel.parent),
        "owner_id": str(channel.owner),
        "rate_limit_per_user": 0,
        "message_count": 0,
        "member_count": 1,
        "total_message_sent": 0,
        "thread_metadata": {**state, "archive_timestamp": JOINED},
    }


def guild_json(guild: Guild) -> Json:
    """Write a guild as the API does."""
    nothing = [
        "icon", "description", "home_header", "splash", "discovery_splash", "banner",
        "application_id", "afk_channel_id", "system_channel_id", "widget_channel_id",
        "max_presences", "vanity_url_code", "rules_channel_id", "safety_alerts_channel_id",
        "public_updates_channel_id", "incidents_data",
    ]  # fmt: skip
    zero = [
        "system_channel_flags", "verification_level", "default_message_notifications",
        "mfa_level", "explicit_content_filter", "premium_tier", "premium_subscription_count",
        "nsfw_level",
    ]  # fmt: skip
    return {
        **dict.fromkeys(nothing),
        **dict.fromkeys(zero, 0),
        **dict.fromkeys(["widget_enabled", "premium_progress_bar_enabled", "nsfw"], False),
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner or 1),
        "region": "deprecated",
        "afk_timeout": 300,
        "preferred_locale": guild.locale,
        "features": [],
        "emojis": [],
        "stickers": [],
        "roles": [
            _role(guild.id, "@everyone", MEMBER),
            _role(_managers(guild), "managers", MEMBER | MANAGE_GUILD),
        ],
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
    }


def managers_role(guild: Guild) -> Role:
    """Give the role of those who may manage a guild."""
    return Role(_managers(guild), "managers", MEMBER | MANAGE_GUILD)


def role_json(role: Role) -> Json:
    """Write a role as the API does."""
    return _role(role.id, role.name, role.permissions)


def reply_to(parent: Message) -> Json:
    """Write what makes a message a reply to another one."""
    named = {"type": 0, "channel_id": str(parent.channel.id), "message_id": parent.json["id"]}
    return {"type": 19, "message_reference": named, "referenced_message": deepcopy(parent.json)}


def message_event(message: Message, author: User, me: User) -> Json:
    """Write MESSAGE_CREATE for a bot without the content intent.

    Such a bot reads what mentions it, what is written to it alone, and its own messages.
    """
    json, channel = deepcopy(message.json), message.channel
    parent = json.get("referenced_message")
    if parent and channel.guild and not _is_shown(parent, me):
        parent |= _HIDDEN
    if channel.guild and not _is_shown(json, me):
        json |= _HIDDEN
        json.pop("poll", None)
    if channel.guild:
        member = {key: each for key, each in member_json(author).items() if key != "user"}
        json |= {"guild_id": str(channel.guild.id), "member": member}
    return json


def _is_shown(message: Json, me: User) -> bool:
    """Say whether a bot reads a message in a guild."""
    named = [message["author"], *message["mentions"]]
    return any(each["id"] == str(me.id) for each in named)


def my_guild_json(guild: Guild) -> Json:
    """Write a guild as the API lists it for a member."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": False,
        "permissions": str(MEMBER),
        "features": [],
    }


def _managers(guild: Guild) -> int:
    """Name the role of those who may manage a guild."""
    return guild.id + 1


def _role(number: int, name: str, permissions: int) -> Json:
    return {
        "id": str(number),
        "name": name,
        "permissions": str(permissions),
        "position": int(name != "@everyone"),
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
