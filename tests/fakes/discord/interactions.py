"""What people do with an app in Discord, from the event that tells of it to its answer."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from tests.fakes.discord.entries import RefusedError
from tests.fakes.discord.shapes import (
    EPHEMERAL,
    LOADING,
    USE_EXTERNAL_APPS,
    Channel,
    Json,
    Message,
    User,
    channel_json,
    member_json,
    user_json,
)
from tests.fakes.discord.world import World

if TYPE_CHECKING:
    from tests.fakes.discord.people import People

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL = 2, 3, 4, 5
REPLY, DEFER, DEFER_UPDATE, UPDATE, CHOICES, OPEN_MODAL = 4, 5, 6, 7, 8, 9
# What may answer which kind first: interactions/receiving-and-responding.
RESPONSES = {
    COMMAND: {REPLY, DEFER, OPEN_MODAL},
    COMPONENT: {REPLY, DEFER, DEFER_UPDATE, UPDATE, OPEN_MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL: {REPLY, DEFER},
}
_ATTACHMENT_LIMIT = 10 * 1024 * 1024


@dataclass(eq=False)
class Interaction:
    """One thing that somebody did, and what the app answered to it.

    `response` is the type of the first answer; `original` and `followups` are ids of messages.
    """

    id: int
    kind: int
    user: User
    channel: Channel
    owners: Mapping[str, str]
    data: Json
    at: float
    source: Message | None = None
    name: str = ""
    token: str = field(default_factory=lambda: token_urlsafe(32))
    response: int | None = None
    original: int | None = None
    edits: int = 0
    followups: list[int] = field(default_factory=list)
    choices: list[Json] | None = None
    modal: Json | None = None

    @property
    def forced_private(self) -> bool:
        """Whether the channel's rules hide the app's answers from others."""
        of_user = set(self.owners) == {"1"} and self.channel.guild is not None
        return of_user and not self.user.permissions & USE_EXTERNAL_APPS

    @property
    def accepts(self) -> set[int]:
        """The types of a first answer."""
        updates = {DEFER_UPDATE, UPDATE} if self.kind == MODAL and self.source else set()
        return RESPONSES[self.kind] | updates

    def is_answered(self, world: World) -> bool:
        """Say whether people see more than that the app thinks."""
        if self.response == DEFER_UPDATE:
            return self.edits > 0
        message = world.messages.get(self.original or 0)
        return message is not None and not message.json["flags"] & LOADING

    def answered_by(self, world: World) -> int | None:
        """Give the message that answers: the first that follows if the old one only changed."""
        if self.response in (DEFER_UPDATE, UPDATE):
            if self.followups:
                return self.followups[0]
            if "values" in self.data and not self.edits:
                return None  # the menu was only closed again
        return self.original if self.is_answered(world) else None

    def event(self, application: int) -> Json:
        """Write INTERACTION_CREATE."""
        guild = self.channel.guild
        event: Json = {
            "id": str(self.id),
            "application_id": str(application),
            "type": self.kind,
            "data": self.data,
            "token": self.token,
            "version": 1,
            "channel_id": str(self.channel.id),
            "channel": channel_json(self.channel),
            "app_permissions": str(self.channel.bot_permissions),
            "locale": self.user.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": dict(self.owners),
            "context": self.channel.context,
            "attachment_size_limit": _ATTACHMENT_LIMIT,
        }
        if self.source:
            event["message"] = deepcopy(self.source.json)
        if guild is None:
            return event | {"user": user_json(self.user)}
        member = {**member_json(self.user), "permissions": str(self.user.permissions)}
        partial = {"id": str(guild.id), "locale": guild.locale, "features": []}
        about = {"guild_id": str(guild.id), "guild": partial, "guild_locale": guild.locale}
        return event | about | {"member": member}

    def metadata(self) -> Json:
        """Write what a message says of the interaction that it answers."""
        known: Json = {
            "id": str(self.id),
            "type": self.kind,
            "user": user_json(self.user),
            "authorizing_integration_owners": dict(self.owners),
        }
        if self.kind == COMPONENT and self.source:
            known["interacted_message_id"] = self.source.json["id"]
        return known


def owners_of(command: Json, user: User, channel: Channel) -> dict[str, str]:
    """Say by whose leave a command is there for somebody; empty where it is not."""
    contexts = command.get("contexts")
    # Without a list, a command is for guilds and the bot's own chat.
    if channel.context not in ([0, 1] if contexts is None else contexts):
        return {}
    installs, owners = command["integration_types"], {}
    guild = channel.guild
    if 0 in installs and channel.context != 2 and not (guild and guild.foreign):
        owners["0"] = str(guild.id) if guild else "0"
    if 1 in installs and user.installed:
        owners["1"] = str(user.id)
    return owners


def may_see(message: Message | None, user: User) -> Message:
    """Give a message that somebody sees; others cannot act on it."""
    if message is None or (message.seen_by and message.seen_by != user):
        raise RefusedError(f"{user.name} does not see this message")
    assert bool(message.json["flags"] & EPHEMERAL) == bool(message.seen_by)
    return message


class Done:
    """What somebody did; its methods wait for what becomes of it."""

    def __init__(self, people: "People", interaction: Interaction) -> None:
        self._people, self.interaction = people, interaction

    def wait_for_acknowledgement(self) -> int:
        """Give the type of the app's first answer."""
        known = self.interaction
        self._wait(lambda: known.response is not None, "an acknowledgement")
        return known.response or 0

    def wait_for_response(self) -> Json:
        """Give the message that answers, or that was changed: not the one that says it thinks."""
        known, world = self.interaction, self._people.world
        self._wait(lambda: known.answered_by(world) is not None, "a response")
        return self._people.message(known.answered_by(world) or 0)

    def wait_for_followup(self, least: int = 1) -> Json:
        """Give the newest of at least so many further messages."""
        known = self.interaction
        self._wait(lambda: len(known.followups) >= least, f"followup {least}")
        return self._people.message(known.followups[-1])

    def wait_for_choices(self) -> list[Json]:
        """Give what autocomplete offers."""
        known = self.interaction
        self._wait(lambda: known.choices is not None, "choices")
        return known.choices or []

    def wait_for_modal(self) -> Json:
        """Give the form that opens."""
        known = self.interaction
        self._wait(lambda: known.modal is not None, "a modal")
        return deepcopy(known.modal or {})

    def submit(self, **values: Any) -> "Done":
        """Fill in the form that opened, by the custom_ids of its fields, and send it."""
        modal = self.wait_for_modal()
        return self._people.submit(self.interaction, modal, values)

    def _wait(self, condition: Any, what: str) -> None:
        self._people.wait_for(condition, f"{what} to {self.interaction.name}")
