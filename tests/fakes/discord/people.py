"""What people in the fake Discord do, and what they see of the app."""

from collections.abc import Mapping
from copy import deepcopy
from threading import Condition
from typing import Any

from tests.fakes.discord.api import Api
from tests.fakes.discord.entries import (
    RefusedError,
    fill_in,
    find_component,
    find_option,
    find_options,
    nested,
    resolved,
    submitted,
)
from tests.fakes.discord.gateway import Gateway
from tests.fakes.discord.interactions import (
    AUTOCOMPLETE,
    COMMAND,
    COMPONENT,
    MODAL,
    Done,
    Interaction,
    may_see,
    owners_of,
)
from tests.fakes.discord.message_rules import SELECT
from tests.fakes.discord.shapes import (
    Channel,
    Guild,
    Json,
    Message,
    User,
    channel_json,
    message_event,
    reply_to,
)
from tests.fakes.discord.world import World

_SLASH, _ON_USER, _ON_MESSAGE = 1, 2, 3


class People:
    """The members' side of the server; what is not named is the first guild's, and its member's."""

    def __init__(self, changed: Condition, world: World, api: Api, gateway: Gateway) -> None:
        self.changed, self.world, self.api, self.gateway = changed, world, api, gateway
        self.endpoint = api.endpoint
        self.guild = world.add_guild("Podcast friends")
        self.channel = world.add_channel("general", guild=self.guild)
        self.user = world.add_user("Ada")

    def wait_for(self, condition: Any, what: str, seconds: float = 0) -> Any:
        """Wait until a condition gives something true, and give that."""
        raise NotImplementedError

    def add_user(self, name: str, **about: Any) -> User:
        """Let somebody in; `about` are further fields of `User`."""
        with self.changed:
            return self.world.add_user(name, **about)

    def add_guild(self, name: str, **about: Any) -> Guild:
        """Found a guild; `about` are further fields of `Guild`."""
        with self.changed:
            return self.world.add_guild(name, **about)

    def add_channel(self, name: str, **about: Any) -> Channel:
        """Open a channel; `about` are further fields of `Channel`, else it is the guild's."""
        with self.changed:
            channel = self.world.add_channel(name, **{"guild": self.guild, **about})
        self.tell("CHANNEL_CREATE", channel)
        return channel

    def chat_with_bot(self, user: User | None = None) -> Channel:
        """Give the chat that somebody has with the app alone."""
        with self.changed:
            return self.api.dm(user or self.user)

    def tell(self, event: str, channel: Channel) -> None:
        """Tell the app of a channel in a guild of its own; threads it is told of only there."""
        if channel.guild and not channel.guild.foreign and not channel.parent:
            self.gateway.dispatch(event, channel_json(channel))

    # -- what people see

    def message(self, number: int) -> Json:
        """Give a message as it is now."""
        with self.changed:
            return deepcopy(self.world.messages[number].json)

    def seen(self, user: User | None = None, channel: Channel | None = None) -> list[Json]:
        """Give all that somebody sees in a channel, the newest last."""
        channel = channel or self.channel
        with self.changed:
            return [
                deepcopy(each.json)
                for each in self.world.messages.values()
                if each.channel.id == channel.id and each.seen_by in (None, user or self.user)
            ]

    def wait_for_reply(self, message: Json) -> Json:
        """Give the bot's reply to a message."""

        def look() -> Json | None:
            mine = (each.json for each in self.world.messages.values() if each.channel.id == where)
            return next((each for each in mine if _replies_to(each, message)), None)

        where = int(message["channel_id"])
        return deepcopy(self.wait_for(look, f"a reply to {message['content']}"))

    def file(self, message: Json, name: str) -> bytes:
        """Give what somebody gets who opens an attachment."""
        with self.changed:
            return self.world.messages[int(message["id"])].files[name]

    # -- what people do

    def mention(self, text: str, **about: Any) -> Json:
        """Write a message that mentions the bot, as `say` does."""
        return self.say(f"<@{self.world.me.id}> {text}", **about)

    def say(
        self,
        text: str,
        user: User | None = None,
        channel: Channel | None = None,
        below: Json | None = None,
        **about: Any,
    ) -> Json:
        """Write a message as a person, perhaps as a reply to the one it is `below`.

        `about` are further fields of it, as the API writes them.
        Bots that have asked to hear of messages are told, but read only those that mention them.
        """
        channel, user = channel or self.channel, user or self.user
        with self.changed:
            message = self.world.post(channel, user, {"content": text})
            message.json |= {"mentions": self.world.mentioned(text), **about}
            if below:
                message.json |= reply_to(self.world.messages[int(below["id"])])
            event = message_event(message, user, self.world.me)
            said = deepcopy(message.json)
        if not (channel.guild and channel.guild.foreign) and channel.context != 2:
            self.gateway.dispatch("MESSAGE_CREATE", event)
        return said

    def slash(
        self,
        command: str,
        options: Mapping[str, Any] | None = None,
        *,
        user: User | None = None,
        channel: Channel | None = None,
    ) -> Done:
        """Use a command, as in "podcast search"."""
        values = options or {}
        return self._command(COMMAND, command, values, None, user, channel)

    def autocomplete(
        self,
        command: str,
        options: Mapping[str, Any],
        *,
        focused: str | None = None,
        user: User | None = None,
        channel: Channel | None = None,
    ) -> list[Json]:
        """Type into an option, the last one if none is named, and give what is offered."""
        typed = focused or [*options][-1]
        return self._command(
            AUTOCOMPLETE, command, options, typed, user, channel
        ).wait_for_choices()

    def _command(
        self,
        kind: int,
        words: str,
        values: Mapping[str, Any],
        focused: str | None,
        user: User | None,
        channel: Channel | None,
    ) -> Done:
        name, *path = words.split()
        user, channel = user or self.user, channel or self.channel
        command, owners = self._find(_SLASH, name, user, channel)
        known = find_options(command, path)
        self._check_focus(known, focused)
        options = nested(command, path, fill_in(known, values, focused))
        data = {"id": command["id"], "name": name, "type": _SLASH, "options": options}
        named = resolved({**values, **self._named_in(values)})
        data |= {"resolved": named} if named else {}
        return self._act(kind, user, channel, owners, data, name=f"/{words}")

    def _named_in(self, values: Mapping[str, Any]) -> dict[str, User]:
        """Find the people whose mentions are in the text of options."""
        texts = " ".join(each for each in values.values() if isinstance(each, str))
        with self.changed:
            numbers = [int(each["id"]) for each in self.world.mentioned(texts)]
            return {f"<@{number}>": self.world.users[number] for number in numbers}

    def _check_focus(self, options: list[Json], focused: str | None) -> None:
        offers = [each["name"] for each in options if each.get("autocomplete")]
        if focused and focused not in offers:
            raise RefusedError(f"{focused} has no autocomplete, only {offers}")

    def context_menu(self, name: str, target: Json | User, *, user: User | None = None) -> Done:
        """Choose a command of a message's menu, or of somebody's in the first channel."""
        user = user or self.user
        if isinstance(target, User):
            channel, kind, number = self.channel, _ON_USER, str(target.id)
            named = resolved({"target": target})
        else:
            message = self._see(target, user)
            channel, kind, number = message.channel, _ON_MESSAGE, message.json["id"]
            named = {"messages": {number: deepcopy(message.json)}}
        command, owners = self._find(kind, name, user, channel)
        data = {"id": command["id"], "name": name, "type": kind, "target_id": number}
        return self._act(COMMAND, user, channel, owners, data | {"resolved": named}, name=name)

    def click(self, message: Json, named: str, *, user: User | None = None) -> Done:
        """Press a button, or choose from a menu, by a label or the id that stands behind it."""
        user = user or self.user
        shown = self._see(message, user)
        if option := find_option(shown.json, named):
            return self.select(message, *option, user=user)
        button = find_component(shown.json, named)
        data = {"custom_id": button["custom_id"], "component_type": 2, "id": button["id"]}
        return self._use(shown, data, user, named)

    def select(
        self, message: Json, custom_id: str, values: list[str], *, user: User | None = None
    ) -> Done:
        """Choose from a list, by the options' values."""
        user = user or self.user
        shown = self._see(message, user)
        menu = find_component(shown.json, custom_id, SELECT)
        if not {*values} <= {each["value"] for each in menu["options"]}:
            raise RefusedError(f"{values} are not all there")
        data = {"custom_id": custom_id, "component_type": SELECT, "values": values}
        return self._use(shown, data | {"id": menu["id"]}, user, custom_id)

    def vote(self, message: Json, answer: int) -> None:
        """Vote in a poll, for an answer by its number from 1 on."""
        with self.changed:
            results = self.world.messages[int(message["id"])].json["poll"]["results"]
            if results["is_finalized"]:
                raise RefusedError("the poll is over")
            counts = {each["id"]: each for each in results["answer_counts"]}
            counted = counts.setdefault(answer, {"id": answer, "count": 0, "me_voted": False})
            counted["count"] += 1
            results["answer_counts"] = [*counts.values()]

    def submit(self, opened: Interaction, modal: Json, values: Mapping[str, Any]) -> Done:
        """Send a form that an interaction opened."""
        data = {"custom_id": modal["custom_id"], "components": submitted(modal, values)}
        return self._act(
            MODAL, opened.user, opened.channel, opened.owners, data, opened.source, modal["title"]
        )

    def _use(self, shown: Message, data: Json, user: User, name: str) -> Done:
        owners = shown.owners
        if not owners:
            guild = shown.channel.guild
            owners = {"0": str(guild.id) if guild else "0"}
        return self._act(COMPONENT, user, shown.channel, owners, data, shown, name)

    def _see(self, message: Json, user: User) -> Message:
        with self.changed:
            return may_see(self.world.messages.get(int(message["id"])), user)

    def _find(
        self, kind: int, name: str, user: User, channel: Channel
    ) -> tuple[Json, dict[str, str]]:
        """Find a command that somebody has here, and by whose leave."""
        guild = channel.guild.id if channel.guild else 0
        with self.changed:
            known = [*self.api.commands.get(guild, []), *self.api.commands.get(0, [])]
        found = [each for each in known if each["name"] == name and each["type"] == kind]
        if not found:
            raise RefusedError(f"{name} is not registered, only {[each['name'] for each in known]}")
        owners = owners_of(found[0], user, channel)
        needed = int(found[0]["default_member_permissions"] or 0)
        allowed = user.granted or user.permissions & needed == needed
        if not owners or (channel.guild and not allowed):
            raise RefusedError(f"{user.name} does not have {name} here")
        return found[0], owners

    def _act(
        self,
        kind: int,
        user: User,
        channel: Channel,
        owners: Mapping[str, str],
        data: Json,
        source: Message | None = None,
        name: str = "",
    ) -> Done:
        over_http = bool(self.endpoint.url)
        if not over_http:
            self.wait_for(self.gateway.connected, f"a bot to tell of {name}")
        with self.changed:
            number, now = self.world.new_id(), self.api.now()
            channel = self.world.channels[channel.id]
            acted = Interaction(number, kind, user, channel, owners, data, now, source, name)
            self.api.interactions[acted.token] = acted
            event = acted.event(self.api.application)
        if over_http:
            self.endpoint.deliver(event)
        else:
            self.gateway.dispatch("INTERACTION_CREATE", event)
        return Done(self, acted)


def _replies_to(message: Json, other: Json) -> bool:
    named = message.get("message_reference") or {}
    return bool(message["author"]["bot"]) and named.get("message_id") == other["id"]
